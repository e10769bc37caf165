"""Asking the index. Every question is bounded: its words, what a beginning stands for, how deep a page lies."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

import tantivy

from aggregator.errors import QueryError, SearchError
from aggregator.models import Asked, Found, Order, Shares, Suggestion
from aggregator.query import Anyone, Category, Dates, Identifier, Node, Span, read, tidy
from aggregator.query.dates import FIRST, LAST
from aggregator.query.fold import words
from aggregator.search import suggest
from aggregator.search.compile import Compiler
from aggregator.search.compiled import Compiled
from aggregator.search.counts import EXACT, Count, count, divide, judge
from aggregator.search.folder import Folder
from aggregator.search.guard import guarded
from aggregator.search.schema import day_of, register

DEEPEST = 100_000  # results that can be paged to; dates reach the others
PAGE = 1000  # results in one answer
_KEPT = 256  # questions whose counts are kept
_RANKED = (Order.RELEVANCE, Order.STARS)  # who has the stars sorts by them
_ASIDE = 4  # counts that are made at once, each beside its question


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

    Of more than `exact` papers, categories are judged from a sample. A phrase whose words all stand in more than so
    many is looked for in titles first, then in samples, and how many papers have it is judged from one; so is how many
    have one of several words.
    """

    def __init__(self, path: Path, *, exact: int = EXACT) -> None:
        self._folder = Folder(path)
        self._exact = exact
        self._lock = threading.Lock()
        self._aside = ThreadPoolExecutor(_ASIDE, thread_name_prefix="count")
        self._state: _State | None = None
        self._index: tuple[str, tantivy.Index] | None = None
        self._counts: dict[Hashable, tuple[int, Shares]] = {}

    def count(self) -> int:
        """Papers in the index. Raises SearchError where there is none."""
        return max(0, self._now().searcher.num_docs - 1)

    def search(
        self,
        asked: Asked,
        *,
        divided: bool = True,
        meanwhile: Callable[[Sequence[str]], object] = len,
    ) -> Found:
        """The papers asked for, how many there are and how they divide, that only if `divided`.

        The papers are known first: `meanwhile` is called with their ids while the others are being counted. Raises
        QueryError, SearchError.
        """
        text, node, narrow = asked_node(asked)
        now = self._now()
        skip, show = min(max(asked.skip, 0), DEEPEST), min(max(asked.show, 0), PAGE)
        with guarded("searching"):
            compiled, judged = self._compiled(now.searcher, asked, node, text, narrow)
            waits = compiled.dear and not judged and not compiled.is_few(self._exact)
            key = (now.seen, divided, judged, text, asked.categories, asked.first, asked.last)
            counts = judge if judged else divide if divided else count
            counted = partial(self._counted, key, partial(counts, now.searcher, compiled, self._exact))
            counting = None if waits else self._aside.submit(counted, None)
            ids, days, found = _papers(now.searcher, compiled, asked.order, skip, show)
            counting = counting or self._aside.submit(counted, found)
        meanwhile(ids)
        with guarded("counting"):
            total, shares = counting.result()
        if judged and ids:
            total, shares = _corrected(total, shares, skip + len(ids), ended=len(ids) < show)
        return Found(ids, total, days, shares, node.arxiv_id if isinstance(node, Identifier) else None)

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

    def _compiled(
        self, searcher: tantivy.Searcher, asked: Asked, node: Node, text: str, narrow: Sequence[Node]
    ) -> tuple[Compiled, bool]:
        """And whether it is judged how many there are: only where papers are ranked and it saves much."""
        compiler = Compiler(partial(suggest.complete, searcher), searcher.doc_freq)
        made = compiler.compile(node, text, narrow)
        if made.is_judged(self._exact) and asked.show and asked.order in _RANKED:
            return made, True
        return replace(made, tiers=()), False

    def _counted(self, key: Hashable, counts: Count, total: int | None) -> tuple[int, Shares]:
        found = self._counts.get(key)
        if found is None:
            found = counts(total)
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


def _corrected(total: int, shares: Shares, seen: int, *, ended: bool) -> tuple[int, Shares]:
    """A judged total, by what a page shows of it: its end, or that there may be more."""
    if ended:
        return seen, replace(shares, about_total=False)
    return max(total, seen + 1), shares


def _papers(
    searcher: tantivy.Searcher, compiled: Compiled, order: Order, skip: int, show: int
) -> tuple[tuple[str, ...], tuple[date, ...], int | None]:
    """Ids and days; and how many there are where every paper must be looked at anyway."""
    if not show:
        return (), (), None
    if order in _RANKED:
        found = _ranked(searcher, compiled, skip, show)
    else:
        way = tantivy.Order.Asc if order is Order.OLDEST else tantivy.Order.Desc
        found = searcher.search(
            compiled.lean, show, count=compiled.dear, order_by_field="when", offset=skip, order=way
        )
    places = [place for _, place in found.hits]
    days = tuple(day_of(int(when or 0)) for when in searcher.fast_field_values("when", places))
    total: int | None = found.count  # type: ignore[attr-defined]  # its stub does not know it
    return tuple(searcher.doc(place)["id"][0] for place in places), days, total


def _ranked(searcher: tantivy.Searcher, compiled: Compiled, skip: int, show: int) -> tantivy.SearchResult:
    """The best; from those that come first where they are enough."""
    *sooner, last = compiled.tiers or (compiled.scored,)
    for few in sooner:
        found = searcher.search(few, show, count=False, offset=skip)
        if len(found.hits) == show:
            return found
    return searcher.search(last, show, count=compiled.dear and not sooner, offset=skip)
