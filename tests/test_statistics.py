"""A category's statistics: what is counted, what is drawn, and when the page is made again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from fakes import entry
from fakes_site import words_of

from aggregator import normalise
from aggregator.build import Builder
from aggregator.models import Announcement, CategoryReport, Kind, MonthCount, Outcome, Page, Paper, Poll
from aggregator.settings import SiteSettings
from aggregator.site import Site
from aggregator.site.plots import HEIGHT, TOP, Column, plot
from aggregator.site.statistics import changes_of, lately, unbroken, years_of
from aggregator.store import Store

DAY = date(2026, 5, 4)
PATH = "arxiv/cs.CL/stats/index.html"


def paper(arxiv_id: str, *, primary: str = "cs.CL", authors: int = 1) -> Paper:
    made = normalise.paper(entry(1, Kind.NEW, category="cs.CL"))
    names = tuple(dict.fromkeys((primary, "cs.CL")))
    return replace(made, id=arxiv_id, categories=names, authors=made.authors[:1] * authors)


def month(year: int, number: int, papers: int = 10) -> MonthCount:
    return MonthCount(date(year, number, 1), papers, papers // 2, (papers, 0, 0, 0, 0))


def months(first: int, last: int, papers: int = 10) -> list[MonthCount]:
    return [month(year, n, papers + year - first) for year in range(first, last + 1) for n in range(1, 13)]


def keep(store: Store, *papers: Paper, day: date = DAY) -> None:
    announced = tuple(
        Announcement(one.id, one.version, "cs.CL", day, Kind.NEW, place)
        for place, one in enumerate(papers, 1)
    )
    at = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
    report = CategoryReport("cs.CL", Outcome.STORED, day=day)
    store.save_poll(Poll(report, at, papers=papers, announcements=announced))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "papers.db") as opened:
        yield opened


# ── counting ──


def test_papers_are_counted_by_the_month_of_their_number(store: Store) -> None:
    keep(
        store,
        paper("2605.00001"),
        paper("2605.00002", primary="cs.AI", authors=4),
        paper("cs/9912001", authors=2),
    )
    assert store.statistics("cs.CL") == (
        MonthCount(date(1999, 12, 1), 1, 1, (0, 1, 0, 0, 0)),
        MonthCount(date(2026, 5, 1), 2, 1, (1, 0, 1, 0, 0)),
    )
    assert store.statistics("cs.CV") == ()


def test_the_key_changes_with_the_counts_and_with_nothing_else(store: Store) -> None:
    keep(store, paper("2605.00001", authors=2))
    before = store.statistics_key("cs.CL")
    keep(store, paper("2605.00001", authors=2))
    assert store.statistics_key("cs.CL") == before
    keep(store, paper("2604.00001", authors=2))
    assert store.statistics_key("cs.CL") != before


# ── deciding ──


def test_growth_is_told_only_between_whole_years() -> None:
    known = months(2020, 2023)[3:-2]  # begins in April 2020; November and December 2023 are still to come
    assert changes_of(years_of(known)) == {2022: 9}
    assert changes_of(years_of(months(2020, 2022))) == {2021: 10}  # December 2022 may get more


def test_the_newest_twelve_months_are_told_only_beside_the_twelve_before() -> None:
    known = [*months(2020, 2021), month(2022, 1)]
    assert str(lately(known)) == "In the twelve months to 31 December 2021: 132, in the twelve before: 120."
    assert not lately(known[1:])
    assert not lately([*known[:5], *known[6:]])


def test_single_old_papers_are_not_drawn() -> None:
    stray, near = month(1997, 3, 1), months(2024, 2024)
    assert unbroken([stray, *near]) == near
    assert unbroken([month(2023, 1), *near]) == [month(2023, 1), *near]
    assert unbroken([]) == []


# ── drawing ──


def test_bars_stand_on_the_ground_and_parts_on_each_other() -> None:
    made = plot([Column("a", (("new", 30), ("cross", 20))), Column("b", (("less", -15.0),))], str)
    low, high = made.bars[0].parts
    assert low.y + low.height == pytest.approx(made.ground)
    assert high.y + high.height == pytest.approx(low.y)
    assert made.bars[1].parts[0].y == made.ground
    assert all(TOP <= line.at <= HEIGHT for line in made.lines)
    assert [line.words for line in made.lines] == ["-20", "0", "20", "40", "60"]


@pytest.mark.parametrize("count", [0, 1, 40, 450])
def test_labels_have_room(count: int) -> None:
    made = plot([Column("", (("new", 1),), str(n)) for n in range(count)], str)
    assert len(made.labels) <= 9
    assert all(after.at - before.at >= 40 for before, after in pairwise(made.labels) if count > 9)
    assert all(bar.x + made.thick <= made.width + 0.5 for bar in made.bars)


# ── the page ──


def page(folder: Path, known: list[MonthCount]) -> Page:
    return Site(SiteSettings(), folder, categories=("cs.CL",)).statistics_page("cs.CL", known)


def test_every_number_that_is_drawn_stands_in_a_table(tmp_path: Path) -> None:
    made = page(tmp_path, months(2021, 2023))
    words = words_of(made.body.decode())
    assert made.path == PATH
    for said in ("Papers here: 396 (January 2021 to December 2023).", "December 2023", "+10 %", "132", "10+"):
        assert said in words


def test_a_category_without_papers_has_a_page_that_says_so(tmp_path: Path) -> None:
    assert "No papers to count yet." in words_of(page(tmp_path, []).body.decode())


def test_the_page_is_made_again_when_its_counts_changed(store: Store, tmp_path: Path) -> None:
    def build() -> bytes:
        site = Site(SiteSettings(), tmp_path / "site", categories=("cs.CL",))
        Builder(store=store, site=site, categories=("cs.CL",), days=30).build()
        return (tmp_path / "site" / PATH).read_bytes()

    keep(store, paper("2605.00001"))
    first = build()
    assert build() == first
    keep(store, paper("2605.00002"), day=date(2026, 5, 5))
    assert "Papers here: 2" in words_of(build().decode())
    for folder in ("arxiv/cs.CL/", "arxiv/cs.CL/2026/"):
        assert "/arxiv/cs.CL/stats/" in (tmp_path / "site" / folder / "index.html").read_text()
