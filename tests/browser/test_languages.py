"""A reader's language and colours in Chromium: switched without a rebuild, right to left, remembered, nothing moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

SHIFT = """() => new Promise((resolve) => {
  let total = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((one) => (total += one.value)))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(total), 400);
})"""


@contextmanager
def opened(browser: Browser, url: str, width: int = 1440, **kept: str) -> Iterator[Page]:
    """The page as a reader sees it whose browser keeps `kept`."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    for name, value in kept.items():
        context.add_init_script(f"localStorage.setItem({name!r}, {value!r})")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(url)
    page.wait_for_selector("[data-ready]")
    yield page
    assert errors == []
    context.close()


@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize("language", ["ar", "he"])
def test_a_page_turns_right_to_left_and_papers_stay_english(
    browser: Browser, site_url: str, language: str, width: int
) -> None:
    with opened(browser, f"{site_url}/arxiv/cs.CL/", width, language=language) as page:
        root = page.locator("html")
        assert (root.get_attribute("lang"), root.get_attribute("dir")) == (language, "rtl")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        papers = page.locator(".papers").first
        assert (papers.get_attribute("lang"), papers.get_attribute("dir")) == ("en", "ltr")
        assert "Skip to the content" not in page.content()
        assert page.evaluate("!document.documentElement.hasAttribute('data-waiting')")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_papers_text_runs_from_left_to_right_on_its_own_page(
    browser: Browser, site_url: str, language: str
) -> None:
    with opened(browser, f"{site_url}/arxiv/2403.10000/", 360, language=language) as page:
        for part in ("h1", ".authors", ".summary"):
            assert page.locator(part).first.evaluate("one => getComputedStyle(one).direction") == "ltr"


def test_a_list_put_together_in_the_browser_speaks_the_readers_language(
    browser: Browser, site_url: str
) -> None:
    with opened(browser, f"{site_url}/list/?from=1", language="de") as page:
        said = set(page.locator(".papers .kind").all_text_contents())
        assert "Neu" in said
        assert "New" not in said


def test_dates_counts_and_words_change_without_a_rebuild(browser: Browser, site_url: str) -> None:
    with opened(browser, f"{site_url}/arxiv/cs.CL/", language="de") as page:
        assert page.locator(".info time").inner_text() == "Dienstag, 26. März 2024"
        assert page.locator(".total").inner_text() == "Gesamt: 36"
        assert "Dienstag, 26. März 2024" in page.title()
        assert page.locator(".papers .kind").first.get_attribute("lang") == "de"


def test_the_reader_chooses_on_the_page_and_it_is_remembered(browser: Browser, site_url: str) -> None:
    with opened(browser, site_url) as page:
        page.locator(".settings select").nth(1).select_option("dark")
        assert page.locator("html").get_attribute("data-theme") == "dark"
        with page.expect_navigation():
            page.locator(".settings select").first.select_option("fr")
        page.wait_for_selector("[data-ready]")
        assert page.locator("html").get_attribute("lang") == "fr"
        assert page.locator("html").get_attribute("data-theme") == "dark"
        kept = page.evaluate(
            """() => new Promise(done => {
              indexedDB.open("arxiv-aggregator").onsuccess = ({ target }) => {
                target.result.transaction("settings").objectStore("settings").getAll().onsuccess =
                  ({ target }) => done(target.result); } })"""
        )
        assert "dark" in kept
        assert "fr" in kept
        page.evaluate("localStorage.clear()")  # as when the desk is read in another browser
        page.reload()
        page.wait_for_selector("[data-ready]", state="attached")
        assert page.locator("html").get_attribute("data-theme") == "dark"
        page.reload()
        page.wait_for_selector("[data-ready]", state="attached")
        assert page.locator("html").get_attribute("lang") == "fr"


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_nothing_moves(browser: Browser, site_url: str, language: str) -> None:
    with opened(browser, f"{site_url}/arxiv/cs.CL/", language=language) as page:
        assert page.evaluate(SHIFT) == pytest.approx(0, abs=0.001)
