"""The listing day that a paper of the past most likely had, from the moment its first version was submitted.

Nobody can look it up: arXiv's records tell when a version was submitted, not when it was announced. The rule is that
of the help page "Availability of submissions": what came in by the deadline is announced that evening, Sunday to
Thursday, and listed under the next day. What is approximated:

- the deadline was 16:00 New York until the end of 2016 and is 14:00 since; the years before 2000 are treated the same;
- holidays of past years follow a rule (below); arXiv's free days around the turn of the year differed each year;
- moderation holds some papers for days, and skipped announcements happened: neither leaves a trace.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from functools import lru_cache

from aggregator.announce import HOLIDAYS, NEW_YORK
from aggregator.models import Version

_LATER_DEADLINE = time(16, 0)  # New York; until the end of 2016
_DEADLINE = time(14, 0)
_DEADLINE_MOVED = date(2017, 1, 1)
_KNOWN = frozenset(day.year for day in HOLIDAYS)  # years whose list arXiv published and we keep
_DAY = timedelta(days=1)
_MONDAY, _THURSDAY, _FRIDAY = 0, 3, 4


def listing_day(first: Version) -> date:
    """The listing day of a paper whose first version is `first`, by the calendar of its time."""
    local = first.submitted.astimezone(NEW_YORK)
    day = local.date()
    deadline = _DEADLINE if day >= _DEADLINE_MOVED else _LATER_DEADLINE
    return _listed_after(day if local.time() < deadline else day + _DAY)


@lru_cache(maxsize=4096)  # days come again and again
def _listed_after(closes: date) -> date:
    """The listing day of what came in before the deadline of `closes`.

    A Friday's is announced on Sunday for Monday; a weekend's waits for Monday evening.
    """
    if closes.weekday() > _FRIDAY:
        closes += (7 - closes.weekday()) * _DAY
    day = closes + (3 * _DAY if closes.weekday() == _FRIDAY else _DAY)
    while day.weekday() > _FRIDAY or is_holiday(day - _DAY):  # announced on the evening before
        day += _DAY
    return day


def is_holiday(day: date) -> bool:
    """Whether arXiv most likely announced nothing on the evening of this day, so that the next one was not listed: by
    its list where we have that year's, else by rule. (Records of Thanksgiving 2008 show that evenings are meant.)"""
    if day.year in _KNOWN:
        return day in HOLIDAYS
    return day in _holidays(day.year)


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    """New Year, Martin Luther King Day, Independence Day, Labor Day, Thanksgiving and Christmas, since 2022 Juneteenth;
    what falls on a Saturday is kept on Friday, on a Sunday on Monday."""
    fixed = [date(year, 1, 1), date(year, 7, 4), date(year, 12, 25)]
    if year >= 2022:
        fixed.append(date(year, 6, 19))
    moving = [
        _nth(3, _MONDAY, date(year, 1, 1)),
        _nth(1, _MONDAY, date(year, 9, 1)),
        _nth(4, _THURSDAY, date(year, 11, 1)),
    ]
    return frozenset([*map(_observed, fixed), *moving])


def _nth(number: int, weekday: int, month: date) -> date:
    """The `number`th such weekday of the month that begins on `month`."""
    return month + ((weekday - month.weekday()) % 7 + 7 * (number - 1)) * _DAY


def _observed(day: date) -> date:
    return day + {5: -_DAY, 6: _DAY}.get(day.weekday(), timedelta())
