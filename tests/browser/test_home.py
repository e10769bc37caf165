"""The front page and the chooser, without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser
from test_pages_in_chromium import HOME, YEAR, opened

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [360, 1440])
def test_home_shows_a_year_and_the_volume_of_each_category(
    browser: Browser, site_url: str, width: int
) -> None:
    with opened(browser, site_url + HOME, width, scripts=False) as page:
        assert "table" in (page.get_attribute("svg.heat", "aria-label") or "")
        page.click(".year-table summary")
        assert page.locator(".month-rows tbody tr").count() == 13
        assert page.locator(".month-rows a").count() == 1  # the month that has pages
        link = page.locator("[data-category='cs.CL'] .spark-link")
        assert (link.text_content() or "").strip().startswith("New papers a day, newest")
        page.click("[data-category='cs.CL'] .spark-link")
        page.wait_for_url(f"**{YEAR}")


@pytest.mark.parametrize(("width", "said"), [(360, 0), (768, 1), (1440, 1)])
def test_a_phone_is_spared_what_is_proven_and_older_days(
    browser: Browser, site_url: str, width: int, said: int
) -> None:
    with opened(browser, site_url + HOME, width, scripts=False) as page:
        assert page.locator("[data-category='cs.CL'] .category-note:visible").count() == said
        assert page.locator("[data-category='cs.CL'] .category-days:visible").count() == said
        assert page.locator("[data-category='cs.AI'] .category-note:visible").count() == 1


def test_home_keeps_room_for_unread_counts(browser: Browser, site_url: str) -> None:
    with opened(browser, site_url + HOME, scripts=False) as page:
        assert page.locator(".category .unread[data-category]").count() == 3
        assert page.locator(".category .unread:visible").count() == 0


def test_the_chooser_lists_all_categories_and_links_the_followed_ones(
    browser: Browser, site_url: str
) -> None:
    with opened(browser, site_url + HOME, scripts=False) as page:
        page.click(".categories a:text-is('All categories of arXiv')")
        page.wait_for_url("**/categories/")
        assert page.locator(".choices-list li").count() == 155
        assert page.locator(".choices-list .ours").count() == 2
        assert (
            page.get_attribute("a:has-text('Combinatorics')", "href") == "https://arxiv.org/list/math.CO/new"
        )
        page.click("a:has-text('Computation and Language')")
        page.wait_for_url("**/arxiv/cs.CL/")
