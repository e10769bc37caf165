"""The same pages in WebKit, the engine of Safari: formulas, keys, stars, the filter, the desk."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import webkit

VISIBLE = "[...document.querySelectorAll('article')].filter(one => one.checkVisibility()).length"
READY = "return !!document.querySelector('.filter-line textarea')"


@pytest.fixture(scope="module")
def safari(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webkit.WebKit]:
    if missing := webkit.missing():
        if os.environ.get("CI") == "true":
            pytest.fail(f"no {missing}")
        pytest.skip(f"no {missing}")
    with webkit.window(tmp_path_factory.mktemp("webkit")) as window:
        yield window


def test_a_bracket_of_a_formula_does_not_hang_over_the_letter_before_it(
    safari: webkit.WebKit, site_url: str
) -> None:
    """WebKit hangs opening brackets of what inherits `hanging-punctuation`, as abstracts ask for."""
    safari.open(f"{site_url}/arxiv/cs.CL/")
    found = safari.run(
        "const style = one => getComputedStyle(document.querySelector(one)).hangingPunctuation;"
        "return [style('.summary'), style('.summary math')]"
    )
    assert found == ["first", "none"]
    assert "Aggregator Maths" in safari.run(
        "return getComputedStyle(document.querySelector('math')).fontFamily"
    )


def test_keys_star_and_filter_and_the_desk_has_it(safari: webkit.WebKit, site_url: str) -> None:
    safari.open(f"{site_url}/arxiv/cs.CL/")
    safari.wait(READY)
    every = safari.run(f"return {VISIBLE}")
    safari.press("js")
    assert safari.wait("return document.querySelectorAll('article [aria-pressed=true]').length") == 1
    starred = safari.run("return document.querySelector('article:has([aria-pressed=true])').id")
    safari.press("/")
    safari.press("zzzz")
    assert safari.wait(f"return {VISIBLE} === 0")
    assert safari.wait("return location.href.includes('q=zzzz')")
    safari.press("\ue003" * 4)  # Backspace
    assert safari.wait(f"return {VISIBLE} === {every}")
    safari.open(f"{site_url}/desk/")
    assert safari.wait("return document.querySelector('main').innerText.includes('1 paper')")
    assert safari.run(f"return !!document.querySelector('main [href*=\"/{starred}/\"]')")


def test_no_page_is_wider_than_its_window(safari: webkit.WebKit, site_url: str) -> None:
    for path in ("/", "/arxiv/cs.CL/", "/status/", "/desk/", "/categories/"):
        safari.open(site_url + path)
        wide, window = safari.run("return [document.documentElement.scrollWidth, innerWidth]")
        assert wide <= window, path
