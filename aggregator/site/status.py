"""The status page: a table of categories and days that says how far each can be trusted, and a chart of volume."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from markupsafe import Markup

from aggregator.announce import slot_of
from aggregator.ledger import reason_of
from aggregator.models import (
    NOTHING,
    GateState,
    LedgerRow,
    Message,
    Overview,
    Page,
    PollState,
    State,
    say,
    say_many,
)
from aggregator.site import charts
from aggregator.site.environment import Templates
from aggregator.site.links import Links, list_folder
from aggregator.site.speech import Speech
from aggregator.site.text import in_utf8
from aggregator.taxonomy import title as category_title

_NEVER = datetime.min.replace(tzinfo=UTC)
SHOWN = 10  # listing days in the table, newest first
BAR, GAP, HEIGHT = 18, 6, 120  # of the chart, in its own units

# What each state is called on the page, and the class that colours it.
WORDS = {
    State.EXPECTED: (say("awaited"), "open"),
    State.SEEN: (say("seen once"), "open"),
    State.CONFIRMED: (say("complete"), "whole"),
    State.CONFIRMED_EMPTY: (say("no announcement"), "empty"),
    State.LATE: (say("late"), "late"),
    State.SUSPECT: (say("incomplete"), "lost"),
    State.BACKFILLED: (say("completed later"), "whole"),
    State.DERIVED: (say("derived"), "empty"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One category on one day. `url` leads to its list, empty where there is none."""

    words: Message
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
    checked: Markup | str
    coming: Markup | str
    trouble: Message | str


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of the chart, in the chart's own units."""

    x: int
    y: int
    height: int
    title: str
    label: Message


@dataclass(frozen=True, slots=True)
class Trouble:
    """A try that brought no answer."""

    code: str
    at: datetime
    reason: str


def page(overview: Overview, templates: Templates, links: Links, speech: Speech) -> Page:
    """The page for everything that `overview` tells."""
    days = sorted({row.day for row in overview.rows}, reverse=True)[:SHOWN]
    html = templates.render(
        "status.html",
        canonical=links.whole("status/"),
        days=[speech.short(day) for day in days],
        lines=[_line(category, days, overview, links, speech) for category in overview.categories],
        newest=speech.long(max(days)) if days else "",
        gate=_gate(overview.gate, overview.checked_at),
        checked=overview.checked_at,
        age=_age(max(days), overview.checked_at) if days else NOTHING,
        open_gate=not _gate(overview.gate, overview.checked_at),
        troubles=_troubles(overview),
        charts=[_chart_of(category, overview, speech) for category in overview.categories],
        parts=[(kind, words) for kind, words, _ in charts.PARTS],
        high=charts.HEIGHT,
        thick=charts.BAR,
        mark=charts.MARK,
        chart=_chart(overview, speech),
        width=max(1, len(overview.volume)) * (BAR + GAP),
        height=HEIGHT,
        bar=BAR,
    )
    return Page("status/index.html", in_utf8(html))


def _line(category: str, days: Sequence[date], overview: Overview, links: Links, speech: Speech) -> Line:
    rows = {row.day: row for row in overview.rows if row.category == category}
    poll = next((poll for poll in overview.polls if poll.category == category), None)
    return Line(
        code=category,
        name=category_title(category),
        url=links.to(list_folder(category)),
        cells=[_cell(rows.get(day), links, speech) for day in days],
        checked=_when(poll.checked_at if poll else None, speech),
        coming=_when(poll.next_try if poll else None, speech),
        trouble=_trouble(poll, rows),
    )


def _cell(row: LedgerRow | None, links: Links, speech: Speech) -> Cell | None:
    if row is None:
        return None
    words, kind = WORDS[row.state]
    url = links.to(list_folder(row.category, row.day)) if row.total else ""
    return Cell(words, kind, row.total, url, speech.text(reason_of(row)))


def _trouble(poll: PollState | None, rows: dict[date, LedgerRow]) -> Message | str:
    """Why the last try brought no answer, if it did not."""
    said = [row.trouble for _, row in sorted(rows.items(), reverse=True) if row.trouble]
    return said[0] if said else "" if poll else say("not asked for yet")


def _chart_of(category: str, overview: Overview, speech: Speech) -> charts.Chart:
    rows = [row for row in overview.rows if row.category == category]
    return charts.chart_of(category, rows, WORDS, speech)


def _age(day: date, now: datetime | None) -> Message:
    """How old the newest day was when arXiv was last asked: in hours up to two days, then in days."""
    if now is None:
        return NOTHING
    hours = max(0, int((now - slot_of(day).announced_at).total_seconds() // 3600))
    if hours < 48:
        return say_many(
            "The newest day was {n} hour old then.", "The newest day was {n} hours old then.", hours
        )
    return say_many(
        "The newest day was {n} day old then.", "The newest day was {n} days old then.", hours // 24
    )


def _troubles(overview: Overview) -> list[Trouble]:
    """The last try of each category that brought no answer and was not made good since, newest first."""
    found = [row for row in overview.rows if row.trouble and row.tried_at]
    newest = {row.category: row for row in sorted(found, key=lambda row: row.tried_at or _NEVER)}
    tried = sorted(newest.values(), key=lambda row: row.tried_at or _NEVER, reverse=True)
    return [Trouble(row.category, row.tried_at, row.trouble) for row in tried if row.tried_at]


def _gate(gate: GateState, now: datetime | None) -> Message:
    if gate.needs_operator:
        return say("arXiv closed the door: {reason}. The operator has to open it again.", reason=gate.reason)
    if gate.closed_until and now and gate.closed_until > now:
        return say(
            "arXiv asks to wait until {moment}: {reason}.", moment=gate.closed_until, reason=gate.reason
        )
    return NOTHING


def _chart(overview: Overview, speech: Speech) -> list[Bar]:
    """The oldest day on the left. Heights share one scale; a day with anything has at least one unit."""
    totals = [(link.day, sum(link.counts.values())) for link in reversed(overview.volume)]
    top = max((count for _, count in totals), default=0) or 1
    heights = [max(1, round(count * HEIGHT / top)) if count else 0 for _, count in totals]
    return [
        Bar(number * (BAR + GAP), HEIGHT - height, height, f"{day}: {count}", _volume(day, count, speech))
        for number, ((day, count), height) in enumerate(zip(totals, heights, strict=True))
    ]


def _volume(day: date, count: int, speech: Speech) -> Message:
    return say_many("{day}: {n} paper", "{day}: {n} papers", count, day=speech.long(day))


def _when(at: datetime | None, speech: Speech) -> Markup | str:
    """Short, UTC: the page's head names the zone."""
    return speech.short(at.date()) + f" {at:%H:%M}" if at else ""
