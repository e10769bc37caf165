"""Search in a real browser: with the keyboard, with completions, narrowed, kept, and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from searchable_site import searchable_site
from store_samples import MONDAY, announcement, paper, poll
from webserver import serving

from aggregator.app import App
from aggregator.serving import Serving
from aggregator.settings import Settings

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return searchable_site(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def url(settings: Settings) -> Iterator[str]:
    with serving(settings.data / "site", groups=Serving(settings).groups()) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert [one for one in troubles if "400" not in one] == []


def opened(page: Page, url: str, path: str) -> Page:
    page.goto(url + path)
    page.wait_for_selector("html[data-ready]")
    return page


def test_from_any_page_by_keyboard_alone(page: Page, url: str) -> None:
    box = opened(page, url, "/").get_by_role("combobox", name="Search all papers")
    box.focus()
    page.keyboard.type("waves on graphs")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/arxiv/search\?query=waves"))
    expect(page.locator(".paper")).to_have_count(1)
    expect(page.locator("mark").first).to_have_text("Waves")


def test_completions_are_a_combobox(page: Page, url: str) -> None:
    box = opened(page, url, "/").get_by_role("combobox", name="Search all papers")
    box.press_sequentially("emil")
    option = page.get_by_role("option", name="Émile Österreich")
    expect(option).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", str(option.get_attribute("id")))
    box.press("Escape")
    expect(option).to_be_hidden()
    expect(box).not_to_have_attribute("aria-activedescendant", "suggestion-0")
    box.press_sequentially("e")
    expect(option).to_be_visible()
    box.press("ArrowUp")
    box.press("Enter")
    page.wait_for_url(re.compile(r"/arxiv/search\?query=au"))
    expect(page.locator(".paper")).to_have_count(1)


def test_a_completed_title_leads_to_its_paper(page: Page, url: str) -> None:
    opened(page, url, "/").get_by_role("combobox", name="Search all papers").press_sequentially("waves")
    page.get_by_role("option", name="Waves on graphs").click()
    page.wait_for_url("**/arxiv/2605.00002/")


def test_narrowed_and_widened_again(page: Page, url: str) -> None:
    opened(page, url, "/arxiv/search?query=graphs")
    page.locator(".shares a", has_text="hep-th").click()
    page.wait_for_url("**cat=hep-th*")
    expect(page.locator(".paper")).to_have_count(1)
    page.locator(".search-days summary").click()
    page.get_by_label("To", exact=True).fill("2020-01-01")
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url("**to=2020-01-01*")
    expect(page.locator(".paper")).to_have_count(0)
    page.get_by_role("link", name="Search again without Until").click()
    expect(page.locator(".paper")).to_have_count(1)
    page.locator(".limit").click()
    expect(page.locator(".paper")).to_have_count(2)


def test_a_kept_search_counts_what_came_since(page: Page, url: str, settings: Settings) -> None:
    opened(page, url, "/arxiv/search?query=newcomer&sort=newest")
    page.get_by_role("button", name="Keep this search").click()
    expect(page.get_by_role("button", name="Kept on the desk")).to_be_visible()
    with App(settings).writing() as store:
        store.save_poll(poll(announcement(98, position=98), papers=[paper(98, title_text="A newcomer")]))
    App(settings).build()
    opened(page, url, "/desk/")
    kept = page.locator("li", has=page.get_by_role("link", name="newcomer"))
    expect(kept).to_contain_text("1 new")
    kept.get_by_role("link").click()
    expect(page.locator(".paper")).to_have_count(1)
    expect(page.get_by_role("button", name="Kept on the desk")).to_be_visible()  # the page has taken note
    opened(page, url, "/desk/")
    expect(kept.locator(".count")).to_be_empty()  # it was looked at
    kept.get_by_role("button", name="Remove").click()
    expect(kept).to_have_count(0)


@pytest.mark.parametrize("width", [360, 1440])
def test_whole_without_javascript(browser: Browser, url: str, width: int) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(url + "/")
    box = page.get_by_role("searchbox", name="Search all papers")
    box.fill("sample")
    if width < 768:  # a phone's keyboard has a key for it, and there is no room for a button
        box.press("Enter")
    else:
        page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url("**/arxiv/search?**")
    assert page.locator(".paper").count() == 25
    page.get_by_role("link", name="More results").click()
    assert page.locator(".index").first.inner_text() == "#26"
    page.get_by_role("link", name="Newest").click()
    assert page.locator(".index").first.inner_text() == "#1"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_a_bad_question_is_explained(page: Page, url: str) -> None:
    opened(page, url, "/arxiv/search?query=graphs+year:20x4")
    expect(page.get_by_role("alert")).to_contain_text("Write a year as")
    expect(page.locator(".wrong mark")).to_have_text("20x4")
    page.get_by_role("link", name="Search these words without signs").click()
    expect(page.locator(".search-form [name=query]")).to_have_value("graphs year 20x4")


@pytest.mark.parametrize("width", [360, 768])
def test_a_list_of_many_days_is_no_wider_than_its_window(page: Page, tmp_path: Path, width: int) -> None:
    made = searchable_site(tmp_path)
    with App(made).writing() as store:
        for number in range(1, 31):
            said = announcement(200 + number, position=1, day=MONDAY - timedelta(days=number))
            store.save_poll(poll(said, papers=[paper(200 + number)]))
    page.set_viewport_size({"width": width, "height": 800})
    with serving(made.data / "site", groups=Serving(made).groups()) as port:
        first, last = MONDAY - timedelta(days=40), MONDAY
        opened(page, f"http://127.0.0.1:{port}", f"/arxiv/cs.AI?from={first}&to={last}")
        assert page.locator(".rail-sections li").count() > 25
        assert page.evaluate("document.documentElement.scrollWidth") == width
        days = page.locator(".rail-sections .control")
        assert days.nth(20).evaluate("one => one.getBoundingClientRect().height") <= 48
