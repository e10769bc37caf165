"""Search over HTTP: Cool Papers' addresses, our own, and what is said when something is wrong."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote_plus
from xml.etree import ElementTree

import pytest
from searchable_site import MANY, searchable_site
from store_samples import announcement, paper, poll
from webserver import get, serving

from aggregator.app import App
from aggregator.desk import DeskKey, Item
from aggregator.models import Asked, Found, Order, SearchResults, Shares
from aggregator.serving import Serving
from aggregator.settings import Settings, SiteSettings
from aggregator.site import Site
from aggregator.store.database import Store
from aggregator.store.desks import Desks

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return searchable_site(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def port(settings: Settings) -> Iterator[int]:
    with serving(settings.data / "site", groups=Serving(settings).groups()) as port:
        yield port


def page(port: int, query: str, **words: str) -> str:
    more = "".join(f"&{name.rstrip('_')}={value}" for name, value in words.items())
    response, body = get(port, f"/arxiv/search?query={quote_plus(query)}{more}")
    assert response.status == 200
    return body.decode()


def ids(html: str) -> list[str]:
    return re.findall(r'class="panel paper" id="([^"]+)"', html)


def test_a_page_as_readers_of_cool_papers_parse_it(port: int) -> None:
    html = page(port, "graphs", highlight="1", sort="", show="25", skip="0")
    assert '<body id="arxiv"' in html
    assert {*ids(html)} == {"2605.00001", "2605.00002"}
    assert '<div class="papers" lang="en" dir="ltr">' in html
    assert re.search(r'<h2 class="title"><span class="index">#1</span> <a class="title-link"', html)
    assert '<span class="total" role="status">Total: <data value="2">2</data></span>' in html
    assert re.search(r'<span class="date-data">20\d\d-\d\d-\d\d 00:00:00 UTC</span>', html)


def test_words_are_marked_unless_not_wanted(port: int) -> None:
    assert "<mark>Graphs</mark> &amp; &lt;b&gt;" in page(port, "graph")
    assert "<mark>" not in page(port, "graph", highlight="0")


def test_parts_follow_each_other(port: int) -> None:
    first = page(port, "sample")
    assert len(ids(first)) == 25
    href = re.search(r'<a class="control" rel="next" href="([^"]+)"', first)
    assert href
    _, body = get(port, href[1].replace("&amp;", "&"))
    assert len(ids(body.decode())) == 25
    assert not {*ids(first)} & {*ids(body.decode())}
    assert "nothing this far on" in page(port, "sample", skip="90000")


def test_narrowed_by_category_and_days(port: int) -> None:
    assert ids(page(port, "graphs", cat="hep-th")) == ["2605.00002"]
    assert ids(page(port, "graphs", to="2020")) == []
    assert "Search again without <span>2020" not in page(port, "graphs", to="2020")
    html = page(port, "graphs", from_="2020-01-01", to="2020-12-31", cat="cs.AI")
    assert html.count("Search again without") == 2


def test_shares_lead_on(port: int) -> None:
    html = page(port, "graphs")
    assert re.search(r'href="/arxiv/search\?query=graphs&amp;cat=hep-th" title="High Energy', html)


def test_years_are_a_chart_and_a_table(settings: Settings) -> None:
    site = Site(settings.site, settings.data / "site")
    shares = Shares((("cs.AI", 4),), ((2019, 3), (2026, 1)))
    html = site.search_page(SearchResults(Asked("graphs"), Found((), 4, (), shares))).decode()
    assert re.search(r'<tr><th scope="row"><a href="[^"]*from=2026-01-01&amp;to=2026-12-31">2026</a>', html)
    assert re.search(r'<a href="[^"]*from=2019[^"]*" tabindex="-1"><rect x="80" y="0"', html)
    assert "<span>2015</span> <span>2026</span>" in html  # a dozen years at least


def test_a_feed(port: int) -> None:
    response, body = get(port, "/arxiv/search/feed?query=graphs")
    assert response.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(body)
    links = [link.get("href") for link in feed.iter(f"{ATOM}link") if link.get("rel") == "alternate"]
    assert "http://127.0.0.1:8000/arxiv/2605.00002/" in links
    assert len(feed.findall(f"{ATOM}entry")) == 2
    assert "<mark>" not in body.decode()


def test_files(port: int) -> None:
    def file(form: str, query: str = "sample+OR+graphs") -> str:
        response, body = get(port, f"/arxiv/search/export?query={query}&format={form}")
        assert response.status == 200
        assert response.headers["content-disposition"].startswith("attachment; filename=search.")
        return body.decode()

    assert file("bibtex").count("@misc{") == MANY
    assert file("markdown").count("\n- [") == MANY - 1
    rows = [*csv.DictReader(io.StringIO(file("csv")))]
    assert len(rows) == MANY
    assert {row["title"] for row in rows if row["id"] == "2605.00001"} == {"'=Graphs & <b>lattices</b>"}
    assert len(json.loads(file("json"))) == MANY
    assert json.loads(file("json", "nothinghere")) == []
    assert get(port, "/arxiv/search/export?query=graphs&format=exe")[0].status == 400


def test_suggestions(port: int) -> None:
    _, body = get(port, "/arxiv/search/suggest?q=emil")
    assert json.loads(body) == [{"text": "Émile Österreich", "query": 'au:"Émile Österreich"', "page": ""}]
    _, body = get(port, "/arxiv/search/suggest?q=waves%20on")
    assert json.loads(body)[0] == {
        "text": "Waves on graphs",
        "query": "2605.00002",
        "page": "/arxiv/2605.00002/",
    }


def test_counts(port: int) -> None:
    _, body = get(
        port, "/arxiv/search/count?s=query%3Dgraphs&s=query%3Dti%3A&s=query%3Dgraphs%26cat%3Dhep-th"
    )
    assert json.loads(body) == [2, None, 1]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("query=graph+ti:", "<code>graph <mark>ti:</mark></code>"),
        ("query=graph&from=2024-77", "<bdi>2024-77</bdi> is not a day of the calendar."),
        ("query=graph&cat=nope", "arXiv has no category <bdi>nope</bdi>."),
        ("query=cat:%3Cscript%3E", "<mark>&lt;script&gt;</mark>"),
    ],
)
def test_what_is_wrong_is_told_on_the_page(port: int, query: str, said: str) -> None:
    response, body = get(port, f"/arxiv/search?{query}")
    assert response.status == 400
    assert said in body.decode()
    assert get(port, f"/arxiv/search/feed?{query}")[0].status == 400


def test_help_without_a_question_and_with_a_bad_one(port: int) -> None:
    assert "What you can ask" in page(port, "")
    html = page(port, "graphz")
    assert "Nothing found." in html
    assert 'href="/arxiv/search?query=graphs"' in html
    assert 'href="https://arxiv.org/abs/2401.99999"' in page(port, "2401.99999")


@pytest.mark.parametrize(
    "words", ["show=-1", "show=x", "skip=99999999999", "show=100000", "sort=nope", "from=&to=&cat="]
)
def test_odd_numbers_do_no_harm(port: int, words: str) -> None:
    assert get(port, f"/arxiv/search?query=sample&{words}")[0].status == 200


def test_answers_are_validated_and_kept(port: int) -> None:
    response, _ = get(port, "/arxiv/search?query=graphs&sort=oldest")
    again, body = get(port, "/arxiv/search?query=graphs&sort=oldest", if_none_match=response.headers["etag"])
    assert (again.status, body) == (304, b"")


def test_new_papers_are_found_at_once(settings: Settings, port: int) -> None:
    assert ids(page(port, "latecomer")) == []
    with App(settings).writing() as store:
        store.save_poll(poll(announcement(99, position=99), papers=[paper(99, title_text="A latecomer")]))
    App(settings).build()
    assert ids(page(port, "latecomer")) == ["2605.00099"]


def test_pages_have_a_box_unless_it_is_switched_off(settings: Settings, port: int) -> None:
    _, body = get(port, "/")
    assert b'<form class="site-search" role="search" action="/arxiv/search" method="get">' in body


def test_by_stars_as_papers_cool_asks_for_it(settings: Settings) -> None:
    desks, key = Desks(settings.data / "desks.db"), DeskKey(b"k" * 16)
    desks.create(key, 0, limit=9)
    desks.sync(key, 0, [Item("mark/2605.00002/star", "0000000000001-0000-aaaaaaaa", b'"now"')], 0)
    desks.close()
    with serving(settings.data / "site", groups=Serving(settings).groups()) as port:
        for sort in ("1", "stars"):
            html = page(port, "sample OR graphs", sort=sort, show="1")
            assert ids(html) == ["2605.00002"]
        assert "Most starred" not in html  # a site that shows no stars does not name the order
        results = SearchResults(Asked("x", Order.STARS), Found(("a",), 1))
        html = Site(SiteSettings(counts=True), settings.data / "site").search_page(results).decode()
        assert re.search(r'sort=stars[^"]*" aria-current="true">[^/]*Most starred', html)
        found = json.loads(get(port, "/api/v1/search?query=sample+OR+graphs&sort=stars&show=2")[1])
        assert found["papers"][0]["id"] == "2605.00002"
        assert found["total"] >= MANY


def test_below_a_path_and_without_a_box(tmp_path: Path) -> None:
    """All addresses of a search are below the site's own; a site may do without a search box and keep the search."""
    base = "http://127.0.0.1:8000/papers/"
    settings = searchable_site(tmp_path, base_url=base, search=False)
    with serving(settings.data / "site", base_url=base, groups=Serving(settings).groups()) as port:
        response, body = get(port, "/papers/arxiv/search?query=waves+graphs")
        html = body.decode()
        assert response.status == 200
        assert ids(html) == ["2605.00002"]
        assert 'action="/papers/arxiv/search"' in html
        own = re.findall(r'(?:href|src|action)="(/[^"]*)"', html)
        assert own
        assert [address for address in own if not address.startswith("/papers/")] == []
        assert (
            "https://arxiv.org/search/?searchtype=author" in html
        )  # a site without search sends readers there
        said = json.loads(get(port, "/papers/arxiv/search/suggest?q=waves")[1])
        assert [one["page"] for one in said if one["page"]] == ["/papers/arxiv/2605.00002/"]
        assert b"/papers/arxiv/2605.00002/" in get(port, "/papers/arxiv/search/feed?query=waves")[1]
        assert get(port, "/arxiv/search?query=waves")[0].status == 404
        assert b"site-search" not in get(port, "/papers/")[1]


def test_no_index_yet_is_told(tmp_path: Path) -> None:
    with Store.open(tmp_path / "papers.db"):
        pass
    with serving(tmp_path / "site", groups=Serving(Settings(data=tmp_path)).groups()) as port:
        response, body = get(port, "/arxiv/search?query=graph")
        assert response.status == 503
        assert b"come back in a while" in body
        assert get(port, "/arxiv/search/suggest?q=graph")[0].status == 503
        assert get(port, "/arxiv/search/feed?query=graph")[0].status == 503
