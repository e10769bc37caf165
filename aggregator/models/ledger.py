"""What is proven of a listing day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from aggregator.models.paper import Kind


class State(StrEnum):
    """How far a listing day of one category can be trusted."""

    EXPECTED = (
        "expected"  # its slot has passed and nothing came yet, or a holiday on which nothing should come
    )
    SEEN = "seen"  # something is stored; a second look or a second witness has yet to confirm it
    CONFIRMED = "confirmed"  # whole: a second look or a second witness found nothing more
    CONFIRMED_EMPTY = "confirmed-empty"  # arXiv announced nothing
    LATE = "late"  # its window closed and nothing came
    SUSPECT = "suspect"  # something is missing, or probably is
    BACKFILLED = "backfilled"  # whole: what arXiv's feed lacked was stored from a second witness
    DERIVED = "derived"  # worked out from submission dates; nobody saw what arXiv listed


class Trust(StrEnum):
    """How far a page's day can be trusted, in one word."""

    PROVEN = "proven"  # by a second look or a second witness
    OPEN = "open"  # something is awaited still
    DERIVED = "derived"  # nothing is awaited, and nothing proves it


@dataclass(frozen=True, slots=True)
class Evidence:
    """Who said it ("rss", "oai", "api"), when (UTC), and the SHA-256 of the body, in hexadecimal."""

    source: str
    at: datetime
    body: str | None = None


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """What is known of the completeness of one listing day in one category. Moments are UTC.

    `state` and `reason` follow from the facts below them; `ledger.after` is the only place that sets them.
    """

    category: str
    day: date
    state: State = State.EXPECTED
    reason: str = ""
    counts: Mapping[Kind, int] = field(default_factory=dict)  # announcements stored, by kind
    evidence: Evidence | None = None  # the last answer that spoke of this day
    checked_at: datetime | None = None  # when that was
    next_try: datetime | None = None  # when arXiv's feed is asked again; None: with the next harvest
    seen_at: datetime | None = None  # when a feed last added announcements
    again_at: datetime | None = None  # when a look after that found nothing more
    usual: int = 0  # the announcements that such a day usually has, 0 unknown
    cut: bool = False  # the feed stopped at arXiv's limit of 2,000 entries
    ended_at: datetime | None = None  # when its window was found closed, or a later day announced
    followed_by: date | None = None  # the first later day that was announced
    witness: str = ""  # the second witness that spoke last, "oai" or "api"
    witnessed_at: datetime | None = None  # when that was
    known: int = 0  # papers that the witness puts on this day
    missing: int = 0  # of these, not stored
    filled: int = 0  # stored on the witness's word
    tried_at: datetime | None = None  # when the feed was last asked, whatever came of it
    trouble: str = ""  # why that brought no answer, "" when it did
    derived: bool = False  # its announcements were worked out from submission dates, see `Derived`

    @property
    def total(self) -> int:
        return sum(self.counts.values())
