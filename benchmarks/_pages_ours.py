"""Our side of pages.py: files of ready cards → list pages and feeds → published. Arguments: content, target.

Prints the CPU seconds spent in `list_pages` alone.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import msgspec

from aggregator.models import Listed, Listing, Page
from aggregator.settings import SiteSettings
from aggregator.site import Site


class Day(msgspec.Struct):
    day: date
    papers: tuple[Listed, ...]


class Renderer:
    """Renders the days of a folder, and keeps the CPU seconds that rendering took."""

    def __init__(self, site: Site) -> None:
        self.seconds = 0.0
        self._site = site

    def pages(self, content: Path) -> Iterator[Page]:
        decoder = msgspec.json.Decoder(Day)
        for path in sorted(content.iterdir()):
            day = decoder.decode(path.read_bytes())
            started = time.process_time()
            made = self._site.list_pages(Listing("cs.CL", day.day, day.papers), newest=False)
            self.seconds += time.process_time() - started
            yield from made


def main() -> None:
    content, target = map(Path, sys.argv[1:])
    site = Site(SiteSettings(compress=False), target)
    renderer = Renderer(site)
    site.publish(renderer.pages(content), keep=set())
    print(renderer.seconds)


if __name__ == "__main__":
    main()
