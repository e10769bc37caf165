"""Making room for what was witnessed: announcements that were derived from submission dates give way."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from aggregator.models import Kind
from aggregator.store.rows import as_json, count

DERIVED = "from submission dates"  # the evidence of a listing that was derived


def displace(conn: sqlite3.Connection, witnessed: Collection[tuple[str, str, date]]) -> set[tuple[str, date]]:
    """Remove what was derived where a witness speaks: of the categories and days in `witnessed` (category, paper,
    day), everything; of its papers, their places in that category on other derived days. Returns those days."""
    if not conn.execute("SELECT EXISTS (SELECT 1 FROM ledger WHERE state = 'derived')").fetchone()[0]:
        return set()
    taken = {(category, day.isoformat()) for category, _, day in witnessed}
    _clear(conn, _derived(conn, taken))
    moved = _moved(conn, {(category, paper_id) for category, paper_id, _ in witnessed})
    conn.executemany(
        "DELETE FROM announcements WHERE category = ? AND day = ? AND paper_id = ? AND kind = ?", moved
    )
    count(conn, announcements=-len(moved))
    _uncount(conn, Counter((category, day, kind) for category, day, _, kind in moved))
    return {(category, date.fromisoformat(day)) for category, day, _, _ in moved}


def _derived(conn: sqlite3.Connection, places: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return conn.execute(
        """
        SELECT category, day FROM ledger
        WHERE derived AND (category, day) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))
        """,
        (as_json(sorted(places)),),
    ).fetchall()


def _clear(conn: sqlite3.Connection, places: Sequence[tuple[str, str]]) -> None:
    """Take all from these days and their rows from the ledger. The listings stay: their revisions must only grow."""
    gone = 0
    for place in places:
        gone += conn.execute("DELETE FROM announcements WHERE category = ? AND day = ?", place).rowcount
        conn.execute("DELETE FROM ledger WHERE category = ? AND day = ?", place)
    count(conn, announcements=-gone)


def _moved(conn: sqlite3.Connection, places: Collection[tuple[str, str]]) -> list[tuple[str, str, str, str]]:
    """Category, day, paper and kind of each derived announcement of these categories and papers."""
    return conn.execute(
        """
        SELECT a.category, a.day, a.paper_id, a.kind
        FROM announcements a JOIN ledger l ON (l.category, l.day) = (a.category, a.day)
        WHERE l.derived AND a.paper_id IN (SELECT value ->> 1 FROM json_each(?1))
            AND (a.category, a.paper_id) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?1))
        """,
        (as_json(sorted(places)),),
    ).fetchall()


def _uncount(conn: sqlite3.Connection, lost: Mapping[tuple[str, str, str], int]) -> None:
    """The ledger counts what is stored; a day that lost its last announcement goes."""
    for (category, day, kind), number in lost.items():
        column = "new" if kind == Kind.NEW else "crosses"
        conn.execute(
            f"UPDATE ledger SET {column} = {column} - ? WHERE category = ? AND day = ?",  # noqa: S608
            (number, category, day),
        )
    empty = [
        place
        for place in {(category, day) for category, day, _ in lost}
        if not any(
            conn.execute("SELECT new, crosses FROM ledger WHERE category = ? AND day = ?", place).fetchone()
        )
    ]
    _clear(conn, empty)
    conn.executemany("DELETE FROM listings WHERE category = ? AND day = ?", empty)
