"""Compressed forms of what is served: brotli and gzip, the same bytes each time. The only module that knows brotli.

A *twin* of a file is its compressed form beside it, `index.html.br` and `index.html.gz`, as nginx's `brotli_static`
and `gzip_static` look for it. Measured on a page of 377 kB: brotli 5 takes 14 ms and leaves 29 %, brotli 11 977 ms
and 25 %, gzip 6 19 ms and 31 %. So pages, which change daily, get 5; assets, which are kept for a year, get 11.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import PurePosixPath
from types import ModuleType

SUFFIXES = {"br": ".br", "gzip": ".gz"}  # by content coding, the best first
SMALLEST = 24_576  # bytes of a page that gets twins: a paper's page is packed when it is asked for
SMALLEST_ASSET = 1_024  # below, the headers weigh more than what is saved
_TEXTS = frozenset((".html", ".xml", ".css", ".js", ".mjs", ".svg", ".json", ".txt", ".opml", ".webmanifest"))


def pack(body: bytes, coding: str, *, hard: bool = False) -> bytes:
    """`body` in a content coding, "br" or "gzip"; `hard` takes fifty times as long for some per cent less."""
    if coding == "br":
        packed: bytes = _brotli().compress(body, quality=11 if hard else 5)
        return packed
    return gzip.compress(body, 9 if hard else 6, mtime=0)


def worth(path: str, size: int) -> bool:
    """Whether a file of this name and size is to have twins."""
    smallest = SMALLEST_ASSET if path.startswith("assets/") else SMALLEST
    return size >= smallest and is_text(path)


def is_text(path: str) -> bool:
    """Whether a file of this name grows smaller when it is packed."""
    return PurePosixPath(path).suffix in _TEXTS


def twins(path: str, body: bytes) -> Mapping[str, bytes]:
    """The twins of a file by their path; none of a small one or of one that is packed already."""
    if not worth(path, len(body)):
        return {}
    hard = path.startswith("assets/")
    return {path + suffix: _packed(body, coding, hard) for coding, suffix in SUFFIXES.items()}


@lru_cache(maxsize=4)  # a category's newest page is its day's page, which came two files before
def _packed(body: bytes, coding: str, hard: bool) -> bytes:
    return pack(body, coding, hard=hard)


def page_of(path: str) -> str | None:
    """The path whose twin this is, None for a file that is no twin."""
    stem, dot, ending = path.rpartition(".")
    return stem if dot + ending in SUFFIXES.values() else None


@cache
def _brotli() -> ModuleType:
    import brotli  # noqa: PLC0415 (commands that publish nothing do without)

    assert isinstance(brotli, ModuleType)
    return brotli
