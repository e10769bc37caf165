"""Opening a SQLite file the one way this program does, and its errors as `StoreError`. Standard library only.

WAL and `synchronous=FULL`: readers never wait for the writer, and a commit that returned survives a power
cut. A COMMIT that raises may still be on disk, so whatever is written must be idempotent.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from aggregator.errors import StoreError, TookTooLong

SCHEMA_VERSION = 7  # `PRAGMA user_version`: how many migrations were applied
PATIENCE = 10.0  # seconds to wait for another process that writes
_CHECKPOINT = (
    12_000  # pages of 4 kB: one for a whole run, since its polls dirty the same index pages (-15 % CPU)
)
_WAL_LIMIT = 64 * 1024 * 1024  # bytes that the write-ahead log may keep on disk after a checkpoint

_MEANINGS = {
    sqlite3.SQLITE_BUSY: "another process keeps the database locked; try again when it is done",
    sqlite3.SQLITE_LOCKED: "another part of this program keeps the database locked",
    sqlite3.SQLITE_FULL: "the disk is full; nothing of this step was kept",
    sqlite3.SQLITE_IOERR: "reading or writing failed; check the disk. Nothing of this step was kept",
    sqlite3.SQLITE_READONLY: "the database or its folder is read-only for this user",
    sqlite3.SQLITE_PERM: "this user may not read or write the database",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: is the folder there, and may this user write in it?",
}
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def connect(path: Path, *, read_only: bool = False, patience: float = PATIENCE) -> sqlite3.Connection:
    """A connection without implicit transactions; threads may share it under a lock. Raises sqlite3.Error."""
    return _connect_reader(path, patience) if read_only else _connect_writer(path, patience)


def open_as(path: Path, options: str, patience: float) -> sqlite3.Connection:
    """A connection by SQLite's own `options` (the query of a file URI). Raises sqlite3.Error."""
    uri = f"file:{quote(str(path.absolute()))}?{options}"
    return sqlite3.connect(uri, uri=True, timeout=patience, isolation_level=None, check_same_thread=False)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's complaints about the file become StoreError; mistakes of this program pass through."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            raise TookTooLong(f"{path}: the question took too long and was stopped") from error
        meaning = _meaning(path, error)
        if meaning is None:
            raise
        raise StoreError(f"{path}: {meaning} ({error})") from error


def damaged(path: Path) -> str:
    """What to tell a person whose database is damaged."""
    backups = path.parent / "backups"
    return f"the database is damaged; `aggregator restore` puts a copy from {backups} in its place"


def refuse_foreign_schema(path: Path, conn: sqlite3.Connection, *, read_only: bool) -> None:
    """Raise StoreError for a schema newer than this program, and for an older one that cannot be migrated."""
    found = schema_version(conn)
    if found > SCHEMA_VERSION:
        raise StoreError(
            f"{path}: made by a newer version of this program (schema {found}; "
            f"this one knows schemas up to {SCHEMA_VERSION})"
        )
    if read_only and found < SCHEMA_VERSION:
        raise StoreError(
            f"{path}: made by an older version of this program; `aggregator update` brings it up to date"
        )


def schema_version(conn: sqlite3.Connection) -> int:
    return int(conn.execute("PRAGMA user_version").fetchone()[0])


def wal_of(path: Path) -> Path:
    """The write-ahead log beside the database; it holds bytes while a writer is open, and after a crash."""
    return path.with_name(path.name + "-wal")


def has_wal(path: Path) -> bool:
    with suppress(OSError):
        return wal_of(path).stat().st_size > 0
    return False


def _connect_writer(path: Path, patience: float) -> sqlite3.Connection:
    conn = open_as(path, "mode=rwc", patience)
    try:
        mode = conn.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        if mode != "wal":
            raise StoreError(f"{path}: this file system allows no write-ahead log (journal mode {mode})")
        conn.execute("PRAGMA synchronous = FULL")
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT}")
        conn.execute(f"PRAGMA journal_size_limit = {_WAL_LIMIT}")
    except BaseException:
        conn.close()
        raise
    return conn


def _connect_reader(path: Path, patience: float) -> sqlite3.Connection:
    """Reading in WAL mode creates a small file beside it. Where that is impossible (a full disk, a read-only
    folder) and no log is left, the file is complete by itself and can be read as immutable."""
    if not path.exists():
        raise StoreError(f"{path}: there is no database yet; `aggregator update` makes one")
    conn = open_as(path, "mode=ro", patience)
    try:
        schema_version(conn)
    except sqlite3.OperationalError:
        conn.close()
        if has_wal(path):
            raise
        return open_as(path, "mode=ro&immutable=1", patience)
    except BaseException:
        conn.close()
        raise
    return conn


def _meaning(path: Path, error: sqlite3.DatabaseError) -> str | None:
    code = getattr(error, "sqlite_errorcode", None)  # absent on errors of the module itself
    primary = code & 0xFF if isinstance(code, int) else None
    return damaged(path) if primary in _DAMAGED else _MEANINGS.get(primary or 0)
