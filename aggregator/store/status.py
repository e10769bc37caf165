"""What `aggregator status` reads, quickly, without sqlite-utils; the store uses the same functions."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from aggregator.models import GateState, Outcome, PollState
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
    """All that `status` tells. `polls` is ordered by category."""

    polls: tuple[PollState, ...]
    gate: GateState
    counts: Counts


def read_status(path: Path, *, patience: float = 2.0) -> StatusRows:
    """Read the database at `path` without writing to it; works beside a running writer.

    `patience` is the longest wait for a locked file, in seconds. Raises StoreError.
    """
    with translated(path):
        conn = connect(path, read_only=True, patience=patience)
        try:
            refuse_foreign_schema(path, conn, read_only=True)
            conn.execute("BEGIN")
            return StatusRows(poll_states(conn), gate(conn), counts(conn))
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
    """Rows by the index, without touching the texts."""
    return Counts(
        *conn.execute(
            """
            SELECT (SELECT count(*) FROM papers), (SELECT count(*) FROM announcements),
                (SELECT count(DISTINCT day) FROM listings)
            """
        ).fetchone()
    )


def _poll_state(row: tuple[str, str, str, str, str | None, str | None]) -> PollState:
    category, checked_at, outcome, reason, next_try, day = row
    return PollState(
        category, moment_of(checked_at), Outcome(outcome), reason, day_or_none(day), moment_or_none(next_try)
    )
