"""Reading beside the daemon: a read-only connection a thread, and no question that takes for ever.

WAL lets readers and the writer go on at the same time. What a reader asks is stopped when its time is over, so one
dear question cannot keep a thread.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from aggregator.errors import StoreError
from aggregator.store.connection import wal_of
from aggregator.store.database import Store

SECONDS = 5.0  # that one question may take
_STEPS = 5_000  # of SQLite's machine between two looks at the clock: half a millisecond


class Readers:
    """Hands each thread its own read-only `Store` of the database at `path`."""

    def __init__(
        self, path: Path, *, seconds: float = SECONDS, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._path = path
        self._files = (str(path), str(wal_of(path)))
        self._seconds = seconds
        self._monotonic = monotonic
        self._mine = threading.local()

    @contextmanager
    def reading(self) -> Iterator[Store]:
        """This thread's store, for one question. Raises StoreError, TookTooLong among them."""
        store = self._store()
        end = self._monotonic() + self._seconds
        with store.stopping(lambda: self._monotonic() > end, _STEPS):
            yield store

    def stamp(self) -> tuple[int, ...]:
        """Changes with every commit of whoever writes; asks the file system, not the database."""
        return tuple(number for path in self._files for number in _stamp(path))

    def _store(self) -> Store:
        """Opened anew when `restore` put another file in the place of the database."""
        identity = _stamp(self._files[0])[:1]
        if getattr(self._mine, "identity", None) != identity:
            old: Store | None = getattr(self._mine, "store", None)
            if old is not None:
                with suppress(StoreError):
                    old.close()
            self._mine.store = Store.open(self._path, read_only=True, patience=1.0)
            self._mine.identity = identity
        store: Store = self._mine.store
        return store


def _stamp(path: str) -> tuple[int, int, int]:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return 0, 0, 0
    return found.st_ino, found.st_mtime_ns, found.st_size
