"""The pages in a real browser: nothing from outside runs, nothing overflows a phone, everything can be reached."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, Request

pytestmark = pytest.mark.browser

SCREENSHOTS = Path(__file__).parents[2] / "data" / "screenshots"
WIDTHS = {360: 780, 768: 1024, 1440: 900}
DAY, HOME, PAPER, LOST, DESK = "/arxiv/cs.CL/2024-03-26/", "/", "/arxiv/2403.10000/", "/404.html", "/desk/"
HOSTILE = ("/arxiv/cs.AI/2024-03-26/", "/arxiv/2403.66666/", "/arxiv/2024-03-26/", HOME)
WEEK, MONTH, YEAR = "/arxiv/cs.CL/2024-W13/", "/arxiv/cs.CL/2024-03/", "/arxiv/cs.CL/2024/"
KINDS = {
    "day": DAY, "home": HOME, "paper": PAPER, "404": LOST, "desk": DESK, "status": "/status/",
    "week": WEEK, "month": MONTH, "year": YEAR, "categories": "/categories/",
    "list": "/list/", "offline": "/offline/",
}  # fmt: skip

# What sticks out of the page, though it neither scrolls by itself nor stands inside something that does.
_STICKING_OUT = """() => {
  const scrolls = e => { for (; e && e !== document.body; e = e.parentElement)
    if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(e).overflowX)) return true; return false; };
  return [...document.querySelectorAll('body *')].filter(e => {
    const box = e.getBoundingClientRect();
    return e.checkVisibility() && box.width > 1 && box.right > innerWidth + 1 && !scrolls(e);
  }).map(e => e.outerHTML.slice(0, 120)); }"""

_SMALL_CONTROLS = """() => [...document.querySelectorAll(
    '.control, .links a, select, textarea, summary, .site-name, .back, .day')]
  .map(e => [e.textContent.trim(), e.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.height < 43.9 || box.width < 43.9))
  .map(([text, box]) => `${text}: ${box.width} x ${box.height}`)"""


_BLOCKED = "Service Worker registration blocked by Playwright"


@contextmanager
def opened(
    browser: Browser,
    url: str,
    width: int = 1440,
    scheme: str = "light",
    *,
    scripts: bool = True,
    worker: bool = False,
) -> Iterator[Page]:
    """The page at `url`, as a phone when it is narrow. A message on the console or a request elsewhere fails."""
    phone = width < 500
    context = browser.new_context(
        viewport={"width": width, "height": WIDTHS[width]},
        color_scheme="dark" if scheme == "dark" else "light",
        has_touch=phone,
        is_mobile=phone,
        java_script_enabled=scripts,
        service_workers="allow" if worker else "block",
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    said: list[str] = []
    asked: list[str] = []

    def dialog(shown: Dialog) -> None:
        said.append(f"dialog: {shown.message}")
        shown.dismiss()

    def request(sent: Request) -> None:
        asked.append(sent.url)

    page.on("console", lambda message: said.append(message.text) if message.text != _BLOCKED else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", dialog)
    page.on("request", request)
    try:
        page.goto(url, wait_until="load")
        if scripts:
            page.wait_for_selector("html[data-ready]", state="attached")
        yield page
        origin = "/".join(url.split("/")[:3]) + "/"
        assert said == []
        assert [address for address in asked if not address.startswith(origin)] == []
    finally:
        context.close()


@pytest.mark.parametrize("path", HOSTILE)
def test_hostile_text_is_inert(browser: Browser, site_url: str, path: str) -> None:
    with opened(browser, site_url + path) as page:
        assert page.locator("iframe, object, embed, style, main form").count() == 0
        assert page.locator("form").count() == page.locator(".site-head > form.site-search").count() == 1
        assert (
            page.locator("script:not([type='application/ld+json'])").count()
            == page.locator("head > :is(script[src^='/assets/main.'], script[src^='/assets/early.'])").count()
            == 2
        )
        assert page.evaluate(
            "[...document.images].map(i => i.getAttribute('src')).every(s => s.startsWith('/assets/'))"
        )
        assert page.title() not in ("owned", "1")
        assert page.evaluate(
            "[...document.querySelectorAll('*')].every(e => e.getAttributeNames().every(n => !n.startsWith('on')))"
        )
        assert "{{7*7}}" in (page.text_content("body") or "")
        protocols = page.evaluate("[...new Set([...document.links].map(a => a.protocol))]")
        assert set(protocols) <= {"http:", "https:"}


def test_an_author_of_a_hostile_name_can_be_clicked_safely(browser: Browser, site_url: str) -> None:
    with opened(browser, f"{site_url}/arxiv/2403.66666/") as page:
        links = page.evaluate("[...document.querySelectorAll('a.author')].map(a => a.origin + a.pathname)")
        assert set(links) == {f"{site_url}/arxiv/search"}


def test_the_policy_lets_in_only_what_is_ours(browser: Browser, site_url: str) -> None:
    with opened(browser, site_url + DAY) as page:
        policy = page.get_attribute("meta[http-equiv='Content-Security-Policy']", "content")
        assert policy is not None
        assert policy.startswith("default-src 'none'")
        assert "script-src 'self';" in policy
        assert page.evaluate("document.styleSheets.length") == 1
        assert page.evaluate("getComputedStyle(document.querySelector('.site-head')).display") == "flex"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", KINDS)
def test_no_page_is_wider_than_its_window(browser: Browser, site_url: str, name: str, width: int) -> None:
    with opened(browser, site_url + KINDS[name], width) as page:
        show_all(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(_STICKING_OUT) == []


@pytest.mark.parametrize("path", HOSTILE)
def test_hostile_text_does_not_widen_a_phone(browser: Browser, site_url: str, path: str) -> None:
    with opened(browser, site_url + path, 360) as page:
        show_all(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("name", KINDS)
def test_controls_are_large_enough_for_a_finger(browser: Browser, site_url: str, name: str) -> None:
    with opened(browser, site_url + KINDS[name], 360) as page:
        show_all(page)
        assert page.evaluate(_SMALL_CONTROLS) == []


def test_a_long_formula_scrolls_inside_itself_on_a_phone(browser: Browser, site_url: str) -> None:
    with opened(browser, site_url + DAY, 360) as page:
        show_all(page)
        wide = "[...document.querySelectorAll('math')].filter(m => m.scrollWidth > m.clientWidth + 1 && m.clientWidth)"
        assert page.evaluate(f"{wide}.length") > 0
        assert page.evaluate(f"{wide}.every(m => m.getBoundingClientRect().right <= innerWidth)")


def test_the_first_key_reaches_the_skip_link(browser: Browser, site_url: str) -> None:
    with opened(browser, site_url + DAY) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        box = page.locator(".skip").bounding_box()
        assert box is not None
        assert box["y"] >= 0
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


def test_focus_can_be_seen_on_every_link(browser: Browser, site_url: str) -> None:
    with opened(browser, site_url + PAPER) as page:
        for _ in range(6):
            page.keyboard.press("Tab")
            style = page.evaluate(
                "(e => [e.outlineStyle, e.outlineWidth])(getComputedStyle(document.activeElement))"
            )
            assert style == ["solid", "3px"]


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("section", ["new", "cross", "replace"])
def test_a_section_link_lands_on_its_section(
    browser: Browser, site_url: str, section: str, width: int
) -> None:
    with opened(browser, site_url + DAY, width) as page:
        page.click(f'.rail-sections a[href="#{section}"]')
        page.wait_for_timeout(300)
        top = page.evaluate(f"document.getElementById('{section}').getBoundingClientRect().top")
        assert -2 <= top <= 60


@pytest.mark.parametrize("path", [DAY, HOME])
def test_a_phone_reaches_the_calendar_from_anywhere_in_the_list(
    browser: Browser, site_url: str, path: str
) -> None:
    with opened(browser, site_url + path, 360, scripts=False) as page:
        page.evaluate("scrollTo(0, 4000)")
        page.click(".to-calendar a")
        page.wait_for_timeout(300)
        top, bottom = page.evaluate(
            "(b => [b.top, b.bottom])(document.querySelector('.rail-calendar').getBoundingClientRect())"
        )
        assert 0 <= top < bottom <= 780
        assert page.locator(".rail-periods a").first.is_visible()


def test_beside_the_list_no_link_to_the_calendar_is_needed(browser: Browser, site_url: str) -> None:
    with opened(browser, site_url + DAY, scripts=False) as page:
        assert not page.locator(".to-calendar").is_visible()


@pytest.mark.parametrize("language", ["en", "de", "ar", "pl"])
def test_the_bar_of_sections_is_one_line_with_the_calendar_in_sight(
    browser: Browser, site_url: str, language: str
) -> None:
    with opened(browser, site_url + DAY, 360) as page:
        page.evaluate(f"localStorage.setItem('language', '{language}')")
        page.reload()
        page.wait_for_selector(f"html[data-ready][lang={language}]", state="attached")
        page.evaluate("scrollTo(0, 2000)")
        assert page.locator(".rail-sections").bounding_box()["height"] <= 60  # type: ignore[index]
        link = page.locator(".to-calendar").bounding_box()
        assert link is not None
        assert 0 <= link["x"] <= link["x"] + link["width"] <= 360
        page.screenshot(path=SCREENSHOTS / f"day-360-{language}.png")


def test_subjects_are_as_large_as_a_finger_and_do_not_overlap(browser: Browser, site_url: str) -> None:
    with opened(browser, site_url + DAY, 360) as page:
        show_all(page)
        assert page.evaluate(_SUBJECTS) == []


# A subject that is low, or whose room is another control's too, or sticks out of its card.
_SUBJECTS = """() => [...document.querySelectorAll('.papers .subjects > *')].filter(one => {
  const box = one.getBoundingClientRect(), card = one.closest('article');
  const meets = other => { const at = other.getBoundingClientRect(); return other !== one && at.height &&
    at.left < box.right - .1 && box.left < at.right - .1 && at.top < box.bottom - .1 && box.top < at.bottom - .1; };
  return box.height < 44 || box.bottom > card.getBoundingClientRect().bottom + .1
    || [...card.querySelectorAll('a, button, summary')].some(meets);
}).map(one => one.outerHTML)"""


def test_the_day_and_its_paper_link_each_other(browser: Browser, site_url: str) -> None:
    with opened(browser, site_url + PAPER) as page:
        page.click(".back")
        page.wait_for_url("**/arxiv/2024-03-26/#2403.10000")
        assert page.locator("article:target h2.title .index").inner_text() == "#1"
        page.click("article:target a.title-link")
        page.wait_for_url(f"**{PAPER}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", KINDS)
def test_text_has_contrast(browser: Browser, site_url: str, name: str, scheme: str) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1 between every text and what is behind it."""
    with opened(browser, site_url + KINDS[name], scheme=scheme) as page:
        assert page.evaluate(_LOW_CONTRAST) == []


@pytest.mark.parametrize("name", ["day", "paper"])
def test_a_dark_page_is_printed_dark_on_white(browser: Browser, site_url: str, name: str) -> None:
    with opened(browser, site_url + KINDS[name], scheme="dark") as page:
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
        assert page.evaluate(_LOW_CONTRAST) == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_printed_list_names_the_address_of_each_paper(
    browser: Browser, site_url: str, scripts: bool
) -> None:
    """In the page's words "arXiv" has no size; the address stands in its place, and nothing else of the links."""
    with opened(browser, site_url + DAY, scripts=scripts) as page:
        page.emulate_media(media="print")
        shown = "article.paper:first-of-type .links > :visible"
        assert page.locator(shown).first.get_attribute("href") == "https://arxiv.org/abs/2403.10000"
        printed = page.evaluate(_PRINTED)
        assert len(printed) == 36
        assert {(links, words, said) for links, words, said, _ in printed} == {(1, "0px", "attr(href)")}
        assert max(height for *_, height in printed) < 60  # no room is left for what is not printed


_PRINTED = """() => [...document.querySelectorAll('article.paper')].map(one => {
  const link = one.querySelector('.link-arxiv');
  const said = getComputedStyle(link, '::after').content;
  return [[...one.querySelectorAll('.links > *')].filter(e => e.checkVisibility()).length,
    getComputedStyle(link).fontSize, said === JSON.stringify(link.getAttribute('href')) ? 'attr(href)' : said,
    one.querySelector('.foot').getBoundingClientRect().height]; })"""


_LOW_CONTRAST = """() => {
  const light = c => { const v = c / 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
  const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
  const colour = s => s.match(/[\\d.]+/g).map(Number);
  const behind = e => { for (; e; e = e.parentElement) {
    const c = colour(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] === 1) return c; }
    return [255, 255, 255]; };
  return [...document.querySelectorAll('body *')]
    .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
    .map(e => { const a = luminance(colour(getComputedStyle(e).color)), b = luminance(behind(e));
      return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.outerHTML.slice(0, 100)]; })
    .filter(([ratio]) => ratio < 4.5); }"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", KINDS)
def test_screenshots(browser: Browser, site_url: str, name: str, width: int, scheme: str) -> None:
    """Kept under data/screenshots/, to be looked at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with opened(browser, site_url + KINDS[name], width, scheme) as page:
        shot = page.screenshot(path=SCREENSHOTS / f"{name}-{width}-{scheme}.png")
        assert len(shot) > 5_000
        background = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert background == {"light": "rgb(252, 251, 248)", "dark": "rgb(22, 24, 26)"}[scheme]


def show_all(page: Page) -> None:
    """Lay out what `content-visibility` left out, so that sizes can be measured."""
    page.evaluate("""() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('.papers .paper { content-visibility: visible !important }');
      document.adoptedStyleSheets = [sheet]; }""")
