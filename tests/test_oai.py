"""OAI-PMH: answers read whole or not at all, by either way the same, and harvests that lose nothing."""

from __future__ import annotations

import gzip
import tracemalloc
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.errors import (
    BadToken,
    EmptyBody,
    FeedError,
    ForbiddenXml,
    NotAFeed,
    NotXml,
    OaiError,
)
from aggregator.models import Answer, Kind, RawEntry, Record, Version
from aggregator.sources import oai
from aggregator.sources.oai import OaiPage, Parser, parse, set_of
from aggregator.sources.oai_plain import read_records
from aggregator.taxonomy import ARCHIVES, CATEGORIES

URL = "https://oaipmh.arxiv.org/oai?verb=ListRecords"
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
PAGES = ("001", "002", "003", "004", "005", "102", "103")


def answer(body: bytes | str) -> Answer:
    return Answer(URL, 200, {}, body.encode() if isinstance(body, str) else body, NOW)


def envelope(inside: str, *, declaration: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    return (
        f'{declaration}\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">\n'
        f"<responseDate>2026-11-24T02:59:58Z</responseDate>\n<request verb='ListRecords'>{URL}</request>\n"
        f"{inside}\n</OAI-PMH>\n"
    )


def listing(*records: str, token: str = "") -> str:
    return envelope(f"<ListRecords>{''.join(records)}{token}</ListRecords>")


def header(arxiv_id: str = "2611.00001", day: str = "2026-11-23", *, attributes: str = "") -> str:
    return (
        f"<header{attributes}>\n <identifier>oai:arXiv.org:{arxiv_id}</identifier>\n"
        f" <datestamp>{day}</datestamp>\n <setSpec>cs:cs:CL</setSpec>\n</header>"
    )


def record(
    metadata: str,
    *,
    form: str = "arXiv",
    arxiv_id: str = "2611.00001",
    day: str = "2026-11-23",
    about: str = "",
) -> str:
    return (
        f"<record>\n{header(arxiv_id, day)}\n<metadata>\n <{form} xmlns='http://arxiv.org/OAI/{form}/'>\n"
        f" {metadata}</{form}>\n</metadata>{about}\n</record>\n"
    )


PAPER = (
    "<id>2611.00001</id><created>2026-11-20</created><updated>2026-11-22</updated><authors><author><keyname>Ng"
    "</keyname><forenames>Ada</forenames></author></authors><title>On n &lt; m</title><categories>cs.CL cs.AI"
    "</categories><comments>9 pages</comments><msc-class>68T50</msc-class><journal-ref>J. 1 (2026)</journal-ref>"
    "<doi>10.1/2</doi><license>http://l/</license><abstract>  We show\nit.\n</abstract>"
)
READ = Record(
    "2611.00001",
    date(2026, 11, 23),
    False,
    ("cs.CL", "cs.AI"),
    "On n < m",
    "  We show\nit.\n",
    "Ada Ng",
    comments="9 pages",
    journal_ref="J. 1 (2026)",
    doi="10.1/2",
    license="http://l/",
    created=date(2026, 11, 20),
    updated=date(2026, 11, 22),
)
RAW = (
    "<id>2611.00001</id><submitter>Ada Ng</submitter><version version='v1'><date>Fri, 20 Nov 2026 08:01:02 GMT</date>"
    '<size>9kb</size></version><version version="v2"><date>Sun, 2 Nov 2025 18:00:00 GMT</date><size>9kb</size>'
    "<source_type>D</source_type></version><title>T</title><authors>Ada Ng, Bo &amp; Co</authors>"
    "<categories>cs.CL</categories><abstract>A</abstract>"
)


def only(body: str) -> Record:
    (found,) = parse(answer(body)).records
    return found


def odd(body: str) -> str:
    """The same with a comment before the list, so that nothing counts as plain: all is read by its events."""
    return body.replace("<ListRecords>", "<!-- a comment --><ListRecords>", 1)


# ── one record ──


@pytest.mark.parametrize("way", [str, odd])
def test_a_record_is_read_byte_exact(way: Callable[[str], str]) -> None:
    assert only(way(listing(record(PAPER)))) == READ


@pytest.mark.parametrize("way", [str, odd])
def test_arxivraw_tells_versions_and_the_authors_as_one_string(way: Callable[[str], str]) -> None:
    found = only(way(listing(record(RAW, form="arXivRaw"))))
    assert found.versions == (
        Version(1, datetime(2026, 11, 20, 8, 1, 2, tzinfo=UTC)),
        Version(2, datetime(2025, 11, 2, 18, 0, tzinfo=UTC)),
    )
    assert (found.authors, found.submitter) == ("Ada Ng, Bo & Co", "Ada Ng")
    assert found.entry(Kind.REPLACE).version == 2
    assert found.entry(Kind.NEW, 1).version == 1


def test_a_record_becomes_an_entry() -> None:
    assert READ.entry(Kind.NEW) == RawEntry(
        READ.arxiv_id,
        None,
        Kind.NEW,
        READ.title,
        READ.abstract,
        READ.authors,
        READ.categories,
        READ.comments,
        READ.journal_ref,
        READ.doi,
        READ.license,
    )


@pytest.mark.parametrize(
    ("parts", "credited"),
    [
        ("<keyname>Ng</keyname>", "Ng"),
        ("<keyname>Ng</keyname><forenames>A. B.</forenames><suffix>III</suffix>", "A. B. Ng III"),
        ("<keyname>Roe,</keyname><forenames>Jo</forenames><suffix>Jr.</suffix>", "Jo Roe Jr."),
        ("<keyname>Ng</keyname><forenames/><affiliation>X, Y</affiliation>", "Ng (X, Y)"),
        (
            "<keyname>N&#xe9;</keyname><affiliation>X &amp; Y</affiliation><affiliation>Z</affiliation>",
            "Né (X & Y, Z)",
        ),
        ("<keyname>Ng</keyname><affiliation>X (Y</affiliation>", "Ng (X Y)"),
        ("<keyname>Ng</keyname><affiliation>X) (Y</affiliation>", "Ng (X Y)"),
        ("<forenames>Ada</forenames><keyname>Ng</keyname>", "Ada Ng"),
    ],
)
@pytest.mark.parametrize("way", [str, odd])
def test_authors_read_as_in_rss(way: Callable[[str], str], parts: str, credited: str) -> None:
    paper = PAPER.replace("<keyname>Ng</keyname><forenames>Ada</forenames>", parts)
    assert only(way(listing(record(paper)))).authors == credited


def test_a_deleted_record_is_its_header() -> None:
    gone_header = header(attributes=" status='deleted'")
    gone = f"<record>{gone_header}</record>"
    page = parse(answer(listing(record(PAPER, arxiv_id="2611.00002"), gone)))
    assert [found.deleted for found in page.records] == [False, True]
    assert page.records[1] == Record("2611.00001", date(2026, 11, 23), True, (), "", "", "")


@pytest.mark.parametrize(
    ("whole", "part", "reason"),
    [
        ("<title>On n &lt; m</title>", "", "no title"),
        ("<title>On n &lt; m</title>", "<title> </title>", "no title"),
        ("cs.CL cs.AI", " ", "no categories"),
    ],
)
@pytest.mark.parametrize("way", [str, odd])
def test_a_record_that_cannot_be_a_paper_is_refused_by_itself(
    way: Callable[[str], str], whole: str, part: str, reason: str
) -> None:
    bad = record(PAPER.replace(whole, part))
    page = parse(answer(way(listing(bad, record(PAPER, arxiv_id="hep-th/9901001")))))
    assert [found.arxiv_id for found in page.records] == ["hep-th/9901001"]
    assert [(refusal.what, refusal.reason) for refusal in page.refused] == [("2611.00001", reason)]


@pytest.mark.parametrize(
    ("arxiv_id", "day"), [("2611.1", "2026-11-23"), ("../etc", "2026-11-23"), ("2611.00001", "soon")]
)
def test_ids_and_days_are_checked(arxiv_id: str, day: str) -> None:
    page = parse(answer(listing(record(PAPER, arxiv_id=arxiv_id, day=day), record(PAPER))))
    assert (len(page.records), len(page.refused)) == (1, 1)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (" GMT", " EST"),
        ("'v1'", "'1st'"),
        ("20 Nov 2026", "2026-11-20"),
        ("20 Nov 2026", "31 Nov 2026"),
        ("Nov", "Nob"),
    ],
)
def test_a_version_that_cannot_be_read_refuses_its_record(right: str, wrong: str) -> None:
    bad = record(RAW.replace(right, wrong), form="arXivRaw")
    page = parse(answer(listing(bad, record(RAW, form="arXivRaw", arxiv_id="2611.00002"))))
    assert [found.arxiv_id for found in page.records] == ["2611.00002"]
    assert page.refused[0].reason == "a version without a number or a date"


def test_a_format_that_has_changed_fails_loudly_A24() -> None:
    with pytest.raises(NotAFeed, match="none of its 2 records can be read: no title"):
        parse(answer(listing(*[record(PAPER.replace("title>", "heading>"))] * 2)))


def test_a_new_element_is_counted_and_the_record_kept_A23() -> None:
    page = parse(answer(listing(record(PAPER + "<rating>5</rating>"))))
    assert (page.records, page.warnings) == ((READ,), {"unknown_element": 1})


def test_optional_elements_may_be_missing_A23() -> None:
    bare = "<id>1</id><created>2026-11-20</created><authors></authors><title>T</title><categories>cs.CL</categories>"
    assert only(listing(record(bare))) == Record(
        "2611.00001", date(2026, 11, 23), False, ("cs.CL",), "T", "", "", created=date(2026, 11, 20)
    )


# ── both ways give the same ──

texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=20
)
words = st.sampled_from(
    ["a", "&", "<b>", "&amp;lt;", "]] >", '"', "'", "é", "𝔸", "(", ")", ",", " ", "\n", "\t", "&#38;"]
)
told = texts | st.lists(words, max_size=6).map("".join)
gaps = st.sampled_from(["", "\n", "\n        "])
NAMES = (
    "comments",
    "proxy",
    "report-no",
    "msc-class",
    "acm-class",
    "journal-ref",
    "doi",
    "license",
    "abstract",
)


@st.composite
def papers(draw: st.DrawFn) -> str:
    def leaf(name: str, text: str | None = None) -> str:
        return f"<{name}>{escape(draw(told) if text is None else text)}</{name}>{draw(gaps)}"

    person = st.lists(st.sampled_from(["forenames", "suffix", "affiliation", "affiliation"]), max_size=3)
    authors = "".join(
        f"<author>{leaf('keyname')}{''.join(leaf(part) for part in draw(person))}</author>"
        for _ in range(draw(st.integers(0, 3)))
    )
    optional = "".join(leaf(name) for name in draw(st.lists(st.sampled_from(NAMES), max_size=5)))
    return (
        f"{draw(gaps)}{leaf('id')}{leaf('created', '2026-11-20')}<authors>{authors}</authors>{draw(gaps)}"
        f"{leaf('title')}{leaf('categories', 'cs.CL')}{optional}"
    )


@settings(deadline=None)
@given(st.lists(papers(), min_size=1, max_size=4), st.integers(1, 400))
def test_plain_records_read_as_by_their_events(some: list[str], size: int) -> None:
    body = listing(record(PAPER, arxiv_id="2611.00000"), *map(record, some))
    expected = parse(answer(odd(body)))
    assert replace(parse(answer(body)), warnings={}) == replace(expected, warnings={})
    assert in_pieces(body.encode(), size) == expected.records


def in_pieces(body: bytes, size: int) -> tuple[Record, ...]:
    parser = Parser(URL)
    found = [item for at in range(0, len(body), size) for item in parser.feed(body[at : at + size])]
    return (*found, *parser.close()[0])


def test_a_record_as_arxiv_prints_it_today_is_plain() -> None:
    """Its present server indents: an element a line (arXiv/oaipmh, record_formats.xml)."""
    for form, paper in (("arXiv", PAPER), ("arXivRaw", RAW)):
        printed = record(paper.replace("><", ">\n            <"), form=form)
        assert read_records(printed.encode()) == list(parse(answer(odd(listing(printed)))).records)


@pytest.mark.parametrize(
    "hidden",
    [
        "<!-- {} -->",
        "<![CDATA[{}]]>",
        "<?note {} ?>",
        "<about><![CDATA[{}]]></about>",
        "<about><copy>{}</copy></about>",
    ],
)
def test_what_only_looks_like_a_record_is_none(hidden: str) -> None:
    fake = record(PAPER, arxiv_id="2611.66666").replace("?", "")
    page = parse(answer(listing(record(PAPER), hidden.format(fake), record(PAPER, arxiv_id="2611.00002"))))
    assert [found.arxiv_id for found in page.records] == ["2611.00001", "2611.00002"]


def test_one_record_by_its_id() -> None:
    body = listing(record(PAPER)).replace("ListRecords", "GetRecord")
    assert (
        parse(answer(body)).records
        == parse(answer(body.replace("<GetRecord>", "<GetRecord><!-- -->"))).records
    )
    assert only(body) == READ


def test_a_paper_of_twenty_thousand_authors_is_read_in_pieces() -> None:
    author = "<author><keyname>Ng</keyname><forenames>Ada</forenames><affiliation>X</affiliation></author>"
    paper = PAPER.replace("<authors>", f"<authors>{author * 20_000}")
    body = listing(record(PAPER), record(paper, arxiv_id="2611.00002"), record(PAPER, arxiv_id="2611.00003"))
    found = in_pieces(body.encode(), 100_000)
    assert [item.arxiv_id for item in found] == ["2611.00001", "2611.00002", "2611.00003"]
    assert found[1].authors == "Ada Ng (X), " * 20_000 + "Ada Ng"


def test_a_record_with_markup_in_a_text_keeps_all_its_text() -> None:
    assert only(listing(record(PAPER.replace("On n", "On <i>big</i> n")))).title == "On big n < m"


def test_cdata_and_carriage_returns_are_read_as_xml_says() -> None:
    paper = PAPER.replace("On n &lt; m", "<![CDATA[a < b]]>").replace("We show\nit", "We show\r\nit&#13;")
    assert only(listing(record(paper))) == READ._replace(title="a < b", abstract="  We show\nit\r.\n")


def test_a_byte_order_mark_does_no_harm() -> None:
    body = listing(record(PAPER.replace("Ada", "Zoë")))
    assert parse(answer(b"\xef\xbb\xbf" + body.encode())).records == (READ._replace(authors="Zoë Ng"),)


# ── the page ──


def test_the_token_is_told_with_what_stands_beside_it() -> None:
    beside = "expirationDate='2026-11-25T00:00:00Z' cursor='0' completeListSize='9'"
    token = f"<resumptionToken {beside}>a%26b|1</resumptionToken>"
    page = parse(answer(listing(record(PAPER), token=token)))
    assert (page.token, page.cursor, page.complete_size) == ("a%26b|1", 0, 9)
    assert page.token_expires == datetime(2026, 11, 25, tzinfo=UTC)
    assert page.response_date == datetime(2026, 11, 24, 2, 59, 58, tzinfo=UTC)


@pytest.mark.parametrize(
    "token", ["", "<resumptionToken/>", "<resumptionToken cursor='9'> </resumptionToken>"]
)
def test_the_last_page_has_no_token(token: str) -> None:
    assert parse(answer(listing(record(PAPER), token=token))).token is None


def test_arxivs_present_server_says_expires() -> None:
    token = "<resumptionToken expires='2026-11-25T00:00:00Z'>x</resumptionToken>"
    assert parse(answer(listing(record(PAPER), token=token))).token_expires == datetime(
        2026, 11, 25, tzinfo=UTC
    )


# ── errors ──


@pytest.mark.parametrize(
    "code", ["badArgument", "badVerb", "cannotDisseminateFormat", "idDoesNotExist", "noSetHierarchy", "news"]
)
def test_an_oai_error_carries_its_code_H19(code: str) -> None:
    with pytest.raises(OaiError, match=f"{code}: no &") as caught:
        parse(answer(envelope(f"<error code='{code}'>no &amp;</error>")))
    assert (caught.value.code, type(caught.value)) == (code, OaiError)


def test_a_refused_token_has_its_own_error_H19() -> None:
    with pytest.raises(BadToken, match="expired"):
        parse(answer(envelope("<error code='badResumptionToken'>expired</error>")))


def test_nothing_new_is_an_empty_page_H19() -> None:
    page = parse(answer(envelope("<error code='noRecordsMatch'>none</error>")))
    assert page == OaiPage((), None, datetime(2026, 11, 24, 2, 59, 58, tzinfo=UTC))


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("", EmptyBody),
        (" \n ", EmptyBody),
        ("Rate exceeded.", NotXml),
        ("{}", NotXml),
        (listing(record(PAPER)) + "<more/>", NotXml),
        (listing(record(PAPER)).replace("</title>", "</titel>"), NotXml),
        (listing(record(PAPER)).replace("&lt;", "&nbsp;"), NotXml),
        (listing(record(PAPER)).replace("&lt;", "&#0;"), NotXml),
        (listing(record(PAPER)).replace("&lt;", "&#99999999999;"), NotXml),
        (listing(record(PAPER)).replace("UTF-8", "klingon"), NotXml),
        (listing(record(PAPER)).replace("UTF-8", "gb2312"), NotXml),
        (listing(record(PAPER)).replace("UTF-8", "ISO-8859-1"), NotXml),
        (listing(record(PAPER)).replace("On n", "\x00"), NotXml),
        ("<!DOCTYPE html><html><head><title>Just a moment...</title>", NotAFeed),
        ("<html><p>log in<br></html>", NotAFeed),
        ("<rss version='2.0'/>", NotAFeed),
        ("<a>" * 40, NotAFeed),
        (envelope("<Identify/>"), NotAFeed),
        (listing(record(PAPER)).replace("responseDate", "date"), NotAFeed),
        (listing("<x>" * 40), NotAFeed),
        (listing(record("<dc>oai_dc</dc>", form="oai_dc")), NotAFeed),
        (
            "<!DOCTYPE OAI-PMH [<!ENTITY a 'b'>]>"
            + envelope("<ListRecords>&a;</ListRecords>", declaration=""),
            ForbiddenXml,
        ),
        ("<!DOCTYPE OAI-PMH SYSTEM 'file:///etc/passwd'><OAI-PMH/>", ForbiddenXml),
        ("<OAI-PMH a='" + "x" * 1_100_000 + "'/>", ForbiddenXml),
    ],
)
def test_what_is_no_answer_has_its_own_error(body: str, error: type[FeedError]) -> None:
    with pytest.raises(FeedError) as caught:
        parse(answer(body))
    assert type(caught.value) is error


def test_bytes_that_are_not_utf8_are_refused() -> None:
    with pytest.raises(NotXml):
        parse(answer(listing(record(PAPER)).encode().replace(b"On n", b"On \xff")))


@pytest.mark.parametrize("way", [str, odd])
def test_no_cut_passes_for_a_page(way: Callable[[str], str]) -> None:
    body = (
        way(listing(record(PAPER), record(RAW, form="arXivRaw"), token="<resumptionToken/>"))
        .encode()
        .rstrip()
    )
    for end in range(len(body)):
        with pytest.raises((NotXml, EmptyBody)):
            parse(answer(body[:end]))
    assert len(parse(answer(body)).records) == 2


# ── addresses ──


def test_addresses_are_what_the_protocol_asks_for() -> None:
    base = "https://oaipmh.arxiv.org/oai"
    assert oai.list_records_url(base, set_spec="cs:cs:CL", prefix="arXiv", since=date(2026, 11, 1)) == (
        f"{base}?verb=ListRecords&metadataPrefix=arXiv&set=cs:cs:CL&from=2026-11-01"
    )
    assert "from" not in oai.list_records_url(base, set_spec="math", prefix="arXivRaw", since=None)
    assert (
        oai.resume_url(base, "a=b&c%3D|1 +")
        == f"{base}?verb=ListRecords&resumptionToken=a%3Db%26c%253D%7C1+%2B"
    )
    assert oai.get_record_url(base, "hep-th/9901001", prefix="arXiv") == (
        f"{base}?verb=GetRecord&metadataPrefix=arXiv&identifier=oai:arXiv.org:hep-th/9901001"
    )
    with pytest.raises(ValueError):
        oai.get_record_url(base, "2611.00001v2", prefix="arXiv")


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("cs.CL", "cs:cs:CL"),
        ("hep-th", "physics:hep-th"),
        ("math.AG", "math:math:AG"),
        ("astro-ph.CO", "physics:astro-ph:CO"),
        ("physics.flu-dyn", "physics:physics:flu-dyn"),
        ("q-bio.NC", "q-bio:q-bio:NC"),
        ("math.MP", "physics:math-ph"),
        ("cs.SY", "eess:eess:SY"),
        ("cmp-lg", "cs:cs:CL"),
        ("cs", "cs:cs"),
        ("astro-ph", "physics:astro-ph"),
    ],
)
def test_a_category_has_its_set(category: str, expected: str) -> None:
    assert set_of(category) == expected


def test_every_category_and_archive_has_a_set_and_nothing_else() -> None:
    assert all(set_of(name) for name in (*CATEGORIES, *ARCHIVES))
    with pytest.raises(KeyError):
        set_of("cs.XX")


# ── the recordings ──

OAI_NS, ARXIV_NS, RAW_NS = (
    f"{{{name}}}"
    for name in (
        "http://www.openarchives.org/OAI/2.0/",
        "http://arxiv.org/OAI/arXiv/",
        "http://arxiv.org/OAI/arXivRaw/",
    )
)


def recorded(folder: Path, name: str) -> bytes:
    return gzip.decompress((folder / "oai" / f"{name}.xml.gz").read_bytes())


def by_tree(body: bytes) -> list[Record]:
    """The same records, read independently through a tree."""
    return [_by_tree(element) for element in ET.fromstring(body).iter(f"{OAI_NS}record")]


def _by_tree(element: ET.Element) -> Record:
    metadata = element.find(f"{OAI_NS}metadata")
    assert metadata is not None
    paper, ns = metadata[0], RAW_NS if metadata[0].tag.startswith(RAW_NS) else ARXIV_NS
    created, updated = (paper.findtext(f"{ns}{name}") for name in ("created", "updated"))
    return Record(
        element.findtext(f"{OAI_NS}header/{OAI_NS}identifier", "").split(":")[2],
        date.fromisoformat(element.findtext(f"{OAI_NS}header/{OAI_NS}datestamp", "")),
        False,
        tuple(paper.findtext(f"{ns}categories", "").split(" ")),
        paper.findtext(f"{ns}title", ""),
        paper.findtext(f"{ns}abstract", ""),
        paper.findtext(f"{ns}authors", "") or ", ".join(map(_name_by_tree, paper.iter(f"{ns}author"))),
        comments=paper.findtext(f"{ns}comments"),
        journal_ref=paper.findtext(f"{ns}journal-ref"),
        doi=paper.findtext(f"{ns}doi"),
        license=paper.findtext(f"{ns}license"),
        submitter=paper.findtext(f"{ns}submitter"),
        created=date.fromisoformat(created) if created else None,
        updated=date.fromisoformat(updated) if updated else None,
        versions=tuple(sorted(map(_version_by_tree, paper.iter(f"{ns}version")), key=lambda v: v.number)),
    )


def _version_by_tree(element: ET.Element) -> Version:
    """arXiv's old server told them in the order v1, v10, v2."""
    moment = parsedate_to_datetime(element.findtext(f"{RAW_NS}date", ""))
    return Version(int(element.attrib["version"][1:]), moment)


def _name_by_tree(author: ET.Element) -> str:
    first, last, suffix = (
        author.findtext(f"{ARXIV_NS}{part}", "") for part in ("forenames", "keyname", "suffix")
    )
    name = " ".join(part for part in (first, last.rstrip(","), suffix) if part)
    places = [place.text or "" for place in author.iter(f"{ARXIV_NS}affiliation")]
    return f"{name} ({', '.join(places)})" if places else name


@pytest.mark.recordings
@pytest.mark.parametrize("name", [*(f"cs_2016-03/{page}" for page in PAGES), "arXivRaw_2014-01-16"])
def test_recorded_pages_give_exactly_their_records(recordings: Path, name: str) -> None:
    body = recorded(recordings, name)
    page = parse(answer(body))
    expected = by_tree(body)
    assert len(expected) == (538 if name.endswith("103") else 1000)
    assert list(page.records) == expected
    assert (page.refused, page.warnings) == ((), {})
    assert parse(answer(odd(body.decode()))).records == page.records
    assert read_records(body[body.find(b"<record>") : body.rfind(b"<resumptionToken")]) == expected


@pytest.mark.recordings
def test_recorded_pages_are_chained_by_their_tokens(recordings: Path) -> None:
    pages = [parse(answer(recorded(recordings, f"cs_2016-03/{page}"))) for page in PAGES]
    assert [page.token for page in pages] == [
        *(f"1122234|{start}" for start in (1001, 2001, 3001, 4001, 5001, 102001)),
        None,
    ]
    assert [page.cursor for page in pages] == [0, 1000, 2000, 3000, 4000, 101000, 102000]
    assert {page.complete_size for page in pages} == {102538}


@pytest.mark.recordings
@pytest.mark.parametrize("name", ["cs_2016-03/103", "arXivRaw_2014-01-16"])
def test_a_recorded_page_that_is_cut_is_never_taken(recordings: Path, name: str) -> None:
    body = recorded(recordings, name).rstrip()
    for end in (*range(1, len(body), len(body) // 60), *range(len(body) - 60, len(body), 7)):
        with pytest.raises(NotXml):
            parse(answer(body[:end]))


@pytest.mark.slow
def test_a_hundred_thousand_records_are_read_in_constant_memory() -> None:
    head, tail = listing("|").split("|")
    parser = Parser(URL)
    parser.feed(head.encode())
    seen = 0
    tracemalloc.start()
    for thousand in range(100):
        block = "".join(record(PAPER, arxiv_id=f"26{thousand % 12 + 1:02}.{n:05}") for n in range(1000))
        seen += len(parser.feed(block.encode()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    seen += len(parser.feed(tail.encode())) + len(parser.close()[0])
    assert seen == 100_000
    assert peak < 16_000_000  # bytes: one block of a thousand and its records
