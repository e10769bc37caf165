"""What pages of weeks, months and years show."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date

from aggregator.models import DayPapers, Kind, Titled
from aggregator.store.listings import Place, listed, names_of, once_each, places_of
from aggregator.store.papers import titles_of
from aggregator.store.rows import as_json
from aggregator.store.session import Room


class Periods(Room):
    """Reading several days at once. `category` None means all of `categories` merged."""

    def week(
        self, category: str | None, before: Sequence[date], days: Sequence[date], categories: Sequence[str]
    ) -> tuple[DayPapers, ...]:
        """The lists of `days`, each paper once where it comes first, without those of the days `before`.

        Numbers go on from `before`. Raises LookupError as `listing` does.
        """
        names = names_of(category, categories)
        taken: set[str] = set()
        found: list[DayPapers] = []
        with self._session.reading() as conn:
            for day in [*before, *days]:
                chosen = [
                    place for place in once_each(places_of(conn, day, names)) if place.paper_id not in taken
                ]
                first = len(taken) + 1
                taken.update(place.paper_id for place in chosen)
                if day not in before:
                    found.append(DayPapers(day, listed(conn, chosen), first))
        return tuple(found)

    def titles(
        self, category: str | None, days: Sequence[date], categories: Sequence[str]
    ) -> dict[date, tuple[Titled, ...]]:
        """The titles of the new papers of each day, in its list's order."""
        names = names_of(category, categories)
        with self._session.reading() as conn:
            return {day: _titles(conn, once_each(places_of(conn, day, names, Kind.NEW))) for day in days}

    def volumes(self, categories: Sequence[str], since: date) -> dict[str, dict[date, int]]:
        """How many new papers each category announced on each of its days since then. A paper is new in one
        category only, so that the sum over categories counts each once."""
        names = names_of(None, categories)
        counts: dict[str, dict[date, int]] = {name: {} for name in names}
        with self._session.reading() as conn:
            found = conn.execute(
                """
                SELECT category, day, (
                    SELECT count(*) FROM announcements a
                    WHERE a.category = l.category AND a.day = l.day AND a.kind = 'new'
                ) FROM listings l
                WHERE category IN (SELECT value FROM json_each(?)) AND day >= ? ORDER BY day
                """,
                (as_json(names), since.isoformat()),
            )
            for name, day, number in found:
                counts[name][date.fromisoformat(day)] = number
        return counts


def _titles(conn: sqlite3.Connection, places: Sequence[Place]) -> tuple[Titled, ...]:
    ids = [place.paper_id for place in places]
    titles = titles_of(conn, ids)
    return tuple(Titled(paper_id, titles[paper_id]) for paper_id in ids)
