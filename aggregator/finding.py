"""Searches as pages, feeds, files and completions: the index finds ids, the store has the papers, the site the form.

    asked ─► search.Engine ─► ids, days, shares ─► cards: stored ones, else made now ─► marks ─► site

Reads only. An index or a database that cannot be read, and a question that cannot, are said on the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Protocol

from aggregator.errors import QueryError, SearchError
from aggregator.models import Asked, Card, Found, Hit, Order, Paper, SearchResults, Suggestion, Wrong, say
from aggregator.search import Engine, Highlighter, asked_node

EXPORTED = 10_000  # papers in one file
_STEP = 500  # of them in memory at a time
_KEPT = 2000  # cards
Versioned = tuple[int, Card]  # a paper's newest version, and its card


class Rows(Protocol):
    """What is asked of the store."""

    def cards_of(self, paper_ids: Iterable[str], renderer: str) -> dict[str, Card]: ...
    def papers_of(self, paper_ids: Iterable[str]) -> dict[str, Paper]: ...
    def plain_titles(self, paper_ids: Sequence[str]) -> dict[str, str]: ...
    def newest_versions(self, paper_ids: Iterable[str]) -> dict[str, int]: ...


class Renderer(Protocol):
    """What is asked of the site."""

    @property
    def renderer(self) -> str: ...
    def card(self, paper: Paper, *, entry: bool) -> Card: ...
    def search_page(self, results: SearchResults) -> bytes: ...
    def search_feed(self, results: SearchResults) -> bytes: ...


class Finding:
    """Threads may share it. `reading` gives a store for one question, `stamp` changes with every write."""

    def __init__(
        self,
        engine: Engine,
        reading: Callable[[], AbstractContextManager[Rows]],
        stamp: Callable[[], tuple[int, ...]],
        site: Renderer,
        stars: Callable[[Sequence[str]], Mapping[str, int]] = lambda _: {},
    ) -> None:
        self._stars = stars
        self._engine = engine
        self._reading = reading
        self._stamp = stamp
        self._site = site
        self._cards: tuple[object, dict[str, Versioned]] = (None, {})

    def stamp(self) -> object:
        """Two answers with the same stamp are made of the same index and rows."""
        return self._engine.seen(), self._stamp()

    def page(self, ask: Callable[[], Asked], text: str, *, marked: bool = True) -> tuple[int, bytes]:
        """The page of what `ask` gives, and its HTTP status: what is wrong with the question is told on the page."""
        asked = Asked(text)
        try:
            asked = ask()
            results = self._results(asked, marked=marked) if text.strip() else SearchResults(asked)
        except QueryError as error:
            return 400, self._site.search_page(SearchResults(asked, wrong=_wrong(text, error)))
        except SearchError:
            told = say("The search index is not there yet, or is being made. Please come back in a while.")
            return 503, self._site.search_page(SearchResults(asked, wrong=Wrong(told)))
        return 200, self._site.search_page(results)

    def search(
        self, asked: Asked, *, divided: bool = False, meanwhile: Callable[[Sequence[str]], object] = len
    ) -> Found:
        """What is found; `meanwhile` gets the ids while the papers are being counted. By stars, those of the best
        papers, as many as can be paged through.

        Raises QueryError, SearchError, StoreError.
        """
        if asked.order is not Order.STARS:
            return self._engine.search(asked, divided=divided, meanwhile=meanwhile)
        best = self._engine.search(replace(asked, skip=0, show=asked.order.deepest), divided=divided)
        stars = self._stars(best.ids)
        places = sorted(range(len(best.ids)), key=lambda place: -stars.get(best.ids[place], 0))
        part = places[asked.skip : asked.skip + asked.show]
        ids = tuple(best.ids[place] for place in part)
        meanwhile(ids)
        return replace(best, ids=ids, days=tuple(best.days[place] for place in part))

    def feed(self, asked: Asked) -> bytes:
        """The Atom feed of a search. Raises QueryError, SearchError, StoreError."""
        found = self.search(asked)
        cards = self._read(found.ids, entry=True)
        return self._site.search_feed(SearchResults(asked, found, tuple(_hits(found, cards))))

    def papers(self, asked: Asked) -> Iterator[list[Paper]]:
        """What was found, for a file: the first EXPORTED, some hundreds at a time. Raises as `feed`."""
        for skip in range(0, EXPORTED, _STEP):
            ids = self.search(replace(asked, skip=skip, show=_STEP)).ids
            with self._reading() as store:
                papers = store.papers_of(ids)
            yield [papers[paper_id] for paper_id in ids if paper_id in papers]
            if len(ids) < _STEP:
                return

    def suggest(self, typed: str) -> list[Suggestion]:
        """People and papers. Raises SearchError, StoreError."""
        people, ids = self._engine.suggest(typed)
        with self._reading() as store:
            titles = store.plain_titles(ids) if ids else {}
        papers = [Suggestion(titles[one], one, one) for one in ids if one in titles]
        return [*people, *papers]

    def _results(self, asked: Asked, *, marked: bool) -> SearchResults:
        cards: dict[str, Versioned] = {}
        found = self.search(asked, divided=True, meanwhile=lambda ids: cards.update(self._cards_of(ids)))
        light = Highlighter(asked_node(asked)[1]) if marked else None
        hits = tuple(_hits(found, cards, light))
        rather = None if found.total or found.named else self._engine.put_right(asked.text)
        return SearchResults(asked, found, hits, rather=rather, marked=marked)

    def _cards_of(self, ids: Sequence[str]) -> dict[str, Versioned]:
        """For pages, kept until somebody writes."""
        stamp = self._stamp()
        if self._cards[0] != stamp or len(self._cards[1]) > _KEPT:
            self._cards = (stamp, {})
        kept = self._cards[1]
        missing = [paper_id for paper_id in ids if paper_id not in kept]
        if missing:
            kept.update(self._read(missing, entry=False))
        return {one: kept[one] for one in ids if one in kept}

    def _read(self, ids: Sequence[str], *, entry: bool) -> dict[str, Versioned]:
        """Cards that the last build left, else made now; without `entry` those are for pages only."""
        with self._reading() as store:
            cards = store.cards_of(ids, self._site.renderer)
            versions = store.newest_versions(cards) if cards else {}
            papers = store.papers_of([one for one in ids if one not in cards])
        kept = {one: (versions[one], card) for one, card in cards.items() if one in versions}
        return kept | {
            one: (paper.version, self._site.card(paper, entry=entry)) for one, paper in papers.items()
        }


def _hits(found: Found, cards: Mapping[str, Versioned], light: Highlighter | None = None) -> Iterator[Hit]:
    for paper_id, day in zip(found.ids, found.days, strict=True):
        if paper_id in cards:
            version, card = cards[paper_id]
            yield Hit(paper_id, version, day, _lit(card, light))


def _lit(card: Card, light: Highlighter | None) -> Card:
    return replace(card, html=light.mark(card.html)) if light else card


def _wrong(text: str, error: QueryError) -> Wrong:
    end = error.at + error.length
    return Wrong(error.said, text[: error.at], text[error.at : end], text[end:])
