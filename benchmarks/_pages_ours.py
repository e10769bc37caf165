"""Our side of pages.py: files of ready cards → list pages and feeds → published. Arguments: content, target.

Prints the CPU seconds spent in `list_pages` alone.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterable, Iterator
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


def read_in_turn(paths: Iterable[Path]) -> Iterator[memoryview]:
    """The bytes of each file, in memory that the next one takes over."""
    buffer = bytearray()
    for path in paths:
        with path.open("rb", buffering=0) as file:
            size = path.stat().st_size
            if size > len(buffer):
                buffer = bytearray(size * 2)
            rest = memoryview(buffer)[:size]
            while rest and (taken := file.readinto(rest)):
                rest = rest[taken:]
            yield memoryview(buffer)[:size]


class Renderer:
    """Renders the days of a folder, and keeps the CPU seconds that rendering took."""

    def __init__(self, site: Site) -> None:
        self.seconds = 0.0
        self._site = site

    def pages(self, content: Path) -> Iterator[Page]:
        decoder = msgspec.json.Decoder(Day)
        for body in read_in_turn(sorted(content.iterdir())):
            day = decoder.decode(body)
            started = time.process_time()
            made = self._site.list_pages(Listing("cs.CL", day.day, day.papers), newest=False)
            self.seconds += time.process_time() - started
            yield from made


def main() -> None:
    gc.set_threshold(50_000)  # as the command line does
    content, target = map(Path, sys.argv[1:])
    site = Site(SiteSettings(compress=False), target)
    renderer = Renderer(site)
    site.publish(renderer.pages(content), keep=set())
    print(renderer.seconds)


if __name__ == "__main__":
    main()
