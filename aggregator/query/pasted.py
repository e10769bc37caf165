"""A question that is one paper's name: an identifier, a DOI, an address."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from aggregator.normalise import ids
from aggregator.query.tree import Doi, Identifier, Node

# arXiv's own DOIs (since 2022) name the identifier.
_DOI = re.compile(r"(?:doi:\s*|https?://(?:dx\.)?doi\.org/)?(10\.[0-9]{4,9}/\S+)", re.IGNORECASE)
_OWN_DOI = re.compile(r"10\.48550/arxiv\.", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S+|(?:www\.)?[a-z.]+\.[a-z]{2,}/\S+", re.IGNORECASE)
_ID_AT_END = re.compile(
    r"(?:^|/)((?:[0-9]{4}\.[0-9]{4,5}|[a-z]+(?:-[a-z]+)*(?:\.[A-Z]{2})?/[0-9]{7})(?:v[0-9]{1,4})?)(?:\.pdf|\.html)?/?$"
)


def pasted(text: str) -> Node | None:
    """The paper that `text` names and nothing else, or None when it is a question in words."""
    text = text.strip().strip("<>").rstrip(".,;")
    return _identifier(text) or _doi(text) or _address(text)


def _identifier(text: str) -> Node | None:
    try:
        return Identifier(ids.parse(text.removeprefix("[").removesuffix("]"))[0])
    except ValueError:
        return None


def _doi(text: str) -> Node | None:
    found = _DOI.fullmatch(text)
    if found is None:
        return None
    doi = unquote(found[1])
    own = _OWN_DOI.match(doi)
    return (_identifier(doi[own.end() :]) if own else None) or Doi(doi.lower())


def _address(text: str) -> Node | None:
    """The page of a paper at arXiv, here, or at one of the sites that keep arXiv's identifier at the end."""
    if _ADDRESS.fullmatch(text) is None:
        return None
    try:
        path = unquote(urlsplit(text if "://" in text else f"https://{text}").path)
    except ValueError:
        return None
    found = _ID_AT_END.search(path)
    return _identifier(found[1]) if found else None
