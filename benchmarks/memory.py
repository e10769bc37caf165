"""The most memory that each step takes, the process and its children together, beside lemon24/reader.

    python benchmarks/memory.py

A day of 5,000 announcements in 20 feeds of the simulated arXiv, fetched and built; 50,000 recorded papers imported with
the search index. "peak MB" holds mapped files, too, which the kernel takes back when it likes; the remarks have both.

Checked: ours stored every announcement and every paper, reader every entry.
"""

from __future__ import annotations

import gzip
import shutil
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from _frame import CORPUS, Figure, Goal, Line, main_of, ours, python_with, recording, require, version_in
from _memory import Memory, watched
from day import ANNOUNCEMENTS, MEMORY_GOAL, _arxiv, _config, _save_feeds
from ingest import READER

PAPERS = 50_000
IMPORT_GOAL = 200  # MB


def memory() -> Figure:
    reader = python_with("reader", "reader", "sgmllib3k")
    seen: dict[str, Memory] = {}
    lines = []

    def run(name: str, command: list[str | Path]) -> None:
        cost, seen[name] = watched(command)
        lines.append(Line(name, [cost]))

    with tempfile.TemporaryDirectory() as scratch, _arxiv() as url:
        work = Path(scratch)
        feeds, config = _save_feeds(work, url), _config(work / "ours", url)
        aggregator: list[str | Path] = [sys.executable, "-m", "aggregator", "--config", config]
        run(f"{ours()} update, {ANNOUNCEMENTS:,} announcements", [*aggregator, "update"])
        require(
            _count(work / "ours/data/papers.db", "announcements") == ANNOUNCEMENTS,
            "announcements are missing",
        )
        run("build of all", [*aggregator, "build"])
        run("build, nothing new", [*aggregator, "build"])
        run("verify", [*aggregator, "verify"])
        run("backup", [*aggregator, "backup"])
        name = f"reader {version_in(reader, 'reader')} update, the same feeds"
        run(name, [reader / "python", "-c", READER, feeds, work / "reader"])
        require(_count(work / "reader", "entries") == ANNOUNCEMENTS, "reader lacks entries")
        (work / "import.toml").write_text(f'data = "{work / "import"}"\n', encoding="utf-8")
        loading: list[str | Path] = [*aggregator[:4], work / "import.toml", "import", _snapshot(work)]
        run(f"import of {PAPERS:,} papers with the search index", loading)
        require(_count(work / "import/papers.db", "papers") == PAPERS, "papers are missing")
    peaks = {name: found.all for name, found in seen.items()}
    update, import_ = next(iter(peaks.values())), list(peaks.values())[-1]
    return Figure(
        "Memory",
        f"one day of {ANNOUNCEMENTS:,} announcements, and {PAPERS:,} papers of the past; single runs",
        lines,
        [
            Goal("update in MB", update, MEMORY_GOAL / 1000, at_most=True),
            Goal("import in MB", import_, IMPORT_GOAL, at_most=True),
        ],
        ["of it mapped files: " + "; ".join(f"{name} {found.files:.0f} MB" for name, found in seen.items())],
    )


def _snapshot(folder: Path) -> Path:
    plain = folder / "snapshot.json"
    with gzip.open(recording(CORPUS)) as packed, plain.open("wb") as file:
        shutil.copyfileobj(packed, file)
    return plain


def _count(database: Path, table: str) -> int:
    with closing(sqlite3.connect(database)) as conn:
        return int(conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


if __name__ == "__main__":
    main_of(memory)
