"""The table for arXiv, row by row, and the Retry-After header in every shape that was met."""

from __future__ import annotations

import inspect
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator import errors
from aggregator.errors import CoolingDown, DeadlineExceeded, FeedError, FetchError, HttpError
from aggregator.policy import (
    BLOCKED,
    BY_KIND,
    COOL_DOWN,
    LONGEST,
    arxiv_policy,
    decide,
    is_rate_limit_text,
    parse_retry_after,
)
from aggregator.retry import Action, Decision

URL = "https://rss.arxiv.org/rss/cs.AI"
NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
GUIDE = Path(__file__).parent.parent / "docs" / "RETRY.md"


def status(code: int, retry_after: float | None = None, body: bytes = b"") -> Decision:
    return decide(HttpError(URL, code, retry_after=retry_after, body=body))


asked = st.floats(min_value=0, max_value=LONGEST)
bodies = st.binary(max_size=600)

# ── statuses ──


@pytest.mark.parametrize("code", [429, 406])
def test_a_refusal_without_a_date_means_ten_minutes(code: int) -> None:
    assert status(code) == Decision(Action.TRANSIENT, at_least=600, cooldown=600)
    assert status(code, 0) == status(code)  # "now" is no date that a refusal can mean


@pytest.mark.parametrize("code", [429, 406])
@given(seconds=asked.filter(bool))
def test_a_refusal_with_a_date_means_that_date(code: int, seconds: float) -> None:
    assert status(code, seconds) == Decision(Action.TRANSIENT, at_least=seconds, cooldown=seconds)


@given(retry_after=st.none() | asked, body=bodies | st.just(b"Rate exceeded."))
def test_a_403_stops_everything_for_a_day_and_calls_the_operator(
    retry_after: float | None, body: bytes
) -> None:
    decision = status(403, retry_after, body)
    assert (decision.action, decision.operator, decision.at_least) == (Action.STOP, True, 0)
    assert decision.cooldown == max(BLOCKED, retry_after or 0)


def test_nothing_else_calls_the_operator() -> None:
    assert [code for code in range(100, 600) if status(code).operator] == [403]


@given(st.none() | asked)
def test_a_503_is_tried_again_when_it_says(retry_after: float | None) -> None:
    decision = status(503, retry_after)
    assert (decision.action, decision.at_least) == (Action.TRANSIENT, retry_after or 0)
    assert decision.cooldown == (decision.at_least if decision.at_least >= COOL_DOWN else 0)


@pytest.mark.parametrize("code", [408, 500, 502, 503, 504, 507, 522])
def test_a_server_in_trouble_is_tried_again(code: int) -> None:
    assert status(code) == Decision(Action.TRANSIENT)


@pytest.mark.parametrize("code", [400, 401, 402, 404, 405, 409, 410, 414, 418, 451, 501, 505])
def test_a_request_that_is_wrong_stays_wrong(code: int) -> None:
    assert status(code, 120, b"<rss><title>Feed error for query</title></rss>") == Decision(Action.FATAL)


@given(st.integers(100, 999).filter(lambda code: code != 403))
def test_rate_exceeded_is_a_refusal_under_any_status(code: int) -> None:
    assert status(code, body=b"Rate exceeded.") == status(429)


@given(st.integers(-10, 10_000), st.none() | asked, bodies)
def test_no_status_is_without_a_decision(code: int, retry_after: float | None, body: bytes) -> None:
    decision = status(code, retry_after, body)
    if decision.action is Action.TRANSIENT:
        assert decision.at_least >= (retry_after or 0)


# ── other errors ──

KINDS = {
    "Unreachable": Action.TRANSIENT,
    "DeadlineExceeded": Action.TRANSIENT,
    "BadAnswer": Action.TRANSIENT,
    "EmptyBody": Action.TRANSIENT,
    "NotXml": Action.TRANSIENT,
    "NotAFeed": Action.TRANSIENT,
    "SuspectPage": Action.TRANSIENT,
    "CoolingDown": Action.STOP,
    "Insecure": Action.FATAL,
    "BadRedirect": Action.FATAL,
    "BodyTooLarge": Action.FATAL,
    "ForbiddenXml": Action.FATAL,
    "WrongFeed": Action.FATAL,
    "FeedErrorReply": Action.FATAL,
    "OaiError": Action.FATAL,
    "BadToken": Action.FATAL,
}


def fetch_and_feed_errors() -> set[type[Exception]]:
    """Every concrete error that a request can end with, but for HttpError, which has its own table."""
    kinds = {kind for _, kind in inspect.getmembers(errors, inspect.isclass)}
    return {
        kind
        for kind in kinds
        if issubclass(kind, (FetchError, FeedError)) and kind not in (FetchError, FeedError, HttpError)
    }


def make(kind: type[Exception]) -> Exception:
    if kind is DeadlineExceeded:
        return DeadlineExceeded(URL, 60)
    if kind is CoolingDown:
        return CoolingDown(URL, NOW, "HTTP 429")
    if kind is errors.BodyTooLarge:
        return errors.BodyTooLarge(URL, 64)
    if kind is errors.BadRedirect:
        return errors.BadRedirect(URL, "http://169.254.0.1/", "not arXiv's host")
    return kind(URL, "an example")


def test_every_error_of_a_request_has_its_row() -> None:
    assert fetch_and_feed_errors() == set(BY_KIND)
    assert {kind.__name__ for kind in BY_KIND} == set(KINDS)


@pytest.mark.parametrize("kind", sorted(fetch_and_feed_errors(), key=repr))
def test_an_error_means_what_its_row_says(kind: type[Exception]) -> None:
    assert decide(make(kind)) == Decision(KINDS[kind.__name__])


def test_a_special_case_inherits_the_row_of_its_kind() -> None:
    class Reset(errors.Unreachable):
        pass

    assert decide(Reset(URL, "reset")).action is Action.TRANSIENT


@pytest.mark.parametrize(
    "error",
    [
        *(TypeError(), ValueError(), OSError(), RuntimeError(), Exception(), ConnectionError()),
        *(errors.Stopped(), errors.StoreError(), errors.LockHeld(), errors.PublishError()),
        *(errors.SettingsError("no"), FetchError(URL, "unknown"), FeedError(URL, "unknown")),
    ],
)
def test_what_is_not_in_the_table_is_fatal(error: Exception) -> None:
    assert decide(error) == Decision(Action.FATAL)


# ── Rate exceeded. ──


@pytest.mark.parametrize(
    "body", [b"Rate exceeded.", b"rate exceeded", b"Rate exceeded.\r\n", b"<html><body>Rate exceeded.</body>"]
)
def test_the_text_of_a_refusal_is_known(body: bytes) -> None:
    assert is_rate_limit_text(body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"Rate",
        b"<rss><channel><item><title>When the rate exceeded</title></item></channel></rss>",
        b"Rate exceeded." + b" " * 600,
    ],
)
def test_a_feed_that_speaks_of_rates_is_no_refusal(body: bytes) -> None:
    assert not is_rate_limit_text(body)


@pytest.mark.recordings
def test_no_recorded_feed_is_taken_for_a_refusal(recordings: Path) -> None:
    feeds = sorted((recordings / "rss").glob("*.xml"))
    assert feeds
    assert not any(is_rate_limit_text(path.read_bytes()) for path in feeds)


# ── Retry-After ──


def parse(value: str | None, date: str | None = None, now: datetime = NOW) -> float | None:
    return parse_retry_after(value, date=date, now=now)


@given(st.integers(0, int(LONGEST)))
def test_seconds_are_seconds(seconds: int) -> None:
    assert parse(str(seconds)) == seconds
    assert parse(f"  {seconds}\t") == seconds


@given(st.integers(int(LONGEST), 10**29))
@example(10**12)
def test_a_delay_of_years_is_a_week(seconds: int) -> None:
    assert parse(str(seconds)) == LONGEST


def test_a_fraction_is_taken_as_it_is_meant() -> None:
    assert parse("1.5") == 1.5


moments = st.datetimes(datetime(1970, 1, 1), datetime(2068, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)


@given(moments, st.integers(-(10**6), int(LONGEST) * 2), moments)
def test_a_date_counts_from_the_date_of_the_answer(sent: datetime, delay: int, now: datetime) -> None:
    """Whatever the clock of this machine says (fault H5)."""
    until = format_datetime(sent + timedelta(seconds=delay), usegmt=True)
    assert parse(until, format_datetime(sent, usegmt=True), now) == min(max(0, delay), LONGEST)


@pytest.mark.parametrize("date", [None, "", "yesterday", "0"])
def test_a_date_counts_from_now_when_the_answer_has_none(date: str | None) -> None:
    assert parse("Mon, 23 Nov 2026 20:02:00 GMT", date) == 120


@pytest.mark.parametrize(
    "value",
    [
        "Tue, 24 Nov 2026 20:00:00 GMT",
        "Tuesday, 24-Nov-26 20:00:00 GMT",
        "Tue Nov 24 20:00:00 2026",
        "Tue, 24 Nov 2026 20:00:00 -0000",
        "Tue, 24 Nov 2026 15:00:00 -0500",
    ],
)
def test_all_forms_of_a_date_are_read(value: str) -> None:
    assert parse(value) == 86_400


def test_a_date_in_the_past_means_now() -> None:
    assert parse("Sun, 06 Nov 1994 08:49:37 GMT") == 0


@pytest.mark.parametrize(
    "value",
    [
        *(None, "", " ", "soon", "-5", "+5", "1e3", "nan", "inf", "0x10", "1,5", "5 s", "٣", "½"),
        *("9" * 5000, "Mon, 99 Foo 2026 99:99:99 GMT", "Mon, 23 Nov 2026", "Mon, 23 Nov 2026 20:00:00 +9999"),
    ],
)
def test_what_is_not_usable_is_none(value: str | None) -> None:
    assert parse(value) is None


pieces = st.sampled_from(
    ["Mon, ", "Mon ", "23", " Nov ", "2026", "99999", " 20:00:00", ":", " GMT", " +9999", "-"]
)
garbage = st.text(max_size=80) | st.lists(pieces, max_size=9).map("".join) | st.floats().map(str)


@given(garbage, st.none() | garbage)
def test_no_header_crashes_or_means_years(value: str, date: str | None) -> None:
    seconds = parse(value, date)
    assert seconds is None or 0 <= seconds <= LONGEST
    status(429, seconds)


# ── the policy ──


def test_the_policy_for_arxiv_uses_the_table() -> None:
    policy = arxiv_policy(attempts=6, budget=900, floor=3)
    assert (policy.decide, policy.attempts, policy.budget, policy.floor) == (decide, 6, 900, 3)
    assert policy.base > policy.floor  # so that the second wait tends to be longer than the first
    assert policy.cap > policy.base


def test_the_guide_prints_every_row() -> None:
    text = GUIDE.read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \|.*?\| (FATAL|TRANSIENT|STOP) \|", text, re.MULTILINE))
    assert rows == {name: action.name for name, action in KINDS.items()}
    statuses = {
        int(code): action
        for codes, action in re.findall(
            r"^\| ([\d, ]+) \|.*?\| (FATAL|TRANSIENT|STOP) \|", text, re.MULTILINE
        )
        for code in codes.split(",")
    }
    assert {403, 406, 408, 429, 503, 400, 404, 410, 500, 501, 502, 504, 505} <= set(statuses)
    assert statuses == {code: status(code).action.name for code in statuses}
