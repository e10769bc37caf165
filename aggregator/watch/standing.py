"""How the followed categories stand at one moment, as health and metrics need it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from aggregator.announce import slot_of
from aggregator.ledger import is_settled, level
from aggregator.models import GateState, LedgerRow, PollState

WORDS = ("up to date", "late", "stale", "unknown")  # of `ledger.level`


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database says of the followed categories. `levels` are those of `ledger.level`, by category."""

    at: datetime
    gate: GateState
    papers: int
    announcements: int
    polls: Mapping[str, PollState]
    ledger: tuple[LedgerRow, ...]
    levels: Mapping[str, int]

    @property
    def next_try(self) -> datetime | None:
        """When any category is asked next."""
        return min((poll.next_try for poll in self.polls.values() if poll.next_try), default=None)

    def newest_day(self, category: str) -> date | None:
        """The newest listing day that is stored."""
        return self.polls[category].day if category in self.polls else None

    def oldest_open_day(self, category: str) -> date | None:
        """The oldest listing day that is not settled."""
        days = (row.day for row in self.ledger if row.category == category and not is_settled(row))
        return min(days, default=None)

    def in_words(self) -> str:
        """One line for `systemctl status`."""
        fine = sum(not found for found in self.levels.values())
        coming = f", next try {self.next_try:%Y-%m-%d %H:%M} UTC" if self.next_try else ""
        return f"{fine} of {len(self.levels)} categories up to date{coming}"


def standing_of(
    categories: Sequence[str],
    *,
    at: datetime,
    gate: GateState,
    papers: int,
    announcements: int,
    polls: Iterable[PollState],
    ledger: Iterable[LedgerRow],
) -> Standing:
    """How `categories` stand; rows of others are left out."""
    rows = tuple(row for row in ledger if row.category in categories)
    levels = {name: level([row for row in rows if row.category == name], at) for name in categories}
    followed = {poll.category: poll for poll in polls if poll.category in categories}
    return Standing(at, gate, papers, announcements, followed, rows, levels)


def age(day: date, now: datetime) -> float:
    """Seconds since arXiv's slot for a listing day."""
    return (now - slot_of(day).announced_at).total_seconds()
