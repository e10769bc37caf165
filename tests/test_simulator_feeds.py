"""The simulator's feeds: arXiv's layout, exactly the truth, and every way in which a script bends them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest

from aggregator.models import Kind, RawEntry
from aggregator.simulator.builds import MOST_ROWS, Build, Feeds, UnknownQuery, categories_of
from aggregator.simulator.feeds import atom_document, error_document, rss_document
from aggregator.simulator.script import (
    Behind,
    CalendarSwitch,
    Empty,
    FeedSwitch,
    Late,
    Partial,
    Script,
    Skipped,
    Stale,
    Volume,
    announced_at,
    new_york,
)
from aggregator.simulator.truth import Truth

MONDAY = date(2026, 10, 26)
TUESDAY, WEDNESDAY, FRIDAY = (MONDAY + timedelta(days=n) for n in (1, 2, 4))
CATEGORIES = ("cs.AI", "cs.CL", "math.AG", "cs.IT")
BUILT = datetime(2026, 10, 26, 4, 0, 3, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)

TRICKY = RawEntry(
    arxiv_id="2610.00001",
    version=2,
    kind=Kind.NEW,
    title='If $a<b$ & $c>d$ then "R&D" </title><script>alert(1)</script> 100%',
    abstract="Let $x \\ll y$ ]]> &amp; {{7*7}} ~ ``quoted'' and 'single'.\n  A second line, été.",
    authors="Andr\\'es Muñoz (A & B, C < D), <b>Bold</b>",
    categories=("cs.AI", "cs.LG"),
    license="http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
    doi="10.5555/x<y>&z",
    journal_ref="J. <Inv> & Res. 1",
)


def feeds(*switches: CalendarSwitch | FeedSwitch, announcements: int = 60, days: int = 7) -> Feeds:
    return Feeds(Truth(Script(CATEGORIES, MONDAY, days=days, announcements=announcements, switches=switches)))


def parsed(document: bytes) -> Any:
    read = feedparser.parse(BytesIO(document), sanitize_html=False, resolve_relative_uris=False)
    assert not read.bozo
    return read


def document_of(build: Build, category: str, write: Any = rss_document) -> bytes:
    body: bytes = write(category, build.declared_day, build.at, [item.entry(1) for item in build.items])
    return body


def ids(build: Build) -> list[str]:
    return [item.preprint.id for item in build.items]


# ── the documents ──


@pytest.mark.parametrize("write", [rss_document, atom_document])
def test_texts_survive_the_feed_byte_for_byte(write: Any) -> None:
    document = write("cs.AI", MONDAY, BUILT, [TRICKY])
    root = ElementTree.fromstring(document)
    texts = {element.tag.rpartition("}")[2]: element.text for element in root.iter()}
    assert texts["title"] == TRICKY.title
    assert texts["creator"] == TRICKY.authors
    assert texts["DOI"] == TRICKY.doi
    assert texts["journal_reference"] == TRICKY.journal_ref
    summary = texts.get("description") if write is rss_document else texts["summary"]
    assert summary == f"arXiv:2610.00001v2 Announce Type: new \nAbstract: {TRICKY.abstract}"


@pytest.mark.parametrize("write", [rss_document, atom_document])
def test_feeds_parse_into_exactly_thetruth(write: Any) -> None:
    source = feeds()
    for category in CATEGORIES:
        build = source.build(category, new_york(MONDAY) + A_MINUTE)
        assert build.items == source.truth.listing(category, MONDAY)
        read = parsed(document_of(build, category, write))
        assert read.feed.title == f"{category} updates on arXiv.org"
        assert len(read.entries) == len(build.items)
        for entry, item in zip(read.entries, build.items, strict=True):
            said = item.entry(1)
            assert entry.id == f"oai:arXiv.org:{said.arxiv_id}v{said.version}"
            assert entry.arxiv_announce_type == said.kind
            assert entry.title == said.title
            assert entry.summary.partition("Abstract: ")[2] == said.abstract
            assert entry.author == said.authors
            assert tuple(tag.term for tag in entry.tags) == said.categories
            assert entry.get("arxiv_doi") == said.doi
            assert entry.get("arxiv_journal_reference") == said.journal_ref
            assert entry.rights == said.license


def test_the_dates_are_arxivs() -> None:
    read = parsed(rss_document("cs.AI", MONDAY, BUILT, [TRICKY]))
    assert read.feed.published == "Mon, 26 Oct 2026 00:00:00 -0400"
    assert read.feed.updated == "Mon, 26 Oct 2026 04:00:03 +0000"
    assert read.entries[0].published == "Mon, 26 Oct 2026 00:00:00 -0400"
    winter = parsed(rss_document("cs.AI", date(2026, 11, 2), BUILT, []))
    assert winter.feed.published == "Mon, 02 Nov 2026 00:00:00 -0500"
    atom = parsed(atom_document("cs.AI", MONDAY, BUILT, [TRICKY]))
    assert atom.entries[0].published == "2026-10-26T00:00:00-04:00"
    assert atom.feed.updated == "2026-10-26T04:00:03+00:00"


def test_the_error_feed_has_no_items() -> None:
    read = parsed(error_document("cs.<X>", BUILT, "no such category"))
    assert read.feed.title == 'Feed error for query "cs.<X>"'
    assert not read.entries


# ── the layout, beside recordings ──


def outline(document: bytes) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """Tags in order with their attributes, the texts left out."""
    root = ElementTree.fromstring(document)
    return [(e.tag, tuple(sorted(e.attrib.items()))) for e in root.iter()]


def entries_of(document: bytes, tag: str) -> list[list[str]]:
    """For each entry its child tags in order, repeats of <category> once."""
    found = []
    for entry in ElementTree.fromstring(document).iter(tag):
        found.append(list(dict.fromkeys(child.tag for child in entry)))
    return found


def test_the_empty_feed_is_the_recorded_one_to_the_byte(recordings: Path) -> None:
    recorded = (recordings / "rss" / "rss_cs_empty_2026-03-29.xml").read_bytes()
    ours = rss_document("cs", date(2026, 3, 29), datetime(2026, 3, 29, 4, tzinfo=UTC), [])
    assert ours.rstrip() == recorded.rstrip()


def recorded_entries(document: bytes) -> list[RawEntry]:
    """Entries of a recorded RSS feed, read by hand."""
    spaces = {"arxiv": "http://arxiv.org/schemas/atom", "dc": "http://purl.org/dc/elements/1.1/"}
    found = []
    for item in ElementTree.fromstring(document).iter("item"):
        guid = re.fullmatch(r"oai:arXiv\.org:(.+)v(\d+)", item.findtext("guid") or "")
        assert guid
        found.append(
            RawEntry(
                arxiv_id=guid[1],
                version=int(guid[2]),
                kind=Kind(item.findtext("arxiv:announce_type", "", spaces)),
                title=item.findtext("title") or "",
                abstract=(item.findtext("description") or "").partition("\nAbstract: ")[2],
                authors=item.findtext("dc:creator", "", spaces),
                categories=tuple(c.text or "" for c in item.iter("category")),
                license=item.findtext("dc:rights", None, spaces),
                doi=item.findtext("arxiv:DOI", None, spaces),
                journal_ref=item.findtext("arxiv:journal_reference", None, spaces),
            )
        )
    return found


def test_a_recorded_archive_is_written_again_byte_for_byte(recordings: Path) -> None:
    """Feeds of 2024 had no pubDate in their items; all else is the same."""
    recorded = (recordings / "rss" / "rss_stat_2024-03-26.xml").read_bytes()
    built = datetime(2024, 3, 26, 4, 0, 3, tzinfo=UTC)
    ours = rss_document("stat", date(2024, 3, 26), built, recorded_entries(recorded))
    undated = re.sub(rb"      <pubDate>.*</pubDate>\n(?=      <arxiv)", b"", ours)
    assert undated.rstrip() == recorded.rstrip()


def test_a_recorded_feed_of_several_categories_is_written_again_byte_for_byte(recordings: Path) -> None:
    (path,) = (recordings / "rss").glob("rss_multi_*")
    recorded = path.read_bytes().replace(  # the days stand in any order
        b"<day>Sunday</day>\n      <day>Saturday</day>", b"<day>Saturday</day>\n      <day>Sunday</day>"
    )
    built = datetime(2026, 9, 24, 8, 58, 5, tzinfo=UTC)
    query = "cs.LG+cs.AI+cs.CL+stat.ML"
    assert (
        rss_document(query, date(2026, 9, 24), built, recorded_entries(recorded)).rstrip()
        == recorded.rstrip()
    )


def test_the_atom_layout_is_the_recorded_one(recordings: Path) -> None:
    (path,) = (recordings / "rss").glob("atom_*")
    recorded = path.read_bytes()
    ours = atom_document("cs.LG", date(2026, 9, 25), BUILT, [TRICKY])
    assert outline(ours)[:6] == outline(recorded)[:6]
    tag = "{http://www.w3.org/2005/Atom}entry"
    assert entries_of(ours, tag)[0] == entries_of(recorded, tag)[0]
    assert ours.splitlines()[:2] == recorded.splitlines()[:2]


# ── when feeds are generated ──


def test_a_feed_comes_at_midnight_and_stays_until_the_next() -> None:
    source = feeds()
    monday = new_york(MONDAY)
    assert ids(source.build("cs.AI", monday - A_MINUTE)) == []
    first = source.build("cs.AI", monday + A_MINUTE)
    assert ids(first)
    assert source.build("cs.AI", new_york(TUESDAY) - A_MINUTE) == first
    assert source.build("cs.AI", new_york(TUESDAY) + A_MINUTE).declared_day == TUESDAY


def test_weekends_and_holidays_are_empty() -> None:
    source = feeds()
    for days in (5, 6):
        day = MONDAY + timedelta(days=days)
        weekend = source.build("cs.AI", new_york(day) + A_MINUTE)
        assert (weekend.items, weekend.declared_day) == ((), day)
    after_the_script = source.build("cs.AI", new_york(MONDAY + timedelta(days=30)))
    assert after_the_script.items == ()


def test_an_archive_and_a_joined_query_hold_each_paper_once_by_its_best_kind() -> None:
    source = feeds(announcements=300)
    moment = new_york(MONDAY) + A_MINUTE
    archive = source.build("cs", moment)
    assert len(set(ids(archive))) == len(archive.items)
    joined = source.build("cs.AI+cs.CL", moment)
    single = [*source.build("cs.AI", moment).items, *source.build("cs.CL", moment).items]
    assert set(ids(joined)) == {item.preprint.id for item in single} < set(ids(archive))
    order = list(Kind)
    for item in joined.items:
        kinds = [other.kind for other in single if other.preprint.id == item.preprint.id]
        assert item.kind is min(kinds, key=order.index)
    assert len(single) > len(joined.items)


def test_a_query_may_use_an_alias_but_not_an_invention() -> None:
    assert categories_of("math.IT") == ("cs.IT",)
    assert categories_of("hep-th") == ("hep-th",)
    with pytest.raises(UnknownQuery, match=r"cs\.XX"):
        categories_of("cs.AI+cs.XX")


# ── misbehaviour ──


def test_stale_the_old_batch_stays_for_one_category_only() -> None:
    source = feeds(Stale(TUESDAY, "cs.AI"))
    moment = new_york(TUESDAY) + A_MINUTE
    assert source.build("cs.AI", moment) == source.build("cs.AI", new_york(MONDAY) + A_MINUTE)
    assert source.build("cs.CL", moment).day == TUESDAY
    missed = source.truth.announcements() - source.shown(new_york(MONDAY + timedelta(days=9)))
    assert {(a.category, a.day) for a in missed} == {("cs.AI", TUESDAY)}


def test_stale_and_redated_only_the_dates_are_new() -> None:
    source = feeds(Stale(TUESDAY, "cs.AI", redated=True))
    old = source.build("cs.AI", new_york(MONDAY) + A_MINUTE)
    new = source.build("cs.AI", new_york(TUESDAY) + A_MINUTE)
    assert (new.items, new.declared_day) == (old.items, TUESDAY)


@pytest.mark.parametrize("hours", [3.0, -1.5, -3.9])
def test_late_and_early_feeds(hours: float) -> None:
    source = feeds(Late(TUESDAY, hours))
    due = new_york(TUESDAY) + timedelta(hours=hours)
    before = source.build("cs.AI", due - A_MINUTE)
    after = source.build("cs.AI", due + A_MINUTE)
    assert (before.day, after.day) == (MONDAY, TUESDAY)
    assert after.declared_day == (TUESDAY if hours > 0 else MONDAY)


def test_partial_the_rest_comes_later_in_the_same_order() -> None:
    source = feeds(Partial(TUESDAY, share=0.4, hours=2))
    first = source.build("cs.AI", new_york(TUESDAY) + A_MINUTE)
    whole = source.build("cs.AI", new_york(TUESDAY, 2) + A_MINUTE)
    assert 0 < len(first.items) < len(whole.items)
    assert whole.items[: len(first.items)] == first.items
    assert whole.items == source.truth.listing("cs.AI", TUESDAY)


def test_empty_on_a_due_day() -> None:
    source = feeds(Empty(TUESDAY, "cs.AI"), Empty(WEDNESDAY, "cs.AI", hours=10))
    assert source.build("cs.AI", new_york(TUESDAY, 23)).items == ()
    assert source.build("cs.AI", new_york(WEDNESDAY, 9)).items == ()
    assert source.build("cs.AI", new_york(WEDNESDAY, 10) + A_MINUTE).items
    assert source.build("cs.CL", new_york(TUESDAY, 9)).items


def test_behind_the_date_is_yesterdays() -> None:
    build = feeds(Behind(TUESDAY)).build("cs.AI", new_york(TUESDAY) + A_MINUTE)
    assert (build.day, build.declared_day) == (TUESDAY, MONDAY)


def test_a_switch_for_one_category_beats_one_for_all() -> None:
    source = feeds(Behind(TUESDAY, "cs.AI"), Stale(TUESDAY))
    assert source.build("cs.AI", new_york(TUESDAY) + A_MINUTE).declared_day == MONDAY
    assert source.build("cs.CL", new_york(TUESDAY) + A_MINUTE).day == MONDAY


def test_a_skipped_day_is_an_empty_feed_and_a_bigger_one_after_it() -> None:
    source = feeds(Skipped(TUESDAY), announcements=40)
    assert source.build("cs.AI", new_york(TUESDAY) + A_MINUTE).items == ()
    waiting = {a.day for a in source.truth.announcements()}
    assert TUESDAY not in waiting
    assert len(source.truth.listing("cs.AI", WEDNESDAY)) > len(source.truth.listing("cs.AI", MONDAY))


def test_more_than_two_thousand_rows_lose_new_papers_first() -> None:
    script = Script(("cs.AI",), MONDAY, days=1, announcements=2300)
    source = Feeds(Truth(script))
    whole = source.truth.listing("cs.AI", MONDAY)
    build = source.build("cs.AI", new_york(MONDAY) + A_MINUTE)
    assert (len(whole), len(build.items)) == (2300, MOST_ROWS)
    cut = whole[:300]
    assert build.items == whole[300:]
    assert {item.kind for item in cut} == {Kind.NEW}
    missed = source.truth.announcements() - source.shown(new_york(TUESDAY))
    assert len(missed) == 300


def test_without_misbehaviour_the_feeds_show_the_whole_truth_in_time() -> None:
    source = feeds(Volume(FRIDAY, 90))
    end = new_york(MONDAY + timedelta(days=8))
    assert source.shown(end) == source.truth.announcements(end)
    assert source.shown(announced_at(TUESDAY)) == source.truth.announcements(announced_at(MONDAY))
