"""Days gathered into weeks, months and years, and which of these pages a change touches.

    days of a list ─► the feed of the newest five
                   ─► weeks   all papers, each once, in parts of whole days
                   ─► months  a calendar and the titles of new papers, in parts too
                   ─► years   the volume of every day

Days of a week are read from Monday on: a paper stands where it came first, so a new day changes no part before its
own. A page's key names the days that it shows or leans on, and its neighbours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Protocol

from aggregator.models import DayLink, DayPapers, Gathering, Kind, Page, Period, Span, Titled, period_of

WEEK_PART = 600  # papers on one page of a week; a day is never split
WEEK_FEED = 5  # listing days in the feed of a week
MONTH_PART = 1000  # titles on one page of a month

Stays = Callable[[Sequence[str], Sequence[object]], bool]  # paths, what they are made of → nothing to do


class Rows(Protocol):
    """What gathering needs of the store."""

    def listing_key(self, category: str | None, day: date, categories: Sequence[str]) -> str: ...
    def week(
        self, category: str | None, before: Sequence[date], days: Sequence[date], categories: Sequence[str]
    ) -> tuple[DayPapers, ...]: ...
    def titles(
        self, category: str | None, days: Sequence[date], categories: Sequence[str]
    ) -> Mapping[date, Sequence[Titled]]: ...


class Renderer(Protocol):
    """What gathering needs of the site."""

    def period_path(self, category: str | None, period: Period, number: int = 1) -> str: ...
    def week_feed_path(self, category: str | None) -> str: ...
    def week_feed(self, category: str | None, days: Sequence[DayPapers]) -> Page: ...
    def week_page(self, week: Gathering, number: int, papers: Sequence[DayPapers]) -> Page: ...
    def month_page(self, month: Gathering, number: int, titles: Mapping[date, Sequence[Titled]]) -> Page: ...
    def year_page(self, year: Gathering, volume: Mapping[date, int]) -> Page: ...


@dataclass(frozen=True, slots=True)
class Gatherer:
    """Makes the period pages of one build. `volume` counts new papers a day, whether the day has a page or not."""

    store: Rows
    site: Renderer
    categories: Sequence[str]
    stays: Stays

    def pages(
        self, category: str | None, days: Sequence[DayLink], volume: Mapping[date, int]
    ) -> Iterator[Page]:
        """All pages of a list that changed. `days` are those that have pages, newest first."""
        yield from self._feed(category, [link.day for link in reversed(days[:WEEK_FEED])])
        for week in gathered(Span.WEEK, category, days, size=_all, limit=WEEK_PART):
            yield from self._week(week)
        for month in gathered(Span.MONTH, category, days, size=_new, limit=MONTH_PART):
            yield from self._month(month)
        for year in gathered(Span.YEAR, category, days):
            yield from self._year(year, volume)

    def _feed(self, category: str | None, days: Sequence[date]) -> Iterator[Page]:
        path = self.site.week_feed_path(category)
        if days and not self.stays([path], [days, *self._keys(category, days)]):
            yield self.site.week_feed(category, self.store.week(category, [], days, self.categories))

    def _week(self, week: Gathering) -> Iterator[Page]:
        for number, part in enumerate(week.parts, 1):
            before = [link.day for earlier in week.parts[: number - 1] for link in earlier]
            days = [link.day for link in part]
            path = self.site.period_path(week.category, week.period, number)
            if not self.stays([path], [_frame(week), *self._keys(week.category, [*before, *days])]):
                papers = self.store.week(week.category, before, days, self.categories)
                yield self.site.week_page(week, number, papers)

    def _month(self, month: Gathering) -> Iterator[Page]:
        for number, part in enumerate(month.parts, 1):
            days = [link.day for link in part]
            path = self.site.period_path(month.category, month.period, number)
            # The first part has the calendar, and with it the counts of all days.
            shown = (_frame(month), month.days if number == 1 else ())
            if not self.stays([path], [*shown, *self._keys(month.category, days)]):
                titles = self.store.titles(month.category, days, self.categories)
                yield self.site.month_page(month, number, titles)

    def _year(self, year: Gathering, volume: Mapping[date, int]) -> Iterator[Page]:
        mine = {day: count for day, count in volume.items() if year.period.holds(day)}
        path = self.site.period_path(year.category, year.period)
        if not self.stays([path], [_frame(year), [link.day for link in year.days], sorted(mine.items())]):
            yield self.site.year_page(year, mine)

    def _keys(self, category: str | None, days: Iterable[date]) -> list[str]:
        return [self.store.listing_key(category, day, self.categories) for day in days]


def gathered(
    span: Span,
    category: str | None,
    days: Sequence[DayLink],
    *,
    size: Callable[[DayLink], int] | None = None,
    limit: int = 0,
) -> list[Gathering]:
    """The periods of `days` (newest first), oldest first, each split into parts of about `limit`."""
    held = {
        period: tuple(links)
        for period, links in groupby(reversed(days), key=lambda link: period_of(span, link.day))
    }
    names = list(held)
    return [
        Gathering(
            category,
            period,
            links,
            tuple(parts(links, size, limit)) if size else (links,),
            previous=names[place - 1] if place else None,
            next=names[place + 1] if place + 1 < len(names) else None,
        )
        for place, (period, links) in enumerate(held.items())
    ]


def parts(
    days: Iterable[DayLink], size: Callable[[DayLink], int], limit: int
) -> Iterator[tuple[DayLink, ...]]:
    """Whole days in order, as many to a part as fit `limit`, at least one."""
    part: list[DayLink] = []
    total = 0
    for link in days:
        if part and total + size(link) > limit:
            yield tuple(part)
            part, total = [], 0
        part.append(link)
        total += size(link)
    if part:
        yield tuple(part)


def summed(volumes: Iterable[Mapping[date, int]]) -> dict[date, int]:
    """The volume of all lists together."""
    found: Counter[date] = Counter()
    for volume in volumes:
        found.update(volume)
    return dict(found)


def _all(link: DayLink) -> int:
    return sum(link.counts.values())


def _new(link: DayLink) -> int:
    return link.counts.get(Kind.NEW, 0)


def _frame(gathering: Gathering) -> tuple[object, ...]:
    """What every part says of the whole: where the others begin, and the neighbours."""
    starts = [part[0].day for part in gathering.parts]
    ends = [part[-1].day for part in gathering.parts]
    return starts, ends, gathering.previous, gathering.next
