"""The pages and feeds of listing days, of each category and merged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from aggregator.build.context import Context
from aggregator.build.family import Piece, key_of
from aggregator.build.scope import Scope
from aggregator.models import Listing, Page, Span, period_of


@dataclass(frozen=True, slots=True)
class Frame:
    """A listing still without its papers."""

    listing: Listing
    newest: bool


class Lists:
    """Lists come day by day, so that a day's cards are read once for all of its lists."""

    name = "lists"
    helped = False

    def __init__(self, context: Context) -> None:
        self._store, self._site, self._categories = context.store, context.site, context.categories
        self._calendar, self._counts, self._notes = context.calendar, context.counts, context.notes

    def pieces(self, scope: Scope) -> tuple[int, Iterable[Piece[Frame]]]:
        wanted = self.wanted(scope)
        return sum(len(names) for _, names in wanted), self._each(wanted)

    def render(self, pieces: Sequence[Piece[Frame]]) -> Iterator[Page]:
        for day, group in groupby((piece.what for piece in pieces), lambda frame: frame.listing.day):
            frames = list(group)
            lists = self._store.lists(day, [one.listing.category for one in frames], self._categories)
            for one in frames:
                listing = replace(one.listing, papers=lists[one.listing.category])
                yield from self._site.list_pages(listing, newest=one.newest)

    def gone(self, scope: Scope) -> Iterable[str]:
        for day in scope.left:
            for category in (None, *self._categories):
                yield from self._site.list_paths(category, day, newest=False)
        for category in self._categories if scope.left else ():
            if self._calendar.newest(category) is None:
                yield from self._site.list_paths(category, scope.left[-1], newest=True)

    def wanted(self, scope: Scope) -> list[tuple[date, list[str | None]]]:
        """The days that are looked at, each with the lists that it has."""
        return [(day, self._names(day)) for day in scope.looked_at]

    def frame(self, category: str | None, day: date) -> Frame:
        previous, following = self._calendar.around(category, day)
        newest = following is None
        listing = Listing(
            category,
            day,
            (),
            previous=previous,
            next=following,
            note=self._notes.of(category, day, newest=newest),
            trust=self._notes.trust(category, day),
            month=self._counts.links(category, self._month_so_far(category, day, following)),
        )
        return Frame(listing, newest)

    def _month_so_far(self, category: str | None, day: date, following: date | None) -> Sequence[date]:
        """The days of the day's month up to the next one, newest first: later days must not change the page."""
        month = period_of(Span.MONTH, day)
        return self._calendar.within(category, month.first, min(following or day, month.last))[::-1]

    def _names(self, day: date) -> list[str | None]:
        return [None, *(name for name in self._categories if self._calendar.has(name, day))]

    def _each(self, wanted: Sequence[tuple[date, Sequence[str | None]]]) -> Iterator[Piece[Frame]]:
        for day, names in wanted:
            yield from (self._piece(name, day, self._counts.key(name, day)) for name in names)

    def _piece(self, category: str | None, day: date, rows: str) -> Piece[Frame]:
        frame = self.frame(category, day)
        shown = frame.listing
        key = key_of(self._site.renderer, rows, shown.previous, shown.next, shown.note, shown.month)
        return Piece(self._site.list_paths(category, day, newest=frame.newest), key, frame)
