"""Backups: copies of the database, made while others write to it, verified, and kept under the moment they show.

    one snapshot ─► .papers-<moment>.part ─► checked, counted ─► synced, renamed ─► papers-<moment>.db ─► old ones go

A backup under its name is whole and verified; what a kill leaves half done has another name and goes with the
next run.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from aggregator.errors import StoreError
from aggregator.store.connection import connect, schema_version, translated
from aggregator.store.copies import (
    Content,
    Progress,
    at_rest,
    check,
    content,
    copy,
    damage,
    held,
    remove_database,
    silent,
    snapshot,
    sync,
)
from aggregator.store.lock import DataLock

FOLDER = "backups"  # below the data folder
KEEP = 7
_LOCK_WAIT = 60.0  # seconds that a backup waits for another one into the same folder
_NAME = re.compile(r"papers-(\d{8}T\d{6}Z)(?:-schema(\d+))?\.db")


@dataclass(frozen=True, slots=True)
class Backup:
    """A verified copy. `removed` are the older ones that had to go for it; `desks` is the copy of readers' desks."""

    path: Path
    size: int  # bytes
    content: Content
    removed: tuple[Path, ...] = ()
    desks: Path | None = None


def back_up(
    database: Path, folder: Path, *, now: datetime, keep: int = KEEP, progress: Progress = silent
) -> Backup:
    """Copy the database as it is at this moment, and keep the newest `keep` copies in `folder`.

    Works beside a writer and does not hold it up. Raises StoreError, and then no older copy was removed.
    """
    with translated(database), closing(connect(database, read_only=True)) as conn:
        return _make(conn, folder, f"papers-{_stamp(now)}.db", keep, progress)


def back_up_desks(database: Path, folder: Path, *, now: datetime, keep: int = KEEP) -> Path | None:
    """Copy readers' desks beside the papers, and keep the newest `keep`. None where nobody has a desk."""
    if not database.is_file():
        return None
    target = folder / f"desks-{_stamp(now)}.db"
    part = folder / f".papers-{target.stem}.part"  # a name that `parts_in` finds
    with working_in(folder):
        try:
            with snapshot(database) as conn:
                copy(conn, part)
            with at_rest(part) as conn:
                problems = damage(conn)
            if problems:
                raise StoreError(f"{part}: the copy is damaged: {problems[0]}")
            part.replace(target)
        finally:
            remove_database(part)
        sync(target)
        _remove(sorted(folder.glob("desks-*.db"))[:-keep])
    return target


def before_migration(conn: sqlite3.Connection, database: Path) -> Backup:
    """Copy a database whose schema is about to change. The newest copy of each schema stays until a person
    removes it: going back to an older program needs one."""
    name = f"papers-{_stamp(datetime.now(UTC))}-schema{schema_version(conn)}.db"
    return _make(conn, database.parent / FOLDER, name, None, silent)


def backups_in(folder: Path) -> list[Path]:
    """The backups in `folder`, oldest first."""
    return sorted(path for path in _files(folder) if _NAME.fullmatch(path.name))


def moment_of(backup: Path) -> datetime | None:
    """The moment that a backup shows, by its name."""
    found = _NAME.fullmatch(backup.name)
    return datetime.strptime(f"{found[1]}+0000", "%Y%m%dT%H%M%SZ%z") if found else None


def too_many(backups: Iterable[Path], keep: int | None) -> list[Path]:
    """Those that may go: all but the newest `keep`, and of the copies made before a migration all but the
    newest of each schema. None for `keep` spares the ordinary ones."""
    by_schema: dict[str | None, list[Path]] = {}
    for path in sorted(backups):
        found = _NAME.fullmatch(path.name)
        if found:
            by_schema.setdefault(found[2], []).append(path)
    plain = by_schema.pop(None, [])
    old = plain[: max(0, len(plain) - keep)] if keep is not None else []
    return sorted([*old, *(path for same in by_schema.values() for path in same[:-1])])


def parts_in(folder: Path) -> list[Path]:
    """What backups that were killed left in `folder`. Only whoever holds `working_in` may remove them."""
    return sorted(path for path in _files(folder) if path.name.startswith(".papers-"))


@contextmanager
def working_in(folder: Path, *, wait: float = _LOCK_WAIT) -> Iterator[None]:
    """Be the only one who changes `folder`, which is made. Raises LockHeld after `wait` seconds, StoreError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"cannot create {folder}: {error.strerror}") from error
    with DataLock(folder, "backup", file=".backup.lock").acquire(wait):
        yield


def _make(conn: sqlite3.Connection, folder: Path, name: str, keep: int | None, progress: Progress) -> Backup:
    with working_in(folder):
        _remove(parts_in(folder))
        part = folder / f".{name.removesuffix('.db')}.part"
        try:
            found = _verified_copy(conn, part, progress)
            part.replace(folder / name)
        except OSError as error:
            raise StoreError(f"cannot write {folder / name}: {error.strerror}") from error
        finally:
            remove_database(part)
        sync(folder / name)
        removed = too_many(backups_in(folder), keep)
        _remove(removed)
        return Backup(folder / name, (folder / name).stat().st_size, found, tuple(removed))


def _verified_copy(conn: sqlite3.Connection, part: Path, progress: Progress) -> Content:
    with held(conn):
        expected = content(conn)
        copy(conn, part, progress)
    found = check(part)
    if found != expected:
        raise StoreError(f"{part}: the copy differs from the database: {found} instead of {expected}")
    return found


def _remove(files: Iterable[Path]) -> None:
    for path in files:
        remove_database(path)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []


def _stamp(now: datetime) -> str:
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
