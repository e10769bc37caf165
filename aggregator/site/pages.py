"""The pages: what each template is told. Nothing here reads a clock, so the same input gives the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from aggregator.models import CategorySummary, DayLink, Listing, Page, Span, period_of
from aggregator.site.environment import Templates
from aggregator.site.links import Links, list_folder
from aggregator.site.listing import (
    Section,
    count_kinds,
    count_words,
    feed_entries,
    feed_moment,
    join_page,
    sections,
)
from aggregator.site.periods import MERGED, PeriodPages
from aggregator.site.text import in_short, in_utf8, in_words, moment
from aggregator.taxonomy import title as category_title

DAYS_SHOWN = 5


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

    def __init__(self, templates: Templates, links: Links, periods: PeriodPages) -> None:
        self._templates = templates
        self._periods = periods
        self._links = links

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
            **self._month(listing),
            "feed": self._links.to((list_folder(category) if category else "") + "feed.xml"),
            "day_feed": self._links.to(list_folder(category, listing.day) + "feed.xml"),
            "canonical": self._links.whole(list_folder(category, listing.day)),
        }

    def _month(self, listing: Listing) -> dict[str, object]:
        """The calendar of the listing's month and the links to its week, month and year."""
        category, day = listing.category, listing.day
        if not listing.month:
            return {"calendar": None, "month_link": None, "periods": []}
        week, month, year = (self._periods.link(category, period_of(span, day)) for span in Span)
        shown = self._periods.month_calendar(category, listing.month, day.replace(day=1), day)
        return {"calendar": shown, "month_link": month, "periods": [week, month, year]}

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


def _moment(at: datetime | None) -> Moment | None:
    return Moment(at.isoformat(timespec="seconds"), moment(at)) if at else None
