"""Charts of announcements per day, one small picture a category: bars in three colours, and a mark under each day.

All of it is numbers for an SVG that is made with the page; the same numbers stand in a table beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from aggregator.models import Kind, LedgerRow, Message, State, say
from aggregator.site.speech import Speech

DAYS = 30  # listing days, newest last
BAR, GAP, HEIGHT, MARK = 10, 4, 72, 4  # in the picture's own units; the mark stands below the bars
PARTS = (
    ("new", say("New"), (Kind.NEW,)),
    ("cross", say("Cross-lists"), (Kind.CROSS,)),
    ("replace", say("Replacements"), (Kind.REPLACE, Kind.REPLACE_CROSS)),
)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar: one kind of one day."""

    kind: str
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Day:
    """One day: its bar from the ground up, the class and the word of its state, and its counts as in `PARTS`."""

    x: int
    day: date
    parts: Sequence[Part]
    state: str
    words: Message
    title: str
    counts: Sequence[int]


@dataclass(frozen=True, slots=True)
class Chart:
    """One category. `top` is the largest day, which has the whole height."""

    code: str
    days: Sequence[Day]
    top: int

    @property
    def width(self) -> int:
        return max(1, len(self.days) * (BAR + GAP) - GAP)


def chart_of(
    category: str, rows: Sequence[LedgerRow], words: Mapping[State, tuple[Message, str]], speech: Speech
) -> Chart:
    """The newest days of a category, from its rows in any order."""
    newest = sorted(rows, key=lambda row: row.day)[-DAYS:]
    top = max((row.total for row in newest), default=0)
    days = [_day(place, row, top, words[row.state], speech) for place, row in enumerate(newest)]
    return Chart(category, days, top)


def _day(place: int, row: LedgerRow, top: int, said: tuple[Message, str], speech: Speech) -> Day:
    counts = [sum(row.counts.get(kind, 0) for kind in kinds) for _, _, kinds in PARTS]
    words, state = said
    title = f"{row.day}: {row.total}, {speech.text(words)}"
    return Day(place * (BAR + GAP), row.day, _stacked(counts, top), state, words, title, counts)


def _stacked(counts: Sequence[int], top: int) -> list[Part]:
    """The pieces on each other; edges are rounded, not heights, so that they neither gape nor overlap."""
    found, below = [], 0
    for (kind, _, _), count in zip(PARTS, counts, strict=True):
        low, high = (HEIGHT - round(HEIGHT * n / top) if top else HEIGHT for n in (below, below + count))
        if count:
            found.append(Part(kind, min(high, low - 1), max(1, low - high)))
        below += count
    return found
