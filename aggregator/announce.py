"""arXiv's announcement calendar, and the listing day that a batch belongs to.

arXiv announces at 20:00 America/New_York, Sunday to Thursday; what is announced then is listed under the next
day's date, Monday to Friday (arXiv help, "Availability of submissions"). The calendar words messages and says
when to look. It never stops a fetch: unplanned skips and unplanned announcements have both happened.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from aggregator.holidays import announces_on, is_holiday
from aggregator.models import Message, say

NEW_YORK = ZoneInfo("America/New_York")
SLOT_TIME = time(20, 0)
_DAY = timedelta(days=1)
_PLAUSIBLE = timedelta(days=4)  # between the slot in which a feed was built and the day it declares
_FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Slot:
    """One planned announcement: its moment (UTC) and the listing day it makes."""

    announced_at: datetime
    listing_day: date


@dataclass(frozen=True, slots=True)
class Filing:
    """The listing day of a batch, and in words why that one."""

    day: date
    evidence: str


def slot_of(listing_day: date) -> Slot:
    """The slot that makes `listing_day` (a Monday to Friday): 20:00 New York on the evening before."""
    return Slot(_at_slot_time(listing_day - _DAY), listing_day)


def slot_at(moment: datetime) -> Slot:
    """The newest slot at or before `moment`."""
    day = moment.astimezone(NEW_YORK).date() + _DAY
    while day.weekday() > _FRIDAY or _at_slot_time(day - _DAY) > moment:
        day -= _DAY
    return slot_of(day)


def slot_after(moment: datetime) -> Slot:
    """The next slot after `moment`."""
    day = slot_at(moment).listing_day + _DAY
    while day.weekday() > _FRIDAY:
        day += _DAY
    return slot_of(day)


def listing_day_on(day: date) -> date:
    """`day` itself when it is a listing day, else the Friday before."""
    return day - timedelta(days=max(0, day.weekday() - _FRIDAY))


def is_quiet(day: date) -> bool:
    """Whether arXiv plans no announcement for this listing day."""
    return not announces_on(day - _DAY)


def day_of_submission(moment: datetime, deadline: time) -> date:
    """The first listing day that something submitted at `moment` can have; `deadline` is that of its time, New York."""
    local = moment.astimezone(NEW_YORK)
    return _listed_after(local.date() if local.time() < deadline else local.date() + _DAY)


@lru_cache(maxsize=4096)  # days come again and again
def _listed_after(closes: date) -> date:
    """The listing day of what came in before the deadline of `closes`, or, where that day has none, of the next one.

    What closed on Friday is announced on Sunday for Monday, a weekend's on Monday evening for Tuesday.
    """
    while closes.weekday() > _FRIDAY or is_holiday(closes):
        closes += _DAY
    while not announces_on(closes):
        closes += _DAY
    return closes + _DAY


def silence(day: date) -> Message:
    """Why arXiv lists nothing on `day`, for people."""
    if day.weekday() > _FRIDAY:
        return say("weekend: arXiv does not announce")
    if is_quiet(day):
        return say("holiday: arXiv planned no announcement")
    return say("arXiv has not announced")


def file_batch(
    *,
    declared: date | None,
    built_at: datetime | None,
    now: datetime,
    size: int,
    known: Mapping[date, int],
    over: Collection[date],
) -> Filing:
    """The listing day of a batch of `size` entries, judged by its ids and the slot they first appeared in.

    `known` counts the entries that are stored already, by their day; `over` are the category's days of which no
    batch is awaited, because one is stored or none has come for long; `declared` and `built_at` are the feed's own
    dates. A batch of which half or more is stored belongs where that is. Else it belongs to the newest slot, unless
    it was built before that: then it is an older batch, this is the last chance to take it, and it belongs to the
    slot that was the newest when it was built.
    """
    slot = slot_at(now)
    if size and 2 * sum(known.values()) >= size:
        day = max(known, key=lambda d: (known[d], d))
        return Filing(day, f"{known[day]} of {size} entries are stored under {day}")
    if declared is None or declared == slot.listing_day:
        return Filing(slot.listing_day, f"first seen in the slot of {slot.listing_day}")
    if declared > slot.listing_day:
        return _unplanned(declared, slot, now, over)
    if built_at is None or abs(slot_at(built_at).listing_day - declared) > _PLAUSIBLE:
        return _undated(declared, slot, over)
    return _built(declared, slot_at(min(built_at, now)), over)


def _unplanned(declared: date, slot: Slot, now: datetime, over: Collection[date]) -> Filing:
    today = now.astimezone(NEW_YORK).date()
    if slot.listing_day in over and declared <= today:
        return Filing(declared, f"an unplanned announcement, dated {declared}")
    return Filing(slot.listing_day, f"first seen in the slot of {slot.listing_day}, dated {declared}")


def _built(declared: date, slot: Slot, over: Collection[date]) -> Filing:
    """A batch that was built when `slot` was the newest."""
    if declared > slot.listing_day and slot.listing_day in over:
        return Filing(declared, f"an unplanned announcement, dated {declared}")
    return Filing(slot.listing_day, f"built after the announcement of {slot.listing_day}, dated {declared}")


def _undated(declared: date, slot: Slot, over: Collection[date]) -> Filing:
    """A batch that does not say, or not plausibly, when it was built."""
    older = listing_day_on(declared)
    if older in over:
        return Filing(slot.listing_day, f"new entries, although the feed is dated {declared}")
    return Filing(older, f"the feed is dated {declared} and nothing of that day was stored")


def _at_slot_time(day: date) -> datetime:
    return datetime.combine(day, SLOT_TIME, NEW_YORK).astimezone(UTC)
