"""P10: a process that runs out of memory ends, says so, and leaves a sound database; restarts do not hurry arXiv."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from loopback import Loopback, Reply, write_config
from store_samples import is_sound

from aggregator.cli import exits
from aggregator.store import read_status

PAUSE = 0.6  # seconds between two requests, whoever makes them
ITEM = """<item><title>Sample {n}</title><link>https://arxiv.org/abs/2605.{n:05d}</link>
<description>arXiv:2605.{n:05d}v1 Announce Type: new
Abstract: {abstract}</description><guid isPermaLink="false">oai:arXiv.org:2605.{n:05d}v1</guid>
<category>cs.AI</category><arxiv:announce_type>new</arxiv:announce_type><dc:creator>Ada Sample</dc:creator></item>"""
RUN = """
import resource, sys
limit = int(sys.argv[1])
import aggregator.app, aggregator.build, aggregator.store.database, feedparser, rich.progress
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
if limit:
    resource.setrlimit(resource.RLIMIT_AS, (used + limit, used + limit))
from aggregator.cli import run
sys.exit(run(sys.argv[2:]))
"""


def feed(items: int, words: int) -> bytes:
    said = "".join(ITEM.format(n=n, abstract="A sample abstract. " * words) for n in range(1, items + 1))
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss xmlns:arxiv="http://arxiv.org/schemas/atom"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel>'
        "<title>cs.AI updates on arXiv.org</title><link>http://rss.arxiv.org/rss/cs.AI</link>"
        "<description>d</description><pubDate>Tue, 05 May 2026 00:00:00 -0400</pubDate>"
        f"{said}</channel></rss>"
    ).encode()


def update(config: Path, limit: int) -> tuple[int, str]:
    """Run `update` with at most `limit` bytes more than the program itself needs; 0 for no limit."""
    command = [sys.executable, "-c", RUN, str(limit), "--config", str(config), "update", "--all"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stderr


@pytest.mark.slow
def test_p10_out_of_memory_ends_the_run_and_nothing_else(tmp_path: Path) -> None:
    with Loopback({"/rss/cs.AI": Reply(feed(1500, 150))}) as server:
        config = write_config(tmp_path, server.url, "cs.AI", interval=PAUSE)
        codes = [update(config, megabytes * 1_000_000)[0] for megabytes in (1, 12, 24)]
        assert 0 not in codes
        assert exits.INTERNAL in codes
        code, said = update(config, 0)
        requests = sorted(server.requests, key=lambda request: request.started)
    assert code == 0, said
    assert is_sound(tmp_path / "data/papers.db")
    assert read_status(tmp_path / "data/papers.db").counts.papers == 1500
    assert len(requests) > 2
    assert all(later.started - before.ended > PAUSE - 0.1 for before, later in pairwise(requests))
