"""Days gathered into weeks, months and years: how a period is split into pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from aggregator.models import DayLink, Kind, Span

WEEK_PART = 600  # papers on one page of a week; a day is never split
WEEK_FEED = 5  # listing days in the feed of a week
MONTH_PART = 1000  # titles on one page of a month


def parts(
    days: Iterable[DayLink], size: Callable[[DayLink], int], limit: int
) -> Iterator[tuple[DayLink, ...]]:
    """Whole days in order, as many to a part as fit `limit`, at least one."""
    part: list[DayLink] = []
    total = 0
    for link in days:
        if part and total + size(link) > limit:
            yield tuple(part)
            part, total = [], 0
        part.append(link)
        total += size(link)
    if part:
        yield tuple(part)


def summed(volumes: Iterable[Mapping[date, int]]) -> dict[date, int]:
    """The volume of all lists together."""
    found: Counter[date] = Counter()
    for volume in volumes:
        found.update(volume)
    return dict(found)


def split(span: Span, days: tuple[DayLink, ...]) -> tuple[tuple[DayLink, ...], ...]:
    """The pages of a period: whole days, about as many papers to a page as one can read."""
    if span is Span.WEEK:
        return tuple(parts(days, lambda link: sum(link.counts.values()), WEEK_PART))
    if span is Span.MONTH:
        return tuple(parts(days, lambda link: link.counts.get(Kind.NEW, 0), MONTH_PART))
    return (days,)
