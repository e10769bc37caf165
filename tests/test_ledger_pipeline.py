"""The ledger in a run: what polls leave in it, with the real store and the real pages beside it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from fakes import FakeClock, MemoryRows, ScriptedSource, batch, entry
from fakes_site import words_of

from aggregator.announce import slot_of
from aggregator.build import Builder
from aggregator.errors import Unreachable
from aggregator.ledger import Witnessed, after
from aggregator.models import CategoryReport, Kind, LedgerRow, Outcome, State
from aggregator.pipeline import Pipeline, Rows
from aggregator.policy import arxiv_policy
from aggregator.settings import ScheduleSettings, SiteSettings
from aggregator.site import Site
from aggregator.store import Store

MONDAY, TUESDAY, WEDNESDAY = date(2026, 5, 4), date(2026, 5, 5), date(2026, 5, 6)


class World:
    """A pipeline over `rows`, an hour after Monday's slot, which makes Tuesday."""

    def __init__(self, rows: Rows) -> None:
        self.clock = FakeClock(slot_of(TUESDAY).announced_at + timedelta(hours=1))
        self.source = ScriptedSource(self.clock)
        self.pipeline = Pipeline(
            source=self.source,
            store=rows,
            policy=arxiv_policy(attempts=1, budget=900, floor=3),
            schedule=ScheduleSettings(),
            deadline=60,
            clock=self.clock,
        )

    def poll(self, *steps: object) -> CategoryReport:
        self.source.script("cs.AI", *steps)  # type: ignore[arg-type]
        return self.pipeline.update(["cs.AI"], force=True).categories[0]


@pytest.fixture
def rows() -> MemoryRows:
    return MemoryRows()


@pytest.fixture
def world(rows: MemoryRows) -> World:
    return World(rows)


def states(rows: MemoryRows) -> dict[int, str]:
    return {day.day: row.state.value for (_, day), row in sorted(rows.ledger.items())}


def many(first: int, last: int) -> list[object]:
    return [entry(number) for number in range(first, last + 1)]


def test_a_batch_is_seen_and_then_confirmed(world: World, rows: MemoryRows) -> None:
    first = world.poll(batch(*many(1, 12)))  # type: ignore[arg-type]
    assert [row.state for row in first.turned] == [State.SEEN]
    world.clock.advance(minutes=30)
    second = world.poll(None)
    assert [row.state for row in second.turned] == [State.CONFIRMED]
    assert second.next_try is not None
    assert second.next_try > slot_of(WEDNESDAY).announced_at
    row = rows.ledger["cs.AI", TUESDAY]
    assert row.evidence is not None
    assert len(row.evidence.body or "") == 64


def test_A1_A2_a_late_category_is_asked_until_its_batch_comes(world: World, rows: MemoryRows) -> None:
    world.poll(batch(*many(1, 12)))  # type: ignore[arg-type]
    world.clock.advance(days=1)
    stale = world.poll(batch(*many(1, 12)))  # type: ignore[arg-type]
    assert (stale.outcome, states(rows)) == (Outcome.STALE, {5: "confirmed", 6: "expected"})
    assert stale.next_try == world.clock.now() + timedelta(minutes=30)
    world.clock.advance(minutes=30)
    world.poll(batch(*many(21, 30), day=WEDNESDAY))  # type: ignore[arg-type]
    assert states(rows) == {5: "confirmed", 6: "seen"}


def test_A8_a_batch_in_parts_is_suspect_until_the_rest_comes(world: World, rows: MemoryRows) -> None:
    for number in range(6):
        day = date(2026, 5, 5 + number) if number < 4 else date(2026, 5, 7 + number)
        world.clock.advance(seconds=(slot_of(day).announced_at - world.clock.now()).total_seconds() + 3600)
        world.poll(batch(*many(100 * number, 100 * number + 39), day=day))  # type: ignore[arg-type]
    assert states(rows)[12] == "seen"
    world.clock.advance(days=1)
    part = many(900, 904)
    world.poll(batch(*part, day=date(2026, 5, 13)))  # type: ignore[arg-type]
    assert rows.ledger["cs.AI", date(2026, 5, 13)].reason == "only 5 entries came, where about 40 are usual"
    world.clock.advance(hours=2)
    world.poll(batch(*part, *many(905, 935), day=date(2026, 5, 13)))  # type: ignore[arg-type]
    row = rows.ledger["cs.AI", date(2026, 5, 13)]
    assert (row.state, row.total) == (State.SEEN, 36)


@pytest.mark.parametrize(("last_look", "day"), [(2, date(2026, 5, 8)), (17, date(2026, 5, 9))])
def test_A5_after_a_skipped_friday_a_saturday_is_its_own(
    world: World, rows: MemoryRows, last_look: float, day: date
) -> None:
    """Unless nobody looked at the feed late enough on Friday to know that it was skipped."""
    world.poll(batch(*many(1, 12)))  # type: ignore[arg-type]
    friday = slot_of(date(2026, 5, 8)).announced_at
    world.clock.advance(seconds=(friday - world.clock.now()).total_seconds() + 3600 * last_look)
    world.poll(batch(day=date(2026, 5, 8)))
    world.clock.advance(hours=30 - last_look)
    report = world.poll(batch(*many(20, 32), day=date(2026, 5, 9)))  # type: ignore[arg-type]
    assert report.day == day


def test_A26_days_without_the_program_are_listed(world: World, rows: MemoryRows) -> None:
    world.poll(batch(*many(1, 12)))  # type: ignore[arg-type]
    world.clock.advance(days=60)
    day = date(2026, 7, 3)
    assert slot_of(day).announced_at < world.clock.now()
    world.poll(batch(*many(500, 520), day=date(2026, 7, 2)))  # type: ignore[arg-type]
    found = [row.day for row in rows.ledger.values()]
    assert len(found) == 44
    assert [row.day for row in rows.ledger.values() if row.state is State.CONFIRMED_EMPTY] == [
        date(2026, 6, 22)  # Juneteenth was on Friday
    ]


def test_a_304_speaks_of_the_day_that_the_feed_has_shown(world: World, rows: MemoryRows) -> None:
    """Not of a newer one that is here on the witness's word alone."""
    world.poll(batch(*many(1, 12)))  # type: ignore[arg-type]
    world.clock.advance(days=1)
    rows.announced["cs.AI"]["2605.00077", 1, Kind.NEW] = WEDNESDAY
    told = Witnessed("cs.AI", WEDNESDAY, world.clock.now(), 1, stored=1, counts={Kind.NEW: 1})
    rows.ledger["cs.AI", WEDNESDAY] = after(None, told)
    report = world.poll(None)
    assert (report.outcome, report.day) == (Outcome.STALE, TUESDAY)
    assert rows.ledger["cs.AI", WEDNESDAY].seen_at is None
    assert report.next_try == world.clock.now() + timedelta(minutes=30)


def test_a_failure_is_told_in_the_row_and_changes_no_state(world: World, rows: MemoryRows) -> None:
    world.poll(Unreachable("https://rss.arxiv.org/rss/cs.AI", "refused"))
    row = rows.ledger["cs.AI", TUESDAY]
    assert (row.state, row.trouble) == (State.EXPECTED, "Unreachable: refused")


class Shown:
    """The real store and site around a world."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.store, self.world, self.folder = store, World(store), folder
        site = Site(SiteSettings(), folder / "site", categories=("cs.AI", "cs.LG"))
        self.builder = Builder(
            store=store, site=site, categories=("cs.AI", "cs.LG"), days=30, clock=self.world.clock
        )

    def page(self, path: str) -> str:
        self.builder.build()
        return (self.folder / "site" / path).read_text()


def test_the_counts_in_the_ledger_are_those_of_the_database(tmp_path: Path) -> None:
    with Store.open(tmp_path / "papers.db") as store:
        world = World(store)
        world.poll(
            batch(entry(1), entry(1), entry(2), entry(2, Kind.REPLACE, version=2), entry(3, Kind.CROSS))
        )
        world.poll(batch(entry(1), entry(2), entry(4), entry(3, Kind.CROSS), entry(3, Kind.CROSS, version=2)))
        row = store.ledger_row("cs.AI", TUESDAY)
        (link,) = store.days("cs.AI", ("cs.AI",), 9)
    assert row is not None
    assert row.counts == {kind: number for kind, number in link.counts.items() if number}
    assert row.total == 6


def test_pages_say_how_far_each_day_can_be_trusted(tmp_path: Path) -> None:
    with Store.open(tmp_path / "papers.db") as store:
        shown = Shown(tmp_path, store)
        shown.world.poll(batch(*many(1, 12)))  # type: ignore[arg-type]
        assert "Complete so far: as arXiv's feed had it" in words_of(shown.page("arxiv/cs.AI/index.html"))
        assert "1 of 2 followed categories are in; open: some were not asked" in words_of(
            shown.page("index.html")
        )
        assert "Not asked for yet." in words_of(shown.page("index.html"))
        shown.world.clock.advance(days=1)
        shown.world.poll(batch(*many(1, 12)))  # type: ignore[arg-type]
        newest = words_of(shown.page("arxiv/cs.AI/index.html"))
        assert "Complete: a second look found nothing more." in newest
        assert "For 6 May 2026: Incomplete: arXiv has not announced." in newest
        _fill(store, WEDNESDAY, shown.world.clock.now() + timedelta(hours=4))
        newest = words_of(shown.page("arxiv/cs.AI/index.html"))
        assert "For 6 May 2026: Incomplete: 2 of 12 papers that OAI-PMH lists are not here yet." in newest
        shown.world.poll(batch(*many(21, 32), day=WEDNESDAY))  # type: ignore[arg-type]
        older = words_of(shown.page("arxiv/cs.AI/2026-05-05/index.html"))
        assert "Complete: a second look found nothing more." in older
        assert "Incomplete" not in older


def test_home_marks_a_category_as_proven_until_a_later_day_is_awaited(tmp_path: Path) -> None:
    with Store.open(tmp_path / "papers.db") as store:
        shown = Shown(tmp_path, store)
        marked = []
        for pause in (timedelta(minutes=30), timedelta(days=1), timedelta()):
            shown.world.poll(batch(*many(1, 12)))  # type: ignore[arg-type]
            marked.append('class="category-note proven"' in shown.page("index.html"))
            shown.world.clock.advance(seconds=pause.total_seconds())
        assert marked == [False, True, False]  # seen once, seen again, and then Wednesday does not come


def _fill(store: Store, day: date, at: datetime) -> None:
    row = after(store.ledger_row("cs.AI", day), Witnessed("cs.AI", day, at, 12, missing=2))
    assert isinstance(row, LedgerRow)
    store.save_ledger([row])


def test_a_settled_day_is_not_rendered_again(tmp_path: Path) -> None:
    with Store.open(tmp_path / "papers.db") as store:
        shown = Shown(tmp_path, store)
        for _ in range(2):
            shown.world.poll(batch(*many(1, 12)))  # type: ignore[arg-type]
            shown.world.clock.advance(minutes=30)
        shown.builder.build()
        shown.world.clock.advance(minutes=30)
        assert shown.builder.build().written == 0
