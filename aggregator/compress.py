"""Compressed forms of what is served: brotli and gzip, the same bytes each time. The only module that knows brotli.

A *twin* of a file is its compressed form beside it, `index.html.br` and `index.html.gz`, as nginx's `brotli_static`
and `gzip_static` look for it. Measured on 80 day pages, 11 MB: brotli 4, 5 and 6 take 6, 10 and 11 ms a MB and leave
14.1, 12.3 and 11.7 %; gzip 1, 4 and 6 take 4, 6 and 11 ms and leave 16.8, 14.2 and 13.0 %. So pages, which change
daily, get brotli 5 and gzip 4; assets, which are kept for a year, get 11 and 9; answers to one question, made while a
reader waits, get 3 and 1 (88 kB of results: 0.5 ms and 20.7 kB, against 1.4 ms and 18.5 kB).

Only what most readers ask for has twins: the front page, each category's newest day, feeds (in gzip only, which feed
readers ask for), assets. A day's, a week's or a paper's own page is packed when it is asked for: there are thousands,
and few are read twice.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import cache
from pathlib import PurePosixPath
from types import ModuleType

SUFFIXES = {"br": ".br", "gzip": ".gz"}  # by content coding, the best first
SMALLEST = 24_576  # bytes of a page that gets twins
SMALLEST_ASSET = 1_024  # below, the headers weigh more than what is saved
_FEEDS = frozenset(("feed.xml", "feed.json", "week.xml"))
_TEXTS = frozenset((".html", ".xml", ".css", ".js", ".mjs", ".svg", ".json", ".txt", ".opml", ".webmanifest"))


def pack(body: bytes, coding: str, *, hard: bool = False, soon: bool = False) -> bytes:
    """`body` in a content coding, "br" or "gzip"; `hard` takes fifty times as long for some per cent less, `soon` a
    third for some per cent more."""
    if coding == "br":
        packed: bytes = _brotli().compress(body, quality=11 if hard else 3 if soon else 5)
        return packed
    return gzip.compress(body, 9 if hard else 1 if soon else 4, mtime=0)


def worth(path: str, size: int) -> bool:
    """Whether a file of this name and size is to have twins."""
    smallest = SMALLEST_ASSET if path.startswith("assets/") else SMALLEST
    return size >= smallest and is_text(path) and not _is_dated(path)


def _is_dated(path: str) -> bool:
    """Whether it belongs to a day, a week, a month, a year or a paper, and not to what is newest."""
    return path.startswith("arxiv/") and (path.count("/") > 2 or path[6:7].isdigit())


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
    hard = path.startswith("assets/")
    return {twin: pack(body, coding, hard=hard) for twin, coding in twin_paths(path).items()}


def page_of(path: str) -> str | None:
    """The path whose twin this is, None for a file that is no twin."""
    stem, dot, ending = path.rpartition(".")
    return stem if dot + ending in SUFFIXES.values() else None


@cache
def _brotli() -> ModuleType:
    import brotli  # noqa: PLC0415 (commands that publish nothing do without)

    assert isinstance(brotli, ModuleType)
    return brotli
