"""Lighthouse on a day page of 200 real papers with mathematics, from `aggregator serve` and from a plain static server.

    python benchmarks/lighthouse.py [--url http://127.0.0.1:8000/arxiv/cs.CL/] [--papers 200] [--runs 3]

Needs npm (Lighthouse goes to BENCH_CACHE) and Chromium. Medians: four scores on a desktop and on Lighthouse's simulated
phone, the layout shift, the largest paint, and the bytes of the page alone.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from _frame import Figure, Goal, node_with, recording, show
from _pages import PATH, build, entries, served
from serve import free_port, running

VERSION = "12.2.3"  # the last for Node 20
SCORES = ("performance", "accessibility", "best-practices", "seo")
DEVICES = {"desktop": ["--preset=desktop"], "phone": []}
PHONE = 98  # of its performance
PER_50 = 30.0  # kB of the page, compressed
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"
HEAD = ("", *SCORES, "layout shift", "largest paint, ms", "page, kB", "all, kB")
Seen = dict[str, float]


def asked(url: str, *options: str) -> Seen:
    """One run: scores of 100, the layout shift, the largest paint (ms), what came over the wire (kB)."""
    command = node_with("lighthouse", f"lighthouse@{VERSION}") / "node_modules" / ".bin" / "lighthouse"
    told = subprocess.run(
        [command, url, "--quiet", "--output=json", f"--chrome-flags={FLAGS}", *options],
        env={**os.environ, "CHROME_PATH": shutil.which("chromium") or "/usr/bin/chromium"},
        check=True,
        capture_output=True,
        text=True,
    )
    report = json.loads(told.stdout)
    audits = report["audits"]
    _complain(audits)
    return {name: one["score"] * 100 for name, one in report["categories"].items()} | {
        "layout shift": audits["cumulative-layout-shift"]["numericValue"],
        "largest paint, ms": audits["largest-contentful-paint"]["numericValue"],
        "page, kB": _document(audits) / 1000,
        "all, kB": audits["total-byte-weight"]["numericValue"] / 1000,
    }


def _complain(audits: dict[str, dict[str, object]]) -> None:
    """Which audits took points away: only while one looks at it."""
    for name, audit in audits.items():
        score = audit["score"]
        if isinstance(score, int | float) and score < 0.9 and audit.get("scoreDisplayMode") != "informative":
            print(f"    {name}: {score} {audit.get('displayValue', '')}", file=sys.stderr)


def _document(audits: dict[str, dict[str, dict[str, list[dict[str, object]]]]]) -> float:
    sent = audits["network-requests"]["details"]["items"]
    return float(next(str(one["transferSize"]) for one in sent if one["resourceType"] == "Document"))


def median(runs: list[Seen]) -> Seen:
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


@contextmanager
def served_by_us(folder: Path) -> Iterator[str]:
    """The site below `folder`/site from `aggregator serve`."""
    port, config = free_port(), folder / "aggregator.toml"
    config.write_text(f'data = "{folder}"\n[site]\nbase_url = "http://127.0.0.1:{port}/"\n')
    program = [sys.executable, "-m", "aggregator", "--config", str(config), "serve", "--port", str(port)]
    with running(program, port):
        yield f"http://127.0.0.1:{port}/"


def figure(seen: dict[str, Seen], papers: int) -> Figure:
    table = [
        HEAD,
        *([name, *(_number(key, one[key]) for key in HEAD[1:])] for name, one in seen.items()),
    ]
    desktops = [one for name, one in seen.items() if "desktop" in name]
    phones = [one for name, one in seen.items() if "phone" in name]
    goals = [
        Goal("lowest score on a desktop", min(one[score] for one in desktops for score in SCORES), 100),
        Goal("lowest performance on a phone", min(one["performance"] for one in phones), PHONE),
        Goal("layout shift", max(one["layout shift"] for one in seen.values()), 0, at_most=True),
    ]
    if papers:
        heaviest = max(one["page, kB"] for one in seen.values()) * 50 / papers
        goals.append(Goal("kB of the page for 50 papers", heaviest, PER_50, at_most=True))
    return Figure("Lighthouse", f"a day page of {papers or 'some'} papers", goals=goals, table=table)


def _number(name: str, value: float) -> str:
    return f"{value:.3f}" if name == "layout shift" else f"{value:.0f}"


def looked_at(servers: dict[str, str], runs: int) -> dict[str, Seen]:
    """In turns, so that a slow moment of the machine hits all alike."""
    made: dict[str, list[Seen]] = {f"{name}, {device}": [] for name in servers for device in DEVICES}
    for _ in range(runs):
        for name, url in servers.items():
            for device, options in DEVICES.items():
                made[f"{name}, {device}"].append(asked(url, *options))
    return {name: median(one) for name, one in made.items()}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--url")
    parser.add_argument("--papers", type=int, default=200)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    if options.url:
        return show(figure(looked_at({"it": options.url}, options.runs), 0))
    recording()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        build(folder / "site", entries(options.papers))
        with served(folder / "site") as plain, served_by_us(folder) as ours:
            seen = looked_at({"aggregator serve": ours + PATH, "static server": plain + PATH}, options.runs)
        return show(figure(seen, options.papers))


if __name__ == "__main__":
    sys.exit(main())
