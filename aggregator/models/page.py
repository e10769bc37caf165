"""What a page shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from aggregator.models.ledger import LedgerRow, Trust
from aggregator.models.message import Message
from aggregator.models.paper import Announcement, Kind, Paper, SeenVersion
from aggregator.models.standing import GateState, PollState


@dataclass(frozen=True, slots=True)
class Card:
    """A paper's ready pieces, made once by the renderer that `renderer` names and kept.

    `html` is the inside of the paper's element on a list page; `entry_xml` of its Atom <entry>.
    """

    paper_id: str
    html: str
    entry_xml: str
    renderer: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of a listing: a ready card and what arXiv said of it that day."""

    paper_id: str
    kind: Kind
    version: int
    card: Card


@dataclass(frozen=True, slots=True)
class DayLink:
    """A listing day that has a page, with the number of its announcements by kind."""

    day: date
    counts: Mapping[Kind, int]


@dataclass(frozen=True, slots=True)
class DayStamp:
    """What tells whether anything of a listing day changed: its listings, and their revisions and those of its
    rows in the ledger, each added up (they only grow). `open` rows of the ledger are not settled."""

    listings: int
    revisions: int
    ledger: int
    open: int

    def __str__(self) -> str:
        return f"{self.listings} {self.revisions} {self.ledger}"


@dataclass(frozen=True, slots=True)
class Listing:
    """A day's list of one category, or of all followed ones merged (`category` None).

    `papers` is ordered by kind, then by arXiv's position; the merged list holds each paper once.
    `checked_at` is when arXiv was last asked for it; `note` one plain sentence on how complete the day is.
    `month` are the days of its month that have pages, up to the next one: later days must not change this page.
    `trust` is how the page marks its `note`.
    """

    category: str | None
    day: date
    papers: tuple[Listed, ...]
    previous: date | None = None
    next: date | None = None
    checked_at: datetime | None = None
    note: Message | str = ""
    month: tuple[DayLink, ...] = ()
    trust: Trust = Trust.DERIVED


@dataclass(frozen=True, slots=True)
class PaperRecord:
    """A paper with its whole history here, for its own page. The `paged` days have pages, None means all."""

    paper: Paper
    announcements: tuple[Announcement, ...]  # by day, then category
    card: Card
    versions: tuple[SeenVersion, ...] = ()  # by number
    paged: frozenset[date] | None = None


@dataclass(frozen=True, slots=True)
class CategorySummary:
    """One followed category as the home page shows it: its newest days, newest first, and its last check.

    `volume` counts new papers a day. `proven`: the newest day is, and nothing is awaited after it.
    """

    category: str
    days: tuple[DayLink, ...]
    checked_at: datetime | None = None
    note: Message | str = ""
    volume: Mapping[date, int] = field(default_factory=dict)
    proven: bool = False


@dataclass(frozen=True, slots=True)
class Overview:
    """What the status page tells: the ledger's newest rows, polls, the gate, and the volume of the merged days.

    `volume` is newest first; `checked_at` is the newest look of any category.
    """

    categories: tuple[str, ...]
    rows: tuple[LedgerRow, ...]
    polls: tuple[PollState, ...]
    gate: GateState
    volume: tuple[DayLink, ...]
    checked_at: datetime | None = None


@dataclass(frozen=True, slots=True, init=False)
class Page:
    """A file of the site: its path below the site folder (e.g. "arxiv/cs.AI/index.html") and its bytes.

    The bytes may come in parts: to join a megabyte of cards costs more than to write them as they lie, for the
    memory that it takes is new each time.
    """

    path: str
    parts: tuple[bytes, ...]

    def __init__(self, path: str, *parts: bytes) -> None:
        object.__setattr__(self, "path", path)
        object.__setattr__(self, "parts", parts)

    @property
    def body(self) -> bytes:
        return self.parts[0] if len(self.parts) == 1 else b"".join(self.parts)

    @property
    def size(self) -> int:
        """In bytes."""
        return sum(map(len, self.parts))


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did, in files."""

    written: int
    unchanged: int
    pruned: int
