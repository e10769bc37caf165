"""What a record implies, and how often that is what really happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from aggregator.announce import NEW_YORK, day_of_submission
from aggregator.models import Answer, Kind, Record, Version
from aggregator.simulator import Script, Truth
from aggregator.simulator.oai import Oai
from aggregator.simulator.script import Skipped
from aggregator.sources import oai
from aggregator.witness import CUT_OFF, Claim, claims, settled

CATEGORIES = ("cs.AI", "cs.LG", "math.PR", "hep-th")


def new_york(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("submitted", "day"),
    [
        ("2026-05-04 13:59", "2026-05-05"),  # Monday before the cut-off: Tuesday
        ("2026-05-04 14:00", "2026-05-06"),
        ("2026-05-07 13:59", "2026-05-08"),  # Thursday: Friday
        ("2026-05-07 14:00", "2026-05-11"),  # Thursday afternoon to Friday 14:00: Monday
        ("2026-05-08 13:59", "2026-05-11"),
        ("2026-05-08 14:00", "2026-05-12"),  # Friday afternoon to Monday 14:00: Tuesday
        ("2026-05-10 23:00", "2026-05-12"),
        ("2026-05-11 13:59", "2026-05-12"),
    ],
)
def test_the_submission_window_names_the_listing_day(submitted: str, day: str) -> None:
    assert day_of_submission(new_york(submitted), CUT_OFF) == date.fromisoformat(day)


def test_an_unplanned_announcement_has_all_that_came_before_its_evening() -> None:
    saturday, tuesday = date(2026, 5, 9), date(2026, 5, 12)
    paper = record("2026-05-04 10:00", "2026-05-08 15:00", changed="2026-05-09")
    replaced = Claim("2605.00001", 2, Kind.REPLACE, tuesday)
    lists = {saturday: {"2605.00001": Kind.REPLACE}}
    assert settled(paper, [replaced], lists, ()) == [Claim("2605.00001", 2, Kind.REPLACE, saturday)]


def record(*submitted: str, categories: str = "cs.AI cs.LG", changed: str = "2026-05-05") -> Record:
    versions = tuple(Version(n, new_york(moment)) for n, moment in enumerate(submitted, 1))
    day = date.fromisoformat(changed)
    return Record("2605.00001", day, False, tuple(categories.split()), "T", "A", "N", versions=versions)


def test_a_new_paper_is_new_at_home_and_a_cross_list_elsewhere() -> None:
    paper = record("2026-05-04 10:00")
    day = date(2026, 5, 5)
    assert claims(paper, "cs.AI") == [Claim("2605.00001", 1, Kind.NEW, day)]
    assert claims(paper, "cs.LG") == [Claim("2605.00001", 1, Kind.CROSS, day)]
    assert claims(paper, "hep-th") == []


def test_a_paper_replaced_before_its_announcement_is_announced_once() -> None:
    paper = record("2026-05-04 10:00", "2026-05-04 12:00")
    assert claims(paper, "cs.AI") == [Claim("2605.00001", 2, Kind.NEW, date(2026, 5, 5))]


def test_a_delayed_announcement_is_dated_by_the_last_change() -> None:
    assert claims(record("2026-05-04 10:00", changed="2026-05-06"), "cs.AI")[0].day == date(2026, 5, 6)
    assert claims(record("2026-05-04 10:00", changed="2026-09-01"), "cs.AI")[0].day == date(2026, 5, 5)


def test_a_category_that_was_added_is_a_cross_list_of_the_day_of_the_change() -> None:
    paper = record("2026-05-04 10:00", changed="2026-06-02")
    assert claims(paper, "cs.LG", before=("cs.AI",)) == [Claim("2605.00001", 1, Kind.CROSS, date(2026, 6, 2))]


def test_A10_no_replacement_from_version_six_on_is_announced() -> None:
    moments = [f"2026-0{month}-04 10:00" for month in range(1, 9)]
    assert [claim.version for claim in claims(record(*moments), "cs.AI")] == [1, 2, 3, 4, 5]


def test_aliases_count_as_one_category() -> None:
    assert claims(record("2026-05-04 10:00", categories="math.NA cs.NA"), "math.NA")[0].kind is Kind.NEW


@pytest.mark.parametrize("switches", [(), (Skipped(date(2026, 5, 6)),)], ids=["every day", "a skipped day"])
def test_harvested_nightly_new_papers_are_claimed_on_their_days(switches: tuple[Skipped, ...]) -> None:
    """All of them, but for one that was replaced while a skipped announcement held it back.

    One more is claimed: announced right before the script begins, and touched right after.
    """
    first = date(2026, 4, 27)
    truth = Truth(Script(CATEGORIES, first, days=14, announcements=120, seed=5, switches=switches))
    claimed: dict[tuple[str, str], date] = {}
    for release in truth.releases:
        for category, claim in _claims(truth, release.announced_at + timedelta(hours=3)):
            if claim.kind is Kind.NEW and claim.day >= first:
                claimed.setdefault((category, claim.paper_id), claim.day)
    new = {(a.category, a.paper_id): a.day for a in truth.announcements() if a.kind is Kind.NEW}
    assert len(new.items() - claimed.items()) <= len(switches)
    assert new.keys() <= claimed.keys()
    assert len(claimed) <= len(new) + 1


def test_harvested_once_after_a_month_nearly_all_new_papers_are() -> None:
    """A cross-list that was added within days hides when the paper itself was announced."""
    truth = Truth(Script(CATEGORIES, date(2026, 4, 27), days=30, announcements=120, seed=5))
    at = truth.releases[-1].announced_at + timedelta(hours=3)
    claimed = {(c, claim.paper_id, claim.day) for c, claim in _claims(truth, at)}
    new = {(a.category, a.paper_id, a.day) for a in truth.announcements() if a.kind is Kind.NEW}
    assert len(new - claimed) <= 0.02 * len(new)


def test_days_known_to_be_listed_settle_the_doubt() -> None:
    paper = record("2026-05-04 10:00", changed="2026-05-06")
    assert claims(paper, "cs.AI", listed_on={date(2026, 5, 5)})[0].day == date(2026, 5, 5)


def _claims(truth: Truth, at: datetime) -> Iterator[tuple[str, Claim]]:
    server = Oai(truth, page=100_000)
    for category in CATEGORIES:
        url = oai.list_records_url("", set_spec=oai.set_of(category), prefix="arXivRaw", since=None)
        answer = Answer(url, 200, {}, server(url, at).body, at)
        for paper in oai.parse(answer).records:
            yield from ((category, claim) for claim in claims(paper, category))
