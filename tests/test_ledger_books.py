"""What one poll enters into the books, and what people then read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from aggregator.announce import slot_of
from aggregator.ledger import Books, Look, keep_books, later_sentence, level, merged_sentence, sentence
from aggregator.models import CategoryReport, Evidence, Kind, LedgerRow, Outcome, State
from aggregator.settings import ScheduleSettings

SCHEDULE = ScheduleSettings(delay=1200, every=1800, window=36_000)
MONDAY, TUESDAY, WEDNESDAY = date(2026, 5, 4), date(2026, 5, 5), date(2026, 5, 6)


def at(hours: float, day: date = TUESDAY) -> datetime:
    return slot_of(day).announced_at + timedelta(hours=hours)


def poll(
    rows: tuple[LedgerRow, ...],
    hours: float,
    outcome: Outcome,
    day: date | None = None,
    total: int = 0,
    *,
    after: date = TUESDAY,
    **report: object,
) -> Books:
    counts = {Kind.NEW: total} if total else {}
    said = CategoryReport("cs.AI", outcome, day=day, **report)  # type: ignore[arg-type]
    return keep_books(rows, Look(said, at(hours, after), counts), SCHEDULE)


def merge(rows: tuple[LedgerRow, ...], books: Books) -> tuple[LedgerRow, ...]:
    found = {row.day: row for row in (*rows, *books.rows)}
    return tuple(found[day] for day in sorted(found))


def states(rows: tuple[LedgerRow, ...]) -> list[tuple[int, str]]:
    return [(row.day.day, row.state.value) for row in rows]


def test_the_first_poll_opens_the_day_that_is_due() -> None:
    books = poll((), 1, Outcome.STORED, TUESDAY, 60)
    assert states(books.rows) == [(5, "seen")]
    assert books.turned == books.rows
    assert books.next_try == books.rows[0].next_try == at(1.5)


def test_a_second_look_settles_it_until_the_next_slot() -> None:
    rows = poll((), 1, Outcome.STORED, TUESDAY, 60).rows
    books = poll(rows, 1.5, Outcome.UNCHANGED, TUESDAY, 60)
    assert states(books.rows) == [(5, "confirmed")]
    assert books.next_try == at(0, WEDNESDAY) + timedelta(seconds=1200)
    assert poll(books.rows, 1.6, Outcome.UNCHANGED, TUESDAY, 60).turned == ()


def test_A1_a_stale_feed_is_a_second_look_at_the_day_it_holds_and_leaves_the_due_day_open() -> None:
    rows = poll((), 1, Outcome.STORED, TUESDAY, 60).rows
    books = poll(
        rows, 1, Outcome.STALE, TUESDAY, 60, after=WEDNESDAY, reason="the feed still holds 2026-05-05"
    )
    assert states(books.rows) == [(5, "confirmed"), (6, "expected")]
    assert [row.next_try for row in books.rows] == [None, at(1.5, WEDNESDAY)]


def test_A2_the_last_look_of_the_window_makes_the_day_late() -> None:
    rows: tuple[LedgerRow, ...] = ()
    for hours in (1.0, 5.0, 9.0):
        rows = merge(rows, poll(rows, hours, Outcome.EMPTY))
        assert states(rows) == [(5, "expected")]
    books = poll(rows, 10, Outcome.EMPTY)
    assert states(books.turned) == [(5, "late")]
    assert books.next_try == at(0, WEDNESDAY) + timedelta(seconds=1200)


def test_an_older_batch_leaves_the_due_day_open() -> None:
    books = poll((), 1, Outcome.STORED, MONDAY, 60)
    assert states(books.rows) == [(4, "seen"), (5, "expected")]


def test_A26_a_silence_of_a_week_becomes_visible_days() -> None:
    rows = poll((), 1, Outcome.STORED, TUESDAY, 60).rows
    rows = merge(rows, poll(rows, 1.5, Outcome.UNCHANGED, TUESDAY, 60))
    monday = date(2026, 5, 18)
    rows = merge(rows, poll(rows, 1, Outcome.STORED, monday, 70, after=monday))
    assert states(rows) == [
        (5, "confirmed"),
        *((day, "late") for day in (6, 7, 8, 11, 12, 13, 14, 15)),
        (18, "seen"),
    ]
    assert all(row.followed_by in (None, monday) for row in rows)
    assert "that of 18 May 2026 has" in rows[1].reason


def test_a_planned_holiday_is_confirmed_empty_by_the_next_announcement() -> None:
    friday, monday = date(2026, 11, 27), date(2026, 11, 30)  # Thanksgiving was on Thursday
    rows = poll((), 9.9, Outcome.EMPTY, after=friday).rows
    assert states(rows) == [(27, "expected")]
    rows = merge(rows, poll(rows, 1, Outcome.STORED, monday, 60, after=monday))
    assert states(rows) == [(27, "confirmed-empty"), (30, "seen")]


def test_A5_an_unplanned_announcement_is_its_own_day() -> None:
    friday, saturday = date(2026, 5, 8), date(2026, 5, 9)
    rows = poll((), 1, Outcome.STORED, friday, 60, after=friday).rows
    rows = merge(rows, poll(rows, 40, Outcome.STORED, saturday, 20, after=friday))
    assert states(rows) == [(8, "seen"), (9, "seen")]


def test_H3_the_next_try_waits_for_as_long_as_arxiv_asks() -> None:
    until = at(30)
    books = poll((), 1, Outcome.COOLING, next_try=until, reason="CoolingDown: HTTP 403")
    assert books.next_try == books.rows[0].next_try == until
    assert books.rows[0].trouble == "CoolingDown: HTTP 403"


def test_T3_rows_of_a_clock_that_was_wrong_do_not_hide_the_present() -> None:
    wrong = LedgerRow("cs.AI", date(2036, 5, 5))
    assert states(poll((wrong,), 1, Outcome.EMPTY).rows) == [(5, "expected")]


# words

SEEN = LedgerRow(
    "cs.AI",
    TUESDAY,
    State.SEEN,
    "as arXiv's feed had it; one more look will follow",
    {Kind.NEW: 60},
    Evidence("rss", at(1)),
    checked_at=at(1),
    next_try=at(1.5),
)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (None, "Not asked for yet."),
        (
            SEEN,
            "Complete so far: as arXiv's feed had it; one more look will follow. Next try 5 May 2026, 01:30 UTC. "
            "Last checked 5 May 2026, 01:00 UTC (arXiv's feed).",
        ),
        (
            replace(SEEN, state=State.CONFIRMED, reason="a second look found nothing more"),
            "Complete: a second look found nothing more. Last checked 5 May 2026, 01:00 UTC (arXiv's feed).",
        ),
        (
            replace(
                SEEN,
                state=State.EXPECTED,
                reason="arXiv has not announced",
                tried_at=at(2),
                trouble="HTTP 503",
            ),
            "Incomplete: arXiv has not announced. The try of 5 May 2026, 02:00 UTC failed (HTTP 503). "
            "Asked again soon. Last checked 5 May 2026, 01:00 UTC (arXiv's feed).",
        ),
    ],
)
def test_a_day_in_words(row: LedgerRow | None, said: str) -> None:
    now = at(2) if row and row.trouble else at(1.1)
    row = replace(row, counts={}) if row and row.trouble else row
    assert str(sentence(row, now)) == said


def test_every_state_has_its_words() -> None:
    heads = {
        State.EXPECTED: "Incomplete",
        State.SEEN: "Complete so far",
        State.CONFIRMED: "Complete",
        State.CONFIRMED_EMPTY: "No announcement",
        State.LATE: "Incomplete",
        State.SUSPECT: "Incomplete",
        State.BACKFILLED: "Complete",
    }
    for state, head in heads.items():
        assert str(sentence(replace(SEEN, state=state), at(1))).startswith(f"{head}: ")
    holiday = LedgerRow("cs.AI", date(2026, 11, 27), reason="holiday: arXiv planned no announcement")
    assert str(sentence(holiday, at(1))).startswith("No announcement: holiday")


@pytest.mark.parametrize("state", [State.CONFIRMED, State.CONFIRMED_EMPTY, State.BACKFILLED])
def test_the_words_of_a_settled_day_stay_the_same(state: State) -> None:
    """So that its page is not rendered again."""
    row = replace(SEEN, state=state)
    assert str(sentence(row, at(1))) == str(sentence(row, at(1000)))


def test_the_newest_list_tells_of_the_days_after_it() -> None:
    rows = [
        LedgerRow("cs.AI", day, State.LATE, "no announcement of this day has come in time")
        for day in (TUESDAY, WEDNESDAY)
    ]
    assert str(later_sentence(rows, TUESDAY, at(5))) == ""
    assert str(later_sentence([], MONDAY, at(5))) == ""
    said = str(later_sentence(rows, MONDAY, at(5, WEDNESDAY)))
    assert said.startswith("For 6 May 2026: Incomplete: no announcement")
    assert said.endswith("1 day is before it without an announcement, too.")


def test_all_categories_together() -> None:
    confirmed = replace(SEEN, state=State.CONFIRMED)
    late = LedgerRow("cs.CL", TUESDAY, State.LATE, next_try=at(9))
    filled = replace(confirmed, state=State.BACKFILLED, filled=3)
    now = at(5)
    assert str(merged_sentence([confirmed] * 3, now)) == "Complete: all 3 followed categories are confirmed."
    assert str(merged_sentence([confirmed, filled], now)).endswith(
        "3 papers came from OAI-PMH, because arXiv's feed lacked them."
    )
    assert str(merged_sentence([confirmed, SEEN], now)) == (
        "Complete so far: all 2 followed categories are in, 1 of them confirmed."
    )
    assert str(merged_sentence([confirmed, late, None], now)) == (
        "1 of 3 followed categories are in; open: cs.CL (late). Next try 5 May 2026, 09:00 UTC."
    )
    assert (
        str(merged_sentence([None], now))
        == "0 of 1 followed category is in; open: some were not asked for yet."
    )


# monitoring


def row(day: date, state: State) -> LedgerRow:
    return LedgerRow("cs.AI", day, state)


def test_no_rows_cannot_tell() -> None:
    assert level([], at(1)) == 3


@pytest.mark.parametrize(
    ("monday", "tuesday", "hours", "expected"),
    [
        (State.CONFIRMED, State.CONFIRMED, 12, 0),
        (State.CONFIRMED, State.EXPECTED, 12, 0),  # inside its window
        (State.CONFIRMED, State.SEEN, 12, 0),
        (State.CONFIRMED, State.LATE, 12, 1),
        (State.CONFIRMED, State.SUSPECT, 12, 1),
        (State.SUSPECT, State.CONFIRMED, 12, 1),
        (State.SUSPECT, State.CONFIRMED, 36, 2),  # a day is being lost
        (State.CONFIRMED, State.CONFIRMED, 47.9, 0),
        (State.CONFIRMED, State.CONFIRMED, 48.1, 1),  # nobody looked for Wednesday
        (State.CONFIRMED, State.CONFIRMED, 80, 2),
        (State.CONFIRMED, State.CONFIRMED_EMPTY, 12, 0),
        (State.CONFIRMED, State.BACKFILLED, 12, 0),
    ],
)
def test_the_level_of_a_category(monday: State, tuesday: State, hours: float, expected: int) -> None:
    assert level([row(MONDAY, monday), row(TUESDAY, tuesday)], at(hours)) == expected


def test_the_worst_category_counts() -> None:
    other = LedgerRow("cs.CL", TUESDAY, State.LATE)
    assert level([row(TUESDAY, State.CONFIRMED), other], at(12)) == 1


def test_A3_a_holiday_and_a_weekend_alarm_nobody() -> None:
    thursday, friday = date(2026, 11, 26), date(2026, 11, 27)
    rows = [row(thursday, State.CONFIRMED), row(friday, State.EXPECTED)]
    assert level(rows, at(70, friday)) == 0


def test_a_day_that_nobody_confirmed_within_days_is_late() -> None:
    rows = [row(MONDAY, State.SEEN), *(row(date(2026, 5, day), State.CONFIRMED) for day in (5, 6, 7, 8))]
    assert level(rows, at(20, date(2026, 5, 7))) == 0
    assert level(rows, at(20, date(2026, 5, 8))) == 1
