"""Home and status: made at every build, because they tell of moments; unchanged bytes are not written anyway."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from aggregator.build.context import Context
from aggregator.build.lists import Lists
from aggregator.models import CategorySummary, DayLink, Listing, Overview, Page

HOME_DAYS = 7  # newest days of a category that the home page links
RECENT_DAYS = 10  # newest days of which a browser can count what its reader has not seen
STATUS_DAYS = 60  # newest days that the status page tells of
A_YEAR = timedelta(days=366)  # whose volume the home page shows


class Front:
    """Makes them."""

    def __init__(self, context: Context, lists: Lists) -> None:
        self._store, self._site, self._categories = context.store, context.site, context.categories
        self._calendar, self._counts, self._notes = context.calendar, context.counts, context.notes
        self._lists = lists

    def pages(self) -> Iterator[Page]:
        newest = self._calendar.newest(None)
        volumes = self._store.volumes(self._categories, newest - A_YEAR) if newest else {}
        summaries = [self._summary(name, volumes.get(name, {})) for name in self._categories]
        year = self._calendar.within(None, (newest - A_YEAR).replace(day=1), newest) if newest else ()
        paged = [DayLink(day, {}) for day in year]
        yield from self._site.home(summaries, self._newest(newest) if newest else None, paged)
        yield self._site.status_page(self._overview())
        yield self._site.recent_page(self._recent())

    def _recent(self) -> Mapping[str, Mapping[date, Sequence[tuple[str, int]]]]:
        days = self._calendar.merged[-RECENT_DAYS:]
        return self._store.recent(days[0], self._categories) if days else {}

    def _newest(self, day: date) -> Listing:
        papers = self._store.lists(day, [None], self._categories)[None]
        return replace(self._lists.frame(None, day).listing, papers=papers)

    def _overview(self) -> Overview:
        days = self._calendar.merged[-STATUS_DAYS:]
        polls = tuple(poll for poll in self._store.poll_states() if poll.category in self._categories)
        return Overview(
            self._categories,
            tuple(self._store.ledger_rows(days[0] if days else date.min, self._categories)),
            polls,
            self._store.load_gate(),
            self._counts.links(None, days[::-1]),
            checked_at=max((poll.checked_at for poll in polls), default=None),
        )

    def _summary(self, category: str, volume: Mapping[date, int]) -> CategorySummary:
        newest = self._calendar.newest(category)
        if newest is None:
            return CategorySummary(category, (), note=self._notes.without_day(category), volume=volume)
        days = self._counts.links(category, self._calendar.of(category)[: -HOME_DAYS - 1 : -1])
        return CategorySummary(
            category,
            days,
            note=self._notes.of(category, newest, newest=True),
            volume=volume,
            proven=self._notes.proven(category, newest),
        )
