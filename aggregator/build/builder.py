"""One build: the scope, the pieces that changed, what is published and what the manifest keeps of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain, islice
from typing import Any, TypeVar

from aggregator.asking import Watcher
from aggregator.build.context import Context
from aggregator.build.counts import Counts
from aggregator.build.family import Family, Piece
from aggregator.build.front import Front
from aggregator.build.helpers import Helpers
from aggregator.build.lists import Lists
from aggregator.build.newest import WeekFeeds
from aggregator.build.notes import Notes
from aggregator.build.papers import Papers
from aggregator.build.periods import Periods
from aggregator.build.pictures import Pictures
from aggregator.build.rows import Renderer, Rows
from aggregator.build.scope import MONTH, Calendar, Scope, decide, in_range
from aggregator.build.statistics import Statistics
from aggregator.clock import Clock, SystemClock
from aggregator.models import Card, DayStamp, Page, Published

T = TypeVar("T")

BATCH = 500  # pieces that are held against the manifest together, and papers whose cards are made
MADE = "made at every build"  # the key of pages that have none
PART = "sitemap-"  # how the parts of the sitemap are named; their key is their shelf


class Builder:
    """Builds the site of `categories` for their newest `days` listing days and the store's spans."""

    def __init__(
        self,
        *,
        store: Rows,
        site: Renderer,
        categories: Sequence[str],
        days: int,
        clock: Clock | None = None,
        watcher: Watcher | None = None,
        helpers: Helpers | None = None,
    ) -> None:
        self._store = store
        self._site = site
        self._categories = tuple(categories)
        self._days = days
        self._clock = clock or SystemClock()
        self._watcher = watcher or Watcher()
        self._helpers = helpers or Helpers()

    def build(self, *, thorough: bool = False) -> Published:
        """Render what changed and publish it; `thorough`, hold every file against the manifest and remove others."""
        store, site = self._store, self._site
        site.recover()
        now = self._in_range()
        since = min(now, default=date.max)
        calendar = Calendar(now, lambda name: [day for day in store.listing_days(name, since) if day in now])
        scope = decide(
            now,
            store.stamps(),
            calendar,
            self._categories,
            renderer=site.renderer,
            thorough=thorough or not site.has("index.html"),
        )
        self._make_cards(scope)
        return _Run(store, site, scope, self._watcher, self._helpers).finish(*self._families(calendar))

    def _in_range(self) -> dict[date, DayStamp]:
        """The days that have pages: the newest ones, and those of kept spans."""
        stamps = self._store.day_stamps(self._categories, self._days + MONTH)
        found = in_range(stamps, self._days)
        for first, last in self._store.spans():
            found |= self._store.day_stamps_within(self._categories, first, last)
        return found

    def _families(self, calendar: Calendar) -> tuple[Sequence[Family[Any]], Front]:
        store, site, names = self._store, self._site, self._categories
        notes, counts = Notes(store, names, self._clock), Counts(store, names)
        context = Context(store, site, names, calendar, counts, notes)
        lists = Lists(context)
        families = (
            lists,
            Pictures(context, lists),
            WeekFeeds(context),
            Periods(context),
            Papers(context),
            Statistics(context),
        )
        return families, Front(context, lists)

    def _make_cards(self, scope: Scope) -> None:
        days = scope.days if scope.whole else scope.changed
        missing = self._store.papers_without_card(self._site.renderer, days=days)
        self._store.save_cards(self._helpers.map(self._cards, _batches(missing)))

    def _cards(self, paper_ids: Sequence[str]) -> Iterator[Card]:
        return map(self._site.card, self._store.papers_of(paper_ids).values())


class _Run:
    """What one build has found out so far."""

    def __init__(self, store: Rows, site: Renderer, scope: Scope, watcher: Watcher, helpers: Helpers) -> None:
        self._store = store
        self._site = site
        self._scope = scope
        self._watcher = watcher
        self._helpers = helpers
        self._keys: dict[str, str] = {}  # of what was rendered, for the manifest
        self._wanted: set[str] = set()  # all paths that shall be there; filled only when the scope is whole
        self._gone: set[str] = set()

    def finish(self, families: Sequence[Family[Any]], front: Front) -> Published:
        """Publish, then remember."""
        if not self._scope.whole:
            self._gone = {path for family in families for path in family.gone(self._scope)}
        pages = self._pages(families, front)
        if self._scope.whole:
            published = self._site.publish(pages, self._wanted)
        else:
            published = self._site.patch(pages, self._gone)
        self._remember()
        return published

    def _remember(self) -> None:
        scope = self._scope
        if scope.whole:
            removed = [path for path in self._store.paths_below("") if path not in self._wanted]
        else:
            removed = [path for path in self._gone if path not in self._keys]
        stamps = [name for name in self._store.stamps() if name not in scope.stamps]
        self._store.save_manifest(self._keys | dict(scope.stamps), removed=[*removed, *stamps])

    def _pages(self, families: Sequence[Family[Any]], front: Front) -> Iterator[Page]:
        for family in families:
            yield from self._changed(family)
        if self._scope.whole:
            yield from self._always(self._site.fixed_pages())
        yield from self._always(front.pages())
        yield from self._always(self._sitemap())

    def _changed(self, family: Family[Any]) -> Iterator[Page]:
        total, pieces = family.pieces(self._scope)
        shares = self._shares(family.name, pieces, total)
        if family.helped:
            yield from self._helpers.map(family.render, shares)
        else:
            yield from chain.from_iterable(map(family.render, shares))

    def _shares(self, name: str, pieces: Iterable[Piece[Any]], total: int) -> Iterator[list[Piece[Any]]]:
        """What is to be rendered, some at a time."""
        done = 0
        for chunk in _batches(pieces):
            yield self._stale(chunk)
            done += len(chunk)
            self._watcher.building(name, done, total)

    def _stale(self, pieces: Sequence[Piece[Any]]) -> list[Piece[Any]]:
        """Those of `pieces` that are to be rendered; all are taken note of."""
        paths = [path for piece in pieces for path in piece.paths]
        known = self._store.fingerprints(paths)
        if self._scope.whole:
            self._wanted.update(paths)
        stale = [piece for piece in pieces if not self._is_fresh(piece, known)]
        self._keys.update((path, piece.key) for piece in stale for path in piece.paths)
        return stale

    def _is_fresh(self, piece: Piece[Any], known: Mapping[str, str]) -> bool:
        """Also its files must be there: few pieces are asked about, among them the newest of each list."""
        if any(known.get(path) != piece.key for path in piece.paths):
            return False
        return all(map(self._site.has, piece.paths))

    def _always(self, pages: Iterable[Page]) -> Iterator[Page]:
        for page in pages:
            self._keep(page, MADE)
            yield page

    def _keep(self, page: Page, key: str) -> None:
        self._keys[page.path] = key
        self._wanted.add(page.path)

    # ── the sitemap ──

    def _sitemap(self) -> Iterator[Page]:
        """Its parts that name pages which came or went, and the index of all parts."""
        parts = {} if self._scope.whole else self._store.fingerprints(self._store.paths_below(PART))
        for shelf, paths in sorted(self._shelves().items()):
            self._gone.update(part for part, name in parts.items() if name == shelf)
            for page in self._site.sitemap(shelf, paths):
                self._keep(page, shelf)
                yield page
        made = [path for path in self._keys if path.startswith(PART)]
        yield from self._always([self._site.sitemap_index({*made, *(parts.keys() - self._gone)})])

    def _shelves(self) -> dict[str, set[str]]:
        """The shelves that a page came to or left, with all pages that they hold now."""
        if self._scope.whole:
            return self._by_shelf(self._wanted)
        known = self._store.fingerprints([*self._keys, *self._gone])
        gone = self._gone - self._keys.keys()
        fresh = self._by_shelf(path for path in self._keys if path not in known)
        for shelf in self._by_shelf(gone & known.keys()):
            fresh.setdefault(shelf, set())
        for shelf, paths in fresh.items():
            stored = self._store.paths_below(shelf) if shelf else self._store.paths_outside("arxiv/")
            paths.update(path for path in stored if self._site.shelf(path) == shelf and path not in gone)
        return fresh

    def _by_shelf(self, paths: Iterable[str]) -> dict[str, set[str]]:
        shelves: dict[str, set[str]] = {}
        for path in paths:
            if (shelf := self._site.shelf(path)) is not None:
                shelves.setdefault(shelf, set()).add(path)
        return shelves


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch
