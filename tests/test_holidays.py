"""The days without an announcement, against what arXiv's help page said of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from aggregator.announce import is_quiet
from aggregator.holidays import announces_on, is_holiday


@pytest.mark.parametrize(
    ("listing", "quiet"),
    [
        ("2026-11-26", False),  # Thanksgiving itself was announced on Wednesday evening
        ("2026-11-27", True),
        ("2026-11-30", False),
        ("2026-12-25", False),
        ("2026-12-28", True),  # Christmas is a Friday: nothing was closed for Sunday evening
        ("2026-12-30", True),
        ("2027-01-01", True),
        ("2025-07-07", True),  # arXiv named that evening itself: "Sun 6 July"
        ("2026-05-09", True),  # a weekend
        ("2026-05-11", False),
    ],
)
def test_the_listing_day_after_a_holiday_does_not_exist(listing: str, quiet: bool) -> None:
    assert is_quiet(date.fromisoformat(listing)) is quiet


@pytest.mark.parametrize(
    ("day", "holiday"),
    [
        ("2016-01-18", False),  # Martin Luther King Day came into arXiv's list later
        ("2019-01-21", True),
        ("2020-06-09", True),  # a strike
        ("1999-11-25", True),  # before the lists: Thanksgiving, by rule
        ("1999-09-06", False),
        ("2003-12-26", True),  # the year whose list we have in part
        ("2028-06-19", True),  # after them: by rule
        ("2027-12-31", True),  # for the New Year after it, a Saturday
        ("2033-12-31", False),  # that year's last day is a Saturday itself
        ("2027-07-05", True),  # Independence Day is a Sunday
    ],
)
def test_a_year_has_its_list_or_a_rule(day: str, holiday: bool) -> None:
    assert is_holiday(date.fromisoformat(day)) is holiday


def test_every_year_has_a_few() -> None:
    for year in range(1991, 2041):
        days = (date(year, 1, 1) + timedelta(n) for n in range(365))
        assert 2 <= sum(is_holiday(day) and day.weekday() < 5 for day in days) <= 12
    assert not any(announces_on(date(2026, 5, day)) for day in (8, 9))
