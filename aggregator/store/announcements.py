"""Announcements: what arXiv listed, in which category, on which day. They are added, or moved to their right day."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from aggregator.models import Announcement, Kind
from aggregator.store.displaced import DERIVED, displace
from aggregator.store.moments import moment_text
from aggregator.store.rows import by_ids, count, renew
from aggregator.store.session import Room
from aggregator.taxonomy import canonical

Key = tuple[str, int, Kind]
Identity = tuple[str, str, Kind, int, date | None]
ListingDay = tuple[str, date]
_IT = "WHERE (paper_id, category, day, kind) = (?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Sifted:
    """What a reading adds: `fresh` announcements, and known ones that `moved` within their day."""

    fresh: tuple[Announcement, ...]
    moved: tuple[Announcement, ...]
    displaced: frozenset[ListingDay] = frozenset()  # derived days that lost something

    @property
    def listings(self) -> set[ListingDay]:
        """The listings that this changes."""
        return {(a.category, a.day) for a in (*self.fresh, *self.moved)} | self.displaced


class Announcements(Room):
    """Asking what was announced before."""

    def known_days(self, category: str, keys: Iterable[Key]) -> dict[Key, date]:
        """Those of `keys` (paper, version, kind) that were announced in `category`: on which day, the newest.

        A paper is new only once, so for Kind.NEW the version does not matter. What was derived is not known.
        """
        wanted = list(keys)
        with self._session.reading() as conn:
            found = by_ids(
                conn,
                """
                SELECT paper_id, version, kind, day FROM announcements
                WHERE paper_id IN ({ids}) AND category = ?2 AND NOT EXISTS (
                    SELECT 1 FROM ledger l WHERE l.category = ?2 AND l.day = announcements.day AND l.derived
                )
                ORDER BY day
                """,
                {paper_id for paper_id, _, _ in wanted},
                canonical(category),
            )
            days = {_once((row[0], row[1], Kind(row[2]))): row[3] for row in found}
        return {key: date.fromisoformat(days[_once(key)]) for key in wanted if _once(key) in days}

    def announced(self, category: str, day: date) -> set[str]:
        """The papers that are stored for a day of a category; none for one that was derived."""
        with self._session.reading() as conn:
            found = conn.execute(
                """
                SELECT paper_id FROM announcements WHERE (category, day) = (?1, ?2)
                    AND NOT EXISTS (SELECT 1 FROM ledger WHERE (category, day) = (?1, ?2) AND derived)
                """,
                (canonical(category), day.isoformat()),
            )
            return {paper_id for (paper_id,) in found}

    def place(self, category: str, day: date, places: Mapping[str, int]) -> None:
        """Put what is stored of a day into the order of `places`, paper → position."""
        name, text = canonical(category), day.isoformat()
        with self._session.writing() as db:
            moved = db.conn.executemany(
                """
                UPDATE announcements SET position = ?1
                WHERE paper_id = ?2 AND category = ?3 AND day = ?4 AND position <> ?1
                """,
                [(place, paper_id, name, text) for paper_id, place in places.items()],
            )
            if moved.rowcount > 0:
                renew(db.conn, [(name, text)])

    def move(self, category: str, day: date, to: Mapping[str, tuple[date, Kind]], at: datetime) -> None:
        """Put papers that are stored under `day` under the day and kind that arXiv's own lists give them. What is
        stored there already stays once."""
        name, here = canonical(category), day.isoformat()
        places = [(paper_id, other.isoformat(), kind) for paper_id, (other, kind) in to.items()]
        days = sorted({there for _, there, _ in places})
        with self._session.writing() as db:
            db.conn.executemany(
                "INSERT OR IGNORE INTO listings VALUES (?, ?, 'from arXiv''s own list', ?, 0)",
                [(name, there, moment_text(at)) for there in days],
            )
            gone = 0
            for paper_id, there, kind in places:
                it = (paper_id, name, here, kind.value)
                db.conn.execute(f"UPDATE OR IGNORE announcements SET day = ? {_IT}", (there, *it))  # noqa: S608
                gone += db.conn.execute(f"DELETE FROM announcements {_IT}", it).rowcount  # noqa: S608
            count(db.conn, announcements=-gone)
            renew(db.conn, [(name, there) for there in (here, *days)])
            db.conn.execute(
                "DELETE FROM listings WHERE (category, day) = (?1, ?2) AND NOT EXISTS "
                "(SELECT 1 FROM announcements WHERE (category, day) = (?1, ?2))",
                (name, here),
            )


def _once(key: Key) -> Key:
    return (key[0], 0, key[2]) if key[2] is Kind.NEW else key


def identity(announcement: Announcement) -> Identity:
    """What makes two announcements the same one.

    A paper is new in a category only once, whatever the day. Cross-lists and replacements are listed again on
    a later day at times (recorded feeds show it); both are kept.
    """
    a = announcement
    if a.kind is Kind.NEW:
        return a.category, a.paper_id, a.kind, 0, None
    return a.category, a.paper_id, a.kind, a.version, a.day


def sift(incoming: Iterable[Announcement], stored: Mapping[Identity, Announcement]) -> Sifted:
    """Compare a reading with what is stored. Of equal announcements in one reading the first counts."""
    fresh: dict[Identity, Announcement] = {}
    moved: dict[Identity, Announcement] = {}
    for announcement in incoming:
        key = identity(announcement)
        known = stored.get(key)
        if known is None:
            fresh.setdefault(key, announcement)
        elif known.day == announcement.day:
            moved.setdefault(key, replace(known, position=announcement.position))
    return Sifted(tuple(fresh.values()), tuple(a for key, a in moved.items() if a != stored[key]))


def save(conn: sqlite3.Connection, announcements: Sequence[Announcement], evidence: str, at: str) -> Sifted:
    """Add what is new; `evidence` says why it belongs to its day. What was derived makes room for it."""
    incoming = [_canonical(a) for a in announcements]
    displaced = displace(conn, {(a.category, a.paper_id, a.day) for a in incoming})
    sifted = sift(incoming, _stored(conn, {a.paper_id for a in incoming}))
    conn.executemany(
        """
        INSERT INTO listings (category, day, evidence, first_seen, revision) VALUES (?1, ?2, ?3, ?4, 0)
        ON CONFLICT DO UPDATE SET evidence = excluded.evidence, first_seen = excluded.first_seen
        WHERE evidence = ?5
        """,
        [(category, day.isoformat(), evidence, at, DERIVED) for category, day in sorted(sifted.listings)],
    )
    conn.executemany(
        """
        INSERT INTO announcements (position, paper_id, category, day, kind, version) VALUES (?, ?, ?, ?, ?, ?)
        """,
        map(_row, sifted.fresh),
    )
    count(conn, announcements=len(sifted.fresh))
    conn.executemany(
        """
        UPDATE announcements SET position = ?
        WHERE paper_id = ? AND category = ? AND day = ? AND kind = ? AND version = ?
        """,
        map(_row, sifted.moved),
    )
    return replace(sifted, displaced=frozenset(displaced))


def _canonical(a: Announcement) -> Announcement:
    category = canonical(a.category)
    return a if category == a.category else replace(a, category=category)


def of_papers(conn: sqlite3.Connection, ids: Iterable[str]) -> list[Announcement]:
    """All announcements of these papers, by day, category, kind and version."""
    found = by_ids(
        conn,
        """
        SELECT paper_id, version, category, day, kind, position FROM announcements
        WHERE paper_id IN ({ids}) ORDER BY day, category, kind, version
        """,
        ids,
    )
    return [
        Announcement(paper_id, version, category, date.fromisoformat(day), Kind(kind), position)
        for paper_id, version, category, day, kind, position in found
    ]


def _stored(conn: sqlite3.Connection, ids: Iterable[str]) -> dict[Identity, Announcement]:
    return {identity(a): a for a in of_papers(conn, ids)}


def _row(a: Announcement) -> tuple[object, ...]:
    return a.position, a.paper_id, a.category, a.day.isoformat(), a.kind.value, a.version
