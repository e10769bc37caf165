"""The sitemap: an index and its parts, one a shelf, so that a new day changes only the parts that name its pages.

A shelf is a prefix of paths: "arxiv/2403." for the papers of a month, "arxiv/2024-" for the merged days of a year,
"arxiv/cs.CL/" for a category (or an archive's papers of the old form), "" for what is not below arxiv/.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from aggregator.models import Page
from aggregator.site.environment import Templates
from aggregator.site.links import Links
from aggregator.site.text import escape

LIMIT = 50_000  # addresses in one file, https://www.sitemaps.org/protocol.html
_SHELF = re.compile(r"arxiv/(?:\d{4}[.-]|[^/]+/)")

_OWN = frozenset(f"{name}/index.html" for name in ("desk", "list", "offline"))


def shelf(path: str) -> str | None:
    """The shelf of a page's path, None for a file that is no readable page, or that is each reader's own."""
    if path in _OWN or (path != "index.html" and not path.endswith("/index.html")):
        return None
    found = _SHELF.match(path)
    return found[0] if found else ""


def _word(name: str) -> str:
    """A shelf's part of a file name; the papers of 2012 (December 2020) are not the days of 2012."""
    kinds = {".": "papers-", "-": "days-"}
    return kinds.get(name[-1:], "") + name.removeprefix("arxiv/").rstrip("./-") or "pages"


class Sitemap:
    """Makes it; `limit` is how many addresses one file holds."""

    def __init__(self, templates: Templates, links: Links, limit: int = LIMIT) -> None:
        self._templates = templates
        self._links = links
        self._limit = limit

    def make(self, paths: Iterable[str]) -> list[Page]:
        """All of it; paths that are no readable page are passed over."""
        shelves: defaultdict[str, list[str]] = defaultdict(list)
        for path in paths:
            if (name := shelf(path)) is not None:
                shelves[name].append(path)
        parts = [part for name in sorted(shelves) for part in self.parts(name, shelves[name])]
        return [*parts, self.index(part.path for part in parts)]

    def parts(self, name: str, paths: Iterable[str]) -> list[Page]:
        """The files for one shelf, none when it is empty."""
        folders = sorted({path.removesuffix("index.html") for path in paths})
        return [
            self._part(f"sitemap-{_word(name)}{f'-{start // self._limit + 1}' if start else ''}.xml", chunk)
            for start in range(0, len(folders), self._limit)
            if (chunk := folders[start : start + self._limit])
        ]

    def index(self, parts: Iterable[str]) -> Page:
        addresses = [self._links.whole(part) for part in sorted(parts)]
        return Page("sitemap.xml", self._templates.render("sitemap_index.xml", addresses=addresses).encode())

    def _part(self, path: str, folders: Iterable[str]) -> Page:
        head, _, tail = self._templates.split("sitemap.xml", ["addresses"])
        lines = [f"<url><loc>{escape(self._links.whole(folder))}</loc></url>\n" for folder in folders]
        return Page(path, "".join([head, *lines, tail]).encode())
