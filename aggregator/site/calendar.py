"""Calendars: a month as a table of days, a year as a heat map, the newest days as a small chart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from aggregator.models import Message, say
from aggregator.site.speech import Speech

LEVELS = 4  # shades
CELL, STEP = 11, 13  # of the heat map, in its own units
LABELS = 16  # room for the names of months above it
BAR, PITCH, SPARK_HEIGHT = 2, 3, 20  # of the small chart
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of a calendar. `url` is empty for a day without a page; `here` marks the day that is shown."""

    number: int
    words: str
    count: int
    level: int
    url: str
    here: bool


@dataclass(frozen=True, slots=True)
class Month:
    """A month's weeks from Monday on; None stands where the days are another month's."""

    name: Markup
    weekdays: Sequence[Markup]
    weeks: Sequence[Sequence[Cell | None]]


@dataclass(frozen=True, slots=True)
class Heat:
    """A year of days in columns of weeks; `months` are the columns where each begins. `squares` are ready elements:
    a template would take ten times as long for some hundreds."""

    width: int
    height: int
    squares: Markup
    months: Sequence[tuple[int, str, str]]  # place, "2024-03", "Mar"


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month as the table below a heat map says it."""

    name: Markup
    url: str
    days: int
    papers: int


@dataclass(frozen=True, slots=True)
class Spark:
    """The small chart: one path of bars, the oldest day first."""

    width: int
    height: int
    path: str
    words: Message


def month(
    counts: Mapping[date, int],
    first: date,
    url_of: Callable[[date], str],
    speech: Speech,
    here: date | None = None,
) -> Month:
    """The month that begins on `first`; `counts` are the papers of the days that have pages."""
    top = max(counts.values(), default=0)
    start = first - first.weekday() * _DAY
    weeks: list[list[Cell | None]] = []
    while not weeks or (start.year, start.month) == (first.year, first.month):
        days = [start + n * _DAY for n in range(7)]
        weeks.append(
            [_cell(day, counts, top, url_of, here) if day.month == first.month else None for day in days]
        )
        start += 7 * _DAY
    weekdays = [speech.weekday(date(2024, 1, day)) for day in range(1, 8)]
    return Month(speech.month(first), weekdays, weeks)


def _cell(
    day: date, counts: Mapping[date, int], top: int, url_of: Callable[[date], str], here: date | None
) -> Cell:
    papers = counts.get(day, 0)
    url = url_of(day) if day in counts else ""
    words = f"{day}: {papers}" if url else ""
    return Cell(day.day, words, papers, level(papers, top), url, day == here)


def level(papers: int, top: int) -> int:
    """The shade of a day, 0 for none to LEVELS for as many as on the fullest."""
    return -(-LEVELS * papers // top) if papers and top else 0


def heat(volume: Mapping[date, int], first: date, last: date, speech: Speech) -> Heat:
    """The days from the week of `first` to `last`. Weekends have a row only where arXiv announced on one."""
    monday = first - first.weekday() * _DAY
    rows = 7 if any(papers and day.weekday() > 4 for day, papers in volume.items()) else 5
    top = max(volume.values(), default=0)
    squares = [
        f'<rect class="shade-{level(papers := volume.get(day, 0), top)}" x="{STEP * ((day - monday).days // 7)}"'
        f' y="{LABELS + STEP * day.weekday()}" width="{CELL}" height="{CELL}"><title>{day}: {papers}</title></rect>'
        for day in _days(first, last)
        if day.weekday() < rows
    ]
    columns = (last - monday).days // 7 + 1
    months = [
        (STEP * ((day - monday).days // 7), f"{day:%Y-%m}", speech.forms.month_alone(day))
        for day in _days(first, last)
        if day.day == 1 and (last - day).days > 14
    ]
    return Heat(columns * STEP, LABELS + rows * STEP, Markup("\n".join(squares)), months)  # noqa: S704 – numbers


def _days(first: date, last: date) -> Iterator[date]:
    return (first + n * _DAY for n in range((last - first).days + 1))


def spark(volume: Mapping[date, int], days: int) -> Spark | None:
    """The newest `days` listing days of `volume`, the newest at the end; None when there are none."""
    newest = sorted(volume.items())[-days:]
    if not newest:
        return None
    counts = [papers for _, papers in newest]
    top = max(counts) or 1
    heights = [max(1, round(papers * SPARK_HEIGHT / top)) if papers else 0 for papers in counts]
    path = "".join(
        f"M{PITCH * place} {SPARK_HEIGHT}v-{height}h{BAR}v{height}z"
        for place, height in enumerate(heights, days - len(heights))
    )
    words = say(
        "New papers a day, newest {newest}, between {least} and {most}",
        newest=counts[-1],
        least=min(counts),
        most=max(counts),
    )
    return Spark(PITCH * days, SPARK_HEIGHT, path, words)
