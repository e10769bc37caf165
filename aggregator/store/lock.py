"""One writer on a data folder: an advisory lock that the kernel drops with the process, however it ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from threading import Event
from types import TracebackType

from aggregator.clock import Clock, SystemClock
from aggregator.errors import LockHeld, Stopped, StoreError

FILE = "writer.lock"
_POLL = 0.1  # seconds between looks at a held lock


class DataLock:
    """The right to write below `folder`. `name` says to others who holds it, e.g. "daemon".

    Another `file` is another lock: the daemon keeps one for its whole life, and takes this one only for a run.

    `acquire` first, or use it as a context manager, which acquires without waiting. The lock on the file
    counts: the file stays behind, and one left by a crash is no obstacle. Programs that this one starts
    do not inherit it (PEP 446).
    """

    def __init__(self, folder: Path, name: str = "", *, file: str = FILE, clock: Clock | None = None) -> None:
        self.path = folder / file
        self._name = name
        self._clock = clock or SystemClock()
        self._fd: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock, and on the file that others would look at."""
        return self._fd is not None and _same_file(self._fd, self.path)

    def acquire(self, wait: float = 0.0, stop: Event | None = None) -> DataLock:
        """Take the lock, waiting up to `wait` seconds for its holder. Taking it twice is harmless.

        Raises LockHeld with the holder's process id and name, Stopped when `stop` is set meanwhile.
        """
        deadline = self._clock.monotonic() + wait
        while self._fd is None and not self._try():
            left = deadline - self._clock.monotonic()
            if left <= 0:
                raise LockHeld(f"{self.path.parent}: {_named(self.path)} writes to this data folder")
            if self._clock.wait(min(_POLL, left), stop):
                raise Stopped(f"stopped while waiting for {_named(self.path)}")
        return self

    def release(self) -> None:
        """Give the lock back. Harmless when it is not held."""
        if self._fd is not None:
            os.ftruncate(self._fd, 0)
            os.close(self._fd)
            self._fd = None

    def __enter__(self) -> DataLock:
        return self.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _try(self) -> bool:
        """One try. A file that was deleted after it was opened locks nobody out: then it does not count."""
        fd = self._open()
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            return False
        except OSError as error:
            os.close(fd)
            raise StoreError(f"cannot lock the data folder: {self.path}: {error.strerror}") from error
        if not _same_file(fd, self.path):
            os.close(fd)
            return False
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()} {self._name}\n".encode(), 0)
        self._fd = fd
        return True

    def _open(self) -> int:
        try:
            return os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise StoreError(f"cannot lock the data folder: {self.path}: {error.strerror}") from error


def holder(path: Path) -> str | None:
    """Who holds the lock on `path`, None when nobody does. To find out, it is taken for an instant, shared."""
    try:
        fd = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _named(path)
    finally:
        os.close(fd)
    return None


def _named(path: Path) -> str:
    try:
        pid, _, name = path.read_text(errors="replace").strip().partition(" ")
    except OSError:
        pid = name = ""
    if not pid:
        return "another process"
    return f"process {pid} ({name})" if name else f"process {pid}"


def _same_file(fd: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(fd), os.stat(path))
    except FileNotFoundError:
        return False
