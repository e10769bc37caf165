"""Days gathered into weeks, months and years."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.gather import parts, split, summed
from aggregator.models import DayLink, Kind, Span, period_of

DAYS = st.dates(date(1991, 1, 1), date(2099, 12, 31))


def links(*sizes: int) -> list[DayLink]:
    return [DayLink(date(2024, 3, 1) + timedelta(days=n), {Kind.NEW: size}) for n, size in enumerate(sizes)]


def size(link: DayLink) -> int:
    return link.counts[Kind.NEW]


@pytest.mark.parametrize(
    ("span", "day", "name"),
    [
        (Span.WEEK, date(2024, 3, 26), "2024-W13"),
        (Span.WEEK, date(2024, 12, 31), "2025-W01"),
        (Span.WEEK, date(2027, 1, 1), "2026-W53"),
        (Span.MONTH, date(2024, 2, 29), "2024-02"),
        (Span.YEAR, date(2024, 2, 29), "2024"),
    ],
)
def test_periods_have_iso_names(span: Span, day: date, name: str) -> None:
    assert period_of(span, day).name == name


@given(DAYS, st.sampled_from(Span))
def test_a_period_holds_its_day_and_is_that_of_its_ends(day: date, span: Span) -> None:
    period = period_of(span, day)
    assert period.holds(day)
    assert period_of(span, period.first) == period_of(span, period.last) == period


@given(st.lists(st.integers(0, 50), max_size=12), st.integers(1, 60))
def test_parts_are_whole_days_in_order_and_within_the_limit(sizes: list[int], limit: int) -> None:
    days = links(*sizes)
    made = list(parts(days, size, limit))
    assert [link for part in made for link in part] == days
    assert all(len(part) == 1 or sum(map(size, part)) <= limit for part in made)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=12), st.integers(1, 60))
def test_a_new_day_changes_no_part_but_the_last(sizes: list[int], limit: int) -> None:
    before, after = (list(parts(links(*more), size, limit)) for more in (sizes, [*sizes, 7]))
    assert after[: len(before) - 1] == before[:-1]


def test_a_year_is_one_page_and_a_month_is_split_by_its_new_papers() -> None:
    days = tuple(links(600, 600, 600))
    assert [len(page) for page in split(Span.YEAR, days)] == [3]
    assert [len(page) for page in split(Span.MONTH, days)] == [1, 1, 1]
    old = tuple(DayLink(link.day, {Kind.REPLACE: 600}) for link in days)
    assert [len(page) for page in split(Span.MONTH, old)] == [3]
    assert [len(page) for page in split(Span.WEEK, old)] == [1, 1, 1]


def test_volumes_are_summed_by_day() -> None:
    first, second = date(2024, 3, 1), date(2024, 3, 4)
    assert summed([{first: 2}, {first: 3, second: 1}]) == {first: 5, second: 1}
