"""Write the golden site anew: `python tests/regenerate_golden_site.py`. Read the difference before committing it."""

from __future__ import annotations

from pathlib import Path

from fakes_site import golden_pages

from aggregator.models import Page
from aggregator.settings import SiteSettings
from aggregator.site import Site

GOLDEN = Path(__file__).parent / "recorded" / "golden_site"


def rendered(site: Site) -> list[Page]:
    """All pages but the assets: those are the files of `templates/static`, under names that the pages carry."""
    return [page for page in golden_pages(site) if not page.path.startswith("assets/")]


def golden_site(folder: Path) -> Site:
    return Site(SiteSettings(title="Golden papers"), folder, categories=("cs.CL", "cs.AI"))


def main() -> None:
    site = golden_site(GOLDEN)
    print(site.publish(rendered(site), keep=set()))


if __name__ == "__main__":
    main()
