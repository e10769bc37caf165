"""Feeds: valid to the letter, with text for those who read text and XHTML for those who read that."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import pytest
from fakes_site import MONDAY, TUESDAY, golden_pages, listing, paper, real_looking_day, real_looking_papers
from feed_rules import ATOM, XHTML, atom_faults, json_faults, opml_faults

from aggregator.models import DayPapers, Kind, Page
from aggregator.settings import SiteSettings
from aggregator.site import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(SiteSettings(), tmp_path, categories=("cs.CL", "cs.AI"))


@pytest.fixture
def feeds(site: Site) -> dict[str, Page]:
    endings = ("feed.xml", "week.xml", "feed.json", ".opml")
    return {page.path: page for page in golden_pages(site) if page.path.endswith(endings)}


def test_every_list_has_its_feeds(feeds: dict[str, Page]) -> None:
    for folder in ("", "arxiv/cs.CL/", "arxiv/cs.AI/"):
        assert {f"{folder}feed.xml", f"{folder}week.xml", f"{folder}feed.json"} <= feeds.keys()
    assert "arxiv/cs.CL/2024-03-25/feed.xml" in feeds


def test_every_feed_is_valid(feeds: dict[str, Page]) -> None:
    """Hostile text included: a golden paper is full of it."""
    rules = {".xml": atom_faults, ".json": json_faults, ".opml": opml_faults}
    for path, page in feeds.items():
        assert rules[Path(path).suffix](page.body) == [], path


def test_feedparser_finds_nothing_odd(feeds: dict[str, Page]) -> None:
    for path, page in feeds.items():
        if path.endswith(".xml"):
            found = feedparser.parse(page.body)
            assert (found.bozo, found.version) == (False, "atom10"), path
            assert len(found.entries) == page.body.count(b"<entry>")


def test_an_invalid_feed_is_found_out(feeds: dict[str, Page]) -> None:
    body = feeds["feed.xml"].body
    broken = {
        "no id": (b"<id>https://arxiv.org/abs/2403.00001</id>", b""),
        "no date": (b"<updated>2024-03-26T00:00:00Z", b"<updated>yesterday"),
        "two titles": (b"</title>", b"</title><title>again</title>"),
        "no term": (b'term="cs.CL"', b""),
        "relative": (b'href="https://arxiv.org/abs/2403.00001"', b'href="/abs/2403.00001"'),
        "mathematics": (b"<p>Ada", b'<math xmlns="http://www.w3.org/1998/Math/MathML"/><p>Ada'),
    }
    for name, (old, new) in broken.items():
        changed = body.replace(old, new, 1)
        assert changed != body, name
        assert atom_faults(changed) != [], name


def test_content_is_xhtml_and_summary_text_both_without_mathml(feeds: dict[str, Page]) -> None:
    root = ElementTree.fromstring(feeds["arxiv/cs.CL/feed.xml"].body)
    first = next(iter(root.iter(f"{ATOM}entry")))
    content = first.find(f"{ATOM}content/{XHTML}div")
    assert content is not None
    lines = ["".join(line.itertext()) for line in content]
    assert lines[0] == "Ada Beispiel, Bo Exempel"
    assert lines[1] == first.findtext(f"{ATOM}summary")
    assert lines[-1] == "arXiv PDF HTML"
    assert b"MathML" not in feeds["arxiv/cs.CL/feed.xml"].body


def test_json_says_the_same_as_atom(feeds: dict[str, Page]) -> None:
    atom = ElementTree.fromstring(feeds["arxiv/cs.CL/feed.xml"].body)
    items = json.loads(feeds["arxiv/cs.CL/feed.json"].body)["items"]
    assert [item["id"] for item in items] == [e.findtext(f"{ATOM}id") for e in atom.iter(f"{ATOM}entry")]
    assert [item["title"] for item in items] == [
        e.findtext(f"{ATOM}title") for e in atom.iter(f"{ATOM}entry")
    ]
    assert [item["_arxiv"]["announce_type"] for item in items] == ["new", "new", "cross", "replace"]
    assert items[0]["tags"] == ["cs.CL", "cs.AI"]
    assert items[0]["attachments"][0]["url"] == "https://arxiv.org/pdf/2403.00001"


def test_a_week_has_new_papers_and_cross_lists_newest_day_first(site: Site) -> None:
    one, two, three = (paper(f"2403.0000{n}") for n in (1, 2, 3))
    days = [
        DayPapers(MONDAY, listing(site, [(one, Kind.NEW), (three, Kind.REPLACE)]).papers, 1),
        DayPapers(TUESDAY, listing(site, [(two, Kind.CROSS)]).papers, 3),
    ]
    page = site.week_feed("cs.CL", days)
    assert page.path == "arxiv/cs.CL/week.xml" == site.week_feed_path("cs.CL")
    found = ElementTree.fromstring(page.body)
    ids = [entry.findtext(f"{ATOM}id", "").rpartition("/")[2] for entry in found.iter(f"{ATOM}entry")]
    dates = [entry.findtext(f"{ATOM}updated", "")[:10] for entry in found.iter(f"{ATOM}entry")]
    assert ids == ["2403.00002", "2403.00001"]
    assert dates == ["2024-03-26", "2024-03-25"]


def test_two_versions_of_a_paper_in_one_list_are_one_entry(site: Site) -> None:
    one = paper("2403.00001")
    feed = site.list_pages(listing(site, [(one, Kind.NEW), (one, Kind.REPLACE)]), newest=False)[1]
    assert feed.body.count(b"<entry>") == 1


def test_opml_names_every_list(feeds: dict[str, Page]) -> None:
    root = ElementTree.fromstring(feeds["feeds.opml"].body)
    for outline in root.iter("outline"):
        assert outline.attrib["xmlUrl"].removeprefix("http://127.0.0.1:8000/") in feeds
    assert len(root.findall("body/outline")) == 3


def test_a_real_looking_feed_is_valid(site: Site) -> None:
    pages = site.list_pages(real_looking_day(site, real_looking_papers(30)), newest=True)
    assert [atom_faults(page.body) for page in pages if page.path.endswith(".xml")] == [[], []]
    assert [json_faults(page.body) for page in pages if page.path.endswith(".json")] == [[]]
