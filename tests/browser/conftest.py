"""Debian's Chromium, headless, and the site on loopback.

Where there is no Chromium the tests are skipped with a reason; in CI (environment CI=true) that is a failure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from fakes_site import (
    CHECKED,
    MONDAY,
    OVERVIEW,
    TUESDAY,
    golden_papers,
    listing,
    period_pages,
    real_looking_day,
    real_looking_papers,
    record,
)
from playwright.sync_api import Browser, sync_playwright
from serving import announced_on, maths, served

from aggregator.models import Announcement, CategorySummary, DayLink, Kind, Paper, PaperRecord
from aggregator.settings import SiteSettings
from aggregator.site import Site
from aggregator.site.listing import count_kinds

CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = next((path for path in CHROMIUM if Path(path).exists()), None) or shutil.which("chromium")
    if found is None:
        reason = f"no Chromium at {', '.join(CHROMIUM)}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of one real-looking day of cs.CL with mathematics, and the golden papers, hostile one included."""
    folder = tmp_path_factory.mktemp("site")
    build(folder)
    return folder


@pytest.fixture(scope="session")
def site_url(site_folder: Path) -> Iterator[str]:
    """The site on loopback."""
    with served(site_folder) as url:
        yield url


def build(folder: Path) -> None:
    site = Site(SiteSettings(), folder, categories=("cs.CL", "cs.AI"))
    papers = real_looking_papers(36, maths=maths())
    monday = real_looking_day(
        site, real_looking_papers(24, seed=2, maths=maths()), day=MONDAY, previous=None, next=TUESDAY
    )
    month = tuple(DayLink(day, {Kind.NEW: 20 + day.day}) for day in (TUESDAY, MONDAY))
    day = real_looking_day(site, papers, month=month)
    hostile = golden_papers()["2403.66666"]
    attacked = listing(site, [(hostile, Kind.NEW)], category="cs.AI", note=hostile.title, month=month[:1])
    merged = real_looking_day(site, [*papers[:25], hostile], category=None, next=None, month=month)
    lists = {
        (one.category, one.day): one
        for one in (monday, day, attacked, replace(monday, category=None), merged)
    }
    summaries = [
        CategorySummary(
            "cs.CL",
            (DayLink(day.day, count_kinds(day.papers)),),
            CHECKED,
            "Complete.",
            volume=a_year(),
            proven=True,
        ),
        CategorySummary("cs.AI", (DayLink(day.day, count_kinds(attacked.papers)),), CHECKED, hostile.title),
        CategorySummary("math.CO", ()),
    ]
    pages = [
        *site.list_pages(monday, newest=False),
        *site.list_pages(replace(monday, category=None), newest=False),
        *site.list_pages(day, newest=True),
        *site.list_pages(attacked, newest=True),
        *site.list_pages(merged, newest=True),
        *[page for name in ("cs.CL", "cs.AI", None) for page in period_pages(site, name, lists)],
        *[site.paper_page(announced(site, one)) for one in papers],
        *[site.paper_page(record(site, one)) for one in golden_papers().values()],
        *site.home(summaries, merged, month),
        site.status_page(OVERVIEW),
        site.recent_page({one.category or "": announced_on(one) for one in (day, attacked)}),
    ]
    site.publish([*pages, *site.shared_pages([page.path for page in pages])], keep=set())


def a_year() -> dict[date, int]:
    """New papers on the weekdays of a year, none around the turn of the year."""
    days = (TUESDAY - timedelta(days=n) for n in range(365))
    return {
        day: 0 if day.month == 12 and day.day > 24 else 20 + day.day * 7 % 40 + 30 * (day.weekday() == 1)
        for day in days
        if day.weekday() < 5
    }


def announced(site: Site, one: Paper) -> PaperRecord:
    said = tuple(
        Announcement(one.id, version, "cs.CL", day, kind, 1)
        for version, day, kind in ((1, MONDAY, Kind.NEW), (2, TUESDAY, Kind.REPLACE))
    )
    return PaperRecord(one, said, site.card(one))


@pytest.fixture(scope="session")
def big_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A day of 1,000 papers with mathematics."""
    folder = tmp_path_factory.mktemp("big")
    site = Site(SiteSettings(), folder, categories=("cs.CL",))
    day = real_looking_day(site, real_looking_papers(1000, maths=maths()))
    site.publish([*site.list_pages(day, newest=True), *site.shared_pages([])], keep=set())
    with served(folder) as url:
        yield f"{url}/arxiv/cs.CL/"


@pytest.fixture(scope="session")
def npm_tools() -> Path:
    """The folder of what tests/browser/package.json pins; `scripts/npm-tools` installs it, where npm is."""
    folder = Path(__file__).with_name("node_modules")
    if not (folder / "installed").exists():
        pytest.skip("no tools of tests/browser/package.json; run scripts/npm-tools (it needs npm)")
    return folder
