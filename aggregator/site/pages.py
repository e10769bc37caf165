"""The pages: what each template is told. Nothing here reads a clock, so the same input gives the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from aggregator.models import Listing, Page, Span, period_of
from aggregator.site.environment import Templates
from aggregator.site.feeds import Feeds, week_feed_path
from aggregator.site.links import Links, list_folder, picture_path, statistics_folder
from aggregator.site.listing import (
    Section,
    count_kinds,
    count_words,
    join_page,
    sections,
)
from aggregator.site.periods import MERGED, PeriodPages
from aggregator.site.speech import Speech
from aggregator.taxonomy import title as category_title


@dataclass(frozen=True, slots=True)
class DayWords:
    """A listing day as templates print it, with the address of its list. `words` are text, the others elements."""

    url: str
    iso: str
    words: str
    long: Markup
    short: Markup


class Pages:
    """Makes the pages of one site."""

    def __init__(
        self, templates: Templates, links: Links, periods: PeriodPages, feeds: Feeds, speech: Speech
    ) -> None:
        self._feeds = feeds
        self._speech = speech
        self._templates = templates
        self._periods = periods
        self._links = links

    # ── lists ──

    def lists(self, listing: Listing, *, newest: bool) -> list[Page]:
        """The day's page and feed, and the same again in the category's own folder when the day is its newest."""
        day = list_folder(listing.category, listing.day)
        html = self._list_html(listing)
        pages = [Page(f"{day}index.html", *html), self._feeds.atom(listing, day)]
        if newest and listing.category:
            folder = list_folder(listing.category)
            pages += [Page(f"{folder}index.html", *html), *self.newest_feeds(listing, folder)]
        return pages

    def newest_feeds(self, listing: Listing, folder: str) -> list[Page]:
        """The feeds of a list's newest day, in the list's own folder."""
        return [self._feeds.atom(listing, folder), self._feeds.json(listing, folder)]

    def _list_html(self, listing: Listing) -> list[bytes]:
        made = sections(listing.papers)
        return self.joined("day.html", made, **self.list_context(listing, made))

    def joined(self, template: str, made: Sequence[Section], **context: object) -> list[bytes]:
        return join_page(self._templates.split(template, (), **context), made, self._speech)

    def list_context(self, listing: Listing, made: Sequence[Section]) -> dict[str, object]:
        category, counts = listing.category, count_words(count_kinds(listing.papers))
        return {
            "code": category,
            "name": category_title(category) if category else self._speech.text(MERGED),
            "list_url": self._links.to(list_folder(category) if category else ""),
            "day": self.day(category, listing.day),
            "previous": listing.previous and self.day(category, listing.previous),
            "next": listing.next and self.day(category, listing.next),
            "total": len(listing.papers),
            "counts": counts,
            "statistics": category and self._links.to(statistics_folder(category)),
            "counts_text": self._speech.text(counts),
            "note": listing.note,
            "trust": listing.trust,
            "checked": listing.checked_at,
            "sections": made,
            **self._month(listing),
            **self._feed_links(category),
            "day_feed": self._links.to(list_folder(category, listing.day) + "feed.xml"),
            "canonical": self._links.whole(list_folder(category, listing.day)),
            "picture": self._links.whole(picture_path(category, listing.day)),
        }

    def _feed_links(self, category: str | None) -> dict[str, object]:
        folder = list_folder(category) if category else ""
        return {
            "feed": self._links.to(f"{folder}feed.xml"),
            "json_feed": self._links.to(f"{folder}feed.json"),
            "week_feed": self._links.to(week_feed_path(category)),
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
        speech = self._speech
        return DayWords(url, day.isoformat(), speech.forms.long(day), speech.long(day), speech.short(day))
