"""What the simulated arXiv is to do: which categories, which days, how much, and how it misbehaves.

A `Script` is pure description; `truth.Truth` plays it. The calendar follows arXiv's help page "Availability of
submissions": announcements at 20:00 New York, Sunday to Thursday, listed under the next day; what was submitted
by 14:00 is in it. It is worked out here once more, apart from the program's own, so that the two can disagree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from aggregator.announce import NEW_YORK
from aggregator.holidays import HOLIDAYS

ONE_DAY = timedelta(days=1)


# ── how arXiv itself departs from its calendar ──


@dataclass(frozen=True, slots=True)
class Skipped:
    """Nothing is announced for listing day `day`; its papers come with the next announcement."""

    day: date


@dataclass(frozen=True, slots=True)
class Unplanned:
    """There is an announcement for `day`, although it is a holiday or a weekend."""

    day: date


@dataclass(frozen=True, slots=True)
class Volume:
    """`announcements` instead of the usual number for listing day `day`."""

    day: date
    announcements: int


# ── how a feed departs from what was announced; `category` "*" means every feed ──


@dataclass(frozen=True, slots=True)
class Stale:
    """The feed of `day` keeps the batch before, under a fresh date when `redated`."""

    day: date
    category: str = "*"
    redated: bool = False


@dataclass(frozen=True, slots=True)
class Late:
    """The feed of `day` comes `hours` after midnight (before it, when negative); until then the old one stays."""

    day: date
    hours: float
    category: str = "*"


@dataclass(frozen=True, slots=True)
class Partial:
    """At midnight the feed of `day` holds the first `share` of its batch only; the rest follows `hours` later."""

    day: date
    category: str = "*"
    share: float = 0.5
    hours: float = 2.0


@dataclass(frozen=True, slots=True)
class Empty:
    """The feed of `day` holds nothing, for `hours`, or all day when None."""

    day: date
    category: str = "*"
    hours: float | None = None


@dataclass(frozen=True, slots=True)
class Behind:
    """The feed of `day` declares the day before."""

    day: date
    category: str = "*"


CalendarSwitch = Skipped | Unplanned | Volume
FeedSwitch = Stale | Late | Partial | Empty | Behind


@dataclass(frozen=True, slots=True)
class Script:
    """`days` calendar days from `first_day`, with exactly `announcements` in `categories` each listing day.

    `categories` are canonical names. A paper counts once for each of them that announces it; what other
    categories announce of the same papers comes on top. The same script gives the same arXiv, byte for byte.
    """

    categories: tuple[str, ...]
    first_day: date
    days: int = 7
    announcements: int = 60
    seed: int = 1
    switches: tuple[CalendarSwitch | FeedSwitch, ...] = ()
    holidays: frozenset[date] = HOLIDAYS

    def calendar(self) -> Iterator[date]:
        """Every day of the script, in order."""
        return (self.first_day + n * ONE_DAY for n in range(self.days))

    def due(self, day: date) -> bool:
        """Whether arXiv's calendar plans an announcement for `day`, made from what closed on its day before."""
        closed = day - (3 if day.weekday() == 0 else 1) * ONE_DAY  # a Friday's papers are announced on Sunday
        return day.weekday() < 5 and closed not in self.holidays

    def announces(self, day: date) -> bool:
        """Whether there is an announcement for `day`, planned or not."""
        if self.switched(Unplanned, day):
            return True
        return self.due(day) and not self.switched(Skipped, day)

    def volume(self, day: date) -> int:
        """Announcements in `categories` that `day` adds to what is waiting; 0 on a day that plans none."""
        for switch in self.switches:
            if isinstance(switch, Volume) and switch.day == day:
                return switch.announcements
        return self.announcements if self.due(day) or self.switched(Unplanned, day) else 0

    def switched(self, kind: type[Skipped] | type[Unplanned], day: date) -> bool:
        """Whether a calendar switch of `kind` is set for `day`."""
        return any(isinstance(switch, kind) and switch.day == day for switch in self.switches)

    def feed_switch(self, day: date, category: str) -> FeedSwitch | None:
        """How the feed of `category` misbehaves on `day`; one switch for that category beats one for all."""
        found: FeedSwitch | None = None
        for switch in self.switches:
            if not isinstance(switch, CalendarSwitch) and switch.day == day:
                if switch.category == category:
                    return switch
                found = switch if switch.category == "*" else found
        return found


def new_york(day: date, hour: int = 0) -> datetime:
    """`hour` o'clock in New York on `day`, as UTC."""
    return datetime.combine(day, time(hour), NEW_YORK).astimezone(UTC)


def announced_at(day: date) -> datetime:
    """When what is listed under `day` is announced: 20:00 New York the evening before."""
    return new_york(day - ONE_DAY, 20)


def submissions(day: date) -> tuple[datetime, datetime]:
    """From when to when (14:00 New York) the submissions of listing day `day` came in."""
    evening = day - ONE_DAY
    back = {6: 2, 5: 1}.get(evening.weekday(), 0)  # what is announced on Sunday was closed on Friday
    end = evening - back * ONE_DAY
    begin = end - (3 * ONE_DAY if end.weekday() == 0 else ONE_DAY)
    return new_york(begin, 14), new_york(end, 14)
