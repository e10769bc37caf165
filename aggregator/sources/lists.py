"""arXiv's own lists of past days (`/catchup/<category>/<day>`): what to ask, and an answer → a `ListPage`. No I/O.

Sources: arxiv-browse, `controllers/catchup_page.py` and `templates/catchup.html` (2,000 entries a page, 90 days
back, `abs=False` without abstracts), and arXiv's robots.txt of 2026-06, which allows `/catchup` with a delay of
15 s. It is the one place that says of a past day what was announced in which category; its texts are set for
people, so that only ids and kinds are taken from it.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from html.parser import HTMLParser
from urllib.parse import quote

from aggregator.errors import EmptyBody, NotAFeed, SuspectPage
from aggregator.models import Answer, Kind, ListPage
from aggregator.normalise import ids as arxiv_ids
from aggregator.taxonomy import canonical

REACH = timedelta(days=90)  # how far back arXiv shows lists
DELAY = 15.0  # seconds between two requests: robots.txt, Crawl-delay
PAGE = 2_000  # entries

_KINDS = {"new": Kind.NEW, "cross": Kind.CROSS, "cross-lists": Kind.CROSS, "replacement": Kind.REPLACE}
_KINDS |= {"replacements": Kind.REPLACE}
_TOTAL = re.compile(r"Total of\s+(\d{1,6})\s+entries", re.ASCII)
_CODE = re.compile(r"\(([A-Za-z-]+(?:\.[A-Za-z-]+)?)\)\s*$", re.ASCII)


def list_url(base: str, category: str, day: date, page: int = 1) -> str:
    """Address of one page of the list of `category` on `day`."""
    return f"{base.rstrip('/')}/{quote(category)}/{day.isoformat()}?abs=False&page={page}"


def parse(answer: Answer, category: str, day: date, page: int = 1) -> ListPage:
    """What page `page` of the list of `category` (a canonical name) on `day` holds.

    Raises a FeedError: EmptyBody, NotAFeed for another page, SuspectPage when it is cut or does not hold as many
    entries as it says. A day without an announcement is a whole list without entries.
    """
    if not answer.body.strip():
        raise EmptyBody(answer.url, "the body is empty")
    reader = _Reader()
    reader.feed(answer.body.decode("utf-8", "replace"))
    if not reader.heading.startswith("Catchup results") or f"{day:%d %b %Y}" not in reader.heading:
        raise NotAFeed(answer.url, "not the list of that day")
    found = _TOTAL.search(reader.text)
    total = int(found[1]) if found else 0
    entries = tuple(_entry(item, category) for item in reader.items)
    whole = reader.ended and all(arxiv_id for arxiv_id, _ in entries)
    if len(entries) != max(0, min(PAGE, total - (page - 1) * PAGE)) or not whole:
        raise SuspectPage(answer.url, f"{len(entries)} entries on page {page}, of {total} in all")
    return ListPage(day, entries, total)


class _Item:
    """One entry as it is read."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.arxiv_id = ""
        self.primary = ""


def _entry(item: _Item, category: str) -> tuple[str, Kind]:
    code = _CODE.search(item.primary.strip())
    if item.kind is Kind.REPLACE and (not code or canonical(code[1]) != category):
        return item.arxiv_id, Kind.REPLACE_CROSS
    return item.arxiv_id, item.kind


class _Reader(HTMLParser):
    """Collects the heading, the text outside of entries, and the entries below each heading of a kind."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.heading = ""
        self.text = ""
        self.items: list[_Item] = []
        self.ended = False
        self._kind: Kind | None = None
        self._into = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag in ("h1", "h3"):
            self._into = tag
        elif tag == "dt" and self._kind is not None:
            self.items.append(_Item(self._kind))
        elif tag == "a" and (named.get("href") or "").startswith("/abs/"):
            self._link(named["href"] or "")
        elif tag == "span" and named.get("class") == "primary-subject":
            self._into = "primary"

    def handle_endtag(self, tag: str) -> None:
        self._into = ""
        self.ended = self.ended or tag == "html"

    def handle_data(self, data: str) -> None:
        if self._into == "h1":
            self.heading += data.lstrip() if not self.heading else data
        elif self._into == "h3":
            self._kind = _KINDS.get(data.strip().partition(" ")[0].lower(), self._kind)
        elif self._into == "primary" and self.items:
            self.items[-1].primary += data
        elif not self.items or "Total of" in data:
            self.text += data

    def _link(self, href: str) -> None:
        if self.items and not self.items[-1].arxiv_id:
            try:
                self.items[-1].arxiv_id = arxiv_ids.parse(f"https://arxiv.org{href}")[0]
            except ValueError:
                self.items.pop()  # counted as missing: the page is refused
