"""The ledger in words for people, and as one number for monitoring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from aggregator.announce import NEW_YORK, slot_at, slot_of
from aggregator.ledger.rules import DERIVED, SETTLED, is_quiet
from aggregator.ledger.timing import expected_days
from aggregator.models import LedgerRow, State

FINE, LATE, STALE, UNKNOWN = 0, 1, 2, 3
OVERDUE = timedelta(hours=24)  # after its slot, a day without news is late whatever its row says
UNCONFIRMED = timedelta(days=4)  # after its slot, a day that nobody confirmed is late

_HEADS = {
    State.SEEN: "Complete so far",
    State.CONFIRMED: "Complete",
    State.BACKFILLED: "Complete",
    State.CONFIRMED_EMPTY: "No announcement",
    State.LATE: "Incomplete",
    State.SUSPECT: "Incomplete",
    State.DERIVED: "Derived from submission dates",
}
_SOURCES = {"rss": "arXiv's feed", "oai": "OAI-PMH", "api": "arXiv's API", "list": "arXiv's own list"}


def sentence(row: LedgerRow | None, now: datetime) -> str:
    """How far a day can be trusted, on one line: the verdict and its reason, the next try, the evidence with
    its moment in UTC. The words for a settled day do not depend on `now`."""
    if row is None:
        return "Not asked for yet."
    parts = [f"{_head(row)}: {row.reason or 'not asked for yet'}."]
    if row.state not in SETTLED:
        parts.append(_outlook(row, now))
    if not row.derived:
        parts.append(_evidence(row))
    return " ".join(filter(None, parts))


def later_sentence(rows: Iterable[LedgerRow], day: date, now: datetime) -> str:
    """What became of the listing days after `day`, the newest that is stored; "" when there were none yet."""
    last = slot_at(now).listing_day
    later = sorted((row for row in rows if day < row.day <= last), key=lambda row: row.day)
    if not later:
        return ""
    open_ = sum(row.state not in SETTLED for row in later[:-1])
    more = f" {_days(open_)} before it without an announcement, too." if open_ else ""
    return f"For {in_words(later[-1].day)}: {sentence(later[-1], now)}{more}"


def in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def merged_sentence(rows: Sequence[LedgerRow | None], now: datetime) -> str:
    """The same for a day of all followed categories together, one row a category."""
    derived = [row for row in rows if row is not None and row.derived]
    if derived:
        return _partly_derived(rows, derived, now)
    open_ = [row for row in rows if row is None or row.state not in SETTLED]
    if not open_:
        return f"Complete: {_all(len(rows))} confirmed.{_filled(rows)}"
    seen = [row for row in open_ if row is not None and row.state is State.SEEN]
    missing = [row for row in open_ if row is not None and row.state is not State.SEEN]
    if len(seen) == len(open_):
        return f"Complete so far: {_all(len(rows))} in, {len(rows) - len(seen)} of them confirmed."
    names = ", ".join(f"{row.category} ({_brief(row)})" for row in missing) or "some were not asked for yet"
    there = sum(row is not None and row.total > 0 for row in rows)
    tries = [row.next_try for row in missing if row.next_try and row.next_try > now]
    outlook = f" Next try {_moment(min(tries))}." if tries else ""
    return f"{there} of {len(rows)} followed categories are in; open: {names}.{outlook}"


def _partly_derived(rows: Sequence[LedgerRow | None], derived: Sequence[LedgerRow], now: datetime) -> str:
    """Before the first day that was witnessed in a category, one without a row had nothing submitted."""
    witnessed = [row for row in rows if row is not None and not row.derived]
    if not witnessed:
        return sentence(derived[0], now)
    names = ", ".join(row.category for row in derived)
    return f"{merged_sentence(witnessed, now)} Derived from submission dates: {names}; {DERIVED}."


def level(rows: Iterable[LedgerRow], now: datetime) -> int:
    """How well the categories of `rows` stand at `now`, the worst of them: 0 fine, 1 late, 2 stale or lost (a
    day before the newest one is open), 3 cannot tell (no rows)."""
    found: dict[str, dict[date, LedgerRow]] = {}
    for row in rows:
        found.setdefault(row.category, {})[row.day] = row
    return max((_level(days, now) for days in found.values()), default=UNKNOWN)


def _level(rows: Mapping[date, LedgerRow], now: datetime) -> int:
    """Days that should have a row and have none count like late ones: nobody looked."""
    due = slot_at(now).listing_day
    known = [row for day, row in rows.items() if day <= max(due, now.astimezone(NEW_YORK).date())]
    if not known:
        return UNKNOWN
    missing = expected_days(max(row.day for row in known), now)
    open_ = [row.day for row in known if _is_late(row, now)]
    late = [*open_, *(day for day in missing if _is_overdue(day, now, OVERDUE))]
    recent = {due, *expected_days(None, slot_of(due).announced_at - timedelta(seconds=1))}
    if not recent.issuperset(late):
        return STALE
    unconfirmed = any(row.state is State.SEEN and _is_overdue(row.day, now, UNCONFIRMED) for row in known)
    return LATE if late or unconfirmed else FINE


def _is_late(row: LedgerRow, now: datetime) -> bool:
    if row.state is State.EXPECTED:
        return not is_quiet(row.day) and _is_overdue(row.day, now, OVERDUE)
    return row.state in (State.LATE, State.SUSPECT)


def _is_overdue(day: date, now: datetime, patience: timedelta) -> bool:
    return now >= slot_of(day).announced_at + patience


def _head(row: LedgerRow) -> str:
    if row.state is State.EXPECTED:
        return "No announcement" if is_quiet(row.day) else "Incomplete"
    return _HEADS[row.state]


def _outlook(row: LedgerRow, now: datetime) -> str:
    failed = (
        f"The try of {_moment(row.tried_at)} failed ({row.trouble})." if row.trouble and row.tried_at else ""
    )
    if row.next_try is not None and row.next_try > now:
        coming = f"Next try {_moment(row.next_try)}."
    else:
        coming = (
            "OAI-PMH will be asked." if row.ended_at or row.followed_by or row.total else "Asked again soon."
        )
    return f"{failed} {coming}".strip()


def _evidence(row: LedgerRow) -> str:
    if row.evidence is None or row.checked_at is None:
        return "No answer so far."
    source = _SOURCES.get(row.evidence.source, row.evidence.source)
    return f"Last checked {_moment(row.checked_at)} ({source})."


def _brief(row: LedgerRow) -> str:
    return {State.EXPECTED: "not there yet", State.LATE: "late"}.get(row.state, row.reason)


def _all(number: int) -> str:
    return "the followed category is" if number == 1 else f"all {number} followed categories are"


def _filled(rows: Sequence[LedgerRow | None]) -> str:
    filled = sum(row.filled for row in rows if row is not None)
    came = "1 paper" if filled == 1 else f"{filled:,} papers"
    return f" {came} came from OAI-PMH, because arXiv's feed lacked them." if filled else ""


def _days(number: int) -> str:
    return "1 day is" if number == 1 else f"{number} days are"


def _moment(moment: datetime) -> str:
    return f"{in_words(moment)}, {moment:%H:%M} UTC"
