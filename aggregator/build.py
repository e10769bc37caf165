"""From rows to files: render what changed, publish it in one go.

    rows ─► cards (made once a paper) ─► lists, weeks, months ─► paper pages ─► home, shared ─► publish ─► manifest
            of papers without one         whose key changed       whose key changed                whole or not at all

A page's *key* says what it was made of: the renderer and the rows. A page whose key stands in the manifest and
whose file exists is left alone. The manifest only saves work: lost or wrong, everything is rendered again and
unchanged bytes are still not rewritten.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import chain
from typing import Protocol

from aggregator import gather
from aggregator.announce import slot_at
from aggregator.asking import Watcher
from aggregator.clock import Clock, SystemClock
from aggregator.gather import Gatherer, summed
from aggregator.ledger import PROVEN, about, later_sentence, merged_sentence, sentence
from aggregator.models import (
    NOTHING,
    Card,
    CategorySummary,
    DayLink,
    GateState,
    LedgerRow,
    Listed,
    Listing,
    Message,
    Overview,
    Page,
    Paper,
    PaperRecord,
    PollState,
    Published,
    together,
)

HOME_DAYS = 7  # newest days of a category that the home page links
MONTH = 31  # days

Volumes = Mapping[str, Mapping[date, int]]  # new papers of each category on each of its days


class Rows(gather.Rows, Protocol):
    """What building needs of the store."""

    def days(self, category: str | None, categories: Sequence[str], limit: int) -> Sequence[DayLink]: ...
    def listing(self, category: str | None, day: date, categories: Sequence[str]) -> tuple[Listed, ...]: ...
    def volumes(self, categories: Sequence[str], since: date) -> Volumes: ...
    def papers_without_card(self, renderer: str, *, since: date | None) -> Iterator[Paper]: ...
    def save_cards(self, cards: Iterable[Card]) -> None: ...
    def paper_keys(self, since: date, categories: Sequence[str]) -> Mapping[str, str]: ...
    def records(self, paper_ids: Iterable[str]) -> Iterator[PaperRecord]: ...
    def ledger_rows(self, since: date, categories: Sequence[str]) -> Sequence[LedgerRow]: ...
    def poll_states(self) -> tuple[PollState, ...]: ...
    def load_gate(self) -> GateState: ...
    def manifest(self) -> dict[str, str]: ...
    def save_manifest(self, keys: Mapping[str, str], removed: Iterable[str] = ()) -> None: ...


class Renderer(gather.Renderer, Protocol):
    """What building needs of the site."""

    @property
    def renderer(self) -> str: ...
    @property
    def draughtsman(self) -> str: ...
    def recover(self) -> None: ...
    def present(self) -> set[str]: ...
    def card(self, paper: Paper) -> Card: ...
    def list_paths(self, category: str | None, day: date, *, newest: bool) -> tuple[str, ...]: ...
    def list_pages(self, listing: Listing, *, newest: bool) -> list[Page]: ...
    def picture_path(self, category: str | None, day: date) -> str: ...
    def picture(self, listing: Listing, link: DayLink) -> Page: ...
    def paper_path(self, paper_id: str) -> str: ...
    def paper_page(self, record: PaperRecord) -> Page: ...
    def home(
        self, summaries: Sequence[CategorySummary], newest: Listing | None, days: Sequence[DayLink] = ()
    ) -> list[Page]: ...
    def status_page(self, overview: Overview) -> Page: ...
    def shared_pages(self, paths: Iterable[str]) -> list[Page]: ...
    def publish(self, pages: Iterable[Page], keep: set[str]) -> Published: ...


@dataclass(slots=True)
class _Plan:
    """What one build decided: the keys of all pages that shall exist, and the paths that stay as they are."""

    old: Mapping[str, str]  # what stands in the manifest
    fresh: Set[str]  # the paths in it that have a file
    keys: dict[str, str] = field(default_factory=dict)
    keep: set[str] = field(default_factory=set)

    def stays(self, paths: Sequence[str], key: str) -> bool:
        """Plan pages that are made of `key`. True when all of them are there already."""
        self.keys.update(dict.fromkeys(paths, key))
        same = all(path in self.fresh and self.old[path] == key for path in paths)
        if same:
            self.keep.update(paths)
        return same


class Builder:
    """Builds the site of `categories` for their newest `days` listing days."""

    def __init__(
        self,
        *,
        store: Rows,
        site: Renderer,
        categories: Sequence[str],
        days: int,
        clock: Clock | None = None,
        watcher: Watcher | None = None,
    ) -> None:
        self._store = store
        self._clock = clock or SystemClock()
        self._ledger: Mapping[str, Mapping[date, LedgerRow]] = {}
        self._site = site
        self._categories = tuple(categories)
        self._days = days
        self._watcher = watcher or Watcher()

    def build(self) -> Published:
        """Render what changed and publish it."""
        self._site.recover()
        merged = self._merged_days()
        since = merged[-1].day if merged else date.max
        self._make_cards(since)
        self._ledger = self._read_ledger(since if merged else date.min)
        old, present = self._store.manifest(), self._site.present()
        fresh = old.keys() & present
        plan = _Plan(old, fresh)
        volumes = self._store.volumes(self._categories, _volume_since(merged)) if merged else {}
        pages = chain(
            self._lists(plan, merged, volumes),
            self._papers(plan, since),
            self._front(plan, merged, volumes),
        )
        published = self._site.publish(pages, plan.keep)
        self._store.save_manifest(
            {path: key for path, key in plan.keys.items() if old.get(path) != key},
            removed=old.keys() - plan.keys.keys(),
        )
        return published

    def _merged_days(self) -> Sequence[DayLink]:
        """The days that have pages, newest first: the newest ones, and all of the month of the oldest of them, so
        that calendars change only when a month goes."""
        merged = self._store.days(None, self._categories, self._days + MONTH)
        if len(merged) <= self._days:
            return merged
        oldest = merged[self._days - 1].day.replace(day=1)
        return [link for link in merged if link.day >= oldest]

    def _read_ledger(self, since: date) -> Mapping[str, Mapping[date, LedgerRow]]:
        found: dict[str, dict[date, LedgerRow]] = {category: {} for category in self._categories}
        for row in self._store.ledger_rows(since, self._categories):
            found.setdefault(row.category, {})[row.day] = row
        return found

    def _make_cards(self, since: date) -> None:
        missing = self._store.papers_without_card(self._site.renderer, since=since)
        self._store.save_cards(map(self._site.card, missing))

    def _lists(self, plan: _Plan, merged: Sequence[DayLink], volumes: Volumes) -> Iterator[Page]:
        wanted = [(None, merged), *((c, self._category_days(c, merged)) for c in self._categories)]
        total, done = sum(len(days) for _, days in wanted), 0
        for category, days in wanted:
            for index in range(len(days)):
                done += 1
                self._watcher.building("lists", done, total)
                yield from self._list(plan, category, days, index)
            volume = volumes.get(category, {}) if category else summed(volumes.values())
            yield from self._gatherer(plan).pages(category, days, volume)

    def _gatherer(self, plan: _Plan) -> Gatherer:
        def stays(paths: Sequence[str], made_of: Sequence[object]) -> bool:
            return plan.stays(paths, _hash(self._site.renderer, *made_of))

        return Gatherer(self._store, self._site, self._categories, stays)

    def _category_days(self, category: str, merged: Sequence[DayLink]) -> Sequence[DayLink]:
        oldest = merged[-1].day if merged else date.max
        days = self._store.days(category, (category,), self._days + MONTH)
        return [link for link in days if link.day >= oldest]

    def _list(
        self,
        plan: _Plan,
        category: str | None,
        days: Sequence[DayLink],
        index: int,
    ) -> Iterator[Page]:
        listing = self._frame(category, days, index)
        yield from self._picture(plan, listing, days[index])
        key = _hash(
            self._site.renderer,
            self._store.listing_key(category, listing.day, self._categories),
            listing.previous,
            listing.next,
            listing.note,
            listing.month,
        )
        paths = self._site.list_paths(category, listing.day, newest=index == 0)
        if plan.stays(paths, key):
            return
        papers = self._store.listing(category, listing.day, self._categories)
        yield from self._site.list_pages(replace(listing, papers=papers), newest=index == 0)

    def _frame(self, category: str | None, days: Sequence[DayLink], index: int) -> Listing:
        """The listing of the day without its papers."""
        return Listing(
            category,
            days[index].day,
            (),
            previous=days[index + 1].day if index + 1 < len(days) else None,
            next=days[index - 1].day if index else None,
            note=self._note(category, days[index].day, newest=not index),
            month=_month_so_far(days, index),
            whole=self._whole(category, days[index].day),
        )

    def _picture(self, plan: _Plan, listing: Listing, link: DayLink) -> Iterator[Page]:
        """It depends on nothing but what it shows: a new template draws none anew."""
        path = self._site.picture_path(listing.category, listing.day)
        if not plan.stays([path], _hash(self._site.draughtsman, listing.category, link, listing.whole)):
            yield self._site.picture(listing, link)

    def _whole(self, category: str | None, day: date) -> bool:
        names = self._categories if category is None else (category,)
        rows = [self._ledger.get(name, {}).get(day) for name in names]
        return all(row is not None and row.state in PROVEN for row in rows)

    def _note(self, category: str | None, day: date, *, newest: bool) -> Message:
        """How far the list can be trusted; the newest one also tells of days after it that brought nothing."""
        now = self._clock.now()
        if category is None:
            return self._merged_note(day, newest, now)
        mine = self._ledger.get(category, {})
        said = sentence(mine[day], now) if day in mine else NOTHING
        later = later_sentence(mine.values(), day, now) if newest else NOTHING
        return together(said, later)

    def _merged_note(self, day: date, newest: bool, now: datetime) -> Message:
        last = slot_at(now).listing_day
        days = {other for rows in self._ledger.values() for other in rows if day < other <= last}
        said = self._merged(day, now)
        if not (newest and days):
            return said
        later = max(days)
        return together(said, about(later, self._merged(later, now)))

    def _merged(self, day: date, now: datetime) -> Message:
        rows = [self._ledger.get(name, {}).get(day) for name in self._categories]
        return merged_sentence(rows, now) if any(rows) else NOTHING

    def _papers(self, plan: _Plan, since: date) -> Iterator[Page]:
        changed: list[str] = []
        for paper_id, paper_key in self._store.paper_keys(since, self._categories).items():
            path, key = self._site.paper_path(paper_id), _hash(self._site.renderer, paper_key)
            if not plan.stays([path], key):
                changed.append(paper_id)
        for done, record in enumerate(self._store.records(changed), 1):
            self._watcher.building("papers", done, len(changed))
            yield self._site.paper_page(replace(record, oldest=since))

    def _front(self, plan: _Plan, merged: Sequence[DayLink], volumes: Volumes) -> Iterator[Page]:
        newest = None
        if merged:
            newest = replace(
                self._frame(None, merged, 0),
                papers=self._store.listing(None, merged[0].day, self._categories),
            )
        summaries = [self._summary(c, volumes.get(c, {})) for c in self._categories]
        front = self._site.home(summaries, newest, merged)
        front.append(self._site.status_page(self._overview(merged)))
        paths = [*plan.keys, *(page.path for page in front)]
        yield from self._site.shared_pages(paths)
        yield from front

    def _overview(self, merged: Sequence[DayLink]) -> Overview:
        """The newest two weeks."""
        polls = tuple(poll for poll in self._store.poll_states() if poll.category in self._categories)
        return Overview(
            self._categories,
            tuple(row for rows in self._ledger.values() for row in rows.values()),
            polls,
            self._store.load_gate(),
            tuple(merged),
            checked_at=max((poll.checked_at for poll in polls), default=None),
        )

    def _summary(self, category: str, volume: Mapping[date, int]) -> CategorySummary:
        days = tuple(self._store.days(category, (category,), HOME_DAYS))
        newest = days[0].day if days else date.min
        said = self._note(category, newest, newest=True) or sentence(None, self._clock.now())
        return CategorySummary(category, days, note=said, volume=volume)


def _month_so_far(days: Sequence[DayLink], index: int) -> tuple[DayLink, ...]:
    """Of `days`, newest first, those of the day's month up to the next one."""
    month = days[index].day.replace(day=1)
    return tuple(link for link in days[max(0, index - 1) :] if link.day.replace(day=1) == month)


def _volume_since(days: Sequence[DayLink]) -> date:
    """Whole years, and at least one before the newest day."""
    return date(min(days[0].day.year - 1, days[-1].day.year), 1, 1)


def _hash(*parts: object) -> str:
    return hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=12).hexdigest()
