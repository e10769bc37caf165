"""The 26 recorded days, written again as RSS, served on loopback and read day by day."""

from __future__ import annotations

import gzip
import json
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import format_datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from fakes import FakeClock
from loopback import Loopback, Reply, write_config

from aggregator.announce import NEW_YORK
from aggregator.app import App
from aggregator.settings import load
from aggregator.store import Store

pytestmark = pytest.mark.recordings
# The recorded feeds join several categories; each is replayed as the feed of its first one.
CATEGORIES = {"cs.CL+cs.CV+cs.MM+cs.LG+cs.SI": "cs.CL", "cs.SD+eess.AS": "cs.SD"}
Row = tuple[str, str, str, str, int]  # day, category, paper, kind, version


@dataclass(frozen=True)
class Day:
    day: date
    entries: dict[str, list[dict[str, str]]]  # by category, in the feed's order

    def rows(self) -> set[Row]:
        return {
            (str(self.day), category, *_identity(entry))
            for category, entries in self.entries.items()
            for entry in entries
        }


def _identity(entry: dict[str, str]) -> tuple[str, str, int]:
    paper, version = re.fullmatch(r"oai:arXiv\.org:(.+)v(\d+)", entry["guid"]).groups()  # type: ignore[union-attr]
    kind = re.search(r"Announce Type: (\S+)", entry["description"])
    assert kind
    return paper, kind[1], int(version)


@pytest.fixture(scope="module")
def days(recordings: Path) -> list[Day]:
    return [_read(path) for path in sorted((recordings / "days").glob("*.jsonl.gz"))]


def _read(path: Path) -> Day:
    entries: dict[str, list[dict[str, str]]] = {category: [] for category in CATEGORIES.values()}
    for line in gzip.decompress(path.read_bytes()).decode().splitlines():
        entry = json.loads(line)
        entries[CATEGORIES[entry["feed"]]].append(entry)
    return Day(date.fromisoformat(path.name[:10]), entries)


def as_rss(day: Day, category: str) -> bytes:
    dated = datetime(day.day.year, day.day.month, day.day.day, tzinfo=NEW_YORK)
    items = "".join(_item(entry, category) for entry in day.entries[category])
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        '<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' version="2.0"><channel>'
        f"<title>{category} updates on arXiv.org</title><link>http://rss.arxiv.org/rss/{category}</link>"
        f"<description>d</description><pubDate>{dated:%a, %d %b %Y %H:%M:%S %z}</pubDate>"
        f"{items}</channel></rss>"
    ).encode()


def _item(entry: dict[str, str], category: str) -> str:
    kind = _identity(entry)[1]
    return (
        f"<item><title>{escape(entry['title'])}</title><link>{escape(entry['link'])}</link>"
        f"<description>{escape(entry['description'])}</description>"
        f'<guid isPermaLink="false">{escape(entry["guid"])}</guid><category>{category}</category>'
        f"<arxiv:announce_type>{kind}</arxiv:announce_type>"
        f"<dc:creator>{escape(entry['creator'])}</dc:creator></item>"
    )


def feeds(day: Day, at: datetime | None = None) -> dict[str, Reply]:
    """The day's feeds, as a server whose clock says `at` would answer."""
    headers = {"Date": format_datetime(at.astimezone(UTC), usegmt=True)} if at else {}
    return {
        f"/rss/{category}": Reply(as_rss(day, category), headers=headers) for category in CATEGORIES.values()
    }


def stored(folder: Path) -> set[Row]:
    with sqlite3.connect(folder / "data/papers.db") as db:
        rows = db.execute("select day, category, paper_id, kind, version from announcements").fetchall()
    db.close()
    return set(rows)


@pytest.mark.slow
def test_every_recorded_announcement_is_stored_on_its_own_day_and_twice_changes_nothing(
    tmp_path: Path, days: list[Day]
) -> None:
    expected = set().union(*(day.rows() for day in days))
    with Loopback() as server:
        settings = load(write_config(tmp_path, server.url, "cs.CL cs.SD", interval=0.0))
        for _ in range(2):
            for day in days:
                evening = datetime(day.day.year, day.day.month, day.day.day, 1, tzinfo=NEW_YORK)
                server.replies = feeds(day, evening)
                App(settings, clock=FakeClock(evening)).update(force=True)
            assert stored(tmp_path) == expected
    with Store.open(tmp_path / "data/papers.db") as store:
        counts = store.counts()
    assert (counts.announcements, counts.days) == (12_520, 26)
    assert counts.papers == len({row[2] for row in expected}) == 11_133


@pytest.mark.slow
def test_P1_nothing_is_lost_when_the_run_is_killed_at_random_and_repeated(
    tmp_path: Path, days: list[Day]
) -> None:
    chance = random.Random(20250404)
    some = days[:6]
    with Loopback() as server:
        config = write_config(tmp_path, server.url, "cs.CL cs.SD", interval=0.0)
        for day in some:
            server.replies = feeds(day)
            for delay in (chance.uniform(0.2, 1.5), chance.uniform(0.4, 1.5), None):
                _run(config, delay)
    assert stored(tmp_path) == set().union(*(day.rows() for day in some))
    with sqlite3.connect(tmp_path / "data/papers.db") as db:
        assert db.execute("pragma integrity_check").fetchone() == ("ok",)
        assert db.execute("pragma foreign_key_check").fetchall() == []
    db.close()


def _run(config: Path, kill_after: float | None) -> None:
    command = [sys.executable, "-m", "aggregator", "--config", str(config), "update", "--all"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if kill_after is None:
        assert process.wait(timeout=60) == 0
        return
    time.sleep(kill_after)
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_the_recording_itself_lists_a_cross_list_on_two_days(days: list[Day]) -> None:
    """Why announcements are told apart by their day, too."""
    assert len(list(_repeated(days))) == 1


def _repeated(days: list[Day]) -> Iterator[tuple[str, str, int]]:
    seen: set[tuple[str, str, str, int]] = set()
    for day in days:
        for _, category, *rest in day.rows():
            key = (category, *rest)
            if key in seen:
                yield rest  # type: ignore[misc]
            seen.add(key)  # type: ignore[arg-type]
