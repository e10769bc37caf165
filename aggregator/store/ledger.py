"""The ledger's rows, as they were decided elsewhere: nothing is judged here."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date

from aggregator.ledger import DERIVED
from aggregator.models import LedgerRow
from aggregator.store import status
from aggregator.store.moments import text_or_none
from aggregator.store.rows import as_json
from aggregator.store.session import Room
from aggregator.taxonomy import canonical

_SAVE = f"""
    INSERT INTO ledger ({", ".join(status.LEDGER_COLUMNS)})
    VALUES ({", ".join("?" * len(status.LEDGER_COLUMNS))})
    ON CONFLICT (category, day) DO UPDATE SET
        revision = revision + 1, {", ".join(f"{name} = excluded.{name}" for name in status.LEDGER_COLUMNS[2:])}
    WHERE ({", ".join(status.LEDGER_COLUMNS[2:])})
        IS NOT ({", ".join(f"excluded.{name}" for name in status.LEDGER_COLUMNS[2:])})
"""  # noqa: S608 (names of our own columns)
_ADD_DERIVED = """
    INSERT INTO ledger (category, day, new, crosses, state, reason, replacements, replaced_crosses, witness, usual,
        cut, known, missing, filled, trouble, derived)
    VALUES (?, ?, ?, ?, 'derived', ?, 0, 0, '', 0, 0, 0, 0, 0, '', 1)
    ON CONFLICT (category, day) DO UPDATE SET
        revision = revision + 1, new = new + excluded.new, crosses = crosses + excluded.crosses
    WHERE derived
"""


class Ledger(Room):
    """Reading and writing rows of (category, listing day)."""

    def ledger_row(self, category: str, day: date) -> LedgerRow | None:
        with self._session.reading() as conn:
            return next(iter(_rows(conn, day, [category], until=day)), None)

    def ledger_rows(
        self, since: date, categories: Sequence[str], until: date = date.max
    ) -> tuple[LedgerRow, ...]:
        """The rows of `categories` from `since` to `until`, by category and day."""
        with self._session.reading() as conn:
            return tuple(_rows(conn, since, categories, until))

    def save_ledger(self, rows: Iterable[LedgerRow]) -> None:
        """Write rows over those that were."""
        with self._session.writing() as db:
            save(db.conn, rows)


def save(conn: sqlite3.Connection, rows: Iterable[LedgerRow]) -> None:
    """Within the caller's transaction."""
    conn.executemany(_SAVE, map(_values, rows))


def add_derived(conn: sqlite3.Connection, counts: Iterable[tuple[str, str, int, int]]) -> None:
    """Count announcements that were derived: category, day, new ones, cross-lists. A row that is witnessed stays.

    An import does so for hundreds of thousands of days: no row is read, and none is made in Python.
    """
    reason = str(DERIVED)
    conn.executemany(_ADD_DERIVED, [(*row, reason) for row in counts])


def _rows(
    conn: sqlite3.Connection, since: date, categories: Sequence[str], until: date = date.max
) -> Iterable[LedgerRow]:
    found = conn.execute(
        f"""
        {status.LEDGER} WHERE category IN (SELECT value FROM json_each(?)) AND day BETWEEN ? AND ?
        ORDER BY category, day
        """,  # noqa: S608
        (as_json(list(map(canonical, categories))), since.isoformat(), until.isoformat()),
    )
    return list(map(status.ledger_row, found))


def _values(row: LedgerRow) -> tuple[object, ...]:
    evidence = row.evidence
    return (
        canonical(row.category),
        row.day.isoformat(),
        row.state.value,
        row.reason,
        *(row.counts.get(kind, 0) for kind in status.KINDS),
        evidence.source if evidence else None,
        text_or_none(evidence.at if evidence else None),
        evidence.body if evidence else None,
        *map(text_or_none, (row.checked_at, row.next_try, row.seen_at, row.again_at, row.ended_at)),
        row.followed_by.isoformat() if row.followed_by else None,
        row.witness,
        text_or_none(row.witnessed_at),
        row.usual,
        int(row.cut),
        row.known,
        row.missing,
        row.filled,
        text_or_none(row.tried_at),
        row.trouble,
        int(row.derived),
    )
