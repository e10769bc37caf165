"""Weeks, months and years, and the calendar that leads there: all of it without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser
from test_pages_in_chromium import DAY, MONTH, WEEK, YEAR, opened

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [360, 1440])
def test_the_calendar_leads_to_days_week_month_and_year(browser: Browser, site_url: str, width: int) -> None:
    with opened(browser, site_url + DAY, width, scripts=False) as page:
        here = page.locator(".calendar [aria-current='date']")
        assert here.inner_text() == "26"
        assert here.get_attribute("title") == "2024-03-26: 46"
        page.click(".calendar a:text-is('25')")
        page.wait_for_url("**/arxiv/cs.CL/2024-03-25/")
        page.go_back()
        page.click(".calendar caption a")
        page.wait_for_url(f"**{MONTH}")
        page.click(".weeks a")
        page.wait_for_url(f"**{WEEK}")
        page.locator(".crumbs a").nth(1).click()
        page.wait_for_url(f"**{YEAR}")
        page.click(".month-rows a")
        page.wait_for_url(f"**{MONTH}")


def test_a_week_shows_no_paper_twice_and_numbers_them_through(browser: Browser, site_url: str) -> None:
    with opened(browser, site_url + WEEK, scripts=False) as page:
        ids = page.evaluate("[...document.querySelectorAll('article.paper')].map(a => a.id)")
        assert len(ids) == len(set(ids)) == 36
        numbers = page.evaluate("[...document.querySelectorAll('.index')].map(a => a.textContent)")
        assert numbers == [f"#{n}" for n in range(1, 37)]


def test_a_week_can_be_filtered_by_kind(browser: Browser, site_url: str) -> None:
    with opened(browser, f"{site_url}{WEEK}?kind=cross") as page:
        shown = page.locator("article.paper:not([hidden])")
        assert shown.count() == page.locator("article:has(.kind-cross)").count() > 0


def test_what_is_asked_of_a_week_or_month_goes_along_to_its_days(browser: Browser, site_url: str) -> None:
    for path, links in (
        (WEEK, ".section-title a, .rail-days [rel]"),
        (MONTH, ".section-title a, .calendar .cell[href]"),
    ):
        with opened(browser, f"{site_url}{path}?q=kernel") as page:
            found = page.locator(links)
            assert found.count() > 1
            assert all(one.get_attribute("href").endswith("?q=kernel") for one in found.all())  # type: ignore[union-attr]


def test_a_month_lists_the_titles_of_its_new_papers(browser: Browser, site_url: str) -> None:
    with opened(browser, site_url + MONTH, scripts=False) as page:
        assert page.locator(".day-titles").count() == 2
        assert page.locator("#\\32 024-03-26").count() == 1
        assert page.locator(".titles a").count() > 20
        page.locator(".titles a").first.click()
        page.wait_for_url("**/arxiv/2403.1*/")


def test_a_years_picture_is_also_a_table(browser: Browser, site_url: str) -> None:
    with opened(browser, site_url + YEAR, scripts=False) as page:
        label = page.get_attribute("svg.heat", "aria-label") or ""
        assert "table" in label
        assert page.locator(".month-rows tbody tr").count() == 1
