"""The second witness against the simulated arXiv: what feeds lack is found, filled and said."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from aggregator.announce import NEW_YORK
from aggregator.app import App
from aggregator.models import Kind, LedgerRow, State
from aggregator.settings import ArxivSettings, Settings
from aggregator.simulator import Fault, Script, SimulatedArxiv, Truth, VirtualClock, faults
from aggregator.simulator.oai import Oai
from aggregator.simulator.script import CalendarSwitch, Empty, FeedSwitch, Stale, Unplanned
from aggregator.store import Store

CATEGORIES = ("cs.AI", "math.PR")
FIRST = date(2026, 5, 4)  # a Monday
Row = tuple[str, date, str, int]


class Place:
    """An app in a folder, and the arXiv that it asks."""

    def __init__(self, folder: Path, arxiv: SimulatedArxiv, truth: Truth, clock: VirtualClock) -> None:
        asks = ArxivSettings(
            contact="tests@example.org",
            rss_url=arxiv.rss_url,
            oai_url=f"{arxiv.url}/oai",
            api_url=f"{arxiv.url}/api/query",
            lists_url=f"{arxiv.url}/catchup",
        )
        self.settings = Settings(categories=CATEGORIES, data=folder / "data", arxiv=asks)
        self.arxiv, self.truth, self.clock = arxiv, truth, clock
        self.app = App(self.settings, clock=clock)
        self.filled = 0

    def live(self, *days: int, look: bool = True) -> None:
        """The morning after each listing day: the feeds, then the second witness."""
        for day in days:
            self.clock.advance_to(datetime.combine(FIRST + timedelta(days=day), time(0, 30), NEW_YORK))
            if look:
                self.filled += sum(verdict.filled for verdict in self.app.update().verdicts)

    def reconcile(self) -> int:
        """All that the witness has filled, also with the daily runs."""
        self.filled += sum(verdict.filled for verdict in self.app.reconcile())
        return self.filled

    def stored(self) -> set[Row]:
        with sqlite3.connect(self.app.database) as db:
            rows = db.execute("SELECT category, day, paper_id, version FROM announcements").fetchall()
        db.close()
        return {(category, date.fromisoformat(day), paper, version) for category, day, paper, version in rows}

    def true(self, kinds: set[Kind] = frozenset(Kind)) -> set[Row]:  # type: ignore[assignment]
        announced = self.truth.announcements(until=self.clock.now())
        return {(a.category, a.day, a.paper_id, a.version) for a in announced if a.kind in kinds}

    def ledger(self) -> dict[tuple[str, date], LedgerRow]:
        with Store.open(self.app.database, read_only=True) as store:
            return {(row.category, row.day): row for row in store.ledger_rows(FIRST, CATEGORIES)}


@contextmanager
def place(folder: Path, *switches: CalendarSwitch | FeedSwitch, announcements: int = 40) -> Iterator[Place]:
    script = Script(CATEGORIES, FIRST, days=12, announcements=announcements, seed=3, switches=switches)
    truth = Truth(script)
    clock = VirtualClock(datetime.combine(FIRST, time(0, 20), NEW_YORK))
    with SimulatedArxiv(truth, clock) as arxiv:
        yield Place(folder, arxiv, truth, clock)


def test_a_witness_that_misses_nothing_confirms_every_day(tmp_path: Path) -> None:
    with place(tmp_path) as here:
        here.live(0, 1, 2)
        assert here.reconcile() == 0
        assert here.stored() == here.true()
        rows = here.ledger()
        assert {rows["cs.AI", FIRST + timedelta(days=n)].state for n in range(3)} == {State.CONFIRMED}
        assert here.app.reconcile() == ()


def test_A1_a_stale_feed_is_filled_and_its_day_called_backfilled(tmp_path: Path) -> None:
    tuesday = FIRST + timedelta(days=1)
    with place(tmp_path, Stale(tuesday, "cs.AI")) as here:
        here.live(0, 1)
        assert {row for row in here.true() - here.stored() if row[1] == tuesday}
        here.live(2)
        assert here.reconcile() > 0
        missed = {row for row in here.true() - here.stored() if row[1] == tuesday}
        assert {row for row in missed if row in here.true({Kind.NEW, Kind.REPLACE})} == set()
        assert here.ledger()["cs.AI", tuesday].state is State.BACKFILLED
        assert here.ledger()["math.PR", tuesday].state is State.CONFIRMED


def test_A5_an_unplanned_announcement_that_no_feed_showed_is_filled_on_its_day(tmp_path: Path) -> None:
    saturday = FIRST + timedelta(days=5)
    with place(tmp_path, Unplanned(saturday)) as here:
        here.live(0, 1, 2, 3, 4)
        here.live(7, 8)
        here.reconcile()
        assert {row for row in here.true() if row[1] == saturday}
        assert here.stored() == here.true()


def test_A26_after_a_gap_every_missed_day_is_filled(tmp_path: Path) -> None:
    """Late cross-lists of papers that were never stored are the one thing that OAI-PMH cannot date."""
    with place(tmp_path) as here:
        here.live(0)
        here.live(8)
        assert here.reconcile() > 0
        assert here.true({Kind.NEW}) <= here.stored()
        assert len(here.true() - here.stored()) <= 0.2 * len(here.true())
        assert all(row.state is not State.EXPECTED for row in here.ledger().values())


def test_A2_an_empty_feed_on_a_due_day_is_no_loss(tmp_path: Path) -> None:
    with place(tmp_path, Empty(FIRST + timedelta(days=1))) as here:
        here.live(0, 1, 2)
        here.reconcile()
        assert here.true({Kind.NEW}) <= here.stored()


def test_a_second_pass_changes_nothing(tmp_path: Path) -> None:
    with place(tmp_path, Stale(FIRST + timedelta(days=1), "cs.AI")) as here:
        here.live(0, 1, 2)
        here.reconcile()
        before = here.stored()
        assert sum(v.filled for v in here.app.reconcile(since=FIRST)) == 0
        assert here.stored() == before


@pytest.mark.parametrize(
    "fault", [faults.status(503, retry_after="20"), faults.cut_at(500)], ids=["503", "cut"]
)
def test_the_witness_may_stumble(tmp_path: Path, fault: faults.Effect) -> None:
    with place(tmp_path) as here:
        here.live(0, 1)
        here.arxiv.inject(Fault(fault, path="/oai*", times=1))
        assert [verdict.error for verdict in here.app.reconcile()] == ["", ""]


def test_a_harvest_goes_on_after_a_failure_and_token_expiry(tmp_path: Path) -> None:
    """A18: the witness is gone in mid-harvest until the next day, when its token has expired."""
    with place(tmp_path, Stale(FIRST + timedelta(days=1), "cs.AI"), announcements=120) as here:
        here.arxiv.add_route("/oai", Oai(here.truth, page=20))
        here.live(0, 1, 2)
        here.arxiv.inject(Fault(faults.status(404), path="/oai?verb=ListRecords&resumptionToken=*", times=1))
        first = here.app.reconcile()
        assert [bool(verdict.error) for verdict in first] == [True, False]
        here.live(3, look=False)
        assert here.app.reconcile(since=FIRST)[0].error == ""
        tuesday = {row for row in here.true({Kind.NEW}) if row[1] == FIRST + timedelta(days=1)}
        assert tuesday <= here.stored()


def test_a_harvest_that_never_ends_fails_and_confirms_nothing(tmp_path: Path) -> None:
    """Every token is refused: the witness has not spoken, and the next day the harvest begins anew."""
    bad = b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-05-06T05:00:00Z</responseDate>'
    bad += b'<request>x</request><error code="badResumptionToken">expired</error></OAI-PMH>'
    with place(tmp_path, announcements=120) as here:
        here.arxiv.add_route("/oai", Oai(here.truth, page=20))
        here.live(0, 1)
        refused = Fault(
            faults.status(200, body=bad), path="/oai?verb=ListRecords&resumptionToken=*", times=None
        )
        here.arxiv.inject(refused)
        before = here.ledger()
        verdicts = here.app.reconcile(since=FIRST)
        assert ["do not come to rest" in verdict.error for verdict in verdicts] == [True, True]
        assert {key: row.witnessed_at for key, row in here.ledger().items()} == {
            key: row.witnessed_at for key, row in before.items()
        }
        here.arxiv.clear_faults()
        assert [verdict.error for verdict in here.app.reconcile(since=FIRST)] == ["", ""]


def test_requests_to_both_interfaces_keep_the_pace(tmp_path: Path) -> None:
    with place(tmp_path) as here:
        here.live(0, 1)
        here.reconcile()
        moments = sorted(logged.at for logged in here.arxiv.log)
        assert min((b - a).total_seconds() for a, b in pairwise(moments)) >= 3
        assert here.arxiv.max_concurrent == 1
