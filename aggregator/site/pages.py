"""The pages: what each template is told. Nothing here reads a clock, so the same input gives the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from aggregator.models import Listing, Page, Span, period_of
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
from aggregator.site.text import in_short, in_words, moment
from aggregator.taxonomy import title as category_title


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
        pages = [Page(f"{day}index.html", html), self.feed(listing, day, entries)]
        if newest and listing.category:
            folder = list_folder(listing.category)
            pages += [Page(f"{folder}index.html", html), self.feed(listing, folder, entries)]
        return pages

    def _list_html(self, listing: Listing) -> bytes:
        made = sections(listing.papers)
        return self.joined("day.html", made, **self.list_context(listing, made))

    def joined(self, template: str, made: Sequence[Section], **context: object) -> bytes:
        return join_page(self._templates.split(template, (), **context), made)

    def list_context(self, listing: Listing, made: Sequence[Section]) -> dict[str, object]:
        category = listing.category
        return {
            "code": category,
            "name": category_title(category) if category else MERGED,
            "list_url": self._links.to(list_folder(category) if category else ""),
            "day": self.day(category, listing.day),
            "previous": listing.previous and self.day(category, listing.previous),
            "next": listing.next and self.day(category, listing.next),
            "total": len(listing.papers),
            "counts": count_words(count_kinds(listing.papers)),
            "note": listing.note,
            "checked": moment_words(listing.checked_at),
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

    def day(self, category: str | None, day: date) -> DayWords:
        url = self._links.to(list_folder(category, day))
        return DayWords(url, day.isoformat(), in_words(day), in_short(day))

    def feed(self, listing: Listing, folder: str, entries: bytes) -> Page:
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


def moment_words(at: datetime | None) -> Moment | None:
    return Moment(at.isoformat(timespec="seconds"), moment(at)) if at else None
