"""The front page: the newest merged day, every followed category, a year at a glance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from aggregator.models import CategorySummary, DayLink, Listing, Message, Page, Span, period_of, say
from aggregator.site import calendar
from aggregator.site.environment import Templates
from aggregator.site.links import Links, list_folder, period_folder
from aggregator.site.listing import count_words, sections
from aggregator.site.pages import DayWords, Pages
from aggregator.site.periods import PeriodPages
from aggregator.site.speech import Speech
from aggregator.site.text import in_utf8
from aggregator.taxonomy import title as category_title

DAYS_SHOWN = 5
SPARK_DAYS = 30
A_YEAR = timedelta(weeks=52)


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """One followed category on the home page; `volume` leads to its year."""

    code: str
    name: str
    url: str
    days: Sequence[tuple[DayWords, Message]]  # with the day's counts in words
    note: Message | str
    proven: bool
    checked: datetime | None
    spark: calendar.Spark | None
    year: str


class HomePages:
    """Makes them for one site."""

    def __init__(
        self, templates: Templates, links: Links, periods: PeriodPages, pages: Pages, speech: Speech
    ) -> None:
        self._speech = speech
        self._templates = templates
        self._links = links
        self._periods = periods
        self._pages = pages

    def make(
        self, summaries: Sequence[CategorySummary], newest: Listing | None, days: Sequence[DayLink]
    ) -> list[Page]:
        """The front page and its feed, and a page for each category still without a day."""
        made = sections(newest.papers) if newest else []
        context: dict[str, object] = self._pages.list_context(newest, made) if newest else {}
        rows = [self._row(summary) for summary in summaries]
        context |= {"rows": rows, "newest": newest is not None, "canonical": self._links.whole("")}
        html = self._pages.joined("home.html", made, **(context | self._year(summaries, newest, days)))
        feed = self._pages.newest_feeds(newest, "") if newest else []
        waiting = [self._waiting(row) for row in rows if not row.days]
        return [Page("index.html", *html), *feed, *waiting]

    def _row(self, summary: CategorySummary) -> CategoryRow:
        year = period_of(Span.YEAR, summary.days[0].day) if summary.days else None
        return CategoryRow(
            code=summary.category,
            name=category_title(summary.category),
            url=self._links.to(list_folder(summary.category)),
            days=[self._day_count(summary.category, link) for link in summary.days[:DAYS_SHOWN]],
            note=summary.note,
            proven=summary.proven,
            checked=summary.checked_at,
            spark=calendar.spark(summary.volume, SPARK_DAYS) if year else None,
            year=self._links.to(period_folder(summary.category, year)) if year else "",
        )

    def _day_count(self, category: str, link: DayLink) -> tuple[DayWords, Message]:
        return self._pages.day(category, link.day), count_words(link.counts) or say("no papers")

    def _year(
        self, summaries: Iterable[CategorySummary], newest: Listing | None, days: Sequence[DayLink]
    ) -> dict[str, object]:
        """The heat map of the year that ends with the newest day, of all followed categories together."""
        volume = _summed(summary.volume for summary in summaries)
        if not newest or not volume:
            return {"heat": None}
        first = newest.day - A_YEAR
        shown = {day: papers for day, papers in volume.items() if first <= day <= newest.day}
        paged = {period_of(Span.MONTH, link.day) for link in days}
        return {
            "heat": calendar.heat(shown, first, newest.day, self._speech),
            "month_rows": self._periods.month_rows(None, shown, paged),
        }

    def _waiting(self, row: CategoryRow) -> Page:
        html = self._templates.render("waiting.html", row=row)
        return Page(f"{list_folder(row.code)}index.html", in_utf8(html))


def _summed(volumes: Iterable[Mapping[date, int]]) -> dict[date, int]:
    total: dict[date, int] = {}
    for volume in volumes:
        for day, papers in volume.items():
            total[day] = total.get(day, 0) + papers
    return total
