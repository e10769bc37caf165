"""When a category is asked again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.announce import slot_after, slot_at
from aggregator.ledger import is_due, next_try
from aggregator.models import Outcome, PollState
from aggregator.settings import ScheduleSettings

SCHEDULE = ScheduleSettings(delay=1200, every=1800, window=36_000)
SLOT = slot_at(datetime(2026, 5, 5, 12, tzinfo=UTC))  # Monday 20:00 New York makes Tuesday
TUESDAY = date(2026, 5, 5)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2036, 12, 31), timezones=st.just(UTC))


def after_slot(**delta: float) -> datetime:
    return SLOT.announced_at + timedelta(**delta)


def test_a_category_never_asked_is_due() -> None:
    assert is_due(None, SLOT.announced_at)


def test_a_category_is_due_from_its_next_try_on() -> None:
    state = PollState("cs.AI", SLOT.announced_at, Outcome.EMPTY, "", None, after_slot(hours=1))
    assert not is_due(state, after_slot(minutes=59))
    assert is_due(state, after_slot(hours=1))


@pytest.mark.parametrize(
    "outcome", [Outcome.EMPTY, Outcome.STALE, Outcome.FAILED, Outcome.REFUSED, Outcome.STORED]
)
def test_inside_the_window_an_open_day_is_asked_for_again(outcome: Outcome) -> None:
    """A stored day too: a batch can come in parts, so one more look settles it."""
    assert next_try(outcome, TUESDAY, after_slot(hours=2), SCHEDULE) == after_slot(hours=2.5)


def test_a_day_found_twice_is_settled_until_the_next_slot() -> None:
    now = after_slot(hours=2)
    assert next_try(Outcome.UNCHANGED, TUESDAY, now, SCHEDULE) == slot_after(now).announced_at + timedelta(
        seconds=1200
    )


def test_an_older_day_found_again_settles_nothing() -> None:
    now = after_slot(hours=2)
    assert next_try(Outcome.UNCHANGED, date(2026, 5, 4), now, SCHEDULE) == after_slot(hours=2.5)


def test_right_after_the_slot_the_delay_is_kept() -> None:
    """arXiv's staff ask not to come at 20:00 sharp."""
    schedule = ScheduleSettings(delay=1200, every=60, window=36_000)
    assert next_try(Outcome.EMPTY, None, after_slot(seconds=1), schedule) == after_slot(seconds=1200)


@given(MOMENTS, st.sampled_from(Outcome), st.dates(date(2025, 1, 1), date(2037, 1, 1)) | st.none())
def test_the_next_try_lies_ahead_and_never_beyond_the_next_slot(
    now: datetime, outcome: Outcome, day: date | None
) -> None:
    coming = next_try(outcome, day, now, SCHEDULE)
    assert now < coming <= slot_after(now).announced_at + timedelta(seconds=SCHEDULE.delay)
