"""A category's statistics: papers a month, authors a paper and growth by year, as plots and as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

from markupsafe import Markup

from aggregator.models import NOTHING, Message, MonthCount, Page, period_of, say
from aggregator.models.period import Span
from aggregator.site.environment import Templates
from aggregator.site.links import Links, list_folder, statistics_folder
from aggregator.site.plots import Column, Plot, plot
from aggregator.site.speech import Speech
from aggregator.site.text import in_utf8
from aggregator.taxonomy import title as category_title

TEAM_NAMES = ("1", "2", "3–4", "5–9", "10+")  # of models.statistics.TEAMS
A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Row:
    """A month or a year in a table; `change` is against the year before, such as "+18 %"."""

    name: Markup | str
    papers: int
    primary: int
    teams: Sequence[int] = ()
    change: str = ""

    @property
    def crossed(self) -> int:
        return self.papers - self.primary


@dataclass(frozen=True, slots=True)
class Year:
    """A year's sums; `whole` when each of its months has papers and none may get more."""

    year: int
    papers: int
    primary: int
    teams: tuple[int, ...]
    whole: bool


class StatisticsPages:
    """Makes them for one site."""

    def __init__(self, templates: Templates, links: Links, speech: Speech) -> None:
        self._templates = templates
        self._links = links
        self._speech = speech

    def page(self, category: str, months: Sequence[MonthCount]) -> Page:
        """`months` are those that have papers, oldest first."""
        folder, years, drawn = statistics_folder(category), years_of(months), unbroken(months)
        changes = changes_of(years)
        context = {
            "code": category,
            "name": category_title(category),
            "list_url": self._links.to(list_folder(category)),
            "canonical": self._links.whole(folder),
            "span": self._span(months),
            "lately": lately(months),
            "volume": self._volume(drawn) if drawn else None,
            "team_plot": self._teams(years_of(drawn)) if drawn else None,
            "growth": self._growth(changes) if changes else None,
            "team_names": TEAM_NAMES,
            "months": [self._month(one) for one in reversed(months)],
            "years": [_year(one, changes) for one in reversed(years)],
        }
        return Page(f"{folder}index.html", in_utf8(self._templates.render("statistics.html", **context)))

    def _span(self, months: Sequence[MonthCount]) -> Message:
        if not months:
            return NOTHING
        first, last = (self._speech.month(one.month) for one in (months[0], months[-1]))
        papers = sum(one.papers for one in months)
        return say("Papers here: {n} ({first} to {last}).", n=papers, first=first, last=last)

    def _month(self, one: MonthCount) -> Row:
        return Row(self._speech.month(one.month), one.papers, one.primary)

    def _volume(self, months: Sequence[MonthCount]) -> Plot:
        known = {one.month: one for one in months}
        newest = months[-1].month
        columns = [
            _volume_column(month, known.get(month), faint=month == newest)
            for month in _each(months[0].month, newest)
        ]
        if not any(column.label for column in columns):
            columns[0] = _volume_column(months[0].month, months[0], faint=len(columns) == 1, labelled=True)
        return plot(columns, self._speech.forms.number)

    def _teams(self, years: Sequence[Year]) -> Plot:
        columns = [
            Column(
                f"{one.year}: {', '.join(f'{n} % {name}' for n, name in zip(_shares(one), TEAM_NAMES, strict=True))}",
                [(f"team-{place}", 100 * n / (sum(one.teams) or 1)) for place, n in enumerate(one.teams, 1)],
                str(one.year),
            )
            for one in years
        ]
        return plot(columns, "{} %".format, top=100)

    def _growth(self, changes: Mapping[int, int]) -> Plot:
        columns = [
            Column(
                f"{year}: {_signed(change)}", [("more" if change > 0 else "less", float(change))], str(year)
            )
            for year, change in changes.items()
        ]
        return plot(columns, "{} %".format)


def lately(months: Sequence[MonthCount]) -> Message:
    """The newest twelve months that are over, and the twelve before; nothing where some of them lack."""
    over = months[:-1][-2 * A_YEAR :]
    if len(over) < 2 * A_YEAR or len(_each(over[0].month, over[-1].month)) > len(over):
        return NOTHING
    before, now = (sum(one.papers for one in part) for part in (over[:A_YEAR], over[A_YEAR:]))
    return say(
        "In the twelve months to {day}: {now}, in the twelve before: {before}.",
        day=period_of(Span.MONTH, over[-1].month).last,
        now=now,
        before=before,
    )


def unbroken(months: Sequence[MonthCount]) -> Sequence[MonthCount]:
    """The newest months, back to where a year has no paper: what is older is single papers, and is not drawn."""
    start = 0
    for place, (one, following) in enumerate(pairwise(months), 1):
        if len(_each(one.month, following.month)) > A_YEAR + 1:
            start = place
    return months[start:]


def years_of(months: Sequence[MonthCount]) -> list[Year]:
    """Each year that has papers, oldest first."""
    made = []
    for year, found in groupby(months, key=lambda one: one.month.year):
        inside = list(found)
        teams = tuple(map(sum, zip(*(one.teams for one in inside), strict=True)))
        whole = len(inside) == A_YEAR and inside[-1] is not months[-1]
        papers, primary = sum(one.papers for one in inside), sum(one.primary for one in inside)
        made.append(Year(year, papers, primary, teams, whole))
    return made


def changes_of(years: Sequence[Year]) -> dict[int, int]:
    """By how many percent each whole year differs from the whole year before it."""
    whole = {one.year: one.papers for one in years if one.whole}
    return {
        year: round(100 * papers / whole[year - 1]) - 100
        for year, papers in whole.items()
        if year - 1 in whole
    }


def _year(one: Year, changes: Mapping[int, int]) -> Row:
    change = _signed(changes[one.year]) if one.year in changes else ""
    return Row(str(one.year), one.papers, one.primary, one.teams, change)


def _volume_column(month: date, one: MonthCount | None, *, faint: bool, labelled: bool = False) -> Column:
    name = f"{month:%Y-%m}"
    label = name if labelled else str(month.year) if month.month == 1 else ""
    if one is None:
        return Column(f"{name}: 0", (), label)
    crossed = one.papers - one.primary
    title = f"{name}: {one.papers} = {one.primary} + {crossed}"
    return Column(title, (("new", one.primary), ("cross", crossed)), label, faint)


def _each(first: date, last: date) -> list[date]:
    """The first days of the months from one to the other."""
    span = range(first.year * A_YEAR + first.month - 1, last.year * A_YEAR + last.month)
    return [date(n // A_YEAR, n % A_YEAR + 1, 1) for n in span]


def _shares(one: Year) -> list[int]:
    return [round(100 * n / (sum(one.teams) or 1)) for n in one.teams]


def _signed(change: int) -> str:
    return f"{change:+} %".replace("-", "−")
