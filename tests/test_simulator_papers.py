"""The invented papers, the virtual clock, and the truth that a script makes."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from threading import Event, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.models import Kind
from aggregator.simulator.clock import VirtualClock
from aggregator.simulator.papers import SAMPLE_ABSTRACT, manuscript
from aggregator.simulator.people import credits, in_tex, invented
from aggregator.simulator.phrases import Topic, article, fill
from aggregator.simulator.preprint import with_aliases
from aggregator.simulator.script import Script, Skipped, Unplanned, Volume, announced_at, submissions
from aggregator.simulator.truth import Truth
from aggregator.taxonomy import CATEGORIES

START = datetime(2026, 10, 26, 12, tzinfo=UTC)
MONDAY = date(2026, 10, 26)
CATEGORIES_OF_TESTS = ("cs.AI", "cs.CL", "math.AG", "quant-ph", "cs.IT")
HARD = r"""
    < > & %
    \% ~ `` " \mathcal{O} $$ \sum \frac \begin{pmatrix} \alpha $a<b$ \emph{ \'e é Ş example.org withdrawn {\o} \v{
"""
ACTIVE = sorted(c.id for c in CATEGORIES.values() if c.active)


# ── the clock ──


def test_waiting_lets_virtual_time_pass_at_once() -> None:
    clock = VirtualClock(START)
    assert clock.wait(3600.0) is False
    assert clock.now() == START + timedelta(hours=1)
    assert clock.monotonic() == 3600.0


def test_the_clock_never_goes_back() -> None:
    clock = VirtualClock(START)
    clock.wait(-5.0)
    clock.advance_to(START - timedelta(days=1))
    assert clock.now() == START
    clock.advance_to(START + timedelta(days=1))
    assert clock.monotonic() == 86_400.0


def test_a_stop_ends_a_wait_without_time_passing() -> None:
    clock, stop = VirtualClock(START, real_per_virtual=1.0), Event()
    stop.set()
    assert clock.wait(3600.0, stop) is True
    assert clock.now() == START


def test_threads_that_wait_one_after_the_other_add_up() -> None:
    clock = VirtualClock(START)
    threads = [Thread(target=lambda: [clock.wait(0.0) for _ in range(100)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    clock.wait(1.0)
    assert clock.monotonic() == 1.0


# ── texts ──


@given(category=st.sampled_from(ACTIVE), number=st.integers(1, 99_999), version=st.integers(1, 5))
def test_every_paper_is_whole_and_says_that_it_is_a_sample(category: str, number: int, version: int) -> None:
    paper = manuscript(1, f"2611.{number:05}", category, version=version)
    assert paper == manuscript(1, f"2611.{number:05}", category, version=version)
    assert paper.abstract.endswith(SAMPLE_ABSTRACT)
    assert "sample" in paper.comments
    assert paper.doi is None or paper.doi.startswith("10.5555/")
    assert not re.search(r"<\^?(a:)?[a-z_]+>", paper.title + paper.abstract + paper.authors)
    assert 80 <= len(paper.abstract.split()) <= 250 or "withdrawn" in paper.comments
    assert paper.title == paper.title.strip()
    assert paper.abstract.replace(r"\$", "").count("$") % 2 == 0
    assert not re.search(r"\s\s|\n", paper.title + paper.abstract + paper.authors)


def test_texts_hold_what_makes_real_ones_hard() -> None:
    papers = [manuscript(1, f"2611.{n:05}", ACTIVE[n % len(ACTIVE)], version=1 + n % 4) for n in range(3000)]
    texts = "\n".join(f"{p.title}\n{p.abstract}\n{p.authors}\n{p.comments}" for p in papers)
    for hard in HARD.split():
        assert hard in texts, hard
    assert any(p.journal_ref for p in papers)
    assert len({p.license for p in papers}) == 5
    assert any(re.search(r"\([^)]*,[^)]*\)", p.authors) for p in papers), "affiliations with commas"


def test_papers_are_not_all_alike() -> None:
    papers = [manuscript(1, f"2611.{n:05}", "cs.LG") for n in range(200)]
    assert len({p.title for p in papers}) > 190
    assert len({p.abstract for p in papers}) == 200


def test_a_later_version_keeps_title_and_authors() -> None:
    first, second = (manuscript(1, "2611.00001", "hep-th", version=v) for v in (1, 2))
    assert (first.title, first.authors, first.abstract) == (second.title, second.authors, second.abstract)
    assert second.comments.startswith("v2: ")


def test_another_seed_gives_another_paper() -> None:
    assert manuscript(1, "2611.00001", "hep-th").title != manuscript(2, "2611.00001", "hep-th").title


def test_long_author_lists_open_with_a_collaboration() -> None:
    people = invented(Random(1), 2000)
    assert credits(people).partition(", ")[0] == people[0].keyname
    assert people[0].keyname.endswith(" Collaboration")
    assert len(people) == 2001


@pytest.mark.parametrize(
    ("name", "tex"),
    [
        ("Muñoz", r"Mu\~noz"),
        ("Čolak", r"\v{C}olak"),
        ("Jiří", r"Ji\v{r}\'{\i}"),
        ("Sørbø", r"S{\o}rb{\o}"),
        ("Nguyễn", "Nguyễn"),
        ("Brown", "Brown"),
    ],
)
def test_accents_as_tex(name: str, tex: str) -> None:
    assert in_tex(name) == tex


@pytest.mark.parametrize(
    ("phrase", "whole"),
    [
        ("graph", "a graph"),
        ("encoder", "an encoder"),
        ("unified account", "a unified account"),
        ("unexpected turn", "an unexpected turn"),
        ("honest party", "an honest party"),
        ("MMSE receiver", "an MMSE receiver"),
        ("U-shaped network", "a U-shaped network"),
        ("$k$-CNF formula", "a $k$-CNF formula"),
    ],
)
def test_articles_go_by_sound(phrase: str, whole: str) -> None:
    assert article(phrase) == whole


def test_a_topic_never_compares_a_thing_with_itself() -> None:
    topic = Topic({"thing": ("cat", "owl")}, {"thing": 2}, Random(1))
    assert fill("<a:thing> and <a:thing>", topic) in ("a cat and an owl", "an owl and a cat")


def test_an_unknown_slot_is_an_error() -> None:
    with pytest.raises(KeyError):
        fill("<nothing>", Topic({}, {}, Random(1)))


# ── the truth ──


@pytest.fixture(scope="module")
def truth() -> Truth:
    return Truth(Script(CATEGORIES_OF_TESTS, MONDAY, days=12, announcements=80))


def test_the_same_script_gives_the_same_truth(truth: Truth) -> None:
    again = Truth(truth.script)
    assert again.releases == truth.releases
    assert again.papers() == truth.papers()
    other = Truth(replace(truth.script, seed=2))
    assert other.announcements() != truth.announcements()


def test_each_listing_day_has_exactly_the_announcements_asked_for(truth: Truth) -> None:
    per_day = Counter(a.day for a in truth.announcements())
    weekdays = [MONDAY + timedelta(days=n) for n in range(12) if n % 7 < 5]
    assert per_day == dict.fromkeys(weekdays, 80)
    assert {a.kind for a in truth.announcements()} == set(Kind)
    assert {a.category for a in truth.announcements()} == set(CATEGORIES_OF_TESTS)


def test_announcements_come_to_light_at_eight_in_the_evening_new_york(truth: Truth) -> None:
    eve = datetime(2026, 10, 26, 0, 0, tzinfo=UTC)  # Sunday 20:00 in New York, still summer time
    assert announced_at(MONDAY) == eve
    assert truth.announcements(eve - timedelta(seconds=1)) == frozenset()
    assert {a.day for a in truth.announcements(eve)} == {MONDAY}
    assert announced_at(date(2026, 11, 2)) == datetime(2026, 11, 2, 1, 0, tzinfo=UTC)  # winter time


def test_a_paper_is_new_once_and_only_in_its_primary_category(truth: Truth) -> None:
    new = [a for release in truth.releases for a in _kinds(truth, release.day, Kind.NEW)]
    assert len({paper for paper, _ in new}) == len(new)
    for paper, category in new:
        assert truth.papers()[paper].listed_in[0] == category


def _kinds(truth: Truth, day: date, kind: Kind) -> list[tuple[str, str]]:
    return [
        (item.preprint.id, category)
        for release in truth.releases
        if release.day == day
        for category, items in release.listings.items()
        for item in items
        if item.kind is kind
    ]


def test_listings_have_arxivs_order_and_each_paper_once(truth: Truth) -> None:
    order = list(Kind)
    for release in truth.releases:
        for items in release.listings.values():
            places = [(order.index(item.kind), item.preprint.age) for item in items]
            assert places == sorted(places)
            assert len({item.preprint.id for item in items}) == len(items)


def test_ids_follow_submission_in_the_month_of_the_announcement(truth: Truth) -> None:
    for release in truth.releases:
        new = {
            item.preprint.id: item.preprint.submitted[-1]
            for items in release.listings.values()
            for item in items
            if item.kind is Kind.NEW
        }
        assert all(new[a] <= new[b] for a, b in pairwise(sorted(new)))
        evening = release.day - timedelta(days=1)
        assert all(re.fullmatch(rf"{evening:%y%m}\.\d{{5}}", paper) for paper in new)
        begin, end = submissions(release.day)
        assert all(begin <= moment < end for moment in new.values())


def test_versions_only_grow(truth: Truth) -> None:
    seen: dict[str, int] = {}
    for release in truth.releases:
        for items in release.listings.values():
            for item in items:
                paper = item.preprint
                assert paper.version >= seen.get(paper.id, 1)
                assert list(paper.submitted) == sorted(paper.submitted)
                if item.kind in (Kind.REPLACE, Kind.REPLACE_CROSS):
                    assert 2 <= paper.version <= 5
        seen |= {i.preprint.id: i.preprint.version for items in release.listings.values() for i in items}
    assert any(paper.version > 5 for paper in truth.papers().values()), "versions that no feed announces"


def test_ids_of_all_ages_are_replaced(truth: Truth) -> None:
    ids = Truth(replace(truth.script, announcements=400)).papers()
    assert any("/" in paper for paper in ids)
    assert any(re.fullmatch(r"\d{4}\.\d{4}", paper) for paper in ids)


def test_a_day_of_the_demo_has_crowds_of_authors() -> None:
    truth = Truth(Script(CATEGORIES_OF_TESTS, MONDAY, days=5, announcements=300))
    assert {60, 300} <= {paper.size for paper in truth.papers().values()}


@pytest.mark.parametrize(
    ("day", "begin", "end"),
    [
        (date(2026, 10, 26), datetime(2026, 10, 22, 18, tzinfo=UTC), datetime(2026, 10, 23, 18, tzinfo=UTC)),
        (date(2026, 10, 27), datetime(2026, 10, 23, 18, tzinfo=UTC), datetime(2026, 10, 26, 18, tzinfo=UTC)),
        (date(2026, 10, 28), datetime(2026, 10, 26, 18, tzinfo=UTC), datetime(2026, 10, 27, 18, tzinfo=UTC)),
        (date(2026, 11, 3), datetime(2026, 10, 30, 18, tzinfo=UTC), datetime(2026, 11, 2, 19, tzinfo=UTC)),
    ],
)
def test_submission_windows_follow_arxivs_table(day: date, begin: datetime, end: datetime) -> None:
    assert submissions(day) == (begin, end)


def test_a_skipped_day_is_announced_with_the_next() -> None:
    tuesday = MONDAY + timedelta(days=1)
    truth = Truth(Script(CATEGORIES_OF_TESTS, MONDAY, days=5, announcements=30, switches=(Skipped(tuesday),)))
    per_day = Counter(a.day.isoformat()[-2:] for a in truth.announcements())
    assert per_day == {"26": 30, "28": 60, "29": 30, "30": 30}


def test_holidays_have_no_announcement_unless_arxiv_makes_one() -> None:
    friday = date(2026, 11, 27)  # Thanksgiving was on Thursday
    script = Script(CATEGORIES_OF_TESTS, date(2026, 11, 23), days=7, announcements=20)
    assert friday not in {r.day for r in Truth(script).releases}
    unplanned = replace(script, switches=(Unplanned(friday),))
    assert len(Truth(unplanned).announcements()) == 5 * 20


def test_a_volume_holds_for_its_day_only() -> None:
    script = Script(CATEGORIES_OF_TESTS, MONDAY, days=2, announcements=20, switches=(Volume(MONDAY, 700),))
    per_day = Counter(a.day for a in Truth(script).announcements())
    assert list(per_day.values()) == [700, 20] or list(per_day.values()) == [20, 700]
    assert per_day[MONDAY] == 700


def test_aliases_stand_beside_their_names() -> None:
    assert with_aliases("cs.IT", "cs.LG") == ("cs.IT", "math.IT", "cs.LG")
