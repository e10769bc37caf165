"""The announcement calendar and the filing of batches."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.announce import NEW_YORK, file_batch, listing_day_on, silence, slot_after, slot_at, slot_of

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2036, 12, 31), timezones=st.just(UTC))
TUESDAY, WEDNESDAY = date(2026, 5, 5), date(2026, 5, 6)


def new_york(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "listing_day"),
    [
        ("2026-05-03 19:59", "2026-05-01"),  # Sunday, before the slot: still Friday's
        ("2026-05-03 20:00", "2026-05-04"),  # Sunday's slot makes Monday
        ("2026-05-04 20:05", "2026-05-05"),
        ("2026-05-05 00:00", "2026-05-05"),
        ("2026-05-07 20:30", "2026-05-08"),  # Thursday's slot makes Friday
        ("2026-05-08 21:00", "2026-05-08"),  # no slot on Friday
        ("2026-05-09 12:00", "2026-05-08"),
        ("2026-12-31 20:00", "2027-01-01"),
        ("2028-02-28 20:00", "2028-02-29"),
    ],
)
def test_the_newest_slot_names_the_listing_day(moment: str, listing_day: str) -> None:
    assert slot_at(new_york(moment)).listing_day == date.fromisoformat(listing_day)


@given(MOMENTS)
def test_a_moment_lies_between_its_slot_and_the_next(moment: datetime) -> None:
    before, after = slot_at(moment), slot_after(moment)
    assert before.announced_at <= moment < after.announced_at
    assert before.listing_day < after.listing_day
    assert after.announced_at - before.announced_at <= timedelta(days=3, hours=1)


@given(MOMENTS)
def test_slots_are_at_eight_in_new_york_all_year(moment: datetime) -> None:
    local = slot_at(moment).announced_at.astimezone(NEW_YORK)
    assert (local.hour, local.minute) == (20, 0)
    assert local.weekday() in (6, 0, 1, 2, 3)


@given(MOMENTS)
def test_no_listing_day_is_skipped_or_repeated(moment: datetime) -> None:
    """Also across both clock changes: the slot after a slot makes the next Monday to Friday."""
    slot = slot_at(moment)
    step = 3 if slot.listing_day.weekday() == 4 else 1
    assert slot_after(moment) == slot_of(slot.listing_day + timedelta(days=step))


def test_a_weekend_day_belongs_to_the_friday_before() -> None:
    assert [listing_day_on(date(2026, 5, d)) for d in (8, 9, 10, 11)] == [
        date(2026, 5, 8),
        date(2026, 5, 8),
        date(2026, 5, 8),
        date(2026, 5, 11),
    ]


def test_silence_is_put_into_words() -> None:
    assert "weekend" in str(silence(date(2026, 5, 9)))
    assert "holiday" in str(silence(date(2026, 11, 27)))
    assert str(silence(TUESDAY)) == "arXiv has not announced"


def filed(now: str, **facts: object) -> date:
    given_facts = {"declared": None, "built_at": None, "size": 100, "known": {}, "over": ()} | facts
    return file_batch(now=new_york(now), **given_facts).day  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "seen", ["2026-05-04 20:05", "2026-05-04 22:30", "2026-05-05 00:00:14", "2026-05-05 03:00"]
)
@pytest.mark.parametrize("dated", [date(2026, 5, 4), TUESDAY])
def test_A6_A7_a_fresh_batch_takes_the_day_of_its_slot(seen: str, dated: date) -> None:
    """Whenever it appears after the slot, and also when its pubDate lags one day behind."""
    assert filed(seen, declared=dated, built_at=new_york(seen)) == TUESDAY
    assert filed(seen, declared=dated, over={date(2026, 5, 4)}) == TUESDAY


def test_an_old_batch_of_which_nothing_is_stored_takes_the_day_it_declares() -> None:
    """The last chance: the daemon was off, and the next announcement has already come."""
    assert filed("2026-05-05 21:00", declared=TUESDAY, built_at=new_york("2026-05-05 00:00:03")) == TUESDAY
    assert filed("2026-11-23 12:00", declared=date(2024, 3, 26)) == date(2024, 3, 26)


def test_a_batch_that_is_half_known_stays_where_it_is() -> None:
    assert filed("2026-05-05 21:00", declared=TUESDAY, known={TUESDAY: 95}) == TUESDAY
    assert filed("2026-05-05 21:00", declared=WEDNESDAY, known={TUESDAY: 100}) == TUESDAY


def test_A8_a_few_stragglers_do_not_bind_the_rest() -> None:
    assert filed("2026-05-05 21:00", declared=WEDNESDAY, known={TUESDAY: 5}, over={TUESDAY}) == WEDNESDAY


def test_A5_an_unplanned_announcement_on_a_weekend_is_its_own_day() -> None:
    saturday, friday = date(2026, 5, 9), date(2026, 5, 8)
    assert filed("2026-05-09 09:00", declared=saturday, over={friday}) == saturday
    assert filed("2026-05-09 09:00", declared=saturday) == friday


def test_A5_and_stays_so_when_it_is_first_seen_after_the_next_announcement() -> None:
    saturday, friday, monday = date(2026, 5, 9), date(2026, 5, 8), date(2026, 5, 11)
    built_at = new_york("2026-05-09 00:00:03")
    assert filed("2026-05-10 23:30", declared=saturday, built_at=built_at, over={friday}) == saturday
    assert filed("2026-05-10 23:30", declared=saturday, built_at=built_at) == friday
    behind = {"declared": date(2026, 5, 10), "built_at": new_york("2026-05-11 00:00:03")}
    assert filed("2026-05-11 21:00", **behind, over={friday}) == monday


def test_a_moment_of_building_that_cannot_be_is_not_believed() -> None:
    for built_at in (new_york("2020-05-05 00:00"), new_york("2031-05-05 00:00")):
        assert filed("2026-05-05 21:00", declared=TUESDAY, built_at=built_at) == TUESDAY
        assert filed("2026-05-05 21:00", declared=TUESDAY, built_at=built_at, over={TUESDAY}) == WEDNESDAY


def test_a_date_in_the_future_is_not_believed() -> None:
    assert filed("2026-05-05 09:00", declared=date(2031, 1, 1), over={TUESDAY}) == TUESDAY
