"""One day of 5,000 announcements in 20 categories, from feed to site, against feedparser alone on the same bytes.

    python benchmarks/day.py [runs]

Whole processes are measured (start-up and imports included), user and system CPU, interleaved, medians. The
simulated arXiv runs in a process of its own, so that its work does not count. Checked: every announcement is
stored, and every paper of the day stands on the merged page.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from urllib.request import urlopen

from aggregator.announce import NEW_YORK, slot_at

CATEGORIES = (
    *("cs.AI", "cs.CL", "cs.CV", "cs.LG", "cs.RO", "cs.CR", "cs.SE", "cs.IR", "cs.DS", "stat.ML"),
    *(
        "math.AG",
        "math.CO",
        "math.PR",
        "math.NA",
        "hep-th",
        "hep-ph",
        "quant-ph",
        "gr-qc",
        "q-bio.NC",
        "eess.SP",
    ),
)
DAY = slot_at(datetime.now(UTC) - timedelta(hours=6)).listing_day  # the newest whose feeds are made
ANNOUNCEMENTS = 5_000
RATIO_GOAL = 1.5
MEMORY_GOAL = 150_000  # kB


@dataclass(frozen=True)
class Cost:
    cpu: float  # seconds
    peak: int  # kB


def main() -> int:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    costs: dict[str, list[Cost]] = {"feedparser": [], "update": [], "build": []}
    with tempfile.TemporaryDirectory() as folder, _arxiv() as url:
        feeds = _save_feeds(Path(folder), url)
        for run in range(runs):
            home = Path(folder) / f"run{run}"
            config = _config(home, url)
            aggregator = [sys.executable, "-m", "aggregator", "--config", str(config)]
            costs["feedparser"].append(_measure([sys.executable, __file__, "--parse", str(feeds)]))
            costs["update"].append(_measure([*aggregator, "update"]))
            costs["build"].append(_measure([*aggregator, "build"]))
            _check(home / "data")
    return _report(costs, runs)


def _report(costs: dict[str, list[Cost]], runs: int) -> int:
    import feedparser

    cpu = {name: statistics.median(cost.cpu for cost in made) for name, made in costs.items()}
    spread = {name: [f"{cost.cpu:.2f}" for cost in made] for name, made in costs.items()}
    peak = {name: max(cost.peak for cost in made) for name, made in costs.items()}
    ratio = (cpu["update"] + cpu["build"]) / cpu["feedparser"]
    print(f"{ANNOUNCEMENTS:,} announcements, {len(CATEGORIES)} categories, {runs} interleaved runs")
    print(
        f"feedparser {feedparser.__version__}, Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}"
    )
    for name, seconds in cpu.items():
        print(f"{name:<12}{seconds:7.2f} s CPU  peak {peak[name] / 1000:6.1f} MB  {' '.join(spread[name])}")
    print(f"feed to site: {ratio:.2f} times feedparser alone (goal {RATIO_GOAL})")
    print(f"peak memory of update: {peak['update'] / 1000:.0f} MB (goal {MEMORY_GOAL / 1000:.0f})")
    return int(ratio > RATIO_GOAL or peak["update"] > MEMORY_GOAL)


def _measure(command: list[str]) -> Cost:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command}: exit code {process.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss)


def _config(home: Path, url: str) -> Path:
    home.mkdir()
    path = home / "aggregator.toml"
    path.write_text(
        f"categories = {json.dumps(CATEGORIES)}\n"
        f'data = "{home / "data"}"\n'
        f'[arxiv]\ncontact = "bench@example.org"\ninterval = 0.0\n'
        f'rss_url = "{url}"\noai_url = "{url}/oai"\napi_url = "{url}/api/query"\n'
    )
    return path


def _save_feeds(folder: Path, url: str) -> Path:
    """The same bytes as files, for feedparser alone."""
    feeds = folder / "feeds"
    feeds.mkdir()
    for category in CATEGORIES:
        with urlopen(f"{url}/rss/{category}") as answer:
            (feeds / category).write_bytes(answer.read())
    return feeds


def _check(data: Path) -> None:
    with sqlite3.connect(data / "papers.db") as db:
        announced = db.execute("SELECT count(*) FROM announcements").fetchone()[0]
        papers = {row[0] for row in db.execute("SELECT id FROM papers")}
    db.close()
    page = (data / f"site/arxiv/{DAY}/index.html").read_text()
    shown = set(re.findall(r'<article class="panel paper" id="([^"]+)"', page))
    if announced != ANNOUNCEMENTS or shown != papers:
        raise SystemExit(f"wrong: {announced} announcements, {len(shown)} of {len(papers)} papers shown")


# the two other processes


def _parse(feeds: Path) -> None:
    """feedparser alone, with the options that keep text exact."""
    from io import BytesIO

    import feedparser

    for feed in sorted(feeds.iterdir()):
        feedparser.parse(BytesIO(feed.read_bytes()), sanitize_html=False, resolve_relative_uris=False)


@contextmanager
def _arxiv() -> Iterator[str]:
    """The address of a simulated arXiv in a process of its own."""
    process = subprocess.Popen([sys.executable, __file__, "--serve"], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def _serve() -> None:
    from threading import Event

    from aggregator.simulator import Script, SimulatedArxiv, Truth, VirtualClock

    truth = Truth(Script(CATEGORIES, DAY, days=1, announcements=ANNOUNCEMENTS, seed=7))
    clock = VirtualClock(datetime.combine(DAY, time(1), NEW_YORK))
    with SimulatedArxiv(truth, clock) as arxiv:
        print(arxiv.url, flush=True)
        Event().wait()


if __name__ == "__main__":
    if "--serve" in sys.argv:
        _serve()
    elif "--parse" in sys.argv:
        _parse(Path(sys.argv[2]))
    else:
        sys.exit(main())
