"""The statistics of each followed category: one page, made again when its counts changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from aggregator.build.context import Context
from aggregator.build.family import Piece, key_of
from aggregator.build.scope import Scope
from aggregator.models import Page


class Statistics:
    """All of them are asked about at every build: papers are counted that no listing day of the site announced."""

    name = "statistics"
    helped = False

    def __init__(self, context: Context) -> None:
        self._store, self._site, self._categories = context.store, context.site, context.categories

    def pieces(self, _scope: Scope) -> tuple[int, Iterable[Piece[str]]]:
        return len(self._categories), map(self._piece, self._categories)

    def render(self, pieces: Sequence[Piece[str]]) -> Iterator[Page]:
        for piece in pieces:
            yield self._site.statistics_page(piece.what, self._store.statistics(piece.what))

    def gone(self, _scope: Scope) -> Iterable[str]:
        return ()

    def _piece(self, category: str) -> Piece[str]:
        key = key_of(self._site.renderer, self._store.statistics_key(category))
        return Piece((self._site.statistics_path(category),), key, category)
