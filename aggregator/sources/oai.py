"""arXiv's OAI-PMH 2.0 interface: what to ask, and an answer → an `OaiPage`. No I/O.

Sources: the protocol (openarchives.org/OAI/2.0), arXiv's help page "Open Archives Initiative" (sets are
`group:archive:CATEGORY`, days in UTC, tokens expire daily, `from` is best taken from the last answer, no `until`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Literal
from urllib.parse import urlencode

from aggregator.models import Answer
from aggregator.normalise.ids import is_id
from aggregator.sources.oai_parser import OaiPage, Parser
from aggregator.sources.oai_record import PREFIX
from aggregator.taxonomy import ARCHIVES, CATEGORIES, canonical

__all__ = [
    "OaiPage",
    "Parser",
    "Prefix",
    "get_record_url",
    "list_records_url",
    "parse",
    "resume_url",
    "set_of",
]

Prefix = Literal["arXiv", "arXivRaw"]  # the second has all versions with their dates, and names as one string

PIECE = 262_144  # bytes parsed at a time


def list_records_url(base: str, *, set_spec: str, prefix: Prefix, since: date | None) -> str:
    """Address of the first page of all records of a set that were modified on `since` (UTC) or later."""
    asked = {"verb": "ListRecords", "metadataPrefix": prefix, "set": set_spec}
    if since is not None:
        asked["from"] = since.isoformat()
    return _url(base, asked)


def resume_url(base: str, token: str) -> str:
    """Address of the next page. A token takes no other arguments beside it."""
    return _url(base, {"verb": "ListRecords", "resumptionToken": token})


def get_record_url(base: str, arxiv_id: str, *, prefix: Prefix) -> str:
    """Address of the one record of `arxiv_id` (without version). Raises ValueError for what is no id."""
    if not is_id(arxiv_id):
        raise ValueError("not an arXiv identifier")
    return _url(base, {"verb": "GetRecord", "metadataPrefix": prefix, "identifier": PREFIX + arxiv_id})


def set_of(category: str) -> str:
    """The set of a category or a whole archive: "cs:cs:CL", "physics:hep-th", "cs:cs".

    Other names of a category give the set of its canonical one. Raises KeyError for an unknown name.
    """
    name = canonical(category)
    archive = ARCHIVES[name if name in ARCHIVES else CATEGORIES[name].archive]
    group = "physics" if archive.group == "Physics" else archive.id
    levels = [group, archive.id] if name == archive.id else [group, *name.split(".", maxsplit=1)]
    return ":".join(levels)


def parse(answer: Answer) -> OaiPage:
    """What one answer holds, in its order.

    Raises a FeedError: EmptyBody, NotXml (cut, damaged), ForbiddenXml, NotAFeed (another document, or none of the
    records can be read), BadToken, OaiError. `noRecordsMatch` is an empty page.
    """
    parser = Parser(answer.url)
    records = []
    for start in range(0, len(answer.body), PIECE):
        records += parser.feed(answer.body[start : start + PIECE])
    last, page = parser.close()
    return replace(page, records=(*records, *last))


def _url(base: str, asked: dict[str, str]) -> str:
    return f"{base}?{urlencode(asked, safe=':/')}"
