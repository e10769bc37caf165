"""The wiring: settings → concrete store, gate, transport, source, site, pipeline. Nothing else picks classes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

from aggregator.build import Builder
from aggregator.clock import Clock, SystemClock
from aggregator.errors import FeedErrorReply, HttpError, StoreError
from aggregator.ledger import is_due
from aggregator.models import Answer, Batch, Published, Report, Validators
from aggregator.operate.replay import Replayed, replay
from aggregator.pipeline import Pipeline, Watcher
from aggregator.policy import arxiv_policy
from aggregator.settings import Settings, require_contact
from aggregator.site import Site
from aggregator.sources import rss
from aggregator.sources.gate import Gate, GatedTransport
from aggregator.sources.transport import HttpTransport, user_agent
from aggregator.store import DataLock, Store, read_status
from aggregator.store.backup import FOLDER, KEEP, Backup, back_up
from aggregator.store.compare import Comparison, compare
from aggregator.store.copies import Progress, remove_database, silent, sync
from aggregator.store.restore import Restored, restore

log = logging.getLogger(__name__)

ARXIV_HOSTS = frozenset({"arxiv.org", "rss.arxiv.org", "export.arxiv.org", "oaipmh.arxiv.org"})
LOCK_WAIT = 120.0  # seconds that a command waits for another writer's run before it gives up


@dataclass(frozen=True, slots=True)
class RssSource:
    """arXiv's RSS feeds, one category a request."""

    base: str
    transport: GatedTransport

    def url(self, category: str) -> str:
        return rss.feed_url(self.base, category)

    def fetch(self, url: str, *, deadline: float, validators: Validators) -> Answer:
        try:
            return self.transport.get(url, deadline=deadline, validators=validators)
        except HttpError as error:
            if (
                error.status == 400 and b"Feed error" in error.body
            ):  # how arXiv answers for an unknown category
                raise FeedErrorReply(url, "arXiv has no feed of this name") from error
            raise

    def parse(self, answer: Answer, category: str) -> Batch:
        return rss.parse(answer, category)


class App:
    """One program on one data folder."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        stop: Event | None = None,
        watcher: Watcher | None = None,
    ) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        self.stop = stop or Event()
        self.watcher = watcher or Watcher()

    @property
    def database(self) -> Path:
        return self.settings.data / "papers.db"

    @property
    def site_folder(self) -> Path:
        return self.settings.data / "site"

    def update(self, *, force: bool = False) -> Report:
        """Ask arXiv for what is due. Raises SettingsError without a contact, LockHeld, StoreError, Stopped."""
        require_contact(self.settings)
        with self.writing() as store, self._pipeline(store) as pipeline:
            report = pipeline.update(self.settings.categories, force=force)
            self._prune(store)
            return report

    def due(self) -> bool:
        """Whether any category is due; a cheap look that takes no lock."""
        if not self.database.is_file():
            return True
        polls = {poll.category: poll for poll in read_status(self.database).polls}
        return any(is_due(polls.get(name), self.clock.now()) for name in self.settings.categories)

    def build(self) -> Published:
        """Render and publish what changed. Raises LockHeld, StoreError, PublishError."""
        with self.writing() as store:
            return self._builder(store).build()

    def resume(self) -> bool:
        """Open the gate again after arXiv closed it. False when it was open."""
        with self.writing() as store:
            return self._gate(store).resume()

    def back_up(self, folder: Path | None = None, *, keep: int = KEEP, progress: Progress = silent) -> Backup:
        """Copy the database, by default into the data folder's backups. Raises StoreError."""
        target = folder or self.settings.data / FOLDER
        return back_up(self.database, target, now=self.clock.now(), keep=keep, progress=progress)

    def restore(self, source: Path, *, progress: Progress = silent) -> Restored:
        """Put a backup in the place of the database. Raises LockHeld, StoreError."""
        make_folder(self.settings.data)
        with DataLock(self.settings.data, "restore").acquire(LOCK_WAIT, self.stop):
            return restore(source, self.database, now=self.clock.now(), progress=progress)

    def replay(
        self, into: Path | None = None, *, progress: Progress = silent
    ) -> tuple[Replayed, Comparison | None]:
        """Rebuild a database from the kept bodies: into a new file, or only to compare it with the present one.

        Raises Stopped, LockHeld when another replay runs, StoreError.
        """
        target = into or self.settings.data / ".replay.db"
        if into and into.exists():
            raise StoreError(f"{into} exists already; a replay makes a new file")
        part = target.with_name(f".{target.name}.part")
        make_folder(target.parent)
        with (
            DataLock(target.parent, "replay", file=".replay.lock"),
            Store.open(self.database, read_only=True) as present,
        ):
            remove_database(part)
            try:
                with Store.open(part) as rebuilt:
                    done = replay(
                        present,
                        rebuilt,
                        rss.parse,
                        schedule=self.settings.schedule,
                        stop=self.stop,
                        progress=progress,
                    )
                if into is None:
                    return done, compare(self.database, part)
                part.replace(into)
                sync(into)
                return done, None
            finally:
                remove_database(part)

    @contextmanager
    def writing(self) -> Iterator[Store]:
        """The store, while this process is the one writer on the data folder."""
        make_folder(self.settings.data)
        with DataLock(self.settings.data).acquire(LOCK_WAIT, self.stop), Store.open(self.database) as store:
            yield store

    @contextmanager
    def _pipeline(self, store: Store) -> Iterator[Pipeline]:
        arxiv = self.settings.arxiv
        with HttpTransport(
            user_agent=user_agent(arxiv.contact),
            allowed_hosts=ARXIV_HOSTS | {urlsplit(arxiv.rss_url).hostname or ""},
            max_body=arxiv.max_body,
            clock=self.clock,
        ) as transport:
            yield Pipeline(
                source=RssSource(arxiv.rss_url, GatedTransport(transport, self._gate(store))),
                store=store,
                policy=arxiv_policy(attempts=arxiv.tries, budget=arxiv.budget, floor=arxiv.interval),
                schedule=self.settings.schedule,
                deadline=arxiv.deadline,
                clock=self.clock,
                stop=self.stop,
                watcher=self.watcher,
            )

    def _gate(self, store: Store) -> Gate:
        return Gate(
            store,
            self.settings.data / "gate.lock",
            interval=self.settings.arxiv.interval,
            clock=self.clock,
            stop=self.stop,
        )

    def _builder(self, store: Store) -> Builder:
        return Builder(
            store=store,
            site=Site(self.settings.site, self.site_folder, categories=self.settings.categories),
            categories=self.settings.categories,
            days=self.settings.site.days,
            watcher=self.watcher,
        )

    def _prune(self, store: Store) -> None:
        pruned = store.prune_bodies(self.clock.now() - timedelta(days=self.settings.keep_raw_days))
        if pruned:
            log.info("removed %d raw bodies older than %d days", pruned, self.settings.keep_raw_days)


def make_folder(folder: Path) -> None:
    """Create the data folder. Raises StoreError where that is not allowed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"cannot create the data folder {folder}: {error.strerror}") from error
