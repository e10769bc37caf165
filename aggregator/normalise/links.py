"""Addresses in texts: which become links, and how.

Only http and https lead anywhere; every other scheme stays text. A link carries no referrer and no trust.
"""

from __future__ import annotations

import html
import re

_URL = re.compile(
    r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?"
    r"(?:[/?#](?:[^\s<>\"{}|^`\\$\x00-\x20]|\\[_%#&~])*)?",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"(?<![\w/.:])(?:arXiv:\s?(?P<arxiv>(?:[0-9]{4}\.[0-9]{4,5}|[a-z]+(?:-[a-z]+)*(?:\.[A-Z]{2})?/[0-9]{7})(?:v[1-9][0-9]?)?)"
    r"|doi:\s?(?P<doi>10\.[0-9]{4,9}/[^\s\"<>{}\\^`|]+))",
    re.IGNORECASE,
)
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s\"<>{}\\^`|\x00-\x20\x7f-\x9f]+")
_ESCAPED = re.compile(r"\\([_%#&~])")
_TRAILING = ".,;:!?'\"*"


def anchor(url: str, label_html: str) -> str:
    """An `<a>` to `url`, which must come from `safe` or `match`; `label_html` is printed as it is."""
    return f'<a href="{html.escape(url)}" rel="nofollow noopener noreferrer">{label_html}</a>'


def safe(url: str) -> str | None:
    """`url` without TeX's escapes when it is a whole http(s) address, else None."""
    found = _URL.fullmatch(url.strip())
    return _ESCAPED.sub(r"\1", found[0]) if found else None


def match(text: str, start: int) -> tuple[str, int] | None:
    """The http(s) address that begins at `start`, and the index behind it.

    Punctuation that ends a sentence, and a closing bracket that was opened before, are not part of it.
    """
    found = _URL.match(text, start)
    if found is None or text[found.end() : found.end() + 1] == "@":
        return None
    url = _trimmed(found[0])
    return _ESCAPED.sub(r"\1", url), start + len(url)


def _trimmed(url: str) -> str:
    while url[-1] in _TRAILING or (url[-1] in ")]" and _closes_nothing(url)):
        url = url[:-1]
    return url


def _closes_nothing(url: str) -> bool:
    opening = {")": "(", "]": "["}[url[-1]]
    return url.count(url[-1]) > url.count(opening)


def may_refer(text: str) -> bool:
    """Whether `references` may find anything: a quick look."""
    return "rXiv:" in text or "doi:" in text or "DOI:" in text


def references(text: str) -> list[tuple[int, int, str]]:
    """Every `arXiv:…` and `doi:…` in `text`: start, end, address."""
    return [_reference(found) for found in _REFERENCE.finditer(text)]


def _reference(found: re.Match[str]) -> tuple[int, int, str]:
    if found["arxiv"]:
        return *found.span(), f"https://arxiv.org/abs/{found['arxiv']}"
    doi = _trimmed(found["doi"])
    return found.start(), found.start("doi") + len(doi), f"https://doi.org/{doi}"


def doi_url(doi: str) -> str | None:
    """Address of the first DOI in `doi` at doi.org; None when it holds none. Escape it before printing."""
    found = _DOI.match(doi.strip().removeprefix("doi:").removeprefix("https://doi.org/"))
    return f"https://doi.org/{found[0]}" if found else None
