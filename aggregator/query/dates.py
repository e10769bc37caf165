"""Days, months and years in a question, and the month that an identifier tells."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from aggregator.errors import QueryError
from aggregator.models import say

FIRST = date(1986, 1, 1)  # the oldest papers in arXiv
LAST = date(2106, 12, 31)  # an identifier of two digits means nothing beyond
_DAY = re.compile(r"([12][0-9]{3})(?:-([0-9]{1,2}))?(?:-([0-9]{1,2}))?")
_YEARS = re.compile(r"([0-9]{4})?(?:(-|\.\.)([0-9]{4})?)?")
_ID = re.compile(r"(?:.*/)?([0-9]{2})(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Span:
    """From `first` to `last` day, both included."""

    first: date = FIRST
    last: date = LAST


def span_of(text: str) -> Span:
    """The days of "2024", "2024-05" or "2024-05-17". Raises QueryError, without its place."""
    found = _DAY.fullmatch(text)
    if found is None:
        raise QueryError(say("Write a date as 2024, 2024-05 or 2024-05-17."))
    year, month, day = (int(part) if part else 0 for part in found.groups())
    try:
        first = date(year, month or 1, day or 1)
    except ValueError:
        raise QueryError(say("{text} is not a day of the calendar.", text=text)) from None
    if day:
        return Span(first, first)
    month = month or 12
    return Span(first, date(year, month, calendar.monthrange(year, month)[1]))


def years(text: str) -> Span:
    """The days of "2024", "2020-2024", "2020.." or "..2024". Raises QueryError, without its place."""
    found = _YEARS.fullmatch(text)
    if found is None or not (found[1] or found[3]):
        raise QueryError(say("Write a year as 2024, 2020-2024, 2020- or -2024."))
    start = int(found[1]) if found[1] else FIRST.year
    end = int(found[3]) if found[3] else LAST.year if found[2] else start
    if not (1000 <= start <= 9999 and 1000 <= end <= 9999):
        raise QueryError(say("Write a year with four digits."))
    if start > end:
        raise QueryError(say("The first year is after the second."))
    return Span(date(start, 1, 1), date(end, 12, 31))


def month_of_id(arxiv_id: str) -> date:
    """The first day of the month in which the identifier was given: both forms begin with YYMM."""
    found = _ID.match(arxiv_id)
    if found is None:
        return FIRST
    year = int(found[1])
    return date(year + (1900 if year > 90 else 2000), int(found[2]), 1)
