"""When a category is to be asked again: pure decisions over what was seen and the announcement calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from aggregator.announce import slot_after, slot_at
from aggregator.models import Outcome, PollState
from aggregator.settings import ScheduleSettings


def is_due(state: PollState | None, now: datetime) -> bool:
    """Whether a category may be asked now: never asked, or its next try has come."""
    return state is None or state.next_try is None or now >= state.next_try


def next_try(outcome: Outcome, day: date | None, now: datetime, schedule: ScheduleSettings) -> datetime:
    """The moment of the next poll after one that came to `outcome`; `day` is the newest day stored.

    A day is settled when a second look found the same batch. Until then the category is asked again every
    `schedule.every` seconds inside the window after the slot; after it, the next slot is waited for.
    """
    slot = slot_at(now)
    opens = slot.announced_at + timedelta(seconds=schedule.delay)
    closes = opens + timedelta(seconds=schedule.window)
    again = max(opens, now + timedelta(seconds=schedule.every))
    if is_settled(outcome, day, slot.listing_day) or again > closes:
        return slot_after(now).announced_at + timedelta(seconds=schedule.delay)
    return again


def is_settled(outcome: Outcome, day: date | None, due: date) -> bool:
    """Whether `day`, the newest one stored, answers the listing day that is `due`."""
    return day is not None and day >= due and outcome in (Outcome.UNCHANGED, Outcome.NOT_MODIFIED)
