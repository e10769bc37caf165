"""How a day's state follows from what was seen. Rows A1–A9 of facts/faults.md, one by one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from aggregator.announce import slot_of
from aggregator.ledger import (
    DERIVED,
    Closed,
    Event,
    Followed,
    Looked,
    Opened,
    Witnessed,
    after,
    is_settled,
    sentence,
    usual_volume,
)
from aggregator.models import Evidence, Kind, LedgerRow, Outcome, State

TUESDAY, WEDNESDAY = date(2026, 5, 5), date(2026, 5, 6)
QUIET, MONDAY_AFTER = date(2026, 11, 27), date(2026, 11, 30)  # nothing is announced on Thanksgiving evening
BODY, OTHER = "ab" * 32, "cd" * 32


def at(hours: float, day: date = TUESDAY) -> datetime:
    """So many hours after the slot of `day`."""
    return slot_of(day).announced_at + timedelta(hours=hours)


def opened(day: date = TUESDAY) -> Opened:
    return Opened("cs.AI", day, at(0.3, day))


def looked(
    hours: float,
    total: int = 0,
    outcome: Outcome = Outcome.STORED,
    *,
    day: date = TUESDAY,
    usual: int = 0,
    body: str | None = BODY,
    reason: str = "",
) -> Looked:
    counts = {Kind.NEW: total} if total else {}
    return Looked("cs.AI", day, at(hours, day), outcome, counts, usual, body, reason)


def witnessed(
    hours: float, missing: int = 0, *, total: int = 60, stored: int = 0, day: date = TUESDAY
) -> Witnessed:
    return Witnessed("cs.AI", day, at(hours, day), total, missing, stored)


def closed(hours: float = 14, day: date = TUESDAY) -> Closed:
    return Closed("cs.AI", day, at(hours, day))


def followed(hours: float, by: date = WEDNESDAY, day: date = TUESDAY) -> Followed:
    return Followed("cs.AI", day, at(hours, day), by)


def through(*events: Event) -> LedgerRow:
    row = None
    for event in events:
        row = after(row, event)
    assert row is not None
    return row


def state(*events: Event) -> State:
    return through(*events).state


def test_a_day_whose_slot_has_passed_is_expected() -> None:
    row = through(opened())
    assert (row.state, row.reason) == (State.EXPECTED, "arXiv has not announced")


def test_a_batch_is_seen_and_a_second_look_confirms_it() -> None:
    row = through(opened(), looked(0.5, 60))
    assert row.state is State.SEEN
    assert row.evidence == Evidence("rss", at(0.5), BODY)
    row = after(row, looked(1, 60, Outcome.UNCHANGED, body=OTHER))
    assert (row.state, row.evidence) == (State.CONFIRMED, Evidence("rss", at(1), OTHER))


def test_a_304_speaks_of_the_body_before_it() -> None:
    row = through(looked(0.5, 60), looked(1, 60, Outcome.NOT_MODIFIED, body=None))
    assert (row.state, row.evidence) == (State.CONFIRMED, Evidence("rss", at(1), BODY))


def test_A1_A2_known_ids_and_empty_feeds_close_nothing() -> None:
    row = through(opened(), looked(1, outcome=Outcome.STALE), looked(2, outcome=Outcome.EMPTY))
    assert row.state is State.EXPECTED
    assert row.checked_at == at(2)
    assert after(row, closed()).state is State.LATE


def test_an_empty_feed_is_no_second_look() -> None:
    """On weekends the feed is empty; that confirms nothing of Friday."""
    assert state(looked(0.5, 60), looked(20, outcome=Outcome.EMPTY)) is State.SEEN


def test_A8_new_entries_open_a_confirmed_day_again() -> None:
    row = through(looked(0.5, 60), looked(1, 60, Outcome.UNCHANGED), looked(2, 75))
    assert (row.state, row.total) == (State.SEEN, 75)
    assert after(row, looked(3, 75, Outcome.UNCHANGED)).state is State.CONFIRMED


def test_a_few_stragglers_do_not_close_the_day() -> None:
    row = through(opened(), looked(0.5, 4, usual=60))
    assert row.state is State.SUSPECT
    assert row.reason == "only 4 entries came, where about 60 are usual"
    assert after(row, looked(1, 4, Outcome.UNCHANGED, usual=60)).state is State.SUSPECT
    assert after(row, looked(4, 4, Outcome.UNCHANGED, usual=60)).state is State.CONFIRMED
    assert after(row, witnessed(4, total=4)).state is State.CONFIRMED
    assert after(row, looked(2, 60, usual=60)).state is State.SEEN


def test_a_fifth_of_the_usual_volume_is_enough() -> None:
    assert state(looked(0.5, 12, usual=60)) is State.SEEN
    assert state(looked(0.5, 11, usual=60)) is State.SUSPECT


def test_A9_a_cut_feed_is_suspect_until_the_witness_speaks() -> None:
    row = through(looked(0.5, 2000, Outcome.TRUNCATED), looked(1, 2000, Outcome.NOT_MODIFIED))
    assert row.state is State.SUSPECT
    assert "2,000" in row.reason
    assert after(row, witnessed(4)).state is State.CONFIRMED
    assert after(row, witnessed(4, stored=40)).state is State.BACKFILLED


def test_ids_that_the_feed_lacks_make_the_day_suspect_and_stored_ones_backfilled() -> None:
    row = through(looked(0.5, 57), looked(1, 57, Outcome.UNCHANGED), witnessed(4, missing=3))
    assert (row.state, row.reason) == (
        State.SUSPECT,
        "3 of 60 papers that OAI-PMH lists are not here yet",
    )
    row = after(row, witnessed(5))
    assert (row.state, row.filled) == (State.BACKFILLED, 3)
    assert row.reason == "3 papers that arXiv's feed lacked came from OAI-PMH"


def test_a_page_that_stores_what_it_finds_missing_says_both_at_once() -> None:
    row = through(looked(0.5, 57), witnessed(4, missing=1, stored=2))
    assert (row.state, row.filled, row.missing) == (State.SUSPECT, 2, 1)
    row = after(row, witnessed(4.1, stored=1))
    assert (row.state, row.filled, row.missing) == (State.BACKFILLED, 3, 0)


def test_A1_a_day_that_the_feed_never_had_comes_whole_from_the_witness() -> None:
    event = Witnessed("cs.AI", TUESDAY, at(26), 60, 0, stored=60, counts={Kind.NEW: 60})
    row = through(opened(), closed(), event)
    assert (row.state, row.total, row.evidence) == (State.BACKFILLED, 60, Evidence("oai", at(26)))


def test_what_the_feed_adds_to_a_backfilled_day_is_looked_at_again() -> None:
    event = Witnessed("cs.AI", TUESDAY, at(4), 60, 0, stored=60, counts={Kind.NEW: 60})
    row = through(opened(), event, looked(6, 90))
    assert row.state is State.SEEN
    assert after(row, looked(7, 90, Outcome.UNCHANGED)).state is State.BACKFILLED


def test_the_witness_confirms_without_a_second_look() -> None:
    row = through(looked(0.5, 60), followed(24), witnessed(26))
    assert (row.state, row.reason) == (State.CONFIRMED, "OAI-PMH lists no paper that is not here")


def test_a_witness_that_speaks_too_early_confirms_nothing() -> None:
    """OAI-PMH has an announcement about two and a half hours after its slot."""
    assert state(looked(0.5, 60), witnessed(1)) is State.SEEN
    assert state(looked(0.5, 60), witnessed(1, missing=1)) is State.SUSPECT


def test_a_witness_that_knows_nothing_at_all_is_behind() -> None:
    assert state(looked(0.5, 60), witnessed(4, total=0)) is State.SEEN


def test_a_later_verdict_replaces_an_earlier_one_and_never_the_other_way() -> None:
    assert state(looked(0.5, 60), witnessed(5), witnessed(4, missing=2)) is State.CONFIRMED
    assert state(looked(0.5, 60), witnessed(4), witnessed(5, missing=2)) is State.SUSPECT


def test_A3_a_holiday_stays_expected_and_is_confirmed_empty_by_the_next_announcement() -> None:
    row = through(opened(QUIET), looked(1, outcome=Outcome.EMPTY, day=QUIET), closed(14, QUIET))
    assert row.state is State.EXPECTED
    row = after(row, followed(24, MONDAY_AFTER, QUIET))
    assert row.state is State.CONFIRMED_EMPTY
    assert "holiday" in row.reason


def test_A3_or_by_the_witness() -> None:
    row = through(opened(QUIET), closed(14, QUIET), witnessed(15, total=0, day=QUIET))
    assert row.state is State.CONFIRMED_EMPTY


def test_A5_an_announcement_on_a_holiday_is_accepted() -> None:
    row = through(opened(QUIET), looked(1, 60, day=QUIET))
    assert row.state is State.SEEN


def test_A5_an_announcement_on_a_saturday_is_a_day_like_others() -> None:
    saturday = date(2026, 5, 9)
    events = looked(1, 60, day=saturday), looked(2, 60, Outcome.UNCHANGED, day=saturday)
    assert state(*events) is State.CONFIRMED


def test_A4_an_unplanned_silence_is_late_until_the_witness_agrees() -> None:
    """The next announcement alone proves nothing: the feed holds one batch only."""
    row = through(opened(), looked(1, outcome=Outcome.STALE), closed(), followed(24))
    assert (row.state, row.reason) == (
        State.LATE,
        "no announcement of this day has come, and that of 6 May 2026 has",
    )
    assert after(row, witnessed(13, total=0)).state is State.LATE
    row = after(row, witnessed(26, total=0))
    assert (row.state, row.reason) == (
        State.CONFIRMED_EMPTY,
        "arXiv skipped this announcement, and OAI-PMH lists nothing that is not here",
    )


def test_a_batch_after_all_opens_an_empty_day() -> None:
    assert state(opened(), closed(), witnessed(15, total=0), looked(20, 60)) is State.SEEN


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.REFUSED, Outcome.COOLING])
def test_a_try_without_an_answer_changes_no_state_and_is_remembered(outcome: Outcome) -> None:
    row = through(opened(), looked(1, outcome=outcome, reason="Unreachable: refused"))
    assert (row.state, row.trouble, row.checked_at) == (State.EXPECTED, "Unreachable: refused", None)
    assert row.tried_at == at(1)
    assert after(row, looked(2, outcome=Outcome.STALE)).trouble == ""


def test_an_event_of_another_day_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="2026-05-05"):
        after(through(opened()), opened(WEDNESDAY))


def test_the_usual_volume_is_the_median_of_twenty_days() -> None:
    assert usual_volume([60] * 10 + [500] * 9) == 60
    assert usual_volume([50] * 20 + [9000] * 30) == 50


def test_a_small_or_young_category_has_no_usual_volume() -> None:
    assert usual_volume([9] * 20) == 0
    assert usual_volume([500] * 4) == 0
    assert usual_volume([]) == 0


def test_settled_is_what_nothing_more_is_expected_of() -> None:
    assert not is_settled(None)
    assert [is_settled(LedgerRow("cs.AI", TUESDAY, each)) for each in State] == [
        each in (State.CONFIRMED, State.CONFIRMED_EMPTY, State.BACKFILLED, State.DERIVED) for each in State
    ]


def derived(new: int = 3, crosses: int = 0) -> LedgerRow:
    """As an import stores it, see `test_a_derived_day_is_marked_and_counted`."""
    counts = {Kind.NEW: new, Kind.CROSS: crosses}
    return LedgerRow("cs.AI", TUESDAY, State.DERIVED, str(DERIVED), counts, derived=True)


def test_a_derived_day_is_never_confirmed() -> None:
    row = after(derived(5, 1), Followed("cs.AI", TUESDAY, at(24), WEDNESDAY))
    row = after(row, Closed("cs.AI", TUESDAY, at(25)))
    assert (row.state, row.derived, row.counts) == (State.DERIVED, True, {Kind.NEW: 5, Kind.CROSS: 1})
    assert str(sentence(row, at(30))) == "Derived from submission dates: arXiv's own listing day may differ."
    vouched = after(row, Witnessed("cs.AI", TUESDAY, at(30), total=6))
    assert vouched.state is State.DERIVED


def test_what_a_feed_or_a_witness_brings_takes_the_place_of_what_was_derived() -> None:
    assert after(derived(9), looked(1, 60)) == through(looked(1, 60))
    filled = Witnessed("cs.AI", TUESDAY, at(30), total=4, missing=4, counts={Kind.NEW: 4})
    row = after(derived(9), filled)
    assert (row.derived, row.counts, row.state) == (False, {Kind.NEW: 4}, State.SUSPECT)


def test_moments_are_kept_in_utc() -> None:
    row = through(opened(), looked(1, 60))
    assert row.seen_at is not None
    assert row.seen_at.tzinfo is UTC
