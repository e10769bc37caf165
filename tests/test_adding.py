"""`aggregator add` and `backfill`: single papers and past days, through the gate, stored, with pages of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from test_reconcile import FIRST, Place, place

from aggregator.asking import Watcher
from aggregator.cli import main, run
from aggregator.errors import FeedErrorReply, SuspectPage
from aggregator.models import Kind, State
from aggregator.retry import Wait
from aggregator.simulator import Fault, faults
from aggregator.store import Store

SEARCH = "/api/query?search_query=*"
EMPTY = (
    b'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">'
    b"<opensearch:totalResults>%d</opensearch:totalResults><opensearch:startIndex>0</opensearch:startIndex></feed>"
)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Place]:
    with place(tmp_path) as found:
        found.live(4)
        yield found


def true_ids(here: Place, number: int) -> list[str]:
    """New papers of a day that the program did not see."""
    new = {a.paper_id for a in here.truth.announcements() if a.kind is Kind.NEW and a.day == FIRST}
    return sorted(new)[:number]


def test_papers_are_stored_through_the_gate_and_have_a_page(here: Place) -> None:
    ids = true_ids(here, 3)
    done = here.app.add([ids[0], f"https://arxiv.org/abs/{ids[1]}", f"arXiv:{ids[2]}v1"])
    assert [paper.id for paper in done.papers] == ids
    assert (done.fresh, done.missing) == (3, [])
    assert here.app.add(ids).fresh == 0
    moments = [entry.at for entry in here.arxiv.log]
    assert min(b - a for a, b in pairwise(moments)) >= timedelta(seconds=3)
    here.app.build()
    for paper_id in ids:
        page = here.app.site_folder / "arxiv" / paper_id / "index.html"
        assert f"arXiv:{paper_id}" in page.read_text() or paper_id in page.read_text()


def test_what_arxiv_does_not_have_is_named_after_it_was_asked_again(here: Place) -> None:
    known = true_ids(here, 1)[0]
    assert here.app.add([known, "0704.0001"]).missing == ["0704.0001"]
    before = len(here.arxiv.log)
    assert here.app.add(["0704.0001"]).missing == ["0704.0001"]
    assert len(here.arxiv.log) - before == here.settings.arxiv.tries


def test_A21_an_empty_first_page_is_asked_again(here: Place) -> None:
    here.arxiv.inject(Fault(faults.status(200, body=EMPTY % 0), path="/api/*", times=2))
    assert here.app.add(true_ids(here, 1)).missing == []


def test_A21_a_blank_body_is_asked_again(here: Place) -> None:
    here.arxiv.inject(Fault(faults.empty_body(), path="/api/*", times=2))
    assert here.app.add(true_ids(here, 1)).missing == []


def test_A21_an_empty_page_in_mid_search_is_suspect_in_the_end(here: Place) -> None:
    here.arxiv.inject(Fault(faults.status(200, body=EMPTY % 40), path=SEARCH, times=None))
    with pytest.raises(SuspectPage):
        here.app.add_found("cat:cs.AI", 20)


def test_A22_an_error_entry_is_no_paper(here: Place) -> None:
    error = here.arxiv.answer("/api/query?search_query=nonsense:x").body
    here.arxiv.inject(Fault(faults.status(200, body=error), path="/api/*", times=None))
    with pytest.raises(FeedErrorReply, match="cannot parse"):
        here.app.add_found("cat:cs.AI", 20)


def test_a_question_that_arxiv_does_not_understand_is_told(here: Place) -> None:
    with pytest.raises(FeedErrorReply):
        here.app.add_found("nonsense:x", 20)


def test_a_search_is_read_page_by_page_up_to_what_was_asked(here: Place) -> None:
    done = here.app.add_found("cat:cs.AI OR cat:math.PR", 150)
    assert len(done.papers) == min(150, done.total)
    searches = [entry.path for entry in here.arxiv.log if entry.path.startswith("/api/query")]
    assert len(searches) == -(-len(done.papers) // 100)


def test_a_stop_keeps_what_came(here: Place) -> None:
    class Stops(Watcher):
        def waiting(self, category: str, wait: Wait) -> None:
            here.app.stop.set()

    here.arxiv.inject(Fault(faults.status(503), path="/api/query?id_list=*"))
    here.app.watcher = Stops()
    with pytest.raises(Exception, match="stopped"):
        here.app.add(true_ids(here, 1))


# the command line


@pytest.mark.parametrize(
    "arguments", [(), ("2401.00001", "--search", "all:x"), ("no paper",), ("2401.00001", "x/1")]
)
def test_what_names_no_paper_is_refused_by_name(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["add", *arguments]) == 64
    said = capsys.readouterr().err
    assert ("no paper" in said) or ("x/1" in said) or "name papers" in said


def config(here: Place, folder: Path) -> Path:
    arxiv = here.settings.arxiv
    lines = [
        'categories = ["cs.AI", "math.PR"]',
        f'data = "{here.settings.data}"',
        "[arxiv]",
        "interval = 0.01",
    ]
    lines += [
        f'{key} = "{getattr(arxiv, key)}"'
        for key in ("rss_url", "oai_url", "api_url", "lists_url", "contact")
    ]
    path = folder / "aggregator.toml"
    path.write_text("\n".join([*lines, "tries = 1"]))
    return path


def test_json_says_what_was_added_and_what_not(here: Place, tmp_path: Path) -> None:
    known = true_ids(here, 1)[0]
    arguments = ["--config", str(config(here, tmp_path)), "add", known, "0704.0001", "--json"]
    done = CliRunner().invoke(main, arguments, standalone_mode=False)
    told = json.loads(done.stdout)
    assert [paper["id"] for paper in told["papers"]] == [known]
    assert (told["added"], told["missing"]) == (1, ["0704.0001"])
    assert done.return_value == 69


def test_backfill_refuses_days_in_the_wrong_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["backfill", "--from", "2026-05-08", "--to", "2026-05-04"]) == 64
    assert "comes after" in capsys.readouterr().err


# past days


def test_backfill_fills_days_before_the_first(here: Place) -> None:
    until = FIRST + timedelta(days=3)
    verdicts = here.app.backfill(FIRST, until)
    assert [verdict.error for verdict in verdicts] == ["", ""]
    assert {row for row in here.true() if row[1] <= until} <= here.stored()
    assert here.ledger()["cs.AI", FIRST].state is State.BACKFILLED
    assert sum(verdict.filled for verdict in here.app.backfill(FIRST, until)) == 0


def test_a_backfill_goes_on_where_it_stood_though_daily_harvests_came_between(here: Place) -> None:
    from aggregator.simulator.oai import Oai

    here.arxiv.add_route("/oai", Oai(here.truth, page=10))
    second = "/oai?verb=ListRecords&resumptionToken=*skip%3D20*"
    here.arxiv.inject(Fault(faults.status(404), path=second, times=1))
    until = FIRST + timedelta(days=3)
    assert here.app.backfill(FIRST, until)[0].error
    here.app.reconcile()
    before = len(here.arxiv.log)
    assert here.app.backfill(FIRST, until)[0].error == ""
    again = [e.path for e in here.arxiv.log[before:] if e.path.startswith("/oai")]
    assert "resumptionToken" in again[0]
    assert {row for row in here.true() if row[1] <= until and row[0] == "cs.AI"} <= here.stored()


def test_added_papers_outlive_a_reading_of_the_feeds(here: Place) -> None:
    here.app.add(true_ids(here, 1))
    here.live(5)
    with Store.open(here.app.database, read_only=True) as store:
        assert store.paper(true_ids(here, 1)[0]) is not None
