"""The operator's tools on one data folder: back up, restore, replay, verify, prune."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from aggregator.app import LOCK_WAIT, App, make_folder
from aggregator.errors import StoreError
from aggregator.operate.prune import (
    REPLAY_LOCK,
    Removal,
    leftovers,
    old_backups,
    removal,
    replay_part,
)
from aggregator.operate.replay import Replayed, replay
from aggregator.operate.verify import Check, verify
from aggregator.site import Site
from aggregator.sources import rss
from aggregator.store import DataLock, Store
from aggregator.store.audit import audit
from aggregator.store.backup import FOLDER, KEEP, Backup, back_up, back_up_desks
from aggregator.store.compare import Comparison, compare
from aggregator.store.copies import Progress, remove_database, silent, sync
from aggregator.store.restore import Restored, restore, restore_desks


class Upkeep:
    """What is done to a data folder now and then, beside its daily runs."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._data = app.settings.data

    def back_up(self, folder: Path | None = None, *, keep: int = KEEP, progress: Progress = silent) -> Backup:
        """Copy the database and readers' desks, by default into the data folder's backups. Raises StoreError."""
        now, folder = self._app.clock.now(), folder or self._data / FOLDER
        done = back_up(self._app.database, folder, now=now, keep=keep, progress=progress)
        return replace(done, desks=back_up_desks(self._app.desks, folder, now=now, keep=keep))

    def restore_desks(self, source: Path) -> Path | None:
        """Put a backup of readers' desks in place; the present ones go aside. Raises StoreError."""
        make_folder(self._data)
        return restore_desks(source, self._app.desks, now=self._app.clock.now())

    def restore(self, source: Path, *, progress: Progress = silent) -> Restored:
        """Put a backup in the place of the database. Raises LockHeld, Stopped, StoreError."""
        make_folder(self._data)
        with self._lock("restore"):
            return restore(source, self._app.database, now=self._app.clock.now(), progress=progress)

    def replay(
        self, into: Path | None = None, *, progress: Progress = silent
    ) -> tuple[Replayed, Comparison | None]:
        """Rebuild a database from the kept bodies: into a new file, or only to compare it with the present one.

        Raises Stopped, LockHeld when another replay runs, StoreError.
        """
        if into and into.exists():
            raise StoreError(f"{into} exists already; a replay makes a new file")
        folder = into.parent if into else self._data
        make_folder(folder)
        part = replay_part(folder)
        with (
            DataLock(folder, "replay", file=REPLAY_LOCK),
            Store.open(self._app.database, read_only=True) as present,
        ):
            try:
                remove_database(part)
                done = self._replayed(present, part, progress)
                if into is None:
                    return done, compare(self._app.database, part)
                part.replace(into)
                sync(into)
                return done, None
            finally:
                remove_database(part)

    def verify(self, *, progress: Progress = silent) -> list[Check]:
        """Hold pages, ledger and kept bodies against the database. Raises LockHeld, Stopped, StoreError."""
        settings, pages = self._app.settings, self._app.site_folder
        site = Site(settings.site, pages, categories=settings.categories)
        with self._lock("verify"), Store.open(self._app.database, read_only=True) as store:
            return verify(
                audit(self._app.database),
                store,
                site,
                lambda path: (pages / path).read_bytes(),
                categories=settings.categories,
                days=settings.site.days,
                progress=progress,
            )

    def prune(self, *, keep: int = KEEP, dry_run: bool = False) -> list[Removal]:
        """Remove what is no longer needed, or say what would go. Raises LockHeld, Stopped, StoreError."""
        app, remove = self._app, not dry_run
        before = app.clock.now() - timedelta(days=app.settings.keep_raw_days)
        with app.writing() if remove else Store.open(app.database, read_only=True) as store:
            bodies = removal("answers", store.old_bodies(before))
            if remove:
                store.prune_bodies(before)
            rest = leftovers(self._data, app.database, remove=remove)
        return [bodies, rest, old_backups(self._data, keep, remove=remove)]

    def _lock(self, name: str) -> DataLock:
        return DataLock(self._data, name).acquire(LOCK_WAIT, self._app.stop)

    def _replayed(self, present: Store, part: Path, progress: Progress) -> Replayed:
        settings = self._app.settings
        with Store.open(part) as rebuilt:
            return replay(
                present,
                rebuilt,
                rss.parse,
                schedule=settings.schedule,
                stop=self._app.stop,
                progress=progress,
            )
