"""Weeks, months and years of listing days."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from aggregator.models.page import DayLink, Listed


class Span(StrEnum):
    """How long a period is. Weeks are those of ISO 8601: from Monday, named by the year of their Thursday."""

    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From the day `first` to the day `last`, both included."""

    first: date
    last: date
    span: Span

    @property
    def name(self) -> str:
        """ "2024-W13", "2024-03" or "2024"."""
        if self.span is Span.WEEK:
            year, week, _ = self.first.isocalendar()
            return f"{year}-W{week:02}"
        return f"{self.first:%Y-%m}" if self.span is Span.MONTH else f"{self.first:%Y}"

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


def period_of(span: Span, day: date) -> Period:
    """The period that holds `day`."""
    if span is Span.WEEK:
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=6), span)
    if span is Span.MONTH:
        return Period(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]), span)
    return Period(day.replace(month=1, day=1), day.replace(month=12, day=31), span)


@dataclass(frozen=True, slots=True)
class DayPapers:
    """A day's papers within a week; the first has the number `first` in it."""

    day: date
    papers: tuple[Listed, ...]
    first: int


@dataclass(frozen=True, slots=True)
class Titled:
    """A paper as a month lists it."""

    paper_id: str
    title_html: str


@dataclass(frozen=True, slots=True)
class Gathering:
    """The days of a period that have pages, oldest first, of one category or (None) of all followed ones.

    `parts` are the pages it is split into, whole days each; `previous` and `next` the neighbours with pages.
    """

    category: str | None
    period: Period
    days: tuple[DayLink, ...]
    parts: tuple[tuple[DayLink, ...], ...]
    previous: Period | None = None
    next: Period | None = None
