"""The days on which arXiv closes no list and announces nothing, beside weekends.

arXiv keeps one list (table `arXiv_holidays` of its published schema: "no freeze and no announcement"; its help page
"Availability of submissions" shows the current year). It names the day whose 14:00 deadline and 20:00 announcement
fall out, so that it is the *next* listing day that does not exist; a Friday's papers would be announced on Sunday, so
that a Friday takes the Sunday with it. Strikes, outages and meetings are in the list as well.

Years without a list follow a rule: before 2004 and after the newest list we keep.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

_DAY = timedelta(days=1)
_MONDAY, _THURSDAY, _FRIDAY, _SATURDAY, _SUNDAY = 0, 3, 4, 5, 6

_LISTED = """
    2003 12-25 12-26
    2004 01-01 01-02 11-25 12-24 12-28 12-30
    2005 11-24 12-27 12-29
    2006 11-23 12-25 12-26
    2007 01-01 11-22 12-24 12-25 12-31
    2008 01-01 07-04 11-27 12-25 12-26 12-29 12-31
    2009 01-01 07-08 11-26 12-25 12-28 12-29 12-31
    2010 01-01 11-25 12-27 12-28 12-30 12-31
    2011 11-24 12-26 12-27 12-28 12-30
    2012 01-02 11-22 12-24 12-25 12-27 12-28
    2013 01-01 11-28 12-25 12-26 12-31
    2014 01-01 11-27 12-25 12-26 12-31
    2015 01-01 11-26 12-25 12-29
    2016 01-01 11-24 12-26 12-28
    2017 03-14 11-13 11-23 12-25 12-27
    2018 01-01 03-26 09-03 11-22 12-24 12-25 12-27
    2019 01-01 01-21 09-02 11-07 11-28 12-25 12-26 12-30
    2020 01-01 01-20 06-09 11-26 12-25 12-29 12-30
    2021 01-01 10-20 11-25 12-24 12-28 12-30
    2022 01-17 06-20 09-05 11-24 12-27 12-29
    2023 01-16 06-14 06-19 07-04 08-17 09-04 11-23 12-25 12-27
    2024 01-15 05-22 06-19 07-04 09-02 10-08 11-28 12-25 12-26 12-31
    2025 01-01 01-20 06-19 07-04 09-01 11-27 12-25 12-30
    2026 01-01 01-19 06-19 07-03 09-07 11-26 12-25 12-29 12-31
"""
HOLIDAYS = frozenset(
    date.fromisoformat(f"{year}-{day}")
    for year, *days in map(str.split, _LISTED.strip().splitlines())
    for day in days
)
_YEARS = range(2004, max(HOLIDAYS).year + 1)  # whose list is whole


def is_holiday(day: date) -> bool:
    """Whether arXiv closes no list on this day: by its own list where we have that year's, else most likely."""
    return day in (HOLIDAYS if day.year in _YEARS else _by_rule(day.year))


def announces_on(evening: date) -> bool:
    """Whether arXiv plans an announcement for 20:00 New York of this day.

    Monday to Thursday unless it is a holiday, on Sunday unless the Friday before was one.
    """
    if evening.weekday() in (_FRIDAY, _SATURDAY):
        return False
    return not is_holiday(evening - 2 * _DAY if evening.weekday() == _SUNDAY else evening)


@lru_cache(maxsize=64)
def _by_rule(year: int) -> frozenset[date]:
    """New Year, Thanksgiving and Christmas; in our time also Martin Luther King Day, Juneteenth, Independence Day and
    Labor Day. What falls on a Saturday is kept on Friday, on a Sunday on Monday."""
    days = [_observed(year, 1, 1), _observed(year + 1, 1, 1)]  # the next one may be kept on 31 December
    days += [_observed(year, 12, 25), _nth(4, _THURSDAY, date(year, 11, 1))]
    if year > _YEARS[-1]:
        days += [_nth(3, _MONDAY, date(year, 1, 1)), _nth(1, _MONDAY, date(year, 9, 1))]
        days += [_observed(year, 6, 19), _observed(year, 7, 4)]
    return frozenset(days) | {day for day in HOLIDAYS if day.year == year}


def _nth(number: int, weekday: int, month: date) -> date:
    """The `number`th such weekday of the month that begins on `month`."""
    return month + ((weekday - month.weekday()) % 7 + 7 * (number - 1)) * _DAY


def _observed(year: int, month: int, of_month: int) -> date:
    day = date(year, month, of_month)
    return day + {_SATURDAY: -_DAY, _SUNDAY: _DAY}.get(day.weekday(), timedelta())
