"""Which days must have a row, and when a category is asked again. Rows T1, T2, T7, T9, A26 of facts/faults.md."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.announce import NEW_YORK, slot_after, slot_at, slot_of
from aggregator.ledger import chance_of, expected_days, is_due, next_try, window_of, witness_span
from aggregator.models import LedgerRow, Outcome, PollState, State
from aggregator.settings import ScheduleSettings

SCHEDULE = ScheduleSettings(delay=1200, every=1800, window=36_000)
SLOT = slot_at(datetime(2026, 5, 5, 12, tzinfo=UTC))  # Monday 20:00 New York makes Tuesday
TUESDAY = date(2026, 5, 5)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2036, 12, 31), timezones=st.just(UTC))
CHANCES = st.floats(0, 1, exclude_max=True)
ROWS = st.none() | st.builds(
    LedgerRow,
    st.just("cs.AI"),
    st.dates(date(2026, 1, 1), date(2036, 12, 31)),
    st.sampled_from(State),
    seen_at=MOMENTS | st.none(),
    again_at=MOMENTS | st.none(),
    cut=st.booleans(),
)


def after_slot(**delta: float) -> datetime:
    return SLOT.announced_at + timedelta(**delta)


def row(state: State, **facts: object) -> LedgerRow:
    return LedgerRow("cs.AI", TUESDAY, state, **facts)  # type: ignore[arg-type]


CONFIRMED = row(State.CONFIRMED, seen_at=after_slot(hours=1))


def test_a_category_never_asked_is_due() -> None:
    assert is_due(None, SLOT.announced_at)


def test_a_category_is_due_from_its_next_try_on() -> None:
    state = PollState("cs.AI", SLOT.announced_at, Outcome.EMPTY, "", None, after_slot(hours=1))
    assert not is_due(state, after_slot(minutes=59))
    assert is_due(state, after_slot(hours=1))


@pytest.mark.parametrize(
    "state", [s for s in State if not s.startswith("confirmed") and s is not State.BACKFILLED]
)
def test_inside_the_window_an_open_day_is_asked_for_again(state: State) -> None:
    """A stored day too: a batch can come in parts."""
    assert next_try(row(state), after_slot(hours=2), SCHEDULE) == after_slot(hours=2.5)


def test_a_confirmed_day_waits_for_the_next_slot() -> None:
    now = after_slot(hours=2)
    coming = slot_after(now).announced_at + timedelta(seconds=1200)
    assert next_try(CONFIRMED, now, SCHEDULE) == coming
    assert next_try(row(State.CONFIRMED_EMPTY), now, SCHEDULE) == coming


def test_a_day_that_only_the_witness_knows_is_still_asked_for() -> None:
    """The witness does not say what was cross-listed or replaced."""
    now = after_slot(hours=2)
    assert next_try(row(State.BACKFILLED), now, SCHEDULE) == after_slot(hours=2.5)
    assert next_try(row(State.BACKFILLED, seen_at=now), now, SCHEDULE) > after_slot(hours=12)


def test_the_witness_is_asked_again_when_the_feed_showed_more_after_it_spoke() -> None:
    now = after_slot(hours=20)
    early, late = after_slot(hours=5), after_slot(hours=8)
    grown = row(State.SEEN, seen_at=late, witnessed_at=early, again_at=early, ended_at=late)
    assert witness_span([grown], now) is not None
    assert witness_span([replace(grown, witnessed_at=now)], now) is None
    assert witness_span([replace(grown, state=State.CONFIRMED)], now) is None


def test_the_witness_is_asked_again_when_its_harvest_was_killed_and_papers_are_missing() -> None:
    now, spoke = after_slot(hours=20), after_slot(hours=5)
    torn = row(State.SUSPECT, seen_at=spoke, witnessed_at=spoke, again_at=spoke, missing=342, known=900)
    assert witness_span([torn], now) is not None
    assert (
        witness_span([replace(torn, witnessed_at=spoke + timedelta(days=100))], now + timedelta(days=101))
        is None
    )


def test_a_feed_that_was_cut_twice_is_not_asked_a_third_time() -> None:
    facts = {"cut": True, "seen_at": after_slot(hours=1)}
    now = after_slot(hours=2)
    assert next_try(row(State.SUSPECT, **facts), now, SCHEDULE) == after_slot(hours=2.5)
    assert next_try(row(State.SUSPECT, again_at=now, **facts), now, SCHEDULE) > after_slot(hours=12)


def test_looks_grow_rarer_while_the_window_is_open() -> None:
    now, waits = after_slot(seconds=1200), []
    while (coming := next_try(None, now, SCHEDULE)) < slot_after(SLOT.announced_at).announced_at:
        waits.append((coming - now).total_seconds())
        now = coming
    assert waits == sorted(waits)
    assert waits[0] == 1800
    assert waits[-1] > 4000
    assert now <= after_slot(seconds=1200 + 36_000)


def test_A5_a_settled_friday_leaves_one_look_a_day_until_sunday() -> None:
    """arXiv has announced outside its calendar; the calendar stops no fetch."""
    friday = slot_of(date(2026, 5, 8))
    settled = replace(CONFIRMED, day=friday.listing_day)
    now = friday.announced_at + timedelta(hours=1)
    first = next_try(settled, now, SCHEDULE)
    second = next_try(settled, first, SCHEDULE)
    third = next_try(settled, second, SCHEDULE)
    assert (first - now, second - first) == (timedelta(hours=24), timedelta(hours=24))
    assert third == window_of(slot_after(now), SCHEDULE).opens


def test_right_after_the_slot_the_delay_is_kept() -> None:
    """arXiv's staff ask not to come at 20:00 sharp."""
    schedule = ScheduleSettings(delay=1200, every=60, window=36_000)
    assert next_try(None, after_slot(seconds=1), schedule) == after_slot(seconds=1200)


def test_installations_spread_over_a_quarter_of_an_hour() -> None:
    chances = [chance_of(f"someone{number}@example.org") for number in range(200)]
    assert chances == [chance_of(f"someone{number}@example.org") for number in range(200)]
    opens = [window_of(SLOT, SCHEDULE, chance).opens - after_slot(seconds=1200) for chance in chances]
    assert all(timedelta(0) <= late < timedelta(minutes=15) for late in opens)
    assert max(opens) - min(opens) > timedelta(minutes=14)


@settings(deadline=None)
@given(MOMENTS, ROWS, CHANCES)
def test_T1_T2_the_next_try_lies_ahead_and_never_beyond_the_opening_of_the_next_slot(
    now: datetime, row: LedgerRow | None, chance: float
) -> None:
    coming = next_try(row, now, SCHEDULE, chance)
    assert now < coming <= window_of(slot_after(now), SCHEDULE, chance).opens
    assert coming - now <= timedelta(hours=24, minutes=36)


@settings(deadline=None)
@given(MOMENTS, ROWS, CHANCES)
def test_no_try_falls_between_eight_and_the_end_of_the_delay(
    now: datetime, row: LedgerRow | None, chance: float
) -> None:
    local = next_try(row, now, SCHEDULE, chance).astimezone(NEW_YORK)
    assert not (local.hour == 20 and local.minute < 20)


@settings(deadline=None)
@given(MOMENTS, ROWS, CHANCES, st.integers(-12, 14))
def test_T7_the_host_s_zone_changes_nothing(
    now: datetime, row: LedgerRow | None, chance: float, hours: int
) -> None:
    there = now.astimezone(timezone(timedelta(hours=hours)))
    assert next_try(row, there, SCHEDULE, chance) == next_try(row, now, SCHEDULE, chance)


def test_T1_T9_every_slot_of_eleven_years_opens_exactly_one_day() -> None:
    """Across 22 clock changes, three leap days and eleven year ends: looking a day later each time."""
    now, known = datetime(2026, 1, 1, 12, tzinfo=UTC), date(2025, 12, 31)
    found: list[date] = []
    while now.year < 2037:
        found += expected_days(known, now)
        known = found[-1]
        now += timedelta(hours=23)
    weekdays = [
        day
        for number in range(date(2026, 1, 1).toordinal(), found[-1].toordinal() + 1)
        if (day := date.fromordinal(number)).weekday() < 5
    ]
    assert found == weekdays


@settings(deadline=None)
@given(MOMENTS, st.integers(0, 70))
def test_A26_after_a_silence_every_day_of_it_must_have_a_row(now: datetime, silent: int) -> None:
    newest = slot_at(now - timedelta(days=silent)).listing_day
    days = expected_days(newest, now)
    assert list(days) == sorted(set(days))
    assert all(newest < day <= slot_at(now).listing_day and day.weekday() < 5 for day in days)
    assert not days or days[-1] == slot_at(now).listing_day
    assert len(days) >= silent * 5 // 7 - 1


def test_a_category_without_a_past_begins_with_the_newest_day() -> None:
    assert expected_days(None, after_slot(hours=1)) == (TUESDAY,)
    assert expected_days(TUESDAY, after_slot(hours=1)) == ()


def test_T4_a_clock_that_goes_back_expects_nothing() -> None:
    assert expected_days(TUESDAY, after_slot(days=-3)) == ()
