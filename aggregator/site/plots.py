"""Plots in SVG, as numbers for a template: stacked bars on a common ground, lines across with values, years below.

Everything is in the picture's own units. Bars of more than one part stand on each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 200
LEFT, TOP, BELOW = 60, 14, 30  # room for values, above the highest line, for years
WIDEST = 40  # a bar's pitch
YEARS, ROOM = 9, 52  # labels below, at most, and how wide each is on a narrow screen
THIN = 4  # bars of a smaller pitch touch each other
_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar; `kind` is its class."""

    kind: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar with what is said of it; a `faint` one is not yet final."""

    x: float
    title: str
    parts: Sequence[Part]
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across, or a word below; narrow screens leave the `fine` ones out."""

    at: float
    words: str
    fine: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """A whole picture; `ground` is where zero is."""

    thick: float
    bars: Sequence[Bar]
    lines: Sequence[Mark]
    labels: Sequence[Mark]
    ground: float
    width: int = WIDTH
    height: int = HEIGHT + BELOW
    left: int = LEFT


@dataclass(frozen=True, slots=True)
class Column:
    """What one bar shows: parts from the ground up (a single negative one hangs from it), a label if it has one."""

    title: str
    parts: Sequence[tuple[str, float]]
    label: str = ""
    faint: bool = False


def plot(columns: Sequence[Column], say_value: Callable[[int], str], top: int | None = None) -> Plot:
    """The columns side by side, on one scale from the least (zero or below) to the greatest, or to `top`."""
    sums = [sum(value for _, value in column.parts) for column in columns]
    highest, lowest = top or max((1, *sums)), min((0, *sums))
    step = _step(highest - lowest)
    first, last = int(lowest // step), -int(-highest // step)
    scale = (HEIGHT - TOP) / ((last - first) * step)

    def at(value: float) -> float:
        return round(HEIGHT - (value - first * step) * scale, 1)

    pitch = min(WIDEST, (WIDTH - LEFT) / max(1, len(columns)))
    lines = [Mark(at(n * step), say_value(n * step), fine=n % 2 == 1) for n in range(first, last + 1)]
    places = [round(LEFT + pitch * place, 2) for place, _ in enumerate(columns)]
    bars = [
        Bar(x, one.title, _stacked(one.parts, at), one.faint) for x, one in zip(places, columns, strict=True)
    ]
    return Plot(round(pitch * (0.8 if pitch > THIN else 1), 2), bars, lines, _labels(columns, places), at(0))


def _step(span: float) -> int:
    """A round number that goes three to six times into `span`."""
    power = 1
    while True:
        for digit in _STEPS:
            if span <= 5 * digit * power:
                return digit * power
        power *= 10


def _stacked(parts: Sequence[tuple[str, float]], at: Callable[[float], float]) -> list[Part]:
    """Edges are rounded, not heights, so that parts neither gape nor overlap."""
    made, base = [], 0.0
    for kind, value in parts:
        if value:
            low, high = sorted((at(base), at(base + value)))
            made.append(Part(kind, low, round(high - low, 1)))
        base += value
    return made


def _labels(columns: Sequence[Column], places: Sequence[float]) -> list[Mark]:
    """The labels that have room, every second of them fine."""
    found = [
        (x, column.label)
        for x, column in zip(places, columns, strict=True)
        if column.label and x <= WIDTH - ROOM
    ]
    every = -(-len(found) // YEARS)
    return [Mark(x, label, fine=n % 2 == 1) for n, (x, label) in enumerate(found[:: every or 1])]
