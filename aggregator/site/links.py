"""Where things are: folders of the site, addresses on it, addresses at arXiv."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from urllib.parse import quote, quote_plus, urlsplit

from aggregator.models import Period
from aggregator.taxonomy import CATEGORIES

ARXIV = "https://arxiv.org"
_SAFE = re.compile(r"[\w.~/-]*", re.ASCII)  # what quoting leaves alone; it is the dearest step of an address
_PLAIN = re.compile(r"[\w.~ -]*", re.ASCII)
SEARCH = "arxiv/search"  # where `aggregator serve` answers searches


def quoted(text: str) -> str:
    """`text` within a query, as `quote_plus` writes it: names and titles seldom need its care."""
    return text.replace(" ", "+") if _PLAIN.fullmatch(text) else quote_plus(text, errors="replace")


def list_folder(category: str | None, day: date | None = None) -> str:
    """The folder of a list: of a category's newest day, of its `day`, or of the merged `day`."""
    names = ("arxiv", category, day and day.isoformat())
    return "".join(f"{name}/" for name in names if name)


def period_folder(category: str | None, period: Period, number: int = 1) -> str:
    """The folder of a week, a month or a year, or of a later part of it."""
    names = ("arxiv", category, period.name, str(number) if number > 1 else "")
    return "".join(f"{name}/" for name in names if name)


def statistics_folder(category: str) -> str:
    """The folder of a category's statistics."""
    return f"{list_folder(category)}stats/"


def picture_path(category: str | None, day: date) -> str:
    """The picture of a day, beside its list."""
    return f"{list_folder(category, day)}card.png"


def paper_folder(arxiv_id: str) -> str:
    """The folder of a paper's page; an id of the old form is two folders deep."""
    return f"arxiv/{arxiv_id}/"


class Links:
    """Addresses on the site that `base_url` names. `categories` are those that have a page; with `search` there is
    one at `SEARCH`."""

    def __init__(self, base_url: str, categories: Iterable[str] = (), *, search: bool = False) -> None:
        self.search = search
        parts = urlsplit(base_url)
        self.prefix = parts.path.rstrip("/") + "/"
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self.categories = frozenset(categories)

    def follows(self, category: str) -> bool:
        """Whether the category has a page; True for all when nobody said which have."""
        return not self.categories or category in self.categories

    def to(self, folder: str) -> str:
        """The address, from the root of the server."""
        return self.prefix + (folder if _SAFE.fullmatch(folder) else quote(folder, errors="replace"))

    def whole(self, folder: str) -> str:
        """The address with scheme and host, for feeds, the sitemap and canonical links."""
        return self.origin + self.to(folder)

    def author(self, name: str) -> str:
        """An author's papers: our search's, or arXiv's where we have none."""
        if self.search:
            asked = quoted(name.replace('"', ""))
            return f"{self.to(SEARCH)}?query=au%3A%22{asked}%22"
        return f"{ARXIV}/search/?searchtype=author&query={quoted(name)}"

    def subject(self, category: str) -> str | None:
        """Our page of a category, arXiv's where we have none, None for a category that arXiv does not know."""
        if category in self.categories:
            return self.to(list_folder(category))
        return f"{ARXIV}/list/{category}/new" if category in CATEGORIES else None


def doi_link(doi: str) -> str | None:
    """The resolver's address of a DOI, None for what is not one (ISO 26324: begins with "10.")."""
    return f"https://doi.org/{quote(doi, safe='/:;().-_')}" if doi.startswith("10.") and "/" in doi else None
