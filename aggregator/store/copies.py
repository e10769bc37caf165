"""Copying a database as one snapshot, and telling whether a copy is whole."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from aggregator.errors import StoreError
from aggregator.store.connection import PATIENCE, connect, open_as, schema_version, translated

Progress = Callable[[int, int], None]  # pieces done, pieces in all
_STEP = 1024  # pages of 4 kB between two calls of a Progress


@dataclass(frozen=True, slots=True)
class Content:
    """What a whole database holds: `schema` as PRAGMA user_version, the number of `rows` by table."""

    schema: int
    rows: Mapping[str, int]


def silent(_done: int, _total: int) -> None:
    """A Progress that tells nobody."""


@contextmanager
def snapshot(path: Path) -> Iterator[sqlite3.Connection]:
    """A reader that sees one state of the database at `path` until the end. Writers do not wait for it."""
    with translated(path), closing(connect(path, read_only=True)) as conn, held(conn):
        yield conn


@contextmanager
def held(conn: sqlite3.Connection) -> Iterator[None]:
    """Let `conn` see one state until the end."""
    conn.execute("BEGIN")
    try:
        conn.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # it begins with the first reading
        yield
    finally:
        if conn.in_transaction:
            conn.execute("ROLLBACK")


@contextmanager
def at_rest(path: Path) -> Iterator[sqlite3.Connection]:
    """A reader of a file that nobody writes to. Nothing is created beside it, its folder may be read-only."""
    if not path.is_file():
        raise StoreError(f"{path}: no such file")
    if any(each.exists() for each in beside(path)):
        with snapshot(path) as conn:
            yield conn
        return
    try:
        with closing(open_as(path, "mode=ro&immutable=1", PATIENCE)) as conn, held(conn):
            yield conn
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{path}: damaged, or not a database ({error})") from error


def copy(source: sqlite3.Connection, target: Path, progress: Progress = silent) -> None:
    """Write all that `source` sees into a new file; on disk when this returns. `source` is in a snapshot.

    SQLite begins its backup anew when the database changes in between; it does not inside a snapshot. The
    copy needs no log beside it. Raises StoreError, for a full disk above all.
    """
    remove_database(target)
    with translated(target), closing(sqlite3.connect(target, isolation_level=None)) as conn:
        conn.execute("PRAGMA synchronous = OFF")  # synced once, below
        conn.execute("PRAGMA journal_mode = OFF")
        source.backup(conn, pages=_STEP, progress=lambda _, left, total: progress(total - left, total))
        conn.execute("PRAGMA journal_mode = DELETE")
    sync(target)


def content(conn: sqlite3.Connection) -> Content:
    """What the database holds, without looking for damage."""
    names = conn.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    ).fetchall()
    rows = {name: conn.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names}  # noqa: S608
    return Content(schema_version(conn), rows)


def check(path: Path) -> Content:
    """Read the whole database at `path`. Raises StoreError when it is damaged, or not one of this program."""
    with at_rest(path) as conn:
        problems = [*damage(conn), *dangling(conn)]
        if problems:
            raise StoreError(f"{path}: damaged: {'; '.join(problems[:3])}")
        found = content(conn)
    if not found.schema or "papers" not in found.rows:
        raise StoreError(f"{path}: not a database of this program")
    return found


def damage(conn: sqlite3.Connection) -> list[str]:
    """What SQLite finds wrong with the file, nothing for a sound one."""
    try:
        found = [str(line) for (line,) in conn.execute("PRAGMA integrity_check(20)")]
    except sqlite3.DatabaseError as error:  # so damaged that the check itself gives up
        if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_CORRUPT:
            raise
        return [str(error)]
    return [] if found == ["ok"] else found


def dangling(conn: sqlite3.Connection) -> list[str]:
    """Rows that refer to rows which are not there, counted by table."""
    found = conn.execute(
        'SELECT "table", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2 ORDER BY 1, 2'
    )
    return [f"{count} rows of {table} refer to {parent} that are not there" for table, parent, count in found]


def sync(path: Path) -> None:
    """Force a file, and its name in its folder, to the disk. Raises StoreError."""
    try:
        for each in (path, path.parent):
            handle = os.open(each, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror}") from error


def beside(path: Path) -> tuple[Path, ...]:
    """The files that SQLite may keep beside the database: its log, the log's index, a rollback journal."""
    return tuple(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm", "-journal"))


def remove_database(path: Path) -> None:
    """Remove a database nobody needs, and what lies beside it. Raises StoreError."""
    try:
        for each in (path, *beside(path)):
            each.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"cannot remove {path}: {error.strerror}") from error
