"""What is searched, what is asked, and what was found."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from aggregator.models.message import Message
from aggregator.models.page import Card


class Order(StrEnum):
    """How found papers are ordered."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    STARS = "stars"  # of the best ones, what readers of this server starred most comes first

    @property
    def deepest(self) -> int:
        """How many of the found papers can be paged through; papers.cool finds no more than 1,000 at all."""
        return 1000 if self is Order.STARS else 100_000


@dataclass(frozen=True, slots=True)
class Searchable:
    """A paper as the index reads it: plain texts, and the day it was first submitted as far as that is known."""

    id: str
    title: str
    abstract: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    day: date
    comments: str = ""
    journal: str = ""
    doi: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as a reader asks for it: `text` in the language of `query`, narrowed by the others.

    `categories` are canonical names or archives, of which one must hold; `first` and `last` are days, included.
    """

    text: str
    order: Order = Order.RELEVANCE
    skip: int = 0
    show: int = 25
    categories: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Shares:
    """How the found papers divide: categories by number, years in order. A paper counts in each of its categories.

    `about` says that the numbers of categories are judged from a sample, `about_years` that those of years are too,
    `about_total` that even how many there are is.
    """

    categories: tuple[tuple[str, int], ...] = ()
    years: tuple[tuple[int, int], ...] = ()
    about: bool = False
    about_years: bool = False
    about_total: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """`ids` of the papers asked for, of `total`, with the `days` they came; `named` when one paper's id was asked."""

    ids: tuple[str, ...]
    total: int
    days: tuple[date, ...] = ()
    shares: Shares = field(default_factory=Shares)
    named: str | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completion: `text` for people, `query` that asks for it, `paper_id` where it is one paper."""

    text: str
    query: str
    paper_id: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A found paper as a page shows it: its card, perhaps with marks in it."""

    paper_id: str
    version: int
    day: date
    card: Card


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a question could not be answered; `before`, `there`, `behind` are its text around the place."""

    message: Message
    before: str = ""
    there: str = ""
    behind: str = ""


@dataclass(frozen=True, slots=True)
class SearchResults:
    """A page of results: what was found, or what is `wrong`; `rather` is a question that may find more.

    `marked` says whether the words asked for are marked.
    """

    asked: Asked
    found: Found = Found((), 0)
    hits: tuple[Hit, ...] = ()
    wrong: Wrong | None = None
    rather: str | None = None
    marked: bool = True
