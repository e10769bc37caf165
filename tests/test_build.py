"""Building: only what changed is rendered, what fell out of range goes, and nothing depends on the manifest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from fakes import entry

from aggregator import normalise
from aggregator.build import Builder, Helpers
from aggregator.models import (
    Announcement,
    CategoryReport,
    Kind,
    LedgerRow,
    Outcome,
    Page,
    Poll,
    Published,
    State,
)
from aggregator.settings import SiteSettings
from aggregator.site import Site
from aggregator.site.reading import papers_on
from aggregator.store import Store

CATEGORIES = ("cs.AI", "cs.CL")
MONDAY = date(2026, 5, 4)


class CountingSite(Site):
    """Counts what is rendered."""

    rendered = 0
    drawn = 0

    def picture(self, *args: object) -> Page:
        self.drawn += 1
        return super().picture(*args)  # type: ignore[arg-type]

    def list_pages(self, *args: object, **options: object) -> list[Page]:
        self.rendered += 1
        return super().list_pages(*args, **options)  # type: ignore[arg-type]

    def paper_page(self, *args: object) -> Page:
        self.rendered += 1
        return super().paper_page(*args)  # type: ignore[arg-type]


class BlindSite(CountingSite):
    """Must not look at what is published."""

    def publish(self, *_: object) -> Published:
        raise AssertionError("looked through the whole folder")

    def present(self) -> set[str]:
        raise AssertionError("looked through the whole folder")


class House:
    """A store and a site in a folder."""

    def __init__(self, folder: Path, *, days: int = 30, store: Store | None = None) -> None:
        self.folder = folder / "site"
        self.store = store or Store.open(folder / "papers.db")
        self.days = days
        self.rendered = self.drawn = 0
        self.blind = False
        self.helpers = Helpers()

    def announce(self, day: date, *numbers: int, category: str = "cs.AI", version: int = 1) -> None:
        kind = Kind.NEW if version == 1 else Kind.REPLACE
        entries = [entry(n, kind, category=category, version=version) for n in numbers]
        papers = tuple(normalise.paper(e) for e in entries)
        announced = tuple(
            Announcement(paper.id, version, category, day, e.kind, position)
            for position, (paper, e) in enumerate(zip(papers, entries, strict=True), 1)
        )
        at = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
        report = CategoryReport(category, Outcome.STORED, day=day)
        self.store.save_poll(Poll(report, at, papers=papers, announcements=announced))

    def build(self, *, title: str = "Sample", thorough: bool = False) -> Published:
        kind = BlindSite if self.blind else CountingSite
        site = kind(SiteSettings(title=title), self.folder, categories=CATEGORIES)
        builder = Builder(
            store=self.store, site=site, categories=CATEGORIES, days=self.days, helpers=self.helpers
        )
        done = builder.build(thorough=thorough)
        self.rendered, self.drawn = site.rendered, site.drawn
        return done

    def bodies(self) -> dict[str, bytes]:
        return {path: body for path, (body, _) in self.files().items()}

    def files(self) -> dict[str, tuple[bytes, int]]:
        found = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return {
            path.relative_to(self.folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
            for path in found
        }


@pytest.fixture
def house(tmp_path: Path) -> object:
    house = House(tmp_path)
    for back in range(3):
        house.announce(MONDAY + timedelta(days=back), *range(10 * back, 10 * back + 4))
    house.announce(MONDAY, 0, 90, category="cs.CL")
    yield house
    house.store.close()


def test_every_list_and_every_paper_has_its_page(house: House) -> None:
    house.build()
    pages = house.files()
    for day in ("2026-05-04", "2026-05-05", "2026-05-06"):
        assert f"arxiv/cs.AI/{day}/index.html" in pages
        assert f"arxiv/{day}/feed.xml" in pages
    assert "arxiv/cs.CL/index.html" in pages
    assert sum(path.startswith("arxiv/2605.") for path in pages) == 13
    assert {"index.html", "404.html", "sitemap.xml", "robots.txt"} <= pages.keys()


def test_a_second_build_renders_and_writes_nothing(house: House) -> None:
    house.build()
    before = house.files()
    done = house.build()
    assert (done.written, done.pruned, house.rendered) == (0, 0, 0)
    assert house.files() == before


def test_a_new_day_touches_only_its_own_pages_and_its_neighbour(house: House) -> None:
    house.build()
    before = house.files()
    house.announce(MONDAY + timedelta(days=3), 40, 41)
    house.build()
    after = house.files()
    touched = {path for path in after if before.get(path) != after[path]}
    assert "arxiv/cs.AI/2026-05-06/index.html" in touched  # its link to the next day
    assert "arxiv/cs.AI/2026-05-05/index.html" not in touched
    assert "arxiv/cs.CL/2026-05-04/index.html" not in touched
    assert {path for path in touched if path.startswith("arxiv/2605.")} == {
        "arxiv/2605.00040/index.html",
        "arxiv/2605.00041/index.html",
    }


def test_every_day_has_a_picture_and_a_new_day_draws_one_a_list(house: House) -> None:
    house.build()
    assert house.files()["arxiv/cs.AI/2026-05-04/card.png"][0].startswith(b"\x89PNG")
    drawn = house.drawn
    house.announce(MONDAY + timedelta(days=3), 40, 41)
    house.build()
    assert (drawn, house.drawn) == (7, 2)  # the new day of cs.AI, and the merged one
    house.build(title="Another title")
    assert house.drawn == 9


def test_a_lost_manifest_costs_work_but_changes_no_file(house: House) -> None:
    house.build()
    before = house.files()
    house.store.save_manifest({}, removed=list(house.store.manifest()))
    done = house.build()
    assert house.rendered > 0
    assert (done.written, house.files()) == (0, before)


def test_a_lost_file_comes_back_when_all_is_looked_at(house: House) -> None:
    house.build()
    before = house.files()
    (house.folder / "arxiv/cs.AI/2026-05-05/index.html").unlink()
    (house.folder / "foreign.html").write_text("not ours")
    done = house.build(thorough=True)
    assert (done.written, done.pruned) == (1, 1)
    assert {path: body for path, (body, _) in house.files().items()} == {
        path: body for path, (body, _) in before.items()
    }


@pytest.mark.parametrize(
    "lost", ["arxiv/cs.AI/index.html", "week.xml", "arxiv/cs.AI/stats/index.html", "status/index.html"]
)
def test_a_lost_file_of_the_newest_day_comes_back_with_the_next_build(house: House, lost: str) -> None:
    house.build()
    before = house.files()
    (house.folder / lost).unlink()
    assert house.build().written >= 1
    assert {name: body for name, (body, _) in house.files().items()} == {
        name: body for name, (body, _) in before.items()
    }


def test_days_out_of_range_are_pruned_by_whole_months_with_their_papers(house: House) -> None:
    house.announce(date(2026, 4, 30), 70)
    house.build()
    house.days = 2
    done = house.build()
    pages = house.files()
    assert done.pruned > 0
    assert not [path for path in pages if "2026-04" in path]
    assert "arxiv/2605.00070/index.html" not in pages
    assert "arxiv/cs.AI/2026-05-04/index.html" in pages


def test_weeks_months_and_years_have_pages(house: House) -> None:
    house.build()
    pages = house.files()
    for name in ("2026-W19", "2026-05", "2026"):
        assert f"arxiv/{name}/index.html" in pages
        assert f"arxiv/cs.AI/{name}/index.html" in pages
    week = papers_on(pages["arxiv/cs.AI/2026-W19/index.html"][0])
    assert week == [f"2605.{number:05}" for back in range(3) for number in range(10 * back, 10 * back + 4)]


def test_a_new_day_touches_only_its_own_week_and_month(house: House) -> None:
    house.announce(date(2026, 4, 30), 70)
    house.build()
    before = house.files()
    house.announce(MONDAY + timedelta(days=7), 40, 41)
    house.build()
    touched = {path for path, body in house.files().items() if before.get(path) != body}
    assert {f"arxiv/cs.AI/{name}/index.html" for name in ("2026-W20", "2026-05", "2026")} <= touched
    assert "arxiv/cs.AI/2026-W19/index.html" in touched  # its link to the next week
    assert not touched & {f"arxiv/cs.AI/{name}/index.html" for name in ("2026-W18", "2026-04", "2026-05-05")}
    assert not [path for path in touched if path.startswith("arxiv/cs.CL/")]


def test_no_file_is_looked_for_beside_those_of_the_days_that_changed(house: House) -> None:
    house.build()
    house.announce(MONDAY + timedelta(days=3), 40, 41)
    house.blind = True
    assert house.build().written > 0


def test_whatever_happens_the_site_is_what_a_fresh_build_makes(house: House, tmp_path: Path) -> None:
    """Days that come, go and change in any order: only what changed is rendered, and nothing is forgotten."""
    chance = Random(6)
    house.days = 4
    for step in range(12):
        for _ in range(2):
            day = MONDAY + timedelta(days=chance.randint(0, 3 + step // 2))
            numbers, version = chance.sample(range(60), 3), chance.choice((1, 1, 2, 3))
            house.announce(day, *numbers, category=chance.choice(CATEGORIES), version=version)
        if chance.random() < 0.4:
            state = chance.choice((State.SEEN, State.CONFIRMED, State.SUSPECT))
            house.store.save_ledger([LedgerRow(chance.choice(CATEGORIES), day, state, reason=f"step {step}")])
        house.build()
        if step % 4 == 3:
            fresh = House(tmp_path / f"fresh-{step}", store=house.store, days=house.days)
            fresh.build(thorough=True)
            assert house.bodies() == fresh.bodies(), f"after step {step}"


def test_with_helpers_the_site_is_the_same(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "aggregator.build.helpers.threading.active_count", lambda: 1
    )  # other tests leave some
    house.helpers = Helpers(3, house.store.renew, least=1)
    house.build()
    assert not house.drawn, "helpers drew the pictures"
    house.announce(MONDAY + timedelta(days=3), 50, 51)
    house.build()
    fresh = House(tmp_path / "fresh", store=house.store, days=house.days)
    fresh.build(thorough=True)
    assert fresh.drawn
    assert house.bodies() == fresh.bodies()


def test_a_replacement_renews_the_card_on_every_list_that_shows_it(house: House) -> None:
    house.build()
    before = house.files()
    house.announce(MONDAY + timedelta(days=2), 0, version=2, category="cs.CL")
    house.build()
    touched = {path for path, body in house.files().items() if before.get(path) != body}
    assert {"arxiv/2605.00000/index.html", "arxiv/cs.CL/2026-05-06/index.html"} <= touched


def test_another_renderer_makes_all_pages_again(house: House) -> None:
    house.build()
    house.build(title="Another title")
    assert house.rendered > 13


def test_a_site_without_papers_is_a_site(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.build()
    assert "index.html" in house.files()
    house.store.close()


# spans of older days


@pytest.fixture
def long(tmp_path: Path) -> Iterator[House]:
    """A paper a day, of which only those of May have pages."""
    house = House(tmp_path, days=2)
    for back in (0, 1, 2, 50, 70, 71, 72, 80):
        house.announce(MONDAY - timedelta(days=back), back)
    house.announce(MONDAY - timedelta(days=70), 1, version=2)  # one of the newest days, and one of a span
    house.announce(MONDAY - timedelta(days=50), 1, version=3)  # between the two
    house.build()
    yield house
    house.store.close()


def days_of(house: House) -> list[str]:
    found = (path.split("/") for path in house.files())
    return sorted(
        parts[1] for parts in found if len(parts) == 3 and parts[0] == "arxiv" and parts[2] == "card.png"
    )


def test_a_kept_span_has_pages_and_what_lies_between_has_none(long: House) -> None:
    newest = days_of(long)
    assert newest == ["2026-05-02", "2026-05-03", "2026-05-04"]
    long.store.keep_span(date(2026, 2, 20), date(2026, 2, 24))
    long.build()
    assert days_of(long) == ["2026-02-21", "2026-02-22", "2026-02-23", *newest]
    paper = long.bodies()["arxiv/2605.00001/index.html"].decode()
    assert "/arxiv/cs.AI/2026-02-23/" in paper
    assert "/arxiv/cs.AI/2026-03-15/" not in paper
    assert "arxiv/2605.00050/index.html" not in long.files()
    assert "/arxiv/cs.AI/2026-05-02/" in long.bodies()["arxiv/cs.AI/2026-02-23/index.html"].decode()


def test_a_span_is_built_the_same_in_steps_and_at_once(long: House) -> None:
    long.store.keep_span(date(2026, 2, 20), date(2026, 2, 24))
    long.blind = True
    long.build()
    in_steps = long.bodies()
    long.blind = False
    done = long.build(thorough=True)
    assert (done.written, done.pruned) == (0, 0)
    long.build(title="Another title")
    long.build(title="Sample")
    assert long.bodies() == in_steps


def test_a_forgotten_span_leaves_nothing(long: House) -> None:
    before = long.bodies()
    long.store.keep_span(date(2026, 2, 20), date(2026, 2, 24))
    long.build()
    long.store.forget_spans()
    long.blind = True
    long.build()
    assert long.bodies() == before


def test_a_wider_span_takes_the_place_of_those_within_it(long: House) -> None:
    long.store.keep_span(date(2026, 2, 20), date(2026, 2, 24))
    long.store.keep_span(date(2026, 2, 1), date(2026, 2, 2))
    long.store.keep_span(date(2026, 2, 10), date.max)
    assert long.store.spans() == ((date(2026, 2, 1), date(2026, 2, 2)), (date(2026, 2, 10), date.max))
    long.build()
    assert days_of(long)[:2] == ["2026-02-13", "2026-02-21"]
    assert len(days_of(long)) == 8
