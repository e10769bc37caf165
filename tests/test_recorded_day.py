"""The recorded feed of archive `stat`, from loopback to page, through the command line."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from pathlib import Path

import pytest
from loopback import Loopback, Reply, write_config

from aggregator.cli import run

KINDS = {"new": 35, "cross": 27, "replace": 41, "replace-cross": 20}
pytestmark = pytest.mark.recordings


@pytest.fixture
def feed(recordings: Path) -> bytes:
    """The recording, asked for as stat.ML: an archive is never asked whole."""
    return (
        (recordings / "rss" / "rss_stat_2024-03-26.xml").read_bytes().replace(b"/rss/stat<", b"/rss/stat.ML<")
    )


@pytest.fixture
def server(feed: bytes) -> object:
    retitled = feed.replace(b"stat updates on", b"stat.ML updates on").replace(
        b'/rss/stat"', b'/rss/stat.ML"'
    )
    with Loopback({"/rss/stat.ML": Reply(retitled)}) as server:
        yield server


def update(config: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, object]]:
    code = run(["--config", str(config), "update", "--json", "--all"])
    return code, json.loads(capsys.readouterr().out)["categories"][0]


def test_every_entry_is_stored_counted_and_shown_in_the_feeds_order(
    tmp_path: Path, server: Loopback, feed: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    config = write_config(tmp_path, server.url, "stat.ML")
    code, category = update(config, capsys)
    assert code == 0
    assert category["counts"] == KINDS
    assert (category["listing_day"], category["outcome"], category["added"]) == ("2024-03-26", "stored", 123)

    assert run(["--config", str(config), "build"]) == 0
    page = (tmp_path / "data/site/arxiv/stat.ML/2024-03-26/index.html").read_text()
    shown = re.findall(r'class="[^"]*\bpaper\b[^"]*" id="([^"]+)"', page)
    assert shown == _in_page_order(feed)
    for count in (35, 27, 61):
        assert re.search(rf"\b{count}\b", page)


def test_a_second_reading_changes_nothing(
    tmp_path: Path, server: Loopback, capsys: pytest.CaptureFixture[str]
) -> None:
    config = write_config(tmp_path, server.url, "stat.ML")
    update(config, capsys)
    before = _announcements(tmp_path)
    code, category = update(config, capsys)
    assert (code, category["added"]) == (0, 0)
    assert _announcements(tmp_path) == before


def test_the_empty_sunday_feed_is_no_announcement(
    tmp_path: Path, recordings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = (recordings / "rss" / "rss_cs_empty_2026-03-29.xml").read_bytes()
    body = body.replace(b"cs updates on", b"cs.CL updates on").replace(b"/rss/cs<", b"/rss/cs.CL<")
    with Loopback({"/rss/cs.CL": Reply(body.replace(b'/rss/cs"', b'/rss/cs.CL"'))}) as server:
        config = write_config(tmp_path, server.url, "cs.CL")
        code, category = update(config, capsys)
    assert (code, category["outcome"], category["listing_day"]) == (0, "no-announcement", None)
    assert _announcements(tmp_path) == []
    assert run(["--config", str(config), "build"]) == 0
    assert not list((tmp_path / "data/site/arxiv").glob("cs.CL/2*"))


def _announcements(folder: Path) -> list[object]:
    with sqlite3.connect(folder / "data/papers.db") as db:
        rows = db.execute("select * from announcements order by 1, 2, 3, 4, 5").fetchall()
    db.close()
    return rows


def _in_page_order(feed: bytes) -> list[str]:
    """The feed's ids by section: new, cross, then replace and replace-cross."""
    found = re.findall(
        rb"<guid[^>]*>oai:arXiv.org:(.+?)v\d+</guid>.*?<arxiv:announce_type>(.+?)</", feed, re.DOTALL
    )
    entries = [(paper.decode(), kind.decode()) for paper, kind in found]
    assert Counter(kind for _, kind in entries) == KINDS
    return [paper for wanted in KINDS for paper, kind in entries if kind == wanted]
