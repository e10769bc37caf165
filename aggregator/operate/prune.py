"""What takes room and is no longer needed: old answers, old backups, and what killed commands left.

The database, its pages, and databases that a restore set aside are never touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from aggregator.errors import LockHeld, StoreError
from aggregator.store.backup import FOLDER, backups_in, parts_in, too_many, working_in
from aggregator.store.copies import beside
from aggregator.store.lock import DataLock, holder
from aggregator.store.restore import unfinished

REPLAY_LOCK = ".replay.lock"


@dataclass(frozen=True, slots=True)
class Removal:
    """Files that go, or would; `size` is what that frees, in bytes."""

    what: str
    files: tuple[Path, ...]
    size: int


def removal(what: str, files: Iterable[Path]) -> Removal:
    """A file with a second name frees nothing."""
    found = tuple(files)
    stats = [path.stat() for path in found if path.exists()]
    return Removal(what, found, sum(stat.st_size for stat in stats if stat.st_nlink == 1))


def replay_part(data: Path) -> Path:
    """The database that a replay rebuilds only to compare it."""
    return data / ".replay.db"


def old_backups(data: Path, keep: int, *, remove: bool) -> Removal:
    """All but the newest `keep`, and what was left half done. Raises LockHeld while a backup is being made."""
    folder = data / FOLDER
    if not folder.is_dir():
        return removal("backups", ())
    if not remove:
        return removal("backups", _backups(folder, keep))
    with working_in(folder):
        return _removed("backups", _backups(folder, keep))


def leftovers(data: Path, database: Path, *, remove: bool) -> Removal:
    """What a restore or a replay that was killed left; one that still runs is left alone. For the holder of
    the data folder's lock, when they are to be removed."""
    if not remove:
        parts = [] if holder(data / REPLAY_LOCK) else _replay_parts(data)
        return removal("leftovers", [*unfinished(database), *parts])
    try:
        with DataLock(data, "prune", file=REPLAY_LOCK):
            return _removed("leftovers", [*unfinished(database), *_replay_parts(data)])
    except LockHeld:
        return _removed("leftovers", unfinished(database))


def _backups(folder: Path, keep: int) -> list[Path]:
    return [*too_many(backups_in(folder), keep), *parts_in(folder)]


def _replay_parts(data: Path) -> list[Path]:
    part = replay_part(data)
    return [path for path in (part, *beside(part)) if path.exists()]


def _removed(what: str, files: Sequence[Path]) -> Removal:
    found = removal(what, files)
    try:
        for path in files:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"cannot remove {error.filename}: {error.strerror}") from error
    return found
