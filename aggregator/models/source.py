"""What came over the wire, and what a source said with it; text byte-exact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from aggregator.models.paper import Kind, Version


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


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of arXiv's own list of a day: papers and how they are listed. `total` counts all pages."""

    day: date
    entries: tuple[tuple[str, Kind], ...]
    total: int


@dataclass(frozen=True, slots=True)
class Validators:
    """What a conditional request sends back: the ETag and Last-Modified of the last whole answer."""

    etag: str | None = None
    last_modified: str | None = None
