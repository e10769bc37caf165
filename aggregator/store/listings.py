"""What pages show: days, their lists, papers with their history; always in one defined order."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import NamedTuple

from aggregator.models import Announcement, Card, DayLink, Kind, Listed, PaperRecord
from aggregator.store import announcements, papers, versions
from aggregator.store.rows import as_json, by_ids, canonical_names, chunks, iso
from aggregator.store.session import Room

_RANKS = {kind.value: rank for rank, kind in enumerate(Kind)}
_RANK_SQL = " ".join(["CASE kind", *(f"WHEN '{kind}' THEN {rank}" for kind, rank in _RANKS.items()), "END"])


_LISTING_ROWS = """
    SELECT value, revision, first_seen FROM json_each(?) JOIN listings ON category = value WHERE day = ?
"""


_PAGED = """
    SELECT paper_id FROM announcements
    WHERE category IN (SELECT value FROM json_each(?1)) AND day IN (SELECT value FROM json_each(?2))
"""
# The plus signs keep SQLite from trying each day of each category for each paper.
_ON_DAYS = """
    SELECT paper_id FROM announcements AS a
    WHERE category IN (SELECT value FROM json_each(?1)) AND day IN (SELECT value FROM json_each(?3))
    AND EXISTS (
        SELECT 1 FROM announcements WHERE paper_id = a.paper_id
        AND +category IN (SELECT value FROM json_each(?1)) AND +day IN (SELECT value FROM json_each(?2))
    )
"""


class Place(NamedTuple):
    """Where an announcement stands in a list; sorted, the places are arXiv's order."""

    rank: int  # of its kind
    category: int  # among the categories asked for
    position: int
    paper_id: str
    version: int


class Listings(Room):
    """Reading days, lists and records. `category` None means all of `categories` merged."""

    def days(
        self, category: str | None, categories: Sequence[str], limit: int, *, witnessed: bool = False
    ) -> tuple[DayLink, ...]:
        """The newest `limit` listing days, newest first, with the number of announcements of every kind.

        Merged, a paper counts once a day, as its best kind. With `witnessed`, without days that were derived.
        """
        names = names_of(category, categories)
        with self._session.reading() as conn:
            days = {day for name in names for day in _newest(conn, name, limit, witnessed=witnessed)}
        newest = sorted(days, reverse=True)[:limit]
        return self.links(category, map(date.fromisoformat, newest), categories)

    def links(
        self, category: str | None, days: Iterable[date], categories: Sequence[str]
    ) -> tuple[DayLink, ...]:
        """`days` with the number of announcements of every kind, counted as `days()` counts them."""
        names = as_json(names_of(category, categories))
        with self._session.reading() as conn:
            return tuple(DayLink(day, day_counts(conn, category, day.isoformat(), names)) for day in days)

    def lists(
        self, day: date, wanted: Sequence[str | None], categories: Sequence[str]
    ) -> dict[str | None, tuple[Listed, ...]]:
        """The `wanted` lists of a day as `listing` gives them, from one snapshot and with each card read once."""
        with self._session.reading() as conn:
            places = {name: _chosen(conn, name, day, categories) for name in wanted}
            cards = _cards(conn, {place.paper_id for chosen in places.values() for place in chosen})
        return {name: _listed(chosen, cards) for name, chosen in places.items()}

    def listing(self, category: str | None, day: date, categories: Sequence[str]) -> tuple[Listed, ...]:
        """The list of a day: by kind, then arXiv's position; merged, by the order of `categories` in between.

        Raises LookupError for a paper without a card: cards are to be made first.
        """
        return self.lists(day, [category], categories)[category]

    def recent(
        self, since: date, categories: Sequence[str]
    ) -> Mapping[str, Mapping[date, Sequence[tuple[str, int]]]]:
        """The papers announced since that day, with their versions, in arXiv's order, by category and day."""
        with self._session.reading() as conn:
            found = conn.execute(
                f"""
                SELECT category, day, paper_id, version FROM announcements
                WHERE category IN (SELECT value FROM json_each(?)) AND day >= ?
                ORDER BY category, day DESC, {_RANK_SQL}, position
                """,  # noqa: S608 (made of the constants above)
                (as_json(names_of(None, categories)), since.isoformat()),
            )
            made: dict[str, dict[date, list[tuple[str, int]]]] = defaultdict(dict)
            for category, day, paper_id, version in found:
                made[category].setdefault(date.fromisoformat(day), []).append((paper_id, version))
            return made

    def listing_key(self, category: str | None, day: date, categories: Sequence[str]) -> str:
        """Changes whenever anything of the day's list changes, but for how its cards are rendered."""
        return self.listing_keys(day, [category], categories)[category]

    def listing_keys(
        self, day: date, wanted: Sequence[str | None], categories: Sequence[str]
    ) -> dict[str | None, str]:
        """`listing_key` of several lists of a day at once."""
        names = {name: names_of(name, categories) for name in wanted}
        asked = as_json(list(dict.fromkeys(chain.from_iterable(names.values()))))
        with self._session.reading() as conn:
            found = {row[0]: row for row in conn.execute(_LISTING_ROWS, (asked, day.isoformat()))}
        return {
            name: _hash(as_json([found[one] for one in inside if one in found]))
            for name, inside in names.items()
        }

    def record(self, paper_id: str) -> PaperRecord | None:
        """A paper with its history, None when it is not stored. Raises LookupError when it has no card."""
        return next(self.records([paper_id]), None)

    def records(self, paper_ids: Iterable[str]) -> Iterator[PaperRecord]:
        """The stored ones of `paper_ids`, in that order. Raises LookupError for one without a card."""
        for chunk in chunks(paper_ids):
            with self._session.reading() as conn:
                found = _records(conn, chunk)
            yield from found

    def paper_keys(
        self, paged: Iterable[date], categories: Sequence[str], days: Iterable[date] | None = None
    ) -> dict[str, str]:
        """The papers announced in `categories` on the `paged` days, or added by hand, by id, each with a key that
        changes whenever the paper or its history does, but for how its card is rendered. With `days`, of the announced
        ones only those announced then."""
        with self._session.reading() as conn:
            # Announcements are only ever added: their number tells whether the history changed. How many of
            # them fall on days that have pages says what the page may link.
            found = conn.execute(
                f"""
                SELECT id, fingerprint || '-' || (
                    SELECT count(*) || '-' || coalesce(sum(day IN (SELECT value FROM json_each(?2))), 0)
                    FROM announcements WHERE paper_id = p.id
                )
                    || '-' || (SELECT group_concat(version || coalesce(date, '')) FROM versions WHERE paper_id = p.id)
                FROM papers p
                WHERE p.id IN ({_PAGED if days is None else _ON_DAYS} UNION SELECT paper_id FROM added) ORDER BY p.id
                """,  # noqa: S608 (the constants above)
                (
                    as_json(names_of(None, categories)),
                    iso(paged),
                    *(() if days is None else (iso(days),)),
                ),
            )
            return dict(found)


def names_of(category: str | None, categories: Sequence[str]) -> list[str]:
    return canonical_names(categories if category is None else [category])


def _newest(conn: sqlite3.Connection, category: str, limit: int, *, witnessed: bool) -> list[str]:
    """Category by category: that reads `limit` rows of an index, where asking for all at once would read every one."""
    seen = """
        AND NOT EXISTS (SELECT 1 FROM ledger l WHERE (l.category, l.day) = (d.category, d.day) AND l.derived)
    """
    found = conn.execute(
        f"SELECT day FROM listings d WHERE category = ? {seen if witnessed else ''} ORDER BY day DESC LIMIT ?",  # noqa: S608
        (category, limit),
    )
    return [day for (day,) in found]


def day_counts(conn: sqlite3.Connection, category: str | None, day: str, names: str) -> dict[Kind, int]:
    """All four kinds, in order. On a merged day a paper counts once, as its best kind."""
    once = f"min({_RANK_SQL}) AS rank" if category is None else f"{_RANK_SQL} AS rank"
    group = "GROUP BY paper_id" if category is None else ""
    found = conn.execute(
        f"""
        SELECT rank, count(*) FROM (
            SELECT {once} FROM announcements
            WHERE category IN (SELECT value FROM json_each(?)) AND day = ? {group}
        ) GROUP BY rank
        """,  # noqa: S608 (made of the constants above)
        (names, day),
    )
    counts = dict(found.fetchall())
    return {kind: counts.get(rank, 0) for rank, kind in enumerate(Kind)}


def places_of(
    conn: sqlite3.Connection, day: date, names: Sequence[str], kind: Kind | None = None
) -> list[Place]:
    found = conn.execute(
        f"""
        SELECT kind, key, position, paper_id, version FROM json_each(?) JOIN announcements ON category = value
        WHERE day = ? {"AND kind = ?" if kind else ""}
        """,  # noqa: S608 (made of the constants above)
        (as_json(names), day.isoformat(), *([kind.value] if kind else [])),
    )
    return sorted(Place(_RANKS[kind], *rest) for kind, *rest in found)


def _chosen(
    conn: sqlite3.Connection, category: str | None, day: date, categories: Sequence[str]
) -> list[Place]:
    places = places_of(conn, day, names_of(category, categories))
    return once_each(places) if category is None else places


def listed(conn: sqlite3.Connection, places: Sequence[Place]) -> tuple[Listed, ...]:
    return _listed(places, _cards(conn, {place.paper_id for place in places}))


def _listed(places: Iterable[Place], cards: Mapping[str, Card]) -> tuple[Listed, ...]:
    kinds = tuple(Kind)
    return tuple(
        Listed(place.paper_id, kinds[place.rank], place.version, _card_of(place.paper_id, cards))
        for place in places
    )


def once_each(places: Iterable[Place]) -> list[Place]:
    """Each paper at its first place."""
    found: dict[str, Place] = {}
    for place in places:
        found.setdefault(place.paper_id, place)
    return list(found.values())


def _records(conn: sqlite3.Connection, ids: Sequence[str]) -> list[PaperRecord]:
    stored = papers.read(conn, ids)
    cards = _cards(conn, stored)
    seen = versions.of_papers(conn, stored)
    history: dict[str, list[Announcement]] = {paper_id: [] for paper_id in stored}
    for announcement in announcements.of_papers(conn, stored):
        history[announcement.paper_id].append(announcement)
    return [
        PaperRecord(
            stored[paper_id], tuple(history[paper_id]), _card_of(paper_id, cards), seen.get(paper_id, ())
        )
        for paper_id in ids
        if paper_id in stored
    ]


def _cards(conn: sqlite3.Connection, ids: Iterable[str]) -> dict[str, Card]:
    found = by_ids(
        conn, "SELECT paper_id, html, entry_xml, renderer FROM cards WHERE paper_id IN ({ids})", ids
    )
    return {row[0]: Card(*row) for row in found}


def _card_of(paper_id: str, cards: Mapping[str, Card]) -> Card:
    try:
        return cards[paper_id]
    except KeyError:
        raise LookupError(
            f"paper {paper_id} has no card yet; make those of papers_without_card() first"
        ) from None


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()
