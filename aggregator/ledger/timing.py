"""Which listing days must have a row, and when a category is asked again.

After each slot (20:00 New York) a window is open for its listing day; inside it the looks grow rarer, and once
the day is settled one look a day remains, because arXiv has announced outside its calendar. `chance`, a number
from 0 up to 1 that each installation keeps, spreads the looks so that copies of this program do not arrive
together, and none comes at the slot itself, as arXiv's staff ask.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from aggregator.announce import NEW_YORK, SLOT_TIME, Slot, listing_day_on, slot_after, slot_at, slot_of
from aggregator.ledger.rules import SETTLED, WITNESS_READY
from aggregator.models import LedgerRow, PollState, State
from aggregator.settings import ScheduleSettings

GROWTH = 0.15  # of the time since the window opened is the least wait for the next look
SPREAD = timedelta(minutes=15)  # over which installations open their window
STRETCH = 0.2  # by which `chance` lengthens the wait between two looks
INSIST = timedelta(days=90)  # on papers that are known to be missing: as far as arXiv's lists reach back
QUIET = timedelta(hours=24)  # between looks that expect nothing


@dataclass(frozen=True, slots=True)
class Window:
    """From the first look for a listing day to the last, in UTC."""

    opens: datetime
    closes: datetime


def is_due(state: PollState | None, now: datetime) -> bool:
    """Whether a category may be asked now: never asked, or its next try has come."""
    return state is None or state.next_try is None or now >= state.next_try


def chance_of(name: str) -> float:
    """A number from 0 up to 1 that is always the same for `name`, such as the installation's contact."""
    import hashlib  # noqa: PLC0415 (it loads OpenSSL, 2 ms that `aggregator status` need not pay for)

    digest = hashlib.blake2b(name.encode(), digest_size=6).digest()
    return int.from_bytes(digest, "big") / 2**48


def window_of(slot: Slot, schedule: ScheduleSettings, chance: float = 0.0) -> Window:
    """The window after `slot`."""
    opens = slot.announced_at + _pause(schedule, chance)
    return Window(opens, opens + timedelta(seconds=schedule.window))


def next_try(
    row: LedgerRow | None, now: datetime, schedule: ScheduleSettings, chance: float = 0.0
) -> datetime:
    """When arXiv's feed is asked next; `row` is that of the newest listing day that is due at `now`."""
    coming = window_of(slot_after(now), schedule, chance)
    window = window_of(slot_at(now), schedule, chance)
    again = max(window.opens, now + _wait(now - window.opens, schedule, chance))
    if is_answered(row) or again > window.closes:
        again = now + QUIET
    return min(coming.opens, _clear_of_slot(again, _pause(schedule, chance)))


def is_answered(row: LedgerRow | None) -> bool:
    """Whether the feed has no more to say of the day: it is settled, and not by the witness alone; or it was
    cut, and a second look found it cut again."""
    if row is None:
        return False
    if row.state is State.CONFIRMED_EMPTY or (row.cut and row.again_at is not None):
        return True
    return row.state in SETTLED and row.seen_at is not None


def expected_days(newest_known: date | None, now: datetime) -> tuple[date, ...]:
    """The listing days since `newest_known` whose slot has passed at `now`, oldest first.

    Each must have a row, so that a silence of days shows as days. Without a known day, only the newest.
    """
    due = slot_at(now).listing_day
    if newest_known is None:
        return (due,)
    found = []
    day = newest_known
    while (day := _listing_day_after(day)) <= due:
        found.append(day)
    return tuple(found)


def _listing_day_after(day: date) -> date:
    return slot_after(slot_of(day).announced_at).listing_day


def _pause(schedule: ScheduleSettings, chance: float) -> timedelta:
    return timedelta(seconds=schedule.delay) + chance * SPREAD


def _wait(open_for: timedelta, schedule: ScheduleSettings, chance: float) -> timedelta:
    return max(timedelta(seconds=schedule.every), GROWTH * open_for) * (1 + STRETCH * chance)


def _clear_of_slot(moment: datetime, pause: timedelta) -> datetime:
    """`moment`, or the end of the pause that follows 20:00 New York when it falls into that."""
    local = moment.astimezone(NEW_YORK)
    evening = datetime.combine(local.date(), SLOT_TIME, NEW_YORK).astimezone(moment.tzinfo)
    return evening + pause if evening <= moment < evening + pause else moment


def witness_span(
    rows: Iterable[LedgerRow], now: datetime, *, patient: bool = True
) -> tuple[date, date] | None:
    """From which day to which listing day of one category a second witness is to be asked; None: no need.

    These are the days with a row that it has not spoken of, up to the newest that it can know by now, and the
    weekend before them. When `patient`, that newest day waits until its feed was looked at again or its window is
    over.
    """
    newest = slot_at(now - WITNESS_READY).listing_day
    by_day = {row.day: row for row in rows if row.day <= newest}
    last = by_day.get(newest)
    if patient and not (last and (last.again_at or last.ended_at)):
        newest = listing_day_on(newest - timedelta(days=1))
    open_days = [day for day, row in by_day.items() if _is_unheard(row) and day <= newest]
    return (_after_the_one_before(min(open_days)), newest) if open_days else None


def _is_unheard(row: LedgerRow) -> bool:
    """Whether the witness has not spoken of the day, not to its end (a harvest was killed, and papers are missing),
    or not of what the feed showed since, which nothing else settled."""
    if row.derived or row.witnessed_at is None:
        return not row.derived
    if row.state in SETTLED:
        return False
    cut_short = row.missing > 0 and row.witnessed_at - slot_of(row.day).announced_at < INSIST
    return cut_short or (row.seen_at is not None and row.seen_at > row.witnessed_at)


def _after_the_one_before(day: date) -> date:
    """The first of the days without a listing that come before `day`, on which arXiv may have announced unplanned."""
    return listing_day_on(day - timedelta(days=1)) + timedelta(days=1)
