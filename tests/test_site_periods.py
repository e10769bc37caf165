"""Pages of several days: whole parts, no paper twice, and light enough for a phone."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta

import math_core
import pytest
from fakes_site import MONDAY, period_pages, real_looking_day, real_looking_papers

from aggregator.models import Listing, Page
from aggregator.settings import SiteSettings
from aggregator.site import Site
from aggregator.site.reading import papers_on

PAPERS = 250  # a day
PER_FIFTY = 30_000  # bytes, compressed


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    """Five days of 250 papers with mathematics each."""
    site = Site(SiteSettings(), tmp_path_factory.mktemp("site"), categories=("cs.CL",))
    converter = math_core.LatexToMathML()
    papers = real_looking_papers(
        5 * PAPERS, maths=lambda tex: converter.convert_with_local_state(tex, displaystyle=False)
    )
    lists: dict[tuple[str | None, object], Listing] = {}
    for number in range(5):
        some = papers[number * PAPERS : (number + 1) * PAPERS]
        made = real_looking_day(site, some, day=MONDAY + timedelta(days=number))
        lists["cs.CL", made.day] = made
    found = [*site.list_pages(lists["cs.CL", MONDAY], newest=False), *period_pages(site, "cs.CL", lists)]  # type: ignore[arg-type]
    return {page.path: page for page in found}


def weight(page: Page) -> int:
    return len(gzip.compress(page.body))


def test_a_week_is_split_into_whole_days_without_a_paper_twice(pages: dict[str, Page]) -> None:
    parts = [pages[f"arxiv/cs.CL/2024-W13/{number}index.html"] for number in ("", "2/", "3/")]
    shown = [papers_on(part.body) for part in parts]
    assert [len(one) for one in shown] == [500, 500, 250]
    assert len({paper for one in shown for paper in one}) == 5 * PAPERS
    assert re.findall(rb'class="index">#(\d+)<', parts[2].body)[0] == b"1001"
    for place, part in enumerate(parts):
        here = re.findall(rb'<nav class="parts".*?</nav>', part.body, re.DOTALL)[0]
        assert here.count(b"<a ") == 3
        assert [b"aria-current" in link for link in re.findall(rb"<a [^>]*>", here)].index(True) == place


def test_pages_with_papers_are_light(pages: dict[str, Page]) -> None:
    for path, page in pages.items():
        if papers := papers_on(page.body):
            assert weight(page) <= PER_FIFTY * max(1, len(papers) / 50), path


def test_a_month_and_a_year_are_lighter_than_its_days(pages: dict[str, Page]) -> None:
    month, year = pages["arxiv/cs.CL/2024-03/index.html"], pages["arxiv/cs.CL/2024/index.html"]
    day = pages["arxiv/cs.CL/2024-03-25/index.html"]
    assert weight(month) < weight(day)
    assert weight(year) < 5_000
