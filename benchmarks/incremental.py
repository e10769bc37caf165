"""One new day in a site of many: CPU of `aggregator build` over start-up, and which files it touches.

    python benchmarks/incremental.py [--days 1000] [--papers 20] [--runs 3] [--keep FOLDER]

A database of so many listing days of one category, each with so many new papers, is built whole once. Then a day is
added and built, once a run. *Start-up* is a process that sets the pace of Python's collector and imports as `build`
does, reads the settings, opens the database and the site, and ends. Checked: files that are not the new day's, its
neighbours', its week's, month's and year's, or made at each build keep their bytes and times; the site is that
which a thorough build makes.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from _frame import ROOT, Figure, Goal, Line, main_of, measure, ours, require

sys.path.insert(0, str(ROOT / "tests"))
sys.path.insert(0, str(ROOT))

from fakes_site import real_looking_papers

from aggregator.models import Announcement, CategoryReport, Kind, LedgerRow, Outcome, Paper, Poll, State
from aggregator.store import Store

CATEGORY = "cs.CL"
NEWEST = date(2024, 3, 25)
GOAL = 0.2  # CPU seconds over start-up
START = """
import gc, sys
gc.set_threshold(50_000)
from pathlib import Path
from aggregator.app import App
from aggregator.settings import load
app = App(load(Path(sys.argv[1])))
with app.writing() as store:
    app._builder(store)
"""
Files = dict[str, tuple[str, int]]


def incremental() -> Figure:
    wanted = _arguments()
    with tempfile.TemporaryDirectory(prefix="incremental-") as scratch:
        home = wanted.keep or Path(scratch)
        config, papers = _house(home), real_looking_papers((wanted.days + wanted.runs + 1) * wanted.papers)
        build = [sys.executable, "-m", "aggregator", "--config", str(config), "build"]
        days = [NEWEST - timedelta(days=back) for back in reversed(range(wanted.days))]
        _announce(home, days, papers, wanted.papers)
        whole = measure(build)
        start, idle, one, touched = [], [], [], []
        for run in range(wanted.runs):
            start.append(measure([sys.executable, "-c", START, str(config)]))
            idle.append(measure(build))
            before, day = _files(home), NEWEST + timedelta(days=run + 1)
            _announce(home, [day], papers[(wanted.days + run) * wanted.papers :], wanted.papers)
            one.append(measure(build))
            touched.append(_check(home, before, day))
        before = _files(home)
        measure([*build, "--all"])
        require(
            {p: h for p, (h, _) in before.items()} == {p: h for p, (h, _) in _files(home).items()},
            "not whole",
        )
    mine, begin = Line(f"{ours()} build, one new day", one), Line("start-up of build", start)
    return Figure(
        "Incremental build",
        f"one new day of {wanted.papers} papers in a site of {wanted.days:,} days, {len(before):,} files",
        [mine, Line("build, nothing new", idle), begin, Line("build of all", [whole])],
        [Goal("CPU seconds over start-up", mine.cpu - begin.cpu, GOAL, at_most=True)],
        [f"{max(touched)} files touched, all others with the same bytes and time"],
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="One new day in a site of many.")
    parser.add_argument("--days", type=int, default=1000)
    parser.add_argument("--papers", type=int, default=20)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="an empty folder to leave everything in")
    return parser.parse_args()


def _house(home: Path) -> Path:
    home.mkdir(exist_ok=True)
    config = home / "aggregator.toml"
    config.write_text(f'categories = ["{CATEGORY}"]\ndata = "{home / "data"}"\n[site]\ndays = 36500\n')
    return config


def _announce(home: Path, days: list[date], papers: list[Paper], each: int) -> None:
    (home / "data").mkdir(exist_ok=True)
    with Store.open(home / "data" / "papers.db") as store:
        for number, day in enumerate(days):
            store.save_poll(_poll(day, _dated(day, papers[number * each : (number + 1) * each])))


def _dated(day: date, papers: list[Paper]) -> list[Paper]:
    """With ids of the day's month."""
    return [
        replace(paper, id=f"{day:%y%m}.{day.day * 500 + place:05}") for place, paper in enumerate(papers, 1)
    ]


def _poll(day: date, papers: list[Paper]) -> Poll:
    at = datetime.combine(day, time(5), UTC)
    told = [
        Announcement(paper.id, paper.version, CATEGORY, day, Kind.NEW, place)
        for place, paper in enumerate(papers, 1)
    ]
    row = LedgerRow(
        CATEGORY, day, State.CONFIRMED, reason="the feed and OAI-PMH agree", counts={Kind.NEW: len(told)}
    )
    report = CategoryReport(CATEGORY, Outcome.STORED, day=day)
    return Poll(report, at, papers=tuple(papers), announcements=tuple(told), ledger=(row,))


def _files(home: Path) -> Files:
    found: Files = {}
    site = home / "data" / "site"
    for folder, _, names in os.walk(site):
        for name in names:
            path = Path(folder, name)
            digest = hashlib.blake2b(path.read_bytes(), digest_size=8).hexdigest()
            found[path.relative_to(site).as_posix()] = (digest, path.stat().st_mtime_ns)
    return found


def _check(home: Path, before: Files, day: date) -> int:
    """How many files were touched, none of them without need."""
    after = _files(home)
    touched = {path for path, state in after.items() if before.get(path) != state}
    require(
        all(before.get(path, ("",))[0] != after[path][0] for path in touched), "rewritten with the same bytes"
    )
    dated = {path.split("/")[-2] for path in touched if path.startswith("arxiv/") and path.count("/") > 1}
    days = {name for name in dated if name.count("-") == 2}
    require(days <= {str(day), str(day - timedelta(days=1))}, f"touched {sorted(days)}")
    require(f"arxiv/{CATEGORY}/{day}/index.html" in touched, "the new day has no page")
    return len(touched)


if __name__ == "__main__":
    main_of(incremental)
