"""The status page: a table of categories and days that says how far each can be trusted, and a chart of volume."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from aggregator.models import GateState, LedgerRow, Overview, Page, PollState, State
from aggregator.site.environment import Templates
from aggregator.site.links import Links, list_folder
from aggregator.site.text import in_short, in_utf8, in_words, moment
from aggregator.taxonomy import title as category_title

SHOWN = 10  # listing days in the table, newest first
BAR, GAP, HEIGHT = 18, 6, 120  # of the chart, in its own units

# What each state is called on the page, and the class that colours it.
WORDS = {
    State.EXPECTED: ("awaited", "open"),
    State.SEEN: ("seen once", "open"),
    State.CONFIRMED: ("complete", "whole"),
    State.CONFIRMED_EMPTY: ("no announcement", "empty"),
    State.LATE: ("late", "late"),
    State.SUSPECT: ("incomplete", "lost"),
    State.BACKFILLED: ("completed later", "whole"),
    State.DERIVED: ("derived", "empty"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One category on one day. `url` leads to its list, empty where there is none."""

    words: str
    kind: str
    count: int
    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """One category of the table."""

    code: str
    name: str
    url: str
    cells: Sequence[Cell | None]
    checked: str
    coming: str
    trouble: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of the chart, in the chart's own units."""

    x: int
    y: int
    height: int
    label: str


def page(overview: Overview, templates: Templates, links: Links) -> Page:
    """The page for everything that `overview` tells."""
    days = sorted({row.day for row in overview.rows}, reverse=True)[:SHOWN]
    html = templates.render(
        "status.html",
        canonical=links.whole("status/"),
        days=[(day.isoformat(), in_short(day)) for day in days],
        lines=[_line(category, days, overview, links) for category in overview.categories],
        newest=in_words(max(days)) if days else "",
        gate=_gate(overview.gate, overview.checked_at),
        checked=moment(overview.checked_at) if overview.checked_at else "",
        legend=list(dict.fromkeys((kind, words) for words, kind in WORDS.values())),
        chart=_chart(overview),
        width=max(1, len(overview.volume)) * (BAR + GAP),
        height=HEIGHT,
        bar=BAR,
    )
    return Page("status/index.html", in_utf8(html))


def _line(category: str, days: Sequence[date], overview: Overview, links: Links) -> Line:
    rows = {row.day: row for row in overview.rows if row.category == category}
    poll = next((poll for poll in overview.polls if poll.category == category), None)
    return Line(
        code=category,
        name=category_title(category),
        url=links.to(list_folder(category)),
        cells=[_cell(rows.get(day), links) for day in days],
        checked=_when(poll.checked_at if poll else None),
        coming=_when(poll.next_try if poll else None),
        trouble=_trouble(poll, rows),
    )


def _cell(row: LedgerRow | None, links: Links) -> Cell | None:
    if row is None:
        return None
    words, kind = WORDS[row.state]
    url = links.to(list_folder(row.category, row.day)) if row.total else ""
    return Cell(words, kind, row.total, url, row.reason)


def _trouble(poll: PollState | None, rows: dict[date, LedgerRow]) -> str:
    """Why the last try brought no answer, if it did not."""
    said = [row.trouble for _, row in sorted(rows.items(), reverse=True) if row.trouble]
    return said[0] if said else "" if poll else "not asked for yet"


def _gate(gate: GateState, now: datetime | None) -> str:
    if gate.needs_operator:
        return f"arXiv closed the door: {gate.reason}. The operator has to open it again."
    if gate.closed_until and now and gate.closed_until > now:
        return f"arXiv asks to wait until {moment(gate.closed_until)}: {gate.reason}."
    return ""


def _chart(overview: Overview) -> list[Bar]:
    """The oldest day on the left. Heights share one scale; a day with anything has at least one unit."""
    totals = [(link.day, sum(link.counts.values())) for link in reversed(overview.volume)]
    top = max((count for _, count in totals), default=0) or 1
    heights = [max(1, round(count * HEIGHT / top)) if count else 0 for _, count in totals]
    return [
        Bar(number * (BAR + GAP), HEIGHT - height, height, f"{in_words(day)}: {count:,} papers")
        for number, ((day, count), height) in enumerate(zip(totals, heights, strict=True))
    ]


def _when(at: datetime | None) -> str:
    """Short, UTC: the page's head names the zone."""
    return f"{in_short(at.date())} {at:%H:%M}" if at else ""
