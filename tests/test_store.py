"""What is stored and what is read back: nothing twice, nothing lost, nothing older over something newer."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_samples import (
    CARD,
    MONDAY,
    NOON,
    TUESDAY,
    a_fortnight,
    announcement,
    answer,
    dump,
    listed,
    make_cards,
    paper,
    poll,
)

from aggregator import normalise
from aggregator.errors import StoreError
from aggregator.models import (
    Announcement,
    Author,
    Card,
    GateState,
    Kind,
    Outcome,
    Paper,
    RawEntry,
    SeenVersion,
    Validators,
)
from aggregator.store.announcements import identity, sift
from aggregator.store.database import Store
from aggregator.store.moments import moment_of, moment_text

AI, LG = "cs.AI", "cs.LG"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "papers.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(path) as opened:
        yield opened


def shown(store: Store, category: str | None, *categories: str) -> list[tuple[str, Kind]]:
    make_cards(store)
    return [(row.paper_id[5:].lstrip("0"), row.kind) for row in store.listing(category, MONDAY, categories)]


# polls


def test_a_poll_returns_how_many_announcements_were_not_known(store: Store) -> None:
    assert store.save_poll(poll(announcement(1), announcement(2, position=2))) == 2
    assert store.save_poll(poll(announcement(2, position=2), announcement(3, position=3))) == 1


def test_storing_everything_twice_changes_nothing(store: Store, path: Path) -> None:
    polls = a_fortnight()
    added = [store.save_poll(each) for each in polls]
    before = dump(path)
    assert sum(added) == len(before["announcements"]) > 300
    assert [store.save_poll(each) for each in polls[-6:]] == [0] * 6
    assert dump(path) == before


def test_a_later_new_is_never_a_duplicate(store: Store) -> None:
    store.save_poll(poll(announcement(1)))
    assert store.save_poll(poll(announcement(1, day=TUESDAY, version=2))) == 0
    assert [link.day for link in store.days(AI, (), 9)] == [MONDAY]


def test_a_cross_list_may_be_listed_again_on_a_later_day(store: Store) -> None:
    store.save_poll(poll(announcement(1, Kind.CROSS)))
    assert store.save_poll(poll(announcement(1, Kind.CROSS, day=TUESDAY))) == 1
    assert store.known_days(AI, [("2605.00001", 1, Kind.CROSS)]).popitem()[1] == TUESDAY


def test_a_replacement_updates_the_paper_and_adds_an_announcement(store: Store) -> None:
    store.save_poll(poll(announcement(1)))
    store.save_poll(poll(announcement(1, Kind.REPLACE, version=2, day=TUESDAY)))
    make_cards(store)
    record = store.record("2605.00001")
    assert record is not None
    assert record.paper == paper(1, 2)
    assert [(a.day, a.kind, a.version) for a in record.announcements] == [
        (MONDAY, Kind.NEW, 1),
        (TUESDAY, Kind.REPLACE, 2),
    ]


def test_an_older_version_never_overwrites_a_newer_one(store: Store) -> None:
    store.save_poll(poll(papers=[paper(1, 3)]))
    store.save_poll(poll(papers=[paper(1, 2)], at=NOON + timedelta(hours=1)))
    store.save_poll(poll(papers=[paper(2, 2), paper(2, 1)]))
    assert [store.paper(f"2605.0000{n}") for n in (1, 2)] == [paper(1, 3), paper(2, 2)]


def test_the_same_version_with_other_texts_is_taken_but_silence_unsays_nothing(store: Store) -> None:
    told = paper(1, comments="5 pages", comments_html="5 pages", doi="10.1000/1", license="CC0")
    store.save_poll(poll(papers=[told]))
    store.save_poll(poll(papers=[paper(1, abstract="Mended.")]))
    assert store.paper(told.id) == replace(told, abstract="Mended.")
    store.save_poll(poll(papers=[paper(1, comments="6 pages", abstract="Mended.")]))
    assert store.paper(told.id) == replace(told, abstract="Mended.", comments="6 pages", comments_html=None)


def test_the_order_of_polls_does_not_matter_for_papers_and_announcements(tmp_path: Path) -> None:
    polls = [
        poll(*listed(Kind.NEW, Kind.CROSS)),
        poll(*listed(Kind.CROSS, Kind.NEW, category=LG), category=LG, at=NOON + timedelta(hours=1)),
        poll(announcement(1, Kind.REPLACE, version=2, day=TUESDAY), at=NOON + timedelta(days=1)),
        poll(papers=[paper(2, doi="10.1000/2", license="CC0")], at=NOON + timedelta(days=2)),
    ]
    states = []
    for number, order in enumerate(permutations(polls)):
        path = tmp_path / str(number) / "papers.db"
        with Store.open(path) as store:
            assert sum(map(store.save_poll, order)) == 5
        states.append(dump(path, without=["changed_at", "revision"]))
    for state in states:
        for table in ("papers", "versions", "announcements", "paper_categories", "fetches"):
            assert state[table] == states[0][table]


def test_one_bad_row_keeps_the_whole_poll_out(store: Store, path: Path) -> None:
    before = dump(path)
    for bad in ({"title": "\ud800"}, {"version": 2**63}, {"version": 0}, {"title": None}):
        with pytest.raises(Exception, match=r"surrogates|too large|CHECK|NOT NULL"):
            store.save_poll(poll(papers=[paper(1), replace(paper(2), **bad)]))
    with pytest.raises(Exception, match="FOREIGN KEY"):
        store.save_poll(poll(announcement(1), papers=[]))
    assert dump(path) == before


def test_moments_need_their_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        moment_text(datetime(2026, 5, 4))


@given(st.datetimes(timezones=st.sampled_from([UTC])))
def test_moments_are_text_of_one_length_in_the_order_of_time(moment: datetime) -> None:
    assert moment_of(moment_text(moment)) == moment
    assert len(moment_text(moment)) == len("2026-05-04T12:00:00.000000Z")


# texts


HARD = (
    "NUL \0 inside",
    "'); DROP TABLE papers; --",
    'say "no"',
    "𝔸 😀 \U0010ffff",
    "\u202eright to left\u202c \u200b",
    "  two spaces, tab\t, line\n, \r\n, \x7f \x1b[31m",
    "$a<b$ {{7*7}} %s ? :name",
    "é é",
    "9" * 100_000,
)


def test_p7_x16_texts_come_back_byte_for_byte(store: Store) -> None:
    papers = [
        paper(
            n,
            title=text,
            abstract=text,
            authors_raw=text,
            comments=text,
            doi=text,
            authors=(Author(text, text),),
        )
        for n, text in enumerate(HARD)
    ]
    store.save_poll(poll(papers=papers))
    assert [store.paper(p.id) for p in papers] == papers


def test_x13_x16_three_thousand_authors_and_the_largest_number(store: Store) -> None:
    crowd = paper(1, 2**63 - 1, authors=tuple(Author(f"Person {n}") for n in range(3000)))
    store.save_poll(poll(papers=[crowd]))
    assert store.paper(crowd.id) == crowd


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=5))
def test_any_text_survives(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    papers = [paper(n, title=text, abstract=text, authors=(Author(text),)) for n, text in enumerate(texts)]
    with Store.open(tmp_path_factory.mktemp("text") / "papers.db") as store:
        store.save_poll(poll(papers=papers))
        assert [store.paper(p.id) for p in papers] == papers


@pytest.mark.recordings
def test_p7_real_papers_come_back_byte_for_byte(store: Store, recordings: Path) -> None:
    papers = []
    with gzip.open(recordings / "corpus" / "corpus_50k.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line, _ in zip(lines, range(1000), strict=False):
            real = json.loads(line)
            texts = {"title": real["title"], "abstract": real["abstract"], "authors_raw": real["authors"]}
            papers.append(replace(paper(1), id=real["id"], **texts))
    store.save_poll(poll(papers=papers))
    assert [store.paper(p.id) for p in papers] == papers


# announcements across categories


def test_a11_one_paper_several_events(store: Store) -> None:
    store.save_poll(poll(announcement(1)))
    store.save_poll(poll(announcement(1, Kind.CROSS, category=LG), category=LG))
    store.save_poll(poll(announcement(1, Kind.CROSS, category="math.CO", day=TUESDAY), category="math.CO"))
    make_cards(store)
    record = store.record("2605.00001")
    assert record is not None
    assert [(a.category, a.day) for a in record.announcements] == [
        (AI, MONDAY),
        (LG, MONDAY),
        ("math.CO", TUESDAY),
    ]
    assert store.counts().papers == 1
    assert shown(store, None, AI, LG) == [("1", Kind.NEW)]


def test_a12_new_and_replaced_on_the_same_day_are_both_kept_new_first(store: Store) -> None:
    store.save_poll(
        poll(
            announcement(1, Kind.REPLACE, version=3, position=1),
            announcement(1, Kind.NEW, position=2),
            announcement(1, Kind.REPLACE, version=2, position=3),
        )
    )
    make_cards(store)
    assert [(row.kind, row.version) for row in store.listing(AI, MONDAY, ())] == [
        (Kind.NEW, 1),
        (Kind.REPLACE, 3),
        (Kind.REPLACE, 2),
    ]
    assert shown(store, None, AI) == [("1", Kind.NEW)]
    assert store.days(AI, (), 1)[0].counts[Kind.REPLACE] == 2
    assert store.days(None, [AI], 1)[0].counts == {
        Kind.NEW: 1,
        Kind.CROSS: 0,
        Kind.REPLACE: 0,
        Kind.REPLACE_CROSS: 0,
    }


def test_a13_a_withdrawn_paper_is_kept_and_says_so(store: Store) -> None:
    store.save_poll(poll(announcement(1)))
    gone = paper(1, 2, withdrawn=True)
    store.save_poll(poll(announcement(1, Kind.REPLACE, version=2, day=TUESDAY), papers=[gone]))
    assert store.paper(gone.id) == gone
    assert shown(store, AI) == [("1", Kind.NEW)]


def test_a15_the_names_of_a_category_are_one(store: Store) -> None:
    both = paper(1, categories=("math.MP", "math-ph", "cs.IT", "math.IT"))
    store.save_poll(poll(announcement(1, category="math.MP"), papers=[both], category="math.MP"))
    again = poll(announcement(1, category="math-ph"), papers=[both], category="math-ph")
    assert store.save_poll(again) == 0
    assert store.paper(both.id) == replace(both, categories=("math-ph", "cs.IT"))
    assert shown(store, "math.MP") == shown(store, None, "math-ph", "math.MP") == [("1", Kind.NEW)]
    assert store.known_days("math.MP", [(both.id, 1, Kind.NEW)]) == {(both.id, 1, Kind.NEW): MONDAY}
    assert [state.category for state in store.poll_states()] == ["math-ph"]


def test_known_days_tells_only_what_was_announced_in_that_category(store: Store) -> None:
    store.save_poll(poll(announcement(1), announcement(2, Kind.REPLACE, version=2)))
    keys = [
        ("2605.00001", 1, Kind.NEW),
        ("2605.00001", 7, Kind.NEW),  # new only once, whatever the version
        ("2605.00002", 2, Kind.REPLACE),
        ("2605.00002", 3, Kind.REPLACE),
        ("2605.00003", 1, Kind.NEW),
    ]
    assert store.known_days(AI, iter(keys)) == dict.fromkeys(keys[:3], MONDAY)
    assert store.known_days(LG, keys) == {}


def test_of_equal_announcements_in_one_reading_the_first_counts() -> None:
    first, second = announcement(1, position=1), announcement(1, position=2)
    assert sift([first, second], {}).fresh == (first,)
    known = {identity(first): first}
    assert sift([second, first], known).moved == (second,)
    assert sift([first, second], known).listings == set()


# lists


def test_a_list_is_ordered_by_kind_then_by_position(store: Store) -> None:
    store.save_poll(poll(*listed(Kind.REPLACE, Kind.NEW, Kind.REPLACE_CROSS, Kind.CROSS, Kind.NEW)))
    assert shown(store, AI) == [
        ("2", Kind.NEW),
        ("5", Kind.NEW),
        ("4", Kind.CROSS),
        ("1", Kind.REPLACE),
        ("3", Kind.REPLACE_CROSS),
    ]


def test_the_merged_list_has_each_paper_once_in_the_order_of_the_categories(store: Store) -> None:
    store.save_poll(poll(*listed(Kind.CROSS, Kind.NEW, Kind.REPLACE_CROSS)))
    store.save_poll(poll(*listed(Kind.NEW, Kind.CROSS, Kind.REPLACE, Kind.NEW, category=LG), category=LG))
    best = [("1", Kind.NEW), ("4", Kind.NEW), ("3", Kind.REPLACE)]
    assert shown(store, None, AI, LG) == [("2", Kind.NEW), *best]
    assert shown(store, None, LG, AI) == [*best[:2], ("2", Kind.NEW), best[2]]
    assert store.days(None, [AI, LG], 5)[0].counts == {
        Kind.NEW: 3,
        Kind.CROSS: 0,
        Kind.REPLACE: 1,
        Kind.REPLACE_CROSS: 0,
    }


def test_another_order_in_the_feed_moves_the_papers_and_changes_the_key(store: Store) -> None:
    store.save_poll(poll(announcement(1, position=1), announcement(2, position=2)))
    key = store.listing_key(AI, MONDAY, ())
    assert store.save_poll(poll(announcement(2, position=1), announcement(1, position=2))) == 0
    assert shown(store, AI) == [("2", Kind.NEW), ("1", Kind.NEW)]
    assert store.listing_key(AI, MONDAY, ()) != key


def test_days_are_newest_first_and_limited(store: Store) -> None:
    for offset in (2, 0, 3, 1):
        day = MONDAY + timedelta(days=offset)
        store.save_poll(poll(announcement(offset + 1, day=day)))
    store.save_poll(poll(announcement(9, Kind.CROSS, category=LG, day=TUESDAY), category=LG))
    assert [link.day.day for link in store.days(AI, (), 3)] == [7, 6, 5]
    assert [(link.day.day, link.counts[Kind.CROSS]) for link in store.days(None, [AI, LG], 3)] == [
        (7, 0),
        (6, 0),
        (5, 1),
    ]
    assert store.days("cs.CV", (), 3) == ()


def test_a_list_without_its_cards_is_an_error_not_a_shorter_list(store: Store) -> None:
    store.save_poll(poll(announcement(1)))
    with pytest.raises(LookupError, match=r"2605\.00001"):
        store.listing(AI, MONDAY, ())


def test_the_key_of_a_list_changes_with_its_papers_and_only_then(store: Store) -> None:
    first, second = poll(announcement(1)), poll(announcement(2, position=2))
    store.save_poll(first)
    key, other = store.listing_key(AI, MONDAY, ()), store.listing_key(LG, MONDAY, ())
    make_cards(store)
    store.save_poll(first)
    assert store.listing_key(AI, MONDAY, ()) == key == store.listing_key(None, MONDAY, [AI])
    store.save_poll(second)
    added = store.listing_key(AI, MONDAY, ())
    store.save_poll(poll(announcement(1, Kind.REPLACE, version=2, category=LG, day=TUESDAY), category=LG))
    replaced = store.listing_key(AI, MONDAY, ())
    assert len({key, added, replaced, store.listing_key(None, TUESDAY, [AI, LG])}) == 4
    assert store.listing_key(LG, MONDAY, ()) == other


def test_the_key_of_a_paper_changes_with_its_texts_and_its_history(store: Store) -> None:
    def key() -> str:
        return store.paper_keys([MONDAY], [AI])["2605.00001"]

    store.save_poll(poll(announcement(1)))
    first = key()
    store.save_poll(poll(announcement(1)))
    assert key() == first
    store.save_poll(poll(announcement(1, Kind.CROSS, category=LG), category=LG))
    crossed = key()
    store.save_poll(poll(papers=[paper(1, abstract="Mended.")]))
    mended = key()
    store.save_versions([("2605.00001", 1, NOON), ("2605.09999", 1, NOON)], NOON)
    assert len({first, crossed, mended, key()}) == 4
    assert store.paper_keys([TUESDAY], [AI]) == store.paper_keys([MONDAY], ["cs.CV"]) == {}


# cards, records, manifest


def test_a_record_tells_its_versions_by_number(store: Store) -> None:
    store.save_poll(poll(announcement(1, Kind.REPLACE, version=2)))
    store.save_versions([("2605.00001", 1, NOON)], NOON)
    make_cards(store)
    found = store.record("2605.00001")
    assert found is not None
    assert found.versions == (SeenVersion(1, NOON), SeenVersion(2))


def test_any_change_of_a_paper_drops_its_card(store: Store) -> None:
    store.save_poll(poll(announcement(1), announcement(2, position=2)))
    assert make_cards(store) == ["2605.00001", "2605.00002"]
    store.save_poll(poll(papers=[paper(1), paper(2, doi="10.1000/2")]))
    assert make_cards(store) == ["2605.00002"]
    assert make_cards(store) == []


def test_another_renderer_makes_all_cards_again_a_day_may_bound_them(store: Store) -> None:
    store.save_poll(poll(*[announcement(n, position=n) for n in range(1, 8)]))
    store.save_poll(poll(announcement(8, day=TUESDAY)))
    make_cards(store)
    assert len(store.papers_without_card("other")) == 8
    assert store.papers_without_card("other", since=TUESDAY) == ["2605.00008"]


def test_cards_may_be_saved_while_they_are_asked_for(store: Store) -> None:
    store.save_poll(poll(*[announcement(n, position=n) for n in range(1, 1201)]))
    assert len(make_cards(store)) == 1200
    assert all(row.card.renderer == CARD for row in store.listing(AI, MONDAY, ()))


def test_records_come_in_the_order_asked_for_without_strangers(store: Store) -> None:
    store.save_poll(poll(announcement(1), announcement(2, position=2)))
    make_cards(store)
    asked = ["2605.00002", "9999.99999", "2605.00001"]
    assert [record.paper.id for record in store.records(iter(asked))] == [asked[0], asked[2]]
    assert store.record("9999.99999") is None
    assert store.paper("9999.99999") is None


def test_a_card_needs_its_paper(store: Store) -> None:
    with pytest.raises(Exception, match="FOREIGN KEY"):
        store.save_cards([Card("9999.99999", "", "", CARD)])


def test_the_manifest_is_added_to_and_taken_from(store: Store) -> None:
    store.save_manifest({"index.html": "a", "404.html": "b"})
    store.save_manifest({"index.html": "c", "new.html": "d"}, removed=["404.html", "never.html"])
    assert store.manifest() == {"index.html": "c", "new.html": "d"}


def test_derived_texts_are_made_anew_where_none_are_kept(store: Store, path: Path) -> None:
    said = normalise.paper(
        RawEntry(
            "2605.00001", 1, Kind.NEW, "On $x$", " First.\n  Second.", "A. One, B. Two", ("cs.AI",), "4 p."
        )
    )
    store.save_poll(poll(papers=[said, paper(2)]))
    for statement in ("DELETE FROM texts WHERE paper_id = '2605.00001'", "UPDATE texts SET normaliser = 0"):
        with closing(sqlite3.connect(path)) as conn, conn:
            conn.execute(statement)
        assert store.paper("2605.00001") == said
    assert store.paper("2605.00002") != paper(2)  # an older normaliser's texts are not shown


# what is remembered between runs


def test_validators_are_of_the_last_answer_that_was_taken(store: Store) -> None:
    url = answer().url
    assert store.validators(url) == Validators()
    store.save_poll(poll(answer=answer(etag='"1"', last_modified="Mon"), outcome=Outcome.EMPTY))
    store.save_poll(poll(answer=answer(etag='"2"'), outcome=Outcome.REFUSED))
    store.save_poll(
        poll(answer=replace(answer(b"", etag='"3"'), status=304, not_modified=True), outcome=Outcome.STALE)
    )
    store.save_poll(poll(outcome=Outcome.FAILED))
    assert store.validators(url) == Validators('"1"', "Mon")
    store.save_poll(poll(answer=answer(), outcome=Outcome.UNCHANGED))
    assert store.validators(url) == Validators()


def test_the_state_of_a_category_is_its_last_poll_and_its_newest_day(store: Store) -> None:
    assert store.poll_state(AI) is None
    store.save_poll(poll(announcement(1, day=TUESDAY)))
    later, due = NOON + timedelta(hours=3), NOON + timedelta(hours=5)
    store.save_poll(poll(outcome=Outcome.FAILED, at=later, reason="Unreachable: reset", next_try=due))
    state = store.poll_state(AI)
    assert state is not None
    assert (state.checked_at, state.outcome, state.reason) == (later, Outcome.FAILED, "Unreachable: reset")
    assert (state.day, state.next_try) == (TUESDAY, due)
    store.save_poll(poll(category=LG, outcome=Outcome.EMPTY))
    assert [(s.category, s.day) for s in store.poll_states()] == [(AI, TUESDAY), (LG, None)]


def test_the_gate_is_open_until_it_was_saved_and_survives(store: Store, path: Path) -> None:
    assert store.load_gate() == GateState()
    state = GateState(NOON + timedelta(microseconds=1), NOON + timedelta(hours=1), "HTTP 429", 3, True)
    store.save_gate(state)
    with Store.open(path, read_only=True) as other:
        assert other.load_gate() == state
    store.save_gate(GateState())
    assert store.load_gate() == GateState()


def test_raw_bodies_come_back_in_order_each_kept_once(store: Store, path: Path) -> None:
    for hour, body in enumerate((b"one", b"two" * 99_999, b"one", b"")):
        store.save_poll(poll(answer=answer(body, etag=str(hour)), at=NOON + timedelta(hours=hour)))
    kept = list(store.bodies())
    assert [(category, a.body, a.headers["etag"]) for category, a in kept] == [
        (AI, b"one", "0"),
        (AI, b"two" * 99_999, "1"),
        (AI, b"one", "2"),
    ]
    assert kept[0][1] == answer(b"one", etag="0")
    assert len(list((path.parent / "raw").glob("*/*.gz"))) == 2


def test_pruning_removes_old_bodies_and_what_a_crash_left(store: Store, path: Path) -> None:
    for hour, body in enumerate((b"shared", b"old", b"shared")):
        store.save_poll(poll(answer=answer(body), at=NOON + timedelta(hours=hour)))
    orphan = path.parent / "raw" / "ab" / "abcd.part"
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"half")
    assert store.prune_bodies(NOON + timedelta(hours=2)) == 2
    assert store.prune_bodies(NOON + timedelta(hours=2)) == 0
    assert [a.body for _, a in store.bodies()] == [b"shared"]
    assert store.poll_state(AI) is not None


def test_a_lost_or_changed_body_is_named(store: Store, path: Path) -> None:
    store.save_poll(poll(answer=answer(b"one")))
    (file,) = (path.parent / "raw").glob("*/*.gz")
    for damage in (
        gzip.compress(b"two", mtime=0),
        b"not gzip",
        gzip.compress(b"one", mtime=0)[:-9],
        gzip.compress(b"one" * 99, mtime=0)[:-20],
    ):
        file.write_bytes(damage)
        with pytest.raises(StoreError, match=file.name):
            list(store.bodies())
    file.unlink()
    with pytest.raises(StoreError, match=file.name):
        list(store.bodies())


def test_announcements_round_trip(store: Store) -> None:
    wanted: list[Announcement] = listed(*Kind)
    store.save_poll(poll(*wanted))
    make_cards(store)
    papers: list[Paper] = [paper(n) for n in range(1, 5)]
    records = list(store.records([p.id for p in papers]))
    assert [r.paper for r in records] == papers
    assert [r.announcements for r in records] == [(a,) for a in wanted]


# weeks, months, years


def test_a_week_lists_each_paper_once_where_it_came_first(store: Store) -> None:
    store.save_poll(poll(*listed(Kind.NEW, Kind.REPLACE)))
    store.save_poll(poll(announcement(1, Kind.REPLACE, version=2, day=TUESDAY), announcement(9, day=TUESDAY)))
    make_cards(store)
    monday, tuesday = store.week(AI, [], [MONDAY, TUESDAY], [AI])
    assert [one.paper_id for one in monday.papers] == ["2605.00001", "2605.00002"]
    assert [one.paper_id for one in tuesday.papers] == ["2605.00009"]
    assert tuesday.first == 3
    assert store.week(AI, [MONDAY], [TUESDAY], [AI]) == (tuesday,)


def test_titles_are_those_of_new_papers_and_volumes_count_them(store: Store) -> None:
    store.save_poll(poll(*listed(Kind.NEW, Kind.CROSS, Kind.REPLACE)))
    store.save_poll(poll(announcement(5, category=LG), category=LG))
    titles = store.titles(None, [MONDAY, TUESDAY], [AI, LG])
    assert [one.paper_id for one in titles[MONDAY]] == ["2605.00001", "2605.00005"]
    assert titles[TUESDAY] == ()
    assert store.volumes([AI, LG], MONDAY) == {AI: {MONDAY: 1}, LG: {MONDAY: 1}}
    assert store.volumes([AI], TUESDAY) == {AI: {}}
