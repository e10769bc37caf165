"""A list of real papers with mathematics, beside a page of the same papers that leaves the formulas to MathJax.

    python benchmarks/pages_vs_mathjax.py [--papers 1000] [--runs 3]

Both from the same plain server on loopback, in Debian's Chromium, in turns. Readable: the page is loaded and its
formulas are set. Scrolled: 140 pixels a frame (nine windows a second) from the top to the end. CPU, and memory that
no other process shares, are those of the process that renders the page; nothing asks for a garbage collection. For
ours alone: how long the filter takes to answer, and the longest task of the main thread while the list is scrolled, by
the clock (a busy machine makes tasks of any page long) and of CPU. Needs npm (MathJax) and Chromium.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from _frame import Cost, Figure, Goal, Line, node_version, node_with, ours, ratio, recording, show
from _pages import PATH, build, entries, served
from playwright.sync_api import Browser, Page, sync_playwright

from aggregator.models import RawEntry

MATHJAX = "3.2.2"
MEMORY = 150.0  # MB
FILTER = LONG = 50.0  # ms
TICK = os.sysconf("SC_CLK_TCK")
ARGUMENTS = ["--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking"]
READY = {"ours": "html[data-ready]", "MathJax": "html[data-set]"}
SCROLL = """async () => {
  for (let y = 0; y < document.documentElement.scrollHeight; y += 140) {
    scrollTo(0, y);
    await new Promise(requestAnimationFrame); }
  await new Promise(done => setTimeout(done, 500)); }"""
# As a reader does it: into the box, a moment, then word after word. First answers, and the best of five.
FILTERED = """async () => {
  const box = document.getElementById('filter'), first = {}, best = {};
  box.focus();
  await new Promise(done => setTimeout(done, 1000));
  for (let tries = 0; tries < 5; tries++)
    for (const words of ['a', 'learning', 'learning -deep', 'kernel OR graph', 'author:wang', 'zzz', '']) {
      const begin = performance.now();
      box.value = words;
      box.dispatchEvent(new Event('input'));
      document.body.offsetHeight;
      const took = performance.now() - begin;
      first[words] ??= took;
      best[words] = Math.min(best[words] ?? Infinity, took);
      await new Promise(done => setTimeout(done, 60)); }
  return [Math.max(...Object.values(first)), Math.max(...Object.values(best))]; }"""


@dataclass
class Seen:
    """What runs of one page came to."""

    readable: list[Cost] = field(default_factory=list)
    scrolled: list[Cost] = field(default_factory=list)
    kilobytes: float = 0.0
    first: list[float] = field(default_factory=list)  # ms, the filter's first answers
    answer: list[float] = field(default_factory=list)  # ms, the best of five
    longest: list[float] = field(default_factory=list)  # ms of CPU
    lasted: list[float] = field(default_factory=list)  # ms by the clock


def mathjax_page(folder: Path, raw: list[RawEntry]) -> None:
    """The texts as arXiv has them, in the plainest page that MathJax sets."""
    shutil.copytree(
        node_with("mathjax", f"mathjax@{MATHJAX}") / "node_modules" / "mathjax" / "es5", folder / "mathjax"
    )
    (folder / "set.js").write_text(
        "MathJax = {tex: {inlineMath: [['$', '$']]}, startup: {pageReady: () =>"
        " MathJax.startup.defaultPageReady().then(() => { document.documentElement.dataset.set = ''; })}};"
    )
    papers = "\n".join(
        f"<article><h2>{html.escape(one.title)}</h2><p>{html.escape(one.authors)}</p><p>{html.escape(one.abstract)}</p></article>"
        for one in raw
    )
    (folder / "mathjax.html").write_text(
        f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>MathJax</title><script src="/set.js"></script>'
        f'<script defer src="/mathjax/tex-chtml.js"></script><body>{papers}'
    )


# ── what the process of a page costs ──


def renderer(browser: Browser) -> int:
    """The process that holds most: the other is an empty tab in reserve."""
    found = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    return max((int(one["id"]) for one in found if one["type"] == "renderer"), key=private)


def private(process: int) -> int:
    """kB that it has for itself."""
    told = Path(f"/proc/{process}/smaps_rollup").read_text()
    return sum(map(int, re.findall(r"^Private_\w+:\s+(\d+)", told, re.M)))


def spent(process: int) -> float:
    """CPU seconds of all its threads."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def opened(browser: Browser, url: str, ready: str) -> tuple[Page, float, float]:
    """The page, the seconds until it is readable, and the kB that came for it."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}, service_workers="block").new_page()
    sizes: list[int] = []
    page.on("requestfinished", lambda sent: sizes.append(sent.sizes()["responseBodySize"]))
    begin = time.perf_counter()
    page.goto(url, wait_until="load", timeout=300_000)
    page.wait_for_selector(ready, state="attached", timeout=300_000)
    return page, time.perf_counter() - begin, sum(sizes) / 1000


def read_and_scroll(browser: Browser, url: str, ready: str, seen: Seen) -> None:
    page, wall, seen.kilobytes = opened(browser, url, ready)
    page.wait_for_timeout(1000)
    process = renderer(browser)
    before = spent(process)
    seen.readable.append(Cost(before, wall, private(process)))
    begin = time.perf_counter()
    page.evaluate(SCROLL)
    took = time.perf_counter() - begin
    seen.scrolled.append(Cost(spent(process) - before, took, private(process)))
    page.context.close()


def filtered(browser: Browser, url: str, seen: Seen) -> None:
    page, _, _ = opened(browser, url, READY["ours"])
    first, best = page.evaluate(FILTERED)
    seen.first.append(first)
    seen.answer.append(best)
    page.context.close()


def traced(browser: Browser, url: str, folder: Path, seen: Seen) -> None:
    page, _, _ = opened(browser, url, READY["ours"])
    page.wait_for_timeout(1000)
    browser.start_tracing(page=page, path=str(folder / "trace.json"), categories=["toplevel"])
    page.evaluate(SCROLL)
    browser.stop_tracing()
    events = json.loads((folder / "trace.json").read_text())["traceEvents"]
    seen.longest.append(longest(events, "tdur"))
    seen.lasted.append(longest(events, "dur"))
    page.context.close()


def longest(events: list[dict[str, str | int]], by: str) -> float:
    """ms of the longest task of the busiest main thread of a renderer: of CPU by "tdur", by the clock by "dur"."""
    mains = {(one["pid"], one["tid"]) for one in events if "CrRendererMain" in str(one.get("args"))}
    busy: Counter[tuple[str | int, str | int]] = Counter()
    most: Counter[tuple[str | int, str | int]] = Counter()
    for one in events:
        thread = one["pid"], one["tid"]
        if thread in mains and str(one["name"]).endswith("RunTask") and "tdur" in one:
            busy[thread] += int(one["tdur"])
            most[thread] = max(most[thread], int(one[by]))
    return most[busy.most_common(1)[0][0]] / 1000


# ── the figure ──


def compared(url: str, runs: int, folder: Path) -> dict[str, Seen]:
    seen = {"ours": Seen(), "MathJax": Seen()}
    pages = {"ours": url + PATH, "MathJax": url + "mathjax.html"}
    with sync_playwright() as playwright:
        for _ in range(runs):
            for name, page in pages.items():
                browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
                read_and_scroll(browser, page, READY[name], seen[name])
                if name == "ours":
                    filtered(browser, page, seen[name])
                    traced(browser, page, folder, seen[name])
                browser.close()
    return seen


def figure(seen: dict[str, Seen], papers: int) -> Figure:
    mine, theirs = seen["ours"], seen["MathJax"]
    name = f"MathJax {node_version(node_with('mathjax', f'mathjax@{MATHJAX}'), 'mathjax')}"
    lines = [
        Line(f"{ours()}, readable", mine.readable),
        Line(f"{ours()}, scrolled", mine.scrolled),
        Line(f"{name}, readable", theirs.readable),
        Line(f"{name}, scrolled", theirs.scrolled),
    ]
    goals = [
        Goal("MB when it is readable", _megabytes(mine.readable), MEMORY, at_most=True),
        Goal("MB when it was scrolled through", _megabytes(mine.scrolled), MEMORY, at_most=True),
        Goal("ms until the filter answers", statistics.median(mine.answer), FILTER, at_most=True),
        Goal("ms of the longest task of a scroll", statistics.median(mine.lasted), LONG, at_most=True),
    ]
    remarks = [
        f"readable: MathJax takes {ratio(lines[2], lines[0]):.1f} times the CPU and {lines[2].wall / lines[0].wall:.1f}"
        f" times as long; it comes as {theirs.kilobytes:.0f} kB, ours as {mine.kilobytes:.0f}",
        f"memory of MathJax's page, scrolled: {_megabytes(theirs.scrolled) / _megabytes(mine.scrolled):.1f} times ours",
        f"the longest task of each run: {', '.join(f'{one:.0f}' for one in mine.lasted)} ms by the clock, "
        f"{', '.join(f'{one:.0f}' for one in mine.longest)} ms of CPU",
        f"the filter's first answer to a word: {statistics.median(mine.first):.0f} ms at most",
    ]
    return Figure("A page of many papers", f"{papers:,} real papers with mathematics", lines, goals, remarks)


def _megabytes(costs: list[Cost]) -> float:
    return statistics.median(cost.peak for cost in costs) / 1000


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--papers", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    recording()
    with tempfile.TemporaryDirectory() as made:
        folder, raw = Path(made), entries(options.papers)
        build(folder, raw)
        mathjax_page(folder, raw)
        with served(folder) as url:
            seen = compared(url, options.runs, folder)
        return show(figure(seen, options.papers))


if __name__ == "__main__":
    sys.exit(main())
