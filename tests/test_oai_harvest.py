"""Harvests against a model of the server whose list moves under them: whatever existed throughout is found."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aggregator.errors import BadToken
from aggregator.models import Record
from aggregator.sources.oai import OaiPage
from aggregator.sources.oai_harvest import HarvestState, after_bad_token, after_page, next_harvest, request

BASE = "https://oaipmh.arxiv.org/oai"
START = date(2026, 11, 20)
DAY = timedelta(days=1)


@dataclass
class Server:
    """Lists records by day (or by id, as arXiv did before 2025); a token is an offset, and dies at midnight UTC."""

    days: dict[str, date]
    by_day: bool = True
    size: int = 2
    now: datetime = datetime(2026, 11, 20, 12, tzinfo=UTC)
    titles: dict[str, int] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    def modify(self, arxiv_id: str) -> None:
        self.days[arxiv_id] = self.now.date()
        self.titles[arxiv_id] = self.titles.get(arxiv_id, 0) + 1

    def answer(self, url: str) -> OaiPage:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        self.asked.append(asked)
        self.now += timedelta(seconds=3)
        if "resumptionToken" in asked:
            made, since, skip = asked["resumptionToken"].split("|")
            if made != self.now.date().isoformat():
                raise BadToken(url, "expired", code="badResumptionToken")
            return self._page(since, int(skip))
        return self._page(asked.get("from", ""), 0)

    def _page(self, since: str, skip: int) -> OaiPage:
        listed = sorted((day, name) if self.by_day else (name, day) for name, day in self.days.items())
        names = [str(item[self.by_day]) for item in listed]
        names = [name for name in names if self.days[name].isoformat() >= since]
        end = skip + self.size
        token = f"{self.now.date()}|{since}|{end}" if end < len(names) else None
        return OaiPage(tuple(map(self._record, names[skip:end])), token, self.now)

    def _record(self, name: str) -> Record:
        return Record(name, self.days[name], False, ("cs.CL",), str(self.titles.get(name, 0)), "", "")


@dataclass
class Harvester:
    """Does what the core says, and keeps what came."""

    server: Server
    state: HarvestState = field(default_factory=lambda: HarvestState("cs:cs:CL", "arXiv"))
    stored: dict[str, Record] = field(default_factory=dict)

    def step(self) -> None:
        try:
            page = self.server.answer(request(self.state, BASE))
        except BadToken:
            self.state = after_bad_token(self.state)
            return
        new = sum(self.stored.get(record.arxiv_id) != record for record in page.records)
        self.stored |= {record.arxiv_id: record for record in page.records}
        self.state = after_page(self.state, page, new)

    def finish(self) -> None:
        for _ in range(1_000):
            if self.state.done:
                return
            self.step()
        raise AssertionError("the harvest does not end")


Script = list[str | list[str] | None]

NAMES = [f"2611.{number:05}" for number in range(1, 10)]
ages = st.lists(st.integers(0, 6), min_size=len(NAMES), max_size=len(NAMES))
# Between two requests: nothing, midnight passes, some record is modified, another is added.
events = st.lists(
    st.one_of(
        st.none(),
        st.just("midnight"),
        st.lists(st.sampled_from(NAMES), min_size=1, max_size=3),
        st.integers(10, 99).map(lambda number: f"2611.{number:05}"),
    ),
    max_size=30,
)


def play(harvester: Harvester, script: Script) -> None:
    """One event before each request, until the script or the harvest ends; then the harvest ends in peace."""
    server = harvester.server
    for event in script:
        if harvester.state.done:
            break
        match event:
            case "midnight":
                server.now += DAY
            case list(names):
                for name in names:
                    server.modify(name)
            case str(name):
                server.modify(name)
        harvester.step()
    harvester.finish()


def server_of(days: list[int], *, by_day: bool, size: int = 2) -> Server:
    return Server({name: START - age * DAY for name, age in zip(NAMES, days, strict=True)}, by_day, size)


@settings(deadline=None, max_examples=300)
@given(ages, st.booleans(), st.integers(1, 4), events)
@example([1] * 9, True, 2, [None, [NAMES[0]], None])  # the list moves up by one, 2611.00003 is skipped
@example(
    [0] + [6] * 8, False, 1, [None, "midnight", None, None, "midnight", None]
)  # by id, each pass interrupted
def test_every_record_that_exists_throughout_is_harvested_A17_A18(
    days: list[int], by_day: bool, size: int, script: Script
) -> None:
    harvester = Harvester(server_of(days, by_day=by_day, size=size))
    play(harvester, script)
    assert set(NAMES) <= harvester.stored.keys()


@settings(deadline=None, max_examples=150)
@given(ages, st.booleans(), st.lists(events, min_size=1, max_size=4))
def test_harvest_after_harvest_ends_with_the_servers_own_state_A20(
    days: list[int], by_day: bool, scripts: list[Script]
) -> None:
    harvester = Harvester(server_of(days, by_day=by_day))
    for script in [*scripts, []]:
        play(harvester, script)
        harvester.state = next_harvest(harvester.state)
    harvester.finish()
    server = harvester.server
    assert {name: record.datestamp for name, record in harvester.stored.items()} == server.days
    assert all(int(record.title) == server.titles.get(name, 0) for name, record in harvester.stored.items())


@settings(deadline=None, max_examples=100)
@given(ages, events)
def test_until_is_never_asked(days: list[int], script: Script) -> None:
    harvester = Harvester(server_of(days, by_day=True))
    play(harvester, script)
    for asked in harvester.server.asked:
        assert "until" not in asked
        assert asked.keys() == {"verb", "resumptionToken"} or asked["set"] == "cs:cs:CL"


def test_a_record_skipped_by_a_shift_is_found_by_the_second_pass_A17() -> None:
    harvester = Harvester(server_of([1] * 9, by_day=True))
    harvester.step()
    harvester.server.modify(NAMES[0])
    while harvester.state.pass_number == 1 and not harvester.state.done:
        harvester.step()
    assert NAMES[2] not in harvester.stored
    harvester.finish()
    assert NAMES[2] in harvester.stored
    assert harvester.state.pass_number == 3  # the second brought something, the third did not


def test_a_token_that_expires_costs_two_days_of_overlap_A18() -> None:
    server = server_of([9, 8, 7, 6, 5, 4, 3, 2, 1], by_day=True)
    harvester = Harvester(server)
    for _ in range(3):
        harvester.step()
    server.now += DAY
    harvester.step()
    assert harvester.state.last_datestamp == START - 4 * DAY
    assert request(harvester.state, BASE).endswith("&from=2026-11-14")
    harvester.finish()
    assert harvester.stored.keys() == server.days.keys()


def test_a_restart_never_goes_behind_the_beginning() -> None:
    state = HarvestState("cs:cs:CL", "arXiv", since=START, token="x", last_datestamp=START + DAY)
    assert after_bad_token(state).restart == START
    assert after_bad_token(state, START + 5 * DAY).restart == START + 3 * DAY
    assert request(after_bad_token(HarvestState("cs", "arXiv", token="x")), BASE).endswith("&set=cs")


def test_one_page_needs_no_second_look() -> None:
    harvester = Harvester(server_of([0] * 9, by_day=True, size=9))
    harvester.finish()
    assert len(harvester.server.asked) == 1


def test_an_empty_answer_ends_a_harvest() -> None:
    harvester = Harvester(Server({}))
    harvester.finish()
    assert (harvester.state.done, harvester.stored) == (True, {})


def test_the_next_harvest_begins_two_days_before_the_last_pass_did() -> None:
    harvester = Harvester(server_of([3] * 9, by_day=True))
    with pytest.raises(ValueError):
        next_harvest(harvester.state)
    harvester.finish()
    following = next_harvest(harvester.state)
    assert following == HarvestState("cs:cs:CL", "arXiv", since=date(2026, 11, 18))


def test_a_long_pass_counts_from_its_first_page() -> None:
    """What is modified while a pass runs is for the next harvest, though this one's tokens last for days."""
    first, last = (
        OaiPage((), token, datetime(2026, 11, day, tzinfo=UTC)) for token, day in (("x", 20), (None, 29))
    )
    state = after_page(after_page(HarvestState("cs", "arXiv"), first, 0), last, 0)
    assert (state.done, next_harvest(state).since) == (True, date(2026, 11, 18))


@given(st.lists(st.integers(0, 3), max_size=10))
def test_the_state_counts_what_a_pass_brought(new: list[int]) -> None:
    state = HarvestState("cs:cs:CL", "arXiv")
    moment = datetime(2026, 11, 20, tzinfo=UTC)
    for count in new:
        state = after_page(state, OaiPage((), "more", moment), count)
    assert (state.seen_new, state.done, state.pass_number) == (sum(new), False, 1)
    assert state.newest_response_date == (moment if new else None)
