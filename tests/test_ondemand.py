"""Lists on demand over a real server and a real database: any categories, any days, ids, feeds, bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from fakes import entry
from webserver import get, serving_all

from aggregator import normalise
from aggregator.app import App
from aggregator.desk import DeskKey, Item
from aggregator.models import Announcement, CategoryReport, Kind, LedgerRow, ListQuery, Outcome, Poll, State
from aggregator.settings import Settings, SiteSettings
from aggregator.store import Store
from aggregator.store.choices import TooMany
from aggregator.store.desks import Desks
from aggregator.web.files import HASHED

MONDAY = date(2026, 5, 4)
TUESDAY, WEDNESDAY = MONDAY + timedelta(1), MONDAY + timedelta(2)
Row = tuple[str, Kind, int]  # category, kind, number of the paper

DAYS: dict[date, list[Row]] = {
    date(2020, 1, 7): [("cs.AI", Kind.NEW, 90), ("cs.CL", Kind.NEW, 91)],
    MONDAY: [("cs.AI", Kind.NEW, n) for n in range(1, 8)] + [("cs.CL", Kind.NEW, 20), ("cs.AI", Kind.CROSS, 20)],
    TUESDAY: [("cs.CL", Kind.NEW, 21), ("cs.AI", Kind.REPLACE, 1), ("hep-th", Kind.NEW, 40)],
    WEDNESDAY: [("cs.AI", Kind.NEW, 30), ("cs.LG", Kind.CROSS, 30)],
}  # fmt: skip


def store_days(store: Store) -> None:
    for day, rows in DAYS.items():
        at = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
        for category in dict.fromkeys(row[0] for row in rows):
            entries = [
                entry(number, kind, category=_home(number), version=2 if kind is Kind.REPLACE else 1)
                for name, kind, number in rows
                if name == category
            ]
            papers = tuple(normalise.paper(one) for one in entries)
            said = tuple(
                Announcement(paper.id, paper.version, category, day, one.kind, place)
                for place, (paper, one) in enumerate(zip(papers, entries, strict=True), 1)
            )
            report = CategoryReport(category, Outcome.STORED, day=day)
            store.save_poll(Poll(report, at, papers=papers, announcements=said))


def _home(number: int) -> str:
    return next(name for rows in DAYS.values() for name, kind, n in rows if n == number and kind is Kind.NEW)


@dataclass
class House:
    port: int
    settings: Settings

    def ids(self, path: str) -> list[int]:
        """The numbers of the papers that a page shows, in its order."""
        response, body = get(self.port, path)
        assert response.status == 200, (path, body[:300])
        return [int(n) for n in re.findall(rb'class="panel paper" id="2605\.(\d{5})"', body)]

    def text(self, path: str) -> str:
        return get(self.port, path)[1].decode()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    settings = Settings(categories=("cs.AI", "cs.CL"), data=folder, site=SiteSettings(title="Lists", days=2))
    app = App(settings)
    with app.writing() as store:
        store_days(store)
    app.build()
    with serving_all(settings) as port:
        yield House(port, settings)


def test_the_newest_day_of_an_expression(house: House) -> None:
    assert house.ids("/arxiv/cs") == [30]
    assert house.ids("/arxiv/cs.CL,hep-th") == [21, 40]
    assert house.ids("/arxiv/hep-th") == [40]


def test_any_day_and_the_order_of_arxiv(house: House) -> None:
    assert house.ids("/arxiv/cs?date=2026-05-04") == [1, 2, 3, 4, 5, 6, 7, 20]
    assert house.ids("/arxiv/cs.AI?date=2026-05-04") == [1, 2, 3, 4, 5, 6, 7, 20]
    assert house.ids("/arxiv/cs.AI,cs.CL?date=2020-01-07") == [90, 91]
    assert house.ids("/arxiv/cs.AI+cs.CL?date=2026-05-05") == [21, 1]


def test_days_that_left_the_static_span_keep_their_addresses(house: House) -> None:
    assert not (house.settings.data / "site/arxiv/cs.AI/2020-01-07").exists()
    assert house.ids("/arxiv/cs.AI/2020-01-07/") == [90]
    assert house.ids("/arxiv/2020-01-07/") == [90, 91]
    assert "<id>" in house.text("/arxiv/cs.AI/2020-01-07/feed.xml")


def test_the_difference_leaves_out_what_is_filed_elsewhere(house: House) -> None:
    assert house.ids("/arxiv/cs.AI-cs.CL?date=2026-05-04") == [1, 2, 3, 4, 5, 6, 7]


def test_ranges_show_each_paper_once_on_its_newest_day(house: House) -> None:
    assert house.ids("/arxiv/cs?from=2026-05-04&to=2026-05-06") == [30, 21, 1, 2, 3, 4, 5, 6, 7, 20]
    text = house.text("/arxiv/cs?from=2026-05-04&to=2026-05-06")
    assert "Total: 10 " in re.sub(r"<[^>]+>", "", text).replace("\n", " ")


def test_kinds_sorting_and_parts(house: House) -> None:
    assert house.ids("/arxiv/cs.AI?date=2026-05-04&kind=cross") == [20]
    assert house.ids("/arxiv/cs.AI?date=2026-05-04&sort=0") == [20, 7, 6, 5, 4, 3, 2, 1]
    assert house.ids("/arxiv/cs.AI?date=2026-05-04&show=3") == [1, 2, 3]
    assert house.ids("/arxiv/cs.AI?date=2026-05-04&show=3&skip=6") == [7, 20]
    assert house.ids("/arxiv/cs.AI?date=2026-05-04&skip=1000") == []
    text = house.text("/arxiv/cs.AI?date=2026-05-04&show=3&skip=3")
    assert '<span class="index">#4</span>' in text
    assert 'href="/arxiv/cs.AI?date=2026-05-04&amp;show=3&amp;skip=6"' in text


def test_what_readers_starred_most_comes_first_when_asked(house: House) -> None:
    assert house.ids("/arxiv/cs.AI?date=2026-05-04&sort=1") == [1, 2, 3, 4, 5, 6, 7, 20]
    desks, key = Desks(house.settings.data / "desks.db"), DeskKey(b"k" * 16)
    desks.create(key, 0, limit=9)
    desks.sync(key, 0, [Item(f"mark/{entry(5).arxiv_id}/star", "0000000000001-0000-aaaaaaaa", b'"now"')], 0)
    desks.close()
    assert house.ids("/arxiv/cs.AI?date=2026-05-04&sort=1") == [5, 1, 2, 3, 4, 6, 7, 20]
    assert house.ids("/arxiv/cs.AI?date=2026-05-04&sort=1&show=2&skip=1") == [1, 2]
    assert house.ids("/arxiv/cs.AI?date=2026-05-04") == [1, 2, 3, 4, 5, 6, 7, 20]


def test_a_page_says_how_complete_it_is(house: House) -> None:
    with App(house.settings).writing() as store:
        store.save_ledger([LedgerRow("cs.AI", TUESDAY, State.SUSPECT, "two papers are missing")])
    said = r'<p class="evidence">.*Incomplete.*two papers are missing'
    assert re.search(said, house.text("/arxiv/cs.AI?date=2026-05-05"))
    assert re.search(
        r'<p class="evidence">.*5 May.*Incomplete|<p class="evidence">.*2026-05-05.*Incomplete',
        house.text("/arxiv/cs.AI?from=2026-05-04&to=2026-05-06"),
    )
    assert re.search(
        r'<p class="evidence">.*1 of 2 followed|<p class="evidence">.*cs.AI',
        house.text("/arxiv/cs?date=2026-05-05"),
    )


def test_a_page_leads_to_the_listing_days_around_it(house: House) -> None:
    text = house.text("/arxiv/cs?date=2026-05-04")
    assert 'rel="prev" href="/arxiv/cs?date=2020-01-07"' in text
    assert 'rel="next" href="/arxiv/cs?date=2026-05-05"' in text
    assert 'rel="next"' not in house.text("/arxiv/cs")


def test_a_day_without_papers_is_an_empty_list(house: House) -> None:
    response, body = get(house.port, "/arxiv/cs.AI?date=2026-05-02")
    assert response.status == 200
    assert b"announced no papers" in body


def test_categories_where_nothing_was_announced_are_not_here(house: House) -> None:
    for path in ("/arxiv/math.AG", "/arxiv/cs.XX", "/arxiv/nonsense", "/arxiv/cs.AI/nonsense"):
        assert get(house.port, path)[0].status == 404


def test_wrong_words_are_told(house: House) -> None:
    response, body = get(house.port, "/arxiv/cs.AI?date=2026-02-30")
    assert (response.status, body) == (400, b"not a day such as 2024-03-26: 2026-02-30\n")


def test_a_browser_is_told_in_a_page(house: House) -> None:
    response, body = get(house.port, "/arxiv/cs.AI?date=<i>2026", accept="text/html,*/*;q=0.8")
    assert (response.status, response.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert b'<p class="info refused" lang="en">Not a day such as 2024-03-26: &lt;i&gt;2026</p>' in body
    assert b'<p class="eyebrow">400</p>' in body
    missing, page = get(house.port, "/arxiv/2605.09999", accept="text/html")
    assert missing.status == 404
    assert b'<p class="info refused" lang="en" hidden></p>' in page


def test_pages_made_here_have_their_stylesheets_before_anybody_built_the_site(tmp_path: Path) -> None:
    with serving_all(Settings(categories=("cs.AI",), data=tmp_path)) as port:
        page = get(port, "/arxiv/search?query=graphs")[1].decode()
        named = re.findall(r'(?:href|src)="(/assets/[^"]+)"', page)
        assert {one.rpartition(".")[2] for one in named} >= {"css", "js"}
        for one in named:
            response, body = get(port, one)
            assert (response.status, response.headers["cache-control"]) == (200, HASHED)
            assert body
        assert get(port, named[0], if_none_match=get(port, named[0])[0].headers["etag"])[0].status == 304
        assert get(port, "/assets/site.000000000000.css")[0].status == 404


def test_feeds_of_every_list(house: House) -> None:
    response, body = get(house.port, "/arxiv/cs.AI,cs.CL/feed?date=2026-05-04")
    assert response.headers["content-type"].startswith("application/atom+xml")
    assert body.count(b"<entry>") == 8
    assert get(house.port, "/arxiv/cs/feed")[1].count(b"<entry>") == 1


def test_papers_of_any_time_have_their_page(house: House) -> None:
    for path in ("/arxiv/2605.00090", "/arxiv/2605.00090/", "/arxiv/2605.00090v1", "/arxiv/2605.00001"):
        assert f'id="{path[7:17]}"' in house.text(path)
        assert '<meta name="citation_title"' in house.text(path)
    assert get(house.port, "/arxiv/2605.09999")[0].status == 404


def test_lists_of_ids_keep_their_order(house: House) -> None:
    assert house.ids("/arxiv/2605.00040,2605.00001,2605.00040v3,2605.99999,2605.00090") == [40, 1, 90]
    assert get(house.port, "/arxiv/2605.00040,x")[0].status == 400


def test_answers_are_kept_packed_and_asked_for_again(house: House) -> None:
    path = "/arxiv/cs?from=2026-05-01&to=2026-05-06"
    for _ in range(2):
        response, _ = get(house.port, path, accept_encoding="br")
        assert response.headers["content-encoding"] == "br"
        etag = response.headers["etag"]
        assert get(house.port, path, accept_encoding="br", if_none_match=etag)[0].status == 304


def test_what_is_stored_meanwhile_is_seen(tmp_path: Path) -> None:
    settings = Settings(categories=("cs.AI",), data=tmp_path)
    app = App(settings)
    with app.writing() as store:
        store_days(store)
    app.build()
    with serving_all(settings) as port:
        assert b"2605.00050" not in get(port, "/arxiv/cs")[1]
        with app.writing() as store:
            day = WEDNESDAY + timedelta(1)
            paper = normalise.paper(entry(50))
            said = Announcement(paper.id, 1, "cs.AI", day, Kind.NEW, 1)
            report = CategoryReport("cs.AI", Outcome.STORED, day=day)
            store.save_poll(
                Poll(report, datetime(2026, 5, 7, 5, tzinfo=UTC), papers=(paper,), announcements=(said,))
            )
        for _ in range(100_000):
            if b"2605.00050" in get(port, "/arxiv/cs")[1]:
                return
    pytest.fail("still the old list")


def test_a_list_is_bounded_in_rows(tmp_path: Path) -> None:
    with Store.open(tmp_path / "papers.db") as store:
        store_days(store)
        with pytest.raises(TooMany, match="fewer days"):
            store.find(ListQuery("cs.AI", ("cs.AI",), first=MONDAY, last=WEDNESDAY), most=3)


def test_without_a_database_a_list_is_a_503_and_files_are_served(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/index.html").write_bytes(b"home")
    with serving_all(Settings(data=tmp_path)) as port:
        assert get(port, "/")[1] == b"home"
        assert get(port, "/arxiv/cs")[0].status == 503


def test_no_question_reads_a_whole_table(tmp_path: Path) -> None:
    """Whatever a reader asks goes through an index, so that three million papers do not matter."""
    with Store.open(tmp_path / "papers.db") as store:
        store_days(store)
        said: list[str] = []
        with store._session.reading() as conn:
            conn.set_trace_callback(said.append)
            names = ("cs.AI", "cs.CL")
            store.find(ListQuery("x", names, ("cs.LG",)))
            store.find(ListQuery("x", names, first=MONDAY, last=WEDNESDAY))
            store.days_of(names, MONDAY, WEDNESDAY, 10)
            store.history("2605.00001")
            store.papers_of(["2605.00001"])
            store.cards_of(["2605.00001"], "x")
            store.newest_kinds(["2605.00001"])
            conn.set_trace_callback(None)
            asked = [one for one in said if one.lstrip().upper().startswith("SELECT")]
            plans = [row[3] for one in asked for row in conn.execute(f"EXPLAIN QUERY PLAN {one}")]
    assert len(asked) > 9
    scanned = {plan.split()[1] for plan in plans if plan.startswith("SCAN") and "CONSTANT ROW" not in plan}
    assert scanned.isdisjoint(
        {"papers", "texts", "announcements", "listings", "paper_categories", "cards", "versions", "a"}
    ), scanned
