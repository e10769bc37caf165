"""Three programs that read papers.cool, written from what is public of its pages: they know its addresses, class names
and feeds, and nothing of ours. Only the host they ask is given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import feedparser
from webserver import get

VOID = frozenset(["meta", "link", "img", "br", "hr", "input", "col", "source", "wbr"])


@dataclass
class Element:
    """A node of a page, as far as a scraper needs one."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    def find(self, tag: str, name: str = "") -> list[Element]:
        """All descendants of a tag and class, in the page's order: `$el.find("a.title-link")`."""
        found = []
        for child in self.children:
            if isinstance(child, Element):
                if child.tag == tag and (not name or name in child.attributes.get("class", "").split()):
                    found.append(child)
                found += child.find(tag, name)
        return found

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)


class Page(HTMLParser):
    """A page as a tree."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.root = Element("", {})
        self._open = [self.root]
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while len(self._open) > 1 and self._open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


@dataclass(frozen=True)
class Item:
    """What a feed maker takes from one card of a list."""

    id: str
    number: int
    title: str
    link: str
    authors: tuple[str, ...]
    summary: str
    subjects: tuple[str, ...]
    published: datetime


@dataclass(frozen=True)
class ListScraper:
    """Makes a feed of a list page, as RSSHub's route for papers.cool does."""

    port: int

    def read(self, path: str, limit: int = 50) -> tuple[str, int, list[Item]]:
        """The heading, the total that the page tells, and the items."""
        response, body = get(self.port, f"{path}?show={limit}")
        assert response.status == 200
        page = Page(body.decode()).root
        (shell,) = (one for one in page.find("body") if one.attributes.get("id") == "arxiv")
        info = shell.find("p", "info")[0]
        total = re.search(r"Total: (\d+)", info.text)
        assert total is not None
        assert info.find("a", "date")
        (lists,) = {id(one): one for one in shell.find("div", "papers") if one.find("div", "paper")}.values()
        return (
            shell.find("h1")[0].text,
            int(total[1]),
            [self._item(one) for one in lists.find("div", "paper")][:limit],
        )

    def _item(self, card: Element) -> Item:
        title = card.find("h2", "title")[0].find("a", "title-link")[0]
        opens = card.find("a", "title-pdf")[0].attributes
        assert opens["data"] == opens["href"]
        stamp = re.search(
            r"(\d{4}-\d{2}-\d{2}\s\d{2}:\d{2}:\d{2})",
            card.find("p", "date")[0].find("span", "date-data")[0].text,
        )
        assert stamp is not None
        subjects = tuple(one.text for one in card.find("p", "subjects")[0].find("a"))
        assert tuple(card.attributes["keywords"].split(",")) == subjects
        return Item(
            id=card.attributes["id"],
            number=int(card.find("h2", "title")[0].find("span", "index")[0].text.removeprefix("#")),
            title=title.text,
            link=urljoin("https://papers.cool", title.attributes["href"]),
            authors=tuple(one.text for one in card.find("p", "authors")[0].find("a", "author")),
            summary="".join(one.text for one in card.find("p", "summary")),
            subjects=subjects,
            published=datetime.strptime(stamp[1], "%Y-%m-%d %H:%M:%S"),
        )


@dataclass(frozen=True)
class FeedReader:
    """A feed reader that was given a list's address with /feed behind it."""

    port: int

    def read(self, path: str) -> list[tuple[str, str, str, tuple[str, ...], str]]:
        """Link, title, updated, authors and summary of each entry; an entry that lacks one is an error."""
        response, body = get(self.port, f"{path}/feed")
        assert response.status == 200
        feed = feedparser.parse(body, response_headers={"content-type": response.headers["content-type"]})
        assert not feed.bozo
        assert len({entry.id for entry in feed.entries}) == len(feed.entries)
        return [
            (urlsplit(one.link).path, one.title, one.updated, tuple(a.name for a in one.authors), one.summary)
            for one in feed.entries
        ]


@dataclass(frozen=True)
class Exporter:
    """Turns a list of stars into one address, opens it elsewhere, and cites each paper by its meta tags (Zotero)."""

    port: int

    def address(self, ids: list[str]) -> str:
        return "/arxiv/" + ",".join(ids)

    def opened(self, address: str) -> list[str]:
        page = Page(get(self.port, address)[1].decode()).root
        return [card.attributes["id"] for card in page.find("div", "paper")]

    def cited(self, paper_id: str) -> dict[str, list[str]]:
        page = Page(get(self.port, f"/arxiv/{paper_id}")[1].decode()).root
        found: dict[str, list[str]] = {}
        for meta in page.find("meta"):
            if (name := meta.attributes.get("name", "")).startswith("citation_"):
                found.setdefault(name, []).append(meta.attributes["content"])
        return found
