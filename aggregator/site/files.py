"""What publishing asks of a file system. Tests put one underneath that dies at a chosen step."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Protocol

_MANY = 64  # from here one sync of everything is cheaper than thousands of single ones
_AT_ONCE = 64  # parts: cards come to some 300 kB
_READ = os.O_RDONLY | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC


class Files(Protocol):
    """Steps that change or read a folder. All raise OSError."""

    def read(self, path: Path) -> bytes | None:
        """The whole file, None when there is none."""
        ...

    def size(self, path: Path) -> int | None:
        """How many bytes the file has, None when there is none."""
        ...

    def exists(self, path: Path) -> bool:
        """Whether there is such a file."""
        ...

    def walk(self, folder: Path) -> Iterator[Path]:
        """Every file below `folder`, links not followed."""
        ...

    def write(self, path: Path, parts: Sequence[bytes]) -> None:
        """Create or overwrite with all parts, one behind the other, making the folders above."""
        ...

    def sync(self, paths: Collection[Path]) -> None:
        """Return when these files, their names included, would survive a power cut."""
        ...

    def sync_names(self, folders: Collection[Path]) -> None:
        """Return when what these folders are known to hold would survive a power cut."""
        ...

    def replace(self, source: Path, target: Path) -> None:
        """Rename over `target`, making the folders above: others see the old file or the new one."""
        ...

    def remove(self, path: Path) -> None:
        """Remove a file; one that is gone already is no error."""
        ...

    def remove_folder(self, folder: Path) -> bool:
        """Remove a folder if it is empty, and say whether it was."""
        ...


class DiskFiles:
    """The real file system."""

    def __init__(self) -> None:
        self._buffer = BytesIO()

    def read(self, path: Path) -> bytes | None:
        try:
            handle = os.open(path, _READ)
        except FileNotFoundError:
            return None
        with open(handle, "rb", buffering=0) as file:
            return file.read()

    def size(self, path: Path) -> int | None:
        try:
            return os.stat(path).st_size
        except FileNotFoundError:
            return None

    def exists(self, path: Path) -> bool:
        return self.size(path) is not None

    def walk(self, folder: Path) -> Iterator[Path]:
        for parent, _, names in os.walk(folder):
            for name in names:
                yield Path(parent, name)

    def write(self, path: Path, parts: Sequence[bytes]) -> None:
        try:
            self._write(path, parts)
        except FileNotFoundError:
            _make_folder(path.parent)
            self._write(path, parts)

    def sync(self, paths: Collection[Path]) -> None:
        _sync([*paths, *{path.parent for path in paths}])

    def sync_names(self, folders: Collection[Path]) -> None:
        _sync(folders)

    def replace(self, source: Path, target: Path) -> None:
        try:
            os.replace(source, target)
        except FileNotFoundError:
            _make_folder(target.parent)
            os.replace(source, target)

    def remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)

    def remove_folder(self, folder: Path) -> bool:
        try:
            folder.rmdir()
        except OSError:
            return False
        return True

    def _write(self, path: Path, parts: Sequence[bytes]) -> None:
        """Without a file object: half the time of `write_bytes`, thousands of times a build."""
        handle = os.open(path, _NEW, 0o666)
        try:
            for first in range(0, len(parts), _AT_ONCE):
                self._write_joined(handle, parts[first : first + _AT_ONCE])
        finally:
            os.close(handle)

    def _write_joined(self, handle: int, parts: Sequence[bytes]) -> None:
        """Joined in memory that is used again and again: a megabyte of new memory is 250 page faults, which cost more
        than the copying; with `writev` of small parts as they lie the kernel copies slower than this does."""
        if len(parts) == 1:
            _write_all(handle, memoryview(parts[0]))
            return
        self._buffer.seek(0)
        self._buffer.writelines(parts)
        with self._buffer.getbuffer() as whole, whole[: self._buffer.tell()] as filled:
            _write_all(handle, filled)


def _write_all(handle: int, rest: memoryview) -> None:
    """The system may take less than it is given."""
    taken = os.write(handle, rest)
    while taken < len(rest):
        taken += os.write(handle, rest[taken:])


def _make_folder(folder: Path) -> None:
    """Mostly one step: the folder of a paper that is new."""
    try:
        os.mkdir(folder)
    except FileExistsError:
        return
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)


def _sync(paths: Collection[Path]) -> None:
    if len(paths) > _MANY:
        os.sync()  # it tells of no failure; but pages are derived, and the next build compares their bytes
        return
    for path in paths:
        _fsync(path)


def _fsync(path: Path) -> None:
    """A file that is gone has nothing to keep."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
