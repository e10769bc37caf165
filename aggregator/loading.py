"""Loading a snapshot into one data folder: the wiring of `aggregator import`, apart from `app`.

An import asks nobody and shows nothing: without transport, pages and search its process starts in half the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from threading import Event

from aggregator.clock import Clock, SystemClock
from aggregator.errors import StoreError
from aggregator.importer import Importer, Wanted
from aggregator.models import Imported
from aggregator.sources.snapshot_file import SnapshotFile
from aggregator.store import DataLock, Store

PATIENT = 3600.0  # seconds that an import waits for its turn


def load(
    data: Path,
    path: str,
    *,
    wanted: Wanted,
    limit: int | None,
    stdin: BufferedReader,
    progress: Callable[[Imported, SnapshotFile], object],
    clock: Clock | None = None,
    stop: Event | None = None,
) -> Imported:
    """Load the snapshot at `path`, "-" from `stdin`. Raises SnapshotError, LockHeld, Stopped, StoreError."""
    stop = stop or Event()

    @contextmanager
    def turn() -> Iterator[Store]:
        """The store, for some seconds. It is closed with the lock: whoever writes next finds no open log to check."""
        with DataLock(data, "import").acquire(PATIENT, stop), Store.open(data / "papers.db") as store:
            yield store

    with SnapshotFile(path, stdin) as file:
        _make_folder(data)
        importer = Importer(
            turn=turn, folder=data, clock=clock or SystemClock(), stop=stop, progress=progress
        )
        return importer.run(file, wanted, limit)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"cannot create the data folder {folder}: {error.strerror}") from error
