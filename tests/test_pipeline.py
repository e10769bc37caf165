"""One run over the categories: what comes of each answer, and what never stops the rest."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Event

import pytest
from fakes import FakeClock, MemoryRows, ScriptedSource, batch, entry

from aggregator.errors import CoolingDown, HttpError, NotXml, Stopped, StoreError, Unreachable, WrongFeed
from aggregator.models import CategoryReport, Kind, Outcome, Refusal
from aggregator.pipeline import Pipeline
from aggregator.policy import arxiv_policy
from aggregator.settings import ScheduleSettings

MONDAY, TUESDAY = date(2026, 5, 4), date(2026, 5, 5)
URL = "https://rss.arxiv.org/rss/cs.AI"


class World:
    """A pipeline with everything around it."""

    def __init__(self) -> None:
        self.clock = FakeClock()  # Tuesday 01:00 New York, five hours after the slot
        self.rows = MemoryRows()
        self.source = ScriptedSource(self.clock)
        self.stop = Event()
        self.pipeline = Pipeline(
            source=self.source,
            store=self.rows,
            policy=arxiv_policy(attempts=3, budget=900, floor=3),
            schedule=ScheduleSettings(),
            deadline=60,
            clock=self.clock,
            stop=self.stop,
        )

    def poll(self, *steps: object) -> CategoryReport:
        self.source.script("cs.AI", *steps)  # type: ignore[arg-type]
        return self.pipeline.update(["cs.AI"], force=True).categories[0]


@pytest.fixture
def world() -> World:
    return World()


def test_a_new_batch_is_stored_under_its_day(world: World) -> None:
    report = world.poll(batch(entry(1), entry(2, Kind.CROSS), entry(3, Kind.REPLACE, version=2)))
    assert (report.outcome, report.day, report.added) == (Outcome.STORED, TUESDAY, 3)
    assert report.counts == {Kind.NEW: 1, Kind.CROSS: 1, Kind.REPLACE: 1}
    assert [a.position for a in world.rows.polls[0].announcements] == [1, 2, 3]
    assert world.rows.polls[0].answer is not None


def test_reading_the_same_feed_twice_adds_nothing(world: World) -> None:
    world.poll(batch(entry(1), entry(2)))
    report = world.poll(batch(entry(1), entry(2)))
    assert (report.outcome, report.added, report.day) == (Outcome.UNCHANGED, 0, TUESDAY)


def test_A1_a_known_batch_in_a_newer_slot_is_stale_not_quiet(world: World) -> None:
    world.poll(batch(entry(1), entry(2)))
    world.clock.advance(days=1)
    report = world.poll(batch(entry(1), entry(2)))
    assert (report.outcome, report.day) == (Outcome.STALE, TUESDAY)
    assert "2026-05-05" in report.reason


def test_A8_the_rest_of_a_partial_batch_joins_its_day(world: World) -> None:
    world.poll(batch(entry(1)))
    report = world.poll(batch(entry(1), entry(2), entry(3), entry(4)))
    assert (report.outcome, report.day, report.added) == (Outcome.STORED, TUESDAY, 3)


def test_A3_a_whole_feed_without_entries_is_no_announcement(world: World) -> None:
    report = world.poll(batch(day=date(2026, 5, 3)))
    assert (report.outcome, report.day, report.added) == (Outcome.EMPTY, None, 0)
    assert "weekend" in report.reason


def test_H13_an_unchanged_feed_while_a_day_is_due_is_stale(world: World) -> None:
    world.poll(batch(entry(1)))
    assert world.poll(None).outcome is Outcome.NOT_MODIFIED
    world.clock.advance(days=1)
    assert world.poll(None).outcome is Outcome.STALE


def test_A9_exactly_two_thousand_rows_are_stored_and_called_cut(world: World) -> None:
    report = world.poll(batch(entry(1), truncated=True))
    assert (report.outcome, report.added) == (Outcome.TRUNCATED, 1)


def test_A12_new_and_replaced_on_the_same_day_are_both_kept(world: World) -> None:
    report = world.poll(batch(entry(1), entry(1, Kind.REPLACE, version=2)))
    assert report.added == 2


def test_a_paper_is_new_only_once_but_may_be_cross_listed_again(world: World) -> None:
    world.poll(batch(entry(1), entry(2, Kind.CROSS)))
    world.clock.advance(days=1)
    wednesday = [entry(n) for n in range(10, 20)]
    report = world.poll(batch(entry(1), entry(2, Kind.CROSS), *wednesday, day=date(2026, 5, 6)))
    assert (report.day, report.added) == (date(2026, 5, 6), 11)


def test_a_transient_failure_is_tried_again_and_told(world: World) -> None:
    report = world.poll(Unreachable(URL, "refused"), NotXml(URL, "cut"), batch(entry(1)))
    assert (report.outcome, report.attempts) == (Outcome.STORED, 3)
    assert all(wait >= 3 for wait in world.clock.waits)


def test_a_failure_after_all_tries_is_reported_and_nothing_is_stored(world: World) -> None:
    report = world.poll(*[Unreachable(URL, "refused")] * 3)
    assert (report.outcome, report.attempts, report.added) == (Outcome.FAILED, 3, 0)
    assert report.reason == "Unreachable: refused"
    assert report.next_try is not None


def test_a_feed_of_another_category_is_refused_by_name(world: World) -> None:
    report = world.poll(WrongFeed(URL, "this is the feed of math.AG"))
    assert (report.outcome, report.reason) == (Outcome.REFUSED, "WrongFeed: this is the feed of math.AG")


def test_H3_a_long_retry_after_is_obeyed_without_waiting(world: World) -> None:
    report = world.poll(HttpError(URL, 503, retry_after=3600))
    assert report.outcome is Outcome.FAILED
    assert world.clock.waits == []
    assert report.next_try is not None
    assert report.next_try >= world.clock.now() + timedelta(hours=1)


def test_H6_a_closed_gate_is_told_with_its_end(world: World) -> None:
    until = world.clock.now() + timedelta(hours=24)
    report = world.poll(CoolingDown(URL, until, "HTTP 403"))
    assert report.outcome is Outcome.COOLING
    assert report.next_try is not None
    assert report.next_try >= until


def test_X12_a_bad_entry_is_refused_and_the_rest_kept(world: World) -> None:
    report = world.poll(batch(entry(1), refused=(Refusal("../../x", "not an arXiv id"),)))
    assert (report.outcome, report.added) == (Outcome.STORED, 1)
    assert "1 entries refused" in report.reason


def test_P14_a_programming_error_is_not_retried_and_others_go_on(world: World) -> None:
    def broken() -> None:
        raise TypeError("a bug in the parser")

    world.source.script("cs.AI", broken)  # type: ignore[arg-type]
    world.source.script("cs.CL", batch(entry(1), category="cs.CL"))
    first, second = world.pipeline.update(["cs.AI", "cs.CL"], force=True).categories
    assert (first.outcome, second.outcome) == (Outcome.FAILED, Outcome.STORED)
    assert "TypeError" in first.reason
    assert world.source.asked == ["cs.AI", "cs.CL"]


def test_a_database_that_fails_ends_the_run(world: World) -> None:
    with pytest.raises(StoreError):
        world.poll(StoreError("disk full"))


def test_a_stop_ends_the_run_before_the_next_category(world: World) -> None:
    world.stop.set()
    with pytest.raises(Stopped):
        world.poll(batch(entry(1)))
    assert world.source.asked == []


def test_a_category_that_is_not_due_is_not_asked(world: World) -> None:
    world.poll(batch(entry(1)))
    report = world.pipeline.update(["cs.AI"]).categories[0]
    assert report.outcome is Outcome.NOT_DUE
    assert world.source.asked == ["cs.AI"]
