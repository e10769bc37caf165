"""Programs that read papers.cool work here without a change: only the host is another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from cool_clients import Exporter, FeedReader, ListScraper
from test_ondemand import store_days
from webserver import get, serving_all

from aggregator.app import App
from aggregator.settings import Settings


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    settings = Settings(categories=("cs.AI", "cs.CL"), data=tmp_path_factory.mktemp("cool"))
    app = App(settings)
    with app.writing() as store:
        store_days(store)
    app.build()
    with serving_all(settings) as port:
        yield port


@pytest.mark.parametrize(
    "path", ["/arxiv/cs.AI", "/arxiv/cs", "/arxiv/cs.AI,cs.CL", "/arxiv/cs.AI+cs.LG-cs.CY"]
)
def test_a_list_is_scraped_by_class_names(port: int, path: str) -> None:
    heading, total, items = ListScraper(port).read(path)
    assert heading
    assert total == len(items) == 1
    (item,) = items
    assert (item.id, item.number) == ("2605.00030", 1)
    assert item.title == "A sample title, number 30"
    assert item.link.endswith("/arxiv/2605.00030/")
    assert item.authors == ("Ada Sample", "Bo Sample")
    assert item.summary.startswith("A sample abstract")
    assert item.subjects
    assert item.published == datetime(2026, 5, 6)


def test_a_scraper_gets_as_many_as_it_asks_for(port: int) -> None:
    _, total, items = ListScraper(port).read("/arxiv/cs.AI/2026-05-04", limit=3)
    assert (total, [item.number for item in items]) == (8, [1, 2, 3])


@pytest.mark.parametrize("path", ["/arxiv/cs.AI", "/arxiv/cs", "/arxiv/cs.AI+cs.LG-cs.CY"])
def test_every_list_has_its_feed(port: int, path: str) -> None:
    ((link, title, updated, authors, summary),) = FeedReader(port).read(path)
    assert link == "/arxiv/2605.00030/"
    assert title == "A sample title, number 30"
    assert updated.startswith("2026-05-06")
    assert authors == ("Ada Sample", "Bo Sample")
    assert summary


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("/arxiv/CS.ai", "/arxiv/cs.AI"),
        ("/arxiv/CS+stat.ml-CS.cy/feed?show=1", "/arxiv/cs+stat.ML-cs.CY/feed?show=1"),
        ("/arxiv/cs.AI,", "/arxiv/cs.AI"),
        ("/arxiv/cs.ai/2026-05-04", "/arxiv/cs.AI/2026-05-04"),
    ],
)
def test_a_category_in_other_capitals_leads_to_arxivs(port: int, asked: str, meant: str) -> None:
    response, _ = get(port, asked)
    assert (response.status, response.headers["location"]) == (308, meant)
    assert get(port, meant)[0].status == 200
    assert get(port, "/arxiv/cs.XX")[0].status == 404


def test_a_list_of_ids_has_its_feed(port: int) -> None:
    read = FeedReader(port).read("/arxiv/2605.00090,2605.00001")
    assert [entry[0] for entry in read] == ["/arxiv/2605.00090/", "/arxiv/2605.00001/"]
    assert [entry[0] for entry in FeedReader(port).read("/arxiv/2605.00001")] == ["/arxiv/2605.00001/"]


def test_stars_travel_as_an_address_of_ids(port: int) -> None:
    exporter = Exporter(port)
    stars = ["2605.00040", "2605.00001", "2605.00090"]
    assert exporter.opened(exporter.address(stars)) == stars
    cited = exporter.cited("2605.00090")
    assert cited["citation_title"] == ["A sample title, number 90"]
    assert cited["citation_author"]
    assert cited["citation_arxiv_id"] == ["2605.00090"]
