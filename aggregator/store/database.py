"""The store: one SQLite file that is the truth, opened, checked, migrated, and its rooms under one roof.

save_poll         ─► papers, announcements, ledger, fetches, polls    ─► days, listing, records
save_harvest_page ─► papers, announcements, ledger, versions, harvests    ─► cards, manifest (derived)
save_history      ─► the same, in bulk, without derived texts
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from aggregator.errors import StoreError
from aggregator.store import status
from aggregator.store.added import Added
from aggregator.store.announcements import Announcements
from aggregator.store.changes import Changes
from aggregator.store.choices import Choices
from aggregator.store.connection import PATIENCE
from aggregator.store.derived import Derived
from aggregator.store.gate import GateMemory
from aggregator.store.harvests import Harvests
from aggregator.store.history import History
from aggregator.store.ledger import Ledger
from aggregator.store.listings import Listings
from aggregator.store.papers import Papers
from aggregator.store.periods import Periods
from aggregator.store.polls import Polls
from aggregator.store.searching import Searching
from aggregator.store.session import Session
from aggregator.store.spans import Spans
from aggregator.store.statistics import Statistics
from aggregator.store.versions import Versions


class Store(
    Polls,
    Harvests,
    Added,
    History,
    Ledger,
    Papers,
    Announcements,
    Versions,
    Listings,
    Choices,
    Periods,
    Statistics,
    Spans,
    Changes,
    GateMemory,
    Derived,
    Searching,
):
    """All that is stored. One process writes (see DataLock), any number may read, threads may share it.

    Every method that writes is one transaction (`save_cards` some), and doing it twice is doing it once.
    Any method raises StoreError when the database cannot be used.
    """

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False, patience: float = PATIENCE) -> Store:
        """Open the database at `path`; unless `read_only`, create it and bring its schema up to date.

        Small files, and those that a crash left open, are checked first. `patience` is the longest wait for
        a foreign writer, in seconds. Raises StoreError: damaged, newer than this program, read-only, locked.
        """
        if not read_only:
            _make_folder(path.parent)
        return cls(Session(path, read_only=read_only, patience=patience))

    def close(self) -> None:
        self._session.close()

    def renew(self) -> None:
        """In a process that was forked: go on reading through a connection of its own."""
        self._session.renew()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def stopping(self, over: Callable[[], bool], steps: int) -> Iterator[None]:
        """Ask `over` every `steps` steps of SQLite's machine; the question that runs when it is true ends with
        TookTooLong. For a store that one thread uses."""
        with self._session.stopping(over, steps):
            yield

    def counts(self) -> status.Counts:
        """How much is stored."""
        with self._session.reading() as conn:
            return status.counts(conn)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"cannot create the data folder {folder}: {error.strerror}") from error
