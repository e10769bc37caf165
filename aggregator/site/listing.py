"""A day's list as a page and as a feed: the template is rendered once around its sections, ready cards are
joined in. The join works on bytes, because an ASCII card is encoded by copying it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from aggregator.models import Kind, Listed, Listing
from aggregator.site.card import TITLE_OPEN
from aggregator.site.environment import slot
from aggregator.site.fragments import KIND_WORDS, mark
from aggregator.site.text import escape

_SUB_WORDS = {Kind.REPLACE: "Replaced", Kind.REPLACE_CROSS: "Replaced cross-lists"}


@dataclass(frozen=True, slots=True)
class Section:
    """One heading of a list with its papers; `first` is the number of its first paper on the page."""

    key: str
    title: str
    papers: Sequence[Listed]
    first: int

    @property
    def cards(self) -> Markup:
        """Where the cards go."""
        return slot(self.key)

    @property
    def parts(self) -> str:
        """How a mixed section divides, empty for one of a single kind."""
        counts = count_kinds(self.papers)
        both = [f"{counts[kind]:,} {words.lower()}" for kind, words in _SUB_WORDS.items() if counts[kind]]
        return ", ".join(both) if len(both) == 2 else ""


_SECTIONS: tuple[tuple[str, str, frozenset[Kind]], ...] = (
    ("new", "New", frozenset({Kind.NEW})),
    ("cross", "Cross-lists", frozenset({Kind.CROSS})),
    ("replace", "Replacements", frozenset({Kind.REPLACE, Kind.REPLACE_CROSS})),
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


def count_words(counts: Mapping[Kind, int]) -> str:
    """ "35 new, 27 cross-lists, 61 replacements"; kinds without papers are left out."""
    replaced = counts.get(Kind.REPLACE, 0) + counts.get(Kind.REPLACE_CROSS, 0)
    named = (
        (counts.get(Kind.NEW, 0), "new", "new"),
        (counts.get(Kind.CROSS, 0), "cross-list", "cross-lists"),
        (replaced, "replacement", "replacements"),
    )
    return ", ".join(f"{n:,} {one if n == 1 else many}" for n, one, many in named if n)


def join_page(parts: Sequence[str], made: Iterable[Section]) -> bytes:
    """The page: `parts` as `Templates.split` gives them, with each section's cards in its place."""
    by_key = {section.key: section for section in made}
    out: list[bytes] = []
    for place, part in enumerate(parts):
        if place % 2:
            out += _articles(by_key[part])
        else:
            out.append(part.encode("utf-8", "replace"))
    return b"".join(out)


def _articles(section: Section) -> list[bytes]:
    marks = _Marks()
    divided = bool(section.parts)
    kind: Kind | None = None
    out: list[bytes] = []
    for number, paper in enumerate(section.papers, section.first):
        if divided and paper.kind is not kind:
            kind = paper.kind
            out.append(f'<p class="part">{_SUB_WORDS[kind]}</p>\n'.encode())
        out.append(_article(paper, number, marks[paper.kind, paper.version]))
    return out


def _article(paper: Listed, number: int, said: str) -> bytes:
    return (
        f'<article class="panel paper" id="{escape(paper.paper_id)}">\n<p class="mark">{said}</p>\n'
        f'{TITLE_OPEN}<span class="index">#{number}</span> {paper.card.html.removeprefix(TITLE_OPEN)}</article>\n'
    ).encode("utf-8", "replace")


class _Marks(dict[tuple[Kind, int], str]):
    """Kind and version in HTML; a day has few different ones."""

    def __missing__(self, key: tuple[Kind, int]) -> str:
        made = self[key] = mark(*key)
        return made


def feed_entries(listing: Listing) -> list[bytes]:
    """The entries of a day's feed. They are dated with the listing day, so the same day gives the same bytes."""
    updated = f"<updated>{feed_moment(listing)}</updated>\n"
    opens = {
        kind: f"<entry>\n{updated}<arxiv:announce_type>{kind}</arxiv:announce_type>\n" for kind in KIND_WORDS
    }
    return [
        f"{opens[paper.kind]}{paper.card.entry_xml}</entry>\n".encode("utf-8", "replace")
        for paper in listing.papers
    ]


def feed_moment(listing: Listing) -> str:
    """When arXiv announced the day: 20:00 in New York on the evening before, midnight UTC or an hour after it."""
    return f"{listing.day.isoformat()}T00:00:00Z"
