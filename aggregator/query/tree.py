"""What a question is made of. Texts are as the reader wrote them; folding and stemming come later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from aggregator.query.dates import Span


class Place(StrEnum):
    """Where in a paper something must stand."""

    ANYWHERE = "all"  # title, abstract, authors
    TITLE = "ti"
    ABSTRACT = "abs"
    AUTHOR = "au"
    COMMENTS = "co"
    JOURNAL = "jr"


@dataclass(frozen=True, slots=True)
class Word:
    """A word; with `prefix`, what begins with it."""

    text: str
    place: Place = Place.ANYWHERE
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order, spelt like this. As an author it is one person's name."""

    text: str
    place: Place = Place.ANYWHERE


@dataclass(frozen=True, slots=True)
class Category:
    """A category by its canonical name, or a whole archive."""

    name: str


@dataclass(frozen=True, slots=True)
class Identifier:
    arxiv_id: str


@dataclass(frozen=True, slots=True)
class Doi:
    """In lower case: the letters' case means nothing in a DOI."""

    doi: str


@dataclass(frozen=True, slots=True)
class Dates:
    span: Span


@dataclass(frozen=True, slots=True)
class Not:
    inside: Node


@dataclass(frozen=True, slots=True)
class All:
    """Every one of `parts`."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Anyone:
    """At least one of `parts`."""

    parts: tuple[Node, ...]


Node = Word | Phrase | Category | Identifier | Doi | Dates | Not | All | Anyone


def positive(node: Node) -> Iterator[Word | Phrase]:
    """The words and phrases that a found paper may show; nothing that it must not hold."""
    match node:
        case Word() | Phrase():
            yield node
        case All(parts) | Anyone(parts):
            for part in parts:
                yield from positive(part)
