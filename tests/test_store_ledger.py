"""The ledger and the harvests on disk: one transaction with what they speak of."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_samples import MONDAY, NOON, TUESDAY, announcement, dump, is_sound, make_cards, paper, poll

from aggregator.errors import StoreError
from aggregator.models import Evidence, Kind, LedgerRow, State
from aggregator.store import read_status, status
from aggregator.store.connection import connect
from aggregator.store.database import Store

SEEN = LedgerRow("cs.AI", MONDAY, State.SEEN, "one more look will follow", {Kind.NEW: 3, Kind.REPLACE: 1})
SUBMITTED = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "papers.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(path) as opened:
        yield opened


moments = st.datetimes(datetime(2026, 1, 1), datetime(2036, 12, 31), timezones=st.just(UTC))
days = st.dates(date(2026, 1, 1), date(2036, 12, 31))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
numbers = st.integers(0, 10**6)
rows = st.builds(
    LedgerRow,
    st.sampled_from(["cs.AI", "math-ph"]),
    days,
    st.sampled_from(State),
    texts,
    st.dictionaries(st.sampled_from(Kind), st.integers(1, 3000)),
    st.none() | st.builds(Evidence, st.sampled_from(["rss", "oai"]), moments, st.none() | st.just("ab" * 32)),
    *[st.none() | moments] * 4,
    numbers,
    st.booleans(),
    st.none() | moments,
    st.none() | days,
    st.sampled_from(["", "oai", "api"]),
    st.none() | moments,
    numbers,
    numbers,
    numbers,
    st.none() | moments,
    texts,
    st.booleans(),
)


@settings(deadline=None, max_examples=40)
@given(st.lists(rows, min_size=1, max_size=8))
def test_any_row_comes_back_as_it_was(given_rows: list[LedgerRow]) -> None:
    last = {(row.category, row.day): row for row in given_rows}
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "papers.db") as store:
        store.save_ledger(given_rows)
        assert {(r.category, r.day): r for r in store.ledger_rows(date.min, ("cs.AI", "math-ph"))} == last
        for key, row in last.items():
            assert store.ledger_row(*key) == row


def test_the_strategy_fills_every_field() -> None:
    """A field that is added must be stored, too."""
    assert len(fields(LedgerRow)) == 22


def test_a_category_has_one_name(store: Store) -> None:
    store.save_ledger([replace(SEEN, category="math.MP")])
    assert store.ledger_row("math-ph", MONDAY) == replace(SEEN, category="math-ph")
    assert store.ledger_rows(MONDAY, ["math.MP"]) == (replace(SEEN, category="math-ph"),)


def test_rows_are_asked_for_by_category_and_day(store: Store) -> None:
    store.save_ledger([SEEN, replace(SEEN, day=TUESDAY), replace(SEEN, category="cs.LG")])
    assert [r.day for r in store.ledger_rows(MONDAY, ("cs.AI",))] == [MONDAY, TUESDAY]
    assert [r.day for r in store.ledger_rows(TUESDAY, ("cs.AI", "cs.LG"))] == [TUESDAY]
    assert store.ledger_row("cs.LG", TUESDAY) is None


def test_a_poll_and_its_row_are_one_transaction(store: Store) -> None:
    store.save_poll(replace(poll(announcement(1)), ledger=(SEEN,)))
    assert store.ledger_row("cs.AI", MONDAY) == SEEN
    impossible = replace(SEEN, day=TUESDAY, counts={Kind.NEW: -1})
    with pytest.raises(Exception, match="CHECK"):
        store.save_poll(replace(poll(announcement(2)), ledger=(impossible,)))
    assert store.counts().papers == 1
    assert store.ledger_row("cs.AI", TUESDAY) is None


def test_status_tells_the_newest_fortnight_and_what_is_still_open(store: Store, path: Path) -> None:
    old, recent = MONDAY - timedelta(days=30), MONDAY - timedelta(days=3)
    confirmed = replace(SEEN, state=State.CONFIRMED)
    late = replace(SEEN, day=old - timedelta(days=3), state=State.LATE)
    store.save_ledger([SEEN, replace(confirmed, day=old), replace(confirmed, day=recent), late])
    assert [r.day for r in read_status(path).ledger] == [late.day, recent, MONDAY]


def test_status_scans_neither_the_ledger_nor_the_listings(path: Path) -> None:
    """Of three million papers both have a million rows."""
    Store.open(path).close()
    with closing(connect(path)) as conn:
        said: list[str] = []
        conn.set_trace_callback(said.append)
        for read in (status.poll_states, status.gate, status.counts, status.recent_ledger):
            read(conn)
        conn.set_trace_callback(None)
        plans = [row[3] for one in said for row in conn.execute(f"EXPLAIN QUERY PLAN {one}")]
    scanned = {
        plan for plan in plans if plan.startswith("SCAN") and plan != "SCAN ledger USING INDEX ledger_open"
    }
    assert scanned == {"SCAN polls", "SCAN gate", "SCAN totals", "SCAN days"}, (
        "of one row, or of what was found"
    )


def test_lookups_use_the_key(path: Path) -> None:
    Store.open(path).close()
    with closing(connect(path)) as conn:
        plan = conn.execute(
            "EXPLAIN QUERY PLAN SELECT * FROM ledger WHERE category IN (SELECT value FROM json_each('[]'))"
            " AND day BETWEEN 'a' AND 'b' ORDER BY category, day"
        ).fetchall()
    assert any("SEARCH ledger USING PRIMARY KEY" in line[3] for line in plan)


# harvests


def page(store: Store, *numbers: int, state: str = "{}", at: datetime = NOON, version: int = 1) -> int:
    return store.save_harvest_page(
        [paper(number, version) for number in numbers],
        [announcement(number, position=number) for number in numbers],
        [(f"2605.{number:05d}", 1, SUBMITTED) for number in numbers],
        [replace(SEEN, state=State.BACKFILLED, counts={Kind.NEW: len(numbers)})],
        key="cs:cs:AI arXiv",
        state_json=state,
        at=at,
    )


def test_a_page_is_stored_with_the_place_to_go_on_from(store: Store, path: Path) -> None:
    assert store.load_harvest("cs:cs:AI arXiv") is None
    assert page(store, 1, 2, state='{"token": "a"}') == 2
    assert store.load_harvest("cs:cs:AI arXiv") == '{"token": "a"}'
    assert page(store, 1, 2, state='{"token": "a"}') == 0
    row = store.ledger_row("cs.AI", MONDAY)
    assert row is not None
    assert (row.state, row.total) == (State.BACKFILLED, 2)
    assert dump(path)["versions"] == [
        (f"2605.0000{n}", 1, "2026-05-01T12:00:00.000000Z", "2026-05-04T12:00:00.000000Z") for n in (1, 2)
    ]


def test_a_page_that_fails_leaves_nothing(store: Store, path: Path) -> None:
    page(store, 1, state='{"token": "a"}')
    before = dump(path)
    with pytest.raises(Exception, match="CHECK"):
        store.save_harvest_page(
            [paper(2)],
            [announcement(2)],
            [],
            [replace(SEEN, missing=-1)],
            key="cs:cs:AI arXiv",
            state_json='{"token": "b"}',
            at=NOON,
        )
    assert dump(path) == before


def test_an_older_version_never_overwrites_a_newer_one(store: Store) -> None:
    page(store, 1, version=3)
    page(store, 1, version=2)
    assert store.paper("2605.00001") == paper(1, 3)


def test_at_the_same_version_texts_stay_and_what_was_lacking_is_taken(store: Store) -> None:
    """So that two sources that spell a name differently do not overwrite each other every day."""
    store.save_poll(
        poll(announcement(1), papers=[paper(1, doi="10.1/a", comments="8 pages", comments_html="8 pages")])
    )
    make_cards(store)
    told = paper(
        1, title="Another spelling", title_html="Another", categories=("cs.AI", "stat.ML"), journal_ref="J. 1"
    )
    store.save_harvest_page([told], [], [], [], key="k", state_json="{}", at=NOON)
    assert store.paper("2605.00001") == paper(
        1,
        doi="10.1/a",
        comments="8 pages",
        comments_html="8 pages",
        categories=("cs.AI", "stat.ML"),
        journal_ref="J. 1",
    )
    assert make_cards(store) == ["2605.00001"]


def test_a_page_that_tells_nothing_new_changes_no_card(store: Store) -> None:
    store.save_poll(poll(announcement(1)))
    make_cards(store)
    store.save_harvest_page([paper(1, title="Other")], [], [], [], key="k", state_json="{}", at=NOON)
    assert make_cards(store) == []


@pytest.mark.parametrize(
    ("comments", "after"), [("Withdrawn by the authors: Lemma 2 is wrong", True), (None, False)]
)
def test_a_withdrawal_is_taken_and_stays_as_long_as_a_record_or_what_is_kept_says_so(
    store: Store, comments: str | None, *, after: bool
) -> None:
    page(store, 1)
    for record in (paper(1, withdrawn=True, comments=comments), paper(1)):
        store.save_harvest_page([record], [], [], [], key="k", state_json="{}", at=NOON)
    found = store.paper("2605.00001")
    assert found is not None
    assert found.withdrawn is after


def test_dates_of_versions_of_unknown_papers_are_passed_over(store: Store, path: Path) -> None:
    page(store, 1)
    dates = [("2605.00001", 1, SUBMITTED), ("2605.00001", 2, SUBMITTED), ("2605.99999", 1, SUBMITTED)]
    store.save_harvest_page([], [], dates, [], key="k", state_json="{}", at=NOON)
    assert [row[:2] for row in dump(path)["versions"]] == [("2605.00001", 1), ("2605.00001", 2)]
    assert is_sound(path)


def test_what_the_feed_lists_later_stays_on_the_day_of_the_harvest(store: Store) -> None:
    page(store, 1)
    later = poll(announcement(1, day=TUESDAY), announcement(2, day=TUESDAY))
    assert store.save_poll(later) == 1


def test_a_reader_cannot_save(store: Store, path: Path) -> None:
    page(store, 1)
    with Store.open(path, read_only=True) as reader:
        with pytest.raises(StoreError, match="read-only"):
            reader.save_ledger([SEEN])
        assert reader.load_harvest("cs:cs:AI arXiv") == "{}"
