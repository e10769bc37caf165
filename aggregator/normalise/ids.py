"""arXiv identifiers: what they are, and which version a text names.

New style `2403.15527` (since April 2007; five digits since 2015), old style `hep-th/9901001`, both with an
optional `v3`. Source of the rule: arXiv help, "Understanding the arXiv identifier".
"""

from __future__ import annotations

import re

# [0-9], never \d: Arabic or full-width digits look alike and are not arXiv's.
PATTERN = r"(?P<id>[0-9]{4}\.[0-9]{4,5}|[a-z]+(?:-[a-z]+)*(?:\.[A-Z]{2})?/[0-9]{7})"
_VERSION = r"(?:v(?P<version>[1-9][0-9]{0,3}))?"
_PREFIX = r"(?:oai:arXiv\.org:|arXiv:|https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/)?"
_WHOLE = re.compile(rf"{_PREFIX}{PATTERN}{_VERSION}(?:\.pdf)?", re.IGNORECASE)
_EXACT = re.compile(PATTERN)


def parse(text: str) -> tuple[str, int | None]:
    """The id without version, and the version (from 1) or None where the text names none.

    Takes a bare id, `arXiv:…`, `oai:arXiv.org:…` and the address of an abstract, PDF or HTML page. White space
    around is dropped. Raises ValueError for everything else.
    """
    match = _WHOLE.fullmatch(text.strip(" \t\r\n"))
    if match is None or _EXACT.fullmatch(match["id"]) is None:
        raise ValueError("not an arXiv identifier")
    version = match["version"]
    return match["id"], int(version) if version else None


def month(arxiv_id: str) -> tuple[int, int]:
    """The year and the month in which arXiv gave out this id. Raises ValueError for text that is none."""
    digits = arxiv_id.rpartition("/")[2]
    year, number = int(digits[:2]), int(digits[2:4])
    return (1900 if year > 90 else 2000) + year, number  # arXiv began in 1991


def is_id(text: str) -> bool:
    """Whether `text` is exactly one identifier without version."""
    return _EXACT.fullmatch(text) is not None


def join(arxiv_id: str, version: int | None) -> str:
    """The id with its version, as arXiv writes it: the inverse of `parse`."""
    return f"{arxiv_id}v{version}" if version else arxiv_id


def abs_url(arxiv_id: str, version: int | None = None) -> str:
    """Address of the abstract page at arxiv.org."""
    return f"https://arxiv.org/abs/{join(arxiv_id, version)}"
