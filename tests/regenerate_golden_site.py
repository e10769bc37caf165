"""Write the golden site anew: `python tests/regenerate_golden_site.py`. Read the difference before committing it."""

from __future__ import annotations

from pathlib import Path

from fakes_site import golden_pages

from aggregator.settings import SiteSettings
from aggregator.site import Site

GOLDEN = Path(__file__).parent / "recorded" / "golden_site"


def golden_site(folder: Path) -> Site:
    return Site(SiteSettings(title="Golden papers"), folder, categories=("cs.CL", "cs.AI"))


def main() -> None:
    site = golden_site(GOLDEN)
    print(site.publish(golden_pages(site), keep=set()))


if __name__ == "__main__":
    main()
