"""The ledger in words for people, and as one number for monitoring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from aggregator.announce import NEW_YORK, is_quiet, slot_at, slot_of
from aggregator.ledger.rules import DERIVED, SETTLED, reason_of, witness_name
from aggregator.ledger.timing import expected_days
from aggregator.models import NOTHING, LedgerRow, Message, State, listed, say, say_many, together

FINE, LATE, STALE, UNKNOWN = 0, 1, 2, 3
OVERDUE = timedelta(hours=24)  # after its slot, a day without news is late whatever its row says
UNCONFIRMED = timedelta(days=4)  # after its slot, a day that nobody confirmed is late

_HEADS = {
    State.SEEN: say("Complete so far: {reason}."),
    State.CONFIRMED: say("Complete: {reason}."),
    State.BACKFILLED: say("Complete: {reason}."),
    State.CONFIRMED_EMPTY: say("No announcement: {reason}."),
    State.LATE: say("Incomplete: {reason}."),
    State.SUSPECT: say("Incomplete: {reason}."),
    State.DERIVED: say("Derived from submission dates: {reason}."),
}


def sentence(row: LedgerRow | None, now: datetime) -> Message:
    """How far a day can be trusted, on one line: the verdict and its reason, the next try, the evidence with
    its moment in UTC. The words for a settled day do not depend on `now`."""
    if row is None:
        return say("Not asked for yet.")
    outlook = () if row.state in SETTLED else _outlook(row, now)
    return together(_verdict(row), *outlook, *(() if row.derived else (_evidence(row),)))


def later_sentence(rows: Iterable[LedgerRow], day: date, now: datetime) -> Message:
    """What became of the listing days after `day`, the newest that is stored; empty when there were none yet."""
    last = slot_at(now).listing_day
    later = sorted((row for row in rows if day < row.day <= last), key=lambda row: row.day)
    if not later:
        return NOTHING
    open_ = sum(row.state not in SETTLED for row in later[:-1])
    return together(about(later[-1].day, sentence(later[-1], now)), *([_before(open_)] if open_ else []))


def about(day: date, said: Message) -> Message:
    """What is said of another day than the page's."""
    return say("For {day}: {said}", day=day, said=said)


def merged_sentence(rows: Sequence[LedgerRow | None], now: datetime) -> Message:
    """The same for a day of all followed categories together, one row a category."""
    derived = [row for row in rows if row is not None and row.derived]
    if derived:
        return _partly_derived(rows, derived, now)
    open_ = [row for row in rows if row is None or row.state not in SETTLED]
    if not open_:
        return together(_all_confirmed(len(rows)), _filled(rows))
    seen = [row for row in open_ if row is not None and row.state is State.SEEN]
    missing = [row for row in open_ if row is not None and row.state is not State.SEEN]
    if len(seen) == len(open_):
        return _all_in(len(rows), len(rows) - len(seen))
    tries = [row.next_try for row in missing if row.next_try and row.next_try > now]
    return together(_some_in(rows, missing), *([_next_try(min(tries))] if tries else []))


def _partly_derived(rows: Sequence[LedgerRow | None], derived: Sequence[LedgerRow], now: datetime) -> Message:
    """Before the first day that was witnessed in a category, one without a row had nothing submitted."""
    witnessed = [row for row in rows if row is not None and not row.derived]
    if not witnessed:
        return sentence(derived[0], now)
    names = ", ".join(row.category for row in derived)
    said = say("Derived from submission dates: {names}; {reason}.", names=names, reason=DERIVED)
    return together(merged_sentence(witnessed, now), said)


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


def _verdict(row: LedgerRow) -> Message:
    reason = reason_of(row) if row.reason else say("not asked for yet")
    return replace(_head(row), holes={"reason": reason})


def _head(row: LedgerRow) -> Message:
    if row.state is State.EXPECTED:
        return _HEADS[State.CONFIRMED_EMPTY if is_quiet(row.day) else State.LATE]
    return _HEADS[row.state]


def _outlook(row: LedgerRow, now: datetime) -> Iterator[Message]:
    if row.trouble and row.tried_at:
        yield say("The try of {moment} failed ({trouble}).", moment=row.tried_at, trouble=row.trouble)
    if row.next_try is not None and row.next_try > now:
        yield _next_try(row.next_try)
    elif row.ended_at or row.followed_by or row.total:
        yield say("OAI-PMH will be asked.")
    else:
        yield say("Asked again soon.")


def _next_try(moment: datetime) -> Message:
    return say("Next try {moment}.", moment=moment)


def _evidence(row: LedgerRow) -> Message:
    if row.evidence is None or row.checked_at is None:
        return say("No answer so far.")
    source = witness_name(row.evidence.source)
    return say("Last checked {moment} ({source}).", moment=row.checked_at, source=source)


def _brief(row: LedgerRow) -> Message:
    brief = {State.EXPECTED: say("not there yet"), State.LATE: say("late")}
    return brief.get(row.state) or reason_of(row)


def _all_confirmed(number: int) -> Message:
    return say_many(
        "Complete: the followed category is confirmed.",
        "Complete: all {n} followed categories are confirmed.",
        number,
    )


def _all_in(number: int, confirmed: int) -> Message:
    return say_many(
        "Complete so far: the followed category is in, {confirmed} of them confirmed.",
        "Complete so far: all {n} followed categories are in, {confirmed} of them confirmed.",
        number,
        confirmed=confirmed,
    )


def _some_in(rows: Sequence[LedgerRow | None], missing: Sequence[LedgerRow]) -> Message:
    there = sum(row is not None and row.total > 0 for row in rows)
    names = [say("{category} ({why})", category=row.category, why=_brief(row)) for row in missing]
    return say_many(
        "{there} of {n} followed category is in; open: {names}.",
        "{there} of {n} followed categories are in; open: {names}.",
        len(rows),
        there=there,
        names=listed(names) if names else say("some were not asked for yet"),
    )


def _filled(rows: Sequence[LedgerRow | None]) -> Message:
    filled = sum(row.filled for row in rows if row is not None)
    if not filled:
        return NOTHING
    return say_many(
        "{n} paper came from OAI-PMH, because arXiv's feed lacked it.",
        "{n} papers came from OAI-PMH, because arXiv's feed lacked them.",
        filled,
    )


def _before(number: int) -> Message:
    return say_many(
        "{n} day is before it without an announcement, too.",
        "{n} days are before it without an announcement, too.",
        number,
    )
