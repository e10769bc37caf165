"""One connection that threads may share: a read sees one snapshot, a write is one transaction."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

import sqlite_utils

from aggregator.errors import StoreError
from aggregator.store import migrations
from aggregator.store.backup import before_migration
from aggregator.store.connection import (
    PATIENCE,
    SCHEMA_VERSION,
    connect,
    damaged,
    has_wal,
    refuse_foreign_schema,
    schema_version,
    translated,
)

_SMALL = 64 * 1024 * 1024  # bytes; checking a file of this size takes a tenth of a second


class Session:
    """The open database. `patience` is how long to wait for a foreign writer, in seconds."""

    def __init__(self, path: Path, *, read_only: bool, patience: float) -> None:
        self.path = path
        self._lock = RLock()
        crashed = has_wal(path)
        with translated(path):
            self._conn = connect(path, read_only=read_only, patience=patience)
            self._db = sqlite_utils.Database(self._conn, recursive_triggers=False, execute_plugins=False)
            try:
                self._prepare(read_only, crashed)
            except BaseException:
                self._conn.close()
                raise
        self._file = identity(path)

    def _prepare(self, read_only: bool, crashed: bool) -> None:
        refuse_foreign_schema(self.path, self._conn, read_only=read_only)
        if read_only:
            return
        if crashed or self.path.stat().st_size <= _SMALL:
            self._check()
        found = schema_version(self._conn)
        if found < SCHEMA_VERSION:
            if found:  # not a database that was just created
                before_migration(self._conn, self.path)
            with self._transaction("BEGIN IMMEDIATE"):
                migrations.apply(self._db)

    def _check(self) -> None:
        verdict = self._conn.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            raise StoreError(f"{self.path}: {damaged(self.path)} ({verdict})")

    def renew(self) -> None:
        """For a process that was forked: read, and only read, through a connection of its own. The one that it came
        with belongs to the process that it was forked from, and is not even closed."""
        self._lock, self._left = RLock(), (self._conn, self._db)
        with translated(self.path):
            self._conn = connect(self.path, read_only=True, patience=PATIENCE)
            self._db = sqlite_utils.Database(self._conn, recursive_triggers=False, execute_plugins=False)

    def close(self) -> None:
        with self._lock, translated(self.path):
            self._conn.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A snapshot: what other processes commit meanwhile is not seen."""
        with self._lock, translated(self.path):
            if self._conn.in_transaction:
                yield self._conn
                return
            with self._transaction("BEGIN"):
                yield self._conn

    @contextmanager
    def stopping(self, over: Callable[[], bool], steps: int) -> Iterator[None]:
        """Let `over` end a question, asked every `steps` steps. Raises TookTooLong."""
        self._conn.set_progress_handler(over, steps)
        try:
            yield
        finally:
            self._conn.set_progress_handler(None, 0)

    @contextmanager
    def writing(self) -> Iterator[sqlite_utils.Database]:
        """A transaction that has the write lock from its start.

        sqlite-utils' `atomic()` takes the lock only at its first write; had another process written since its
        first read, that would fail at once instead of waiting. Inside this one, it nests.
        """
        with self._lock, translated(self.path):
            self._refuse_if_replaced()
            with self._transaction("BEGIN IMMEDIATE"):
                yield self._db

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[None]:
        self._conn.execute(begin)
        try:
            yield
            self._conn.execute("COMMIT")
        except BaseException:
            self._db.rollback()
            raise

    def _refuse_if_replaced(self) -> None:
        if identity(self.path) != self._file:
            raise StoreError(
                f"{self.path}: the database was moved, deleted or replaced while this program used it"
            )


def identity(path: Path) -> tuple[int, int] | None:
    """Which file a path names now; None for no file."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


class Room:
    """A part of the store: works on the session it is given."""

    def __init__(self, session: Session) -> None:
        self._session = session
