"""Where an index lives: generations in folders of their own, and one small file that names the one in force.

    data/search/current          "g-1-3f0a…"
    data/search/g-1-3f0a…/       tantivy's files; 1 is FORMAT

The name is put in place by a rename, so that a reader sees the old generation or the new one, whole.
"""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

from aggregator.errors import SearchError
from aggregator.search.schema import FORMAT

_PREFIX = f"g-{FORMAT}-"


class Folder:
    """The folder of the index."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._pointer = path / "current"
        self._known: tuple[tuple[int, int], Path] | None = None

    def current(self) -> Path | None:
        """The generation in force; None when there is none of this program's format.

        What the small file says is kept as long as it is the same file: this is asked at every search.
        """
        try:
            found = os.stat(self._pointer)
            file = found.st_ino, found.st_mtime_ns
            if self._known and self._known[0] == file:
                return self._known[1]
            name = self._pointer.read_text(encoding="ascii").strip()
        except (FileNotFoundError, UnicodeDecodeError):
            return None
        except OSError as error:
            raise SearchError(f"{self._pointer}: {error.strerror}") from error
        generation = self._named(name)
        self._known = (file, generation) if generation else None
        return generation

    def _named(self, name: str) -> Path | None:
        usable = name.startswith(_PREFIX) and (self.path / name / "meta.json").is_file()
        return self.path / name if usable else None

    def begin(self) -> Path:
        """A folder for a new generation."""
        made = self.path / f"{_PREFIX}{secrets.token_hex(4)}"
        try:
            made.mkdir(parents=True)
        except OSError as error:
            raise SearchError(f"{made}: {error.strerror}") from error
        return made

    def swap(self, generation: Path) -> None:
        """Put a finished generation in force, and remove the others."""
        fresh = self._pointer.with_suffix(".new")
        with open(fresh, "w", encoding="ascii") as file:
            file.write(generation.name)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self._pointer)
        _sync(self.path)
        self.clear()

    def clear(self) -> None:
        """Remove all generations but the one in force; those that still read them keep them open."""
        keep = self.current()
        for each in self.path.glob("g-*"):
            if each != keep:
                shutil.rmtree(each, ignore_errors=True)

    def size(self) -> int:
        """Bytes of the generation in force."""
        current = self.current()
        return sum(file.stat().st_size for file in current.iterdir()) if current else 0


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
