"""From bytes to entries: arXiv's feed and its API's answer, beside feedparser alone and arxiv.py's parser.

    python benchmarks/parse.py [--runs 5]

A recorded feed of 123 items and a recorded answer of the API with 25 entries, each read again and again by whole
processes. feedparser drops what it read; arxiv.py makes its `Result` of each
entry, as its client does (with lxml since version 4).

Checked: each names the same papers in the same order, and ours has every abstract as the bytes say it.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

from _frame import (
    RECORDINGS,
    Figure,
    Line,
    in_turns,
    main_of,
    measure,
    ours,
    python_with,
    ratio,
    recording,
    require,
    version_in,
)

FEED = RECORDINGS / "rss" / "rss_stat_2024-03-26.xml"
API = RECORDINGS / "api" / "api_cs.AI-LG-CL_2026-05-13.xml"
FEEDS, ANSWERS = 40, 200  # times that each is read
FEEDPARSER = """
import re, sys, hashlib, feedparser
body = open(sys.argv[1], "rb").read()
for _ in range(int(sys.argv[2])):
    read = feedparser.parse(body)
print(hashlib.sha256("".join(re.search(r"[0-9]{4}\\.[0-9]{5}", e.id)[0] for e in read.entries).encode()).hexdigest())
"""
ARXIV_PY = """
import re, sys, hashlib
from arxiv import _feed
body = open(sys.argv[1], "rb").read()
for _ in range(int(sys.argv[2])):
    found = _feed.parse(body).results
print(hashlib.sha256("".join(re.search(r"[0-9]{4}\\.[0-9]{5}", e.entry_id)[0] for e in found).encode()).hexdigest())
"""


def parse() -> Figure:
    options = argparse.ArgumentParser()
    options.add_argument("--runs", type=int, default=5)
    feed, answer = recording(FEED), recording(API)
    peer = python_with("arxiv.py", "arxiv")
    items, entries = feed.read_bytes().count(b"<item>"), answer.read_bytes().count(b"<entry>")
    _check(feed, answer, items, entries)
    mine = [sys.executable, __file__, "--ours"]
    commands: dict[str, list[str | Path]] = {
        "feed": [*mine, "feed", feed, str(FEEDS)],
        "feed_alone": [sys.executable, "-c", FEEDPARSER, feed, str(FEEDS)],
        "api": [*mine, "api", answer, str(ANSWERS)],
        "api_peer": [peer / "python", "-c", ARXIV_PY, answer, str(ANSWERS)],
        "api_alone": [sys.executable, "-c", FEEDPARSER, answer, str(ANSWERS)],
    }
    for group in (("feed", "feed_alone"), ("api", "api_peer", "api_alone")):
        require(len({_said(commands[name]) for name in group}) == 1, f"{group} named different papers")
    runs = options.parse_args().runs
    costs = in_turns(runs, **{name: (lambda each=each: measure(each)) for name, each in commands.items()})
    feeds, answers = FEEDS * items, ANSWERS * entries
    alone = version_in(Path(sys.executable).parent, "feedparser")
    lines = [
        Line(f"{ours()}, feed", costs["feed"], feeds, "entries"),
        Line(f"feedparser {alone} alone, feed", costs["feed_alone"], feeds, "entries"),
        Line(f"{ours()}, API", costs["api"], answers, "entries"),
        Line(f"arxiv.py {version_in(peer, 'arxiv')}, API", costs["api_peer"], answers, "entries"),
        Line(f"feedparser {alone} alone, API", costs["api_alone"], answers, "entries"),
    ]
    return Figure(
        "Parse",
        f"{feeds:,} entries of arXiv's feed and {answers:,} of its API, from bytes to entries",
        lines,
        remarks=[
            f"feed: feedparser alone takes {ratio(lines[1], lines[0]):.2f} times ours, which also checks the bytes "
            "strictly and keeps every text as it was",
            f"API: arxiv.py takes {ratio(lines[3], lines[2]):.2f} times ours",
            "times ours is CPU for the same number of entries, beside the first line",
        ],
    )


def _said(command: list[str | Path]) -> str:
    return subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout


def _check(feed: Path, answer: Path, items: int, entries: int) -> None:
    """What ours reads, against the standard library's XML."""
    read = _read("feed", feed)
    wanted = [item.findtext("description", "") for item in ElementTree.parse(feed).iter("item")]
    require(len(read) == items, f"{len(read)} of {items} items")
    require(
        all(abstract in said for (_, abstract), said in zip(read, wanted, strict=True)), "abstracts differ"
    )
    atom = "{http://www.w3.org/2005/Atom}"
    told = [each.findtext(f"{atom}summary", "") for each in ElementTree.parse(answer).iter(f"{atom}entry")]
    require([abstract for _, abstract in _read("api", answer)] == told, "the API's abstracts differ")
    require(len(told) == entries, f"{len(told)} of {entries} entries")


def _read(kind: str, path: Path) -> list[tuple[str, str]]:
    """Ours, once: ids and abstracts."""
    from aggregator.models import Answer
    from aggregator.sources import api, rss

    answer = Answer("https://arxiv.org/", 200, {}, path.read_bytes(), datetime(2026, 5, 13, tzinfo=UTC))
    if kind == "api":
        return [(record.arxiv_id, record.abstract) for record in api.parse(answer).records]
    return [(entry.arxiv_id, entry.abstract) for entry in rss.parse(answer, "stat").entries]


def _ours(kind: str, path: Path, times: int) -> None:
    for _ in range(times):
        found = _read(kind, path)
    print(hashlib.sha256("".join(paper for paper, _ in found).encode()).hexdigest())


if __name__ == "__main__":
    if sys.argv[1:2] == ["--ours"]:
        _ours(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
    else:
        main_of(parse)
