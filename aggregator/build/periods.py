"""The pages of weeks, months and years.

    days of a list ─► weeks   all papers, each once, in parts of whole days
                   ─► months  a calendar and the titles of new papers, in parts too
                   ─► years   the volume of every day

Days of a week are read from Monday on: a paper stands where it came first, so a new day changes no part before its
own. A piece's key names the days that it shows or leans on, and its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from aggregator.build.context import Context
from aggregator.build.family import Piece, key_of
from aggregator.build.scope import Scope
from aggregator.gather import split, summed
from aggregator.models import DayLink, Gathering, Page, Period, Span, period_of


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a period; `volume` is that of a year."""

    of: Gathering
    number: int
    volume: Mapping[date, int]


class Periods:
    """A period has pages while one of its days has."""

    name = "weeks, months, years"
    helped = False

    def __init__(self, context: Context) -> None:
        self._store, self._site, self._categories = context.store, context.site, context.categories
        self._calendar, self._counts = context.calendar, context.counts
        self._volumes: Mapping[str | None, Mapping[date, int]] = {}

    def pieces(self, scope: Scope) -> tuple[int, Iterable[Piece[Part]]]:
        days = scope.looked_at
        self._read_volumes(days)
        wanted = [
            (name, period) for name in (None, *self._categories) for period in self._periods(name, days)
        ]
        return len(wanted), (piece for name, period in wanted for piece in self._parts(name, period))

    def render(self, pieces: Sequence[Piece[Part]]) -> Iterator[Page]:
        return (self._page(piece.what) for piece in pieces)

    def gone(self, scope: Scope) -> Iterable[str]:
        """Of periods that a day left: their pages that are not made any more."""
        if not scope.left:
            return
        self._read_volumes(scope.looked_at)
        for name in (None, *self._categories):
            first = self._calendar.of(name)[:1]
            for period in self._all_periods([*scope.left, *first]):
                there = self._store.paths_below(
                    self._site.period_path(name, period).removesuffix("index.html")
                )
                made = {path for piece in self._parts(name, period) for path in piece.paths}
                yield from (path for path in there if path not in made)

    def _read_volumes(self, days: Sequence[date]) -> None:
        """New papers a day of the years that `days` are in, whether a day has a page or not."""
        since = min(days, default=date.max).replace(month=1, day=1)
        each = self._store.volumes(self._categories, since) if days else {}
        self._volumes = dict(each) | {None: summed(each.values())}

    def _periods(self, category: str | None, days: Iterable[date]) -> list[Period]:
        return self._all_periods(day for day in days if self._calendar.has(category, day))

    def _all_periods(self, days: Iterable[date]) -> list[Period]:
        return sorted({period_of(span, day) for day in days for span in Span})

    def _parts(self, category: str | None, period: Period) -> Iterator[Piece[Part]]:
        gathering = self._gathering(category, period)
        for number in range(1, len(gathering.parts) + 1) if gathering.days else ():
            part = Part(gathering, number, self._volume(category, period))
            path = self._site.period_path(category, period, number)
            yield Piece((path,), key_of(self._site.renderer, *self._made_of(part)), part)

    def _gathering(self, category: str | None, period: Period) -> Gathering:
        days = self._calendar.within(category, period.first, period.last)
        before, _ = self._calendar.around(category, period.first)
        after = self._calendar.around(category, period.last)[1]
        if period.span is Span.YEAR:
            links = tuple(DayLink(day, {}) for day in days)  # a year tells volumes, not kinds
        else:
            links = self._counts.links(category, days)
        return Gathering(
            category,
            period,
            links,
            split(period.span, links),
            previous=period_of(period.span, before) if before else None,
            next=period_of(period.span, after) if after else None,
        )

    def _volume(self, category: str | None, period: Period) -> Mapping[date, int]:
        if period.span is not Span.YEAR:
            return {}
        known = self._volumes.get(category, {})
        return {day: count for day, count in known.items() if period.holds(day)}

    def _made_of(self, part: Part) -> Iterator[object]:
        """Where the other parts begin, the neighbours, and what stands on this page."""
        of, number = part.of, part.number
        yield from ([one[0].day for one in of.parts], [one[-1].day for one in of.parts], of.previous, of.next)
        if of.period.span is Span.YEAR:
            yield from ([link.day for link in of.days], sorted(part.volume.items()))
        elif of.period.span is Span.MONTH:
            yield of.days if number == 1 else ()  # the first part has the calendar, and with it all counts
            yield from self._keys(of, of.parts[number - 1])
        else:
            yield from self._keys(of, [link for earlier in of.parts[:number] for link in earlier])

    def _keys(self, of: Gathering, links: Iterable[DayLink]) -> list[str]:
        return [self._counts.key(of.category, link.day) for link in links]

    def _page(self, part: Part) -> Page:
        of, number = part.of, part.number
        days = [link.day for link in of.parts[number - 1]]
        if of.period.span is Span.WEEK:
            before = [link.day for earlier in of.parts[: number - 1] for link in earlier]
            papers = self._store.week(of.category, before, days, self._categories)
            return self._site.week_page(of, number, papers)
        if of.period.span is Span.MONTH:
            return self._site.month_page(of, number, self._store.titles(of.category, days, self._categories))
        return self._site.year_page(of, part.volume)
