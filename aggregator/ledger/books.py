"""Keeping the books of one category: what a poll says of which days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from aggregator.announce import slot_at
from aggregator.ledger.rules import Closed, Event, Followed, Looked, Opened, after
from aggregator.ledger.timing import expected_days, next_try, window_of
from aggregator.models import Kind, LedgerRow, Outcome
from aggregator.settings import ScheduleSettings

if TYPE_CHECKING:  # `aggregator status` reads the books and makes no report
    from aggregator.models import CategoryReport

_BROUGHT = frozenset({Outcome.STORED, Outcome.TRUNCATED})


@dataclass(frozen=True, slots=True)
class Look:
    """One poll: its report, when, and of the report's day the announcements stored after it, by kind, and the
    category's usual volume. `body` is the SHA-256 of the answer."""

    report: CategoryReport
    at: datetime
    counts: Mapping[Kind, int] = field(default_factory=dict)
    usual: int = 0
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Books:
    """The rows that a poll changed, those of them whose state it `turned`, and when to ask again."""

    rows: tuple[LedgerRow, ...]
    turned: tuple[LedgerRow, ...]
    next_try: datetime


def keep_books(
    rows: Iterable[LedgerRow], look: Look, schedule: ScheduleSettings, chance: float = 0.0
) -> Books:
    """Enter a poll into the category's `rows`, which must hold its newest one and all that are open."""
    before = {row.day: row for row in rows}
    now = dict(before)
    _enter(now, _events(before, look))
    coming = _coming(now.get(_due(look)), look, schedule, chance)
    _enter(now, _endings(now, look, coming > window_of(slot_at(look.at), schedule, chance).closes))
    _plan(now, _due(look), coming)
    changed = tuple(row for day, row in sorted(now.items()) if row != before.get(day))
    turned = tuple(row for row in changed if row.day not in before or before[row.day].state != row.state)
    return Books(changed, turned, coming)


def _due(look: Look) -> date:
    return slot_at(look.at).listing_day


def _enter(rows: dict[date, LedgerRow], events: Iterable[Event]) -> None:
    for event in events:
        rows[event.day] = after(rows.get(event.day), event)


def _events(rows: Mapping[date, LedgerRow], look: Look) -> Iterable[Event]:
    report, due = look.report, _due(look)
    newest = max((day for day in rows if day <= due), default=None)
    for day in expected_days(newest, look.at):
        yield Opened(report.category, day, look.at)
    if report.day is not None:
        yield _looked_at(report.day, look)
    if report.day is None or report.day < due:
        yield _looked_in_vain(due, look)


def _looked_at(day: date, look: Look) -> Looked:
    """A stale feed is a second look at the day that it still holds."""
    outcome = Outcome.UNCHANGED if look.report.outcome is Outcome.STALE else look.report.outcome
    return Looked(look.report.category, day, look.at, outcome, look.counts, look.usual, look.body)


def _looked_in_vain(due: date, look: Look) -> Looked:
    report = look.report
    outcome = Outcome.STALE if report.outcome in _BROUGHT else report.outcome
    return Looked(report.category, due, look.at, outcome, body=look.body, reason=report.reason)


def _coming(row: LedgerRow | None, look: Look, schedule: ScheduleSettings, chance: float) -> datetime:
    """Never before arXiv lets us come back."""
    coming = next_try(row, look.at, schedule, chance)
    return max(coming, look.report.next_try or coming)


def _endings(rows: Mapping[date, LedgerRow], look: Look, over: bool) -> Iterable[Event]:
    """Of the days that have nothing: their windows that are over, and the first later day that has something."""
    due, category = _due(look), look.report.category
    full = sorted(day for day, row in rows.items() if row.total)
    for day, row in sorted(rows.items()):
        if row.ended_at is None and not row.total and (day < due or (day == due and over)):
            yield Closed(category, day, look.at)
        later = next((other for other in full if other > day), None)
        if later is not None and row.followed_by is None:
            yield Followed(category, day, look.at, later)


def _plan(rows: dict[date, LedgerRow], due: date, coming: datetime) -> None:
    """The feed is asked for the newest day only; older ones wait for the second witness."""
    for day, row in rows.items():
        planned = coming if day == due else None
        if row.next_try != planned and (day == due or row.next_try is not None):
            rows[day] = replace(row, next_try=planned)
