"""What a run did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from aggregator.models.ledger import LedgerRow
from aggregator.models.paper import Announcement, Kind, Paper
from aggregator.models.source import Answer
from aggregator.models.standing import Outcome


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
