"""When a category is to be asked again, and how far its newest day can be trusted: pure decisions over what was
seen and the announcement calendar."""

from __future__ import annotations

from collections.abc import Sequence
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


_NOTES = {
    Outcome.STORED: "As arXiv's feed had it; one more look will follow.",
    Outcome.UNCHANGED: "Looked at again: arXiv's feed held nothing more.",
    Outcome.NOT_MODIFIED: "Looked at again: arXiv's feed has not changed.",
    Outcome.TRUNCATED: "Incomplete: arXiv's feed stops at 2,000 entries, so new papers may be missing.",
    Outcome.STALE: "The newest day so far.",
    Outcome.EMPTY: "The newest day so far.",
}
_TROUBLE = frozenset({Outcome.COOLING, Outcome.REFUSED, Outcome.FAILED})


def note(state: PollState | None) -> str:
    """One plain sentence on a category's newest day, for its page."""
    if state is None:
        return "Not asked for yet."
    said = _NOTES.get(state.outcome, "")
    if state.outcome in _TROUBLE:
        said = f"The last look brought nothing ({state.outcome})."
    elif state.outcome in (Outcome.STALE, Outcome.EMPTY):
        said += f" {state.reason[:1].upper()}{state.reason[1:]}."
    return said


def merged_note(states: Sequence[PollState | None], day: date) -> str:
    """One plain sentence on the newest day of all followed categories together."""
    there = sum(state is not None and state.day is not None and state.day >= day for state in states)
    if there == len(states):
        return "All followed categories are in."
    return f"{there} of {len(states)} followed categories are in so far."
