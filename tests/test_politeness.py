"""Never two requests at once, never closer than the interval: over processes, kills and restarts."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest
from loopback import Loopback, Reply, Request, write_config

from aggregator.sources.rss import feed_url

CATEGORIES = "cs.AI cs.CL cs.LG stat.ML math.AG hep-th"
INTERVAL = 0.25  # seconds; arXiv's 3 s are refused below for any address that is not loopback


def empty_feed(category: str) -> bytes:
    return (
        "<?xml version='1.0' encoding='UTF-8'?>"
        '<rss version="2.0"><channel>'
        f"<title>{category} updates on arXiv.org</title><link>http://rss.arxiv.org/rss/{category}</link>"
        "<description>d</description>"
        "<lastBuildDate>Sun, 29 Mar 2026 04:00:00 +0000</lastBuildDate>"
        "<pubDate>Sun, 29 Mar 2026 00:00:00 -0400</pubDate>"
        "</channel></rss>"
    ).encode()


@pytest.fixture
def server() -> object:
    replies = {
        feed_url("", category): Reply(empty_feed(category), seconds=0.05) for category in CATEGORIES.split()
    }
    with Loopback(replies) as server:
        yield server


def start(config: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "aggregator", "--config", str(config), *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_for(server: Loopback, requests: int, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while len(server.requests) < requests:
        assert time.monotonic() < until, f"only {len(server.requests)} requests"
        time.sleep(0.01)


def gaps(requests: list[Request]) -> list[float]:
    """Seconds from the end of each request to the start of the next; negative when two overlapped."""
    ordered = sorted(requests, key=lambda request: request.started)
    return [after.started - before.ended for before, after in pairwise(ordered)]


def test_P6_daemon_and_commands_share_one_gate_also_after_a_kill(tmp_path: Path, server: Loopback) -> None:
    config = write_config(tmp_path, server.url, CATEGORIES, interval=INTERVAL)
    daemon = start(config, "daemon")
    commands = [start(config, "update", "--all") for _ in range(2)]
    wait_for(server, 5)
    daemon.send_signal(signal.SIGKILL)
    daemon.wait()
    again = start(config, "daemon")
    assert [command.wait(timeout=60) for command in commands] == [0, 0]
    wait_for(server, 12)
    killed = start(config, "update", "--all")
    wait_for(server, 14)
    killed.kill()
    killed.wait()
    assert start(config, "update", "--all").wait(timeout=60) == 0
    again.send_signal(signal.SIGTERM)
    assert again.wait(timeout=10) == 0
    assert len(server.requests) >= 20
    assert min(gaps(server.requests)) >= INTERVAL


def test_P12_a_crash_loop_does_not_hammer(tmp_path: Path, server: Loopback) -> None:
    config = write_config(tmp_path, server.url, CATEGORIES, interval=INTERVAL)
    for count in range(1, 6):
        crashing = start(config, "update", "--all")
        wait_for(server, count)
        crashing.kill()
        crashing.wait()
    assert min(gaps(server.requests)) >= INTERVAL


def test_P3_sigterm_in_a_request_ends_the_daemon_within_five_seconds(
    tmp_path: Path, server: Loopback
) -> None:
    slow = {path: Reply(reply.body, seconds=30) for path, reply in server.replies.items()}
    config = write_config(tmp_path, server.url, "cs.AI cs.CL", deadline=40.0)
    with Loopback(slow) as endless:
        config.write_text(config.read_text().replace(server.url, endless.url))
        daemon = start(config, "daemon")
        time.sleep(3)  # in the middle of its first request
        asked = time.monotonic()
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(timeout=5) == 0
        assert time.monotonic() - asked < 5


def test_P6_a_second_daemon_is_refused_and_a_lock_left_by_a_crash_is_not_in_the_way(
    tmp_path: Path, server: Loopback
) -> None:
    config = write_config(tmp_path, server.url, "cs.AI")
    first = start(config, "daemon")
    wait_for(server, 1)
    assert start(config, "daemon").wait(timeout=20) == 73
    first.kill()
    first.wait()
    second = start(config, "daemon")
    time.sleep(2)
    assert second.poll() is None
    second.send_signal(signal.SIGTERM)
    assert second.wait(timeout=10) == 0


def test_C2_an_interval_below_three_seconds_is_refused_for_arxiv_itself(tmp_path: Path) -> None:
    config = write_config(tmp_path, "https://rss.arxiv.org", "cs.AI", interval=1.0)
    assert start(config, "update").wait(timeout=20) == 78


def test_the_log_is_read_in_the_servers_own_time() -> None:
    """The proof above rests on this: overlapping requests give a negative gap."""
    first = Request("/", 1.0, 2.0, {})
    assert gaps([first, Request("/", 1.5, 3.0, {})]) == [-0.5]
