"""Which listing days a build looks at: a decision about stamps, old and new."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from aggregator.models import DayStamp

MONTH = 31  # days
# Names in the manifest that are no pages: who made them, and of what each day was made.
RENDERER = ".renderer"
DAY = ".day/"


class Calendar:
    """The listing days that have pages, merged and of each category; `days` reads a category's, oldest first."""

    def __init__(self, merged: Iterable[date], days: Callable[[str], Sequence[date]]) -> None:
        self.merged = tuple(sorted(merged))
        self._days = cache(days)

    def of(self, category: str | None) -> Sequence[date]:
        """Oldest first; `category` None means merged."""
        return self.merged if category is None else self._days(category)

    def newest(self, category: str | None) -> date | None:
        days = self.of(category)
        return days[-1] if days else None

    def has(self, category: str | None, day: date) -> bool:
        days = self.of(category)
        place = bisect_left(days, day)
        return place < len(days) and days[place] == day

    def within(self, category: str | None, first: date, last: date) -> Sequence[date]:
        """The category's days from `first` to `last`, oldest first."""
        days = self.of(category)
        return days[bisect_left(days, first) : bisect_right(days, last)]

    def around(self, category: str | None, day: date) -> tuple[date | None, date | None]:
        """The days before and after one of the category's days."""
        days = self.of(category)
        place = bisect_left(days, day)
        before = days[place - 1] if place else None
        after = place + (place < len(days) and days[place] == day)
        return before, days[after] if after < len(days) else None


@dataclass(frozen=True, slots=True)
class Scope:
    """What a build looks at.

    `days` are all listing days that have pages, oldest first. Rows of the `changed` ones changed; of the `nearby`
    ones only links or words may have. The days that `left` have pages no more. A `whole` build looks at everything.
    """

    days: tuple[date, ...]
    changed: frozenset[date]
    nearby: frozenset[date]
    left: tuple[date, ...]
    whole: bool
    stamps: Mapping[str, str]  # for the manifest, when all is done

    @property
    def looked_at(self) -> list[date]:
        """The days whose lists are asked about, oldest first."""
        return [day for day in self.days if self.whole or day in self.changed or day in self.nearby]


def in_range(stamps: Mapping[date, DayStamp], days: int) -> dict[date, DayStamp]:
    """The days that have pages, of `stamps` of at least `days` + MONTH days, newest first: the newest ones, and all
    of the month of the oldest of them, so that calendars change only when a month goes."""
    known = list(stamps)
    if len(known) <= days:
        return dict(stamps)
    oldest = known[days - 1].replace(day=1)
    return {day: stamp for day, stamp in stamps.items() if day >= oldest}


def decide(
    now: Mapping[date, DayStamp],
    then: Mapping[str, str],
    calendar: Calendar,
    categories: Sequence[str],
    *,
    renderer: str,
    thorough: bool,
) -> Scope:
    """The scope, from the stamps of days `now` and those that the manifest kept `then`."""
    stamps = {f"{DAY}{day}": str(stamp) for day, stamp in now.items()} | {RENDERER: renderer}
    whole = thorough or then.get(RENDERER) != renderer
    left = sorted(then.keys() - stamps.keys())
    changed = [day for day in now if then.get(f"{DAY}{day}") != stamps[f"{DAY}{day}"]]
    gone = tuple(date.fromisoformat(name.removeprefix(DAY)) for name in left if name.startswith(DAY))
    return Scope(
        days=calendar.merged,
        changed=frozenset(changed),
        nearby=frozenset(_nearby(now, changed, bool(gone), calendar, (None, *categories))),
        left=() if whole else gone,
        whole=whole,
        stamps=stamps,
    )


def _nearby(
    now: Mapping[date, DayStamp],
    changed: Sequence[date],
    moved: bool,
    calendar: Calendar,
    categories: Sequence[str | None],
) -> Iterable[date]:
    """Days that link to a changed one, the ends of each list, and those whose words depend on the clock."""
    yield from (day for day, stamp in now.items() if stamp.open)
    for category in categories:
        days = calendar.of(category)
        yield from days[-1:]
        yield from days[:1] if moved else ()
        for day in changed:
            yield from filter(None, calendar.around(category, day))
