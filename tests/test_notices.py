"""Notices: each condition is told once, over restarts and outages, and nobody waits for a webhook (row C8)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from fakes import FakeClock
from hypothesis import given
from hypothesis import strategies as st
from webhook import Webhook

from aggregator.announce import slot_of
from aggregator.errors import SettingsError
from aggregator.models import GateState, Kind, LedgerRow, State
from aggregator.notify import Desk, Memory, Notice
from aggregator.notify.notices import due_notices, remembered
from aggregator.notify.sender import AppriseSender

# Apprise's mail plugin imports a module that Python 3.13 has dropped
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

MONDAY = date(2026, 5, 4)
TUESDAY = date(2026, 5, 5)
NIGHT = slot_of(TUESDAY).announced_at + timedelta(hours=5)
OPEN = GateState()
CATEGORIES = ("cs.AI", "hep-th")


def row(category: str, state: State, day: date = TUESDAY, count: int = 10) -> LedgerRow:
    counts = {Kind.NEW: count} if state not in (State.EXPECTED, State.LATE, State.CONFIRMED_EMPTY) else {}
    return LedgerRow(category, day, state, f"because it is {state}", counts)


def day_of(state: State, day: date = TUESDAY) -> list[LedgerRow]:
    return [row(category, state, day) for category in CATEGORIES]


def titles(
    rows: Sequence[LedgerRow], told: Sequence[str] = (), gate: GateState = OPEN, now: datetime = NIGHT
) -> list[str]:
    return [notice.title for notice in due_notices(rows, gate, CATEGORIES, told, now)]


# a day is complete


@pytest.mark.parametrize("state", [State.SEEN, State.CONFIRMED, State.BACKFILLED])
def test_a_day_is_complete_when_every_followed_category_is_in(state: State) -> None:
    rows = [row("cs.AI", State.CONFIRMED), row("hep-th", state), row("math.CO", State.LATE)]
    (notice,) = due_notices(rows, OPEN, CATEGORIES, (), NIGHT)
    assert notice == Notice(
        ("complete:2026-05-05",),
        "arXiv 2026-05-05: complete",
        "All 2 followed categories are in, 20 announcements.",
    )


def test_it_is_told_once() -> None:
    assert titles(day_of(State.SEEN), ["complete:2026-05-05"]) == []


@pytest.mark.parametrize("state", [State.EXPECTED, State.SUSPECT])
def test_a_day_is_not_complete_while_a_category_is_open(state: State) -> None:
    assert titles([row("cs.AI", State.SEEN), row("hep-th", state)]) == []
    assert titles([row("cs.AI", State.SEEN)]) == []


def test_a_day_on_which_arxiv_announced_nothing_is_no_news() -> None:
    assert titles(day_of(State.CONFIRMED_EMPTY)) == []
    assert titles([row("cs.AI", State.CONFIRMED_EMPTY), row("hep-th", State.SEEN)]) != []


def test_older_days_that_fill_up_are_no_news() -> None:
    history = [old for back in range(1, 40) for old in day_of(State.BACKFILLED, TUESDAY - timedelta(back))]
    assert titles(history) == []


# a day is late


def test_a_day_is_late_when_its_window_is_over() -> None:
    (notice,) = due_notices(
        [row("cs.AI", State.LATE), row("hep-th", State.SEEN)], OPEN, CATEGORIES, (), NIGHT
    )
    assert (notice.keys, notice.title, notice.grave) == (
        ("late:2026-05-05",),
        "arXiv 2026-05-05 is late",
        True,
    )
    assert "cs.AI: because it is late" in notice.text
    assert "hep-th" not in notice.text


@pytest.mark.parametrize(
    ("state", "hours", "late"),
    [
        (State.EXPECTED, 23, False),
        (State.EXPECTED, 24, True),
        (State.SUSPECT, 23, False),
        (State.SUSPECT, 24, True),
        (State.SEEN, 100, False),
        (State.CONFIRMED_EMPTY, 100, False),
    ],
)
def test_a_day_gets_a_day_to_mend_itself(state: State, hours: int, late: bool) -> None:
    now = slot_of(TUESDAY).announced_at + timedelta(hours=hours)
    assert ("arXiv 2026-05-05 is late" in titles(day_of(state), now=now)) is late


def test_a_holiday_is_never_late() -> None:
    holiday = date(2026, 12, 28)
    now = slot_of(holiday).announced_at + timedelta(days=3)
    assert titles(day_of(State.EXPECTED, holiday), now=now) == []


def test_another_category_that_is_late_for_the_same_day_is_not_told_again() -> None:
    assert titles(day_of(State.LATE), ["late:2026-05-05"]) == []


def test_A26_forty_late_days_are_one_notice() -> None:
    days = [day for back in range(56) if (day := TUESDAY - timedelta(back)).weekday() < 5]
    rows = [old for day in days for old in day_of(State.LATE, day)]
    (notice,) = due_notices(rows, OPEN, CATEGORIES, (), NIGHT)
    assert notice.title == "arXiv 40 listing days are late"
    assert len(notice.keys) == 40
    assert len(notice.text.splitlines()) == 12
    assert "2026-05-05" in notice.text


def test_what_was_late_is_told_once_more_when_all_of_it_is_there() -> None:
    told = ["late:2026-05-04", "late:2026-05-05"]
    assert titles([*day_of(State.CONFIRMED, MONDAY), *day_of(State.LATE)], told) == []
    (notice,) = due_notices(
        [*day_of(State.CONFIRMED, MONDAY), *day_of(State.SEEN)], OPEN, CATEGORIES, told, NIGHT
    )
    assert notice.keys == ("mended:2026-05-04", "mended:2026-05-05")
    assert titles(day_of(State.SEEN), [*told, *notice.keys]) == []


def test_a_late_day_that_has_left_the_ledgers_view_is_settled() -> None:
    assert titles([], ["late:2026-01-05"]) == ["arXiv 2026-01-05: complete now"]


def test_a_category_that_was_added_later_does_not_keep_an_old_day_open() -> None:
    assert titles([row("cs.AI", State.CONFIRMED, MONDAY)], ["late:2026-05-04"]) == [
        "arXiv 2026-05-04: complete now"
    ]


# arXiv stops us


def test_H6_a_closed_door_is_told_once_and_again_after_it_was_opened() -> None:
    closed = GateState(reason="HTTP 403\nforged", needs_operator=True, strikes=1)
    (notice,) = due_notices([], closed, CATEGORIES, (), NIGHT)
    assert notice.grave
    assert notice.text.startswith("HTTP 403 forged. Nothing is asked until")
    told = remembered({}, notice.keys, closed, NIGHT)
    assert titles([], list(told), closed) == []
    told = remembered(told, (), OPEN, NIGHT)
    assert titles([], list(told), closed) == ["arXiv refuses our requests"]


def test_H1_a_wait_and_those_that_follow_from_it_are_one_story() -> None:
    first = GateState(reason="HTTP 429", strikes=1, closed_until=NIGHT + timedelta(minutes=10))
    (notice,) = due_notices([], first, CATEGORIES, (), NIGHT)
    assert "until 2026-05-05 05:10 UTC" in notice.text
    told = remembered({}, notice.keys, first, NIGHT)
    later = NIGHT + timedelta(hours=1)
    again = GateState(reason="HTTP 429", strikes=2, closed_until=later - timedelta(minutes=5))
    told = remembered(told, (), again, later)
    assert titles([], list(told), again, later) == []
    assert remembered(told, (), OPEN, later) == {}


# what is remembered


def test_days_are_forgotten_after_a_season() -> None:
    told = remembered({}, ["complete:2026-05-05", "late:2026-05-05"], OPEN, NIGHT)
    assert remembered(told, (), OPEN, NIGHT + timedelta(days=80)) == told
    assert remembered(told, (), OPEN, NIGHT + timedelta(days=95)) == {}


STATES = st.lists(st.sampled_from(list(State)), min_size=6, max_size=6)
GATES = st.sampled_from([OPEN, GateState(strikes=1), GateState(needs_operator=True, strikes=1)])


@given(st.lists(st.tuples(STATES, GATES), min_size=1, max_size=12))
def test_no_condition_that_lasts_is_told_twice(steps: list[tuple[list[State], GateState]]) -> None:
    told: dict[str, str] = {}
    days = [TUESDAY - timedelta(back) for back in (0, 1, 4)]
    sent: list[str] = []
    for number, (states, gate) in enumerate(steps):
        now = NIGHT + timedelta(hours=number)
        pairs = [(category, day) for day in days for category in CATEGORIES]
        rows = [row(category, state, day) for (category, day), state in zip(pairs, states, strict=True)]
        for notice in due_notices(rows, gate, CATEGORIES, told, now):
            sent += [key for key in notice.keys if ":" in key]
            told = remembered(told, notice.keys, gate, now)
        told = remembered(told, (), gate, now)
        assert due_notices(rows, gate, CATEGORIES, told, now) == ()
    assert len(sent) == len(set(sent))


def test_the_memory_outlives_the_process(tmp_path: Path) -> None:
    path = tmp_path / "notices.json"
    Memory(path).save({"stopped": "2026-05-05T05:00:00+00:00"})
    assert Memory(path).load() == {"stopped": "2026-05-05T05:00:00+00:00"}
    assert [found.name for found in tmp_path.iterdir()] == ["notices.json"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"told": 3}', '{"told": ["x"]}', "\xff"])
def test_a_damaged_memory_counts_as_empty(text: str, tmp_path: Path) -> None:
    path = tmp_path / "notices.json"
    path.write_bytes(text.encode("latin-1"))
    assert Memory(path).load() == {}


def test_where_nothing_can_be_written_this_process_still_remembers(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    memory = Memory(tmp_path / "missing" / "notices.json")
    memory.save({"stopped": "x"})
    assert memory.load() == {"stopped": "x"}
    assert "cannot remember" in caplog.text


# the desk


class FakeSender:
    """Takes notices, or says why not."""

    def __init__(self) -> None:
        self.sent: list[Notice] = []
        self.trouble: str | Exception = ""
        self.tries = 0

    def send(self, notice: Notice) -> str:
        self.tries += 1
        if isinstance(self.trouble, Exception):
            raise self.trouble
        if not self.trouble:
            self.sent.append(notice)
        return self.trouble


class AtDesk:
    """A desk with everything it needs; `look` waits for what it sends."""

    def __init__(self, path: Path) -> None:
        self.clock = FakeClock(NIGHT)
        self.sender = FakeSender()
        self.heard: list[bool] = []
        self.path = path
        self.restart()

    def restart(self) -> None:
        self.desk = Desk(self.sender, Memory(self.path), self.clock, heard=self.heard.append)

    def look(self, rows: Sequence[LedgerRow], gate: GateState = OPEN) -> None:
        self.desk.look(rows, gate, CATEGORIES)
        assert self.desk.wait(5)


@pytest.fixture
def at(tmp_path: Path) -> AtDesk:
    return AtDesk(tmp_path / "notices.json")


def test_a_notice_goes_out_once_also_over_a_restart(at: AtDesk) -> None:
    at.look(day_of(State.SEEN))
    at.look(day_of(State.CONFIRMED))
    at.restart()
    at.look(day_of(State.CONFIRMED))
    assert [notice.title for notice in at.sender.sent] == ["arXiv 2026-05-05: complete"]
    assert at.heard == [True]


@pytest.mark.parametrize("trouble", ["no route", RuntimeError("a bug of a plugin")])
def test_C8_what_nobody_took_is_tried_again_later_and_logged_once(
    at: AtDesk, trouble: str | Exception, caplog: pytest.LogCaptureFixture
) -> None:
    at.sender.trouble = trouble
    for _ in range(60):
        at.look(day_of(State.SEEN))
        at.clock.advance(minutes=1)
    assert at.sender.tries == 4
    assert len(caplog.records) == 1
    at.sender.trouble = ""
    at.clock.advance(minutes=15)
    at.look(day_of(State.SEEN))
    assert len(at.sender.sent) == 1
    assert at.heard == [*[False] * 4, True]


def test_what_no_longer_holds_is_not_sent_late(at: AtDesk) -> None:
    at.sender.trouble = "no route"
    closed = GateState(reason="HTTP 403", needs_operator=True)
    at.look([], closed)
    at.sender.trouble = ""
    at.clock.advance(hours=1)
    at.look([], OPEN)
    assert at.sender.sent == []


def test_C8_looking_never_waits_for_a_sender_that_hangs(tmp_path: Path) -> None:
    release = Event()

    class Hangs:
        def send(self, notice: Notice) -> str:
            release.wait(10)
            return ""

    desk = Desk(Hangs(), Memory(tmp_path / "notices.json"), FakeClock(NIGHT))
    started = time.monotonic()
    for _ in range(100):
        desk.look(day_of(State.SEEN), OPEN, CATEGORIES)
    assert time.monotonic() - started < 1
    assert desk.busy
    release.set()
    assert desk.wait(5)


# Apprise

NOTICE = Notice(("late:2026-05-05",), "arXiv 2026-05-05 is late", "cs.AI: <b>no</b> announcement", grave=True)


def test_a_webhook_gets_the_notice() -> None:
    with Webhook() as hook:
        assert AppriseSender([hook.url]).send(NOTICE) == ""
    (posted,) = hook.posted
    assert (posted["title"], posted["message"]) == (NOTICE.title, NOTICE.text)
    assert posted["type"] == "warning"


def test_a_webhook_that_refuses_is_named_without_its_password(caplog: pytest.LogCaptureFixture) -> None:
    with Webhook(status=500) as hook:
        trouble = AppriseSender([hook.url]).send(NOTICE)
    assert trouble == "JSON: failure"
    assert "hunter2" not in caplog.text + trouble


def test_a_webhook_that_is_down_is_a_failure() -> None:
    with Webhook() as hook:
        url = hook.url
    assert AppriseSender([url]).send(NOTICE) == "JSON: failure"


def test_C8_a_webhook_that_hangs_is_given_up() -> None:
    with Webhook(seconds=3) as hook:
        started = time.monotonic()
        assert AppriseSender([hook.url], timeout=0.3).send(NOTICE) == "JSON: timeout"
        assert time.monotonic() - started < 2


def test_one_service_that_takes_it_is_enough() -> None:
    with Webhook() as hook, Webhook(status=500) as other:
        assert AppriseSender([hook.url, other.url]).send(NOTICE) == ""
    assert len(hook.posted) == len(other.posted) == 1


@pytest.mark.parametrize("url", ["nosuchservice://user:hunter2@host", "json://", "mailto://x"])
def test_an_address_that_apprise_can_not_use_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        AppriseSender(["json://127.0.0.1/", url])
    assert "URL number 2" in str(caught.value)
    assert "hunter2" not in str(caught.value)
