"""What the data folder is like: room, rights, database, backups, locks, the gate to arXiv. Only read."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from aggregator.errors import StoreError
from aggregator.models import GateState
from aggregator.operate.findings import Finding, Level, judged
from aggregator.store.audit import clock_ahead
from aggregator.store.backup import FOLDER, backups_in, moment_of
from aggregator.store.lock import holder
from aggregator.store.status import StatusRows, read_status

DATABASE = "papers.db"
ROOM = 500_000_000  # bytes; a day of all of arXiv takes about 20 MB
INODES = 10_000  # a file a paper
STALE = timedelta(days=8)  # a weekly backup and a day
LOCKS = {
    "writer.lock": "writing",
    "daemon.lock": "daemon",
    "gate.lock": "asking arXiv",
    f"{FOLDER}/.backup.lock": "backup",
    ".replay.lock": "replay",
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the database tells; `problem` why it does not."""

    rows: StatusRows | None = None
    ahead: timedelta | None = None
    problem: str = ""

    @property
    def newest(self) -> datetime | None:
        """The latest moment that stands in it."""
        if self.rows is None:
            return None
        moments = [poll.checked_at for poll in self.rows.polls]
        return max([*moments, *filter(None, [self.rows.gate.last_request_at])], default=None)


def known(data: Path) -> Known:
    """Ask the database, if there is one and it can be read."""
    if not (data / DATABASE).exists():
        return Known()
    try:
        return Known(read_status(data / DATABASE), clock_ahead(data / DATABASE))
    except StoreError as error:
        return Known(problem=str(error))


def folder(data: Path, found: Known, now: datetime) -> Iterator[Finding]:
    """All about the data folder."""
    if not data.is_dir():
        yield Finding("data folder", Level.NOTE, f"{data}: not there yet", "`aggregator update` makes it")
        return
    yield rights(data)
    yield room(data)
    yield inodes(data)
    yield database(found)
    if found.rows:
        yield backups(data / FOLDER, now)
        yield gate(found.rows.gate, now)
    yield locks(data)


def rights(data: Path) -> Finding:
    """Whether this user can write there, tried; and whether others can."""
    mode, owner = data.stat().st_mode, data.stat().st_uid
    says = f"{data}, mode {stat.S_IMODE(mode):o}, owner {owner}"
    return judged(
        "data folder",
        says,
        (not _can_write(data), Level.WRONG, f"user {os.geteuid()} cannot write there: mend owner or mode"),
        (bool(mode & stat.S_IWOTH), Level.NOTE, "everybody may write there: chmod o-w"),
        (owner != os.geteuid(), Level.NOTE, f"run the commands as its owner; this is user {os.geteuid()}"),
    )


def room(data: Path) -> Finding:
    """A backup and a change of the schema need the database once more."""
    free, size = shutil.disk_usage(data).free, _size(data / DATABASE)
    least = max(ROOM, 2 * size)
    says = f"{free / 1e9:.1f} GB free, the database has {size / 1e9:.3f} GB"
    return judged("disk", says, (free < least, Level.WRONG, f"free at least {least / 1e9:.1f} GB"))


def inodes(data: Path) -> Finding:
    """S17. Some file systems have no fixed number; they say 0."""
    found = os.statvfs(data)
    if not found.f_files:
        return Finding("files on disk", Level.FINE, "no limit")
    hint = "the disk is out of files (inodes): remove some"
    return judged("files on disk", f"{found.f_favail:,} more", (found.f_favail < INODES, Level.WRONG, hint))


def database(found: Known) -> Finding:
    """Whether it can be read; `aggregator verify` reads all of it."""
    if found.rows is None:
        if found.problem:
            return Finding("database", Level.WRONG, found.problem)
        return Finding("database", Level.NOTE, "not there yet", "`aggregator update` makes it")
    counts = found.rows.counts
    return Finding(
        "database", Level.FINE, f"{counts.papers:,} papers, {counts.announcements:,} announcements"
    )


def backups(path: Path, now: datetime) -> Finding:
    """By their names; whether they are whole was checked when they were made."""
    made = [moment for backup in backups_in(path) if (moment := moment_of(backup))]
    hint = "`aggregator backup` makes one"
    if not made:
        return Finding("backups", Level.NOTE, f"none in {path}", hint)
    says = f"{len(made)} in {path}, the newest of {max(made):%Y-%m-%d %H:%M} UTC"
    return judged("backups", says, (now - max(made) > STALE, Level.NOTE, hint))


def gate(state: GateState, now: datetime) -> Finding:
    """Whether arXiv may be asked."""
    if state.needs_operator:
        hint = "settle why, then run `aggregator resume`"
        return Finding("gate to arXiv", Level.WRONG, f"closed by arXiv: {state.reason}", hint)
    if state.closed_until and state.closed_until > now:
        says = f"closed until {state.closed_until:%Y-%m-%d %H:%M} UTC: {state.reason}"
        return Finding("gate to arXiv", Level.NOTE, says, "nothing to do: it opens by itself")
    return Finding("gate to arXiv", Level.FINE, "open")


def locks(data: Path) -> Finding:
    """Who works here at this moment. A lock without a living holder is none."""
    held = [f"{what}: {who}" for file, what in LOCKS.items() if (who := holder(data / file))]
    return Finding("locks", Level.FINE, "; ".join(held) or "nobody holds one")


def _can_write(path: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=path):
            return True
    except OSError:
        return False


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
