"""What the site holds beside lists and papers, the same whatever was announced: 404, desk, the
reader's own list, chooser, robots, assets."""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.models import Page
from aggregator.site import chooser
from aggregator.site.assets import Assets, worker
from aggregator.site.environment import Templates
from aggregator.site.links import SEARCH, Links, list_folder
from aggregator.taxonomy import title as category_title


class SharedPages:
    """Makes them. `renderer` tells browsers that the site is another."""

    def __init__(
        self, templates: Templates, links: Links, assets: Assets, categories: Sequence[str], renderer: str
    ) -> None:
        self._templates = templates
        self._links = links
        self._assets = assets
        self._categories = categories
        self._renderer = renderer

    def make(self) -> list[Page]:
        robots = self._templates.render("robots.txt", sitemap=self._links.whole("sitemap.xml"))
        return [
            *self._assets.pages,
            self._worker(),
            Page("404.html", self._templates.render("404.html").encode()),
            Page("desk/index.html", self._templates.render("desk.html").encode()),
            Page("list/index.html", self._templates.render("list.html", rows=self._rows()).encode()),
            Page("offline/index.html", self._templates.render("offline.html").encode()),
            Page("robots.txt", robots.encode()),
            chooser.page(self._templates, self._links),
            *([self._opensearch()] if self._links.search else []),
        ]

    def _opensearch(self) -> Page:
        """What browsers ask to search here from their address bar (https://github.com/dewitt/opensearch)."""
        xml = self._templates.render(
            "opensearch.xml",
            address=self._links.whole(SEARCH),
            icon=self._links.whole(self._assets.icon.path),
            here=self._links.whole("opensearch.xml"),
        )
        return Page("opensearch.xml", xml.encode("utf-8", "replace"))

    def _rows(self) -> list[tuple[str, str, str]]:
        """Code, name and address of each followed category."""
        return [(name, category_title(name), self._links.to(list_folder(name))) for name in self._categories]

    def _worker(self) -> Page:
        """Languages are kept when a reader chooses them, all else from the start."""
        assets = [page.path for page in self._assets.pages if not page.path.endswith(".json")]
        return worker(
            [self._links.to(path) for path in ("offline/", "desk/", "list/", *assets)], self._renderer
        )
