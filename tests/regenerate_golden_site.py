"""Write the golden site anew: `python tests/regenerate_golden_site.py`. Read the difference before committing it."""

from __future__ import annotations

import re
from pathlib import Path

from fakes_site import golden_pages

from aggregator.models import Page
from aggregator.settings import SiteSettings
from aggregator.site import Site

GOLDEN = Path(__file__).parent / "recorded" / "golden_site"


_HASHED = re.compile(rb"(/assets/[a-z]+)\.[0-9a-f]{12}\.")


def rendered(site: Site) -> list[Page]:
    """All pages but the assets, which are the files of `templates/static`. Their hashes do not stand in the golden
    pages, so that a change of a stylesheet or a script does not change every page there."""
    return [
        _settled(page)
        for page in golden_pages(site)
        if not page.path.startswith("assets/") and page.path != "worker.js"
    ]


def _settled(page: Page) -> Page:
    return Page(page.path, _HASHED.sub(rb"\1.HASH.", page.body))


def golden_site(folder: Path) -> Site:
    return Site(SiteSettings(title="Golden papers", compress=False), folder, categories=("cs.CL", "cs.AI"))


def main() -> None:
    site = golden_site(GOLDEN)
    print(site.publish(rendered(site), keep=set()))


if __name__ == "__main__":
    main()
