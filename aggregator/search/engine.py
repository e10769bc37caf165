"""Asking the index. Every question is bounded: its words, what a beginning stands for, how deep a page lies."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import tantivy

from aggregator.errors import QueryError, SearchError
from aggregator.models import Asked, Found, Order, Shares, Suggestion
from aggregator.query import Anyone, Category, Dates, Identifier, Node, Span, read, tidy
from aggregator.query.dates import FIRST, LAST
from aggregator.query.fold import words
from aggregator.search import suggest
from aggregator.search.compile import Compiled, Compiler
from aggregator.search.folder import Folder
from aggregator.search.guard import guarded
from aggregator.search.schema import SAMPLES, day_of, register

DEEPEST = 100_000  # results that can be paged to; dates reach the others
PAGE = 1000  # results in one answer
_KEPT = 256  # questions whose counts are kept
EXACT = 20_000  # found papers whose categories are all counted; of more, a sample of 5,000 to 20,000 is
_YEARS = {"years": {"terms": {"field": "year", "size": 200}}}
_CATEGORIES = {"categories": {"terms": {"field": "categories", "size": 400}}}
Years = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _State:
    """One state of the index: a generation at one commit, which `seen` tells from others."""

    searcher: tantivy.Searcher
    seen: Hashable


def asked_node(asked: Asked) -> tuple[str, Node, tuple[Node, ...]]:
    """The question's text and tree, and what narrows it. Raises QueryError."""
    text = tidy(asked.text)
    narrow: list[Node] = []
    if asked.categories:
        names = tuple(Category(name) for name in asked.categories)
        narrow.append(names[0] if len(names) == 1 else Anyone(names))
    if asked.first or asked.last:
        narrow.append(Dates(Span(asked.first or FIRST, asked.last or LAST)))
    return text, read(text), tuple(narrow)


class Engine:
    """The index below `path`. Threads may share it; a new commit or generation is seen at the next question.

    Of more than `exact` papers, categories are judged from a sample.
    """

    def __init__(self, path: Path, *, exact: int = EXACT) -> None:
        self._folder = Folder(path)
        self._exact = exact
        self._lock = threading.Lock()
        self._state: _State | None = None
        self._index: tuple[str, tantivy.Index] | None = None
        self._counts: dict[Hashable, tuple[int, Shares]] = {}

    def count(self) -> int:
        """Papers in the index. Raises SearchError where there is none."""
        return max(0, self._now().searcher.num_docs - 1)

    def search(self, asked: Asked, *, divided: bool = True) -> Found:
        """The papers asked for, how many there are and how they divide, that only if `divided`.

        Raises QueryError, SearchError.
        """
        text, node, narrow = asked_node(asked)
        now = self._now()
        skip, show = min(max(asked.skip, 0), DEEPEST), min(max(asked.show, 0), PAGE)
        with guarded("searching"):
            compiled = Compiler(partial(suggest.complete, now.searcher)).compile(node, text, narrow)
            ids, days, total = _papers(now.searcher, compiled, asked.order, skip, show)
            key = (now.seen, divided, text, asked.categories, asked.first, asked.last)
            count = partial(_divide, exact=self._exact) if divided else _count
            counted, shares = self._counted(key, partial(count, now.searcher, compiled, total))
        return Found(ids, counted, days, shares, node.arxiv_id if isinstance(node, Identifier) else None)

    def suggest(self, typed: str) -> tuple[tuple[Suggestion, ...], tuple[str, ...]]:
        """People, and ids of papers, whose names go on like what was typed. Raises SearchError."""
        text = tidy(typed[:200])
        found = words(text)
        if len("".join(found)) < suggest.SHORTEST or len(found) > suggest.MOST:
            return (), ()
        now = self._now()
        with guarded("searching"):
            return tuple(suggest.people(now.searcher, found)), tuple(suggest.titles(now.searcher, text))

    def seen(self) -> Hashable:
        """Changes with every commit to the index."""
        try:
            return self._now().seen
        except SearchError:
            return None

    def put_right(self, text: str) -> str | None:
        """A question that finds something, with unknown words as those they look like, or without them.

        None when there is no such question. Raises SearchError.
        """
        searcher = self._now().searcher
        with guarded("searching"):
            likely = list(suggest.put_right(searcher, tidy(text)))
        return next((each for each in likely if self._finds(each)), None)

    def _finds(self, text: str) -> bool:
        try:
            return self.search(Asked(text, show=0), divided=False).total > 0
        except QueryError:
            return False

    def _counted(self, key: Hashable, count: Callable[[], tuple[int, Shares]]) -> tuple[int, Shares]:
        found = self._counts.get(key)
        if found is None:
            found = count()
            with self._lock:
                while len(self._counts) >= _KEPT:
                    del self._counts[next(iter(self._counts))]
                self._counts[key] = found
        return found

    def _now(self) -> _State:
        """The newest state; two looks at files a question."""
        with self._lock:
            try:
                return self._newest()
            except SearchError:  # the generation was replaced while it was opened, or is damaged
                self._index = self._state = None
                return self._newest()

    def _newest(self) -> _State:
        current = self._folder.current()
        if current is None:
            raise SearchError("there is no search index yet; `aggregator index` makes it")
        with guarded("opening the search index"):
            meta = (current / "meta.json").stat()
            seen = (current.name, meta.st_mtime_ns, meta.st_ino)
            if self._state is None or self._state.seen != seen:
                self._state = _State(self._reopened(current).searcher(), seen)
        return self._state

    def _reopened(self, current: Path) -> tantivy.Index:
        if self._index is None or self._index[0] != current.name:
            index = register(tantivy.Index.open(str(current)))
            index.config_reader("manual")
            self._index = (current.name, index)
        self._index[1].reload()
        return self._index[1]


def _papers(
    searcher: tantivy.Searcher, compiled: Compiled, order: Order, skip: int, show: int
) -> tuple[tuple[str, ...], tuple[date, ...], int | None]:
    """Ids and days; and how many there are where every paper must be looked at anyway."""
    if not show:
        return (), (), None
    if order in (Order.RELEVANCE, Order.STARS):  # who has the stars sorts by them
        found = searcher.search(compiled.scored, show, count=compiled.dear, offset=skip)
    else:
        way = tantivy.Order.Asc if order is Order.OLDEST else tantivy.Order.Desc
        found = searcher.search(
            compiled.lean, show, count=compiled.dear, order_by_field="when", offset=skip, order=way
        )
    places = [place for _, place in found.hits]
    days = tuple(day_of(int(when or 0)) for when in searcher.fast_field_values("when", places))
    total: int | None = found.count  # type: ignore[attr-defined]  # its stub does not know it
    return tuple(searcher.doc(place)["id"][0] for place in places), days, total


def _count(searcher: tantivy.Searcher, compiled: Compiled, total: int | None) -> tuple[int, Shares]:
    """How many, if that is not known. Every paper has one year, and years are counted ten times as fast as names."""
    return _total(_years(searcher.aggregate(compiled.lean, _YEARS))) if total is None else total, Shares()


def _divide(
    searcher: tantivy.Searcher, compiled: Compiled, total: int | None, exact: int
) -> tuple[int, Shares]:
    """How many, by years, and by categories. Of many papers those of a sample stand for all where counting is slow."""
    years: Years | None = None
    if total is None:
        years = _years(searcher.aggregate(compiled.lean, _YEARS))
        total = _total(years)
    if total <= exact:
        found = searcher.aggregate(compiled.lean, _CATEGORIES if years else _YEARS | _CATEGORIES)
        return total, Shares(_categories(found), _years(found) if years is None else years)
    rate = next((rate for rate in SAMPLES if total <= rate * exact), SAMPLES[-1])
    found = searcher.aggregate(compiled.thin(rate), _YEARS | _CATEGORIES)
    seen = _years(found)
    scale = total / (_total(seen) or 1)
    categories = tuple((name, _about(count * scale)) for name, count in _categories(found))
    if years is not None:
        return total, Shares(categories, years, about=True)
    judged = tuple((year, _about(count * scale)) for year, count in seen)
    return total, Shares(categories, judged, about=True, about_years=True)


def _years(found: Mapping[str, Any]) -> Years:
    return tuple(sorted((int(each["key"]), int(each["doc_count"])) for each in found["years"]["buckets"]))


def _categories(found: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    return tuple((str(each["key"]), int(each["doc_count"])) for each in found["categories"]["buckets"])


def _total(years: Years) -> int:
    return sum(count for _, count in years)


def _about(number: float) -> int:
    """Two digits: a sample knows no more."""
    return int(float(f"{number:.1e}"))
