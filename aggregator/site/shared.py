"""What the site holds beside lists and papers: 404, the desk, the chooser, sitemap, robots, assets."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.models import Page
from aggregator.site import chooser
from aggregator.site.assets import Assets
from aggregator.site.environment import Templates
from aggregator.site.links import Links
from aggregator.site.text import escape

SITEMAP_LIMIT = 50_000  # addresses in one file, https://www.sitemaps.org/protocol.html


class SharedPages:
    """Makes them; `limit` is how many addresses one sitemap holds."""

    def __init__(
        self, templates: Templates, links: Links, assets: Assets, limit: int = SITEMAP_LIMIT
    ) -> None:
        self._templates = templates
        self._links = links
        self._assets = assets
        self._limit = limit

    def make(self, paths: Iterable[str]) -> list[Page]:
        """`paths` are all pages of the site as paths of files; those that are no readable page are passed over."""
        choices = chooser.page(self._templates, self._links)
        return [
            *self._assets.pages,
            Page("404.html", self._templates.render("404.html").encode()),
            Page("desk/index.html", self._templates.render("desk.html").encode()),
            Page(
                "robots.txt",
                self._templates.render("robots.txt", sitemap=self._links.whole("sitemap.xml")).encode(),
            ),
            choices,
            *self._sitemaps(
                sorted({p.removesuffix("index.html") for p in (*paths, choices.path) if _is_page(p)})
            ),
        ]

    def _sitemaps(self, folders: list[str]) -> list[Page]:
        if len(folders) <= self._limit:
            return [self._sitemap("sitemap.xml", folders)]
        starts = range(0, len(folders), self._limit)
        parts = [
            self._sitemap(f"sitemap-{number}.xml", folders[start : start + self._limit])
            for number, start in enumerate(starts, 1)
        ]
        addresses = [self._links.whole(part.path) for part in parts]
        index = self._templates.render("sitemap_index.xml", addresses=addresses)
        return [Page("sitemap.xml", index.encode()), *parts]

    def _sitemap(self, path: str, folders: list[str]) -> Page:
        head, _, tail = self._templates.split("sitemap.xml", ["addresses"])
        lines = [f"<url><loc>{escape(self._links.whole(folder))}</loc></url>\n" for folder in folders]
        return Page(path, "".join([head, *lines, tail]).encode())


def _is_page(path: str) -> bool:
    return path == "index.html" or path.endswith("/index.html")
