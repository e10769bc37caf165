"""What a paper is, and how arXiv announces it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Kind(StrEnum):
    """How arXiv announced a paper in a category. The order is the order of sections on a page."""

    NEW = "new"
    CROSS = "cross"
    REPLACE = "replace"
    REPLACE_CROSS = "replace-cross"


@dataclass(frozen=True, slots=True)
class Author:
    """`name` as people write it (Unicode, TeX accents resolved); `affiliation` where the source gave one."""

    name: str
    affiliation: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a paper. `submitted` is when it was submitted, UTC: no day of announcement."""

    number: int
    submitted: datetime


@dataclass(frozen=True, slots=True)
class SeenVersion:
    """A version that was seen; `submitted` (UTC) where a source told."""

    number: int
    submitted: datetime | None = None


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
