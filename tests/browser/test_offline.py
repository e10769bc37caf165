"""Without a network: the pages visited last, each with its date; never an old one in place of a newer one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes_site import MONDAY
from playwright.sync_api import Browser, BrowserContext, Page
from serving import served
from test_my_list import build_lists
from test_pages_in_chromium import SCREENSHOTS

pytestmark = pytest.mark.browser

_CONTROLLED = "() => navigator.serviceWorker.controller !== null"
_RENEWED = """(async () => { for (let n = 0; n < 100; n++) {
  const { installing, waiting } = await navigator.serviceWorker.getRegistration();
  const shells = (await caches.keys()).filter(name => name.startsWith('shell-'));
  if (!installing && !waiting && shells.length === 2) return true;
  await new Promise(done => setTimeout(done, 100)); } })()"""
DAY = "/arxiv/cs.CL/2024-03-25/"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    build_lists(tmp_path, (MONDAY,))
    return tmp_path


@pytest.fixture
def url(folder: Path) -> Iterator[str]:
    with served(folder) as address:
        yield address


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context()
    made.set_default_timeout(10_000)
    yield made
    made.close()


def visited(context: BrowserContext, address: str) -> Page:
    """A page of whose site the worker is in charge."""
    page = context.new_page()
    page.goto(address)
    page.wait_for_function(_CONTROLLED)
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    page.wait_for_timeout(300)
    return page


def test_a_page_that_was_visited_is_there_offline_and_says_so(context: BrowserContext, url: str) -> None:
    page = visited(context, url + DAY)
    assert not page.locator(".offline").is_visible()
    context.set_offline(True)
    page.goto(f"{url}{DAY}?q=sample")
    page.wait_for_selector("html[data-ready]", state="attached")
    assert page.locator(".offline").is_visible()
    assert page.locator(".offline").inner_text().startswith("Offline: this is how the page was on ")
    assert page.locator(".offline time").get_attribute("datetime")
    assert page.locator("article.paper").count() == 2
    assert page.evaluate("getComputedStyle(document.querySelector('.site-head')).display") == "flex"
    page.screenshot(path=SCREENSHOTS / "offline-day-1440-light.png")
    context.set_offline(False)
    page.reload()
    assert not page.locator(".offline").is_visible()


def test_marks_made_offline_last(context: BrowserContext, url: str) -> None:
    page = visited(context, url + DAY)
    context.set_offline(True)
    page.reload()
    page.locator(".act-star").first.click()
    page.wait_for_selector(".toast:has-text('Starred')")
    page.goto(f"{url}/desk/")
    page.wait_for_selector(".desk-item")
    assert not page.locator(".offline").is_visible()


def test_my_list_is_put_together_of_kept_pages(context: BrowserContext, url: str) -> None:
    page = visited(context, f"{url}/list/?of=cs.CL&from=all")
    context.set_offline(True)
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    assert page.locator("article.paper").count() == 2
    assert page.locator(".offline").is_visible()


def test_a_page_that_was_not_visited_offers_those_that_were(context: BrowserContext, url: str) -> None:
    page = visited(context, url + DAY)
    context.set_offline(True)
    page.goto(f"{url}/arxiv/2403.10001/")
    assert page.locator("h1").inner_text() == "Offline"
    page.screenshot(path=SCREENSHOTS / "offline-lost-1440-light.png")
    page.click(".kept a >> nth=0")
    page.wait_for_url(url + DAY)


def test_a_new_build_is_there_at_once(context: BrowserContext, folder: Path, url: str) -> None:
    page = visited(context, f"{url}/arxiv/cs.CL/")
    assert page.locator("h1 + .info time").get_attribute("datetime") == "2024-03-25"
    build_lists(folder, title="Renamed")
    page.goto(f"{url}/arxiv/cs.CL/")
    assert page.locator("h1 + .info time").get_attribute("datetime") == "2024-03-26"
    assert "Renamed" in page.title()
    assert page.evaluate(_RENEWED)
    context.set_offline(True)
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    assert page.locator("h1 + .info time").get_attribute("datetime") == "2024-03-26"
    page.goto(f"{url}/desk/")
    assert "Renamed" in page.title()


def test_a_failure_of_the_server_is_not_hidden(context: BrowserContext, folder: Path, url: str) -> None:
    page = visited(context, url + DAY)
    (folder / DAY.strip("/") / "index.html").unlink()
    answer = page.goto(url + DAY)
    assert answer is not None
    assert answer.status in (404, 200)
    assert page.locator("article.paper").count() == 0
