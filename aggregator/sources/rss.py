"""arXiv's daily feeds, RSS 2.0 and Atom: a body → a `Batch`. The only module that knows feedparser.

A body is looked at strictly first (`strict`), which also takes its entries' texts byte-exact; only then does
feedparser read the rest (ids, categories, dates), with sanitising and URI resolution off, since either turns
`$0<p<1$` into something else. The feed must be that of the category that was asked for.
Nothing is stored of a feed that fails one of these: each has its own error. An entry that cannot be used is
refused by itself and counted, the others are kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from io import BytesIO
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from aggregator.errors import FeedErrorReply, NotAFeed, WrongFeed
from aggregator.models import Answer, Batch, Kind, RawEntry, Refusal
from aggregator.normalise.ids import is_id
from aggregator.sources.strict import Outline, outline, printable
from aggregator.taxonomy import CATEGORIES, canonical

LIMIT = 2_000  # entries; arXiv cuts a feed there, new papers first
NEW_YORK = ZoneInfo("America/New_York")
BEGINNING = datetime(1991, 8, 14, tzinfo=UTC)  # arXiv's first day

_GUID = re.compile(r"oai:arXiv\.org:(\S{1,64}?)(?:v([1-9][0-9]{0,3}))?")
_DESCRIPTION = re.compile(r"\s*arXiv:\S{1,64}\s+Announce Type:\s*(\S{1,64})\s+Abstract: ?")
_TITLE = re.compile(r"(.{1,2000}) updates on arXiv\.org")
_FEED_PATH = re.compile(r"/(?:rss|atom)/([^/?#]{1,2000})$")

_TEXTS = re.compile(
    rb"<(title|link|description|summary|dc:creator|dc:rights|arxiv:(?:announce_type|DOI|journal_reference))>[^<]*</\1>"
)

_KINDS: dict[str, Kind] = {kind.value: kind for kind in Kind}


def feed_url(base: str, category: str) -> str:
    """Address of the RSS feed of `category` (or of several, joined by "+") below `base`."""
    return f"{base.rstrip('/')}/rss/{quote(category, safe='+')}"


def parse(answer: Answer, category: str) -> Batch:
    """What the feed in `answer` holds, in its order.

    Raises a FeedError: EmptyBody, NotXml, ForbiddenXml, NotAFeed, WrongFeed or FeedErrorReply.
    """
    strict = outline(answer.body, url=answer.url, category=category)
    read = _feedparser(answer, category)
    if read.bozo or len(read.entries) != len(strict.entries):
        raise NotAFeed(answer.url, "XML whose structure is not that of a feed", category=category)
    _check_asked_for(read.feed, answer.url, category)
    reader = _Entries(category)
    for entry, texts in zip(read.entries, strict.entries, strict=True):
        reader.take(entry, texts)
    return Batch(
        category,
        declared_day=_declared_day(read, strict, answer.received_at),
        built_at=_believable(_moment(_text(read.feed, "updated")), answer.received_at),
        entries=tuple(reader.found.values()),
        refused=tuple(reader.refused),
        warnings=dict(reader.warnings),
        truncated=len(read.entries) == LIMIT,
    )


def _feedparser(answer: Answer, category: str) -> Any:
    """What feedparser finds. Odd elements of other kinds of feed (`<width>` without an image) make it raise."""
    import feedparser  # noqa: PLC0415 – 70 ms, for those who read feeds

    try:
        # As a stream: bytes or a str could name a file or an address, which it would open.
        return feedparser.parse(
            BytesIO(_without_texts(answer.body)), sanitize_html=False, resolve_relative_uris=False
        )
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        message = f"XML that feedparser cannot read ({type(error).__name__})"
        raise NotAFeed(answer.url, message, category=category) from error


def _without_texts(body: bytes) -> bytes:
    """`body` without the entries' texts, which `strict` has taken: feedparser needs a third of the time then."""
    head = min((at for at in (body.find(b"<item"), body.find(b"<entry")) if at >= 0), default=len(body))
    return body[:head] + _TEXTS.sub(b"", body[head:])


# is it the feed that was asked for?


def _check_asked_for(feed: Any, url: str, category: str) -> None:
    """Title and links must name the category. Hosts are not compared: recordings and simulators have others."""
    title = _text(feed, "title")
    if title.startswith("Feed error"):
        told = f"{title}: {_text(feed, 'subtitle')}"
        raise FeedErrorReply(
            url, f"arXiv has no feed for {category} ({printable(told, 200)})", category=category
        )
    named = _TITLE.fullmatch(title)
    claims = [named[1]] if named else []
    for address in [_text(feed, "link"), *(link.get("href", "") for link in feed.get("links", ()))]:
        if path := _FEED_PATH.search(address):
            claims.append(path[1])
    if not claims:
        raise WrongFeed(url, f"a feed that names no category, titled {printable(title)!r}", category=category)
    for claim in claims:
        if _names(claim) != _names(category):
            raise WrongFeed(url, f"the feed of {printable(claim)}, not of {category}", category=category)


def _names(categories: str) -> list[str]:
    """The canonical names in "cs.NA", "cs.LG+stat.ML" or "cs.LG, stat.ML"."""
    return [canonical(name) for name in re.split(r"\+|, |%2B", categories)]


# dates


def _declared_day(read: Any, strict: Outline, now: datetime) -> date | None:
    """The day that the feed says it is for, in its own offset (arXiv writes New York's).

    Atom has no such field: there its entries' `published` says it, or the moment it was made, in New York.
    """
    if not strict.is_atom:
        moment = _believable(_moment(_text(read.feed, "published")), now)
        return moment.date() if moment else None
    stated = (_believable(_moment(_text(entry, "published")), now) for entry in read.entries[:1])
    made = _believable(_moment(_text(read.feed, "updated")), now)
    moment = next(filter(None, stated), made.astimezone(NEW_YORK) if made else None)
    return moment.date() if moment else None


def _moment(text: str) -> datetime | None:
    """An RFC 822 or ISO 8601 date, as UTC when it names no zone; None for anything else."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text[:64])
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def _believable(moment: datetime | None, now: datetime) -> datetime | None:
    """`moment`, or None when arXiv cannot have meant it."""
    fine = moment is not None and BEGINNING <= moment <= now + timedelta(days=3)
    return moment if fine else None


# entries


class _Entries:
    """Takes a feed's entries one by one. `found` is in the feed's order; a guid that comes again replaces."""

    def __init__(self, category: str) -> None:
        self.found: dict[str, RawEntry] = {}
        self.refused: list[Refusal] = []
        self.warnings: Counter[str] = Counter()
        self._category = category
        self._asked = _names(category)

    def take(self, entry: Any, texts: dict[str, str]) -> None:
        guid = _text(entry, "id")
        match = _GUID.fullmatch(guid)
        if match is None or not is_id(match[1]):
            self.refused.append(
                Refusal(printable(guid) or "an entry without guid", "not an arXiv identifier")
            )
            return
        if guid in self.found:
            self.warnings["duplicate_id"] += 1
        self.found[guid] = self._entry(match[1], int(match[2]) if match[2] else None, entry, texts)

    def _entry(self, arxiv_id: str, version: int | None, entry: Any, texts: dict[str, str]) -> RawEntry:
        description = texts.get("description", "")
        head = _DESCRIPTION.match(description)
        categories = self._categories(entry)
        self._count_missing(texts, head is None)
        return RawEntry(
            arxiv_id,
            version,
            self._kind(texts.get("announce_type", "").strip() or (head[1] if head else ""), categories),
            title=texts.get("title", ""),
            abstract=description[head.end() :] if head else description,
            authors=texts.get("creator", ""),
            categories=categories,
            journal_ref=texts.get("journal_reference") or None,
            doi=texts.get("DOI") or None,
            license=texts.get("rights") or None,
        )

    def _count_missing(self, texts: dict[str, str], no_head: bool) -> None:
        for name in ("title", "description", "creator"):
            if not texts.get(name):
                self.warnings[f"missing_{name}"] += 1
        if no_head:
            self.warnings["unknown_description"] += 1

    def _categories(self, entry: Any) -> tuple[str, ...]:
        terms = tuple(term for tag in entry.get("tags", ()) if (term := _text(tag, "term")))
        if not terms:
            self.warnings["missing_categories"] += 1
            return (self._category,)
        if not all(term in CATEGORIES for term in terms):
            self.warnings["unknown_category"] += 1
        return terms

    def _kind(self, stated: str, categories: Sequence[str]) -> Kind:
        """The announce type; one that arXiv invents later is taken for what it looks like, and counted."""
        if stated in _KINDS:
            return _KINDS[stated]
        self.warnings["unknown_kind"] += 1
        if stated.startswith("replace"):
            return Kind.REPLACE
        return Kind.NEW if self._is_home(canonical(categories[0])) else Kind.CROSS

    def _is_home(self, primary: str) -> bool:
        return primary in self._asked or primary.split(".", maxsplit=1)[0] in self._asked


def _text(values: Any, key: str) -> str:
    """A text of feedparser's, past its own lookup, which gives `published` where `updated` is missing."""
    value = dict.get(values, key)
    return value if isinstance(value, str) else ""
