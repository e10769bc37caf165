"""What the site holds beside lists and papers, the same whatever was announced: 404, desk, chooser, robots, assets."""

from __future__ import annotations

from aggregator.models import Page
from aggregator.site import chooser
from aggregator.site.assets import Assets
from aggregator.site.environment import Templates
from aggregator.site.links import Links


class SharedPages:
    """Makes them."""

    def __init__(self, templates: Templates, links: Links, assets: Assets) -> None:
        self._templates = templates
        self._links = links
        self._assets = assets

    def make(self) -> list[Page]:
        robots = self._templates.render("robots.txt", sitemap=self._links.whole("sitemap.xml"))
        return [
            *self._assets.pages,
            Page("404.html", self._templates.render("404.html").encode()),
            Page("desk/index.html", self._templates.render("desk.html").encode()),
            Page("robots.txt", robots.encode()),
            chooser.page(self._templates, self._links),
        ]
