"""What others check: axe-core (WCAG 2.2 AA), the Nu HTML checker, and acorn that served scripts mean what ours say."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from fakes_site import golden_pages
from playwright.sync_api import Browser, Page
from rjsmin import jsmin
from test_pages_in_chromium import DAY, DESK, HOME, KINDS, PAPER, opened, show_all
from test_reading import star_first

from aggregator.settings import SiteSettings
from aggregator.site import Site

pytestmark = pytest.mark.browser

TOP = Path(__file__).parents[2]
_AXE = """async () => {
  const found = await axe.run(document, {
    runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
    rules: { 'target-size': { enabled: true } } });
  return found.violations.flatMap(rule =>
    rule.nodes.map(node => `${rule.id}: ${node.target} ${node.html.slice(0, 160)}`)); }"""

# Buttons come, and formulas that scroll can be reached with the keyboard, when a paper comes near the window.
_WALK = """async () => {
  for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight) {
    scrollTo(0, y);
    await new Promise(done => setTimeout(done, 30)); }
  scrollTo(0, 0); }"""


def violations(page: Page, tools: Path) -> list[str]:
    show_all(page)
    page.evaluate(_WALK)
    page.evaluate((tools / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    return list(page.evaluate(_AXE))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", KINDS)
def test_pages_have_no_barrier(
    browser: Browser, site_url: str, npm_tools: Path, name: str, scheme: str
) -> None:
    with opened(browser, site_url + KINDS[name], scheme=scheme) as page:
        assert violations(page, npm_tools) == []


@pytest.mark.parametrize("path", [DAY, HOME, PAPER])
def test_pages_on_a_phone_have_no_barrier(
    browser: Browser, site_url: str, npm_tools: Path, path: str
) -> None:
    with opened(browser, site_url + path, 360) as page:
        assert violations(page, npm_tools) == []


@pytest.mark.parametrize("path", [DAY, HOME, DESK])
def test_pages_from_right_to_left_have_no_barrier(
    browser: Browser, site_url: str, npm_tools: Path, path: str
) -> None:
    with opened(browser, site_url + path) as page:
        page.evaluate("localStorage.setItem('language', 'ar')")
        page.reload()
        page.wait_for_selector("html[data-ready][dir=rtl]", state="attached")
        assert violations(page, npm_tools) == []


def test_what_javascript_adds_has_no_barrier(browser: Browser, site_url: str, npm_tools: Path) -> None:
    with opened(browser, site_url + DAY) as page:
        page.click(".more-choices summary")
        page.locator("#filter").fill("sample")
        star_first(page)
        assert violations(page, npm_tools) == []
        for button in (".act-note", ".author", ".subjects > *"):
            page.locator(f"article.paper {button}").first.click()
            page.wait_for_selector("dialog")
            assert violations(page, npm_tools) == []
            page.keyboard.press("Escape")
        page.goto(site_url + DESK)
        page.wait_for_selector(".desk-item")
        assert violations(page, npm_tools) == []


def test_html_is_valid(npm_tools: Path, tmp_path: Path) -> None:
    """Every page of the golden site, which has every kind of page, and hostile papers on them."""
    site = Site(SiteSettings(), tmp_path, categories=("cs.CL", "cs.AI"))
    site.publish(golden_pages(site), keep=set())
    java = shutil.which("java")
    if java is None:
        pytest.skip("no java for the Nu checker")
    checker = npm_tools / "vnu-jar" / "build" / "dist" / "vnu.jar"
    command = [java, "-jar", str(checker), "--skip-non-html", "--format", "json", str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    found = [
        f"{one.get('url', '').removeprefix(f'file:{tmp_path}/')} {one['message']} {one.get('extract', '')[:120]}"
        for one in json.loads(told.stderr)["messages"]
        if one["type"] == "error"
    ]
    assert found == []


def test_minified_scripts_mean_the_same(npm_tools: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node")
    sources = {
        path.name: path.read_text(encoding="utf-8")
        for path in (TOP / "templates" / "static" / "js").glob("*.js")
    }
    pairs = {name: (text, str(jsmin(text))) for name, text in sources.items()}
    command = [node, str(Path(__file__).with_name("same_script.mjs"))]
    told = subprocess.run(command, input=json.dumps(pairs), capture_output=True, text=True, check=True)
    assert json.loads(told.stdout) == []
    wrong = json.dumps({"x.js": ("const a = () => /b/;", "const a=()=>/c/;")})
    told = subprocess.run(command, input=wrong, capture_output=True, text=True, check=True)
    assert json.loads(told.stdout) == ["x.js"]
