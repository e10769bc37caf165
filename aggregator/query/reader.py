"""From a line of text to a tree, or to an error that says what is wrong and where.

    graph neural           both words, anywhere        "graph neural"      the phrase
    graph OR neural        one of them                 (a OR b) c          groups
    graph -survey          without the word            neur*               a beginning
    ti: abs: au: co: jr:   look in one place           au:"Y. LeCun"       a person
    cat:cs.LG  id:…  doi:…  year:2020-2024  from:2024-05  to:2024-06-30

What only looks like syntax is text: a colon behind a word that is no field, a lone dash, a bracket or a quotation
mark without its partner. So a title that is pasted whole is never refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from aggregator import taxonomy
from aggregator.errors import QueryError
from aggregator.models import NOTHING, say, together
from aggregator.normalise import ids
from aggregator.query.dates import FIRST, LAST, Span, span_of, years
from aggregator.query.fold import words
from aggregator.query.pasted import pasted
from aggregator.query.tree import (
    All,
    Anyone,
    Category,
    Dates,
    Doi,
    Identifier,
    Node,
    Not,
    Phrase,
    Place,
    Word,
)

MAX_LENGTH = 1000  # characters of a question
MAX_TERMS = 64
MAX_DEPTH = 8
SHORTEST_BEGINNING = 2  # letters before a *

_PLACES: dict[str, Place] = {
    **dict.fromkeys(("all", "any"), Place.ANYWHERE),
    **dict.fromkeys(("ti", "title"), Place.TITLE),
    **dict.fromkeys(("abs", "abstract"), Place.ABSTRACT),
    **dict.fromkeys(("au", "author", "authors"), Place.AUTHOR),
    **dict.fromkeys(("co", "comment", "comments"), Place.COMMENTS),
    **dict.fromkeys(("jr", "journal"), Place.JOURNAL),
}
_FACTS = ("cat", "category", "id", "doi", "year", "from", "to")
FIELDS = (*_PLACES, *_FACTS)

_TOKEN = re.compile(
    rf"""
    (?P<space>\s+)
    |(?P<open>\()|(?P<close>\))
    |(?P<minus>(?<![^\s(])-(?=[\w"(]))
    |(?P<field>(?<![^\s(-])(?:{"|".join(FIELDS)})):(?=\S|\s*$)
    |"(?P<phrase>[^"]*)"
    |(?P<stray>")
    |(?P<word>[^\s()"]+)
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int
    end: int


def read(text: str) -> Node:
    """The tree of a question. Raises QueryError, with the place in `text`."""
    if len(text) > MAX_LENGTH:
        told = say("A search can have {most} characters; this one has {n}.", most=MAX_LENGTH, n=len(text))
        raise QueryError(told, MAX_LENGTH, 0)
    named = pasted(text)
    return named if named is not None else _Reading(text).whole()


def _tokens(text: str) -> Iterator[_Token]:
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or ""
        if kind not in ("space", "stray"):
            yield _Token(kind, found[kind], found.start(), found.end())


def _paired(tokens: list[_Token]) -> list[_Token]:
    """Brackets without a partner, or too deep, are left out."""
    open_: list[int] = []
    pairs: set[int] = set()
    for place, token in enumerate(tokens):
        if token.kind == "open":
            open_.append(place)
        elif token.kind == "close" and open_:
            start = open_.pop()
            if len(open_) < MAX_DEPTH:
                pairs |= {start, place}
    return [t for place, t in enumerate(tokens) if t.kind not in ("open", "close") or place in pairs]


class _Reading:
    """One pass over the tokens of one text."""

    def __init__(self, text: str) -> None:
        self._tokens = _paired(list(_tokens(text)))
        self._next = 0
        self._terms = 0

    def whole(self) -> Node:
        node = self._either()
        if node is None:
            raise QueryError(say("There is no word to search for."))
        return node

    def _peek(self, kind: str) -> _Token | None:
        token = self._tokens[self._next] if self._next < len(self._tokens) else None
        return token if token and token.kind == kind else None

    def _take(self) -> _Token:
        self._next += 1
        return self._tokens[self._next - 1]

    def _either(self) -> Node | None:
        """Groups between OR."""
        parts: list[Node] = []
        while True:
            part = self._group()
            word = self._peek("word")
            either = word if word and word.text in ("OR", "|") else None
            if part is None and (parts or either):
                at = either or self._tokens[self._next - 1]
                raise QueryError(say("OR needs a word before it and one behind it."), at.at, len(at.text))
            if part is not None:
                parts.append(part)
            if either is None:
                break
            self._take()
        return parts[0] if len(parts) == 1 else Anyone(tuple(parts)) if parts else None

    def _group(self) -> Node | None:
        """What stands side by side: all of it must hold."""
        parts: list[Node] = []
        while self._next < len(self._tokens) and not self._peek("close"):
            word = self._peek("word")
            if word and word.text in ("OR", "|"):
                break
            if word and word.text == "AND":
                self._take()
                continue
            part = self._one()
            if part is not None:
                parts.append(part)
        return parts[0] if len(parts) == 1 else All(tuple(parts)) if parts else None

    def _one(self) -> Node | None:
        """A word, phrase, field or group, perhaps with a minus. None for what has no letter or digit."""
        minus = self._take() if self._peek("minus") else None
        inside = self._bare()
        return Not(inside) if minus and inside is not None else inside

    def _bare(self) -> Node | None:
        if self._peek("open"):
            self._take()
            inside = self._either()
            if self._peek("close"):
                self._take()
            return inside
        if self._next >= len(self._tokens):
            return None
        token = self._take()
        if token.kind == "field":
            return self._field(token)
        return self._term(token, Place.ANYWHERE)

    def _field(self, field: _Token) -> Node | None:
        name = field.text.lower()
        follows = self._tokens[self._next] if self._next < len(self._tokens) else None
        if follows and follows.kind == "open" and name in _PLACES:
            return self._placed(_PLACES[name])
        if follows is None or follows.kind not in ("word", "phrase"):
            raise QueryError(
                say("What should stand behind {name}?", name=f"{name}:"), field.at, field.end - field.at
            )
        token = self._take()
        if name in _PLACES:
            return self._term(token, _PLACES[name])
        self._count(token)
        return _fact(name, token)

    def _placed(self, place: Place) -> Node | None:
        """`ti:(a OR b)`: each word in the brackets that names no place of its own."""
        inside = self._bare()
        return _in_place(inside, place) if inside is not None else None

    def _term(self, token: _Token, place: Place) -> Node | None:
        if not words(token.text):
            return None
        self._count(token)
        if token.kind == "phrase":
            return Phrase(token.text, place)
        if place is Place.AUTHOR and len(words(token.text)) > 1:
            return Phrase(token.text, place)
        return _word(token, place)

    def _count(self, token: _Token) -> None:
        self._terms += 1
        if self._terms > MAX_TERMS:
            raise QueryError(
                say("A search can have {most} words.", most=MAX_TERMS), token.at, token.end - token.at
            )


def _word(token: _Token, place: Place) -> Node:
    if not token.text.endswith("*"):
        return Word(token.text, place)
    if len("".join(words(token.text))) < SHORTEST_BEGINNING:
        told = say("Give at least {n} letters before the *.", n=SHORTEST_BEGINNING)
        raise QueryError(told, token.at, token.end - token.at)
    return Word(token.text.rstrip("*"), place, prefix=True)


def _in_place(node: Node, place: Place) -> Node:
    match node:
        case Word(text, Place.ANYWHERE, prefix):
            return Word(text, place, prefix)
        case Phrase(text, Place.ANYWHERE):
            return Phrase(text, place)
        case Not(inside):
            return Not(_in_place(inside, place))
        case All(parts):
            return All(tuple(_in_place(part, place) for part in parts))
        case Anyone(parts):
            return Anyone(tuple(_in_place(part, place) for part in parts))
    return node


# ── facts ──


def _fact(name: str, token: _Token) -> Node:
    try:
        return _READERS[name](token.text.strip())
    except QueryError as error:
        raise QueryError(error.said, token.at, token.end - token.at) from None


def _category(text: str) -> Node:
    known = _CATEGORIES.get(text.rstrip("*").rstrip(".").lower())
    if known is None:
        near = taxonomy.nearest(text)
        told = say("arXiv has no category {name}.", name=text)
        raise QueryError(together(told, say("Did you mean {name}?", name=near) if near else NOTHING))
    return Category(known)


_CATEGORIES = {
    **{archive.lower(): archive for archive in taxonomy.ARCHIVES},
    **{name.lower(): taxonomy.canonical(name) for name in taxonomy.CATEGORIES},
}


def _identifier(text: str) -> Node:
    try:
        return Identifier(ids.parse(text)[0])
    except ValueError:
        raise QueryError(say("An identifier looks like 2403.15527 or hep-th/9901001.")) from None


def _doi(text: str) -> Node:
    found = pasted(text)
    if not isinstance(found, Doi | Identifier):
        raise QueryError(say("A DOI looks like 10.1000/182."))
    return found


_READERS: dict[str, Callable[[str], Node]] = {
    **dict.fromkeys(("cat", "category"), _category),
    "id": _identifier,
    "doi": _doi,
    "year": lambda text: Dates(years(text)),
    "from": lambda text: Dates(Span(span_of(text).first, LAST)),
    "to": lambda text: Dates(Span(FIRST, span_of(text).last)),
}
