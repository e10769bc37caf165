"""The simulated OAI-PMH: the same truth, by day of change, in pages whose tokens are offsets."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from aggregator.simulator import Script, SimulatedArxiv, Truth, VirtualClock
from aggregator.simulator.oai import READY_AFTER, Oai
from aggregator.simulator.script import Skipped, announced_at

MONDAY = date(2026, 10, 26)
WEDNESDAY = MONDAY + timedelta(days=2)
CATEGORIES = ("cs.AI", "cs.CL", "math.AG", "hep-th", "cs.IT")
SATURDAY = datetime(2026, 10, 31, 12, tzinfo=UTC)
NS = "{http://www.openarchives.org/OAI/2.0/}"
ARXIV = "{http://arxiv.org/OAI/arXiv/}"
RAW = "{http://arxiv.org/OAI/arXivRaw/}"


@pytest.fixture(scope="module")
def truth() -> Truth:
    return Truth(Script(CATEGORIES, MONDAY, days=5, announcements=60))


def asked(oai: Oai, moment: datetime = SATURDAY, **arguments: str) -> Element:
    named = {name.rstrip("_"): value for name, value in arguments.items()}
    return ElementTree.fromstring(oai(f"?{urlencode(named)}", moment).body)


def listed(oai: Oai, moment: datetime = SATURDAY, **arguments: str) -> Element:
    return asked(oai, moment, verb="ListRecords", **arguments)


def error(root: Element) -> str:
    return root.find(f"{NS}error").get("code")  # type: ignore[union-attr,return-value]


def ids(root: Element) -> list[str]:
    return [e.text.removeprefix("oai:arXiv.org:") for e in root.iter(f"{NS}identifier") if e.text]


def test_all_records_are_all_papers(truth: Truth) -> None:
    found = ids(listed(Oai(truth), metadataPrefix="arXiv"))
    assert sorted(found) == sorted(truth.papers())


def test_arxiv_raw_has_every_version_with_its_moment(truth: Truth) -> None:
    for record in listed(Oai(truth), metadataPrefix="arXivRaw").iter(f"{RAW}arXivRaw"):
        paper = truth.papers()[record.findtext(f"{RAW}id") or ""]
        versions = list(record.iter(f"{RAW}version"))
        assert [v.get("version") for v in versions] == [f"v{n + 1}" for n in range(paper.version)]
        assert record.findtext(f"{RAW}categories") == " ".join(paper.categories)
        assert versions[0].findtext(f"{RAW}date") == f"{paper.submitted[0]:%a, %d %b %Y %H:%M:%S} GMT"


def test_names_come_in_parts(truth: Truth) -> None:
    records = list(listed(Oai(truth), metadataPrefix="arXiv").iter(f"{ARXIV}arXiv"))
    for record in records:
        assert all(author.findtext(f"{ARXIV}keyname") for author in record.iter(f"{ARXIV}author"))
    assert any(record.find(f".//{ARXIV}affiliation") is not None for record in records)


def test_a_set_holds_its_categories_and_nothing_else(truth: Truth) -> None:
    oai = Oai(truth)
    for spec, category in (("cs:cs:AI", "cs.AI"), ("physics:hep-th", "hep-th"), ("cs:cs:IT", "cs.IT")):
        found = ids(listed(oai, metadataPrefix="arXiv", set=spec))
        assert sorted(found) == sorted(p.id for p in truth.papers().values() if category in p.listed_in)
    whole = set(ids(listed(oai, metadataPrefix="arXiv", set="cs")))
    assert whole == {p.id for p in truth.papers().values() if any(c.startswith("cs.") for c in p.listed_in)}


def test_records_change_at_half_past_ten_new_york(truth: Truth) -> None:
    ready = announced_at(MONDAY) + READY_AFTER
    oai = Oai(truth)
    assert error(listed(oai, ready - timedelta(seconds=1), metadataPrefix="arXiv")) == "noRecordsMatch"
    assert ids(listed(oai, ready, metadataPrefix="arXiv"))


def test_days_bound_the_list_at_both_ends(truth: Truth) -> None:
    oai, day = Oai(truth), WEDNESDAY.isoformat()
    found = listed(oai, metadataPrefix="arXiv", from_=day, until=day)
    assert {e.text for e in found.iter(f"{NS}datestamp")} == {day}
    (release,) = [r for r in truth.releases if r.day == WEDNESDAY]
    later = {p.id for r in truth.releases if r.day > WEDNESDAY for p in r.papers}
    assert set(ids(found)) == {p.id for p in release.papers} - later


def test_pages_follow_their_tokens_to_the_end(truth: Truth) -> None:
    oai = Oai(truth, page=25)
    page = listed(oai, metadataPrefix="arXiv")
    found = ids(page)
    while token := page.findtext(f".//{NS}resumptionToken"):
        page = listed(oai, resumptionToken=token)
        found += ids(page)
    assert sorted(found) == sorted(truth.papers())
    last = page.find(f".//{NS}resumptionToken")
    assert last is not None
    assert last.get("completeListSize") == str(len(found))


def test_a_record_that_changes_during_a_harvest_makes_another_slip_through(truth: Truth) -> None:
    oai = Oai(truth, page=25)
    before = announced_at(WEDNESDAY) + READY_AFTER - timedelta(minutes=5)
    page = listed(oai, before, metadataPrefix="arXiv")
    found = set(ids(page))
    after = before + timedelta(minutes=10)
    while token := page.findtext(f".//{NS}resumptionToken"):
        page = listed(oai, after, resumptionToken=token)
        found |= set(ids(page))
    missed = {change.paper.id for change in oai.changes(after)} - found
    assert missed, "some record was shifted onto a page that had been read"


def test_tokens_expire_at_midnight_utc(truth: Truth) -> None:
    oai = Oai(truth, page=25)
    token = listed(oai, metadataPrefix="arXiv").findtext(f".//{NS}resumptionToken") or ""
    assert ids(listed(oai, SATURDAY + timedelta(hours=11), resumptionToken=token))
    assert error(listed(oai, SATURDAY + timedelta(hours=13), resumptionToken=token)) == "badResumptionToken"
    assert error(listed(oai, resumptionToken="nonsense")) == "badResumptionToken"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"verb": "Sing"}, "badVerb"),
        ({}, "badVerb"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "marc"}, "cannotDisseminateFormat"),
        ({"verb": "ListRecords", "metadataPrefix": "arXiv", "from": "yesterday"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "arXiv", "size": "9"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "arXiv", "resumptionToken": "x"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "arXiv", "from": "2030-01-01"}, "noRecordsMatch"),
        ({"verb": "GetRecord", "metadataPrefix": "arXiv", "identifier": "oai:arXiv.org:1"}, "idDoesNotExist"),
    ],
)
def test_errors_come_with_status_200(truth: Truth, arguments: dict[str, str], code: str) -> None:
    reply = Oai(truth)(f"?{urlencode(arguments)}", SATURDAY)
    assert reply.status == 200
    assert error(ElementTree.fromstring(reply.body)) == code


def test_one_record_by_its_id(truth: Truth) -> None:
    paper = next(iter(truth.papers()))
    root = asked(Oai(truth), verb="GetRecord", metadataPrefix="arXiv", identifier=f"oai:arXiv.org:{paper}")
    assert ids(root) == [paper]


def test_what_was_skipped_changes_with_the_next_release() -> None:
    truth = Truth(Script(CATEGORIES, MONDAY, days=5, announcements=20, switches=(Skipped(WEDNESDAY),)))
    stamps = {e.text for e in listed(Oai(truth), metadataPrefix="arXiv").iter(f"{NS}datestamp")}
    assert WEDNESDAY.isoformat() not in stamps


@pytest.mark.parametrize(
    ("recording", "prefix"), [("cs_2016-03/001.xml.gz", "arXiv"), ("arXivRaw_2014-01-16.xml.gz", "arXivRaw")]
)
def test_elements_stand_in_the_recorded_order(
    truth: Truth, recordings: Path, recording: str, prefix: str
) -> None:
    """Every two elements that both have follow each other in the same way."""
    recorded = ElementTree.fromstring(gzip.decompress((recordings / "oai" / recording).read_bytes()))
    ours = listed(Oai(truth), metadataPrefix=prefix)
    tag = f"{{http://arxiv.org/OAI/{prefix}/}}{prefix}"
    assert _followers(ours, tag) <= _followers(recorded, tag) | {("suffix", "affiliation")}
    assert [e.tag for e in ours][:3] == [e.tag for e in recorded][:3]


def _followers(root: Element, tag: str) -> set[tuple[str, str]]:
    names = [[child.tag.rpartition("}")[2] for child in record] for record in root.iter(tag)]
    return {(a, b) for record in names for n, a in enumerate(record) for b in record[n + 1 :]}


def test_it_is_served_beside_the_feeds(truth: Truth) -> None:
    with SimulatedArxiv(truth, VirtualClock(SATURDAY)) as arxiv:
        reply = arxiv.answer("/oai?verb=ListRecords&metadataPrefix=arXiv&set=cs:cs:AI")
    assert ids(ElementTree.fromstring(reply.body))
