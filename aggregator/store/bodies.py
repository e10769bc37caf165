"""Raw bodies, as they came: compressed files named by the hash of what is in them, `raw/<aa>/<sha256>.gz`.

A file is written before the row that names it and never changed, so a crash leaves at most a file without a
row, which the next `prune` removes. They stay outside the database so that its backups stay small.
"""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Collection, Iterator
from pathlib import Path

from aggregator.errors import StoreError

_LEVEL = 1  # a feed shrinks to a third; level 6 makes it a quarter for three times the time


class Bodies:
    """The files below `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, body: bytes) -> str:
        """Write `body` unless it is there; durable when this returns. Returns its SHA-256 in hexadecimal."""
        name = hashlib.sha256(body).hexdigest()
        path = self._path(name)
        if not path.exists():
            try:
                _write(path, gzip.compress(body, _LEVEL, mtime=0))
            except OSError as error:
                raise StoreError(f"cannot keep a raw body: {path}: {error.strerror}") from error
        return name

    def read(self, name: str) -> bytes:
        """The body with that hash. Raises StoreError when it is missing or not what it was."""
        path = self._path(name)
        try:
            body = gzip.decompress(path.read_bytes())
        except (OSError, EOFError, ValueError) as error:
            raise StoreError(f"a raw body cannot be read: {path}: {error}") from error
        if hashlib.sha256(body).hexdigest() != name:
            raise StoreError(f"a raw body is damaged: {path}")
        return body

    def prune(self, keep: Collection[str]) -> int:
        """Remove all files but the bodies in `keep`, also what a crash left half done. Returns how many."""
        unwanted = self.all_but(keep)
        try:
            for path in unwanted:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"cannot remove a raw body: {error}") from error
        return len(unwanted)

    def all_but(self, keep: Collection[str]) -> tuple[Path, ...]:
        """The files of all bodies but those in `keep`, and of what a crash left half done."""
        wanted = {self._path(name) for name in keep}
        return tuple(path for path in self._files() if path not in wanted)

    def _path(self, name: str) -> Path:
        return self.folder / name[:2] / f"{name}.gz"

    def _files(self) -> Iterator[Path]:
        return (path for path in sorted(self.folder.glob("??/*")) if path.is_file())


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, also after a power cut: a temporary file, renamed once it is on disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
