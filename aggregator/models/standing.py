"""How asking arXiv stands: what is remembered between runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Outcome(StrEnum):
    """What one poll of one category came to. Only STORED means new announcements."""

    STORED = "stored"  # new announcements were stored
    UNCHANGED = "unchanged"  # the batch is known and belongs to the current slot: nothing more to do
    STALE = "stale"  # the batch is known and belongs to an older slot: arXiv is late
    EMPTY = "no-announcement"  # a whole, valid feed without entries
    NOT_MODIFIED = "not-modified"  # HTTP 304
    TRUNCATED = "truncated"  # exactly 2,000 rows: stored, but new papers may be missing
    NOT_DUE = "not-due"  # not asked: the next try lies in the future
    COOLING = "cooling-down"  # not asked, or stopped: arXiv told us to wait
    REFUSED = "refused"  # an answer came and was refused (see `reason`); nothing was stored
    FAILED = "failed"  # no answer after all tries


@dataclass(frozen=True, slots=True)
class PollState:
    """What is known of a category's polling: its last check, and when the next is due."""

    category: str
    checked_at: datetime
    outcome: Outcome
    reason: str
    day: date | None  # the newest listing day stored for it
    next_try: datetime | None


@dataclass(frozen=True, slots=True)
class GateState:
    """What the gate to arXiv must remember across processes and restarts. Moments are UTC.

    `strikes` counts refusals in a row (each doubles the next cool-down); `needs_operator` is set by a 403 and
    only `aggregator resume` clears it.
    """

    last_request_at: datetime | None = None
    closed_until: datetime | None = None
    reason: str = ""
    strikes: int = 0
    needs_operator: bool = False
