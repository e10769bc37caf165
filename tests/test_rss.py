"""Feeds, from arXiv's own to hostile ones. Rows of facts/faults.md that are covered here:

N7 a body that ended early · N15 captive portal · H10 "Feed error" · H20 challenge page
A9 exactly 2,000 rows · A12 new and replaced in one feed · A15 aliases · A16 old and new ids · A23 missing and
unknown fields · A25 one guid twice
X1 cut at every byte · X2 billion laughs · X3 external entities · X6 huge tokens, deep nesting · X8 encodings,
NUL and control characters · X9 a body that names a file or an address · X11 text kept exactly · X12 odd ids ·
X13 long titles and author lists · X17 odd dates · X18 random bytes
"""

from __future__ import annotations

import re
import time
import tracemalloc
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from faultserver import FaultServer
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aggregator.errors import (
    EmptyBody,
    FeedError,
    FeedErrorReply,
    ForbiddenXml,
    NotAFeed,
    NotXml,
    WrongFeed,
)
from aggregator.models import Answer, Batch, Kind
from aggregator.sources.rss import feed_url, parse

URL = "https://rss.arxiv.org/rss/cs.LG"
RECEIVED = datetime(2026, 11, 1, tzinfo=UTC)
STAT = "rss_stat_2024-03-26.xml"
MULTI = "cs.LG+cs.AI+cs.CL+stat.ML"
RECORDED = {
    STAT: "stat",
    "rss_cs.CL_2026-04-27_trim.xml": "cs.CL",
    f"rss_multi_{MULTI}_2026-09-24_trim.xml": MULTI,
    "atom_cs.LG_2026-09-25_trim.xml": "cs.LG",
    "rss_cs_empty_2026-03-29.xml": "cs",
}
KINDS = {Kind.NEW: 35, Kind.CROSS: 27, Kind.REPLACE: 41, Kind.REPLACE_CROSS: 20}


def read(body: bytes, category: str = "cs.LG") -> Batch:
    return parse(Answer(URL, 200, {}, body, RECEIVED), category)


def item(
    guid: str = "oai:arXiv.org:2605.00001v1",
    *,
    title: str = "A sample",
    abstract: str = "Some words.",
    kind: str | None = "new",
    categories: str = "cs.LG stat.ML",
    more: str = "<dc:creator>Ada Sample, Bo Sample</dc:creator>",
) -> str:
    """An invented item; texts are escaped, `more` is markup."""
    announced = f"<arxiv:announce_type>{escape(kind)}</arxiv:announce_type>" if kind is not None else ""
    return (
        f"<item><title>{escape(title)}</title><link>https://arxiv.org/abs/2605.00001</link>"
        f"<description>arXiv:2605.00001v1 Announce Type: {escape(kind or '')} \n"
        f"Abstract: {escape(abstract)}</description>"
        f'<guid isPermaLink="false">{escape(guid)}</guid>'
        + "".join(f"<category>{name}</category>" for name in categories.split())
        + f"{announced}{more}</item>"
    )


def feed(
    *items: str,
    title: str = "cs.LG updates on arXiv.org",
    link: str = "http://rss.arxiv.org/rss/cs.LG",
    published: str = "Tue, 05 May 2026 00:00:00 -0400",
    built: str = "Tue, 05 May 2026 04:00:03 +0000",
    prefix: str = "arxiv",
) -> bytes:
    """arXiv's layout around invented items."""
    body = "".join(items).replace("<arxiv:", f"<{prefix}:").replace("</arxiv:", f"</{prefix}:")
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        f'<rss xmlns:{prefix}="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:atom="http://www.w3.org/2005/Atom" version="2.0"><channel>'
        f"<title>{title}</title><link>{link}</link><description>d</description>"
        f'<atom:link href="{link}" rel="self" type="application/rss+xml"/>'
        f"<lastBuildDate>{built}</lastBuildDate><pubDate>{published}</pubDate>"
        f"{body}</channel></rss>\n"
    ).encode()


# arXiv's own feeds


def recorded(folder: Path, name: str) -> bytes:
    return (folder / "rss" / name).read_bytes()


def test_every_recording_is_read(recordings: Path) -> None:
    """A recording that no test knows fails here."""
    assert {path.name for path in (recordings / "rss").glob("*.xml")} == RECORDED.keys()
    for name, category in RECORDED.items():
        batch = read(recorded(recordings, name), category)
        assert (batch.refused, batch.warnings, batch.truncated) == ((), {}, False)


def test_the_recorded_stat_feed_is_read_whole_and_in_order(recordings: Path) -> None:
    body = recorded(recordings, STAT)
    batch = read(body, "stat")
    assert Counter(entry.kind for entry in batch.entries) == KINDS
    guids = re.findall(r"<guid[^>]*>oai:arXiv\.org:([^<]+)</guid>", body.decode())
    assert [f"{entry.arxiv_id}v{entry.version}" for entry in batch.entries] == guids
    assert batch.declared_day == date(2024, 3, 26)
    assert batch.built_at == datetime(2024, 3, 26, 4, 0, 3, tzinfo=UTC)


def test_the_empty_sunday_feed_is_an_empty_batch(recordings: Path) -> None:
    batch = read(recorded(recordings, "rss_cs_empty_2026-03-29.xml"), "cs")
    assert batch == Batch("cs", date(2026, 3, 29), datetime(2026, 3, 29, 4, tzinfo=UTC), ())


def test_the_recorded_atom_feed_is_read(recordings: Path) -> None:
    batch = read(recorded(recordings, "atom_cs.LG_2026-09-25_trim.xml"))
    assert [entry.kind for entry in batch.entries] == [Kind.NEW, Kind.CROSS, Kind.REPLACE]
    assert [(entry.arxiv_id, entry.version) for entry in batch.entries][1:] == [
        ("2402.10149", 3),
        ("2401.08875", 3),
    ]
    assert batch.declared_day == date(2026, 9, 25)
    assert batch.built_at == datetime(2026, 9, 25, 4, 0, 11, 600500, tzinfo=UTC)
    first = batch.entries[0]
    assert first.categories == ("cs.LG", "cs.AI")
    assert first.authors.startswith("Quang Minh Nguyen, ")
    assert first.doi == "10.1109/MAPR72750.2026.11685822"
    assert first.license == "http://creativecommons.org/licenses/by/4.0/"
    assert first.journal_ref is not None
    assert first.abstract.startswith("Drug toxicity")


NAMES = {
    "title": "title",
    "abstract": "description",
    "authors": "{http://purl.org/dc/elements/1.1/}creator",
    "license": "{http://purl.org/dc/elements/1.1/}rights",
    "doi": "{http://arxiv.org/schemas/atom}DOI",
    "journal_ref": "{http://arxiv.org/schemas/atom}journal_reference",
}
ATOM_NAMES = {
    key: f"{{http://www.w3.org/2005/Atom}}{name}"
    for key, name in (("title", "title"), ("abstract", "summary"))
}


@pytest.mark.parametrize("name", RECORDED)
def test_every_text_is_what_a_second_parser_finds(name: str, recordings: Path) -> None:
    body = recorded(recordings, name)
    tree = ElementTree.fromstring(body)
    atom = tree.tag.endswith("feed")
    names = NAMES | (ATOM_NAMES if atom else {})
    items = list(tree.iter("{http://www.w3.org/2005/Atom}entry" if atom else "item"))
    entries = read(body, RECORDED[name]).entries
    assert len(items) == len(entries)
    for entry, element in zip(entries, items, strict=True):
        for key, tag in names.items():
            text = element.findtext(tag)
            if key == "abstract" and text:
                text = text.split("\nAbstract: ", 1)[1]
            assert getattr(entry, key) == text
        terms = [c.get("term") or c.text for c in element if c.tag.endswith("category")]
        assert list(entry.categories) == terms


def test_the_address_of_a_feed() -> None:
    assert feed_url("https://rss.arxiv.org/", "cs.LG") == "https://rss.arxiv.org/rss/cs.LG"
    assert feed_url("http://127.0.0.1:8000", "cs.LG+hep-th") == "http://127.0.0.1:8000/rss/cs.LG+hep-th"
    assert feed_url("https://x", "../a?b#c") == "https://x/rss/..%2Fa%3Fb%23c"


# texts


EXACT = [
    "if $a<b$ then $c>d$ & so on",
    "<script>alert(1)</script></title>",
    "two\n  lines\tand a tab",
    "  spaces around \n",
    "\u00a0no-break space\u2028",
    "\u00c3\u00a9 and \u00e2\u20ac\u2122, as somebody else wrote them",
    "C1 controls \u0085\u0092 stay",
    "&lt;b&gt; &amp;amp; &eacute;",
    "Andr\\'e, \u05d0\u05d1\u05d2 \U0001d538 \u202e \ufeff",
    "{{7*7}} {% x %} 'quoted' \"text\" -- ]]> -->",
    "0",
    " ",
]


@pytest.mark.parametrize("text", EXACT)
def test_X11_texts_are_kept_exactly(text: str) -> None:
    creator = f"<dc:creator>{escape(text)}</dc:creator>"
    (entry,) = read(feed(item(title=text, abstract=text, more=creator))).entries
    assert (entry.title, entry.abstract, entry.authors) == (text, text, text)


xml_text = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), min_size=1, max_size=80
)


@settings(max_examples=150, deadline=None)
@given(title=xml_text, abstract=xml_text)
def test_X11_any_text_is_kept_exactly(title: str, abstract: str) -> None:
    (entry,) = read(feed(item(title=title, abstract=abstract))).entries
    assert (entry.title, entry.abstract) == (title, abstract)


def test_cdata_is_text() -> None:
    body = feed(item(title="MARK")).replace(b"MARK", b"<![CDATA[$a<b$ &amp; <i>]]>")
    assert read(body).entries[0].title == "$a<b$ &amp; <i>"


def test_X13_long_titles_and_thousands_of_authors_are_kept() -> None:
    title = "word " * 20_000
    authors = ", ".join(f"Ada Sample{n} (Some Place, Far Away)" for n in range(3_000))
    (entry,) = read(feed(item(title=title, more=f"<dc:creator>{authors}</dc:creator>"))).entries
    assert (entry.title, entry.authors) == (title, authors)


def test_several_creators_are_one_string() -> None:
    more = "<dc:creator>Ada Sample</dc:creator><dc:creator>Bo Sample</dc:creator>"
    assert read(feed(item(more=more))).entries[0].authors == "Ada Sample, Bo Sample"


def test_an_abstract_that_quotes_the_head_is_cut_once() -> None:
    text = "arXiv:1 Announce Type: new \nAbstract: nested Abstract: twice"
    assert read(feed(item(abstract=text))).entries[0].abstract == text


# ids


@pytest.mark.parametrize(
    ("guid", "expected"),
    [
        ("oai:arXiv.org:2605.00001v1", ("2605.00001", 1)),
        ("oai:arXiv.org:0704.0001v12", ("0704.0001", 12)),
        ("oai:arXiv.org:hep-th/9901001v2", ("hep-th/9901001", 2)),
        ("oai:arXiv.org:math.AG/0601001v1", ("math.AG/0601001", 1)),
        ("oai:arXiv.org:2605.00001", ("2605.00001", None)),
    ],
)
def test_A16_old_and_new_ids_are_read(guid: str, expected: tuple[str, int | None]) -> None:
    (entry,) = read(feed(item(guid))).entries
    assert (entry.arxiv_id, entry.version) == expected


ODD = [
    "oai:arXiv.org:../../etc/passwdv1",
    "oai:arXiv.org:CON",
    "oai:arXiv.org:2605.00001v0",
    "oai:arXiv.org:2605.00001v99999",
    "oai:arXiv.org:2605.00001v1\nX: y",
    "oai:arXiv.org:2605.\u0660\u0660\u0660\u0660\u0661v1",
    "oai:arXiv.org:\uff12605.00001v1",
    "oai:arXiv.org:2605.001v1",
    "oai:arXiv.org:2605.00001v1v2",
    "oai:example.org:2605.00001v1",
    "https://arxiv.org/abs/2605.00001v1",
    "x" * 1_500,
    "",
]


@pytest.mark.parametrize("guid", ODD)
def test_X12_an_odd_id_is_refused_and_the_rest_kept(guid: str) -> None:
    batch = read(feed(item(guid), item("oai:arXiv.org:2605.00002v1")))
    assert [entry.arxiv_id for entry in batch.entries] == ["2605.00002"]
    (refusal,) = batch.refused
    assert refusal.reason
    assert 0 < len(refusal.what) <= 80
    assert refusal.what.isprintable()
    assert refusal.what.isascii()


def test_A25_a_guid_that_comes_again_replaces_at_the_first_place() -> None:
    again = "oai:arXiv.org:2605.00001v1"
    batch = read(
        feed(item(again, title="old"), item("oai:arXiv.org:2605.00002v1"), item(again, title="newer"))
    )
    assert [(entry.arxiv_id, entry.title) for entry in batch.entries] == [
        ("2605.00001", "newer"),
        ("2605.00002", "A sample"),
    ]
    assert batch.warnings == {"duplicate_id": 1}


def test_A12_two_versions_of_a_paper_in_one_feed_are_both_kept() -> None:
    batch = read(feed(item(), item("oai:arXiv.org:2605.00001v2", kind="replace")))
    assert [(entry.version, entry.kind) for entry in batch.entries] == [(1, Kind.NEW), (2, Kind.REPLACE)]


def test_A9_exactly_two_thousand_entries_are_a_cut_feed() -> None:
    items = [f"<item><guid>oai:arXiv.org:2605.{n:05d}v1</guid></item>" for n in range(2_001)]
    assert read(feed(*items[:2_000])).truncated
    assert not read(feed(*items)).truncated
    assert not read(feed(*items[:1_999])).truncated


# kinds, categories, what is missing


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_read_whatever_the_prefix(kind: Kind) -> None:
    for prefix in ("arxiv", "a", "atomish"):
        assert read(feed(item(kind=kind.value), prefix=prefix)).entries[0].kind is kind


def test_the_kind_is_also_read_from_the_description() -> None:
    body = feed(item(kind="replace-cross"))
    without = re.sub(rb"<arxiv:announce_type>.*?</arxiv:announce_type>", b"", body)
    batch = read(without)
    assert (batch.entries[0].kind, batch.warnings) == (Kind.REPLACE_CROSS, {})


@pytest.mark.parametrize(
    ("kind", "categories", "expected"),
    [
        ("replace-odd", "cs.LG", Kind.REPLACE),
        ("surprise", "cs.LG stat.ML", Kind.NEW),
        ("surprise", "stat.ML cs.LG", Kind.CROSS),
        (None, "cs.LG", Kind.NEW),
    ],
)
def test_A23_an_unknown_kind_is_taken_for_what_it_looks_like(
    kind: str | None, categories: str, expected: Kind
) -> None:
    batch = read(feed(item(kind=kind, categories=categories)))
    assert batch.entries[0].kind is expected
    assert batch.warnings["unknown_kind"] == 1


def test_A23_the_primary_category_of_an_archive_is_at_home_there() -> None:
    body = feed(item(kind="surprise"), title="cs updates on arXiv.org", link="http://rss.arxiv.org/rss/cs")
    assert read(body, "cs").entries[0].kind is Kind.NEW


def test_A23_missing_fields_are_counted_and_the_entry_is_kept() -> None:
    batch = read(feed("<item><guid>oai:arXiv.org:2605.00001v1</guid><arxiv:novelty>1</arxiv:novelty></item>"))
    (entry,) = batch.entries
    assert (entry.title, entry.abstract, entry.authors, entry.categories) == ("", "", "", ("cs.LG",))
    assert batch.warnings == {
        "missing_title": 1,
        "missing_description": 1,
        "missing_creator": 1,
        "missing_categories": 1,
        "unknown_description": 1,
        "unknown_kind": 1,
    }


def test_A23_a_description_of_another_form_is_the_abstract() -> None:
    body = feed(item()).replace(b"arXiv:2605.00001v1 Announce Type: new \nAbstract: ", b"Words: ")
    batch = read(body)
    assert (batch.entries[0].abstract, batch.warnings) == ("Words: Some words.", {"unknown_description": 1})


def test_A23_an_unknown_category_is_kept_and_counted() -> None:
    batch = read(feed(item(categories="cs.LG cs.NEW")))
    assert batch.entries[0].categories == ("cs.LG", "cs.NEW")
    assert batch.warnings == {"unknown_category": 1}


def test_optional_fields_are_read() -> None:
    more = (
        "<arxiv:DOI>10.1/x&lt;y</arxiv:DOI><arxiv:journal_reference>J. 1</arxiv:journal_reference>"
        "<dc:rights>http://creativecommons.org/licenses/by/4.0/</dc:rights>"
    )
    (entry,) = read(feed(item(more=more))).entries
    assert (entry.doi, entry.journal_ref) == ("10.1/x<y", "J. 1")
    assert entry.license == "http://creativecommons.org/licenses/by/4.0/"
    assert read(feed(item())).entries[0].doi is None


# dates


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("Tue, 05 May 2026 00:00:00 -0400", date(2026, 5, 5)),
        ("Tue, 05 May 2026 23:30:00 -0400", date(2026, 5, 5)),
        ("Thu, 01 Jan 1970 00:00:00 +0000", None),
        ("Fri, 31 Dec 9999 23:59:59 -0500", None),
        ("Tue, 32 May 2026 00:00:00 -0400", None),
        ("Tue, 05 May 2027 00:00:00 -0400", None),
        ("yesterday", None),
        ("9" * 1_000, None),
        ("", None),
    ],
)
def test_X17_an_odd_date_is_no_date(published: str, expected: date | None) -> None:
    batch = read(feed(item(), published=published, built=published))
    assert batch.declared_day == expected
    assert (batch.built_at is None) is (expected is None)
    assert len(batch.entries) == 1


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.text(alphabet="0123456789 :+-TZ,MonJan.", max_size=40), st.datetimes().map(str)))
def test_X17_no_date_can_do_harm(text: str) -> None:
    read(feed(published=text, built=text))


ATOM_FEED = (
    b'<feed xmlns="http://www.w3.org/2005/Atom"><title>cs.LG updates on arXiv.org</title>'
    b"<updated>2026-05-06T02:00:00+00:00</updated>%s</feed>"
)


def test_an_atom_feed_without_dated_entries_is_of_the_new_york_day_it_was_made() -> None:
    assert read(ATOM_FEED % b"").declared_day == date(2026, 5, 5)
    assert read(ATOM_FEED % b"").built_at == datetime(2026, 5, 6, 2, tzinfo=UTC)


# is it the feed that was asked for?


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("math-ph", "math.MP"),
        ("math.MP", "math-ph"),
        ("cs.NA", "math.NA"),
        ("eess.SY", "cs.SY"),
        ("stat.TH", "math.ST"),
    ],
)
def test_A15_an_alias_names_the_same_feed(asked: str, named: str) -> None:
    body = feed(title=f"{named} updates on arXiv.org", link=f"http://127.0.0.1:9/rss/{named}")
    assert read(body, asked).category == asked


@pytest.mark.parametrize(
    "parts",
    [
        {"title": "cs.AI updates on arXiv.org", "link": "http://rss.arxiv.org/rss/cs.AI"},
        {"title": "cs.AI updates on arXiv.org"},
        {"link": "http://rss.arxiv.org/atom/cs.AI"},
        {"title": "cs.LG, cs.AI updates on arXiv.org", "link": "http://rss.arxiv.org/rss/cs.LG+cs.AI"},
        {"title": "News of today", "link": "https://example.org/"},
        {"title": "", "link": ""},
        {"title": "\u202e<&amp;>" * 300, "link": "http://["},
    ],
)
def test_a_feed_of_something_else_is_refused(parts: dict[str, str]) -> None:
    parts = {key: text.replace("<", "&lt;") for key, text in parts.items()}
    with pytest.raises(WrongFeed) as caught:
        read(feed(item(), **parts))
    assert caught.value.category == "cs.LG"
    assert len(caught.value.message) < 300
    assert caught.value.message.isprintable()


def test_H10_arxivs_error_feed_is_named_and_names_the_category() -> None:
    body = feed(title='Feed error for query "cs.XX"', link="http://rss.arxiv.org/")
    with pytest.raises(FeedErrorReply, match=r"no feed for cs\.XX") as caught:
        read(body, "cs.XX")
    assert caught.value.category == "cs.XX"


PORTAL = b"<!DOCTYPE html>\n<html><head><title>\n Log in to\x1b[31m  Caf\xe9 WiFi </title></head></html>"


@pytest.mark.parametrize(
    "body",
    [
        PORTAL,
        b"\xef\xbb\xbf  \r\n<HTML lang=en><TITLE>Log in to Caf</title>",
        b"<!-- hello --><!-- x -->\n<!doctype HTML><title>Log in to</title>",
        b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "x" "y"><html><title>Log in to</title></html>',
        b'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Log in to</title></head></html>',
    ],
)
def test_N15_a_portal_or_challenge_page_is_not_a_feed(body: bytes) -> None:
    with pytest.raises(NotAFeed, match="HTML page, titled 'Log in to") as caught:
        read(body)
    assert caught.value.message.isprintable()


@pytest.mark.parametrize(
    "body", [b"<!doctype html>" + b"<!--" * 400, b"<!---->" * 280 + b"x", b"<!--" * 50_000]
)
def test_N15_a_page_made_to_be_slow_is_not(body: bytes) -> None:
    began = time.process_time()
    with pytest.raises(FeedError):
        read(body)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "body",
    [
        b"<OAI-PMH><error code='badArgument'/></OAI-PMH>",
        b"<rss version='0.91'><channel/></rss>",
        b"<rss><channel/></rss>",
        b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>",
        b"<feed/>",
        b"<channel/>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        feed(item().replace("<link>", "<item/><link>")),  # entries within entries
        feed().replace(b"</channel>", b"</channel><item/>"),
    ],
)
def test_other_xml_is_not_a_feed(body: bytes) -> None:
    with pytest.raises(NotAFeed):
        read(body)


@pytest.mark.parametrize("body", [b"", b" \r\n\t "])
def test_an_empty_body_is_named(body: bytes) -> None:
    with pytest.raises(EmptyBody):
        read(body)


# damaged and hostile


def test_X1_every_cut_of_a_feed_is_refused() -> None:
    whole = feed(item(), item("oai:arXiv.org:2605.00002v1")).rstrip()
    assert len(read(whole).entries) == 2
    for end in range(len(whole)):
        with pytest.raises(FeedError):
            read(whole[:end])


def test_X1_cuts_of_the_recorded_feed_are_refused(recordings: Path) -> None:
    whole = recorded(recordings, STAT).rstrip()
    for end in [*range(0, len(whole), 1_009), *range(len(whole) - 200, len(whole))]:
        with pytest.raises(FeedError):
            read(whole[:end], "stat")


@settings(max_examples=1_500, deadline=None)
@given(st.data())
def test_X18_random_bytes_give_a_batch_or_a_clean_refusal(data: st.DataObject) -> None:
    body = bytearray(feed(item(), item("oai:arXiv.org:2605.00002v1", kind="cross")))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(body) - 1))
        change = data.draw(st.binary(min_size=0, max_size=3))
        body[place : place + data.draw(st.integers(0, 3))] = change
    try:
        batch = read(bytes(body))
    except FeedError:
        return
    assert len(batch.entries) + len(batch.refused) + batch.warnings.get("duplicate_id", 0) <= 2
    for entry in batch.entries:
        assert re.fullmatch(r"[0-9]{4}\.[0-9]{4,5}|[a-z.A-Z-]+/[0-9]{7}", entry.arxiv_id)


@pytest.mark.parametrize(
    "element",
    [
        "<posList xmlns='http://www.opengis.net/gml' a='1'>x</posList>",
        "<where xmlns='http://www.opengis.net/gml'><posList>x</posList></where>",
    ],
)
def test_X18_an_element_on_which_feedparser_fails_is_refused(element: str) -> None:
    with pytest.raises(NotAFeed, match="feedparser cannot read"):
        read(feed(item(more=element)))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
@example(b"<")
@example(b"\x00")
def test_X18_any_bytes_are_refused_cleanly(body: bytes) -> None:
    with pytest.raises(FeedError):
        read(body)


LAUGHS = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
DOCTYPES = {
    "billion laughs": b'<!DOCTYPE rss [<!ENTITY a0 "ha">' + LAUGHS + b"]>",
    "quadratic": b'<!DOCTYPE rss [<!ENTITY a11 "' + b"x" * 100_000 + b'">]>',
    "external": b'<!DOCTYPE rss [<!ENTITY a11 SYSTEM "CANARY">]>',
    "parameter": b'<!DOCTYPE rss [<!ENTITY % p SYSTEM "CANARY"> %p;]>',
    "external subset": b'<!DOCTYPE rss SYSTEM "CANARY">',
    "bare": b"<!DOCTYPE rss>",
}


@pytest.mark.parametrize("name", DOCTYPES)
def test_X2_X3_a_document_type_is_refused_and_nothing_is_opened(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("a secret")
    with FaultServer() as canary:
        for target in (canary.url, (tmp_path / "secret").as_uri()):
            body = feed(item(title="MARK")).replace(b"MARK", b"&a11;")
            doctype = DOCTYPES[name].replace(b"CANARY", target.encode())
            began = time.process_time()
            tracemalloc.start()
            with pytest.raises(ForbiddenXml, match="document type"):
                read(body.replace(b"<rss ", doctype + b"<rss ", 1))
            assert tracemalloc.get_traced_memory()[1] < 5_000_000
            tracemalloc.stop()
            assert time.process_time() - began < 1
    assert canary.connections == 0


def test_X3_an_entity_without_declaration_is_not_xml() -> None:
    with pytest.raises(NotXml, match="undefined entity"):
        read(feed(item(title="MARK")).replace(b"MARK", b"&nbsp;"))


HUGE = {
    "an attribute": b'<item a="' + b"> " * 4_000_000 + b'"/>',
    "a tag of spaces": b"<item" + b" " * 8_000_000 + b"/>",
    "a name": b"<" + b"a" * 8_000_000 + b"/>",
    "a namespace": b'<item xmlns:a="' + b"> " * 4_000_000 + b'"/>',
    "namespaces": b"".join(b'<a xmlns:p%d="u%d"/>' % (n, n) for n in range(150)),
    "a comment": b"<!--" + b"> " * 4_000_000 + b"-->",
    "an instruction": b"<?a " + b"> " * 4_000_000 + b"?>",
    "a text": b"<item><title>" + b"word " * 1_600_000 + b"</title></item>",
    "a text in pieces": b"<item><title>" + b"> " * 1_600_000 + b"</title></item>",
    "a word": b"<item><author>" + b"a" * 20_000 + b"</author></item>",
    "nesting": b"<a>" * 80_000 + b"</a>" * 80_000,
    "nesting in an entry": b"<item>" + b"<a>" * 80_000 + b"</a>" * 80_000 + b"</item>",
    "tags": b"<item>" + b"<category>x</category>" * 80_000 + b"</item>",
    "head": b"<a/>" * 80_000,
    "entries": b"<item/>" * 80_000,
}


@pytest.mark.parametrize("name", HUGE)
def test_X6_what_is_beyond_any_feed_is_refused_soon(name: str) -> None:
    body = feed("MARK").replace(b"MARK", HUGE[name])
    began = time.process_time()
    with pytest.raises(ForbiddenXml):
        read(body)
    assert time.process_time() - began < 2


SLOW = {
    "escaped tags": "<a " * 20_000,
    "closing tags": "</a " * 20_000,
    "entities": "&a " * 20_000,
    "addresses": "a@b " * 20_000,
    "brackets": "(a " * 20_000,
    "a word of the longest kind": "a" * 2_000,
    "words of the longest kind": ("a" * 1_999 + " ") * 20,
}


@pytest.mark.parametrize("name", SLOW)
def test_X6_texts_that_are_hard_for_feedparser_stay_bounded(name: str) -> None:
    text = SLOW[name]
    more = "".join(
        f"<{tag}>{escape(text)}</{tag}>" for tag in ("dc:creator", "author", "pubDate", "category")
    )
    began = time.process_time()
    (entry,) = read(feed(item(title=text, abstract=text, more=more))).entries
    assert time.process_time() - began < 3
    assert (entry.title, entry.abstract) == (text, text)


@pytest.mark.parametrize(
    "body",
    [
        feed(item(title="caf\u00e9")).decode().encode("latin-1"),
        feed(item()).replace(b"UTF-8", b"UTF-16"),
        feed(item()).replace(b"UTF-8", b"iso-8859-1"),
        feed(item()).replace(b"UTF-8", b"utf-7"),
        feed(item()).decode().encode("utf-16"),
        feed(item()).decode().encode("utf-32"),
        feed(item(title="MARK")).replace(b"MARK", b"\x00"),
        feed(item(title="MARK")).replace(b"MARK", b"\x1b[31m"),
        feed(item(title="MARK")).replace(b"MARK", b"&#0;"),
        feed(item(title="MARK")).replace(b"MARK", b"&#xD800;"),
        feed(item(title="MARK")).replace(b"MARK", b"\xed\xa0\x80"),
        feed(item(title="MARK")).replace(b"MARK", b"\xc0\xbc"),
        feed(item()) + b"\x00",
        feed(item()) + b"<rss/>",
        b"Rate exceeded.",
    ],
)
def test_X8_what_is_not_utf8_xml_is_refused(body: bytes) -> None:
    with pytest.raises(NotXml):
        read(body)


def test_X8_a_byte_order_mark_of_utf8_is_allowed() -> None:
    assert read(b"\xef\xbb\xbf" + feed(item(title="caf\u00e9"))).entries[0].title == "caf\u00e9"


def test_X9_a_body_that_names_a_file_or_an_address_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_bytes(feed(item()))
    with FaultServer() as canary:
        for body in (canary.url, str(tmp_path / "feed.xml"), (tmp_path / "feed.xml").as_uri()):
            with pytest.raises(NotXml):
                read(body.encode())
    assert canary.connections == 0
