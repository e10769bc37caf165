"""Any events, in any order: the row never says what it cannot explain."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from aggregator.announce import is_quiet, slot_of
from aggregator.ledger import (
    DERIVED,
    SETTLED,
    Closed,
    Event,
    Followed,
    Looked,
    Opened,
    Witnessed,
    after,
    level,
    merged_sentence,
    sentence,
)
from aggregator.models import Kind, LedgerRow, Outcome, State

CATEGORY = "cs.AI"
DAYS = st.sampled_from([date(2026, 5, 5), date(2026, 11, 27), date(2026, 5, 9), date(2028, 2, 29)])
VISIBLE = st.sampled_from(
    [Outcome.STORED, Outcome.UNCHANGED, Outcome.NOT_MODIFIED, Outcome.TRUNCATED, Outcome.STALE, Outcome.EMPTY]
)
COUNTS = st.dictionaries(st.sampled_from(Kind), st.integers(1, 40), max_size=3)
USUAL = st.sampled_from([0, 10, 60, 200])
GAPS = st.integers(1, 40 * 60).map(lambda minutes: timedelta(minutes=minutes))


def events(day: date) -> st.SearchStrategy[Event]:
    """Any event of the day, at any moment of a week, sense or not."""
    at = st.integers(0, 7 * 24).map(lambda hours: slot_of(day).announced_at + timedelta(hours=hours))
    this = st.just(CATEGORY), st.just(day), at
    number = st.integers(0, 60)
    by = st.integers(1, 5).map(lambda days: day + timedelta(days=days))
    return st.one_of(
        st.builds(Opened, *this),
        st.builds(Looked, *this, st.sampled_from(Outcome), COUNTS, USUAL),
        st.builds(Closed, *this),
        st.builds(Followed, *this, by),
        st.builds(Witnessed, *this, number, number, number, COUNTS),
    )


def is_explained(row: LedgerRow) -> bool:
    """Whether the facts of the row bear its state."""
    full = row.total > 0 or row.filled > 0
    thin = 5 * row.total < row.usual
    looked = None not in (row.seen_at, row.again_at) and row.again_at > row.seen_at  # type: ignore[operator]
    match row.state:
        case State.EXPECTED:
            return not full and (row.ended_at is None or is_quiet(row.day))
        case State.LATE:
            return not full and row.ended_at is not None and not is_quiet(row.day)
        case State.CONFIRMED_EMPTY:
            return not full and not row.missing and row.ended_at is not None
        case State.SUSPECT:
            return row.missing > 0 or row.cut or thin
        case State.SEEN:
            return full and not row.missing
        case State.CONFIRMED:
            return row.total > 0 and not row.missing and not row.filled and (looked or _witnessed_last(row))
        case State.BACKFILLED:
            return row.filled > 0 and not row.missing and (looked or _witnessed_last(row))
        case State.DERIVED:
            return row.derived and row.seen_at is None


def _witnessed_last(row: LedgerRow) -> bool:
    return row.witnessed_at is not None and (row.seen_at is None or row.witnessed_at >= row.seen_at)


class Day(RuleBasedStateMachine):
    """A day as time passes: what arXiv announces and what is stored of it grow, and everybody looks."""

    @initialize(day=DAYS, usual=USUAL)
    def begin(self, day: date, usual: int) -> None:
        self.day, self.usual = day, usual
        self.now = slot_of(day).announced_at
        self.row: LedgerRow | None = None
        self.past: list[Event] = []
        self.stored: dict[Kind, int] = {}
        self.lacking = 0  # papers that the witness knows and that are not stored
        self.filled = 0

    def enter(self, event: Event) -> None:
        before = self.row
        self.row = after(before, event)
        self.past.append(event)
        self.now += timedelta(minutes=1)
        assert after(self.row, event) == self.row, "an event that arrives twice changes nothing"
        if before is not None and before.state in SETTLED and self.row.state not in SETTLED:
            grown = self.row.total > before.total or self.row.missing > before.missing
            first = before.seen_at is None and self.row.seen_at is not None
            assert grown or first, "a settled day is opened only by something new"
            assert self.row.reason != before.reason

    @rule(gap=GAPS)
    def time_passes(self, gap: timedelta) -> None:
        self.now += gap

    @rule()
    def the_slot_passes(self) -> None:
        self.enter(Opened(CATEGORY, self.day, self.now))

    @rule(kind=st.sampled_from(Kind), more=st.integers(1, 40), cut=st.booleans())
    def a_batch_comes(self, kind: Kind, more: int, cut: bool) -> None:
        self.stored[kind] = self.stored.get(kind, 0) + more
        self.look(Outcome.TRUNCATED if cut else Outcome.STORED)

    @precondition(lambda self: self.stored)
    @rule(outcome=st.sampled_from([Outcome.UNCHANGED, Outcome.NOT_MODIFIED]))
    def the_same_batch_is_seen(self, outcome: Outcome) -> None:
        self.look(outcome)

    @rule(
        outcome=st.sampled_from(
            [Outcome.STALE, Outcome.EMPTY, Outcome.FAILED, Outcome.REFUSED, Outcome.COOLING]
        )
    )
    def a_look_brings_nothing(self, outcome: Outcome) -> None:
        before = self.row.state if self.row else State.EXPECTED
        self.look(outcome)
        assert self.row is not None
        assert self.row.state == before

    def look(self, outcome: Outcome) -> None:
        self.enter(
            Looked(CATEGORY, self.day, self.now, outcome, dict(self.stored), self.usual, None, "because")
        )

    @rule(lacking=st.integers(0, 5))
    def the_witness_counts(self, lacking: int) -> None:
        self.lacking = lacking
        self.enter(Witnessed(CATEGORY, self.day, self.now, self.known(), lacking))

    @precondition(lambda self: self.lacking)
    @rule(data=st.data())
    def the_witness_fills(self, data: st.DataObject) -> None:
        some = data.draw(st.integers(1, self.lacking))
        self.stored[Kind.NEW] = self.stored.get(Kind.NEW, 0) + some
        self.lacking -= some
        self.filled += some
        self.enter(
            Witnessed(CATEGORY, self.day, self.now, self.known(), self.lacking, some, dict(self.stored))
        )

    def known(self) -> int:
        return self.stored.get(Kind.NEW, 0) + self.lacking

    @rule()
    def the_window_closes(self) -> None:
        self.enter(Closed(CATEGORY, self.day, self.now))

    @rule(days=st.integers(1, 5))
    def a_later_day_is_announced(self, days: int) -> None:
        self.enter(Followed(CATEGORY, self.day, self.now, self.day + timedelta(days=days)))

    @precondition(lambda self: self.past)
    @rule(data=st.data())
    def an_old_event_arrives_again(self, data: st.DataObject) -> None:
        assert self.row is not None
        event = data.draw(st.sampled_from(self.past))
        assert after(self.row, event) == self.row

    @invariant()
    def the_state_is_explained(self) -> None:
        if self.past and self.row is not None:
            assert self.row.reason
            assert is_explained(self.row)

    @invariant()
    def nothing_is_settled_while_something_is_known_to_be_missing(self) -> None:
        if self.past and self.row is not None and self.lacking:
            assert self.row.state is State.SUSPECT

    @invariant()
    def backfilled_means_that_what_was_missing_is_stored(self) -> None:
        if self.past and self.row is not None and self.row.state is State.BACKFILLED:
            assert not self.lacking
            assert self.row.filled >= self.filled

    @invariant()
    def the_counts_are_what_is_stored(self) -> None:
        if self.past and self.row is not None and self.row.total:
            assert self.row.counts == self.stored

    def teardown(self) -> None:
        """Whatever happened, a last look and a witness who finds nothing missing settle the day."""
        if not hasattr(self, "now"):
            return
        self.now += timedelta(hours=14)
        self.lacking = 0
        self.the_window_closes()
        self.enter(Witnessed(CATEGORY, self.day, self.now, self.known(), 0))
        assert self.row is not None
        assert self.row.state in SETTLED


TestDay = Day.TestCase
TestDay.settings = settings(max_examples=200, stateful_step_count=25, deadline=None)


@settings(deadline=None, max_examples=300)
@given(st.data(), DAYS)
def test_any_events_in_any_order_end_in_an_explained_state(data: st.DataObject, day: date) -> None:
    derived = LedgerRow(CATEGORY, day, State.DERIVED, str(DERIVED), {Kind.NEW: 9}, derived=True)
    row: LedgerRow | None = data.draw(st.sampled_from([None, derived]))
    for event in data.draw(st.lists(events(day), min_size=1, max_size=12)):
        row = after(row, event)
        assert after(row, event) == row
        assert row.reason
        assert is_explained(row), row
        assert_words(row, event.at)


def assert_words(row: LedgerRow, now: datetime) -> None:
    said = str(sentence(row, now))
    assert said.endswith(".")
    assert "\n" not in said
    assert "None" not in said
    assert said.startswith(("Complete", "Incomplete", "No announcement", "Derived"))
    assert str(merged_sentence([row], now)).endswith(".")
    assert level([row], now + timedelta(days=1)) in (0, 1, 2)
