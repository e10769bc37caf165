"""Pages of several days: weeks with all their papers, months with a calendar and titles, years with a heat map."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from aggregator.models import (
    NOTHING,
    DayLink,
    DayPapers,
    Gathering,
    Message,
    Page,
    Period,
    Span,
    Titled,
    period_of,
    say,
)
from aggregator.site import calendar
from aggregator.site.environment import Templates, slot
from aggregator.site.links import Links, list_folder, paper_folder, period_folder, statistics_folder
from aggregator.site.listing import PART_WORDS, articles, count_words
from aggregator.site.maths import prepare
from aggregator.site.speech import Speech
from aggregator.site.text import encoded, escape, in_ascii, in_utf8
from aggregator.taxonomy import title as category_title

MERGED = say("All followed categories")


@dataclass(frozen=True, slots=True)
class Link:
    """A place with its name; `here` when the page itself is it."""

    url: str
    words: Message | Markup
    here: bool = False


@dataclass(frozen=True, slots=True)
class DayLine:
    """A day of a period: where it stands, what it is called and how much it holds."""

    id: str
    url: str  # its own list
    jump: str  # its place within the period
    words: Markup
    short: Markup
    total: int
    counts: Message


class PeriodPages:
    """Makes them for one site."""

    def __init__(self, templates: Templates, links: Links, speech: Speech) -> None:
        self._speech = speech
        self._templates = templates
        self._links = links

    def week(self, week: Gathering, number: int, papers: Sequence[DayPapers]) -> Page:
        shown = [(self._line(week, number, link), slot(_slot(link.day))) for link in week.parts[number - 1]]
        total = sum(len(day.papers) for day in papers)
        days = [self._line(week, number, link) for link in week.days]
        context = self._context(week, number) | {"days": days, "shown": shown, "total": total}
        cards = {_slot(day.day): articles(day.papers, day.first, PART_WORDS, self._speech) for day in papers}
        return self._joined("week.html", week, number, context, cards)

    def month(self, month: Gathering, number: int, titles: Mapping[date, Sequence[Titled]]) -> Page:
        shown = [
            (self._line(month, number, link), slot(_slot(link.day)), len(titles[link.day]))
            for link in month.parts[number - 1]
        ]
        lists = {_slot(day): ["".join(map(self._title, found))] for day, found in titles.items()}
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
            "heat": calendar.heat(volume, year.period.first, year.period.last, self._speech),
            "statistics": year.category and self._links.to(statistics_folder(year.category)),
            "rows": self.month_rows(year.category, volume, set(months)),
        }
        return self._joined("year.html", year, 1, context, {})

    # ── pieces that other pages show too ──

    def month_calendar(
        self, category: str | None, days: Sequence[DayLink], first: date, here: date | None = None
    ) -> calendar.Month:
        """The month that begins on `first`."""
        counts = {link.day: sum(link.counts.values()) for link in days}

        def url(day: date) -> str:
            return self._links.to(list_folder(category, day))

        return calendar.month(counts, first, url, self._speech, here)

    def link(self, category: str | None, period: Period) -> Link:
        return Link(self._links.to(period_folder(category, period)), self.words(period))

    def month_rows(
        self, category: str | None, volume: Mapping[date, int], paged: set[Period]
    ) -> list[calendar.MonthRow]:
        """The months of `volume`, newest first; those of `paged` are linked."""
        found: dict[Period, list[int]] = defaultdict(list)
        for day, papers in volume.items():
            found[period_of(Span.MONTH, day)].append(papers)
        return [
            calendar.MonthRow(
                self._speech.month(month.first),
                self.link(category, month).url if month in paged else "",
                sum(map(bool, papers)),
                sum(papers),
            )
            for month, papers in sorted(found.items(), reverse=True)
        ]

    def words(self, period: Period) -> Message | Markup:
        """ "Week 13, 2024", "March 2024", "2024"."""
        if period.span is Span.MONTH:
            return self._speech.month(period.first)
        year, week, _ = period.first.isocalendar()
        if period.span is Span.WEEK:
            return say("Week {week}, {year}", week=str(week), year=str(year))
        return Markup("<span>{}</span>").format(period.name)

    def text(self, period: Period) -> str:
        """The same for a title."""
        words = self.words(period)
        return words.striptags() if isinstance(words, Markup) else self._speech.text(words)

    # ── ──

    def _joined(
        self,
        template: str,
        of: Gathering,
        number: int,
        context: Mapping[str, object],
        fills: Mapping[str, Iterable[str]],
    ) -> Page:
        parts: list[bytes] = []
        for place, part in enumerate(self._templates.split(template, (), **context)):
            parts += encoded(fills.get(part, ())) if place % 2 else [in_utf8(part)]
        return Page(f"{period_folder(of.category, of.period, number)}index.html", *parts)

    def _context(self, of: Gathering, number: int) -> dict[str, object]:
        category = of.category
        wider = [Span.YEAR, Span.MONTH] if of.period.span is Span.WEEK else [Span.YEAR]
        return {
            "code": category,
            "name": category_title(category) if category else self._speech.text(MERGED),
            "list_url": self._links.to(list_folder(category) if category else ""),
            "feed": self._links.to((list_folder(category) if category else "") + "feed.xml"),
            "period": self.words(of.period),
            "dates": dates_words(of.period),
            "period_text": self.text(of.period),
            "canonical": self._links.whole(period_folder(category, of.period, number)),
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
            self._speech.long(link.day),
            self._speech.short(link.day),
            sum(link.counts.values()),
            count_words(link.counts),
        )

    def _part(self, of: Gathering, place: int, number: int) -> Link:
        days = of.parts[place - 1]
        first, last = self._speech.short(days[0].day), self._speech.short(days[-1].day)
        words = first if first == last else say("{first} – {last}", first=first, last=last)
        return Link(self._links.to(period_folder(of.category, of.period, place)), words, place == number)

    def _within(self, of: Gathering, span: Span) -> list[Link]:
        periods = dict.fromkeys(period_of(span, link.day) for link in of.days)
        return [self.link(of.category, period) for period in periods]

    def _title(self, titled: Titled) -> str:
        url = escape(self._links.to(paper_folder(titled.paper_id)))
        return in_ascii(f'<li><a href="{url}"><bdi>{prepare(titled.title_html)}</bdi></a></li>\n')


def _slot(day: date) -> str:
    return f"d{day:%Y_%m_%d}"


def dates_words(period: Period) -> Message:
    """The days of a week; empty for what its name says whole."""
    if period.span is not Span.WEEK:
        return NOTHING
    return say("{first} to {last}", first=period.first, last=period.last)
