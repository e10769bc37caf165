"""arXiv's query API: papers by id, or by a search. What to ask, and an answer → an `ApiPage`. No I/O.

Sources: arXiv's API user's manual, and recorded answers of 2026. It answers with Atom; its errors are a feed with one
entry "Error", with 200 as well as 400; pages in mid-result are empty at times, and mean nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from aggregator.errors import EmptyBody, FeedErrorReply, ForbiddenXml, NotAFeed, NotXml, SuspectPage
from aggregator.models import Answer, Record, Refusal, Version
from aggregator.normalise import ids as arxiv_ids
from aggregator.sources.oai_record import credit
from aggregator.sources.strict import printable

LARGEST_PAGE = 2_000  # entries a call; a search gives no more than 30,000 in all (user's manual)

ATOM = "{http://www.w3.org/2005/Atom}"
ARXIV = "{http://arxiv.org/schemas/atom}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"

_HTML = re.compile(rb"\s*<(?:!doctype\s+)?html[\s>]", re.IGNORECASE)
_CATEGORY = re.compile(r"[a-z-]+(?:\.[A-Za-z-]{2,})?")  # not the classes of MSC and ACM: "68T05", "I.2.7"


@dataclass(frozen=True, slots=True)
class ApiPage:
    """One answer. `total` counts the whole result, `start` says where in it this page begins (from 0).

    Of a record's versions only the first and the one given are known.
    """

    records: tuple[Record, ...]
    total: int
    start: int
    refused: tuple[Refusal, ...] = ()

    @property
    def next_start(self) -> int | None:
        """Where the next page begins; None on the last one. A short page is followed from its own end."""
        end = self.start + len(self.records) + len(self.refused)
        return end if end < self.total else None


def query_urls(base: str, ids: Sequence[str], *, page: int = 100) -> list[str]:
    """Addresses of the papers `ids` (with or without version), `page` to a call, each id once.

    Raises ValueError with the first text that names no paper.
    """
    wanted = list(dict.fromkeys(arxiv_ids.join(*arxiv_ids.parse(text)) for text in ids))
    return [
        _url(base, {"id_list": ",".join(chunk), "start": "0", "max_results": str(len(chunk))})
        for chunk in (wanted[at : at + page] for at in range(0, len(wanted), page))
    ]


def search_url(base: str, query: str, start: int, page: int) -> str:
    """Address of `page` results of `query` (the API's own syntax) from `start`, oldest submission first.

    From that end a result grows only behind what was read.
    """
    asked = {"search_query": query, "start": str(start), "max_results": str(min(page, LARGEST_PAGE))}
    return _url(base, asked | {"sortBy": "submittedDate", "sortOrder": "ascending"})


def parse(answer: Answer) -> ApiPage:
    """What one answer holds, in its order.

    Raises a FeedError: EmptyBody, NotXml, ForbiddenXml, NotAFeed, FeedErrorReply, or SuspectPage for a page without
    entries that lies within the result.
    """
    root = _root(answer)
    total, start = (_count(root, name, answer.url) for name in ("totalResults", "startIndex"))
    entries = root.findall(f"{ATOM}entry")
    if told := next(filter(None, map(_error, entries)), None):
        raise FeedErrorReply(answer.url, printable(told, 200))
    if not entries and start < total:
        raise SuspectPage(answer.url, f"no entries from {start} on, of {total}")
    found = [_record(entry) for entry in entries]
    return ApiPage(
        tuple(item for item in found if isinstance(item, Record)),
        total,
        start,
        tuple(item for item in found if isinstance(item, Refusal)),
    )


def _url(base: str, asked: dict[str, str]) -> str:
    return f"{base}?{urlencode(asked, safe=',/:')}"


# the document


def _root(answer: Answer) -> Element:
    if not answer.body.strip():
        raise EmptyBody(answer.url, "the body is empty")
    if _HTML.match(answer.body):
        raise NotAFeed(answer.url, "an HTML page")
    try:
        root: Element = fromstring(answer.body, forbid_dtd=True)
    except ParseError as error:
        raise NotXml(answer.url, f"not well-formed: {error}") from error
    except (LookupError, ValueError) as error:
        if isinstance(error, DefusedXmlException):
            raise ForbiddenXml(answer.url, "a document type or an entity declaration") from error
        raise NotXml(answer.url, f"an encoding that is not read: {error}") from error
    if root.tag != f"{ATOM}feed":
        raise NotAFeed(answer.url, f"XML with the root {printable(root.tag)}")
    return root


def _count(root: Element, name: str, url: str) -> int:
    text = root.findtext(f"{OPENSEARCH}{name}", "").strip()
    if not (text.isascii() and text.isdecimal()):
        raise NotAFeed(url, f"an Atom feed without {name}: not the API's")
    return int(text)


def _error(entry: Element) -> str | None:
    """What an entry says that is no paper but the API's error."""
    address, title = (entry.findtext(f"{ATOM}{name}", "").strip() for name in ("id", "title"))
    if "/api/errors" not in address and (title != "Error" or "/abs/" in address):
        return None
    return entry.findtext(f"{ATOM}summary", "").strip() or "an error without a reason"


# an entry


def _record(entry: Element) -> Record | Refusal:
    address = entry.findtext(f"{ATOM}id", "")
    try:
        arxiv_id, number = arxiv_ids.parse(address)
    except ValueError:
        return Refusal(printable(address) or "an entry without id", "not an arXiv identifier")
    published, updated = (_moment(entry.findtext(f"{ATOM}{name}", "")) for name in ("published", "updated"))
    title, categories = entry.findtext(f"{ATOM}title", ""), tuple(_categories(entry))
    if updated is None or not title.strip() or not categories:
        return Refusal(arxiv_id, "no date, no title or no category")
    history = {1: published, number: updated} if number else {}
    return Record(
        arxiv_id,
        updated.date(),
        False,
        categories,
        title,
        entry.findtext(f"{ATOM}summary", ""),
        ", ".join(_authors(entry)),
        comments=entry.findtext(f"{ARXIV}comment") or None,
        journal_ref=entry.findtext(f"{ARXIV}journal_ref") or None,
        doi=entry.findtext(f"{ARXIV}doi") or None,
        created=published.date() if published else None,
        updated=updated.date(),
        versions=tuple(Version(n, moment) for n, moment in history.items() if moment),
    )


def _categories(entry: Element) -> dict[str, None]:
    """arXiv's categories, the primary one first, each once."""
    elements = (*entry.findall(f"{ARXIV}primary_category"), *entry.findall(f"{ATOM}category"))
    terms = (element.get("term", "") for element in elements)
    return dict.fromkeys(term for term in terms if _CATEGORY.fullmatch(term))


def _authors(entry: Element) -> Iterator[str]:
    for author in entry.findall(f"{ATOM}author"):
        said = [place.text or "" for place in author.findall(f"{ARXIV}affiliation")]
        yield credit(author.findtext(f"{ATOM}name", ""), "", "", said)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
