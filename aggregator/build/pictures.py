"""The picture of each list, for where its link is shared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from aggregator.build.context import Context
from aggregator.build.family import Piece, key_of
from aggregator.build.lists import Lists
from aggregator.build.scope import Scope
from aggregator.models import DayLink, Listing, Page

Sitting = tuple[Listing, DayLink]


class Pictures:
    """A picture depends on nothing but what it shows: a new template draws none anew."""

    name = "pictures"
    helped = True

    def __init__(self, context: Context, lists: Lists) -> None:
        self._site, self._categories, self._counts = context.site, context.categories, context.counts
        self._lists = lists

    def pieces(self, scope: Scope) -> tuple[int, Iterable[Piece[Sitting]]]:
        wanted = [(name, day) for day, names in self._lists.wanted(scope) for name in names]
        return len(wanted), (self._piece(self._lists.frame(name, day).listing) for name, day in wanted)

    def render(self, pieces: Sequence[Piece[Sitting]]) -> Iterator[Page]:
        return (self._site.picture(*piece.what) for piece in pieces)

    def gone(self, scope: Scope) -> Iterable[str]:
        return [
            self._site.picture_path(name, day) for day in scope.left for name in (None, *self._categories)
        ]

    def _piece(self, listing: Listing) -> Piece[Sitting]:
        (link,) = self._counts.links(listing.category, [listing.day])
        key = key_of(self._site.draughtsman, listing.category, link, listing.trust)
        return Piece((self._site.picture_path(listing.category, listing.day),), key, (listing, link))
