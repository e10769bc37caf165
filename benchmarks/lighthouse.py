"""Lighthouse on a day page of 200 real papers with mathematics, from a plain static server, or from an address.

    python benchmarks/lighthouse.py [--url http://127.0.0.1:8000/arxiv/cs.CL/] [--papers 200]

Needs npm (Lighthouse goes to BENCH_CACHE) and Chromium. The median of three runs: four scores on a desktop, and the
performance on Lighthouse's simulated phone.
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
from pathlib import Path

from _frame import CORPUS, MISSED, NO_INPUT, node_with
from _pages import PATH, build, entries, served

VERSION = "12.2.3"  # the last for Node 20
RUNS = 3
GOALS = {"performance": 1.0, "accessibility": 1.0, "best-practices": 1.0, "seo": 1.0}
PHONE = 0.98
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"


def installed() -> str:
    return str(node_with("lighthouse", f"lighthouse@{VERSION}") / "node_modules" / ".bin" / "lighthouse")


def asked(command: str, url: str, *options: str) -> dict[str, float]:
    """The scores of one run, with the layout shift and the largest paint (ms)."""
    told = subprocess.run(
        [command, url, "--quiet", "--output=json", f"--chrome-flags={FLAGS}", *options],
        env={**os.environ, "CHROME_PATH": shutil.which("chromium") or "/usr/bin/chromium"},
        check=True,
        capture_output=True,
        text=True,
    )
    report = json.loads(told.stdout)
    scores = {name: one["score"] or 0 for name, one in report["categories"].items()}
    for name, audit in report["audits"].items():
        if (
            audit["score"] is not None
            and audit["score"] < 0.9
            and audit.get("scoreDisplayMode") != "informative"
        ):
            print(f"    {name}: {audit['score']} {audit.get('displayValue', '')}", file=sys.stderr)
    return scores | {
        "shift": report["audits"]["cumulative-layout-shift"]["numericValue"],
        "paint": report["audits"]["largest-contentful-paint"]["numericValue"],
        "bytes": report["audits"]["total-byte-weight"]["numericValue"],
    }


def median(runs: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def measure(url: str) -> int:
    command = installed()
    desktop = median([asked(command, url, "--preset=desktop") for _ in range(RUNS)])
    phone = median([asked(command, url) for _ in range(RUNS)])
    for name, seen in (("desktop", desktop), ("phone", phone)):
        scores = ", ".join(f"{score} {seen[score] * 100:.0f}" for score in GOALS)
        print(
            f"{name:8} {scores}; shift {seen['shift']:.3f}, paint {seen['paint']:.0f} ms, {seen['bytes'] / 1000:.0f} kB"
        )
    met = all(desktop[name] >= goal for name, goal in GOALS.items()) and phone["performance"] >= PHONE
    return 0 if met and desktop["shift"] == phone["shift"] == 0 else MISSED


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--url")
    parser.add_argument("--papers", type=int, default=200)
    options = parser.parse_args()
    if options.url:
        return measure(options.url)
    if not CORPUS.exists():
        print(f"no corpus at {CORPUS}", file=sys.stderr)
        return NO_INPUT
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder), entries(options.papers))
        with served(Path(folder)) as url:
            return measure(url + PATH)


if __name__ == "__main__":
    sys.exit(main())
