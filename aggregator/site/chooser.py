"""The chooser: every category of arXiv's by group, those that are followed lead to their lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aggregator.models import Page
from aggregator.site.environment import Templates
from aggregator.site.links import Links, list_folder
from aggregator.site.text import in_utf8
from aggregator.taxonomy import ARCHIVES, CATEGORIES, Category


@dataclass(frozen=True, slots=True)
class Choice:
    """A category of arXiv's; `url` is its list here when it is followed, at arXiv otherwise."""

    code: str
    name: str
    url: str
    followed: bool


def page(templates: Templates, links: Links) -> Page:
    """The page at /categories/."""
    html = templates.render(
        "categories.html",
        canonical=links.whole("categories/"),
        groups=_groups(links),
        followed=len(links.categories),
    )
    return Page("categories/index.html", in_utf8(html))


def _groups(links: Links) -> Mapping[str, Mapping[str, Sequence[Choice]]]:
    """Active categories by group and archive, in arXiv's order."""
    groups: dict[str, dict[str, list[Choice]]] = {}
    for category in CATEGORIES.values():
        if category.active:
            archive = ARCHIVES[category.archive]
            archives = groups.setdefault(archive.group, {})
            archives.setdefault(archive.name, []).append(_choice(category, links))
    return groups


def _choice(category: Category, links: Links) -> Choice:
    followed = category.id in links.categories
    url = links.to(list_folder(category.id)) if followed else links.subject(category.id)
    return Choice(category.id, category.name, url or "", followed)
