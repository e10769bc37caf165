"""The simulated arXiv's lists of past days, `/catchup/<category>/<day>`: what was announced, in arXiv's order.

Written after the published templates of arxiv-browse: three sections, 2,000 entries a page, 90 days back. A list
is there from the announcement on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape

from aggregator.announce import NEW_YORK
from aggregator.models import Kind
from aggregator.simulator.faults import Reply
from aggregator.simulator.preprint import Item
from aggregator.simulator.script import announced_at
from aggregator.simulator.truth import Truth
from aggregator.taxonomy import CATEGORIES, title

REACH = timedelta(days=91)
PAGE = 2000
_SECTIONS: tuple[tuple[str, tuple[Kind, ...]], ...] = (
    ("New submissions", (Kind.NEW,)),
    ("Cross submissions", (Kind.CROSS,)),
    ("Replacement submissions", (Kind.REPLACE, Kind.REPLACE_CROSS)),
)
_HTML = {"Content-Type": "text/html; charset=utf-8"}


class Lists:
    """Answers requests for lists over `truth`."""

    def __init__(self, truth: Truth, *, page: int = PAGE) -> None:
        self._truth = truth
        self._page = page

    def __call__(self, rest: str, moment: datetime) -> Reply:
        """The answer to "<category>/<day>?page=…" at `moment`."""
        parts = urlsplit(rest)
        category, _, text = parts.path.partition("/")
        asked = dict(parse_qsl(parts.query))
        try:
            day, page = date.fromisoformat(text), int(asked.get("page", "1"))
        except ValueError:
            return Reply(400, b"Invalid date format. Use format: YYYY-MM-DD\n", _HTML)
        if category not in CATEGORIES or not timedelta(0) <= _today(moment) - day <= REACH:
            return Reply(400, b"Invalid subject or date.\n", _HTML)
        items = self._truth.listing(category, day) if announced_at(day) <= moment else ()
        return Reply(200, self._document(category, day, items, page).encode(), _HTML)

    def _document(self, category: str, day: date, items: Sequence[Item], page: int) -> str:
        skip = (page - 1) * self._page
        shown = items[skip : skip + self._page]
        total = f"<div>Total of {len(items)} entries\n</div>" if items else f"<p>No updates for {day}</p>"
        body = "".join(_sections(shown, skip))
        return (
            f"<!DOCTYPE html>\n<html><head><title>Catchup</title></head><body>\n"
            f"<h1>Catchup results for {escape(title(category))} on {day:%a, %d %b %Y}</h1>\n{total}\n{body}"
            f"</body></html>\n"
        )


def _sections(items: Sequence[Item], skip: int) -> Iterator[str]:
    places = {id(item): number for number, item in enumerate(items, skip + 1)}
    for heading, kinds in _SECTIONS:
        mine = [item for item in items if item.kind in kinds]
        if mine:
            entries = "".join(_entry(item, places[id(item)]) for item in mine)
            yield (
                f"<dl id='articles'>\n<h3>{heading} (showing {len(mine)} of {len(mine)} entries)</h3>\n{entries}</dl>\n"
            )


def _entry(item: Item, number: int) -> str:
    paper = item.preprint
    return (
        f"<dt><a name='item{number}'>[{number}]</a>\n"
        f'<a href ="/abs/{paper.id}" title="Abstract" id="{paper.id}">arXiv:{paper.id}</a></dt>\n'
        f"<dd><div class='list-subjects'><span class='descriptor'>Subjects:</span>"
        f'<span class="primary-subject">{escape(title(paper.primary))} ({paper.primary})</span></div></dd>\n'
    )


def _today(moment: datetime) -> date:
    return moment.astimezone(NEW_YORK).date()
