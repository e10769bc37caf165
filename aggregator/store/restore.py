"""Putting a backup in the place of the database, so that a kill at any instant leaves the one or the other.

    backup ─► checked ─► .papers.db.restored (gate carried over, manifest emptied) ─► checked
    present database ─► its log written back ─► a second name, papers.db.replaced-<moment> ─► log removed
    .papers.db.restored ─► renamed to papers.db

The present database is never deleted: the rename takes its first name, the second one stays.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from aggregator.errors import StoreError
from aggregator.store.connection import PATIENCE, SCHEMA_VERSION, connect, translated, wal_of
from aggregator.store.copies import (
    Content,
    Progress,
    at_rest,
    beside,
    check,
    content,
    copy,
    damage,
    remove_database,
    silent,
    snapshot,
    sync,
)
from aggregator.store.moments import moment_text

_GATE = ("last_request_at", "closed_until", "reason", "strikes", "needs_operator")
GateRow = tuple[str | None, str | None, str, int, int]


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done. `aside` is the database that was there before, None where there was none.

    `gate_known` is False when the old database could not tell whether arXiv had asked to wait.
    """

    source: Path
    content: Content
    aside: Path | None
    gate_known: bool


def restore(
    source: Path,
    database: Path,
    *,
    now: datetime,
    progress: Progress = silent,
    patience: float = PATIENCE,
) -> Restored:
    """Put the backup `source` in the place of `database`. For the holder of the data folder's lock only.

    Raises StoreError when the backup is damaged or newer than this program, when the disk is full, or when
    another process reads the database for longer than `patience` seconds; then nothing was changed.
    """
    found = _refuse_newer(source, check(source))
    if database.exists() and source.samefile(database):
        raise StoreError(f"{source} is the database itself")
    part = part_of(database)
    gate = _gate_of(database) if database.exists() else None
    try:
        with at_rest(source) as conn:
            copy(conn, part, progress)
        _adapt(part, gate, now if database.exists() else None)
        check(part)
        aside = _swap(part, database, now, patience)
    except OSError as error:
        raise StoreError(f"cannot put {source} in the place of {database}: {error.strerror}") from error
    finally:
        remove_database(part)
    return Restored(source, found, aside, gate_known=aside is None or gate is not None)


def restore_desks(source: Path, database: Path, *, now: datetime, patience: float = PATIENCE) -> Path | None:
    """Put a backup of readers' desks in place; `serve` notices. Returns where the present one went. StoreError."""
    part = part_of(database)
    try:
        with at_rest(source) as conn:
            problems = damage(conn)
            if problems:
                raise StoreError(f"{source}: damaged: {problems[0]}")
            copy(conn, part)
        return _swap(part, database, now, patience)
    except OSError as error:
        raise StoreError(f"cannot put {source} in the place of {database}: {error.strerror}") from error
    finally:
        remove_database(part)


def holds_desks(source: Path) -> bool:
    """Whether `source` is a backup of readers' desks, not of papers. Raises StoreError."""
    with at_rest(source) as conn, translated(source):
        return "desks" in content(conn).rows


def part_of(database: Path) -> Path:
    """The file in which a restored database is prepared; a kill may leave it behind."""
    return database.with_name(f".{database.name}.restored")


def unfinished(database: Path) -> list[Path]:
    """What a restore that was killed left: its prepared file, and second names of the present database."""
    seconds = (
        path for path in database.parent.glob(f"{database.name}.replaced-*") if _is_second(path, database)
    )
    found = (part_of(database), *beside(part_of(database)), *seconds)
    return [path for path in found if path.exists()]


def _is_second(path: Path, database: Path) -> bool:
    first = wal_of(database) if path.name.endswith("-wal") else database
    return first.exists() and path.samefile(first)


def _refuse_newer(source: Path, found: Content) -> Content:
    if found.schema > SCHEMA_VERSION:
        raise StoreError(
            f"{source}: made by a newer version of this program (schema {found.schema}; "
            f"this one knows schemas up to {SCHEMA_VERSION})"
        )
    return found


def _gate_of(database: Path) -> GateRow | None:
    """How the gate to arXiv stands, as far as a possibly damaged or foreign database tells."""
    try:
        with snapshot(database) as conn:
            row: GateRow | None = conn.execute(f"SELECT {', '.join(_GATE)} FROM gate").fetchone()  # noqa: S608
    except (StoreError, sqlite3.Error):
        return None
    return row or (None, None, "", 0, 0)


def _adapt(part: Path, gate: GateRow | None, now: datetime | None) -> None:
    """Make an old state fit for today.

    A cool-down that arXiv asked for outlives the change; where nobody knows of one, at least the pause between
    two requests does (`now` is taken for the last one). Published pages may be newer than the manifest tells:
    without one, the next build compares them all.
    """
    with translated(part), closing(sqlite3.connect(part, isolation_level=None)) as conn:
        conn.execute("BEGIN IMMEDIATE")
        conn.execute("DELETE FROM manifest")
        if gate is not None:
            conn.execute("DELETE FROM gate")
            conn.execute(
                f"INSERT INTO gate (id, {', '.join(_GATE)}) VALUES (1, ?, ?, ?, ?, ?)",  # noqa: S608
                gate,
            )
        elif now is not None:
            conn.execute("UPDATE gate SET last_request_at = ?", (moment_text(now),))
        conn.execute("COMMIT")
    sync(part)


def _swap(part: Path, database: Path, now: datetime, patience: float) -> Path | None:
    aside = database.with_name(f"{database.name}.replaced-{now.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}")
    there = database.exists()
    if there:
        _write_log_back(database, patience)
    for name, second in ((database, aside), (wal_of(database), wal_of(aside))):
        if name.exists():
            _second_name(name, second)
    sync(database.parent / part.name)
    for each in beside(database):  # an old log must never meet the new file
        each.unlink(missing_ok=True)
    part.replace(database)
    sync(database)
    return aside if there else None


def _write_log_back(database: Path, patience: float) -> None:
    """Empty the log, so that the file is whole without it. A damaged database keeps its log, under both names."""
    try:
        with translated(database), closing(connect(database, patience=patience)) as conn:
            busy = conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except StoreError as error:
        if not _is_beyond_reading(error.__cause__):
            raise
    else:
        if busy:
            raise StoreError(f"{database}: another process reads the database; try again when it is done")


def _is_beyond_reading(cause: BaseException | None) -> bool:
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR)


def _second_name(path: Path, second: Path) -> None:
    """A hard link where the file system has them, else a copy."""
    try:
        os.link(path, second)
    except OSError:
        shutil.copy2(path, second)
        sync(second)
