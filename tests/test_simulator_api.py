"""The simulated search API: by id, category, words and date, in arXiv's layout."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from aggregator.simulator import Script, SimulatedArxiv, Truth, VirtualClock
from aggregator.simulator.api import READY_AFTER, Api
from aggregator.simulator.script import announced_at

MONDAY = date(2026, 10, 26)
SATURDAY = datetime(2026, 10, 31, 12, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"
SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


@pytest.fixture(scope="module")
def truth() -> Truth:
    return Truth(Script(("cs.AI", "math.AG", "hep-th"), MONDAY, days=5, announcements=60))


def asked(truth: Truth, moment: datetime = SATURDAY, **arguments: str | int) -> Element:
    reply = Api(truth)(f"?{urlencode(arguments)}", moment)
    assert reply.status == 200
    return ElementTree.fromstring(reply.body)


def names(root: Element) -> list[str]:
    """The ids with versions, in order."""
    return [(e.findtext(f"{ATOM}id") or "").partition("/abs/")[2] for e in root.iter(f"{ATOM}entry")]


def total(root: Element) -> int:
    return int(root.findtext(f"{SEARCH}totalResults") or -1)


def test_papers_by_id_in_the_order_asked_for(truth: Truth) -> None:
    first, second = list(truth.papers())[:2]
    old = next(p for p in truth.papers().values() if p.version > 1)
    root = asked(truth, id_list=f"{second},{first},{old.id}v1,0000.0000", max_results=100)
    versions = {paper: truth.papers()[paper].version for paper in (first, second)}
    assert names(root) == [f"{second}v{versions[second]}", f"{first}v{versions[first]}", f"{old.id}v1"]
    assert total(root) == 3


def test_a_category_by_name_or_pattern(truth: Truth) -> None:
    wanted = {f"{p.id}v{p.version}" for p in truth.papers().values() if "math.AG" in p.categories}
    assert set(names(asked(truth, search_query="cat:math.AG", max_results=2000))) == wanted
    both = asked(truth, search_query="cat:math.* OR cat:hep-th", max_results=2000)
    assert wanted < set(names(both))


def test_words_and_dates_narrow_a_query(truth: Truth) -> None:
    papers = truth.papers().values()
    query = "cat:cs.AI AND submittedDate:[202610260000 TO 202610270000]"
    begin, end = datetime(2026, 10, 26, tzinfo=UTC), datetime(2026, 10, 27, tzinfo=UTC)
    found = names(asked(truth, search_query=query, max_results=2000))
    assert len(found) == len(
        [p for p in papers if "cs.AI" in p.categories and begin <= p.submitted[0] <= end]
    )
    everything = total(asked(truth, search_query="all:sample"))
    assert everything == len(papers) > total(asked(truth, search_query="ti:on AND cat:math.AG"))


def test_pages_join_to_the_whole(truth: Truth) -> None:
    def page(start: int, size: int) -> list[str]:
        query = "all:sample"
        return names(asked(truth, search_query=query, sortBy="submittedDate", start=start, max_results=size))

    pages = [page(start, 50) for start in range(0, 500, 50)]
    whole = page(0, 2000)
    assert [name for part in pages for name in part] == whole[:500]


def test_sorting_goes_both_ways(truth: Truth) -> None:
    down = names(asked(truth, search_query="cat:hep-th", sortBy="lastUpdatedDate", max_results=2000))
    up = names(
        asked(
            truth,
            search_query="cat:hep-th",
            sortBy="lastUpdatedDate",
            sortOrder="ascending",
            max_results=2000,
        )
    )
    assert down == up[::-1]


def test_papers_are_missing_until_midnight_new_york(truth: Truth) -> None:
    ready = announced_at(MONDAY) + READY_AFTER
    assert total(asked(truth, ready - timedelta(seconds=1), search_query="all:sample")) == 0
    assert total(asked(truth, ready, search_query="all:sample")) > 0


def test_no_query_finds_nothing(truth: Truth) -> None:
    assert names(asked(truth)) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"id_list": "abc"}, "incorrect id format for abc"),
        ({"start": "x"}, "start must be an integer"),
        ({"max_results": "2001"}, "max_results must be at most 2000"),
        ({"search_query": "all:x", "start": "30000"}, "start below 30000"),
        ({"search_query": "mood:blue"}, "cannot parse query mood:blue"),
    ],
)
def test_errors_are_an_entry_named_error(truth: Truth, arguments: dict[str, str], says: str) -> None:
    reply = Api(truth)(f"?{urlencode(arguments)}", SATURDAY)
    assert reply.status == 400
    (entry,) = ElementTree.fromstring(reply.body).iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "Error"
    assert says in (entry.findtext(f"{ATOM}summary") or "")


def test_the_error_is_the_recorded_one(truth: Truth, recordings: Path) -> None:
    (path,) = (recordings / "api").glob("id_abc_*")
    recorded = json.loads(path.read_text())["body"]
    moment = datetime(2026, 4, 12, 22, 59, 6, tzinfo=UTC)
    assert Api(truth)("?id_list=abc", moment).body.decode() == recorded


def test_elements_stand_in_the_recorded_order(truth: Truth, recordings: Path) -> None:
    """Every two elements that both have follow each other in the same way."""
    (path,) = (recordings / "api").glob("q_testing_s0_*")
    recorded = ElementTree.fromstring(json.loads(path.read_text())["body"].encode())
    ours = asked(truth, search_query="all:sample", max_results=300)
    theirs = _followers(recorded)
    known = {tag for pair in theirs for tag in pair}
    strange = {pair for pair in _followers(ours) - theirs if known.issuperset(pair)}
    assert not strange
    assert [e.tag for e in ours][:7] == [e.tag for e in recorded][:7]


def _followers(root: Element) -> set[tuple[str, str]]:
    tags = [[child.tag for child in entry] for entry in root.iter(f"{ATOM}entry")]
    return {(a, b) for entry in tags for n, a in enumerate(entry) for b in entry[n + 1 :]}


def test_it_is_served_beside_the_feeds(truth: Truth) -> None:
    with SimulatedArxiv(truth, VirtualClock(SATURDAY)) as arxiv:
        reply = arxiv.answer("/api/query?search_query=cat:hep-th")
    assert len(names(ElementTree.fromstring(reply.body))) == 10
