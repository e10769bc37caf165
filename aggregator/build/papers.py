"""The papers' own pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from aggregator.build.context import Context
from aggregator.build.family import Piece, key_of
from aggregator.build.scope import Scope
from aggregator.models import Page


class Papers:
    """A page for each paper that was announced on one of the days."""

    name = "papers"
    helped = True

    def __init__(self, context: Context) -> None:
        self._store, self._site, self._categories = context.store, context.site, context.categories
        self._paged: frozenset[date] = frozenset()

    def pieces(self, scope: Scope) -> tuple[int, Iterable[Piece[str]]]:
        self._paged = frozenset(scope.days)
        days = (
            None if scope.whole else (*scope.changed, *scope.left)
        )  # a page links only days that have pages
        keys = self._store.paper_keys(scope.days, self._categories, days)
        renderer, path = self._site.renderer, self._site.paper_path
        return len(keys), (Piece((path(one),), key_of(renderer, key), one) for one, key in keys.items())

    def render(self, pieces: Sequence[Piece[str]]) -> Iterator[Page]:
        for record in self._store.records(piece.what for piece in pieces):
            yield self._site.paper_page(replace(record, paged=self._paged))

    def gone(self, scope: Scope) -> Iterable[str]:
        return map(self._site.paper_path, self._store.papers_left(scope.left, scope.days, self._categories))
