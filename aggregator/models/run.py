"""What a run did, and what is remembered between runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from aggregator.models.ledger import LedgerRow
from aggregator.models.paper import Announcement, Kind, Paper
from aggregator.models.source import Answer


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
class CategoryReport:
    """What one poll of `category` did. `day` is the listing day it concerns, None when unknown."""

    category: str
    outcome: Outcome
    day: date | None = None
    counts: Mapping[Kind, int] = field(default_factory=dict)  # of the feed, by kind
    added: int = 0  # announcements that were not stored before
    reason: str = ""
    evidence: str = ""  # why this listing day
    attempts: int = 0
    next_try: datetime | None = None
    turned: tuple[LedgerRow, ...] = ()  # the days whose state in the ledger changed


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the second witness said of `category` from `since` to `until`: `filled` announcements were missing.

    `error` is "" when the harvest came to its end.
    """

    category: str
    since: date
    until: date
    records: int = 0
    filled: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """One run over several categories, and what the second witness said where its word was due."""

    started_at: datetime
    finished_at: datetime
    categories: tuple[CategoryReport, ...]
    verdicts: tuple[Verdict, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether pages have something new to show: announcements, or how far a day can be trusted."""
        return bool(self.verdicts) or any(
            report.outcome in (Outcome.STORED, Outcome.TRUNCATED) or report.turned
            for report in self.categories
        )


@dataclass(frozen=True, slots=True)
class Poll:
    """One poll of one category and all it brought, stored in one transaction.

    `answer` is None when nothing came; its body is kept (compressed, by hash) when it is not a 304.
    """

    report: CategoryReport
    checked_at: datetime
    answer: Answer | None = None
    papers: tuple[Paper, ...] = ()
    announcements: tuple[Announcement, ...] = ()
    ledger: tuple[LedgerRow, ...] = ()


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
