"""The second witness: hold what is stored against arXiv's OAI-PMH records, fill what the feeds lacked, say so.

    category ─► lists of unseen days ─► harvest (pages, passes) ─► claims ─► gaps ─► store ─► verdict a day
                lists                   sources/oai_harvest        witness    gaps     one transaction a page

A page's rows and the place to go on from are stored together, so that a harvest that was killed goes on where it
stood. A page that brings something missing makes its days suspect at once; the end of the harvest confirms every
day, or calls it backfilled.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Event
from typing import Protocol

import msgspec

from aggregator import gaps, lists
from aggregator.announce import slot_at
from aggregator.asking import Asker, Watcher
from aggregator.clock import Clock
from aggregator.errors import AggregatorError, BadToken, FeedError, Stopped, StoreError
from aggregator.gaps import Gaps
from aggregator.ledger import WITNESS_READY, Witnessed, after, shown_whole, witness_span
from aggregator.lists import NEAR, DayLists, ListSource
from aggregator.models import Announcement, Answer, Kind, LedgerRow, Paper, Verdict
from aggregator.retry import Policy
from aggregator.sources.oai_harvest import OVERLAP, HarvestState, after_bad_token, after_page, request
from aggregator.sources.oai_parser import OaiPage

log = logging.getLogger(__name__)

MOST_PASSES = 10  # of one harvest, refused tokens included; then it fails, confirms nothing, and begins anew
MEMORY = timedelta(days=365)  # how far back an open day is looked for
_ONE_DAY = timedelta(days=1)


class Source(Protocol):
    """arXiv's OAI-PMH interface."""

    @property
    def base(self) -> str: ...
    def set_of(self, category: str) -> str: ...
    def fetch(self, url: str, *, deadline: float) -> Answer: ...
    def parse(self, answer: Answer) -> OaiPage: ...


class Rows(gaps.Rows, lists.Memory, Protocol):
    """What reconciling needs of the store."""

    def ledger_rows(self, since: date, categories: Sequence[str]) -> Sequence[LedgerRow]: ...
    def place(self, category: str, day: date, places: Mapping[str, int]) -> None: ...
    def move(self, category: str, day: date, to: Mapping[str, tuple[date, Kind]], at: datetime) -> None: ...
    def save_ledger(self, rows: Iterable[LedgerRow]) -> None: ...
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
        day_lists: ListSource | None = None,
        stop: Event | None = None,
        watcher: Watcher | None = None,
    ) -> None:
        self._source = source
        self._store = store
        self._clock = clock
        self._day_lists = day_lists
        self._watcher = watcher or Watcher()
        self._asker = Asker(policy, clock, deadline, stop or Event(), self._watcher)

    def reconcile(self, categories: Sequence[str], *, since: date | None = None) -> tuple[Verdict, ...]:
        """Hold each category's days against the witness: those that it has not seen, or all from `since` on."""
        if since is None:
            return self._all(self._spans(categories, patient=False))
        until = slot_at(self._clock.now() - WITNESS_READY).listing_day
        return self._all(dict.fromkeys(categories, (since, until)))

    def backfill(self, categories: Sequence[str], since: date, until: date) -> tuple[Verdict, ...]:
        """Fill the days from `since` to `until`, known before or not; a harvest of its own, which goes on where an
        interrupted one stood, whatever daily harvests came between."""
        until = min(until, slot_at(self._clock.now() - WITNESS_READY).listing_day)
        return self._all(dict.fromkeys(categories, (since, until)), purpose="backfill ")

    def reconcile_due(self, categories: Sequence[str]) -> tuple[Verdict, ...]:
        """The same for days that the feed has had its say on; a fresh day waits for the feed's second look."""
        return self._all(self._spans(categories, patient=True))

    def _spans(self, categories: Sequence[str], *, patient: bool) -> dict[str, tuple[date, date]]:
        now = self._clock.now()
        since = now.date() - MEMORY
        rows = {category: self._store.ledger_rows(since, [category]) for category in categories}
        spans = {category: witness_span(found, now, patient=patient) for category, found in rows.items()}
        return {category: span for category, span in spans.items() if span}

    def _all(self, spans: Mapping[str, tuple[date, date]], *, purpose: str = "") -> tuple[Verdict, ...]:
        verdicts = []
        for number, (category, (since, until)) in enumerate(spans.items(), 1):
            if since <= until:
                self._watcher.asking(category, number, len(spans))
                verdicts.append(self._one(category, since, until, purpose))
        return tuple(verdicts)

    def _one(self, category: str, since: date, until: date, purpose: str) -> Verdict:
        verdict = Verdict(category, since, until)
        own = DayLists(self._day_lists, self._store, self._asker, category)
        try:
            own.want(self._unseen(category, since, until))
            for page, filled in self._harvest(category, since, until, own, purpose):
                self._watcher.reading(category, *progress_of(page))
                records = verdict.records + len(page.records)
                verdict = replace(verdict, records=records, filled=verdict.filled + filled)
            self._confirm(category, since, until, own)
        except (Stopped, StoreError):
            raise
        except AggregatorError as error:
            log.warning("%s could not be reconciled: %s", category, error)
            verdict = replace(verdict, error=str(error))
        return verdict

    def _unseen(self, category: str, since: date, until: date) -> set[date]:
        """The days of which the feed did not show all."""
        rows = self._ledger(category, since)
        days = {*_weekdays(since, until), *(day for day in rows if day <= until)}
        return {day for day in days if day not in rows or not shown_whole(rows[day])}

    # the harvest

    def _harvest(
        self, category: str, since: date, until: date, own: DayLists, purpose: str
    ) -> Iterator[tuple[OaiPage, int]]:
        key = f"{purpose}arXivRaw {self._source.set_of(category)}"
        state = self._begin(key, category, since, until)
        refused = 0
        while not state.done:
            if state.pass_number + refused > MOST_PASSES:
                raise FeedError(self._source.base, "the records do not come to rest", category=category)
            self._asker.check("pages were read")
            try:
                page = self._page(category, state)
            except BadToken:
                state, refused = after_bad_token(state), refused + 1
                continue
            found = Gaps(self._store, own, category, since, until, self._clock.now()).take(page)
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

    def _begin(self, key: str, category: str, since: date, until: date) -> HarvestState:
        """The harvest that was interrupted, if it reaches far enough back and was about the same days, or a new
        one: pages that were read before an evening's announcement say nothing of its day."""
        start = HarvestState(self._source.set_of(category), "arXivRaw", since=since - OVERLAP, until=until)
        saved = self._store.load_harvest(key)
        if saved is None:
            return start
        state = msgspec.json.decode(saved, type=HarvestState)
        reaches = state.since is not None and start.since is not None and state.since <= start.since
        rests = state.done or state.pass_number >= MOST_PASSES
        return state if reaches and not rests and state.until == until else start

    def _page(self, category: str, state: HarvestState) -> OaiPage:
        url = request(state, self._source.base)

        def once(deadline: float) -> OaiPage:
            return self._source.parse(self._source.fetch(url, deadline=deadline))

        return self._asker.ask(category, once)

    # the verdict

    def _confirm(self, category: str, since: date, until: date, own: DayLists) -> None:
        """All that the witness knows is stored now: say so of every day."""
        moved = self._refile(category, own)
        rows = self._ledger(category, min({since, *moved}))
        rows |= self._recounted(category, rows, moved)
        days = sorted(day for day in {*_weekdays(since, until), *rows} if since <= day <= until)
        confirmed = [after(rows.get(day), self._witnessed(category, day, rows.get(day), own)) for day in days]
        for day in own.read:
            self._store.place(category, day, own.places(day))
        self._store.save_ledger([*(rows[day] for day in moved - set(days)), *confirmed])
        self._tell(rows, confirmed)

    def _refile(self, category: str, own: DayLists) -> set[date]:
        """Move what a stale feed put under the wrong day, as arXiv's own lists prove; the days that changed."""
        changed: set[date] = set()
        own.want({other for day in own.read for other in self._repeating(category, day, own)})
        for day in own.read:
            if places := own.elsewhere(day, self._store.announced(category, day)):
                log.warning("%s: %d papers of %s belong to other days", category, len(places), day)
                self._store.move(category, day, places, self._clock.now())
                changed |= {day, *(other for other, _ in places.values())}
        return changed

    def _repeating(self, category: str, day: date, own: DayLists) -> list[date]:
        """The days near `day` for which most of what its list has is stored too: one batch was filed twice."""
        listed = own.read[day].keys()
        near = (day + far * _ONE_DAY for far in range(-NEAR, NEAR + 1) if far)
        shares = ((other, len(listed & self._store.announced(category, other))) for other in near)
        return [other for other, share in shares if 2 * share > len(listed)]

    def _recounted(
        self, category: str, rows: Mapping[date, LedgerRow], days: Collection[date]
    ) -> dict[date, LedgerRow]:
        """The rows of `days` with what is stored for them now."""
        stored = self._store.days(category, (category,), 400, witnessed=True) if days else ()
        counts = {link.day: link.counts for link in stored}
        return {
            day: replace(rows.get(day) or LedgerRow(category, day), counts=dict(counts.get(day, {})))
            for day in days
        }

    def _witnessed(self, category: str, day: date, row: LedgerRow | None, own: DayLists) -> Witnessed:
        """arXiv's own list may name papers that OAI-PMH does not have (any more)."""
        total, now = row.total if row else 0, self._clock.now()
        listed = own.read.get(day)
        if listed is None:
            return Witnessed(category, day, now, total=total)
        lacked = listed.keys() - self._store.announced(category, day)
        new = [(paper_id, 0, Kind.NEW) for paper_id in lacked if listed[paper_id] is Kind.NEW]
        missing = len(lacked) - len(self._store.known_days(category, new))
        return Witnessed(category, day, now, total=max(total, len(listed)), missing=missing, source="list")

    def _ledger(self, category: str, since: date) -> dict[date, LedgerRow]:
        return {row.day: row for row in self._store.ledger_rows(since, [category])}

    def _tell(self, before: Mapping[date, LedgerRow], rows: Iterable[LedgerRow]) -> None:
        for row in rows:
            if row.day not in before or before[row.day].state != row.state:
                self._watcher.turned(row)


def progress_of(page: OaiPage) -> tuple[int, int]:
    """Records read of how many, as far as the server says."""
    done = (page.cursor or 0) + len(page.records)
    return done, max(done, page.complete_size or 0)


def _weekdays(since: date, until: date) -> list[date]:
    days = (since + n * _ONE_DAY for n in range((until - since).days + 1))
    return [day for day in days if day.weekday() < 5]
