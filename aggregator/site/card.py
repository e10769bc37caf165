"""A paper's ready pieces: the inside of its element on a list page, and the inside of its Atom entry.

A card does not hold what differs from list to list: the kind, the version announced that day, the number. They stand
before it, the number as the first thing of the title, where readers of papers.cool's markup look for
`h2.title > span.index`; so a card begins inside its title. It is
ASCII, with numeric references for the rest: Python would hold a card with one 𝒪 at four bytes a character, and
thousands of cards are in memory at once.
"""

from __future__ import annotations

from aggregator.models import Card, Paper
from aggregator.site import fragments, resources
from aggregator.site.cite import Citation
from aggregator.site.environment import Templates
from aggregator.site.links import ARXIV, Links, paper_folder
from aggregator.site.maths import prepare
from aggregator.site.speech import Speech
from aggregator.site.text import escape, in_ascii, plain

CONTENT_OPEN = '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">'
CONTENT_CLOSE = "</div></content>"

_SLOTS = ("href", "title", "withdrawn", "authors", "abstract", "facts", "coins", "links", "subjects")
_ENTRY_SLOTS = ("title", "href", "abs", "pdf", "authors", "subjects", "summary", "content")


class Cards:
    """Makes cards; all of them carry the same `renderer`."""

    def __init__(
        self,
        templates: Templates,
        links: Links,
        subjects: fragments.Subjects,
        speech: Speech,
        renderer: str,
    ) -> None:
        self._speech = speech
        self._links = links
        self._subjects = subjects
        self._renderer = renderer
        self._html = templates.frame("partials/_card.html", _SLOTS)
        self._entry = templates.frame("partials/_entry.xml", _ENTRY_SLOTS)

    def make(self, paper: Paper, *, entry: bool = True) -> Card:
        """Without `entry` it is good for pages only, and not to be kept."""
        html, xml = self._inside(paper), self._entry_of(paper) if entry else ""
        return Card(paper.id, in_ascii(html), in_ascii(xml), self._renderer)

    def _inside(self, paper: Paper) -> str:
        return self._html.fill(
            {
                "href": escape(self._links.to(paper_folder(paper.id))),
                "title": prepare(paper.title_html),
                "withdrawn": fragments.withdrawn(paper, self._speech),
                "authors": fragments.author_lines(paper.authors, self._speech, self._links),
                "abstract": fragments.abstract(paper),
                "facts": fragments.facts(paper, self._speech),
                "coins": Citation(paper).coins(),
                "links": fragments.arxiv_links(paper.id) + resources.links(paper, self._speech),
                "subjects": self._subjects.line(paper.categories),
            }
        )

    def _entry_of(self, paper: Paper) -> str:
        arxiv_id = plain(paper.id)
        return self._entry.fill(
            {
                "title": plain(paper.title_text),
                "href": escape(self._links.whole(paper_folder(paper.id))),
                "abs": f"{ARXIV}/abs/{arxiv_id}",
                "pdf": f"{ARXIV}/pdf/{arxiv_id}",
                "authors": "".join([fragments.author_entry(author.name) for author in paper.authors]),
                "subjects": "".join([f'<category term="{plain(name)}"/>\n' for name in paper.categories]),
                "summary": plain(paper.abstract_text),
                "content": _content(paper),
            }
        )


def _content(paper: Paper) -> str:
    """The paper as XHTML, without MathML: few feed readers know it."""
    names = ", ".join([author.name for author in paper.authors])
    lines = [names, *paper.abstract_text.split("\n\n"), paper.comments or "", paper.journal_ref or ""]
    texts = "".join([f"<p>{plain(line)}</p>" for line in lines if line.strip()])
    return f"{CONTENT_OPEN}{texts}<p>{fragments.arxiv_links(plain(paper.id))}</p>{CONTENT_CLOSE}"
