"""Zotero's own translators read our pages: COinS a list, Embedded Metadata a paper's page.

They are not in this repository and in no registry. To run them, put `COinS.js` and `Embedded Metadata.js` of
github.com/zotero/translators and `openurl.js` and `utilities.js` of github.com/zotero/utilities into a folder and name
it: `ZOTERO_TRANSLATORS=/path pytest tests/browser/test_zotero.py`. Without it `tests/zotero_rules.py` stands in.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes_site import golden_papers, hostile_paper, listing, real_looking_papers, record
from playwright.sync_api import Browser
from serving import maths, served

from aggregator.models import Kind, Paper
from aggregator.settings import SiteSettings
from aggregator.site import Site
from aggregator.site.cite import year_and_month
from aggregator.site.text import undirected

HOST = Path(__file__).parent.parent / "zotero_host.js"
FILES = {
    "coins": "COinS.js",
    "embedded": "Embedded Metadata.js",
    "openurl": "openurl.js",
    "utilities": "utilities.js",
}
Read = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def translators() -> dict[str, str]:
    folder = os.environ.get("ZOTERO_TRANSLATORS")
    if not folder:
        pytest.skip("no ZOTERO_TRANSLATORS: the folder with Zotero's translators")
    return {name: (Path(folder) / file).read_text(encoding="utf-8") for name, file in FILES.items()}


@pytest.fixture(scope="module")
def papers() -> list[Paper]:
    return [*real_looking_papers(200, maths=maths()), *golden_papers().values()]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, papers: list[Paper]) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("zotero")
    site = Site(SiteSettings(), folder, categories=("cs.CL",))
    day = listing(site, [(one, Kind.NEW) for one in papers])
    pages = [*site.list_pages(day, newest=True), *(site.paper_page(record(site, one)) for one in papers)]
    site.publish([*pages, *site.shared_pages([])], keep=set())
    with served(folder) as address:
        yield address


def read_by_zotero(browser: Browser, address: str, translators: dict[str, str]) -> Read:
    context = browser.new_context(bypass_csp=True, service_workers="block")
    page = context.new_page()
    page.goto(address)
    read: Read = page.evaluate(HOST.read_text(encoding="utf-8"), translators)
    context.close()
    return read


def words(text: str | None) -> str:
    """As Zotero's utilities leave it: a `+` is a blank to them."""
    return " ".join(undirected(text or "").replace("+", " ").split())


def name(given: str | None, family: str) -> str:
    """Without the dots and blanks of initials, which Zotero writes in its own way."""
    return "".join(words(f"{given or ''} {family}").replace(".", "").split())


def test_coins_finds_every_paper_of_a_list(
    request: pytest.FixtureRequest, translators: dict[str, str], url: str, papers: list[Paper]
) -> None:
    browser = request.getfixturevalue("browser")  # not before: CI lets no test with a browser be skipped
    read = read_by_zotero(browser, f"{url}/arxiv/cs.CL/", translators)["coins"]
    assert read["detected"] == "multiple"
    assert len(read["saved"]) == len(papers)
    for item, one in zip(read["saved"], papers, strict=True):
        assert item["itemType"] == "preprint"
        assert words(item["title"]) == words(one.title_text)
        assert item["url"] == f"https://arxiv.org/abs/{one.id}"
        assert item["date"] == "{}-{:02}".format(*year_and_month(one.id) or ("", 0))
        assert len(item["creators"]) == len([author for author in one.authors if words(author.name)])
        assert item.get("DOI", "") in words(one.doi)


def test_embedded_metadata_saves_a_papers_page(
    request: pytest.FixtureRequest, translators: dict[str, str], url: str, papers: list[Paper]
) -> None:
    browser = request.getfixturevalue("browser")
    plain = [one for one in golden_papers().values() if one.id != hostile_paper().id]
    for one in [*papers[:5], *plain]:
        read = read_by_zotero(browser, f"{url}/arxiv/{one.id}/", translators)
        assert read["coins"]["detected"] is False  # else it would come first
        (item,) = read["embedded"]["saved"]
        assert words(item["title"]) == words(one.title_text)
        assert words(item["abstractNote"]) == words(one.abstract_text)
        assert item["url"] == f"https://arxiv.org/abs/{one.id}"
        assert item["date"] == "{}/{:02}".format(*year_and_month(one.id) or ("", 0))
        assert item["attachments"] == [{"title": "Full Text PDF", "url": f"https://arxiv.org/pdf/{one.id}"}]
        names = [name(who.get("firstName"), who["lastName"]) for who in item["creators"]]
        assert names == [name("", author.name) for author in one.authors]
        assert item.get("DOI", "") in words(one.doi)
