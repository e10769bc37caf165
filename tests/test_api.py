"""The query API: papers by id and by search, and the many ways in which it says nothing."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import (
    EmptyBody,
    FeedError,
    FeedErrorReply,
    ForbiddenXml,
    NotAFeed,
    NotXml,
    SuspectPage,
)
from aggregator.models import Answer, Kind, Record, Version
from aggregator.sources.api import ApiPage, parse, query_urls, search_url

BASE = "https://export.arxiv.org/api/query"
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
FOUND = ("api_cs.AI-LG-CL_2026-05-13", "id_1707.08567", "id_quant-ph_0201082v1", "q_testing")
EMPTY = ("id_0000.0000", "id_0808.05394")


def answer(body: str | bytes) -> Answer:
    return Answer(BASE, 200, {}, body.encode() if isinstance(body, str) else body, NOW)


def feed(*entries: str, total: int | str = 1, start: int = 0) -> str:
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n<feed xmlns:opensearch='http://a9.com/-/spec/opensearch/1.1/'"
        " xmlns:arxiv='http://arxiv.org/schemas/atom' xmlns='http://www.w3.org/2005/Atom'>\n"
        f"<opensearch:totalResults>{total}</opensearch:totalResults>"
        f"<opensearch:startIndex>{start}</opensearch:startIndex>{''.join(entries)}</feed>\n"
    )


ENTRY = """<entry>
    <id>http://arxiv.org/abs/2611.00001v3</id>
    <title>On n &lt; m</title>
    <updated>2026-11-22T17:59:47Z</updated>
    <summary>  We show
it.
</summary>
    <category term="cs.AI" scheme="http://arxiv.org/schemas/atom"/>
    <category term="cs.CL" scheme="http://arxiv.org/schemas/atom"/>
    <category term="68T50" scheme="http://arxiv.org/schemas/atom"/>
    <category term="I.2.7" scheme="http://arxiv.org/schemas/atom"/>
    <published>2026-11-20T08:01:02Z</published>
    <arxiv:comment>9 pages</arxiv:comment>
    <arxiv:journal_ref>J. 1 (2026)</arxiv:journal_ref>
    <arxiv:doi>10.1/2</arxiv:doi>
    <arxiv:primary_category term="cs.CL"/>
    <author><name>Ada Ng</name><arxiv:affiliation>X, Y</arxiv:affiliation></author>
    <author><name>Bo Roe</name></author>
</entry>"""
ERROR = """<entry><id>https://arxiv.org/api/errors#incorrect_id_format_for_abc</id><title>Error</title>
<summary>incorrect id format for abc</summary></entry>"""

# ── what is asked ──


def test_papers_are_asked_for_once_each_in_pages() -> None:
    some = ["2401.00001", "arXiv:hep-th/9901001v2", "https://arxiv.org/abs/2401.00001", "2401.00002"]
    assert query_urls(BASE, some, page=2) == [
        f"{BASE}?id_list=2401.00001,hep-th/9901001v2&start=0&max_results=2",
        f"{BASE}?id_list=2401.00002&start=0&max_results=1",
    ]
    assert query_urls(BASE, []) == []


def test_what_is_no_id_is_not_asked_for() -> None:
    with pytest.raises(ValueError):
        query_urls(BASE, ["2401.00001", "abc"])


@given(st.text(max_size=40), st.integers(0, 30_000), st.integers(1, 5_000))
def test_a_search_says_what_it_means(query: str, start: int, page: int) -> None:
    url = search_url(BASE, query, start, page)
    asked = parse_qs(urlsplit(url).query, keep_blank_values=True)
    assert asked["search_query"] == [query]
    assert (asked["start"], asked["max_results"]) == ([str(start)], [str(min(page, 2_000))])
    assert (asked["sortBy"], asked["sortOrder"]) == (["submittedDate"], ["ascending"])


# ── what is answered ──


def test_an_entry_becomes_a_record() -> None:
    page = parse(answer(feed(ENTRY)))
    assert page.records == (
        Record(
            "2611.00001",
            date(2026, 11, 22),
            False,
            ("cs.CL", "cs.AI"),
            "On n < m",
            "  We show\nit.\n",
            "Ada Ng (X, Y), Bo Roe",
            comments="9 pages",
            journal_ref="J. 1 (2026)",
            doi="10.1/2",
            created=date(2026, 11, 20),
            updated=date(2026, 11, 22),
            versions=(
                Version(1, datetime(2026, 11, 20, 8, 1, 2, tzinfo=UTC)),
                Version(3, datetime(2026, 11, 22, 17, 59, 47, tzinfo=UTC)),
            ),
        ),
    )
    assert page.records[0].entry(Kind.REPLACE).version == 3


def test_a_first_version_is_one_version() -> None:
    (found,) = parse(answer(feed(ENTRY.replace("v3", "v1")))).records
    assert [version.number for version in found.versions] == [1]


def test_an_id_without_version_says_nothing_of_versions() -> None:
    (found,) = parse(answer(feed(ENTRY.replace("v3", "")))).records
    assert (found.versions, found.entry(Kind.NEW).version) == ((), None)


@pytest.mark.parametrize(
    "bad",
    [
        ENTRY.replace("2611.00001v3", "../etc"),
        ENTRY.replace("On n &lt; m", " "),
        ENTRY.replace("2026-11-22T17:59:47Z", "lately"),
        ENTRY.replace("cs.", "CS:"),
    ],
)
def test_an_entry_that_is_no_paper_is_refused_by_itself(bad: str) -> None:
    page = parse(answer(feed(bad, ENTRY, total=2)))
    assert (len(page.records), len(page.refused), page.next_start) == (1, 1, None)


def test_a_short_page_is_followed_from_its_own_end() -> None:
    assert parse(answer(feed(ENTRY, total=500, start=100))).next_start == 101
    assert parse(answer(feed(ENTRY, total=101, start=100))).next_start is None


@pytest.mark.parametrize(
    "entry",
    [ERROR, ERROR.replace("api/errors#incorrect_id_format_for_abc", "help")],
    ids=["today", "title only"],
)
def test_an_error_entry_is_an_error_not_a_paper_A22(entry: str) -> None:
    with pytest.raises(FeedErrorReply, match="incorrect id format for abc"):
        parse(answer(feed(entry)))


def test_a_paper_may_be_called_error() -> None:
    (found,) = parse(answer(feed(ENTRY.replace("On n &lt; m", "Error")))).records
    assert found.title == "Error"


def test_an_empty_page_in_mid_result_is_suspect_A21() -> None:
    with pytest.raises(SuspectPage, match="no entries from 100 on, of 500"):
        parse(answer(feed(total=500, start=100)))


def test_an_empty_result_is_an_answer_A21() -> None:
    assert parse(answer(feed(total=0))) == ApiPage((), 0, 0)
    assert parse(answer(feed(total=500, start=500))).next_start is None


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("", EmptyBody),
        ("\n \n", EmptyBody),
        ("Rate exceeded.", NotXml),
        (feed(ENTRY)[:-20], NotXml),
        (feed(ENTRY).replace("UTF-8", "klingon"), NotXml),
        ("<!DOCTYPE html><html><p>Just a moment...", NotAFeed),
        (" <html><p>log in<br></html>", NotAFeed),
        ("<rss version='2.0'/>", NotAFeed),
        (feed(ENTRY, total=""), NotAFeed),
        (feed(ENTRY, total="many"), NotAFeed),
        ("<!DOCTYPE feed [<!ENTITY a 'b'>]><feed>&a;</feed>", ForbiddenXml),
    ],
)
def test_what_is_no_answer_has_its_own_error(body: str, error: type[FeedError]) -> None:
    with pytest.raises(FeedError) as caught:
        parse(answer(body))
    assert type(caught.value) is error


def test_no_cut_passes_for_a_page() -> None:
    body = feed(ENTRY).rstrip()
    for end in range(len(body)):
        with pytest.raises((NotXml, EmptyBody)):
            parse(answer(body[:end]))


# ── the recordings ──


def recorded(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Status and body of each recorded exchange, by name."""
    found = {path.stem: (200, path.read_bytes()) for path in (folder / "api").glob("*.xml")}
    for path in (folder / "api").glob("*.json"):
        exchange = json.loads(path.read_text())
        found[path.stem] = (exchange["status_code"], exchange["body"].encode())
    return found


@pytest.mark.recordings
def test_recorded_answers_give_exactly_their_entries(recordings: Path) -> None:
    checked = 0
    for name, (status, body) in recorded(recordings).items():
        if status == 400:
            with pytest.raises(FeedErrorReply, match="incorrect id format"):
                parse(answer(body))
            continue
        assert name.startswith((*FOUND, *EMPTY)), f"an unknown recording: {name}"
        page = parse(answer(body))
        assert [
            (paper.arxiv_id, paper.title, paper.abstract, paper.authors) for paper in page.records
        ] == by_tree(body)
        assert (page.refused, bool(page.records)) == ((), name.startswith(FOUND))
        checked += 1
    assert checked == 10


def by_tree(body: bytes) -> list[tuple[str, str, str, str]]:
    """Id, title, abstract, authors, read independently."""
    ns = {"a": "http://www.w3.org/2005/Atom"}
    return [
        (
            entry.findtext("a:id", "", ns).removeprefix("http://arxiv.org/abs/").rpartition("v")[0],
            entry.findtext("a:title", "", ns),
            entry.findtext("a:summary", "", ns),
            ", ".join((name.text or "").strip() for name in entry.findall("a:author/a:name", ns)),
        )
        for entry in ET.fromstring(body).findall("a:entry", ns)
    ]


@pytest.mark.recordings
def test_recorded_pages_of_a_search_go_on_where_they_end(recordings: Path) -> None:
    page = parse(answer(recorded(recordings)["q_testing_s5_m15_bbcf6b23085b"][1]))
    assert (page.start, len(page.records), page.next_start, page.total) == (5, 15, 20, 214881)
