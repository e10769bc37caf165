"""Compressed forms of what is served: brotli and gzip, the same bytes each time. The only module that knows brotli.

A *twin* of a file is its compressed form beside it, `index.html.br` and `index.html.gz`, as nginx's `brotli_static`
and `gzip_static` look for it. Measured on 80 day pages, 11 MB: brotli 4, 5 and 6 take 6, 10 and 11 ms a MB and leave
14.1, 12.3 and 11.7 %; gzip 1, 4 and 6 take 4, 6 and 11 ms and leave 16.8, 14.2 and 13.0 %. `Effort` follows from it.
Answers to one question are made while a reader waits (90 kB of results: 0.4 ms and 21.3 kB, against 1.4 ms and 18.5).
The words of twenty languages, of which a reader gets one, would take half a second at brotli 11 to be a tenth smaller.

Only what most readers ask for has twins: the front page, each category's newest day and its feed (in gzip only, which
feed readers ask for), assets. A day's, a week's or a paper's own page, a category's JSON feed and its feed of a week
are packed when they are asked for: there are many, and few are read twice.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from enum import Enum
from functools import cache
from pathlib import PurePosixPath
from types import ModuleType

SUFFIXES = {"br": ".br", "gzip": ".gz"}  # by content coding, the best first
SMALLEST = 24_576  # bytes of a page that gets twins
SMALLEST_ASSET = 1_024  # below, the headers weigh more than what is saved
_FEEDS = frozenset(("feed.xml", "feed.json", "week.xml"))
_SELDOM = ("/feed.json", "/week.xml")
_TEXTS = frozenset((".html", ".xml", ".css", ".js", ".mjs", ".svg", ".json", ".txt", ".opml", ".webmanifest"))


class Effort(Enum):
    """How hard to pack: the quality of brotli and the level of gzip."""

    ONCE = 2, 1  # an answer to one question
    DAILY = 5, 4  # pages and feeds
    SELDOM = 8, 9  # what is made once and read by few
    YEARLY = 11, 9  # what every reader gets and keeps for a year


def pack(body: bytes, coding: str, effort: Effort = Effort.DAILY) -> bytes:
    """`body` in a content coding, "br" or "gzip"."""
    quality, level = effort.value
    if coding == "br":
        packed: bytes = _brotli().compress(body, quality=quality)
        return packed
    return gzip.compress(body, level, mtime=0)


def worth(path: str, size: int) -> bool:
    """Whether a file of this name and size is to have twins."""
    smallest = SMALLEST_ASSET if path.startswith("assets/") else SMALLEST
    return size >= smallest and is_text(path) and not _is_read_seldom(path)


def _is_read_seldom(path: str) -> bool:
    """Whether it belongs to a day, a week, a month, a year or a paper, and not to what is newest; or is a category's
    feed of a kind that few readers ask for."""
    return path.startswith("arxiv/") and (
        path.count("/") > 2 or path[6:7].isdigit() or path.endswith(_SELDOM)
    )


def is_text(path: str) -> bool:
    """Whether a file of this name grows smaller when it is packed."""
    return PurePosixPath(path).suffix in _TEXTS


def twin_paths(path: str) -> Mapping[str, str]:
    """The content coding of each twin that a file is to have, by the twin's path. Feed readers ask for gzip."""
    codings = ("gzip",) if PurePosixPath(path).name in _FEEDS else SUFFIXES
    return {path + SUFFIXES[coding]: coding for coding in codings}


def twins(path: str, body: bytes) -> Mapping[str, bytes]:
    """The twins of a file by their path; none of a small one or of one that is packed already."""
    if not worth(path, len(body)):
        return {}
    effort = _effort(path)
    return {twin: pack(body, coding, effort) for twin, coding in twin_paths(path).items()}


def _effort(path: str) -> Effort:
    if not path.startswith("assets/"):
        return Effort.DAILY
    return Effort.SELDOM if path.endswith(".json") else Effort.YEARLY


def page_of(path: str) -> str | None:
    """The path whose twin this is, None for a file that is no twin."""
    stem, dot, ending = path.rpartition(".")
    return stem if dot + ending in SUFFIXES.values() else None


@cache
def _brotli() -> ModuleType:
    import brotli  # noqa: PLC0415 (commands that publish nothing do without)

    assert isinstance(brotli, ModuleType)
    return brotli
