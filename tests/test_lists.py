"""arXiv's own lists of past days: read strictly, asked politely, and the judge where feed and witness disagree."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from test_reconcile import FIRST, Place, place

from aggregator.announce import NEW_YORK
from aggregator.errors import EmptyBody, NotAFeed, SuspectPage
from aggregator.models import Answer, Kind, State
from aggregator.simulator import Fault, Script, Truth, faults
from aggregator.simulator.builds import Feeds
from aggregator.simulator.feeds import rss_document
from aggregator.simulator.lists import Lists
from aggregator.simulator.script import Stale
from aggregator.sources import lists
from aggregator.upkeep import Upkeep

DAY = FIRST + timedelta(days=1)
AT = datetime.combine(DAY, time(9), NEW_YORK)
TRUTH = Truth(Script(("cs.AI", "math.PR"), FIRST, days=5, announcements=60, seed=3))


def answer(body: bytes) -> Answer:
    return Answer("https://arxiv.org/catchup/cs.AI/x", 200, {}, body, AT)


def body(category: str = "cs.AI", day: date = DAY, *, page: int = 2000, number: int = 1) -> bytes:
    return Lists(TRUTH, page=page)(f"{category}/{day}?abs=False&page={number}", AT).body


def test_ids_and_kinds_come_in_arxivs_order() -> None:
    page = lists.parse(answer(body()), "cs.AI", DAY)
    true = [(item.preprint.id, item.kind) for item in TRUTH.listing("cs.AI", DAY)]
    assert list(page.entries) == true
    assert page.total == len(true)
    assert {kind for _, kind in true} == set(Kind)


def test_a_day_without_an_announcement_is_a_whole_list() -> None:
    saturday = FIRST - timedelta(days=2)
    assert lists.parse(answer(body(day=saturday)), "cs.AI", saturday).total == 0


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (b" \n", EmptyBody),
        (b"<html><body><h1>Guest network</h1></body></html>", NotAFeed),
        (body(day=FIRST), NotAFeed),
        (body()[:-200], SuspectPage),
        (body().replace(b"/abs/", b"/pdf/", 1), SuspectPage),
        (body().replace(b'href ="/abs/', b'href ="/abs/../', 1), SuspectPage),
        (body().replace(b"Total of ", b"Total of 1", 1), SuspectPage),
    ],
)
def test_what_is_not_the_whole_list_of_that_day_is_refused(text: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        lists.parse(answer(text), "cs.AI", DAY)


def test_every_cut_is_refused() -> None:
    whole = body()
    for end in range(0, len(whole) - 9, 97):
        with pytest.raises((EmptyBody, NotAFeed, SuspectPage)):
            lists.parse(answer(whole[:end]), "cs.AI", DAY)


def away(here: Place) -> None:
    """The program is off for a week."""
    here.live(0)
    here.live(8, 9)
    here.reconcile()


def test_A26_after_a_week_away_every_announcement_is_on_its_day(tmp_path: Path) -> None:
    """Cross-lists of papers that were never stored too, which OAI-PMH does not date."""
    with place(tmp_path) as here:
        away(here)
        assert here.stored() == here.true()
        missed = here.ledger()["cs.AI", DAY]
        assert missed.state is State.BACKFILLED
        assert "came from OAI-PMH, as arXiv's own list has them" in missed.reason


def test_lists_are_asked_every_15_s_and_once(tmp_path: Path) -> None:
    with place(tmp_path) as here:
        away(here)
        log = [entry for entry in here.arxiv.log if entry.path.startswith("/catchup/")]
        assert len(log) == len({entry.path for entry in log}) >= 5
        both = list(pairwise(sorted(here.arxiv.log, key=lambda entry: entry.at)))
        assert all((b.at - a.at).total_seconds() >= 15 for a, b in both if b.path.startswith("/catchup/"))


def test_a_day_that_the_feed_showed_needs_no_list(tmp_path: Path) -> None:
    with place(tmp_path) as here:
        here.live(0, 1, 2)
        here.reconcile()
        assert not [entry for entry in here.arxiv.log if entry.path.startswith("/catchup/")]


def test_without_lists_the_days_say_what_cannot_be_known(tmp_path: Path) -> None:
    with place(tmp_path) as here:
        here.arxiv.inject(Fault(faults.status(404), path="/catchup/*", times=None))
        away(here)
        assert here.true({Kind.NEW}) <= here.stored()
        assert "cross-lists of older papers" in here.ledger()["cs.AI", DAY].reason


def test_a_list_that_cannot_be_had_now_is_asked_for_again(tmp_path: Path) -> None:
    with place(tmp_path, Stale(DAY, "cs.AI")) as here:
        here.arxiv.inject(Fault(faults.status(503), path="/catchup/cs.AI/*", times=None))
        here.live(0, 1, 2)
        assert here.app.reconcile()[0].error
        here.arxiv.clear_faults()
        here.live(3, 4)
        here.reconcile()
        assert here.stored() == here.true()


def test_lists_that_stay_broken_for_days_do_not_keep_the_witness_waiting(tmp_path: Path) -> None:
    with place(tmp_path, Stale(DAY, "cs.AI")) as here:
        here.arxiv.inject(Fault(faults.status(503), path="/catchup/*", times=None))
        here.live(0, 1, 2)
        assert here.app.reconcile()[0].error
        here.live(3, 4, 7)
        here.reconcile()
        assert {row for row in here.true({Kind.NEW, Kind.REPLACE}) if row[1] == DAY} <= here.stored()
        assert "cross-lists of older papers" in here.ledger()["cs.AI", DAY].reason


@pytest.mark.parametrize("waits", [True, False])
def test_an_old_batch_under_a_new_date_goes_back_to_its_day(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, *, waits: bool
) -> None:
    """The program was off on Thursday, and on Friday the feed still held Thursday's batch under a new date.

    Thursday's list may be read, and kept, an hour before Friday's list tells that the batch is not Friday's.
    """
    friday = FIRST + timedelta(days=4)
    with place(tmp_path, Stale(friday, "math.PR", redated=True), announcements=4) as here:
        here.live(0, 1, 2)
        here.clock.advance_to(datetime.combine(friday, time(0, 30), NEW_YORK))
        if waits:
            here.arxiv.inject(Fault(faults.status(503), path=f"/catchup/math.PR/{friday}*", times=None))
        here.app.update()
        here.app.reconcile()
        assert bool({row for row in here.stored() - here.true() if row[1] == friday}) is waits
        here.arxiv.clear_faults()
        here.live(5, 7)
        here.reconcile()
        assert "belong to other days" in caplog.text
        assert here.stored() == here.true()
        rightly = [row for row in here.true() if row[:2] == ("math.PR", friday)]
        assert here.ledger()["math.PR", friday].total == len(rightly)
        here.app.build()
        assert [check.name for check in Upkeep(here.app).verify() if check.count] == []


def test_an_old_batch_under_a_new_date_goes_back_though_the_feed_mends_itself(tmp_path: Path) -> None:
    """An hour later the feed shows all of Friday, so that nothing is missing there: Thursday's list is the witness."""
    friday = FIRST + timedelta(days=4)
    with place(tmp_path, announcements=4) as here:
        here.live(0, 1, 2)
        here.clock.advance_to(datetime.combine(friday, time(0, 20), NEW_YORK))  # before Friday's witness
        items = Feeds(here.truth).build("math.PR", here.clock.now() - timedelta(days=1)).items
        stale = rss_document("math.PR", friday, here.clock.now(), [one.entry(3) for one in items])
        kind = {"Content-Type": "application/rss+xml"}
        here.arxiv.inject(Fault(lambda *_: faults.Reply(200, stale, kind), path="/rss/math.PR", times=1))
        here.app.update()
        here.clock.advance_to(datetime.combine(friday, time(1, 30), NEW_YORK))
        here.app.update()
        here.live(5, 7)
        here.reconcile()
        assert here.stored() == here.true()


def test_a_list_of_another_day_is_not_believed(tmp_path: Path) -> None:
    """Should its dates ever mean something else: the feeds' days stay."""
    with place(tmp_path, Stale(DAY, "cs.AI")) as here:
        own = Lists(here.truth)
        here.arxiv.add_route(
            "/catchup/", lambda rest, at: _dated(own(rest.replace(str(DAY), str(FIRST)), at))
        )
        here.live(0, 1, 2)
        here.reconcile()
        new = {row for row in here.stored() if row[1] == DAY and row in here.true({Kind.NEW})}
        assert new == {row for row in here.true({Kind.NEW}) if row[1] == DAY}


def _dated(reply: faults.Reply) -> faults.Reply:
    body = reply.body.replace(f"{FIRST:%a, %d %b %Y}".encode(), f"{DAY:%a, %d %b %Y}".encode())
    return faults.Reply(reply.status, body, reply.headers)
