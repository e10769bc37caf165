"""What `aggregator status` reads, quickly, without sqlite-utils; the store uses the same functions."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from aggregator.models import Evidence, GateState, Kind, LedgerRow, Outcome, PollState, State
from aggregator.store.connection import connect, refuse_foreign_schema, translated
from aggregator.store.moments import day_or_none, moment_of, moment_or_none


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is stored. `days` counts the distinct listing days of all categories."""

    papers: int
    announcements: int
    days: int


@dataclass(frozen=True, slots=True)
class StatusRows:
    """All that `status` tells. `polls` is ordered by category, `ledger` by category and day."""

    polls: tuple[PollState, ...]
    gate: GateState
    counts: Counts
    ledger: tuple[LedgerRow, ...] = ()


def read_status(path: Path, *, patience: float = 2.0) -> StatusRows:
    """Read the database at `path` without writing to it; works beside a running writer.

    `patience` is the longest wait for a locked file, in seconds. Raises StoreError.
    """
    with translated(path):
        conn = connect(path, read_only=True, patience=patience)
        try:
            refuse_foreign_schema(path, conn, read_only=True)
            conn.execute("BEGIN")
            return StatusRows(poll_states(conn), gate(conn), counts(conn), recent_ledger(conn))
        finally:
            conn.close()


_POLLS = """
    SELECT category, checked_at, outcome, reason, next_try,
        (SELECT max(day) FROM listings WHERE listings.category = polls.category)
    FROM polls
"""


def poll_states(conn: sqlite3.Connection) -> tuple[PollState, ...]:
    """The latest state of every category that was ever polled, by category."""
    return tuple(_poll_state(row) for row in conn.execute(f"{_POLLS} ORDER BY category"))


def poll_state(conn: sqlite3.Connection, category: str) -> PollState | None:
    row = conn.execute(f"{_POLLS} WHERE category = ?", (category,)).fetchone()
    return _poll_state(row) if row else None


def gate(conn: sqlite3.Connection) -> GateState:
    """The gate as it was last saved; open where none was."""
    row = conn.execute(
        "SELECT last_request_at, closed_until, reason, strikes, needs_operator FROM gate"
    ).fetchone()
    if row is None:
        return GateState()
    last, until, reason, strikes, operator = row
    return GateState(moment_or_none(last), moment_or_none(until), reason, strikes, bool(operator))


def counts(conn: sqlite3.Connection) -> Counts:
    """Nothing is counted here: of millions of rows that would take a second."""
    return Counts(*conn.execute(f"SELECT papers, announcements, ({_DISTINCT_DAYS}) FROM totals").fetchone())  # noqa: S608


# Each day by one look into the index, however many categories share it.
_DISTINCT_DAYS = """
    WITH RECURSIVE days (day) AS (
        SELECT min(day) FROM listings
        UNION ALL SELECT (SELECT min(day) FROM listings WHERE day > days.day) FROM days WHERE day IS NOT NULL
    )
    SELECT count(day) FROM days
"""


KINDS = (Kind.NEW, Kind.CROSS, Kind.REPLACE, Kind.REPLACE_CROSS)  # as the ledger's columns have them
LEDGER_COLUMNS = tuple(
    """
    category day state reason new crosses replacements replaced_crosses source said_at body checked_at next_try
    seen_at again_at ended_at followed_by witness witnessed_at usual cut known missing filled tried_at
    trouble derived
    """.split()  # noqa: SIM905 (a list of 26 strings reads worse)
)
LEDGER = f"SELECT {', '.join(LEDGER_COLUMNS)} FROM ledger"  # noqa: S608 (names of our own columns)


def recent_ledger(conn: sqlite3.Connection) -> tuple[LedgerRow, ...]:
    """The rows of the newest 14 days of the ledger, and all older ones that are still open, but for days that
    were derived."""
    found = {row[:2]: row for question in _RECENT for row in conn.execute(question)}
    return tuple(ledger_row(found[place]) for place in sorted(found))


# Each is answered by an index of its own; as a UNION in order, SQLite would read the whole ledger for them.
_RECENT = (
    f"{LEDGER} WHERE derived = 0 AND day > date((SELECT max(day) FROM ledger WHERE derived = 0), '-14 days')",  # noqa: S608
    f"{LEDGER} WHERE state NOT IN ('confirmed', 'confirmed-empty', 'backfilled', 'derived')",
)


def ledger_row(row: Sequence[Any]) -> LedgerRow:
    """A row of `LEDGER`."""
    category, day, state, reason, *rest = row
    numbers, (source, said_at, body), rest = rest[:4], rest[4:7], rest[7:]
    checked, coming, seen, again, ended = map(moment_or_none, rest[:5])
    followed, witness, witnessed, usual, cut, known, missing, filled, tried, trouble, derived = rest[5:]
    return LedgerRow(
        category,
        date.fromisoformat(day),
        State(state),
        reason,
        {kind: number for kind, number in zip(KINDS, numbers, strict=True) if number},
        Evidence(source, moment_of(said_at), body) if source else None,
        checked_at=checked,
        next_try=coming,
        seen_at=seen,
        again_at=again,
        ended_at=ended,
        followed_by=day_or_none(followed),
        witness=witness,
        witnessed_at=moment_or_none(witnessed),
        usual=usual,
        cut=bool(cut),
        known=known,
        missing=missing,
        filled=filled,
        tried_at=moment_or_none(tried),
        trouble=trouble,
        derived=bool(derived),
    )


def _poll_state(row: tuple[str, str, str, str, str | None, str | None]) -> PollState:
    category, checked_at, outcome, reason, next_try, day = row
    return PollState(
        category, moment_of(checked_at), Outcome(outcome), reason, day_or_none(day), moment_or_none(next_try)
    )
