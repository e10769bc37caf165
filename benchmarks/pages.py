"""Day pages and their feeds per CPU second, against static site generators on the same content.

    python benchmarks/pages.py [--days 1000] [--papers 200] [--runs 2]

All read the same ready cards (JSON, one file a day) and write a page and an Atom feed for each day into an empty
folder; Pelican, which reads no JSON, gets HTML with the cards joined already, and makes pages only. Whole processes are
measured: start, reading, rendering, writing. Pelican and Eleventy make fewer days, because they take long. Every
output is checked to hold every day and every paper. Our pages carry navigation, sections and counts beside the
papers, a JSON feed beside the Atom feed, and are synced to the disk; the others' are barer. No twins are compressed.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path

from _frame import (
    ROOT,
    Cost,
    Figure,
    Goal,
    Line,
    in_turns,
    main_of,
    measure,
    node_version,
    node_with,
    ours,
    python_with,
    ratio,
    require,
    version_in,
)

sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
FEW, FEWER = 10, 50  # of so many days, Eleventy and Pelican make one: Pelican takes half a second a page
MEMORY = 150_000  # kB

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


ELEVENTY_PAGE = """---
pagination: {data: days, size: 1, resolve: values, alias: day}
permalink: "arxiv/cs.CL/{{ day.day }}/index.html"
---
<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{{ day.title }}</title></head>
<body id="arxiv"><h1>{{ day.title }}</h1>
{% for paper in day.papers %}<article class="panel paper" id="{{ paper.paper_id }}">
<p class="mark">{{ paper.kind }} v{{ paper.version }}</p>
<span class="index">#{{ loop.index }}</span> {{ paper.card.html | safe }}</article>
{% endfor %}</body>
</html>
"""

ELEVENTY_FEED = """---
pagination: {data: days, size: 1, resolve: values, alias: day}
permalink: "arxiv/cs.CL/{{ day.day }}/feed.xml"
---
<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>{{ day.title }}</title>
{% for paper in day.papers %}<entry>{{ paper.card.entry_xml | safe }}</entry>
{% endfor %}</feed>
"""

PELICAN_SETTINGS = """
SITENAME = "arXiv daily"
THEME = "theme"
ARTICLE_URL = ARTICLE_SAVE_AS = "arxiv/cs.CL/{slug}/index.html"
DIRECT_TEMPLATES = []
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
AUTHOR_SAVE_AS = CATEGORY_SAVE_AS = TAG_SAVE_AS = ""
"""
PELICAN_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{{ article.title }}</title></head>
<body id="arxiv"><h1>{{ article.title }}</h1>{{ article.content }}</body></html>
"""


def pages() -> Figure:
    wanted = _arguments()
    few, fewer = max(1, wanted.days // FEW), max(1, wanted.days // FEWER)
    hugo, pelican = python_with("hugo", "hugo"), python_with("pelican", "pelican")
    eleventy = node_with("eleventy", "@11ty/eleventy")
    with tempfile.TemporaryDirectory(prefix="pages-") as scratch:
        work = Path(scratch)
        _write_content(work, wanted.days, wanted.papers)
        _write_others(work, few, fewer)
        content = work / "hugo" / "content"
        own: list[str | Path] = [
            sys.executable,
            ROOT / "benchmarks" / "_pages_ours.py",
            content,
            work / "ours",
        ]
        theirs: list[str | Path] = [
            _hugo(hugo),
            "--quiet",
            "--source",
            work / "hugo",
            "--destination",
            work / "theirs",
        ]
        costs = in_turns(
            wanted.runs,
            ours=_making(own, work / "ours"),
            hugo=_making(theirs, work / "theirs"),
        )
        node: list[str | Path] = [
            "node",
            "--max-old-space-size=8192",
            eleventy / "node_modules/.bin/eleventy",
            "--quiet",
        ]
        made_11ty = _making(
            [*node, f"--output={work / 'eleventy-out'}"], work / "eleventy-out", work / "eleventy"
        )
        made_pelican = _making(
            [pelican / "pelican", "content", "-o", work / "pelican-out", "-s", "pelicanconf.py", "-q"],
            work / "pelican-out",
            work / "pelican",
        )
        slow = in_turns(1, eleventy=made_11ty, pelican=made_pelican)
        _check(work / "ours", wanted.days, wanted.papers)
        _check(work / "theirs", wanted.days, wanted.papers)
        _check(work / "eleventy-out", few, wanted.papers)
        _check(work / "pelican-out", fewer, wanted.papers, feeds=False)
    mine = Line(ours(), costs["ours"], wanted.days, "pages")
    peer = Line(f"Hugo {version_in(hugo, 'hugo')}", costs["hugo"], wanted.days, "pages")
    return Figure(
        "Full build of day pages",
        f"{wanted.days:,} days of {wanted.papers} papers from ready cards, a page and a feed each",
        [
            mine,
            peer,
            Line(
                f"Eleventy {node_version(eleventy, '@11ty/eleventy')}, {few} days",
                slow["eleventy"],
                few,
                "pages",
            ),
            Line(f"Pelican {version_in(pelican, 'pelican')}, {fewer} days", slow["pelican"], fewer, "pages"),
        ],
        [
            Goal("times Hugo's pages per CPU second", ratio(peer, mine), 5),
            Goal("peak memory in MB", mine.peak / 1000, MEMORY / 1000, at_most=True),
        ],
        ["“times ours” is CPU for the same number of pages"],
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Pages per CPU second against site generators.")
    parser.add_argument("--days", type=int, default=1000)
    parser.add_argument("--papers", type=int, default=200)
    parser.add_argument("--runs", type=int, default=2)
    return parser.parse_args()


def _making(command: list[str | Path], target: Path, cwd: Path | None = None) -> Callable[[], Cost]:
    """Into an empty folder each time. What the run before made is put aside and deleted at the end: ext4 makes files
    several times slower where many were deleted within the last minute."""

    def run() -> Cost:
        if target.exists():
            target.rename(f"{target}.{time.monotonic_ns()}")
        return measure(command, cwd=cwd)

    return run


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


def _write_others(work: Path, days: int, fewer: int) -> None:
    """The first days once more, as Eleventy and Pelican want them; Pelican gets `fewer`."""
    data, theme = work / "eleventy" / "_data" / "days", work / "pelican" / "theme" / "templates"
    articles = work / "pelican" / "content"
    for folder in (data, theme, articles, work / "pelican" / "theme" / "static"):
        folder.mkdir(parents=True)
    for number, path in enumerate(sorted((work / "hugo" / "content").iterdir())[:days]):
        shutil.copy(path, data / f"{path.stem}.json")
        if number >= fewer:
            continue
        day = json.loads(path.read_text())
        cards = "".join(
            f'<article class="panel paper" id="{one["paper_id"]}">{one["card"]["html"]}</article>'
            for one in day["papers"]
        )
        metas = "".join(f'<meta name="{name}" content="{day["day"]}">' for name in ("date", "slug"))
        head = f"<title>{day['title']}</title>{metas}"
        (articles / f"{path.stem}.html").write_text(f"<html><head>{head}</head><body>{cards}</body></html>")
    (work / "eleventy" / "page.njk").write_text(ELEVENTY_PAGE)
    (work / "eleventy" / "feed.njk").write_text(ELEVENTY_FEED)
    (work / "pelican" / "pelicanconf.py").write_text(PELICAN_SETTINGS)
    for name in ("article", "base", "index", "archives", "page", "tag", "category", "author"):
        (theme / f"{name}.html").write_text(PELICAN_PAGE if name == "article" else "")


def _hugo(commands: Path) -> Path:
    """The program itself: PyPI's command is a Python script that starts it, and its CPU time is not Hugo's."""
    found = [
        path for path in commands.parent.glob("lib/python*/site-packages/hugo/**/hugo*") if _is_program(path)
    ]
    return found[0] if found else commands / "hugo"


def _is_program(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 1e6


def _check(folder: Path, days: int, papers: int, *, feeds: bool = True) -> None:
    """Every day and every paper, day by day so that nothing grows with the site."""
    found = sorted(folder.rglob("index.html"))
    require(len(found) == days, f"{folder.name}: {len(found)} pages instead of {days}")
    seen: set[str] = set()
    for page in found:
        listed = re.findall(r'<article class="panel paper" id="([^"]+)"', page.read_text())
        require(len(listed) == papers and not seen & set(listed), f"{page}: {len(listed)} papers")
        seen.update(listed)
        if feeds:
            fed = re.findall(r"<id>https://arxiv.org/abs/([^<]+)<", (page.parent / "feed.xml").read_text())
            require(sorted(fed) == sorted(listed), f"{page.parent}: page and feed differ")


if __name__ == "__main__":
    main_of(pages)
