"""A million lines end to end, import and search index in one run; a smaller file killed ten times on the way.

    python benchmarks/import_million.py [--lines N] [--keep FOLDER]

The 50,000 recorded papers again and again under other ids, each dated within the month of its id, from 2007 on. What
is said of three million papers is three times what is seen here. About 6 kB a line of free space below the temporary
folder is needed; FOLDER keeps the database.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path

from _frame import CORPUS, Cost, Figure, Goal, Line, main_of, measure, ours, recording, require
from _memory import Memory, watched

MONTHS = [
    (year, month) for year in range(2007, 2027) for month in range(1, 13) if (year, month) >= (2007, 4)
][:235]
MEMORY = 200  # MB
KILLS = 10
WHEN = frozenset({"first_seen", "saved_at", "applied_at"})  # when this installation heard of it
ROOM = 6_000  # bytes a line: the snapshot, the database, the index and its merging


def million() -> Figure:
    asked = argparse.ArgumentParser()
    asked.add_argument("--lines", type=int, default=1_000_000)
    asked.add_argument("--keep", type=Path)
    options = asked.parse_args()
    recording()
    with tempfile.TemporaryDirectory(prefix="million-") as name:
        folder = options.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        require(shutil.disk_usage(folder).free > options.lines * ROOM, "not enough room on the disk")
        return _figure(folder, options.lines)


def _figure(folder: Path, lines: int) -> Figure:
    snapshot = _snapshot(folder, lines)
    size = snapshot.stat().st_size
    shutil.rmtree(folder / "data", ignore_errors=True)
    whole, memory = watched(_import(folder, "data", snapshot))
    _is_whole(folder, lines)
    few = _snapshot(folder, lines // 5)
    alone, _ = watched(_import(folder, "once", few, "--no-index"))
    killed = _killed(folder, few, alone)
    require(_digests(folder / "killed") == _digests(folder / "once"), "the database is another after kills")
    for each in ("once", "killed"):
        shutil.rmtree(folder / each)
    return Figure(
        "A million lines",
        f"{lines:,} lines ({size / 1e9:.2f} GB) into the database and the search index, one run",
        [
            Line(f"{ours()} import, with the search index", [whole], lines, "papers"),
            Line(f"import alone, {lines // 5:,} lines", [alone], lines // 5, "papers"),
            Line(
                f"the same, killed {KILLS} times with SIGKILL and started again",
                [killed],
                lines // 5,
                "papers",
            ),
        ],
        [
            Goal("peak memory of the one process in MB", memory.all, MEMORY, at_most=True),
            Goal(f"kills after which {lines // 5:,} lines made the same database", KILLS, KILLS),
        ],
        _remarks(folder, lines, whole, memory),
    )


def _remarks(folder: Path, lines: int, whole: Cost, memory: Memory) -> list[str]:
    data = folder / "data"
    per = [_size(data / each) / lines for each in ("papers.db", "search")]
    times = 3_000_000 / lines
    return [
        f"three million papers, extrapolated as {times:g} times this: {times * whole.wall / 60:.0f} min by wall clock, "
        f"{times * whole.cpu / 60:.0f} min of CPU, {3e6 * sum(per) / 1e9:.1f} GB",
        f"{per[0]:,.0f} bytes a paper in the database, {per[1]:,.0f} in the search index",
        f"memory: at most {memory.own:.0f} MB of its own (anonymous) and {memory.files:.0f} MB of mapped files, which "
        f"the kernel takes back when it likes; {memory.processes} process at a time",
    ]


# runs


def _import(folder: Path, data: str, snapshot: Path, *options: str) -> list[str]:
    config = folder / f"{data}.toml"
    text = f'data = "{folder / data}"\ncategories = ["cs.LG", "cs.CL", "hep-th"]\n'
    config.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "aggregator", "--config", str(config), "import", *options]
    return [*command, str(snapshot)]


def _killed(folder: Path, snapshot: Path, alone: Cost) -> Cost:
    """The import, killed at ten moments spread over the time that it takes, then let end."""
    command = _import(folder, "killed", snapshot, "--no-index")
    began, spent = time.monotonic(), _spent()
    for number in range(KILLS):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(alone.wall / (KILLS + 2) + number % 3 * 0.05)
        require(process.poll() is None, "the import was over before it was killed")
        process.send_signal(signal.SIGKILL)
        process.wait()
    last, _ = watched(command)
    return Cost(_spent() - spent, time.monotonic() - began, last.peak)


def _spent() -> float:
    """CPU seconds of all children that are over."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _is_whole(folder: Path, lines: int) -> None:
    """Every line is a row, every row can be found, and SQLite finds no damage."""
    with closing(sqlite3.connect(folder / "data" / "papers.db")) as conn:
        told = conn.execute("SELECT papers FROM totals").fetchone()[0]
        there = conn.execute("SELECT count(*) FROM papers").fetchone()[0]
        left = conn.execute("SELECT count(*) FROM search_changes").fetchone()[0]
    require(told == there == lines, f"{there:,} papers of {lines:,}, and {told:,} counted")
    require(left == 0, f"{left:,} papers are not in the search index")


def _digests(data: Path) -> dict[str, str]:
    """A hash over all rows of each table, but for the moments at which this installation heard of them."""
    with closing(sqlite3.connect(data / "papers.db")) as conn:
        tables = [row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: _digest(conn, table) for table in tables}


def _digest(conn: sqlite3.Connection, table: str) -> str:
    columns = [row[1] for row in conn.execute(f"PRAGMA table_info({table})")]
    compared = ", ".join(column for column in columns if column not in WHEN)
    digest = hashlib.blake2b()
    for row in conn.execute(f"SELECT {compared} FROM {table} ORDER BY {columns[0]}, {columns[1]}"):
        digest.update(repr(row).encode())
    return digest.hexdigest()


def _size(path: Path) -> int:
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    return sum(each.stat().st_size for each in files)


# the snapshot


def _snapshot(folder: Path, lines: int) -> Path:
    """Written by another process, so that this one stays small."""
    snapshot = folder / "snapshot.json"
    measure([sys.executable, __file__, "--write", snapshot, str(lines)])
    return snapshot


def _write(snapshot: Path, lines: int) -> None:
    with gzip.open(recording(CORPUS)) as packed:
        papers = [json.loads(line) for line in packed]
    each = -(-lines // len(MONTHS))
    with snapshot.open("wb") as file:
        for paper, (arxiv_id, submitted) in zip(islice(cycle(papers), lines), _ids(each), strict=False):
            moment = f"{submitted:%a, %d %b %Y %H:%M:%S} GMT"
            paper |= {"id": arxiv_id, "versions": [{"version": "v1", "created": moment}]}
            paper["update_date"] = submitted.date().isoformat()
            file.write(json.dumps(paper).encode() + b"\n")


def _ids(each: int) -> Iterator[tuple[str, datetime]]:
    """Ids in arXiv's order, `each` a month, with a moment of that month."""
    for year, month in MONTHS:
        digits = 4 if (year, month) < (2015, 1) else 5
        for number in range(1, each + 1):
            moment = datetime(year, month, 1, tzinfo=UTC) + timedelta(days=28) * (number / (each + 1))
            yield f"{year % 100:02d}{month:02d}.{number:0{digits}d}", moment


def _main(arguments: Sequence[str]) -> None:
    if arguments[:1] == ["--write"]:
        _write(Path(arguments[1]), int(arguments[2]))
    else:
        main_of(million)


if __name__ == "__main__":
    _main(sys.argv[1:])
