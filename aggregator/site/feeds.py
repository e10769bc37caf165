"""Feeds: Atom (RFC 4287), JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/), and OPML 2.0 of all of them.

An entry is a ready piece of the card. It is dated with its listing day, so that the same day gives the same bytes;
JSON is read back from it, since it says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from xml.etree import ElementTree

import msgspec

from aggregator.models import DayPapers, Kind, Listed, Listing, Page, say
from aggregator.site.card import CONTENT_CLOSE, CONTENT_OPEN
from aggregator.site.environment import Templates
from aggregator.site.fragments import KIND_WORDS
from aggregator.site.links import Links, list_folder
from aggregator.site.periods import MERGED
from aggregator.site.speech import Speech
from aggregator.site.text import encoded
from aggregator.taxonomy import title as category_title

_ATOM = "{http://www.w3.org/2005/Atom}"
_CLOSE = "</entry>\n"
WEEK_KINDS = frozenset({Kind.NEW, Kind.CROSS})


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed as an OPML file names it."""

    words: str
    feed: str
    page: str


class Feeds:
    """Makes the feeds of one site."""

    def __init__(self, templates: Templates, links: Links, title: str, speech: Speech) -> None:
        self._speech = speech
        self._templates = templates
        self._links = links
        self._title = title

    def atom(self, listing: Listing, folder: str) -> Page:
        """The feed of a day, in `folder`."""
        entries = atom_entries(listing.day, once_each(listing.papers))
        return self._atom(
            listing.category, f"{folder}feed.xml", self._links.whole(folder), listing.day, entries
        )

    def week(self, category: str | None, days: Sequence[DayPapers]) -> Page:
        """New papers and cross-lists of several days, newest first: for readers that ask once a week."""
        path = week_feed_path(category)
        entries = [
            text
            for day in reversed(days)
            for text in atom_entries(day.day, (one for one in day.papers if one.kind in WEEK_KINDS))
        ]
        page = self._links.whole(list_folder(category) if category else "")
        return self._atom(category, path, page, days[-1].day, entries, weekly=True)

    def _atom(
        self,
        category: str | None,
        path: str,
        page: str,
        day: date,
        entries: Iterable[str],
        *,
        weekly: bool = False,
    ) -> Page:
        name = self.name(category)
        head, _, tail = self._templates.split(
            "feed.atom.xml",
            ["entries"],
            name=self._speech.text(say("{name}, a week", name=name)) if weekly else name,
            address=self._links.whole(path),
            page=page,
            updated=feed_moment(day),
        )
        return Page(path, *encoded([head, *entries, tail]))

    def json(self, listing: Listing, folder: str) -> Page:
        """The same as JSON Feed."""
        path = f"{folder}feed.json"
        said = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": f"{self.name(listing.category)} · {self._title}",
            "home_page_url": self._links.whole(folder),
            "feed_url": self._links.whole(path),
            "language": "en",
            "authors": [{"name": "arXiv", "url": "https://arxiv.org/"}],
            "items": [_item(one, listing.day) for one in once_each(listing.papers)],
        }
        return Page(path, msgspec.json.encode(said))

    def opml(self) -> Page:
        """All feeds, for a feed reader's import."""
        lists = [None, *sorted(self._links.categories)]
        html = self._templates.render("feeds.opml", outlines=[self._outline(name) for name in lists])
        return Page("feeds.opml", html.encode("utf-8", "replace"))

    def name(self, category: str | None) -> str:
        return f"{category_title(category)} ({category})" if category else self._speech.text(MERGED)

    def _outline(self, category: str | None) -> Outline:
        folder = list_folder(category) if category else ""
        return Outline(self.name(category), self._links.whole(f"{folder}feed.xml"), self._links.whole(folder))


def week_feed_path(category: str | None) -> str:
    return f"{list_folder(category) if category else ''}week.xml"


def feed_moment(day: date) -> str:
    """When arXiv announced the day: 20:00 in New York on the evening before, midnight UTC or an hour after it."""
    return f"{day.isoformat()}T00:00:00Z"


def once_each(papers: Iterable[Listed]) -> Iterable[Listed]:
    """Two versions of a paper may stand in one list; a feed's ids must differ."""
    found: dict[str, Listed] = {}
    for paper in papers:
        found.setdefault(paper.paper_id, paper)
    return found.values()


def atom_entries(day: date, papers: Iterable[Listed]) -> list[str]:
    """The entries, dated with the listing day."""
    opens = {
        kind: f"<entry>\n<updated>{feed_moment(day)}</updated>\n<arxiv:announce_type>{kind}</arxiv:announce_type>\n"
        for kind in KIND_WORDS
    }
    return [text for one in papers for text in (opens[one.kind], one.card.entry_xml, _CLOSE)]


def _item(listed: Listed, day: date) -> dict[str, object]:
    return {
        **_read_back(listed.card.entry_xml),
        "date_modified": feed_moment(day),
        "_arxiv": {"announce_type": listed.kind.value, "version": listed.version},
    }


@lru_cache(maxsize=4096)
def _read_back(xml: str) -> Mapping[str, object]:
    """Kept, because a paper stands in several lists of a day."""
    entry = ElementTree.fromstring(f'<entry xmlns="{_ATOM[1:-1]}">{xml}</entry>')  # noqa: S314 (we wrote it)
    links = {(link.get("rel"), link.get("type")): link.get("href", "") for link in entry.iter(f"{_ATOM}link")}
    return {
        "id": _text(entry, "id"),
        "url": links["alternate", "text/html"],
        "external_url": links["related", "text/html"],
        "title": _text(entry, "title"),
        "summary": _text(entry, "summary"),
        "content_html": xml.partition(CONTENT_OPEN)[2].partition(CONTENT_CLOSE)[0],
        "authors": [{"name": name.text or ""} for name in entry.iter(f"{_ATOM}name")],
        "tags": [category.get("term", "") for category in entry.iter(f"{_ATOM}category")],
        "attachments": [{"url": links["related", "application/pdf"], "mime_type": "application/pdf"}],
    }


def _text(entry: ElementTree.Element, name: str) -> str:
    return entry.findtext(f"{_ATOM}{name}", "")
