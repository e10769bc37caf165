"""Lists that a reader asks for: any categories, any days of the database, bounded in rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date

from aggregator.models import (
    Announcement,
    Card,
    DayLink,
    Kind,
    ListOrder,
    ListQuery,
    Paper,
    Picked,
    PickedList,
    SeenVersion,
)
from aggregator.store import announcements, papers, versions
from aggregator.store.listings import Place, day_counts
from aggregator.store.rows import as_json, by_ids
from aggregator.store.session import Room

MOST_ROWS = 200_000  # announcements that one list may go through: 0.5 s, 40 MB

_KINDS = tuple(Kind)
_RANKS = {kind.value: rank for rank, kind in enumerate(Kind)}


class TooMany(LookupError):
    """A list would go through more announcements than one may."""


class Choices(Room):
    """Finding them. Every question goes through an index; none grows with the corpus."""

    def find(self, query: ListQuery, most: int = MOST_ROWS) -> PickedList | None:
        """The papers of a list, each once; None when nothing was ever announced there. Raises TooMany.

        Of several days the newest comes first. Within a day: arXiv's order, or by time that of the ids.
        """
        names = as_json(query.include)
        with self._session.reading() as conn:
            last = query.last or _around(conn, names, "max", "")
            if last is None:
                return None
            first = query.first or last
            rows = _rows(conn, names, first, last, most)
            gone = _filed_under(conn, query.exclude, {row[3] for row in rows})
            before = _around(conn, names, "max", "AND day < ?2", first)
            after = _around(conn, names, "min", "AND day > ?2", last)
        wanted = {kind.value for kind in query.kinds}
        places = (_place(row) for row in rows if row[0] in wanted and row[3] not in gone)
        return PickedList(
            first, last, tuple(_once(sorted(places), query.order is ListOrder.TIME)), before, after
        )

    def days_of(self, names: Sequence[str], first: date, last: date, limit: int) -> tuple[DayLink, ...]:
        """The listing days of these categories in that time, newest first, each paper once a day."""
        wanted = as_json(names)
        with self._session.reading() as conn:
            found = conn.execute(
                """
                SELECT DISTINCT day FROM json_each(?1) JOIN listings ON category = value
                WHERE day BETWEEN ?2 AND ?3 ORDER BY day DESC LIMIT ?4
                """,
                (wanted, first.isoformat(), last.isoformat(), limit),
            ).fetchall()
            return tuple(
                DayLink(date.fromisoformat(day), day_counts(conn, None, day, wanted)) for (day,) in found
            )

    def cards_of(self, paper_ids: Iterable[str], renderer: str) -> dict[str, Card]:
        """The cards that this renderer made, of those that have one."""
        with self._session.reading() as conn:
            found = by_ids(
                conn,
                "SELECT paper_id, html, entry_xml, renderer FROM cards WHERE paper_id IN ({ids}) AND renderer = ?2",
                paper_ids,
                renderer,
            )
            return {row[0]: Card(*row) for row in found}

    def papers_of(self, paper_ids: Iterable[str]) -> dict[str, Paper]:
        """The stored ones of these papers."""
        with self._session.reading() as conn:
            return papers.read(conn, paper_ids)

    def history(
        self, paper_id: str
    ) -> tuple[Paper, tuple[Announcement, ...], tuple[SeenVersion, ...]] | None:
        """A paper with all that is known of it, None when it is not stored."""
        with self._session.reading() as conn:
            paper = papers.read(conn, [paper_id]).get(paper_id)
            if paper is None:
                return None
            said = announcements.of_papers(conn, [paper_id])
            return paper, tuple(said), tuple(versions.of_papers(conn, [paper_id]).get(paper_id, ()))

    def newest_kinds(self, paper_ids: Iterable[str]) -> dict[str, Picked]:
        """What was announced of each paper last."""
        with self._session.reading() as conn:
            found = by_ids(
                conn,
                """
                SELECT paper_id, day, kind, version FROM announcements
                WHERE paper_id IN ({ids}) ORDER BY day, kind DESC
                """,
                paper_ids,
            )
            return {row[0]: Picked(row[0], date.fromisoformat(row[1]), Kind(row[2]), row[3]) for row in found}


Row = tuple[str, int, int, str, int, str]  # kind, category, position, paper, version, day


def _rows(conn: sqlite3.Connection, names: str, first: date, last: date, most: int) -> list[Row]:
    found = conn.execute(
        """
        SELECT kind, key, position, paper_id, version, day
        FROM json_each(?1) CROSS JOIN announcements ON category = value
        WHERE day BETWEEN ?2 AND ?3 LIMIT ?4
        """,
        (names, first.isoformat(), last.isoformat(), most + 1),
    ).fetchall()
    if len(found) > most:
        raise TooMany(f"more than {most:,} announcements: choose fewer days or categories")
    return found


def _filed_under(conn: sqlite3.Connection, names: Sequence[str], paper_ids: set[str]) -> set[str]:
    """Those of the papers that stand in one of the categories."""
    if not names:
        return set()
    found = conn.execute(
        """
        SELECT DISTINCT p.value FROM json_each(?1) p CROSS JOIN json_each(?2) c
        CROSS JOIN paper_categories ON category = c.value AND paper_id = p.value
        """,
        (as_json(sorted(paper_ids)), as_json(names)),
    )
    return {paper_id for (paper_id,) in found}


def _around(
    conn: sqlite3.Connection, names: str, which: str, condition: str, day: date | None = None
) -> date | None:
    """The newest ("max") or oldest ("min") listing day of the categories; one step in the index for each."""
    found = conn.execute(
        f"""
        SELECT {which}((SELECT {which}(day) FROM listings WHERE category = value {condition}))
        FROM json_each(?1)
        """,  # noqa: S608 (our own words)
        (names, day.isoformat()) if day else (names,),
    ).fetchone()[0]
    return date.fromisoformat(found) if found else None


def _place(row: Row) -> tuple[str, Place]:
    kind, key, position, paper_id, version, day = row
    return day, Place(_RANKS[kind], key, position, paper_id, version)


def _once(places: Iterable[tuple[str, Place]], by_time: bool) -> list[Picked]:
    """Each paper at its first place on its newest day."""
    found: dict[str, tuple[str, Place]] = {}
    for day, place in places:  # days rise, and within a day the places fall in rank
        known = found.get(place.paper_id)
        if known is None or known[0] < day:
            found[place.paper_id] = day, place
    order = sorted(found.values(), key=lambda pair: pair[1])
    if by_time:
        order.sort(key=lambda pair: pair[1].paper_id, reverse=True)
    order.sort(key=lambda pair: pair[0], reverse=True)
    return [
        Picked(place.paper_id, date.fromisoformat(day), _KINDS[place.rank], place.version)
        for day, place in order
    ]
