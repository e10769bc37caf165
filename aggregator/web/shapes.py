"""What programs are told: the JSON of the API and of the MCP tools. Within a version, only additions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from aggregator.models import (
    Announcement,
    DayLink,
    Kind,
    ListQuery,
    Paper,
    Picked,
    PickedList,
    PollState,
    SeenVersion,
)

ARXIV = "https://arxiv.org"


class PaperJson(msgspec.Struct, kw_only=True, omit_defaults=False):
    """A paper at its newest known version; texts are plain, mathematics as it was written."""

    id: str
    version: int
    title: str
    authors: list[str]
    abstract: str
    categories: list[str]  # the primary one first
    comments: str | None
    journal_ref: str | None
    doi: str | None
    license: str | None
    withdrawn: bool
    url: str  # its page here
    arxiv_url: str
    pdf_url: str


class AnnouncementJson(msgspec.Struct):
    """arXiv listed the paper in a category on a day."""

    category: str
    day: date
    kind: str
    version: int


class VersionJson(msgspec.Struct):
    """A version, and when it was submitted as far as that is known."""

    number: int
    submitted: datetime | None


class WholePaperJson(PaperJson, kw_only=True):
    """A paper with its history."""

    announcements: list[AnnouncementJson]
    versions: list[VersionJson]


class ListedJson(PaperJson, kw_only=True):
    """A paper in a list: announced on `day`, as what."""

    day: date
    kind: str
    announced_version: int


class PapersJson(msgspec.Struct):
    """The papers that are here, in the order asked for, and the ids of those that are not."""

    papers: list[PaperJson]
    missing: list[str]


class ListJson(msgspec.Struct, kw_only=True):
    """A part of a list. `next_skip` asks for the next part, null at its end; `previous` and `next` are listing days."""

    expression: str
    include: list[str]
    exclude: list[str]
    first: date
    last: date
    previous: date | None
    next: date | None
    total: int
    counts: dict[str, int]
    skip: int
    show: int
    next_skip: int | None
    papers: list[ListedJson]


class DayJson(msgspec.Struct):
    """A listing day, each paper once."""

    day: date
    total: int
    counts: dict[str, int]


class DaysJson(msgspec.Struct):
    """Listing days, newest first."""

    days: list[DayJson]


class CategoryStatusJson(msgspec.Struct):
    """What is known of a followed category: its newest stored day, and when arXiv is asked again."""

    category: str
    checked_at: datetime
    outcome: str
    reason: str
    newest_day: date | None
    next_try: datetime | None


class StatusJson(msgspec.Struct):
    """How much is here, and how fresh it is."""

    papers: int
    announcements: int
    days: int
    categories: list[CategoryStatusJson]


class SearchJson(msgspec.Struct, kw_only=True):
    """A part of what was found. `about` says that `total` is judged from a sample: a phrase of words that a great many
    papers have."""

    query: str
    total: int
    about: bool
    skip: int
    show: int
    next_skip: int | None
    papers: list[PaperJson]


class ErrorJson(msgspec.Struct):
    """What is wrong, for a person."""

    error: str


def paper_json(paper: Paper, base_url: str) -> PaperJson:
    return PaperJson(**_paper(paper, base_url))


def whole_paper_json(
    paper: Paper, announcements: Iterable[Announcement], versions: Iterable[SeenVersion], base_url: str
) -> WholePaperJson:
    return WholePaperJson(
        **_paper(paper, base_url),
        announcements=[AnnouncementJson(a.category, a.day, a.kind.value, a.version) for a in announcements],
        versions=[VersionJson(seen.number, seen.submitted) for seen in versions],
    )


def list_json(
    query: ListQuery,
    found: PickedList,
    part: Iterable[Picked],
    papers: Mapping[str, Paper],
    base_url: str,
) -> ListJson:
    """`part` of what was found for `query`."""
    return ListJson(
        expression=query.text,
        include=list(query.include),
        exclude=list(query.exclude),
        first=found.first,
        last=found.last,
        previous=found.previous,
        next=found.next,
        total=len(found.papers),
        counts=_counts(Counter(one.kind for one in found.papers)),
        skip=query.skip,
        show=query.show,
        next_skip=next_skip(query.skip, query.show, len(found.papers)),
        papers=[_listed(one, papers[one.paper_id], base_url) for one in part if one.paper_id in papers],
    )


def _listed(one: Picked, paper: Paper, base_url: str) -> ListedJson:
    said = _paper(paper, base_url)
    return ListedJson(**said, day=one.day, kind=one.kind.value, announced_version=one.version)


def day_json(link: DayLink) -> DayJson:
    return DayJson(link.day, sum(link.counts.values()), _counts(link.counts))


def category_json(poll: PollState) -> CategoryStatusJson:
    return CategoryStatusJson(
        poll.category, poll.checked_at, poll.outcome.value, poll.reason, poll.day, poll.next_try
    )


def next_skip(skip: int, show: int, total: int) -> int | None:
    """Where the next part begins, None at the end."""
    return skip + show if skip + show < total else None


def _counts(counts: Mapping[Kind, int]) -> dict[str, int]:
    return {kind.value: counts.get(kind, 0) for kind in Kind}


def _paper(paper: Paper, base_url: str) -> dict[str, Any]:
    return {
        "id": paper.id,
        "version": paper.version,
        "title": paper.title_text,
        "authors": [author.name for author in paper.authors],
        "abstract": paper.abstract_text,
        "categories": list(paper.categories),
        "comments": paper.comments,
        "journal_ref": paper.journal_ref,
        "doi": paper.doi,
        "license": paper.license,
        "withdrawn": paper.withdrawn,
        "url": f"{base_url.rstrip('/')}/arxiv/{paper.id}/",
        "arxiv_url": f"{ARXIV}/abs/{paper.id}",
        "pdf_url": f"{ARXIV}/pdf/{paper.id}",
    }
