"""The feeds of each list's newest days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from aggregator.build.context import Context
from aggregator.build.family import Piece, key_of
from aggregator.build.scope import Scope
from aggregator.gather import WEEK_FEED
from aggregator.models import Page

NewestDays = tuple[str | None, Sequence[date]]  # a list's category, and its newest days, oldest first


class WeekFeeds:
    """One a list; all of them are asked about at each build."""

    name = "feeds"
    helped = False

    def __init__(self, context: Context) -> None:
        self._store, self._site, self._categories = context.store, context.site, context.categories
        self._calendar, self._counts = context.calendar, context.counts

    def pieces(self, _: Scope) -> tuple[int, Iterable[Piece[NewestDays]]]:
        found = [(name, self._calendar.of(name)[-WEEK_FEED:]) for name in (None, *self._categories)]
        wanted = [(name, days) for name, days in found if days]
        return len(wanted), (self._piece(name, days) for name, days in wanted)

    def render(self, pieces: Sequence[Piece[NewestDays]]) -> Iterator[Page]:
        for name, days in (piece.what for piece in pieces):
            yield self._site.week_feed(name, self._store.week(name, [], days, self._categories))

    def gone(self, scope: Scope) -> Iterable[str]:
        empty = [name for name in (None, *self._categories) if scope.left and not self._calendar.of(name)]
        return [self._site.week_feed_path(name) for name in empty]

    def _piece(self, category: str | None, days: Sequence[date]) -> Piece[NewestDays]:
        keys = [self._counts.key(category, day) for day in days]
        made_of = key_of(self._site.renderer, *days, *keys)
        return Piece((self._site.week_feed_path(category),), made_of, (category, days))
