"""What a harvest asks next: pure decisions over pages, so that no record is lost between them.

    pass:  since ─► page ─token► page ─token► … ─► last page
                      └─ token refused ─► again from the last day stored, two days' overlap
    harvest: passes over the same records until one, uninterrupted, brings nothing new; one page needs no second pass
    next harvest: from the first answer of the last pass, two days' overlap; never `until`

A token is an offset into a list that changes: a record that is modified meanwhile moves to the list's end, all behind
it move up, and one of them is skipped. But then the moved record comes with another datestamp, so the pass has
brought something new, and another pass follows. (Source: arXiv's help page on OAI, and its published server.)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from aggregator.sources.oai import Prefix, list_records_url, resume_url
from aggregator.sources.oai_parser import OaiPage

OVERLAP = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class HarvestState:
    """Where a harvest of one set stands; to be stored in the transaction that stores a page's records.

    `since` is the first day of the harvest (UTC), None for everything. `seen_new` counts what this pass brought,
    `last_datestamp` is the newest day stored in it, `began` the response date of its first page. `restart` is the
    day from which it began again after its token was refused. `until` is the listing day that it is to confirm: it is
    never asked for, and a harvest for a later one begins anew.
    """

    set_spec: str
    prefix: Prefix
    since: date | None = None
    token: str | None = None
    seen_new: int = 0
    pass_number: int = 1
    newest_response_date: datetime | None = None
    done: bool = False
    restart: date | None = None
    last_datestamp: date | None = None
    began: datetime | None = None
    until: date | None = None


def request(state: HarvestState, base: str) -> str:
    """Address of the page to fetch next."""
    if state.token is not None:
        return resume_url(base, state.token)
    since = state.restart or state.since
    return list_records_url(base, set_spec=state.set_spec, prefix=state.prefix, since=since)


def after_page(state: HarvestState, page: OaiPage, new_records: int) -> HarvestState:
    """The state once `page` is stored.

    `new_records` counts its records that were not stored before, or with another datestamp or other content.
    """
    first = state.began is None
    moments = [page.response_date, *filter(None, [state.newest_response_date])]
    days = [record.datestamp for record in page.records] + [*filter(None, [state.last_datestamp])]
    read = replace(
        state,
        token=page.token,
        seen_new=state.seen_new + new_records,
        newest_response_date=max(moments),
        last_datestamp=max(days, default=None),
        began=state.began or page.response_date,
    )
    if page.token is not None:
        return read
    if first or (read.seen_new == 0 and read.restart is None):
        return replace(read, done=True)
    return _new_pass(read)


def after_bad_token(state: HarvestState, last_datestamp: date | None = None) -> HarvestState:
    """The state once the token was refused: expired (arXiv's do each midnight, UTC) or unknown.

    The pass goes on from `last_datestamp` (by default the newest that it stored). It is not taken for the last one:
    that arXiv lists by day is known from its published server only, and before 2025 it did not.
    """
    last = last_datestamp or state.last_datestamp
    if last is None:
        return replace(state, token=None, began=None)
    restart = max(filter(None, (last - OVERLAP, state.since)))
    return replace(state, token=None, restart=restart)


def next_harvest(state: HarvestState) -> HarvestState:
    """The harvest to begin after `state`, which is done."""
    if not state.done or state.began is None:
        raise ValueError("the harvest is not done")
    since = state.began.date() - OVERLAP
    return HarvestState(state.set_spec, state.prefix, since=since)


def _new_pass(state: HarvestState) -> HarvestState:
    return replace(
        state, seen_new=0, pass_number=state.pass_number + 1, restart=None, last_datestamp=None, began=None
    )
