"""The daemon as a process: what it tells, how it ends, what it survives (rows P3-P5, P8, P10, C7, C8, S18)."""

from __future__ import annotations

import http.client
import json
import os
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from loopback import Loopback, Reply, write_config
from waiting import wait_until
from webhook import Webhook

from aggregator.sources.rss import feed_url

Event = dict[str, Any]


def feed(category: str, entries: int = 2) -> Reply:
    """A feed of invented papers, dated a Friday."""
    items = "".join(
        f"<item><title>A sample title, number {n}</title><link>https://arxiv.org/abs/2603.{n:05d}</link>"
        f"<description>arXiv:2603.{n:05d}v1 Announce Type: new \nAbstract: A sample with $x^{{{n}}}$.</description>"
        f'<guid isPermaLink="false">oai:arXiv.org:2603.{n:05d}v1</guid><category>{category}</category>'
        "<pubDate>Fri, 27 Mar 2026 00:00:00 -0400</pubDate>"
        "<arxiv:announce_type>new</arxiv:announce_type><dc:creator>Ada Sample, Bo Sample</dc:creator></item>"
        for n in range(1, entries + 1)
    )
    body = (
        "<?xml version='1.0' encoding='UTF-8'?>"
        '<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'version="2.0"><channel><title>{category} updates on arXiv.org</title>'
        f"<link>http://rss.arxiv.org/rss/{category}</link><description>d</description>"
        "<lastBuildDate>Fri, 27 Mar 2026 04:00:00 +0000</lastBuildDate>"
        f"<pubDate>Fri, 27 Mar 2026 00:00:00 -0400</pubDate>{items}</channel></rss>"
    )
    return Reply(body.encode())


@dataclass
class Daemon:
    """A daemon in a process of its own, its log in a file."""

    process: subprocess.Popen[bytes]
    log: Path
    port: int = 0

    def events(self) -> list[Event]:
        """Every whole line of the log; each must be JSON."""
        return [json.loads(line) for line in self.log.read_text().split("\n")[:-1]]

    def wait_for(self, name: str, seconds: float = 30.0) -> Event:
        """The first event of that name."""
        found: list[Event] = []

        def there() -> bool:
            found[:] = [event for event in self.events() if event["event"] == name]
            return bool(found) or self.process.poll() is not None

        wait_until(there, seconds)
        assert found, self.log.read_text()
        return found[0]

    def get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            reply = connection.getresponse()
            return reply.status, reply.read().decode()
        finally:
            connection.close()

    def end(self, number: signal.Signals = signal.SIGTERM, within: float = 5.0) -> int:
        """Send a signal. Returns the exit code, which must come in time."""
        asked = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(timeout=within)
        assert time.monotonic() - asked < within
        return code


class Starter:
    """Starts daemons on `folder`, and kills what is left of them in the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started: list[Daemon] = []

    def __call__(
        self, url: str, more: str = "", *, env: dict[str, str] | None = None, **arxiv: object
    ) -> Daemon:
        config = write_config(self.folder, url, "cs.AI cs.CL", **arxiv)
        config.write_text(f'{config.read_text()}[log]\nformat = "json"\n[schedule]\ntick = 0.3\n{more}')
        log = self.folder / f"log{len(self.started)}"
        with log.open("wb") as stderr:
            process = subprocess.Popen(
                self.command(config), stderr=stderr, stdout=subprocess.DEVNULL, env=os.environ | (env or {})
            )
        self.started.append(Daemon(process, log))
        return self.started[-1]

    def command(self, config: Path) -> list[str]:
        return [sys.executable, "-m", "aggregator", "--config", str(config), "daemon"]

    def close(self) -> None:
        for daemon in self.started:
            if daemon.process.poll() is None:
                daemon.process.kill()
            daemon.process.wait()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Starter]:
    starter = Starter(tmp_path)
    yield starter
    starter.close()


@pytest.fixture(scope="module")
def arxiv() -> Iterator[Loopback]:
    with Loopback({feed_url("", name): feed(name) for name in ("cs.AI", "cs.CL")}) as server:
        yield server


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# a daemon under systemd


class FakeSystemd:
    """Listens as a service manager does; `told` are the messages in their order."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.told: list[bytes] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._thread = Thread(target=self._listen)
        self._thread.start()

    def close(self) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as last:
            last.sendto(b"", str(self.path))
        self._thread.join()
        self._socket.close()

    def _listen(self) -> None:
        while message := self._socket.recv(4096):
            self.told.append(message)


@pytest.fixture(scope="module")
def manager(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeSystemd]:
    manager = FakeSystemd(tmp_path_factory.mktemp("run") / "notify")
    yield manager
    manager.close()


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, arxiv: Loopback, manager: FakeSystemd
) -> Iterator[Daemon]:
    """One daemon for the tests below, with everything that can be switched on; it ends as it should."""
    starter = Starter(tmp_path_factory.mktemp("daemon"))
    port = free_port()
    daemon = starter(
        arxiv.url,
        f"[watch]\nport = {port}\ntextfile = true\n",
        env={"NOTIFY_SOCKET": str(manager.path), "WATCHDOG_USEC": "3000000"},
    )
    daemon.port = port
    daemon.wait_for("publish.done")
    yield daemon
    assert daemon.end() == 0
    wait_until(lambda: manager.told[-1] == b"STOPPING=1")
    starter.close()


def test_the_manager_hears_that_it_is_ready_and_lives(running: Daemon, manager: FakeSystemd) -> None:
    wait_until(lambda: manager.told.count(b"WATCHDOG=1") >= 2)
    assert manager.told[0] == b"READY=1"
    wait_until(
        lambda: any(message.startswith(b"STATUS=0 of 2 categories up to date") for message in manager.told)
    )


def test_it_lives_and_is_ready(running: Daemon) -> None:
    assert running.get("/livez") == (200, "ok\n")
    assert running.get("/readyz") == (200, "ok\n")


def test_a_feed_of_last_year_is_no_health(running: Daemon) -> None:
    status, text = running.get("/healthz")
    assert status == 503
    assert text.startswith("cs.AI: ")


def test_metrics_over_http_and_as_a_file(running: Daemon) -> None:
    status, text = running.get("/metrics")
    assert status == 200
    assert 'aggregator_polls_total{outcome="stored"} 2.0' in text
    assert "aggregator_papers 2.0" in text
    file = running.log.parent / "data" / "metrics.prom"
    wait_until(lambda: file.is_file() and b"aggregator_papers 2.0" in file.read_bytes())


def test_each_line_of_the_log_is_an_event(running: Daemon) -> None:
    fetched = running.wait_for("fetch.done")
    assert (fetched["category"], fetched["outcome"], fetched["added"]) == ("cs.AI", "stored", 2)
    assert running.wait_for("publish.done")["written"] > 4
    days = [event for event in running.events() if event["event"].startswith("day.")]
    assert {day["category"] for day in days} == {"cs.AI", "cs.CL"}


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGPIPE])
def test_P4_hangup_and_broken_pipe_end_nothing(running: Daemon, number: signal.Signals) -> None:
    running.process.send_signal(number)
    time.sleep(0.5)
    assert running.process.poll() is None
    assert running.get("/livez")[0] == 200


def test_P5_stopped_and_continued_it_goes_on(running: Daemon) -> None:
    running.process.send_signal(signal.SIGSTOP)
    time.sleep(1.5)
    running.process.send_signal(signal.SIGCONT)
    time.sleep(0.5)
    assert running.get("/livez")[0] == 200
    assert running.process.poll() is None


# how it ends


def test_P3_sigterm_while_it_waits_for_another_try(start: Starter) -> None:
    with Loopback({feed_url("", "cs.AI"): Reply(status=503)}) as failing:
        daemon = start(failing.url, interval=20.0, tries=5, budget=900.0)
        wait = daemon.wait_for("retry.wait")
        assert wait["seconds"] >= 20
        assert wait["until"] > wait["time"]
        assert daemon.end() == 0


def test_P3_sigterm_while_a_commit_waits_for_a_locked_database(start: Starter, arxiv: Loopback) -> None:
    daemon = start(arxiv.url, interval=1.5)
    daemon.wait_for("fetch.done")
    foreign = sqlite3.connect(start.folder / "data" / "papers.db", isolation_level=None)
    try:
        foreign.execute("BEGIN IMMEDIATE")
        time.sleep(2)
        assert daemon.end() == 0
    finally:
        foreign.close()


def test_P3_sigterm_while_pages_are_rendered_and_the_next_start_finishes_them(start: Starter) -> None:
    large = {feed_url("", name): feed(name, 700) for name in ("cs.AI", "cs.CL")}
    with Loopback(large) as server:
        daemon = start(server.url)
        wait_until(lambda: [event["event"] for event in daemon.events()].count("fetch.done") == 2)
        assert daemon.end(signal.SIGINT) == 0
        assert not [event for event in daemon.events() if event["event"] == "publish.done"]
        again = start(server.url)
        assert again.wait_for("publish.done")["written"] > 700
        assert again.end() == 0


def test_P4_a_second_sigterm_ends_it_at_once(start: Starter) -> None:
    with Loopback({feed_url("", "cs.AI"): Reply(seconds=20)}) as slow:
        daemon = start(slow.url, deadline=40.0)
        daemon.wait_for("daemon.started")
        time.sleep(1)
        daemon.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        assert daemon.end(within=2.0) == 0


def test_P8_a_run_that_hangs_ends_the_daemon_for_a_new_start(start: Starter, arxiv: Loopback) -> None:
    """Who writes to a pipe that nobody opens waits for ever, whatever deadlines it knows."""
    (start.folder / "data").mkdir()
    os.mkfifo(start.folder / "data" / ".metrics.prom.part")
    daemon = start(arxiv.url, "[watch]\nlimit = 5\ntextfile = true\n", deadline=1.0)
    assert daemon.process.wait(timeout=30) == 70
    broken = daemon.wait_for("daemon.broken")
    assert "no sign of life" in broken["message"]
    assert any(
        "where it hangs: " in event["message"] and "write" in event["message"] for event in daemon.events()
    )


def test_P10_without_memory_it_ends_for_a_new_start(start: Starter) -> None:
    with Loopback({feed_url("", "cs.AI"): Reply(b"x" * 10**6, times=400)}) as huge:
        daemon = start(huge.url, max_body=10**9)
        daemon.wait_for("daemon.started")
        used = int(Path(f"/proc/{daemon.process.pid}/statm").read_text().split()[0]) * resource.getpagesize()
        limit = used + 150 * 2**20
        resource.prlimit(daemon.process.pid, resource.RLIMIT_AS, (limit, limit))
        assert daemon.process.wait(timeout=30) == 70
    assert "MemoryError" in daemon.wait_for("daemon.broken")["message"]


# what it survives


def test_C7_a_port_that_is_taken_is_a_warning(start: Starter, arxiv: Loopback) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        daemon = start(arxiv.url, f"[watch]\nport = {taken.getsockname()[1]}\n")
        assert "in use" in daemon.wait_for("watch.off")["reason"]
        daemon.wait_for("publish.done")
        assert daemon.end() == 0


def test_H6_C8_a_closed_door_is_told_once_and_a_webhook_that_hangs_holds_nothing_up(start: Starter) -> None:
    with Loopback({feed_url("", "cs.AI"): Reply(status=403)}) as closed:
        with Webhook() as hook:
            daemon = start(closed.url, f'[notify]\nto = ["{hook.url}"]\n')
            assert daemon.wait_for("notice.sent")["conditions"] == ["stopped"]
            time.sleep(1)
            assert daemon.end() == 0
            assert [posted["title"] for posted in hook.posted].count("arXiv refuses our requests") == 1
        (start.folder / "data" / "notices.json").unlink()
        with Webhook(seconds=20) as hangs:
            daemon = start(closed.url, f'[notify]\nto = ["{hangs.url}"]\n')
            wait_until(lambda: bool(hangs.posted))
            daemon.wait_for("daemon.started")
            assert daemon.end() == 0
    assert "hunter2" not in daemon.log.read_text()


@pytest.mark.parametrize("stderr", ["2>/dev/full", "2>&-", "2>&- 1>&- 0<&-"])
def test_S18_without_a_place_for_the_log_it_does_its_work(
    start: Starter, arxiv: Loopback, stderr: str
) -> None:
    config = write_config(start.folder, arxiv.url, "cs.AI")
    command = " ".join(start.command(config))
    process = subprocess.Popen(["sh", "-c", f"exec {command} {stderr}"])
    daemon = Daemon(process, start.folder / "none")
    start.started.append(daemon)
    wait_until((start.folder / "data" / "site" / "index.html").is_file)
    assert daemon.end() == 0
    with sqlite3.connect(start.folder / "data" / "papers.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()


def test_S18_whoever_read_the_log_may_go_away(start: Starter, arxiv: Loopback) -> None:
    config = write_config(start.folder, arxiv.url, "cs.AI")
    process = subprocess.Popen(start.command(config), stderr=subprocess.PIPE)
    daemon = Daemon(process, start.folder / "none")
    start.started.append(daemon)
    assert process.stderr is not None
    assert b"watching 1 categories" in process.stderr.readline()
    process.stderr.close()
    wait_until((start.folder / "data" / "site" / "index.html").is_file)
    assert daemon.end() == 0
