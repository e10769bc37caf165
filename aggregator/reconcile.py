"""The second witness: hold what is stored against arXiv's OAI-PMH records, fill what the feeds lacked, say so.

    category ─► harvest (pages, passes) ─► claims ─► what of them is not stored ─► store ─► verdict a day
                sources/oai_harvest        witness                                 one transaction a page

A page's rows and the place to go on from are stored together, so that a harvest that was killed goes on where it
stood. A page that brings something missing makes its days suspect at once; the end of the harvest confirms every
day, or calls it backfilled.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Event
from typing import Protocol

import msgspec

from aggregator import normalise
from aggregator.announce import slot_at
from aggregator.clock import Clock
from aggregator.errors import AggregatorError, BadToken, FeedError, Stopped, StoreError
from aggregator.ledger import WITNESS_READY, Witnessed, after, witness_span
from aggregator.models import Announcement, Answer, DayLink, Kind, LedgerRow, Paper, Record, Verdict
from aggregator.pipeline import Watcher
from aggregator.retry import Policy, Retry
from aggregator.sources.oai_harvest import OVERLAP, HarvestState, after_bad_token, after_page, request
from aggregator.sources.oai_parser import OaiPage
from aggregator.witness import Claim, claims, listed_days

log = logging.getLogger(__name__)

MOST_PASSES = 10  # of one harvest, refused tokens included; then it fails, confirms nothing, and begins anew
MEMORY = timedelta(days=365)  # how far back an open day is looked for
AFTER_FEED = 2_000  # positions behind everything that a feed can list
_ONE_DAY = timedelta(days=1)
Key = tuple[str, int, Kind]


class Source(Protocol):
    """arXiv's OAI-PMH interface."""

    @property
    def base(self) -> str: ...
    def set_of(self, category: str) -> str: ...
    def fetch(self, url: str, *, deadline: float) -> Answer: ...
    def parse(self, answer: Answer) -> OaiPage: ...


class Rows(Protocol):
    """What reconciling needs of the store."""

    def paper(self, paper_id: str) -> Paper | None: ...
    def known_days(self, category: str, keys: Iterable[Key]) -> Mapping[Key, date]: ...
    def days(self, category: str | None, categories: Sequence[str], limit: int) -> Sequence[DayLink]: ...
    def ledger_rows(self, since: date, categories: Sequence[str]) -> Sequence[LedgerRow]: ...
    def save_ledger(self, rows: Iterable[LedgerRow]) -> None: ...
    def load_harvest(self, key: str) -> str | None: ...
    def save_harvest_page(
        self,
        papers_: Iterable[Paper],
        announcements: Sequence[Announcement],
        versions: Iterable[tuple[str, int, datetime]],
        ledger: Iterable[LedgerRow],
        *,
        key: str,
        state_json: str,
        at: datetime,
    ) -> int: ...


class Reconciler:
    """Reconciles one category after the other. `deadline` is the most that one request may take, in seconds."""

    def __init__(
        self,
        *,
        source: Source,
        store: Rows,
        policy: Policy,
        deadline: float,
        clock: Clock,
        stop: Event | None = None,
        watcher: Watcher | None = None,
    ) -> None:
        self._source = source
        self._store = store
        self._policy = policy
        self._deadline = deadline
        self._clock = clock
        self._stop = stop or Event()
        self._watcher = watcher or Watcher()

    def reconcile(self, categories: Sequence[str], *, since: date | None = None) -> tuple[Verdict, ...]:
        """Hold each category's days against the witness: those that it has not seen, or all from `since` on."""
        if since is None:
            return self._all(self._spans(categories, patient=False))
        until = slot_at(self._clock.now() - WITNESS_READY).listing_day
        return self._all(dict.fromkeys(categories, (since, until)))

    def reconcile_due(self, categories: Sequence[str]) -> tuple[Verdict, ...]:
        """The same for days that the feed has had its say on; a fresh day waits for the feed's second look."""
        return self._all(self._spans(categories, patient=True))

    def _spans(self, categories: Sequence[str], *, patient: bool) -> dict[str, tuple[date, date]]:
        now = self._clock.now()
        since = now.date() - MEMORY
        rows = {category: self._store.ledger_rows(since, [category]) for category in categories}
        spans = {category: witness_span(found, now, patient=patient) for category, found in rows.items()}
        return {category: span for category, span in spans.items() if span}

    def _all(self, spans: Mapping[str, tuple[date, date]]) -> tuple[Verdict, ...]:
        verdicts = []
        for number, (category, (since, until)) in enumerate(spans.items(), 1):
            if since <= until:
                self._watcher.asking(category, number, len(spans))
                verdicts.append(self._one(category, since, until))
        return tuple(verdicts)

    def _one(self, category: str, since: date, until: date) -> Verdict:
        verdict = Verdict(category, since, until)
        try:
            for page, filled in self._harvest(category, since, until):
                records = verdict.records + len(page.records)
                verdict = replace(verdict, records=records, filled=verdict.filled + filled)
            self._confirm(category, since, until)
        except (Stopped, StoreError):
            raise
        except AggregatorError as error:
            log.warning("%s could not be reconciled: %s", category, error)
            verdict = replace(verdict, error=str(error))
        return verdict

    # the harvest

    def _harvest(self, category: str, since: date, until: date) -> Iterator[tuple[OaiPage, int]]:
        key = f"arXivRaw {self._source.set_of(category)}"
        state = self._begin(key, category, since)
        refused = 0
        while not state.done:
            if state.pass_number + refused > MOST_PASSES:
                raise FeedError(self._source.base, "the records do not come to rest", category=category)
            if self._stop.is_set():
                raise Stopped("stopped between two pages")
            try:
                page = self._page(category, state)
            except BadToken:
                state, refused = after_bad_token(state), refused + 1
                continue
            found = _Found(self._store, category, since, until, self._clock.now()).take(page)
            state = after_page(state, page, found.fresh)
            before = self._ledger(category, since)
            suspects = found.suspects(before)
            filled = self._store.save_harvest_page(
                found.papers,
                found.announcements(),
                found.versions,
                suspects,
                key=key,
                state_json=msgspec.json.encode(state).decode(),
                at=self._clock.now(),
            )
            self._tell(before, suspects)
            yield page, filled

    def _begin(self, key: str, category: str, since: date) -> HarvestState:
        """The harvest that was interrupted, if it reaches far enough back, or a new one."""
        start = HarvestState(self._source.set_of(category), "arXivRaw", since=since - OVERLAP)
        saved = self._store.load_harvest(key)
        if saved is None:
            return start
        state = msgspec.json.decode(saved, type=HarvestState)
        reaches = state.since is not None and start.since is not None and state.since <= start.since
        rests = state.done or state.pass_number >= MOST_PASSES
        return state if reaches and not rests else start

    def _page(self, category: str, state: HarvestState) -> OaiPage:
        url = request(state, self._source.base)
        retry = Retry(
            self._policy,
            clock=self._clock,
            stop=self._stop,
            on_wait=lambda wait: self._watcher.waiting(category, wait),
        )
        for attempt in retry:
            with attempt:
                deadline = min(self._deadline, attempt.remaining)
                page = self._source.parse(self._source.fetch(url, deadline=deadline))
        if retry.stopped:
            raise Stopped(f"stopped while {category} was reconciled")
        retry.result()
        return page

    # the verdict

    def _confirm(self, category: str, since: date, until: date) -> None:
        """All that the witness knows is stored now: say so of every day."""
        now = self._clock.now()
        rows = self._ledger(category, since)
        confirmed = [
            after(rows.get(day), Witnessed(category, day, now, total=rows[day].total if day in rows else 0))
            for day in sorted({*_weekdays(since, until), *rows})
            if since <= day <= until
        ]
        self._store.save_ledger(confirmed)
        self._tell(rows, confirmed)

    def _ledger(self, category: str, since: date) -> dict[date, LedgerRow]:
        return {row.day: row for row in self._store.ledger_rows(since, [category])}

    def _tell(self, before: Mapping[date, LedgerRow], rows: Iterable[LedgerRow]) -> None:
        for row in rows:
            if row.day not in before or before[row.day].state != row.state:
                self._watcher.turned(row)


class _Found:
    """What one page brings for a category that is not stored yet."""

    def __init__(self, store: Rows, category: str, since: date, until: date, at: datetime) -> None:
        self._store = store
        self._category = category
        self._since = since
        self._until = until
        self._at = at
        self._listed_on = {link.day for link in store.days(category, (category,), 400)}
        self.papers: list[Paper] = []
        self.versions: list[tuple[str, int, datetime]] = []
        self.missing: list[Claim] = []
        self.fresh = 0  # records that change what is stored

    def take(self, page: OaiPage) -> _Found:
        self._listed_on |= listed_days(page.records)
        for record in page.records:
            if not record.deleted and record.versions:
                self._record(record)
        return self

    def _record(self, record: Record) -> None:
        stored = self._store.paper(record.arxiv_id)
        before = stored.categories if stored else None
        implied = claims(record, self._category, before=before, listed_on=self._listed_on)
        wanted = [claim for claim in implied if self._since <= claim.day <= self._until]
        if stored is None and not wanted:
            return
        try:
            paper = normalise.paper(record.entry(Kind.NEW))
        except normalise.EntryRefused as error:
            log.warning("record refused: %s", error)
            return
        missing = self._not_stored(wanted)
        self.fresh += bool(missing) or stored is None or stored.version < paper.version
        self.papers.append(paper)
        self.versions += [(paper.id, version.number, version.submitted) for version in record.versions]
        self.missing += missing

    def _not_stored(self, wanted: Sequence[Claim]) -> list[Claim]:
        """A paper is new once, whatever its version then; any other version is known however it was announced."""
        others = [kind for kind in Kind if kind is not Kind.NEW]
        keys = [(c.paper_id, c.version, kind) for c in wanted for kind in ([c.kind, *others])]
        known = {(paper_id, version) for paper_id, version, _ in self._store.known_days(self._category, keys)}
        return [claim for claim in wanted if (claim.paper_id, claim.version) not in known]

    def announcements(self) -> list[Announcement]:
        """The missing ones, behind what the feed listed, by id."""
        return [
            Announcement(claim.paper_id, claim.version, self._category, claim.day, claim.kind, place)
            for place, claim in enumerate(sorted(self.missing, key=lambda c: (c.day, c.paper_id)), AFTER_FEED)
        ]

    def suspects(self, rows: Mapping[date, LedgerRow]) -> list[LedgerRow]:
        """The rows of the days that lacked something."""
        kinds: dict[date, Counter[Kind]] = defaultdict(Counter)
        for claim in self.missing:
            kinds[claim.day][claim.kind] += 1
        return [self._suspect(rows.get(day), day, counts) for day, counts in sorted(kinds.items())]

    def _suspect(self, row: LedgerRow | None, day: date, lacked: Mapping[Kind, int]) -> LedgerRow:
        counts = Counter(row.counts if row else {}) + Counter(lacked)
        seen = Witnessed(
            self._category,
            day,
            self._at,
            total=counts.total(),
            missing=sum(lacked.values()) + (row.missing if row else 0),
            counts=counts,
        )
        return after(row, seen)


def _weekdays(since: date, until: date) -> list[date]:
    days = (since + n * _ONE_DAY for n in range((until - since).days + 1))
    return [day for day in days if day.weekday() < 5]
