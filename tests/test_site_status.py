"""The status page: every state in a word and a colour, a chart, the gate, and nothing hostile."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fakes_site import words_of

from aggregator.models import (
    DayLink,
    GateState,
    Kind,
    LedgerRow,
    Outcome,
    Overview,
    PollState,
    State,
)
from aggregator.settings import SiteSettings
from aggregator.site import Site

MONDAY = date(2026, 5, 4)
NOW = datetime(2026, 5, 12, 6, tzinfo=UTC)
CATEGORIES = ("cs.AI", "hep-th")


def row(category: str, back: int, state: State, count: int, **facts: str) -> LedgerRow:
    return LedgerRow(category, MONDAY + timedelta(days=back), state, counts={Kind.NEW: count}, **facts)  # type: ignore[arg-type]


def overview(**changes: object) -> Overview:
    rows = [row("cs.AI", n, state, 10 * n) for n, state in enumerate(State)]
    poll = PollState("cs.AI", NOW, Outcome.UNCHANGED, "", MONDAY, NOW + timedelta(days=1))
    volume = tuple(DayLink(MONDAY + timedelta(days=n), {Kind.NEW: 5 * n}) for n in (4, 3, 2, 1, 0))
    said = {"rows": tuple(rows), "polls": (poll,), "gate": GateState(), "volume": volume, "checked_at": NOW}
    return Overview(CATEGORIES, **(said | changes))  # type: ignore[arg-type]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(SiteSettings(), tmp_path, categories=CATEGORIES)


def html(site: Site, told: Overview) -> str:
    page = site.status_page(told)
    assert page.path == "status/index.html"
    return page.body.decode()


def test_every_state_has_its_word_and_its_colour(site: Site) -> None:
    shown = html(site, overview())
    words = ("awaited", "seen once", "complete", "no announcement", "late", "incomplete", "completed later")
    assert all(f'<span class="state">{word}</span>' in shown for word in words)
    assert all(f'class="state-{kind}"' in shown for kind in ("open", "whole", "empty", "late", "lost"))


def test_a_day_with_papers_leads_to_its_list(site: Site) -> None:
    shown = html(site, overview())
    assert '<a href="/arxiv/cs.AI/2026-05-05/">10</a>' in shown
    assert "/arxiv/cs.AI/2026-05-04/" not in shown


def test_the_chart_grows_with_the_day_and_reads_as_a_list(site: Site) -> None:
    shown = html(site, overview())
    volume = shown[shown.index('<svg class="volume"') :]
    heights = [int(bar) for bar in re.findall(r'<rect [^>]*height="(\d+)"', volume)]
    assert heights == sorted(heights)
    assert heights[-1] == 120
    assert "Friday, 8 May 2026: 20 papers\n" in words_of(shown)


def test_a_closed_gate_is_told(site: Site) -> None:
    asked = GateState(closed_until=NOW + timedelta(hours=1), reason="HTTP 429")
    assert "arXiv asks to wait until" in html(site, overview(gate=asked))
    closed = overview(gate=GateState(needs_operator=True, reason="HTTP 403"))
    assert "arXiv closed the door: HTTP 403" in words_of(html(site, closed))
    past = GateState(closed_until=NOW - timedelta(hours=1), reason="HTTP 429")
    assert "HTTP 429" not in html(site, overview(gate=past))


def test_hostile_reasons_are_inert(site: Site) -> None:
    bad = '"><script>alert(1)</script>'
    shown = html(site, overview(rows=(row("cs.AI", 1, State.LATE, 0, reason=bad, trouble=bad),)))
    assert "<script>" not in shown
    assert "alert(1)" in shown


def test_a_new_site_has_a_status_page_too(site: Site) -> None:
    assert "Nothing was fetched yet" in html(site, overview(rows=(), polls=(), volume=(), checked_at=None))


def test_the_chart_is_well_formed(site: Site) -> None:
    shown = html(site, overview())
    volume = shown[shown.index('<svg class="volume"') :]
    assert len(ElementTree.fromstring(volume[: volume.index("</svg>") + 6])) == 5


def test_each_category_has_a_chart_in_colours_words_and_a_table(site: Site) -> None:
    kinds = {Kind.NEW: 30, Kind.CROSS: 20, Kind.REPLACE: 8, Kind.REPLACE_CROSS: 2}
    rows = (LedgerRow("cs.AI", MONDAY, State.CONFIRMED, counts=kinds), row("cs.AI", 1, State.LATE, 0))
    shown = html(site, overview(rows=rows))
    chart = shown[shown.index('<figure class="chart">') :]
    svg = ElementTree.fromstring(chart[chart.index("<svg") : chart.index("</svg>") + 6])
    first, second = svg
    assert [bar.get("height") for bar in first if "bar-" in (bar.get("class") or "")] == ["36", "24", "12"]
    assert [bar.get("class") for bar in second if bar.get("class")] == ["mark-late"]
    assert first.findtext("title") == "2026-05-04: 60, complete"
    assert "<td>30</td><td>20</td><td>10</td>" in chart


def test_the_age_of_the_newest_day_and_the_last_errors_are_told(site: Site) -> None:
    late = LedgerRow("cs.AI", MONDAY, State.LATE, tried_at=NOW, trouble="HttpError: HTTP 503")
    shown = html(site, overview(rows=(late,)))
    assert "HTTP 503" in shown
    assert "no cool-down" in shown
    assert re.search(r"The newest day was <[^>]*>8<[^>]*> days old then", shown)
