"""The TeX of formulas: where one rests, where the focus is, and in what is copied."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page
from test_pages_in_chromium import DAY, SCREENSHOTS, opened

pytestmark = pytest.mark.browser

FORMULA = 'math[alttext*="\\\\"]'
SOURCE = ".formula-source"
COPIED = """selector => {
  const chosen = getSelection(), found = {};
  if (selector) chosen.selectAllChildren(document.querySelector(selector));
  const event = new ClipboardEvent('copy', { bubbles: true, cancelable: true, clipboardData: new DataTransfer() });
  document.body.dispatchEvent(event);
  return Object.fromEntries(['text/plain', 'text/html'].map(type => [type, event.clipboardData.getData(type)])); }"""


def source(page: Page) -> str:
    return f"${page.locator(FORMULA).first.get_attribute('alttext')}$"


def rest_on(page: Page, selector: str) -> None:
    """Scrolled to before: scrolling puts the source away."""
    page.wait_for_selector("html[data-ready]", state="attached")
    page.locator(selector).first.scroll_into_view_if_needed()
    page.wait_for_timeout(200)
    page.locator(selector).first.hover()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (360, "dark")])
def test_resting_on_a_formula_shows_its_tex(browser: Browser, site_url: str, width: int, scheme: str) -> None:
    with opened(browser, site_url + DAY, width, scheme) as page:
        rest_on(page, FORMULA)
        page.wait_for_selector(SOURCE, state="visible")
        assert page.locator(SOURCE).inner_text() == source(page)
        page.screenshot(path=SCREENSHOTS / f"formula-source-{width}-{scheme}.png")
        page.locator(SOURCE).hover()  # it stays to be selected
        page.wait_for_timeout(600)
        assert page.locator(SOURCE).is_visible()
        page.keyboard.press("Escape")
        assert not page.locator(SOURCE).is_visible()


def test_a_letter_says_itself(browser: Browser, site_url: str) -> None:
    with opened(browser, site_url + DAY) as page:
        page.evaluate("document.querySelector('math').outerHTML = '<math alttext=\"n\"><mi>n</mi></math>'")
        rest_on(page, "math")
        page.wait_for_timeout(700)
        assert not page.locator(SOURCE).is_visible()


def test_focus_shows_the_tex_of_a_long_formula(browser: Browser, site_url: str) -> None:
    with opened(browser, site_url + DAY) as page:
        page.wait_for_selector("html[data-ready]", state="attached")
        page.locator(FORMULA).first.evaluate("one => { one.tabIndex = 0; one.focus() }")
        page.wait_for_selector(SOURCE, state="visible")
        assert page.locator(SOURCE).inner_text() == source(page)
        page.keyboard.press("Tab")
        assert not page.locator(SOURCE).is_visible()


def test_copied_text_has_the_tex(browser: Browser, site_url: str) -> None:
    with opened(browser, site_url + DAY) as page:
        page.wait_for_selector("html[data-ready]", state="attached")
        chosen = f"article:has(.summary {FORMULA})"
        first = page.locator(f"{chosen} .summary {FORMULA}").first.get_attribute("alttext")
        copied = page.evaluate(COPIED, chosen)
        assert f"${first}$" in copied["text/plain"]
        assert "\n" in copied["text/plain"]  # title, authors and abstract stay lines
        assert "<math" in copied["text/html"]
        assert page.locator("body > .sr").count() == 0


def test_other_selections_are_the_browsers(browser: Browser, site_url: str) -> None:
    with opened(browser, site_url + DAY) as page:
        page.wait_for_selector("html[data-ready]", state="attached")
        assert page.evaluate(COPIED, "h1") == {"text/plain": "", "text/html": ""}
