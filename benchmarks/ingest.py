"""From the bytes of feeds to rows: ours beside feedparser, lemon24/reader, sqlite-utils and bare executemany.

    python benchmarks/ingest.py [--runs 3]

A day of 5,000 announcements in 20 feeds of the simulated arXiv, as files. Contestants, each a whole process:

    aggregator     strict parse, normalise (TeX to HTML and MathML), ledger, all tables, one transaction a feed
    feedparser     parses the same files and drops the result: what any reader that uses it must spend
    reader         lemon24/reader updates from the same files (it does not know announcements, authors or TeX)
    sqlite-utils   the CLI inserts the finished paper rows from JSON lines, with a primary key
    executemany    the standard library inserts the same rows in one transaction: the limit

Checked: all announcements and papers are stored by ours, all entries by reader, all rows by the last two.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from _frame import Figure, Line, in_turns, main_of, measure, ours, python_with, ratio, require, version_in
from day import ANNOUNCEMENTS, _arxiv, _config, _feedparser, _save_feeds

READER = """
import sys
from pathlib import Path
from reader import make_reader
with make_reader(sys.argv[2], feed_root="") as reader:
    for feed in sorted(Path(sys.argv[1]).iterdir()):
        reader.add_feed(str(feed))
    reader.update_feeds()
    print(reader.get_entry_counts().total)
"""
BARE = """
import json, sqlite3, sys
rows = [tuple(json.loads(line).values()) for line in open(sys.argv[1], encoding="utf-8")]
with sqlite3.connect(sys.argv[2]) as db:
    db.execute("CREATE TABLE papers (" + ", ".join(f"c{n}" for n in range(len(rows[0]))) + ", PRIMARY KEY (c0))")
    db.executemany(f"INSERT INTO papers VALUES ({', '.join('?' * len(rows[0]))})", rows)
"""


def ingest() -> Figure:
    options = argparse.ArgumentParser(description="From feeds to rows.")
    options.add_argument("--runs", type=int, default=3)
    runs = options.parse_args().runs
    reader, utils = python_with("reader", "reader", "sgmllib3k"), python_with("sqlite-utils", "sqlite-utils")
    with tempfile.TemporaryDirectory() as scratch, _arxiv() as url:
        work = Path(scratch)
        feeds, rows = _save_feeds(work, url), work / "rows.jsonl"
        config = _config(work / "first", url)
        measure([sys.executable, "-m", "aggregator", "--config", config, "update"])
        papers, entries = _save_rows(work / "first" / "data" / "papers.db", rows), _entries(feeds)
        turn = dict.fromkeys(("ours", "reader", "utils", "bare"), 0)

        def fresh(name: str) -> Path:
            turn[name] += 1
            return work / f"{name}{turn[name]}"

        def one_of_ours() -> list[str | Path]:
            place = fresh("ours")
            return [sys.executable, "-m", "aggregator", "--config", _config(place, url), "update"]

        costs = in_turns(
            runs,
            ours=lambda: measure(one_of_ours()),
            feedparser=lambda: measure(
                [sys.executable, Path(__file__).with_name("day.py"), "--parse", feeds]
            ),
            reader=lambda: measure([reader / "python", "-c", READER, feeds, fresh("reader")]),
            utils=lambda: measure(
                [utils / "sqlite-utils", "insert", fresh("utils"), "papers", rows, "--nl", "--pk", "id"]
            ),
            bare=lambda: measure([sys.executable, "-c", BARE, rows, fresh("bare")]),
        )
        _check(work, runs, papers, entries)
    mine, peer = Line(ours(), costs["ours"], entries, "entries"), _feedparser(costs["feedparser"])
    limit = Line(f"executemany, SQLite {sqlite3.sqlite_version}", costs["bare"], papers, "rows")
    lines = [
        mine,
        Line(peer.name, peer.costs, entries, "entries"),
        Line(f"reader {version_in(reader, 'reader')}", costs["reader"], entries, "entries"),
        Line(f"sqlite-utils {version_in(utils, 'sqlite-utils')} insert", costs["utils"], papers, "rows"),
        limit,
    ]
    return Figure(
        "Ingest",
        f"{entries:,} entries of 20 feeds, {papers:,} papers",
        lines,
        remarks=[
            f"ours is {mine.cpu / peer.cpu:.2f} times feedparser alone, reader {ratio(lines[2], lines[1]):.2f} times",
            "times ours is CPU for the same number of entries or rows",
        ],
    )


def _entries(feeds: Path) -> int:
    return sum(feed.read_bytes().count(b"<item>") for feed in feeds.iterdir())


def _save_rows(database: Path, target: Path) -> int:
    """The finished rows of papers as JSON lines."""
    with closing(sqlite3.connect(database)) as db, target.open("w", encoding="utf-8") as out:
        found = db.execute("SELECT * FROM papers ORDER BY id")
        names = [column[0] for column in found.description]
        lines = [json.dumps(dict(zip(names, row, strict=True))) for row in found]
        out.writelines(f"{line}\n" for line in lines)
    return len(lines)


def _check(work: Path, runs: int, papers: int, entries: int) -> None:
    require(entries == ANNOUNCEMENTS, f"the feeds hold {entries} entries")
    for run in range(1, runs + 1):
        counts = {
            "announcements": _count(work / f"ours{run}" / "data" / "papers.db", "announcements"),
            "papers": _count(work / f"ours{run}" / "data" / "papers.db", "papers"),
            "reader": _count(work / f"reader{run}", "entries"),
            "sqlite-utils": _count(work / f"utils{run}", "papers"),
            "executemany": _count(work / f"bare{run}", "papers"),
        }
        wanted = dict.fromkeys(counts, papers) | {"announcements": entries, "reader": entries}
        require(counts == wanted, f"{counts} instead of {wanted}")


def _count(database: Path, table: str) -> int:
    with closing(sqlite3.connect(database)) as db:
        return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


if __name__ == "__main__":
    main_of(ingest)
