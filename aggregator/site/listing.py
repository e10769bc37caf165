"""A day's list as a page and as a feed: the template is rendered once around its sections, ready cards are
joined in. Cards are ASCII, so joining and encoding them is copying.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from aggregator.models import NOTHING, Kind, Listed, Message, listed, say, say_many
from aggregator.site import programs
from aggregator.site.environment import slot
from aggregator.site.fragments import mark
from aggregator.site.speech import Speech
from aggregator.site.text import encoded, escape

_SUB_WORDS = {Kind.REPLACE: say("Replaced"), Kind.REPLACE_CROSS: say("Replaced cross-lists")}
PART_WORDS = {Kind.NEW: say("New"), Kind.CROSS: say("Cross-lists")} | _SUB_WORDS
_NUMBER = re.compile(r"[0-9.]+").fullmatch  # an id of today's form, which needs no escaping


@dataclass(frozen=True, slots=True)
class Section:
    """One heading of a list with its papers; `first` is the number of its first paper on the page."""

    key: str
    title: Message
    papers: Sequence[Listed]
    first: int

    @property
    def cards(self) -> Markup:
        """Where the cards go."""
        return slot(self.key)

    @property
    def parts(self) -> Message:
        """How a mixed section divides, empty for one of a single kind."""
        counts = count_kinds(self.papers)
        if not (counts[Kind.REPLACE] and counts[Kind.REPLACE_CROSS]):
            return NOTHING
        replaced = say_many("{n} replaced", "{n} replaced", counts[Kind.REPLACE])
        crossed = say_many("{n} replaced cross-list", "{n} replaced cross-lists", counts[Kind.REPLACE_CROSS])
        return listed((replaced, crossed))


_SECTIONS: tuple[tuple[str, Message, frozenset[Kind]], ...] = (
    ("new", say("New"), frozenset({Kind.NEW})),
    ("cross", say("Cross-lists"), frozenset({Kind.CROSS})),
    ("replace", say("Replacements"), frozenset({Kind.REPLACE, Kind.REPLACE_CROSS})),
)


def sections(papers: Sequence[Listed]) -> list[Section]:
    """The sections that have papers, in arXiv's order; papers keep theirs."""
    made: list[Section] = []
    first = 1
    for key, title, kinds in _SECTIONS:
        inside = [paper for paper in papers if paper.kind in kinds]
        if inside:
            made.append(Section(key, title, inside, first))
        first += len(inside)
    return made


def count_kinds(papers: Iterable[Listed]) -> Counter[Kind]:
    return Counter([paper.kind for paper in papers])


def count_words(counts: Mapping[Kind, int]) -> Message:
    """ "35 new, 27 cross-lists, 61 replacements"; kinds without papers are left out."""
    new, crossed = counts.get(Kind.NEW, 0), counts.get(Kind.CROSS, 0)
    replaced = counts.get(Kind.REPLACE, 0) + counts.get(Kind.REPLACE_CROSS, 0)
    named = (
        say_many("{n} new", "{n} new", new),
        say_many("{n} cross-list", "{n} cross-lists", crossed),
        say_many("{n} replacement", "{n} replacements", replaced),
    )
    return listed([one for one in named if one.holes["n"]])


def join_page(parts: Sequence[str], made: Iterable[Section], speech: Speech) -> list[bytes]:
    """The page: `parts` as `Templates.split` gives them, with each section's cards in its place."""
    by_key = {section.key: section for section in made}
    texts: list[str] = []
    for place, part in enumerate(parts):
        texts += _cards(by_key[part], speech) if place % 2 else (part,)
    return encoded(texts)


def _cards(section: Section, speech: Speech) -> Iterator[str]:
    return articles(section.papers, section.first, _SUB_WORDS if section.parts else {}, speech)


def articles(
    papers: Iterable[Listed],
    first: int,
    headings: Mapping[Kind, Message],
    speech: Speech,
    day: date | None = None,
) -> Iterator[str]:
    """The papers numbered from `first`, with a line of `headings` where another kind begins.

    With `day` they are marked up for the programs that read papers.cool.
    """
    marks, end, before = _Marks(speech), programs.closing(day) if day else "</article>\n", ""
    kind: Kind | None = None
    for number, paper in enumerate(papers, first):
        if headings and paper.kind is not kind:
            kind = paper.kind
            before += f'<p class="part"{speech.lang}>{speech.html(headings[kind])}</p>\n'
        name = paper.paper_id if _NUMBER(paper.paper_id) else escape(paper.paper_id)
        html, start = paper.card.html, f'<article class="panel paper" id="{name}">\n'
        if day:
            html, start = programs.inside(name, html), programs.opening(name, html)
        said = marks[paper.kind, paper.version]
        yield (
            f'{before}{start}<p class="mark">{said}</p>\n'
            f'<h2 class="title"><span class="index">#{number}</span> '
        )
        yield html
        before = end
    yield before


class _Marks(dict[tuple[Kind, int], str]):
    """Kind and version in HTML; a day has few different ones."""

    def __init__(self, speech: Speech) -> None:
        super().__init__()
        self._speech = speech

    def __missing__(self, key: tuple[Kind, int]) -> str:
        made = self[key] = mark(*key, self._speech)
        return made
