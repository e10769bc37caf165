"""One desk on two devices: real server, real sockets, two browser contexts that know nothing of each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from webserver import serving

from aggregator.clock import SystemClock
from aggregator.store.desks import Desks
from aggregator.web.desk import DeskApi
from aggregator.web.work import Workers

pytestmark = pytest.mark.browser
LIST = "/arxiv/cs.CL/"
Device = Callable[..., Page]


@pytest.fixture
def url(site_folder: Path, tmp_path: Path) -> Iterator[str]:
    desks = Desks(tmp_path / "desks.db")
    home = "http://127.0.0.1:8000/desk/"
    api = DeskApi(desks, limit=9, counts=True, home=home, clock=SystemClock(), workers=Workers())
    with serving(site_folder, groups=[api.group()]) as port:
        yield f"http://127.0.0.1:{port}"
    desks.close()


@pytest.fixture
def device(browser: Browser, url: str) -> Iterator[Device]:
    """A new device: a context of its own, `ahead` ms off the right time."""
    contexts: list[BrowserContext] = []

    def made(ahead: int = 0) -> Page:
        context = browser.new_context(viewport={"width": 1000, "height": 900}, service_workers="block")
        if ahead:
            context.add_init_script(f"const now = Date.now; Date.now = () => now() + {ahead};")
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        return page

    yield made
    for context in contexts:
        context.close()


def opened(page: Page, url: str) -> Page:
    page.goto(url)
    expect(page.locator("html[data-ready]")).to_be_attached()
    return page


def make_desk(page: Page, url: str) -> str:
    """Make a desk on its page; the key."""
    opened(page, f"{url}/desk/")
    page.get_by_role("button", name="Make a desk").click()
    key = page.locator(".desk-key")
    expect(key).to_have_text(re.compile(r"^([a-z]{5}-){8}[a-z]{5}$"))
    expect(page.locator("img.desk-code")).to_be_visible()
    return key.inner_text()


def join_desk(page: Page, url: str, key: str) -> None:
    opened(page, f"{url}/desk/#key={key}")
    page.get_by_role("button", name="Join", exact=True).click()
    in_step(page)
    assert "#" not in page.url


def in_step(page: Page) -> None:
    expect(page.locator(".devices [role=status]")).to_have_text(re.compile("^In step"))


def bring_in_step(page: Page, url: str) -> None:
    """The page does so by itself, too, and draws its buttons anew then: what counts is the server's answer."""
    opened(page, f"{url}/desk/")
    with page.expect_response("**/api/desk/sync"):
        page.get_by_role("button", name="Bring in step").click()
    page.wait_for_timeout(200)  # it is taken in
    in_step(page)
    expect(page.get_by_role("button", name="Bring in step")).to_be_enabled()


def star(page: Page, url: str, place: int) -> str:
    """Star the paper at `place` of the list, or take the star away; its id."""
    opened(page, url + LIST)
    return press_star(page, place)


def press_star(page: Page, place: int) -> str:
    card = page.locator("article.paper").nth(place)
    card.scroll_into_view_if_needed()
    card.get_by_role("button", name=re.compile("^Star")).click()
    return str(card.get_attribute("id"))


def starred(page: Page) -> list[str]:
    ticks = page.locator(".desk-item .tick input")
    return sorted(str(tick.get_attribute("value")) for tick in ticks.all())


def test_what_is_starred_on_the_phone_is_on_the_desk(device: Device, url: str) -> None:
    phone, computer = device(), device()
    title = star(phone, url, 0)
    key = make_desk(phone, url)
    other = star(computer, url, 1)
    join_desk(computer, url, key)
    assert starred(computer) == sorted([title, other])
    bring_in_step(phone, url)
    assert starred(phone) == sorted([title, other])


def test_a_star_taken_away_is_away_on_both(device: Device, url: str) -> None:
    phone, computer = device(), device()
    star(phone, url, 0)
    join_desk(computer, url, make_desk(phone, url))
    star(computer, url, 0)
    bring_in_step(computer, url)
    bring_in_step(phone, url)
    assert starred(phone) == []


def test_changes_made_offline_are_brought_together(device: Device, url: str) -> None:
    phone, computer = device(), device()
    join_desk(computer, url, make_desk(phone, url))
    opened(phone, url + LIST)
    phone.context.set_offline(True)
    mine = press_star(phone, 2)
    phone.wait_for_timeout(300)
    theirs = star(computer, url, 3)
    bring_in_step(computer, url)
    phone.context.set_offline(False)
    bring_in_step(phone, url)
    bring_in_step(computer, url)
    assert starred(phone) == starred(computer) == sorted([mine, theirs])


def test_a_clock_that_is_a_year_ahead_does_not_win_for_ever(device: Device, url: str) -> None:
    ahead, right = device(ahead=365 * 86_400_000), device()
    title = star(ahead, url, 0)
    join_desk(right, url, make_desk(ahead, url))
    assert starred(right) == [title]
    right.wait_for_timeout(20)
    star(right, url, 0)
    bring_in_step(right, url)
    bring_in_step(ahead, url)
    assert starred(ahead) == starred(right) == []


# As when a page is left before what was changed on it is stamped: nothing of it is written any more.
_LEFT = """() => {
  const { transaction } = IDBDatabase.prototype;
  const nothing = { get: () => ({}), put: () => ({}) };
  IDBDatabase.prototype.transaction = function (names, ...more) {
    return names.includes("items") ? { objectStore: () => nothing } : transaction.call(this, names, ...more); }; }"""


def test_what_was_changed_as_a_page_was_left_is_told_by_the_next(device: Device, url: str) -> None:
    phone, computer = device(), device()
    first, second = star(phone, url, 0), star(phone, url, 1)
    join_desk(computer, url, make_desk(phone, url))
    assert starred(computer) == [first, second]
    opened(phone, url + LIST)
    phone.evaluate(_LEFT)
    press_star(phone, 0)
    press_star(phone, 2)
    phone.wait_for_timeout(300)
    bring_in_step(phone, url)
    bring_in_step(computer, url)
    assert starred(computer) == starred(phone)
    assert first not in starred(phone)
    assert len(starred(phone)) == 2


def test_leaving_keeps_what_is_here_and_deleting_ends_it_for_all(device: Device, url: str) -> None:
    phone, computer = device(), device()
    title = star(phone, url, 0)
    join_desk(computer, url, make_desk(phone, url))
    computer.get_by_role("button", name="Leave").click()
    expect(computer.get_by_role("button", name="Make a desk")).to_be_visible()
    assert starred(computer) == [title]
    phone.get_by_role("button", name="Delete for good").click()
    phone.locator(".toast").get_by_role("button", name="Delete for good").click()
    expect(phone.get_by_role("button", name="Make a desk")).to_be_visible()
    assert starred(phone) == [title]


def test_a_device_whose_desk_was_deleted_says_so(device: Device, url: str) -> None:
    phone, computer = device(), device()
    join_desk(computer, url, make_desk(phone, url))
    phone.get_by_role("button", name="Delete for good").click()
    phone.locator(".toast").get_by_role("button", name="Delete for good").click()
    expect(phone.get_by_role("button", name="Make a desk")).to_be_visible()
    computer.get_by_role("button", name="Bring in step").click()
    expect(computer.locator(".devices [role=status]")).to_have_text(re.compile("deleted"))


def test_openings_are_shown_where_they_are_counted(device: Device, url: str) -> None:
    page = device()
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => document.documentElement.dataset.counts = '')"
    )
    page.context.route("https://arxiv.org/**", lambda route: route.fulfill(body="a PDF"))
    opened(page, url + LIST)
    with page.expect_request("**/api/counts") as told:
        page.locator(".title-pdf").first.click()
    assert told.value.method == "POST"
    opened(page, url + LIST)
    expect(page.locator("article.paper .opened")).to_have_text("starred 0, opened 1")


def test_a_mistyped_key_is_told(device: Device, url: str) -> None:
    page = opened(device(), f"{url}/desk/")
    page.get_by_label("Key").fill("lusab babad")
    page.get_by_role("button", name="Join", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("nine of them")


def test_where_no_server_keeps_desks_it_is_said(device: Device, site_url: str) -> None:
    page = opened(device(), f"{site_url}/desk/")
    page.get_by_role("button", name="Make a desk").click()
    expect(page.locator(".toast")).to_contain_text("keeps no desks")
