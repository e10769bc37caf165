"""When each feed is generated anew, and what it holds then: the truth, seen through the script's misbehaviour.

A feed is generated just after midnight in New York and stays until the next midnight. On a listing day it holds
what was announced the evening before, on other days nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from zlib import crc32

from aggregator.announce import NEW_YORK
from aggregator.models import Announcement, Kind
from aggregator.simulator.preprint import Item
from aggregator.simulator.script import ONE_DAY, Behind, Empty, Late, Partial, Stale, new_york
from aggregator.simulator.truth import Truth
from aggregator.taxonomy import ARCHIVES, CATEGORIES, canonical

MOST_ROWS = 2000  # of one feed; new papers are cut first
_ORDER = {kind: place for place, kind in enumerate(Kind)}


class UnknownQuery(LookupError):
    """The address names something that is neither a category nor an archive."""


@dataclass(frozen=True, slots=True)
class Build:
    """One generation of a feed. `declared_day` is the date it gives itself, `day` the listing day it is about."""

    at: datetime
    declared_day: date
    day: date
    items: tuple[Item, ...]


class Feeds:
    """Every feed of `truth`, at any moment."""

    def __init__(self, truth: Truth) -> None:
        self.truth = truth
        self._script = truth.script
        self.builds = cache(self._builds)

    def build(self, query: str, moment: datetime) -> Build:
        """What the feed of `query` (a category, an archive, or several joined by +) is at `moment`.

        Raises UnknownQuery.
        """
        current = [self._current(category, moment) for category in categories_of(query)]
        items = _once_each([item for build in current for item in build.items])
        newest = max(current, key=lambda build: build.at)
        return replace(newest, items=items[-MOST_ROWS:])

    def shown(self, until: datetime) -> frozenset[Announcement]:
        """The announcements that a reader of the script's feeds, one by one, could have seen by `until`.

        Positions are those of the whole listing, also for what was cut or came in parts.
        """
        positions = {(a.category, a.day, a.paper_id): a for a in self.truth.announcements()}
        return frozenset(
            positions[category, build.day, item.preprint.id]
            for category in self._script.categories
            for build in self.builds(category)
            if build.at <= until
            for item in build.items[-MOST_ROWS:]
        )

    def _current(self, category: str, moment: datetime) -> Build:
        past = [build for build in self.builds(category) if build.at <= moment]
        return past[-1] if past else self._nothing(moment.astimezone(NEW_YORK).date(), category)

    def _builds(self, category: str) -> tuple[Build, ...]:
        """All builds of one category's feed, in the order of their moments."""
        first = self._script.first_day
        builds = [self._nothing(first - ONE_DAY, category)]
        for day in [*self._script.calendar(), first + self._script.days * ONE_DAY]:
            builds += self._of_day(day, category, builds[-1])
        return tuple(sorted(builds, key=lambda build: build.at))

    def _of_day(self, day: date, category: str, before: Build) -> list[Build]:
        whole = replace(self._nothing(day, category), items=self.truth.listing(category, day))
        match self._script.feed_switch(day, category):
            case Stale(redated=redated):
                return [replace(whole, items=before.items, day=before.day)] if redated else []
            case Late(hours=hours):
                return [_moved(whole, hours)]
            case Partial(share=share, hours=hours):
                first_part = whole.items[: int(len(whole.items) * share)]
                return [replace(whole, items=first_part), _moved(whole, hours)]
            case Empty(hours=hours):
                nothing = replace(whole, items=())
                return [nothing] if hours is None else [nothing, _moved(whole, hours)]
            case Behind():
                return [replace(whole, declared_day=day - ONE_DAY)]
        return [whole]

    def _nothing(self, day: date, category: str) -> Build:
        """The empty build of `day`: some seconds after midnight, a different few for each feed and day."""
        seconds = crc32(f"{self._script.seed}/{category}/{day}".encode()) % 15
        return Build(new_york(day) + timedelta(seconds=seconds), day, day, ())


def categories_of(query: str) -> tuple[str, ...]:
    """The canonical categories that `query` asks for. Raises UnknownQuery with the first unknown name."""
    found: dict[str, None] = {}
    for name in query.split("+"):
        if name in CATEGORIES:
            found[canonical(name)] = None
        elif name in ARCHIVES:
            found.update(
                (canonical(c.id), None) for c in CATEGORIES.values() if c.archive == name and c.active
            )
        else:
            raise UnknownQuery(name)
    return tuple(found)


def _moved(build: Build, hours: float) -> Build:
    """`build`, generated `hours` later; it declares the New York date of that moment."""
    at = build.at + timedelta(hours=hours)
    return replace(build, at=at, declared_day=at.astimezone(NEW_YORK).date())


def _once_each(items: list[Item]) -> tuple[Item, ...]:
    """Each paper once, new before cross before replace, in arXiv's order."""
    best: dict[str, Item] = {}
    for item in items:
        other = best.setdefault(item.preprint.id, item)
        if _ORDER[item.kind] < _ORDER[other.kind]:
            best[item.preprint.id] = item
    return tuple(sorted(best.values(), key=lambda item: (_ORDER[item.kind], item.preprint.age)))
