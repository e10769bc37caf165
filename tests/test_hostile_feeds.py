"""Hostile and damaged answers, from the socket to the exit code: refused by name, nothing stored is touched."""

from __future__ import annotations

import gzip
import hashlib
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback import Loopback, Reply, write_config

from aggregator.cli import run

PATH = "/rss/cs.AI"
MEGABYTE = 1_000_000

ITEM = """
<item><title>Sample {n}</title><link>https://arxiv.org/abs/2605.{n:05d}</link>
<description>arXiv:2605.{n:05d}v1 Announce Type: new
Abstract: A sample abstract.</description>
<guid isPermaLink="false">oai:arXiv.org:2605.{n:05d}v1</guid><category>cs.AI</category>
<arxiv:announce_type>new</arxiv:announce_type><dc:creator>Ada Sample</dc:creator></item>"""


def feed(*numbers: int, head: str = "") -> bytes:
    return (
        "<?xml version='1.0' encoding='UTF-8'?>" + head + '<rss xmlns:arxiv="http://arxiv.org/schemas/atom"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel>'
        "<title>cs.AI updates on arXiv.org</title><link>http://rss.arxiv.org/rss/cs.AI</link>"
        "<description>d</description><pubDate>Tue, 05 May 2026 00:00:00 -0400</pubDate>"
        + "".join(ITEM.format(n=n) for n in numbers)
        + "</channel></rss>"
    ).encode()


BOMB = '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(8)
)

HOSTILE = {
    "entity bomb": (Reply(feed(9, head=BOMB + "]>")), "ForbiddenXml"),
    "external entity": (
        Reply(feed(9, head='<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>')),
        "ForbiddenXml",
    ),
    "gzip bomb": (
        Reply(gzip.compress(bytes(500 * MEGABYTE), 9), headers={"Content-Encoding": "gzip"}),
        "BodyTooLarge",
    ),
    "500 MB body": (Reply(b" " * MEGABYTE, times=500), "BodyTooLarge"),
    "html": (Reply(b"<!doctype html><title>Sign in to Wi-Fi</title><p>Welcome"), "NotAFeed"),
    "empty body": (Reply(b""), "EmptyBody"),
    "blank body": (Reply(b" \n"), "EmptyBody"),
    "not xml": (Reply(b"\x00\xff\xfe garbage"), "NotXml"),
    "another category": (Reply(feed(9).replace(b"cs.AI updates", b"math.AG updates")), "WrongFeed"),
    "feed error": (
        Reply(feed(9).replace(b"cs.AI updates on arXiv.org", b"Feed error for query: cs.AI")),
        "FeedErrorReply",
    ),
    "another host": (Reply(status=302, headers={"Location": "http://192.0.2.1/rss/cs.AI"}), "BadRedirect"),
    "a file": (Reply(status=302, headers={"Location": "file:///etc/passwd"}), "BadRedirect"),
    "a loop": (Reply(status=302, headers={"Location": PATH}), "BadRedirect"),
    "not found": (Reply(b"gone", status=404), "HttpError"),
    "brotli": (Reply(feed(9), headers={"Content-Encoding": "br"}), "BadAnswer"),
    "corrupt gzip": (Reply(b"\x1f\x8bnot gzip", headers={"Content-Encoding": "gzip"}), "BadAnswer"),
}


class Place:
    """A built site over one stored day, and a server that can turn hostile."""

    def __init__(self, folder: Path, server: Loopback) -> None:
        self.data = folder / "data"
        self.server = server
        self.config = write_config(folder, server.url, "cs.AI", tries=1)
        self.answer(Reply(feed(1, 2, 3)))
        assert run(["--config", str(self.config), "update"]) == 0
        assert run(["--config", str(self.config), "build"]) == 0

    def answer(self, reply: Reply) -> None:
        self.server.replies = {PATH: reply}

    def update(self) -> int:
        return run(["--config", str(self.config), "update", "--json", "--all"])

    def stored(self) -> list[object]:
        with sqlite3.connect(self.data / "papers.db") as db:
            rows = [
                row
                for table in ("papers", "announcements", "versions", "validators")
                for row in db.execute(f"select * from {table} order by 1, 2, 3")
            ]
        db.close()
        return rows

    def site(self) -> dict[str, str]:
        files = sorted(path for path in (self.data / "site").rglob("*") if path.is_file())
        return {
            str(path): f"{hashlib.sha256(path.read_bytes()).hexdigest()} {path.stat().st_mtime_ns}"
            for path in files
        }


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with Loopback() as server:
        yield Place(tmp_path, server)


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_by_name_and_nothing_changes(
    place: Place, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    stored, site = place.stored(), place.site()
    reply, reason = HOSTILE[name]
    place.answer(reply)
    capsys.readouterr()
    assert place.update() in (69, 75)
    (category,) = json.loads(capsys.readouterr().out)["categories"]
    assert category["outcome"] in ("refused", "failed")
    assert category["reason"].startswith(f"{reason}: ")
    assert (place.stored(), place.site()) == (stored, site)


def test_X1_a_cut_at_any_byte_is_refused(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Every 41st byte here; tests/test_rss.py cuts at each one."""
    stored, site = place.stored(), place.site()
    whole = feed(4, 5)
    capsys.readouterr()
    for end in range(0, len(whole) - 1, 41):
        place.answer(Reply(whole[:end]))
        assert place.update() in (69, 75)
        (category,) = json.loads(capsys.readouterr().out)["categories"]
        assert category["reason"].split(":")[0] in ("EmptyBody", "NotXml")
    assert (place.stored(), place.site()) == (stored, site)


@pytest.mark.parametrize("name", ["entity bomb", "gzip bomb", "500 MB body"])
def test_memory_stays_bounded(place: Place, name: str) -> None:
    place.answer(HOSTILE[name][0])
    command = [sys.executable, "-m", "aggregator", "--config", str(place.config), "update", "--all"]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *command], capture_output=True, text=True, check=True
    )
    code, peak = map(int, done.stdout.split())
    assert code in (69, 75)
    assert peak < 250_000  # kB, with a limit of 64 MB for a body


# A child begins with the peak of whoever starts it, so a small process stands between the tests and the program.
MEASURED = """
import subprocess, sys
from resource import RUSAGE_CHILDREN, getrusage
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
print(code, getrusage(RUSAGE_CHILDREN).ru_maxrss)
"""


def test_after_it_all_a_good_feed_is_read_as_ever(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.answer(HOSTILE["gzip bomb"][0])
    place.update()
    capsys.readouterr()
    place.answer(Reply(feed(1, 2, 3, 4)))
    assert place.update() == 0
    assert json.loads(capsys.readouterr().out)["categories"][0]["added"] == 1
