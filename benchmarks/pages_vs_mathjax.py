"""A list of real papers with mathematics, beside a page of the same papers that leaves the formulas to MathJax.

    python benchmarks/pages_vs_mathjax.py [--papers 1000]

Both from the same plain server on loopback, in Debian's Chromium, in turns, medians of three. Readable: the page is
loaded and its formulas are set. Memory: what the page's process has for itself. Needs npm (MathJax) and Chromium.
For ours alone: how long the filter takes to answer, and the long tasks (over 50 ms) while the list is scrolled.
"""

from __future__ import annotations

import argparse
import html
import re
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from _frame import CORPUS, MISSED, NO_INPUT, node_with
from _pages import PATH, build, entries, served
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from aggregator.models import RawEntry

MATHJAX = "3.2.2"
RUNS = 3
MEMORY = 150.0  # MB
FILTER = LONG = 50.0  # ms
ARGUMENTS = ["--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking"]
_READY = {
    "ours": "html[data-ready]",
    "MathJax": "html[data-set]",
}
_SCROLL = """async () => {
  const long = [];
  new PerformanceObserver(l => l.getEntries().forEach(e => long.push(e.duration))).observe({ type: 'longtask' });
  for (let y = 0; y < document.documentElement.scrollHeight; y += 700) {
    scrollTo(0, y);
    await new Promise(requestAnimationFrame); }
  await new Promise(done => setTimeout(done, 500));
  return long; }"""
_FILTER = """async () => {
  const box = document.getElementById('filter'), best = {};
  for (let tries = 0; tries < 5; tries++)
    for (const words of ['a', 'learning', 'learning -deep', 'kernel OR graph', 'author:wang', 'zzz', '']) {
      const begin = performance.now();
      box.value = words;
      box.dispatchEvent(new Event('input'));
      document.body.offsetHeight;
      best[words] = Math.min(best[words] ?? Infinity, performance.now() - begin);
      await new Promise(done => setTimeout(done, 60)); }
  return best; }"""


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


def private(browser: CDPSession) -> float:
    """The largest renderer's own memory, in MB."""
    found = browser.send("SystemInfo.getProcessInfo")["processInfo"]
    sizes = [
        sum(
            map(
                int,
                re.findall(
                    r"^Private_\w+:\s+(\d+)", Path(f"/proc/{one['id']}/smaps_rollup").read_text(), re.M
                ),
            )
        )
        for one in found
        if one["type"] == "renderer"
    ]
    return max(sizes) / 1000


def opened(browser: Browser, url: str, ready: str) -> tuple[Page, dict[str, float]]:
    page = browser.new_context(viewport={"width": 1440, "height": 900}, service_workers="block").new_page()
    sizes: list[int] = []
    page.on("requestfinished", lambda sent: sizes.append(sent.sizes()["responseBodySize"]))
    begin = time.perf_counter()
    page.goto(url, wait_until="load", timeout=300_000)
    page.wait_for_selector(ready, state="attached", timeout=300_000)
    return page, {"readable": (time.perf_counter() - begin) * 1000, "kB": sum(sizes) / 1000}


def measured(browser: Browser, url: str, ready: str) -> dict[str, float]:
    page, seen = opened(browser, url, ready)
    page.wait_for_timeout(1000)
    seen["MB"] = private(browser.new_browser_cdp_session())
    if "ours" in url or PATH in url:
        seen["filter"] = max(page.evaluate(_FILTER).values())
        page.reload()
        page.wait_for_selector(ready, state="attached")
        seen["long"] = max([0.0, *page.evaluate(_SCROLL)])
        seen["MB scrolled"] = private(browser.new_browser_cdp_session())
        page.context.new_cdp_session(page).send("HeapProfiler.collectGarbage")
        seen["MB kept"] = private(browser.new_browser_cdp_session())
    page.context.close()
    return seen


def compared(url: str) -> dict[str, dict[str, float]]:
    runs: dict[str, list[dict[str, float]]] = {"ours": [], "MathJax": []}
    pages = {"ours": url + PATH, "MathJax": url + "mathjax.html"}
    with sync_playwright() as playwright:
        for _ in range(RUNS):
            for name, page in pages.items():
                browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
                runs[name].append(measured(browser, page, _READY[name]))
                browser.close()
    return {
        name: {key: statistics.median(run[key] for run in made) for key in made[0]}
        for name, made in runs.items()
    }


def told(seen: dict[str, dict[str, float]]) -> bool:
    ours, theirs = seen["ours"], seen["MathJax"]
    for name, unit in (("readable", "ms"), ("kB", "kB"), ("MB", "MB")):
        times = theirs[name] / ours[name]
        print(
            f"{name:9} ours {ours[name]:7.0f} {unit}  MathJax {theirs[name]:7.0f} {unit}  {times:.1f} times"
        )
    print(f"filter answers in {ours['filter']:.0f} ms; longest task while scrolling {ours['long']:.0f} ms")
    print(f"memory after scrolling {ours['MB scrolled']:.0f} MB, without garbage {ours['MB kept']:.0f} MB")
    quick = ours["filter"] <= FILTER and ours["long"] <= LONG
    return quick and max(ours["MB"], ours["MB scrolled"]) <= MEMORY


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--papers", type=int, default=1000)
    papers = parser.parse_args().papers
    if not CORPUS.exists():
        print(f"no corpus at {CORPUS}", file=sys.stderr)
        return NO_INPUT
    with tempfile.TemporaryDirectory() as made:
        folder, raw = Path(made), entries(papers)
        build(folder, raw)
        mathjax_page(folder, raw)
        with served(folder) as url:
            return 0 if told(compared(url)) else MISSED


if __name__ == "__main__":
    sys.exit(main())
