"""What readers ask for and no build made: lists of any categories and days, papers of any time.

    query ─► store.find (kept until somebody writes) ─► a page of it ─► cards: stored ones, else made now ─► site

Reads only, and each question is bounded: by the store's time and rows, and by how many papers one page shows.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import groupby
from threading import Lock
from typing import Protocol

from aggregator.clock import Clock
from aggregator.ledger import SETTLED, about, merged_sentence, sentence
from aggregator.models import (
    NOTHING,
    Announcement,
    Card,
    ChosenDay,
    ChosenList,
    DayLink,
    LedgerRow,
    Listed,
    ListOrder,
    ListQuery,
    Message,
    Page,
    Paper,
    PaperRecord,
    Picked,
    PickedList,
    SeenVersion,
    together,
)

KEPT = 400_000  # papers of all lists that are remembered: some 60 MB
NOTED = timedelta(days=31)  # of a longer list, only what is open in its newest days is told
_MOST_NOTED = 3  # days


class Rows(Protocol):
    """What is asked of the store."""

    def find(self, query: ListQuery) -> PickedList | None: ...
    def ledger_rows(self, since: date, categories: Sequence[str], until: date) -> tuple[LedgerRow, ...]: ...
    def cards_of(self, paper_ids: Iterable[str], renderer: str) -> dict[str, Card]: ...
    def days_of(self, names: Sequence[str], first: date, last: date, limit: int) -> tuple[DayLink, ...]: ...
    def papers_of(self, paper_ids: Iterable[str]) -> dict[str, Paper]: ...
    def newest_kinds(self, paper_ids: Iterable[str]) -> dict[str, Picked]: ...
    def history(
        self, paper_id: str
    ) -> tuple[Paper, tuple[Announcement, ...], tuple[SeenVersion, ...]] | None: ...


class Renderer(Protocol):
    """What is asked of the site."""

    @property
    def renderer(self) -> str: ...
    def card(self, paper: Paper) -> Card: ...
    def paper_page(self, record: PaperRecord) -> Page: ...
    def chosen_page(self, chosen: ChosenList) -> bytes: ...
    def chosen_feed(self, chosen: ChosenList) -> bytes: ...
    def chosen_papers(self, papers: Sequence[Listed], days: Mapping[str, date]) -> bytes: ...
    def chosen_papers_feed(self, papers: Sequence[Listed], days: Mapping[str, date]) -> bytes: ...


class OnDemand:
    """Threads may share it. `reading` gives a store for one question, `stamp` changes with every write."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[Rows]],
        stamp: Callable[[], tuple[int, ...]],
        site: Renderer,
        clock: Clock,
        stars: Callable[[Sequence[str]], Mapping[str, int]] = lambda _: {},
    ) -> None:
        self._reading = reading
        self._stamp = stamp
        self._site = site
        self._clock = clock
        self._stars = stars
        self._found = _Remembered(KEPT)

    def stamp(self) -> tuple[int, ...]:
        """Two answers with the same stamp are made of the same rows."""
        return self._stamp()

    def list_page(self, query: ListQuery) -> bytes | None:
        """The HTML of a page of a list, None when nothing was ever announced in its categories."""
        chosen = self.chosen(query)
        return self._site.chosen_page(chosen) if chosen else None

    def list_feed(self, query: ListQuery) -> bytes | None:
        """The Atom feed of the same."""
        chosen = self.chosen(query)
        return self._site.chosen_feed(chosen) if chosen else None

    def paper_page(self, paper_id: str) -> bytes | None:
        """A paper's own page, None for one that is not stored."""
        with self._reading() as store:
            known = store.history(paper_id)
        if known is None:
            return None
        paper, announcements, versions = known
        return self._site.paper_page(PaperRecord(paper, announcements, self._site.card(paper), versions)).body

    def papers_page(self, paper_ids: Sequence[str]) -> bytes | None:
        """The stored ones of these papers on one page, None when none is."""
        listed, days = self._named(paper_ids)
        return self._site.chosen_papers(listed, days) if listed else None

    def papers_feed(self, paper_ids: Sequence[str]) -> bytes | None:
        """The Atom feed of the same."""
        listed, days = self._named(paper_ids)
        return self._site.chosen_papers_feed(listed, days) if listed else None

    def _named(self, paper_ids: Sequence[str]) -> tuple[Sequence[Listed], Mapping[str, date]]:
        """The stored ones, each with its newest day."""
        with self._reading() as store:
            said = store.newest_kinds(paper_ids)
            found = [said[paper_id] for paper_id in paper_ids if paper_id in said]
            cards = self._cards(store, [one.paper_id for one in found])
        return _listed(found, cards), {one.paper_id: one.day for one in found}

    def chosen(self, query: ListQuery) -> ChosenList | None:
        """The page of the list with its cards."""
        with self._reading() as store:
            found = self._find(store, query)
            if found is None:
                return None
            papers = self._by_stars(found.papers) if query.order is ListOrder.STARS else found.papers
            part = papers[query.skip : query.skip + query.show]
            cards = self._cards(store, [one.paper_id for one in part])
            since = max(found.first, found.last - NOTED)
            rows = store.ledger_rows(since, query.include, found.last)
        return ChosenList(
            query,
            found.first,
            found.last,
            len(found.papers),
            Counter(one.kind for one in found.papers),
            tuple(_days(part, cards, query.skip + 1)),
            found.previous,
            found.next,
            _note(rows, self._clock.now(), one_day=found.first == found.last, one=len(query.include) == 1),
        )

    def found(self, query: ListQuery) -> PickedList | None:
        """The whole list, without what is said of its papers."""
        with self._reading() as store:
            return self._find(store, query)

    def days(self, names: Sequence[str], first: date, last: date, limit: int) -> tuple[DayLink, ...]:
        """The listing days of these categories, newest first."""
        with self._reading() as store:
            return store.days_of(names, first, last, limit)

    def papers(self, paper_ids: Iterable[str]) -> dict[str, Paper]:
        """The stored ones of these papers."""
        with self._reading() as store:
            return store.papers_of(paper_ids)

    def history(
        self, paper_id: str
    ) -> tuple[Paper, tuple[Announcement, ...], tuple[SeenVersion, ...]] | None:
        """All that is known of a paper."""
        with self._reading() as store:
            return store.history(paper_id)

    def _find(self, store: Rows, query: ListQuery) -> PickedList | None:
        """The same list serves all its pages, until somebody writes."""
        order = (
            ListOrder.ARXIV if query.order is ListOrder.STARS else query.order
        )  # stars change without a write here
        key = replace(query, text="", show=0, skip=0, order=order)
        stamp = self._stamp()
        found = self._found.get(key, stamp)
        if found is None:
            found = store.find(query)
            if found is not None:
                self._found.put(key, stamp, found)
        return found

    def _by_stars(self, papers: Sequence[Picked]) -> Sequence[Picked]:
        """Each day's papers, those with more stars first, else as they were."""
        stars = self._stars([one.paper_id for one in papers])
        days = groupby(papers, key=lambda one: one.day)
        return [one for _, day in days for one in sorted(day, key=lambda one: -stars.get(one.paper_id, 0))]

    def _cards(self, store: Rows, paper_ids: Sequence[str]) -> dict[str, Card]:
        cards = store.cards_of(paper_ids, self._site.renderer)
        missing = [paper_id for paper_id in paper_ids if paper_id not in cards]
        made = {paper_id: self._site.card(paper) for paper_id, paper in store.papers_of(missing).items()}
        return cards | made


def _note(rows: Sequence[LedgerRow], now: datetime, *, one_day: bool, one: bool) -> Message:
    """How complete a list is: what is said of its day, or of those of several days that are not settled. `one` is
    whether it has one category."""

    def said(rows: Sequence[LedgerRow]) -> Message:
        return sentence(rows[0], now) if one else merged_sentence(rows, now)

    if one_day:
        return said(rows) if rows else NOTHING
    days: dict[date, list[LedgerRow]] = {}
    for row in rows:
        days.setdefault(row.day, []).append(row)
    open_ = [day for day, of in days.items() if any(row.state not in SETTLED for row in of)]
    told = [about(day, said(days[day])) for day in sorted(open_, reverse=True)[:_MOST_NOTED]]
    derived = [row for row in rows if row.derived]
    return together(*told, *([sentence(derived[0], now)] if derived else []))


class _Remembered:
    """Lists by what was asked, the last asked last; `room` papers in all."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._lock = Lock()
        self._kept: OrderedDict[ListQuery, tuple[tuple[int, ...], PickedList]] = OrderedDict()

    def get(self, key: ListQuery, stamp: tuple[int, ...]) -> PickedList | None:
        with self._lock:
            known = self._kept.get(key)
            if known is None or known[0] != stamp:
                return None
            self._kept.move_to_end(key)
            return known[1]

    def put(self, key: ListQuery, stamp: tuple[int, ...], found: PickedList) -> None:
        with self._lock:
            self._kept[key] = stamp, found
            while (
                len(self._kept) > 1
                and sum(len(one.papers) + 1 for _, one in self._kept.values()) > self._room
            ):
                self._kept.popitem(last=False)


def _listed(found: Iterable[Picked], cards: Mapping[str, Card]) -> tuple[Listed, ...]:
    return tuple(
        Listed(one.paper_id, one.kind, one.version, cards[one.paper_id])
        for one in found
        if one.paper_id in cards
    )


def _days(part: Iterable[Picked], cards: Mapping[str, Card], start: int) -> Iterable[ChosenDay]:
    for day, papers in groupby(part, key=lambda one: one.day):
        listed = _listed(papers, cards)
        yield ChosenDay(day, listed, start)
        start += len(listed)
