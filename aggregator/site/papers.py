"""A paper's own page: all that is known of it, its versions, when it was announced, how to cite it."""

from __future__ import annotations

from aggregator.models import Announcement, Message, Page, Paper, PaperRecord, SeenVersion, say
from aggregator.site import fragments, resources
from aggregator.site.cite import Citation
from aggregator.site.environment import Templates
from aggregator.site.links import ARXIV, Links, list_folder, paper_folder
from aggregator.site.maths import prepare
from aggregator.site.speech import Speech
from aggregator.site.text import escape, plain, shorten

TITLE_LENGTH = 300
DESCRIPTION_LENGTH = 200
VERSIONS_SHOWN = 200  # no paper has as many; the number comes from outside

_SLOTS = (
    "head_title", "description", "canonical", "arxiv_id", "version", "withdrawn", "title", "authors",
    "abstract", "links", "facts", "back", "announced", "versions", "meta", "json_ld", "folds", "elsewhere",
)  # fmt: skip


class PaperPages:
    """Makes them for one site."""

    def __init__(
        self, templates: Templates, links: Links, subjects: fragments.Subjects, speech: Speech
    ) -> None:
        self._speech = speech
        self._links = links
        self._subjects = subjects
        self._frame = templates.frame("paper.html", _SLOTS)

    def page(self, record: PaperRecord) -> Page:
        paper, folder = record.paper, paper_folder(record.paper.id)
        cited = Citation(paper)
        html = self._frame.fill(
            {
                "head_title": plain(shorten(paper.title_text, TITLE_LENGTH)),
                "description": plain(shorten(paper.abstract_text, DESCRIPTION_LENGTH)),
                "canonical": escape(self._links.whole(folder)),
                "arxiv_id": escape(paper.id),
                "version": str(paper.version),
                "withdrawn": fragments.withdrawn(paper, self._speech),
                "title": prepare(paper.title_html),
                "authors": fragments.author_lines(paper.authors, self._speech, self._links),
                "abstract": fragments.abstract(paper),
                "links": fragments.arxiv_links(paper.id) + resources.links(paper, self._speech),
                "facts": self._facts(paper),
                "back": self._back(record),
                "meta": cited.meta(),
                "json_ld": cited.json_ld(),
                "folds": cited.folds(),
                "elsewhere": cited.elsewhere(),
                "announced": "".join([self._announced(said, record) for said in record.announcements]),
                "versions": "".join(
                    [_version(paper.id, version, self._speech) for version in _versions(record)]
                ),
            }
        )
        return Page(f"{folder}index.html", html.encode("utf-8", "replace"))

    def _facts(self, paper: Paper) -> str:
        rows = (
            (say("Subjects"), self._subjects.full(paper.categories)),
            (fragments.COMMENTS, fragments.comments(paper)),
            (fragments.JOURNAL, escape(paper.journal_ref or "")),
            (fragments.DOI, fragments.dois(paper.doi or "")),
            (say("Licence"), fragments.licence(paper.license or "")),
        )
        return "".join([self._fact(label, html) for label, html in rows if html])

    def _fact(self, label: Message, html: str) -> str:
        return f"<dt>{self._speech.html(label)}</dt>\n<dd><bdi>{html}</bdi></dd>\n"

    def _back(self, record: PaperRecord) -> str:
        """The newest day's merged list at this paper. Older days may have no page any more; that one has."""
        days = [said.day for said in record.announcements if self._links.follows(said.category)]
        if not days:
            return ""
        url = f"{self._links.to(list_folder(None, max(days)))}#{record.paper.id}"
        return f'<a class="back" href="{escape(url)}">{self._speech.long(max(days))}</a>'

    def _announced(self, said: Announcement, record: PaperRecord) -> str:
        """The day leads to the list where the paper stands, if that still has a page."""
        day: str = self._speech.long(said.day)
        if (record.paged is None or said.day in record.paged) and self._links.follows(said.category):
            url = f"{self._links.to(list_folder(said.category, said.day))}#{record.paper.id}"
            day = f'<a href="{escape(url)}">{day}</a>'
        words = fragments.mark(said.kind, said.version, self._speech)
        return f'<li>{day} <span class="code">{escape(said.category)}</span> {words}</li>\n'


def _versions(record: PaperRecord) -> list[SeenVersion]:
    """All versions, newest first: arXiv counts without gaps, so those that were never seen exist too."""
    seen = {version.number: version for version in record.versions}
    newest = max([record.paper.version, *seen])
    numbers = range(newest, max(0, newest - VERSIONS_SHOWN), -1)
    return [seen.get(number, SeenVersion(number)) for number in numbers]


def _version(arxiv_id: str, version: SeenVersion, speech: Speech) -> str:
    name = escape(f"{arxiv_id}v{version.number}")
    at = version.submitted
    when = speech.moment(at) if at else speech.html(say("not known here"))
    return (
        f'<tr><th scope="row">v{version.number}</th><td>{when}</td>'
        f'<td><a href="{ARXIV}/abs/{name}">arXiv</a> <a href="{ARXIV}/pdf/{name}">PDF</a></td></tr>\n'
    )
