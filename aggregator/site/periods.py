"""Pages of several days: weeks with all their papers, months with a calendar and titles, years with a heat map."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from aggregator.models import DayLink, DayPapers, Gathering, Page, Period, Span, Titled, period_of
from aggregator.site import calendar
from aggregator.site.environment import Templates, slot
from aggregator.site.links import Links, list_folder, paper_folder, period_folder
from aggregator.site.listing import PART_WORDS, articles, count_words
from aggregator.site.maths import prepare
from aggregator.site.text import MONTHS, escape, in_ascii, in_short, in_utf8, in_words
from aggregator.taxonomy import title as category_title

MERGED = "All followed categories"


@dataclass(frozen=True, slots=True)
class Link:
    """A place with its name; `here` when the page itself is it."""

    url: str
    words: str
    here: bool = False


@dataclass(frozen=True, slots=True)
class DayLine:
    """A day of a period: where it stands, what it is called and how much it holds."""

    id: str
    url: str  # its own list
    jump: str  # its place within the period
    words: str
    short: str
    total: int
    counts: str


class PeriodPages:
    """Makes them for one site."""

    def __init__(self, templates: Templates, links: Links) -> None:
        self._templates = templates
        self._links = links

    def week(self, week: Gathering, number: int, papers: Sequence[DayPapers]) -> Page:
        shown = [(self._line(week, number, link), slot(_slot(link.day))) for link in week.parts[number - 1]]
        total = sum(len(day.papers) for day in papers)
        context = self._context(week, number) | {"shown": shown, "total": total}
        cards = {_slot(day.day): "".join(articles(day.papers, day.first, PART_WORDS)) for day in papers}
        return self._joined("week.html", week, number, context, cards)

    def month(self, month: Gathering, number: int, titles: Mapping[date, Sequence[Titled]]) -> Page:
        shown = [
            (self._line(month, number, link), slot(_slot(link.day)), len(titles[link.day]))
            for link in month.parts[number - 1]
        ]
        lists = {
            _slot(day): "".join([self._title(titled) for titled in found]) for day, found in titles.items()
        }
        context = self._context(month, number) | {
            "shown": shown,
            "calendar": self.month_calendar(month.category, month.days, month.period.first)
            if number == 1
            else None,
            "weeks": self._within(month, Span.WEEK),
        }
        return self._joined("month.html", month, number, context, lists)

    def year(self, year: Gathering, volume: Mapping[date, int]) -> Page:
        months = [period_of(Span.MONTH, link.day) for link in year.days]
        context = self._context(year, 1) | {
            "heat": calendar.heat(volume, year.period.first, year.period.last),
            "rows": self.month_rows(year.category, volume, set(months)),
        }
        return self._joined("year.html", year, 1, context, {})

    # ── pieces that other pages show too ──

    def month_calendar(
        self, category: str | None, days: Sequence[DayLink], first: date, here: date | None = None
    ) -> calendar.Month:
        """The month that begins on `first`."""
        counts = {link.day: sum(link.counts.values()) for link in days}
        return calendar.month(counts, first, lambda day: self._links.to(list_folder(category, day)), here)

    def link(self, category: str | None, period: Period) -> Link:
        return Link(self._links.to(period_folder(category, period)), period_words(period))

    def month_rows(
        self, category: str | None, volume: Mapping[date, int], paged: set[Period]
    ) -> list[calendar.MonthRow]:
        """The months of `volume`, newest first; those of `paged` are linked."""
        found: dict[Period, list[int]] = defaultdict(list)
        for day, papers in volume.items():
            found[period_of(Span.MONTH, day)].append(papers)
        return [
            calendar.MonthRow(
                calendar.month_name(month.first),
                self.link(category, month).url if month in paged else "",
                sum(map(bool, papers)),
                sum(papers),
            )
            for month, papers in sorted(found.items(), reverse=True)
        ]

    # ── ──

    def _joined(
        self,
        template: str,
        of: Gathering,
        number: int,
        context: Mapping[str, object],
        fills: Mapping[str, str],
    ) -> Page:
        parts = self._templates.split(template, (), **context)
        body = "".join([fills.get(part, "") if place % 2 else part for place, part in enumerate(parts)])
        return Page(f"{period_folder(of.category, of.period, number)}index.html", in_utf8(body))

    def _context(self, of: Gathering, number: int) -> dict[str, object]:
        category = of.category
        wider = [Span.YEAR, Span.MONTH] if of.period.span is Span.WEEK else [Span.YEAR]
        return {
            "code": category,
            "name": category_title(category) if category else MERGED,
            "list_url": self._links.to(list_folder(category) if category else ""),
            "feed": self._links.to((list_folder(category) if category else "") + "feed.xml"),
            "period": period_words(of.period),
            "dates": dates_words(of.period),
            "canonical": self._links.whole(period_folder(category, of.period, number)),
            "days": [self._line(of, number, link) for link in of.days],
            "parts": [self._part(of, place, number) for place in range(1, len(of.parts) + 1)],
            "number": number,
            "previous": of.previous and self.link(category, of.previous),
            "next": of.next and self.link(category, of.next),
            "wider": [self.link(category, period_of(span, of.days[-1].day)) for span in wider if of.days]
            if of.period.span is not Span.YEAR
            else [],
        }

    def _line(self, of: Gathering, number: int, link: DayLink) -> DayLine:
        place = next(n for n, part in enumerate(of.parts, 1) if link in part)
        iso = link.day.isoformat()
        there = "" if place == number else self._links.to(period_folder(of.category, of.period, place))
        return DayLine(
            iso,
            self._links.to(list_folder(of.category, link.day)),
            f"{there}#{iso}",
            in_words(link.day),
            in_short(link.day),
            sum(link.counts.values()),
            count_words(link.counts),
        )

    def _part(self, of: Gathering, place: int, number: int) -> Link:
        days = of.parts[place - 1]
        first, last = in_short(days[0].day), in_short(days[-1].day)
        words = first if first == last else f"{first} – {last}"
        return Link(self._links.to(period_folder(of.category, of.period, place)), words, place == number)

    def _within(self, of: Gathering, span: Span) -> list[Link]:
        periods = dict.fromkeys(period_of(span, link.day) for link in of.days)
        return [self.link(of.category, period) for period in periods]

    def _title(self, titled: Titled) -> str:
        url = escape(self._links.to(paper_folder(titled.paper_id)))
        return in_ascii(f'<li><a href="{url}"><bdi>{prepare(titled.title_html)}</bdi></a></li>\n')


def _slot(day: date) -> str:
    return f"d{day:%Y_%m_%d}"


def period_words(period: Period) -> str:
    """ "Week 13, 2024", "March 2024", "2024"."""
    if period.span is Span.WEEK:
        year, week, _ = period.first.isocalendar()
        return f"Week {week}, {year}"
    return calendar.month_name(period.first) if period.span is Span.MONTH else str(period.first.year)


def dates_words(period: Period) -> str:
    """The days of a week, "25 to 31 March 2024"; empty for what its name says whole."""
    if period.span is not Span.WEEK:
        return ""
    first, last = period.first, period.last
    month = f" {MONTHS[first.month - 1]}" if first.month != last.month else ""
    year = f" {first.year}" if first.year != last.year else ""
    return f"{first.day}{month}{year} to {last.day} {MONTHS[last.month - 1]} {last.year}"
