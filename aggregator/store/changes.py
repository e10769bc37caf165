"""What changed since the last build, asked by listing day."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date

from aggregator.ledger import SETTLED
from aggregator.models import DayStamp
from aggregator.store.announcements import ListingDay
from aggregator.store.rows import as_json, by_ids, canonical_names, iso, renew
from aggregator.store.session import Room
from aggregator.taxonomy import canonical

_SETTLED = tuple(sorted(state.value for state in SETTLED))
# Revisions only grow, and a listing that is taken away is missed in the count, so the sums change with every change.
# Asked category by category: that reads the newest rows of the primary keys, and needs no index beside them.
_NEWEST = "SELECT day FROM listings WHERE category = ? ORDER BY day DESC LIMIT ?"
_DAY_SUMS = """
    SELECT day, count(*), sum(revision) FROM json_each(?1)
    CROSS JOIN listings ON category = value AND day BETWEEN ?2 AND ?3 GROUP BY day ORDER BY day DESC
"""
_SETTLED_SQL = ", ".join(f"?{place}" for place, _ in enumerate(_SETTLED, 4))
_LEDGER_SUMS = f"""
    SELECT day, sum(revision), sum(state NOT IN ({_SETTLED_SQL}))
    FROM json_each(?1) CROSS JOIN ledger ON category = value AND day BETWEEN ?2 AND ?3 GROUP BY day
"""  # noqa: S608 (question marks)


class Changes(Room):
    """Stamps of days, and what left with days that fell out of range."""

    def day_stamps(self, categories: Sequence[str], limit: int) -> dict[date, DayStamp]:
        """The newest `limit` merged listing days, newest first, and what tells whether they changed."""
        names = canonical_names(categories)
        with self._session.reading() as conn:
            days = {day for name in names for (day,) in conn.execute(_NEWEST, (name, limit))}
            since = min(sorted(days, reverse=True)[:limit], default="9999")
            return _stamps(conn, names, since, "9999-12-31")

    def day_stamps_within(self, categories: Sequence[str], first: date, last: date) -> dict[date, DayStamp]:
        """The same of all merged listing days from `first` to `last`."""
        with self._session.reading() as conn:
            return _stamps(conn, canonical_names(categories), first.isoformat(), last.isoformat())

    def listing_days(self, category: str, since: date) -> tuple[date, ...]:
        """The listing days of a category from `since` on, oldest first."""
        with self._session.reading() as conn:
            found = conn.execute(
                "SELECT day FROM listings WHERE category = ? AND day >= ? ORDER BY day",
                (canonical(category), since.isoformat()),
            )
            return tuple(date.fromisoformat(day) for (day,) in found)

    def papers_left(
        self, days: Iterable[date], paged: Iterable[date], categories: Sequence[str]
    ) -> list[str]:
        """The papers announced in `categories` on one of `days`, on none of `paged` and not added by hand."""
        with self._session.reading() as conn:
            found = conn.execute(
                """
                SELECT DISTINCT paper_id FROM announcements a
                WHERE category IN (SELECT value FROM json_each(?1)) AND day IN (SELECT value FROM json_each(?2))
                AND NOT EXISTS (
                    SELECT 1 FROM announcements
                    WHERE paper_id = a.paper_id AND +category IN (SELECT value FROM json_each(?1))
                    AND +day IN (SELECT value FROM json_each(?3))
                )
                AND paper_id NOT IN (SELECT paper_id FROM added) ORDER BY paper_id
                """,
                (as_json(canonical_names(categories)), iso(days), iso(paged)),
            )
            return [paper_id for (paper_id,) in found]


def _stamps(conn: sqlite3.Connection, names: Sequence[str], first: str, last: str) -> dict[date, DayStamp]:
    found = conn.execute(_DAY_SUMS, (as_json(names), first, last)).fetchall()
    books = conn.execute(_LEDGER_SUMS, (as_json(names), first, last, *_SETTLED))
    known = {day: rest for day, *rest in books}
    return {
        date.fromisoformat(day): DayStamp(count, revisions, *known.get(day, (0, 0)))
        for day, count, revisions in found
    }


def touch(conn: sqlite3.Connection, changed: Iterable[str], listings: Iterable[ListingDay]) -> None:
    """Raise the revision of `listings`, and of all listings that show one of the `changed` papers, by one."""
    shown = by_ids(
        conn, "SELECT DISTINCT category, day FROM announcements WHERE paper_id IN ({ids})", changed
    ).fetchall()
    touched = {*shown, *((category, day.isoformat()) for category, day in listings)}
    renew(conn, sorted(touched))
