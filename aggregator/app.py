"""The wiring: settings → concrete store, gate, transport, source, site, pipeline. Nothing else picks classes."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

from aggregator.adding import Added, Adder
from aggregator.asking import Asker, Watcher
from aggregator.build import Builder, Helpers, all_cores
from aggregator.clock import Clock, SystemClock
from aggregator.errors import (
    BadClock,
    FeedErrorReply,
    HttpError,
    LockHeld,
    NoSuchDays,
    SearchError,
    StoreError,
)
from aggregator.ledger import chance_of, is_due, witness_span
from aggregator.models import Answer, Batch, ListPage, Published, Report, Validators, Verdict
from aggregator.pipeline import Pipeline
from aggregator.policy import arxiv_policy
from aggregator.reconcile import Reconciler
from aggregator.retry import Policy
from aggregator.search import Indexed, Indexer, Progress
from aggregator.settings import Settings, is_loopback, require_contact
from aggregator.site import Site
from aggregator.sources import api, lists, oai, rss
from aggregator.sources.gate import Gate, GatedTransport
from aggregator.sources.oai_parser import OaiPage
from aggregator.sources.skew import OverheardTransport
from aggregator.store import DataLock, Store, read_status

log = logging.getLogger(__name__)

ARXIV_HOSTS = frozenset({"arxiv.org", "rss.arxiv.org", "export.arxiv.org", "oaipmh.arxiv.org"})
OAI_DEADLINE = 300.0  # seconds; the first byte of a page has taken 190
WITNESS_PAUSE = timedelta(hours=1)  # after a harvest that failed
CLOCK_PAUSE = 600.0  # seconds without asking, while this machine's clock is wrong
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


@dataclass(frozen=True, slots=True)
class OaiSource:
    """arXiv's OAI-PMH, one page a request."""

    base: str
    transport: GatedTransport

    def set_of(self, category: str) -> str:
        return oai.set_of(category)

    def fetch(self, url: str, *, deadline: float) -> Answer:
        return self.transport.get(url, deadline=deadline, accept="text/xml, application/xml")

    def parse(self, answer: Answer) -> OaiPage:
        return oai.parse(answer)


@dataclass(frozen=True, slots=True)
class ApiSource:
    """arXiv's query API, one page a request."""

    base: str
    transport: GatedTransport

    def query_urls(self, ids: Sequence[str], *, page: int) -> list[str]:
        return api.query_urls(self.base, ids, page=page)

    def search_url(self, query: str, start: int, page: int) -> str:
        return api.search_url(self.base, query, start, page)

    def fetch(self, url: str, *, deadline: float) -> Answer:
        try:
            return self.transport.get(url, deadline=deadline, accept="application/atom+xml")
        except HttpError as error:
            if error.status == 400 and b"<feed" in error.body:
                raise FeedErrorReply(url, "arXiv does not understand the question") from error
            raise

    def parse(self, answer: Answer) -> api.ApiPage:
        return api.parse(answer)


@dataclass(frozen=True, slots=True)
class CatchUp:
    """arXiv's lists of past days, one page a request."""

    base: str
    transport: GatedTransport

    def fetch(self, category: str, day: date, page: int, *, deadline: float) -> Answer:
        url = lists.list_url(self.base, category, day, page)
        return self.transport.get(url, deadline=deadline, accept="text/html", pace=lists.DELAY)

    def parse(self, answer: Answer, category: str, day: date, page: int) -> ListPage:
        return lists.parse(answer, category, day, page)


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
        self._witness_after = datetime.min.replace(tzinfo=UTC)
        self._clock_wrong_until = -1.0  # monotonic seconds

    @property
    def database(self) -> Path:
        return self.settings.data / "papers.db"

    @property
    def desks(self) -> Path:
        """Readers' desks, which `serve` keeps."""
        return self.settings.data / "desks.db"

    @property
    def index_folder(self) -> Path:
        return self.settings.data / "search"

    @property
    def site_folder(self) -> Path:
        return self.settings.data / "site"

    def update(self, *, force: bool = False) -> Report:
        """Ask arXiv for what is due: feeds, then the second witness for days that the feeds have settled.

        Raises SettingsError without a contact, LockHeld, StoreError, Stopped; BadClock, and then for some minutes
        without asking.
        """
        require_contact(self.settings)
        if self.clock.monotonic() < self._clock_wrong_until:
            raise BadClock("this machine's clock was wrong minutes ago; arXiv is asked again soon")
        with self.writing() as store, self._transport(store) as transport:
            try:
                report = self._pipeline(store, transport).update(self.settings.categories, force=force)
            except BadClock:
                self._clock_wrong_until = self.clock.monotonic() + CLOCK_PAUSE
                raise
            verdicts = self._witness(store, transport)
            self._prune(store)
            self._refresh_index(store)
            return replace(report, verdicts=verdicts)

    def _witness(self, store: Store, transport: GatedTransport) -> tuple[Verdict, ...]:
        """Reconcile what is due, unless that failed a short while ago."""
        if self.clock.now() < self._witness_after:
            return ()
        verdicts = self._reconciler(store, transport).reconcile_due(self.settings.categories)
        if any(verdict.error for verdict in verdicts):
            self._witness_after = self.clock.now() + WITNESS_PAUSE
        return verdicts

    def reconcile(self, *, since: date | None = None) -> tuple[Verdict, ...]:
        """Hold what is stored against OAI-PMH, from `since` on or where no witness has spoken. Raises as `update`."""
        require_contact(self.settings)
        with self.writing() as store, self._transport(store) as transport:
            return self._reconciler(store, transport).reconcile(self.settings.categories, since=since)

    def backfill(self, since: date, until: date) -> tuple[Verdict, ...]:
        """Fill all days from `since` to `until` through OAI-PMH. Raises as `update`."""
        require_contact(self.settings)
        with self.writing() as store, self._transport(store) as transport:
            return self._reconciler(store, transport).backfill(self.settings.categories, since, until)

    def add(self, ids: Sequence[str]) -> Added:
        """Add papers by id through arXiv's query API. Raises as `Adder.by_id`, and as `update`."""
        with self._adder() as adder:
            return adder.by_id(ids)

    def add_found(self, query: str, most: int) -> Added:
        """Add what a search of arXiv's query API finds. Raises as `add`."""
        with self._adder() as adder:
            return adder.by_query(query, most)

    @contextmanager
    def _adder(self) -> Iterator[Adder]:
        require_contact(self.settings)
        asker = Asker(self._policy(), self.clock, self.settings.arxiv.deadline, self.stop, self.watcher)
        with self.writing() as store, self._transport(store) as transport:
            yield Adder(ApiSource(self.settings.arxiv.api_url, transport), store, asker)

    def due(self) -> bool:
        """Whether any category is due; a cheap look that takes no lock."""
        if not self.database.is_file():
            return True
        now, rows = self.clock.now(), read_status(self.database)
        polls = {poll.category: poll for poll in rows.polls}
        if any(is_due(polls.get(name), now) for name in self.settings.categories):
            return True
        books = {
            name: [row for row in rows.ledger if row.category == name] for name in self.settings.categories
        }
        return now >= self._witness_after and any(witness_span(book, now) for book in books.values())

    def build(self, *, thorough: bool = False) -> Published:
        """Render and publish what changed; `thorough`, look at every file.

        Raises LockHeld, StoreError, PublishError.
        """
        with self.writing() as store:
            self._refresh_index(store)
            return self._builder(store).build(thorough=thorough)

    def keep_span(self, first: date, last: date) -> None:
        """Let builds make pages of these days too, until `forget_spans`. Raises NoSuchDays, LockHeld, StoreError."""
        with self.writing() as store:
            if not store.day_stamps_within(self.settings.categories, first, last):
                end = "on" if last == date.max else f"to {last}"
                raise NoSuchDays(f"no listing day of the followed categories from {first} {end}")
            store.keep_span(first, last)

    def spans(self) -> tuple[tuple[date, date], ...]:
        """The kept spans, oldest first. Raises StoreError."""
        with Store.open(self.database, read_only=True) as store:
            return store.spans()

    def forget_spans(self) -> None:
        """Let builds make pages of the newest days only. Raises LockHeld, StoreError."""
        with self.writing() as store:
            store.forget_spans()

    def index(self, *, anew: bool = True, progress: Progress | None = None) -> Indexed:
        """Make the search index anew, or put in what changed. Others may write meanwhile.

        Raises LockHeld, StoreError, SearchError.
        """
        with self._indexing(), Store.open(self.database, read_only=True) as store:
            return Indexer(self.index_folder, progress, self._settle_index).refresh(store, anew=anew)

    def _refresh_index(self, store: Store) -> None:
        """Put what changed into the search index. It is derived: what goes wrong with it stops nothing else."""
        try:
            with self._indexing():
                Indexer(self.index_folder, partial(self.watcher.building, "search index")).refresh(store)
        except LockHeld:
            log.info("another process makes the search index; what changed is put in later")
        except SearchError as error:
            log.warning("the search index could not be brought up to date: %s", error)

    def _settle_index(self, token: str, upto: int) -> None:
        with self.writing() as store:
            store.save_search_token(token, upto)

    @contextmanager
    def _indexing(self) -> Iterator[None]:
        """The right to write the search index; others may go on writing the database."""
        with DataLock(self.settings.data, "search index", file="search.lock"):
            yield

    def resume(self) -> bool:
        """Open the gate again after arXiv closed it. False when it was open."""
        with self.writing() as store:
            return self._gate(store).resume()

    @contextmanager
    def writing(self) -> Iterator[Store]:
        """The store, while this process is the one writer on the data folder."""
        make_folder(self.settings.data)
        with DataLock(self.settings.data).acquire(LOCK_WAIT, self.stop), Store.open(self.database) as store:
            yield store

    @contextmanager
    def _transport(self, store: Store) -> Iterator[GatedTransport]:
        from aggregator.sources.transport import HttpTransport, user_agent  # noqa: PLC0415 – httpx takes 0.1 s

        arxiv = self.settings.arxiv
        asked = (arxiv.rss_url, arxiv.oai_url, arxiv.api_url, self._lists_url())
        hosts = {urlsplit(url).hostname or "" for url in asked}
        with HttpTransport(
            user_agent=user_agent(arxiv.contact),
            allowed_hosts=ARXIV_HOSTS | hosts,
            max_body=arxiv.max_body,
            clock=self.clock,
        ) as transport:
            yield GatedTransport(OverheardTransport(transport, self.watcher.answered), self._gate(store))

    def _pipeline(self, store: Store, transport: GatedTransport) -> Pipeline:
        arxiv = self.settings.arxiv
        return Pipeline(
            source=RssSource(arxiv.rss_url, transport),
            store=store,
            policy=self._policy(),
            schedule=self.settings.schedule,
            deadline=arxiv.deadline,
            clock=self.clock,
            chance=chance_of(f"{arxiv.contact} {self.settings.data.resolve()}"),
            stop=self.stop,
            watcher=self.watcher,
        )

    def _lists_url(self) -> str:
        """Empty where lists are not asked for: a rehearsal on loopback never asks the real arXiv."""
        arxiv = self.settings.arxiv
        elsewhere = is_loopback(arxiv.oai_url) and not is_loopback(arxiv.lists_url)
        return "" if elsewhere else arxiv.lists_url

    def _reconciler(self, store: Store, transport: GatedTransport) -> Reconciler:
        arxiv = self.settings.arxiv
        return Reconciler(
            source=OaiSource(arxiv.oai_url, transport),
            store=store,
            policy=self._policy(),
            deadline=max(arxiv.deadline, OAI_DEADLINE),
            clock=self.clock,
            day_lists=CatchUp(self._lists_url(), transport) if self._lists_url() else None,
            stop=self.stop,
            watcher=self.watcher,
        )

    def _policy(self) -> Policy:
        arxiv = self.settings.arxiv
        return arxiv_policy(attempts=arxiv.tries, budget=arxiv.budget, floor=arxiv.interval)

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
            site=Site(
                self.settings.site,
                self.site_folder,
                categories=self.settings.categories,
                cache=self.settings.data / "cache",
            ),
            categories=self.settings.categories,
            days=self.settings.site.days,
            clock=self.clock,
            watcher=self.watcher,
            helpers=Helpers(all_cores(), store.renew),
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
