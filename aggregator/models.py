"""One frozen dataclass for each stage of a paper: answer → batch → paper and announcement → listing.

No dict crosses a module boundary, and no field list is written twice. Texts named `…_html` are safe to print
as they are; everything else is text as the source gave it (byte-exact) or plain text, and must be escaped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """How arXiv announced a paper in a category. The order is the order of sections on a page."""

    NEW = "new"
    CROSS = "cross"
    REPLACE = "replace"
    REPLACE_CROSS = "replace-cross"


# ── what came over the wire ──


@dataclass(frozen=True, slots=True)
class Answer:
    """One whole HTTP answer. `headers` has lower-case names; `body` is decoded and complete.

    `not_modified` is True for a 304 to a conditional request (then `body` is empty).
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime  # UTC
    not_modified: bool = False


# ── what a source said ──


@dataclass(frozen=True, slots=True)
class RawEntry:
    """What a source said of one paper, text byte-exact.

    `authors` is the source's own string (RSS: one comma-joined string, affiliations in parentheses).
    `categories` keeps the source's order, the primary category first.
    `version` is None where the source does not say.
    """

    arxiv_id: str  # without version: "2403.15527" or "hep-th/9901001"
    version: int | None
    kind: Kind
    title: str
    abstract: str
    authors: str
    categories: tuple[str, ...]
    comments: str | None = None
    journal_ref: str | None = None
    doi: str | None = None
    license: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """An entry that was not taken. `what` names it (bounded, printable), `reason` says why."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What one feed held, in its order.

    `declared_day` is the date of the feed's pubDate in New York; `built_at` the moment it was generated
    (lastBuildDate, or Atom's updated), UTC. `truncated` is True when the feed holds exactly arXiv's limit of
    2,000 rows, so that new papers may be missing. `warnings` counts what was unusual but taken, e.g.
    {"unknown_kind": 2}.
    """

    category: str
    declared_day: date | None
    built_at: datetime | None
    entries: tuple[RawEntry, ...]
    refused: tuple[Refusal, ...] = ()
    warnings: Mapping[str, int] = field(default_factory=dict)
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a paper. `submitted` is when it was submitted, UTC: no day of announcement."""

    number: int
    submitted: datetime


class Record(NamedTuple):
    """What arXiv's database says of one paper now (OAI-PMH, API), text byte-exact; no announcement.

    `datestamp` is the UTC day of the last modification, of whatever kind. `authors` reads like RSS: names joined
    by commas, affiliations in parentheses. `created` and `updated` are days of submission. A `deleted` record
    holds nothing but its id and datestamp. `versions` is in order; where the source tells only some, those.

    A named tuple, because a harvest makes millions: a frozen dataclass of 15 fields takes four times as long.
    """

    arxiv_id: str
    datestamp: date
    deleted: bool
    categories: tuple[str, ...]  # in the source's order, primary first
    title: str
    abstract: str
    authors: str
    comments: str | None = None
    journal_ref: str | None = None
    doi: str | None = None
    license: str | None = None
    submitter: str | None = None
    created: date | None = None
    updated: date | None = None
    versions: tuple[Version, ...] = ()

    def entry(self, kind: Kind, version: int | None = None) -> RawEntry:
        """This record as an entry announced as `kind`, at `version` or the newest that is known."""
        newest = self.versions[-1].number if self.versions else None
        return RawEntry(
            self.arxiv_id,
            version or newest,
            kind,
            self.title,
            self.abstract,
            self.authors,
            self.categories,
            comments=self.comments,
            journal_ref=self.journal_ref,
            doi=self.doi,
            license=self.license,
        )


# ── what it is ──


@dataclass(frozen=True, slots=True)
class Author:
    """`name` as people write it (Unicode, TeX accents resolved); `affiliation` where the source gave one."""

    name: str
    affiliation: str | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper at its newest known version. Original texts are byte-exact, the others derived from them."""

    id: str
    version: int
    title: str
    abstract: str
    authors_raw: str
    categories: tuple[str, ...]  # canonical names, primary first, no duplicates
    title_html: str  # inline HTML, mathematics as MathML
    title_text: str  # plain Unicode, for feeds, search, <title>
    abstract_html: str  # one or more "<p>…</p>" of inline HTML
    abstract_text: str
    authors: tuple[Author, ...]
    comments: str | None = None
    comments_html: str | None = None
    journal_ref: str | None = None
    doi: str | None = None
    license: str | None = None
    withdrawn: bool = False

    @property
    def primary(self) -> str:
        return self.categories[0]


@dataclass(frozen=True, slots=True)
class Announcement:
    """arXiv announced `paper_id` at `version` in `category` on `day`, at `position` (from 1) in its order."""

    paper_id: str
    version: int
    category: str
    day: date
    kind: Kind
    position: int


# ── what a run did ──


class Outcome(StrEnum):
    """What one poll of one category came to. Only STORED means new announcements."""

    STORED = "stored"  # new announcements were stored
    UNCHANGED = "unchanged"  # the batch is known and belongs to the current slot: nothing more to do
    STALE = "stale"  # the batch is known and belongs to an older slot: arXiv is late
    EMPTY = "no-announcement"  # a whole, valid feed without entries
    NOT_MODIFIED = "not-modified"  # HTTP 304
    TRUNCATED = "truncated"  # exactly 2,000 rows: stored, but new papers may be missing
    NOT_DUE = "not-due"  # not asked: the next try lies in the future
    COOLING = "cooling-down"  # not asked, or stopped: arXiv told us to wait
    REFUSED = "refused"  # an answer came and was refused (see `reason`); nothing was stored
    FAILED = "failed"  # no answer after all tries


@dataclass(frozen=True, slots=True)
class CategoryReport:
    """What one poll of `category` did. `day` is the listing day it concerns, None when unknown."""

    category: str
    outcome: Outcome
    day: date | None = None
    counts: Mapping[Kind, int] = field(default_factory=dict)  # of the feed, by kind
    added: int = 0  # announcements that were not stored before
    reason: str = ""
    evidence: str = ""  # why this listing day
    attempts: int = 0
    next_try: datetime | None = None
    turned: tuple[LedgerRow, ...] = ()  # the days whose state in the ledger changed


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the second witness said of `category` from `since` to `until`: `filled` announcements were missing.

    `error` is "" when the harvest came to its end.
    """

    category: str
    since: date
    until: date
    records: int = 0
    filled: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """One run over several categories, and what the second witness said where its word was due."""

    started_at: datetime
    finished_at: datetime
    categories: tuple[CategoryReport, ...]
    verdicts: tuple[Verdict, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether pages have something new to show: announcements, or how far a day can be trusted."""
        return bool(self.verdicts) or any(
            report.outcome in (Outcome.STORED, Outcome.TRUNCATED) or report.turned
            for report in self.categories
        )


# ── what is proven ──


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

    @property
    def total(self) -> int:
        return sum(self.counts.values())


# ── what a page shows ──


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
class Listing:
    """A day's list of one category, or of all followed ones merged (`category` None).

    `papers` is ordered by kind, then by arXiv's position; the merged list holds each paper once.
    `checked_at` is when arXiv was last asked for it; `note` one plain sentence on how complete the day is.
    """

    category: str | None
    day: date
    papers: tuple[Listed, ...]
    previous: date | None = None
    next: date | None = None
    checked_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class PaperRecord:
    """A paper with its whole history here, for its own page."""

    paper: Paper
    announcements: tuple[Announcement, ...]  # by day, then category
    card: Card


@dataclass(frozen=True, slots=True)
class CategorySummary:
    """One followed category as the home page shows it: its newest days, newest first, and its last check."""

    category: str
    days: tuple[DayLink, ...]
    checked_at: datetime | None = None
    note: str = ""


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


@dataclass(frozen=True, slots=True)
class Page:
    """A file of the site: its path below the site folder (e.g. "arxiv/cs.AI/index.html") and its bytes."""

    path: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did, in files."""

    written: int
    unchanged: int
    pruned: int


# ── what is remembered between runs ──


@dataclass(frozen=True, slots=True)
class GateState:
    """What the gate to arXiv must remember across processes and restarts. Moments are UTC.

    `strikes` counts refusals in a row (each doubles the next cool-down); `needs_operator` is set by a 403 and
    only `aggregator resume` clears it.
    """

    last_request_at: datetime | None = None
    closed_until: datetime | None = None
    reason: str = ""
    strikes: int = 0
    needs_operator: bool = False


@dataclass(frozen=True, slots=True)
class Validators:
    """What a conditional request sends back: the ETag and Last-Modified of the last whole answer."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Poll:
    """One poll of one category and all it brought, stored in one transaction.

    `answer` is None when nothing came; its body is kept (compressed, by hash) when it is not a 304.
    """

    report: CategoryReport
    checked_at: datetime
    answer: Answer | None = None
    papers: tuple[Paper, ...] = ()
    announcements: tuple[Announcement, ...] = ()
    ledger: tuple[LedgerRow, ...] = ()


@dataclass(frozen=True, slots=True)
class PollState:
    """What is known of a category's polling: its last check, and when the next is due."""

    category: str
    checked_at: datetime
    outcome: Outcome
    reason: str
    day: date | None  # the newest listing day stored for it
    next_try: datetime | None
