"""Pieces of HTML that cards and paper pages share. Everything they take is hostile text unless named `…_html`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from aggregator.models import Author, Kind, Message, Paper, say, say_many
from aggregator.site.links import ARXIV, Links, doi_link
from aggregator.site.maths import prepare
from aggregator.site.speech import Speech
from aggregator.site.text import clean, escape, plain
from aggregator.taxonomy import title as category_title

AUTHORS_SHOWN = 40

KIND_WORDS = {
    Kind.NEW: say("New"),
    Kind.CROSS: say("Cross-list"),
    Kind.REPLACE: say("Replaced"),
    Kind.REPLACE_CROSS: say("Replaced cross-list"),
}
WITHDRAWN = say("Withdrawn")
COMMENTS, JOURNAL, DOI = say("Comments"), say("Journal"), say("DOI")


@lru_cache(maxsize=8192)
def author(name: str, links: Links) -> str:
    """One author as a link to a search for their papers. Quoting is the dearest step of a card, so it is kept."""
    search = escape(links.author(clean(name)))
    return f'<a class="author" href="{search}"><bdi>{escape(name)}</bdi></a>'


@lru_cache(maxsize=8192)
def author_entry(name: str) -> str:
    """One author of an Atom entry."""
    return f"<author><name>{plain(name)}</name></author>\n"


def author_lines(authors: Sequence[Author], speech: Speech, links: Links, shown: int = AUTHORS_SHOWN) -> str:
    """The line of authors, and a fold for those beyond `shown`."""
    line = ", ".join([author(a.name, links) for a in authors[:shown]])
    rest = authors[shown:]
    if not rest:
        return f'<p class="authors">{line}</p>' if line else ""
    names = ", ".join([f"<bdi>{escape(a.name)}</bdi>" for a in rest])
    return (
        f'<p class="authors">{line}, …</p>\n<details class="more-authors">'
        f"<summary{speech.lang}>{_more(len(rest), speech)}</summary>\n<p>{names}</p></details>"
    )


def _more(number: int, speech: Speech) -> str:
    return speech.html(say_many("and {n} more author", "and {n} more authors", number))


def abstract(paper: Paper) -> str:
    """The abstract, each paragraph marked as a summary."""
    return prepare(paper.abstract_html).replace("<p>", '<p class="summary">')


def comments(paper: Paper) -> str:
    """The authors' comments as HTML, empty when there are none."""
    if paper.comments_html is not None:
        return prepare(paper.comments_html)
    return escape(paper.comments or "")


def dois(text: str) -> str:
    """The DOIs of a field that may hold several, as links; what is no DOI stays text."""
    return " ".join([_doi(word) for word in text.split()])


def _doi(word: str) -> str:
    link = doi_link(word)
    return f'<a href="{escape(link)}">{escape(word)}</a>' if link else escape(word)


def fact(name: str, label: Message, html: str, speech: Speech) -> str:
    """One labelled line of a card; nothing when `html` is empty."""
    if not html:
        return ""
    said = f'<span class="label"{speech.lang}>{speech.html(label)}</span>'
    return f'<p class="fact {name}">{said} <bdi>{html}</bdi></p>\n'


def facts(paper: Paper, speech: Speech) -> str:
    """Comments, journal reference and DOI of a card."""
    return (
        fact("comments", COMMENTS, comments(paper), speech)
        + fact("journal-ref", JOURNAL, escape(paper.journal_ref or ""), speech)
        + fact("doi", DOI, dois(paper.doi or ""), speech)
    )


_LICENCES = (
    "https://creativecommons.org/",
    "http://creativecommons.org/",
    "https://arxiv.org/",
    "http://arxiv.org/",
)


def licence(address: str) -> str:
    """The licence as a link when it stands where arXiv's licences stand, as text otherwise."""
    shown = escape(address)
    return f'<a href="{shown}">{shown.partition("://")[2]}</a>' if address.startswith(_LICENCES) else shown


class Subjects:
    """Categories as links. There are under 200, so each place and category is made once."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._made: dict[tuple[int, str, bool], str] = {}

    def line(self, categories: Iterable[str]) -> str:
        return " ".join([self._kept(place, name) for place, name in enumerate(categories, 1)])

    def full(self, categories: Iterable[str]) -> str:
        """With their full names, for the paper's own page."""
        return ", ".join([self._kept(place, name, full=True) for place, name in enumerate(categories, 1)])

    def _kept(self, place: int, name: str, *, full: bool = False) -> str:
        made = self._made.get((place, name, full))
        if made is None:
            words = f"{escape(category_title(name))} ({escape(name)})" if full else escape(name)
            made = self._tag(place, name, words)
            if len(self._made) < 4096:  # names come from outside
                self._made[place, name, full] = made
        return made

    def _tag(self, place: int, name: str, html: str) -> str:
        link = self._links.subject(name)
        words = f'class="subject-{place}" title="{escape(category_title(name))}"'
        return f'<a {words} href="{escape(link)}">{html}</a>' if link else f"<span {words}>{html}</span>"


def arxiv_links(arxiv_id: str) -> str:
    """Labelled links to the abstract, the PDF and the HTML version at arXiv."""
    paper = escape(arxiv_id)
    return (
        f'<a class="link-arxiv" href="{ARXIV}/abs/{paper}">arXiv</a> '
        f'<a class="title-pdf" href="{ARXIV}/pdf/{paper}">PDF</a> '
        f'<a class="link-html" href="{ARXIV}/html/{paper}">HTML</a>'
    )


def withdrawn(paper: Paper, speech: Speech) -> str:
    """The badge of a withdrawn paper."""
    if not paper.withdrawn:
        return ""
    return f' <span class="badge withdrawn"{speech.lang}>{speech.html(WITHDRAWN)}</span>'


def mark(kind: Kind, version: int, speech: Speech) -> str:
    """What arXiv said of a paper on one day: the kind and the version."""
    words = f'<span class="kind kind-{kind}"{speech.lang}>{speech.html(KIND_WORDS[kind])}</span>'
    return f'{words} <span class="version">v{version}</span>'
