"""How many papers a listing day has, and the keys of lists: asked once a build, by several families."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from aggregator.build.rows import Rows
from aggregator.models import DayLink


class Counts:
    """Remembers what the store said in this build."""

    def __init__(self, store: Rows, categories: Sequence[str]) -> None:
        self._store = store
        self._categories = tuple(categories)
        self._links: dict[tuple[str | None, date], DayLink] = {}
        self._keys: dict[tuple[str | None, date], str] = {}

    def links(self, category: str | None, days: Iterable[date]) -> tuple[DayLink, ...]:
        """`days` with their numbers of announcements."""
        wanted = list(days)
        missing = [day for day in wanted if (category, day) not in self._links]
        for link in self._store.links(category, missing, self._categories) if missing else ():
            self._links[category, link.day] = link
        return tuple(self._links[category, day] for day in wanted)

    def key(self, category: str | None, day: date) -> str:
        """Changes whenever the list of that day does."""
        found = self._keys.get((category, day))
        if found is None:
            names = [None, *self._categories]
            for name, key in self._store.listing_keys(day, names, self._categories).items():
                self._keys[name, day] = key
            found = self._keys[category, day]
        return found
