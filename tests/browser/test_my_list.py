"""One list of chosen categories and days, put together in the browser; and what of the recent days was not seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fakes_site import MONDAY, TUESDAY, listed, real_looking_papers
from playwright.sync_api import Browser, Page
from serving import announced_on, maths, served
from test_pages_in_chromium import SCREENSHOTS, opened
from test_reading import address, ids, shown, star_first

from aggregator.models import CategorySummary, DayLink, Kind, Listing
from aggregator.settings import SiteSettings
from aggregator.site import Site
from aggregator.site.listing import count_kinds

pytestmark = pytest.mark.browser

# Places of papers on each list: 4 and 5 stand on both of Tuesday, 2 is new on Monday and replaced on Tuesday.
LISTS: dict[tuple[str, date], dict[int, Kind]] = {
    ("cs.CL", TUESDAY): {3: Kind.NEW, 4: Kind.NEW, 5: Kind.CROSS, 2: Kind.REPLACE},
    ("cs.AI", TUESDAY): {5: Kind.NEW, 6: Kind.NEW, 4: Kind.CROSS},
    ("cs.CL", MONDAY): {1: Kind.NEW, 2: Kind.NEW},
    ("cs.AI", MONDAY): {0: Kind.NEW},
}


@pytest.fixture(scope="session")
def lists_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Two categories with two days each."""
    folder = tmp_path_factory.mktemp("lists")
    build_lists(folder)
    with served(folder) as url:
        yield url


def build_lists(folder: Path, days: tuple[date, ...] = (MONDAY, TUESDAY), title: str = "arXiv") -> None:
    site = Site(SiteSettings(title=title), folder, categories=("cs.CL", "cs.AI"))
    papers = real_looking_papers(7, maths=maths())
    made: list[Listing] = [
        Listing(category, day, tuple(listed(site, papers[place], kind) for place, kind in rows.items()))
        for (category, day), rows in LISTS.items()
        if day in days
    ]
    for day in days:
        once = {row.paper_id: row for one in made if one.day == day for row in one.papers}
        made.append(Listing(None, day, tuple(once.values())))
    pages = [page for one in made for page in site.list_pages(one, newest=one.day == max(days))]
    named = {name: [one for one in made if one.category == name] for name in ("cs.CL", "cs.AI")}
    summaries = [
        CategorySummary(name, tuple(DayLink(one.day, count_kinds(one.papers)) for one in rows))
        for name, rows in named.items()
    ]
    newest = next(one for one in made if one.category is None and one.day == max(days))
    pages += [
        *site.home(summaries, newest),
        site.recent_page({n: announced_on(*r) for n, r in named.items()}),
    ]
    site.publish([*pages, *site.shared_pages([])], keep=set())


def places(page: Page) -> list[int]:
    return [int(one[-1]) for one in ids(page)]


def test_a_list_of_two_categories_has_each_paper_once(browser: Browser, lists_url: str) -> None:
    with opened(browser, f"{lists_url}/list/?of=cs.CL,cs.AI&from=all") as page:
        assert sorted(places(page)) == [0, 1, 2, 3, 4, 5, 6]
        new = page.locator("section[aria-labelledby=new] article")
        assert new.count() == 7
        assert page.locator(".part").all_inner_texts() == [
            "Tuesday, 26 March 2024",
            "Monday, 25 March 2024",
        ]
        assert page.locator(".index").all_text_contents() == [f"#{n}" for n in range(1, 8)]
        page.locator("#filter").fill("author:keiko")
        assert shown(page) < 7
        assert "of=cs.CL,cs.AI&from=all&q=author" in address(page)


def test_a_category_left_out_takes_its_cross_lists_along(browser: Browser, lists_url: str) -> None:
    with opened(browser, f"{lists_url}/list/?of=cs.CL&from=all") as page:
        crossed = page.locator("article:has(.subjects > :text-is('stat.ML'))").count()
        total = shown(page)
        page.goto(f"{lists_url}/list/?of=cs.CL,-stat.ML&from=all")
        page.wait_for_selector("html[data-ready]", state="attached")
        assert shown(page) == total - crossed


def test_the_choice_is_made_by_buttons_and_kept(browser: Browser, lists_url: str) -> None:
    with opened(browser, f"{lists_url}/list/") as page:
        page.click(".chooser summary")
        page.screenshot(path=SCREENSHOTS / "chooser-1440-light.png")
        page.click(".chooser button:has-text('cs.AI')")
        page.click("button:text-is('Show these')")
        page.wait_for_url("**/list/?of=cs.AI&from=visit")
        page.wait_for_selector("html[data-ready]", state="attached")
        assert sorted(places(page)) == [4, 5, 6]
        page.goto(f"{lists_url}/list/")
        page.wait_for_selector("html[data-ready]", state="attached")
        assert sorted(places(page)) == [4, 5, 6]
        page.goto(f"{lists_url}/desk/")
        page.click("text=of: cs.AI")
        page.wait_for_url("**/list/?of=cs.AI")


def test_since_the_last_visit_means_the_days_that_came_since(browser: Browser, tmp_path: Path) -> None:
    build_lists(tmp_path, (MONDAY,))
    with served(tmp_path) as url, opened(browser, f"{url}/list/") as page:
        assert sorted(places(page)) == [0, 1, 2]
        build_lists(tmp_path)
        for _ in range(2):  # reading it again is the same visit
            page.goto(f"{url}/list/")
            page.wait_for_selector("html[data-ready]", state="attached")
            assert sorted(places(page)) == [2, 3, 4, 5, 6]


def test_a_list_that_could_not_be_read_is_named(browser: Browser, lists_url: str) -> None:
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    page.route("**/arxiv/cs.AI/2024-03-26/", lambda route: route.abort())
    page.goto(f"{lists_url}/list/?of=cs.CL,cs.AI&from=1")
    page.wait_for_selector("html[data-ready]", state="attached")
    assert "/arxiv/cs.AI/2024-03-26/" in page.locator(".trouble").inner_text()
    assert sorted(places(page)) == [2, 3, 4, 5]
    context.close()


def test_home_tells_what_was_not_seen(browser: Browser, lists_url: str) -> None:
    with opened(browser, f"{lists_url}/") as page:
        page.wait_for_selector(".unread:not([hidden]) a")
        assert page.locator(".unread:not([hidden]) a").all_inner_texts() == ["5 not seen", "4 not seen"]
        page.locator(".unread:not([hidden]) a").first.click()
        page.wait_for_url("**/list/?of=cs.CL&from=all&show=unread")
        page.wait_for_selector("html[data-ready]", state="attached")
        assert shown(page) == 5
        page.click(".more-choices summary")
        page.click("button:text-is('Mark all as seen')")
        page.wait_for_selector(".toast:has-text('Marked as seen: 5')")
        assert shown(page) == 0
        page.goto(f"{lists_url}/")
        page.wait_for_selector(".unread:not([hidden]) a")
        assert page.locator(".unread:not([hidden]) a").all_inner_texts() == ["2 not seen"]


def test_marking_all_as_seen_is_undone(browser: Browser, lists_url: str) -> None:
    with opened(browser, f"{lists_url}/list/?of=cs.CL&from=1&show=unread") as page:
        before = ids(page)
        page.click(".more-choices summary")
        page.click("button:text-is('Mark all as seen')")
        page.click(".toast button:text-is('Undo')")
        page.wait_for_selector(".toast:has-text('Undone')")
        assert ids(page) == before


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_screenshots_of_my_list(browser: Browser, lists_url: str, width: int, scheme: str) -> None:
    with opened(browser, f"{lists_url}/list/?of=cs.CL,cs.AI&from=all&choose", width, scheme) as page:
        star_first(page)
        page.screenshot(path=SCREENSHOTS / f"mine-{width}-{scheme}.png")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_javascript_each_category_is_linked(browser: Browser, lists_url: str) -> None:
    with opened(browser, f"{lists_url}/list/", scripts=False) as page:
        assert page.locator(".chooser a").count() == 2
        page.click(".chooser a:has-text('cs.AI')")
        page.wait_for_url("**/arxiv/cs.AI/")
