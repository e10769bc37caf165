"""One day of 5,000 announcements in 20 categories, from feed to site, against feedparser alone on the same bytes.

    python benchmarks/day.py [runs]

Whole processes are measured (start-up and imports included), user and system CPU, interleaved, medians. The
simulated arXiv runs in a process of its own, so that its work does not count. Checked: every announcement is
stored, and every paper of the day stands on the merged page. The *bare loop* is a limit: the files of the site, ready
in memory, written to another folder with nothing but mkdir, open, write, close and one sync; start-up not counted.

Nothing is deleted before the end: ext4 does not give out an inode again at once, and looks through those that were
freed in the last minute for each file that is made, which costs several times what making it does.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from functools import partial
from pathlib import Path
from urllib.request import urlopen

from _frame import Cost, Figure, Goal, Line, inside, main_of, measure, ours, ratio

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
DAY = slot_at(datetime.now(UTC)).listing_day  # still open: the second witness, who is not measured, waits
ANNOUNCEMENTS = 5_000
RATIO_GOAL = 1.5
MEMORY_GOAL = 150_000  # kB


def day() -> Figure:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    costs: dict[str, list[Cost]] = {"feedparser": [], "update": [], "build": [], "bare": []}
    with tempfile.TemporaryDirectory() as folder, _arxiv() as url:
        feeds = _save_feeds(Path(folder), url)
        for run in range(runs):
            home = Path(folder) / f"run{run}"
            config = _config(home, url)
            aggregator = [sys.executable, "-m", "aggregator", "--config", str(config)]
            costs["feedparser"].append(measure([sys.executable, __file__, "--parse", feeds]))
            costs["update"].append(measure([*aggregator, "update"]))
            costs["build"].append(measure([*aggregator, "build"]))
            files = _check(home / "data")
            costs["bare"].append(_bare(home / "data" / "site", Path(folder) / f"bare{run}"))
    both = [
        Cost(up.cpu + out.cpu, up.wall + out.wall, max(up.peak, out.peak))
        for up, out in zip(costs["update"], costs["build"], strict=True)
    ]
    mine, peer = Line(f"{ours()}, feed to site", both), _feedparser(costs["feedparser"])
    update, build = Line("update alone", costs["update"]), Line("build alone", costs["build"])
    return Figure(
        "One day, feed to site",
        f"{ANNOUNCEMENTS:,} announcements in {len(CATEGORIES)} categories to {files:,} files",
        [mine, update, build, peer, Line("the same files in a bare loop", costs["bare"])],
        [
            Goal("times feedparser alone", ratio(mine, peer), RATIO_GOAL, at_most=True),
            Goal("peak memory of update in MB", update.peak / 1000, MEMORY_GOAL / 1000, at_most=True),
        ],
    )


def _feedparser(costs: list[Cost]) -> Line:
    import feedparser

    return Line(f"feedparser {feedparser.__version__} alone", costs)


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


def _check(data: Path) -> int:
    """How many files the site has, once it is right."""
    with sqlite3.connect(data / "papers.db") as db:
        announced = db.execute("SELECT count(*) FROM announcements").fetchone()[0]
        papers = {row[0] for row in db.execute("SELECT id FROM papers")}
    db.close()
    page = (data / f"site/arxiv/{DAY}/index.html").read_text()
    shown = set(re.findall(r'<article class="panel paper" id="([^"]+)"', page))
    if announced != ANNOUNCEMENTS or shown != papers:
        raise SystemExit(f"wrong: {announced} announcements, {len(shown)} of {len(papers)} papers shown")
    return sum(path.is_file() for path in (data / "site").rglob("*"))


def _bare(site: Path, target: Path) -> Cost:
    """What the process itself measured: reading the files is not counted."""
    with tempfile.NamedTemporaryFile() as out:
        whole = measure([sys.executable, __file__, "--write", site, target], stdout=Path(out.name))
        cpu, wall = json.loads(Path(out.name).read_text())
    return Cost(cpu, wall, whole.peak)


# the three other processes


def _parse(feeds: Path) -> None:
    """feedparser alone, with the options that keep text exact."""
    from io import BytesIO

    import feedparser

    for feed in sorted(feeds.iterdir()):
        feedparser.parse(BytesIO(feed.read_bytes()), sanitize_html=False, resolve_relative_uris=False)


def _write(site: Path, target: Path) -> None:
    """The bare loop."""
    files = [
        (target / path.relative_to(site), path.read_bytes()) for path in site.rglob("*") if path.is_file()
    ]
    cost = inside(partial(_write_all, [(str(path), body) for path, body in files]))
    print(json.dumps((cost.cpu, cost.wall)))


def _write_all(files: list[tuple[str, bytes]]) -> None:
    for path, body in files:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        rest = memoryview(body)
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.close(handle)
    os.sync()


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
    elif "--write" in sys.argv:
        _write(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main_of(day)
