"""How others watch the daemon: health, metrics, the service manager, arXiv's clock (rows C7, T11)."""

from __future__ import annotations

import http.client
import logging
import re
import socket
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from fakes import FakeClock
from prometheus_client.parser import text_string_to_metric_families

from aggregator.errors import SettingsError, StoreError
from aggregator.events import Teller
from aggregator.models import (
    Answer,
    CategoryReport,
    GateState,
    LedgerRow,
    Outcome,
    PollState,
    Published,
    State,
    Validators,
    Verdict,
)
from aggregator.retry import Wait
from aggregator.settings import Manager, load, service_manager
from aggregator.sources.skew import OverheardTransport, skew_of
from aggregator.watch import health
from aggregator.watch.metrics import Metrics
from aggregator.watch.pulse import HeardClock, Pulse
from aggregator.watch.server import Reply, WatchServer
from aggregator.watch.standing import Standing, standing_of
from aggregator.watch.systemd import Systemd

DAY = date(2026, 5, 5)  # a Tuesday; its slot was at 2026-05-05 00:00 UTC
NOW = datetime(2026, 5, 5, 5, tzinfo=UTC)
CATEGORIES = ("cs.AI", "hep-th")
ROOT = Path(__file__).parent.parent
MANUAL = (ROOT / "docs" / "OPERATIONS.md").read_text().partition("## Watch it")[2].partition("\n## ")[0]


def row(category: str, state: State, day: date = DAY) -> LedgerRow:
    return LedgerRow(category, day, state)


def poll(category: str, day: date | None = DAY) -> PollState:
    return PollState(category, NOW, Outcome.STORED, "", day, NOW + timedelta(hours=1))


def standing(*rows: LedgerRow, gate: GateState | None = None, at: datetime = NOW) -> Standing:
    return standing_of(
        CATEGORIES,
        at=at,
        gate=gate or GateState(),
        papers=12,
        announcements=15,
        polls=[poll(name) for name in (*CATEGORIES, "math.CO")],
        ledger=rows,
    )


FINE = (row("cs.AI", State.CONFIRMED), row("hep-th", State.SEEN))


def no_database() -> Standing:
    raise StoreError("no database\nyet")


# health


def test_livez_fails_after_three_silent_ticks() -> None:
    clock = FakeClock()
    pulse = Pulse(clock, every=30, limit=600)
    assert health.live(pulse) == Reply(200, b"ok\n")
    clock.advance(seconds=90)
    assert health.live(pulse).status == 200
    clock.advance(seconds=1)
    assert health.live(pulse) == Reply(503, b"the ticker has given no sign of life for 91 s\n")


def test_livez_fails_while_a_run_hangs() -> None:
    clock = FakeClock()
    pulse = Pulse(clock, every=30, limit=600)
    with pulse.run():
        clock.advance(seconds=601)
        pulse.tick()
        assert health.live(pulse).status == 503


def test_readyz_needs_the_database_and_the_lock() -> None:
    assert health.ready(standing, lock_held=True).status == 200
    assert health.ready(standing, lock_held=False) == Reply(503, b"the daemon's lock is lost\n")
    assert health.ready(no_database, lock_held=True) == Reply(503, b"no database yet\n")


def test_healthz_names_the_categories_that_are_overdue() -> None:
    assert health.healthy(lambda: standing(*FINE)).status == 200
    reply = health.healthy(lambda: standing(FINE[0], row("hep-th", State.LATE)))
    assert reply == Reply(503, b"hep-th: late\n")
    assert health.healthy(lambda: standing(FINE[0])).body == b"hep-th: unknown\n"
    assert health.healthy(no_database).status == 503


def test_healthz_fails_when_nobody_looked_for_days() -> None:
    assert health.healthy(lambda: standing(*FINE, at=NOW + timedelta(days=3))).status == 503


def test_healthz_says_that_arxiv_closed_the_door_but_a_short_wait_is_no_illness() -> None:
    closed = GateState(reason="HTTP 403\r\nforged: ok", needs_operator=True)
    assert health.healthy(lambda: standing(*FINE, gate=closed)) == Reply(
        503, b"arXiv closed the door: HTTP 403 forged: ok\n"
    )
    waits = GateState(reason="HTTP 429", closed_until=NOW + timedelta(minutes=10), strikes=1)
    assert health.healthy(lambda: standing(*FINE, gate=waits)).status == 200


def test_how_it_stands_in_words() -> None:
    assert standing(*FINE).in_words() == "2 of 2 categories up to date, next try 2026-05-05 06:00 UTC"


# the server


@pytest.fixture
def server() -> Iterator[WatchServer]:
    def fails() -> Reply:
        raise RuntimeError("a bug")

    answers = {"/livez": lambda: Reply(200, b"ok\n"), "/bug": fails}
    server = WatchServer("127.0.0.1", 0, answers)
    server.start()
    yield server
    server.close()


def ask(server: WatchServer, path: str, method: str = "GET") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    try:
        connection.request(method, path)
        reply = connection.getresponse()
        assert reply.getheader("Server") == "aggregator"
        return reply.status, reply.read()
    finally:
        connection.close()


def test_the_server_answers_from_its_table(server: WatchServer) -> None:
    assert ask(server, "/livez") == (200, b"ok\n")
    assert ask(server, "/livez?verbose") == (200, b"ok\n")
    assert ask(server, "/livez", "HEAD") == (200, b"")
    assert ask(server, "/") == (404, b"/livez\n/bug\n")
    assert ask(server, "/../livez")[0] == 404


def test_an_answer_that_fails_is_a_500_and_the_server_goes_on(
    server: WatchServer, caplog: pytest.LogCaptureFixture
) -> None:
    assert ask(server, "/bug") == (500, b"internal error\n")
    assert "a bug" in caplog.text
    assert ask(server, "/livez")[0] == 200


def test_nobody_can_write(server: WatchServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.request("POST", "/livez", body=b"x")
    assert connection.getresponse().status == 501
    connection.close()


def test_a_client_that_goes_away_or_says_nothing_holds_nobody_up(server: WatchServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as silent:
        silent.sendall(b"GET /livez HT")
        with socket.create_connection(("127.0.0.1", server.port)) as gone:
            gone.sendall(b"GET /livez HTTP/1.0\r\n\r\n")
        assert ask(server, "/livez") == (200, b"ok\n")


def test_C7_a_port_that_is_taken_is_an_error_of_the_operating_system(server: WatchServer) -> None:
    with pytest.raises(OSError, match="in use"):
        WatchServer("127.0.0.1", server.port, {})


# metrics


def samples(metrics: Metrics) -> dict[str, float]:
    """Every sample by its name and labels, as Prometheus itself would read it."""
    return {
        sample.name + "".join(f"[{value}]" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(metrics.text().decode())
        for sample in family.samples
    }


def metrics_of(found: Standing) -> tuple[Metrics, FakeClock]:
    clock = FakeClock()
    return Metrics(lambda: found, Pulse(clock, every=30, limit=600), clock), clock


def test_how_the_categories_stand() -> None:
    gate = GateState(closed_until=NOW + timedelta(seconds=600), strikes=2)
    old = row("hep-th", State.SUSPECT, DAY - timedelta(days=1))
    metrics, clock = metrics_of(standing(*FINE, old, gate=gate))
    clock.advance(seconds=12)
    found = samples(metrics)
    expected = {
        "aggregator_papers": 12,
        "aggregator_announcements": 15,
        "aggregator_database_readable": 1,
        "aggregator_level[cs.AI]": 0,
        "aggregator_level[hep-th]": 1,
        "aggregator_newest_day_age_seconds[cs.AI]": 5 * 3600,
        "aggregator_oldest_open_day_age_seconds[cs.AI]": 0,
        "aggregator_oldest_open_day_age_seconds[hep-th]": 29 * 3600,
        "aggregator_last_check_timestamp_seconds[cs.AI]": NOW.timestamp(),
        "aggregator_next_try_timestamp_seconds[cs.AI]": NOW.timestamp() + 3600,
        "aggregator_days[suspect]": 1,
        "aggregator_days[seen]": 1,
        "aggregator_cooldown_seconds": 600,
        "aggregator_strikes": 2,
        "aggregator_needs_operator": 0,
        "aggregator_tick_age_seconds": 12,
    }
    assert expected.items() <= found.items()
    assert found["process_resident_memory_bytes"] > 10**6
    assert not any("math.CO" in name for name in found), "only what is followed"


def test_what_happened_is_counted() -> None:
    metrics, clock = metrics_of(standing(*FINE))
    teller = Teller(metrics, clock)
    teller.reported(CategoryReport("cs.AI", Outcome.STORED, added=7))
    teller.reported(CategoryReport("cs.AI", Outcome.NOT_DUE))
    teller.waiting("cs.AI", Wait(1, 12.5, StoreError("no")))
    teller.witnessed(Verdict("cs.AI", DAY, DAY, records=40, filled=2))
    teller.published(Published(3, 4, 5), 0.5)
    metrics.ran(2.5, failed=False)
    metrics.noticed(sent=True)
    expected = {
        "aggregator_polls_total[stored]": 1,
        "aggregator_announcements_added_total": 9,
        "aggregator_announcements_filled_total": 2,
        "aggregator_retry_waits_total": 1,
        "aggregator_retry_wait_seconds_total": 12.5,
        "aggregator_pages_total[written]": 3,
        "aggregator_pages_total[pruned]": 5,
        "aggregator_runs_total": 1,
        "aggregator_runs_failed_total": 0,
        "aggregator_run_duration_seconds": 2.5,
        "aggregator_run_timestamp_seconds": clock.now().timestamp(),
        "aggregator_notices_total[sent]": 1,
    }
    found = samples(metrics)
    assert expected.items() <= found.items()
    assert "aggregator_polls_total[not-due]" not in found


def test_every_metric_is_described() -> None:
    metrics, _ = metrics_of(standing(*FINE))
    named = set(re.findall(r"aggregator_\w+", MANUAL))
    families = text_string_to_metric_families(metrics.text().decode())
    counted = {f"{family.name}_total" if family.type == "counter" else family.name for family in families}
    assert {name for name in counted if name.startswith("aggregator_")} == named


def test_without_a_database_the_rest_is_told() -> None:
    clock = FakeClock()
    found = samples(Metrics(no_database, Pulse(clock, every=30, limit=600), clock))
    assert found["aggregator_database_readable"] == 0
    assert "aggregator_tick_age_seconds" in found


def test_the_text_file_is_replaced_whole(tmp_path: Path) -> None:
    metrics, _ = metrics_of(standing(*FINE))
    path = tmp_path / "metrics.prom"
    path.write_text("old")
    metrics.write(path)
    assert b"aggregator_papers 12.0" in path.read_bytes()
    assert [found.name for found in tmp_path.iterdir()] == ["metrics.prom"]


def test_a_text_file_that_can_not_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    metrics, _ = metrics_of(standing(*FINE))
    path = tmp_path / "metrics.prom"
    path.mkdir()
    with pytest.raises(OSError):
        metrics.write(path)
    assert [found.name for found in tmp_path.iterdir()] == ["metrics.prom"]


# what the log says of a run


def events(caplog: pytest.LogCaptureFixture) -> list[tuple[str, dict[str, object]]]:
    found = [vars(record) for record in caplog.records]
    return [(record["event"], record["facts"]) for record in found if "event" in record]


def test_a_wait_is_told_with_the_moment_it_ends(caplog: pytest.LogCaptureFixture) -> None:
    metrics, clock = metrics_of(standing(*FINE))
    Teller(metrics, clock).waiting("cs.AI", Wait(2, 90.0, StoreError("no answer")))
    ((name, facts),) = events(caplog)
    assert name == "retry.wait"
    assert (facts["attempt"], facts["seconds"], facts["until"]) == (2, 90.0, "2026-05-05T05:01:30+00:00")


@pytest.mark.parametrize("state", State)
def test_a_day_that_turns_is_an_event_of_its_state(state: State, caplog: pytest.LogCaptureFixture) -> None:
    metrics, clock = metrics_of(standing(*FINE))
    with caplog.at_level(logging.INFO):
        Teller(metrics, clock).turned(row("cs.AI", state))
    ((name, facts),) = events(caplog)
    assert (name, facts["category"], facts["day"]) == (f"day.{state}", "cs.AI", "2026-05-05")
    grave = state in (State.LATE, State.SUSPECT)
    assert caplog.records[0].levelno == (logging.WARNING if grave else logging.INFO)


def test_every_event_is_described() -> None:
    code = "".join(path.read_text() for path in sorted((ROOT / "aggregator").rglob("*.py")))
    used = set(re.findall(r"""event(?:\(|": )\s*"([a-z]+\.[a-z]+)\"""", code)) | {
        f"day.{state}"
        for state in State
        if state is not State.DERIVED  # an import fills thousands at once, and tells of none
    }
    first_cells = "".join(re.findall(r"^\| (`[^|]+) \|", MANUAL, re.MULTILINE))
    assert set(re.findall(r"`([a-z]+\.[a-z-]+)`", first_cells)) == used


def test_building_a_large_site_is_a_sign_of_life() -> None:
    clock = FakeClock()
    pulse = Pulse(clock, every=30, limit=600)
    teller = Teller(Metrics(no_database, pulse, clock), HeardClock(clock, pulse))
    with pulse.run():
        for done in range(100):
            clock.advance(seconds=60)
            teller.building("papers", done, 100)
        assert not pulse.hangs


# arXiv's clock


def answer(**headers: str) -> Answer:
    return Answer("https://rss.arxiv.org/rss/cs.AI", 200, headers, b"", NOW)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"date": "Tue, 05 May 2026 05:00:00 GMT"}, 0),
        ({"date": "Tue, 05 May 2026 04:50:00 GMT"}, 600),
        ({"date": "Tue, 05 May 2026 05:10:00 GMT"}, -600),
        ({"date": "Tue, 05 May 2026 04:50:00 GMT", "age": "600"}, 0),
        ({"date": "Tue, 05 May 2026 04:50:00 GMT", "age": "-1"}, 600),
        ({"date": "Tue, 05 May 2026 05:00:00 -0000"}, 0),
        ({}, None),
        ({"date": ""}, None),
        ({"date": "yesterday"}, None),
        ({"date": "Tue, 99 May 2026 05:00:00 GMT"}, None),
        ({"date": "x" * 10_000}, None),
    ],
)
def test_T11_the_skew_is_our_clock_minus_arxivs(headers: dict[str, str], seconds: float | None) -> None:
    assert skew_of(answer(**headers)) == seconds


def test_T11_a_skew_of_more_than_five_minutes_is_warned_of_once(caplog: pytest.LogCaptureFixture) -> None:
    metrics, clock = metrics_of(standing(*FINE))
    teller = Teller(metrics, clock)
    right, wrong = "Tue, 05 May 2026 05:00:00 GMT", "Tue, 05 May 2026 05:06:00 GMT"
    for date_header in (right, wrong, wrong, right, wrong):
        teller.answered(answer(date=date_header))
    assert len(caplog.records) == 2
    assert samples(metrics)["aggregator_clock_skew_seconds"] == -360


def test_the_listener_hears_each_answer() -> None:
    class Transport:
        def get(self, url: str, **options: object) -> Answer:
            assert options["deadline"] == 5
            return answer()

    heard: list[Answer] = []
    transport = OverheardTransport(Transport(), heard.append)
    assert [transport.get("https://rss.arxiv.org/", deadline=5, validators=Validators())] == heard


# the service manager


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.setblocking(False)
        yield listener


def told(listener: socket.socket) -> list[bytes]:
    found = []
    while True:
        try:
            found.append(listener.recv(4096))
        except BlockingIOError:
            return found


def test_the_manager_is_told(manager: socket.socket, tmp_path: Path) -> None:
    clock = FakeClock()
    systemd = Systemd(Manager(str(tmp_path / "notify"), watchdog=30.0), clock)
    systemd.ready()
    systemd.status("two\nlines")
    systemd.status("two\nlines")
    for _ in range(25):
        systemd.alive()
        clock.advance(seconds=1)
    systemd.stopping()
    assert told(manager) == [b"READY=1", b"STATUS=two lines", *[b"WATCHDOG=1"] * 3, b"STOPPING=1"]


def test_an_abstract_address_is_one() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        name = f"aggregator-test-{id(listener)}@x"
        listener.bind(f"\0{name}")
        listener.settimeout(5)
        Systemd(Manager(f"@{name}"), FakeClock()).ready()
        assert listener.recv(100) == b"READY=1"


def test_a_manager_that_is_gone_or_full_is_no_trouble(
    manager: socket.socket, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    systemd = Systemd(Manager(str(tmp_path / "nobody"), 0), FakeClock())
    systemd.ready()
    systemd.stopping()
    assert len(caplog.records) == 1
    flooded = Systemd(Manager(str(tmp_path / "notify"), 0), FakeClock())
    for number in range(2000):
        flooded.status(str(number))


def test_without_a_manager_nothing_is_sent() -> None:
    systemd = Systemd(Manager(), FakeClock())
    systemd.ready()
    systemd.alive()


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, Manager()),
        ({"NOTIFY_SOCKET": "/run/n"}, Manager("/run/n")),
        ({"NOTIFY_SOCKET": "@n", "WATCHDOG_USEC": "90000000"}, Manager("@n", 90.0)),
        ({"NOTIFY_SOCKET": "/run/n", "WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"}, Manager("/run/n")),
        ({"NOTIFY_SOCKET": "/run/n", "WATCHDOG_USEC": "soon"}, Manager("/run/n")),
        ({"NOTIFY_SOCKET": "vsock:2:1"}, Manager()),
        ({"WATCHDOG_USEC": "90000000"}, Manager()),
    ],
)
def test_what_the_environment_says_of_the_manager(environ: dict[str, str], expected: Manager) -> None:
    assert service_manager(environ) == expected


# settings


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("AGGREGATOR_NOTIFY_TO", "json://host,hunter2", "AGGREGATOR_NOTIFY_TO: not an Apprise URL"),
        ("AGGREGATOR_WATCH_HOST", "no host", "AGGREGATOR_WATCH_HOST: not a host name or address"),
        ("AGGREGATOR_WATCH_PORT", "70000", "AGGREGATOR_WATCH_PORT: "),
        ("AGGREGATOR_WATCH_LIMIT", "1", "AGGREGATOR_WATCH_LIMIT: "),
        ("AGGREGATOR_LOG_FORMAT", "xml", "AGGREGATOR_LOG_FORMAT: "),
    ],
)
def test_what_can_not_be_meant_is_refused(variable: str, value: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(None, {variable: value})
    assert str(caught.value).startswith(message)
    assert "hunter2" not in str(caught.value)


def test_a_wrong_address_in_the_file_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "aggregator.toml"
    path.write_text('[notify]\nto = [\n  "json://host",\n  "nowhere",\n]\n')
    with pytest.raises(SettingsError, match=r"aggregator\.toml:4: notify\.to"):
        load(path, {})
