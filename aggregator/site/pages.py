"""The pages: what each template is told. Nothing here reads a clock, so the same input gives the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from aggregator.models import Announcement, CategorySummary, DayLink, Listing, Page, Paper, PaperRecord
from aggregator.site import cite, fragments
from aggregator.site.environment import Templates
from aggregator.site.links import Links, list_folder, paper_folder
from aggregator.site.listing import (
    Section,
    count_kinds,
    count_words,
    feed_entries,
    feed_moment,
    join_page,
    sections,
)
from aggregator.site.maths import prepare
from aggregator.site.text import escape, in_short, in_utf8, in_words, moment, plain, shorten
from aggregator.taxonomy import title as category_title

MERGED = "All followed categories"
DAYS_SHOWN = 5
TITLE_LENGTH = 300
DESCRIPTION_LENGTH = 200

_PAPER_SLOTS = (
    "head_title", "description", "canonical", "arxiv_id", "version", "withdrawn", "title", "authors",
    "abstract", "links", "facts", "back", "announced", "meta", "json_ld", "folds", "elsewhere",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DayWords:
    """A listing day as templates print it, with the address of its list."""

    url: str
    iso: str
    words: str
    short: str


@dataclass(frozen=True, slots=True)
class Moment:
    iso: str
    words: str


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """One followed category on the home page."""

    code: str
    name: str
    url: str
    days: Sequence[tuple[DayWords, str]]  # with the day's counts in words
    note: str
    checked: Moment | None


class Pages:
    """Makes the pages of one site."""

    def __init__(self, templates: Templates, links: Links, subjects: fragments.Subjects) -> None:
        self._templates = templates
        self._links = links
        self._subjects = subjects
        self._paper = templates.frame("paper.html", _PAPER_SLOTS)

    # ── lists ──

    def lists(self, listing: Listing, *, newest: bool) -> list[Page]:
        """The day's page and feed, and the same again in the category's own folder when the day is its newest."""
        day = list_folder(listing.category, listing.day)
        html = self._list_html(listing)
        entries = feed_entries(listing)
        pages = [Page(f"{day}index.html", html), self._feed(listing, day, entries)]
        if newest and listing.category:
            folder = list_folder(listing.category)
            pages += [Page(f"{folder}index.html", html), self._feed(listing, folder, entries)]
        return pages

    def _list_html(self, listing: Listing) -> bytes:
        made = sections(listing.papers)
        return self._joined("day.html", made, **self._list_context(listing, made))

    def _joined(self, template: str, made: Sequence[Section], **context: object) -> bytes:
        return join_page(self._templates.split(template, (), **context), made)

    def _list_context(self, listing: Listing, made: Sequence[Section]) -> dict[str, object]:
        category = listing.category
        return {
            "code": category,
            "name": category_title(category) if category else MERGED,
            "list_url": self._links.to(list_folder(category) if category else ""),
            "day": self._day(category, listing.day),
            "previous": listing.previous and self._day(category, listing.previous),
            "next": listing.next and self._day(category, listing.next),
            "total": len(listing.papers),
            "counts": count_words(count_kinds(listing.papers)),
            "note": listing.note,
            "checked": _moment(listing.checked_at),
            "sections": made,
            "feed": self._links.to((list_folder(category) if category else "") + "feed.xml"),
            "day_feed": self._links.to(list_folder(category, listing.day) + "feed.xml"),
            "canonical": self._links.whole(list_folder(category, listing.day)),
        }

    def _day(self, category: str | None, day: date) -> DayWords:
        url = self._links.to(list_folder(category, day))
        return DayWords(url, day.isoformat(), in_words(day), in_short(day))

    def _feed(self, listing: Listing, folder: str, entries: bytes) -> Page:
        category = listing.category
        head, _, tail = self._templates.split(
            "feed.atom.xml",
            ["entries"],
            name=f"{category_title(category)} ({category})" if category else MERGED,
            address=self._links.whole(f"{folder}feed.xml"),
            page=self._links.whole(folder),
            updated=feed_moment(listing),
        )
        return Page(f"{folder}feed.xml", b"".join([head.encode(), entries, tail.encode()]))

    # ── home ──

    def home(self, summaries: Sequence[CategorySummary], newest: Listing | None) -> list[Page]:
        """The front page with the newest merged day, its feed, and a page for each category still without a day."""
        made = sections(newest.papers) if newest else []
        context: dict[str, object] = self._list_context(newest, made) if newest else {}
        rows = [self._row(summary) for summary in summaries]
        html = self._joined("home.html", made, **(context | self._home_context(rows, newest)))
        feed = [self._feed(newest, "", feed_entries(newest))] if newest else []
        return [Page("index.html", html), *feed, *(self._waiting(row) for row in rows if not row.days)]

    def _home_context(self, rows: Sequence[CategoryRow], newest: Listing | None) -> dict[str, object]:
        return {"rows": rows, "newest": newest is not None, "canonical": self._links.whole("")}

    def _row(self, summary: CategorySummary) -> CategoryRow:
        return CategoryRow(
            code=summary.category,
            name=category_title(summary.category),
            url=self._links.to(list_folder(summary.category)),
            days=[self._day_count(summary.category, link) for link in summary.days[:DAYS_SHOWN]],
            note=summary.note,
            checked=_moment(summary.checked_at),
        )

    def _day_count(self, category: str, link: DayLink) -> tuple[DayWords, str]:
        return self._day(category, link.day), count_words(link.counts) or "no papers"

    def _waiting(self, row: CategoryRow) -> Page:
        html = self._templates.render("waiting.html", row=row)
        return Page(f"{list_folder(row.code)}index.html", in_utf8(html))

    # ── papers ──

    def paper(self, record: PaperRecord) -> Page:
        """A paper's own page."""
        paper, folder = record.paper, paper_folder(record.paper.id)
        html = self._paper.fill(
            {
                "head_title": plain(shorten(paper.title_text, TITLE_LENGTH)),
                "description": plain(shorten(paper.abstract_text, DESCRIPTION_LENGTH)),
                "canonical": escape(self._links.whole(folder)),
                "arxiv_id": escape(paper.id),
                "version": str(paper.version),
                "withdrawn": fragments.WITHDRAWN if paper.withdrawn else "",
                "title": prepare(paper.title_html),
                "authors": fragments.author_lines(paper.authors),
                "abstract": fragments.abstract(paper),
                "links": fragments.arxiv_links(paper.id),
                "facts": self._facts(paper),
                "back": self._back(record),
                "meta": cite.meta(paper),
                "json_ld": cite.json_ld(paper),
                "folds": cite.folds(paper),
                "elsewhere": cite.elsewhere(paper),
                "announced": "".join([self._announced(said) for said in record.announcements]),
            }
        )
        return Page(f"{folder}index.html", in_utf8(html))

    def _facts(self, paper: Paper) -> str:
        rows = (
            ("Subjects", self._subjects.full(paper.categories)),
            ("Comments", fragments.comments(paper)),
            ("Journal", escape(paper.journal_ref or "")),
            ("DOI", fragments.dois(paper.doi or "")),
            ("Licence", fragments.licence(paper.license or "")),
        )
        return "".join([f"<dt>{label}</dt>\n<dd><bdi>{html}</bdi></dd>\n" for label, html in rows if html])

    def _back(self, record: PaperRecord) -> str:
        """The newest day's merged list at this paper. Older days may have no page any more; that one has."""
        days = [said.day for said in record.announcements if self._links.follows(said.category)]
        if not days:
            return ""
        url = f"{self._links.to(list_folder(None, max(days)))}#{record.paper.id}"
        return f'<a class="back" href="{escape(url)}">{in_words(max(days))}</a>'

    def _announced(self, said: Announcement) -> str:
        day = f'<time datetime="{said.day.isoformat()}">{in_words(said.day)}</time>'
        words = fragments.mark(said.kind, said.version)
        return f'<li>{day} <span class="code">{escape(said.category)}</span> {words}</li>\n'


def _moment(at: datetime | None) -> Moment | None:
    return Moment(at.isoformat(timespec="seconds"), moment(at)) if at else None
