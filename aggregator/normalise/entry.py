"""What a source said of a paper (`RawEntry`) → what the paper is (`Paper`).

Original texts are carried byte-exact; everything derived is made here once. The same entry always gives the same
paper, and so do a paper's own original fields.
"""

from __future__ import annotations

import functools
import hashlib
import re
from dataclasses import dataclass

import msgspec

from aggregator import taxonomy
from aggregator.errors import AggregatorError
from aggregator.models import Author, Paper, PastPaper, RawEntry, Record
from aggregator.normalise import authors, ids, tex

# Category ids as arXiv's taxonomy writes them; one that is not in the taxonomy yet is kept.
_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z]+(?:-[A-Za-z]+)*)?")
_THING = (
    r"(?:paper|article|manuscript|submission|preprint|work|note|version|draft|e-?print|comment|document|thesis|report"
    r"|letter)"
)
_WITHDRAWN_HERE = re.compile(
    rf"\b(?:this|the|present|above) (?:\w+ )?{_THING}(?: \([^)]*\))?,?"
    r" (?:has|have|had|is|was|will|must|should)(?: now)?"
    r"(?: also)?(?: been| be| being)?(?: temporarily| formally| officially)? withdrawn(?! from)\b"
    r"|\bwithdrawn by (?:the |its |all |both )?(?:authors?|submitters?|arXiv|admin)",
    re.IGNORECASE,
)
_WITHDRAWN_COMMENT = re.compile(
    rf"^\W*(?:(?:this |the )?{_THING}\W+)?(?:(?:is|has been|was|temporarily|now)\s+)*(?:withdrawn|retracted)\b(?! from)"
    rf"|\bwe have withdrawn (?:the|this) (?:\w+ ){{0,2}}{_THING}"
    r"|\b(?:has|have) been (?:\w+ )?withdrawn\b|\bwithdrawn (?:by|due|because|for|as|since|pending|until)\b"
    r"|\b(?:paper|article|manuscript|submission) (?:is )?withdrawn\b",
    re.IGNORECASE,
)


VERSION = 1  # raised whenever any text comes out differently, so that none made before is shown


@dataclass(frozen=True, slots=True)
class Derived:
    """What pages show of a paper's original texts; the fields are explained at `Paper`."""

    title_html: str
    title_text: str
    abstract_html: str
    abstract_text: str
    authors: tuple[Author, ...]
    comments_html: str | None


class EntryRefused(AggregatorError):
    """An entry that is not a paper of arXiv's. `what` names it (bounded, printable); `reason` says why."""

    def __init__(self, what: str, reason: str) -> None:
        self.what = ascii(what[:80])[1:-1]
        self.reason = reason
        super().__init__(f"{self.what}: {reason}")


def paper(entry: RawEntry) -> Paper:
    """The paper that `entry` describes. Raises EntryRefused for an id or a version that is not arXiv's,
    or when no category is left."""
    arxiv_id, version = _identity(entry)
    categories = _categories(entry.categories)
    if not categories:
        raise EntryRefused(entry.arxiv_id, "no category")
    made = derive(entry.title, entry.abstract, entry.authors, entry.comments)
    return Paper(
        id=arxiv_id,
        version=version,
        title=entry.title,
        abstract=entry.abstract,
        authors_raw=entry.authors,
        categories=categories,
        title_html=made.title_html,
        title_text=made.title_text,
        abstract_html=made.abstract_html,
        abstract_text=made.abstract_text,
        authors=made.authors,
        comments=entry.comments,
        comments_html=made.comments_html,
        journal_ref=entry.journal_ref,
        doi=entry.doi,
        license=entry.license,
        withdrawn=is_withdrawn(entry.comments, entry.abstract),
    )


def heading(title: str) -> tex.Rendered:
    """A title: it stands in a link and in one line."""
    return tex.render(title, linked=False, block=False)


def derive(title: str, abstract: str, authors_raw: str, comments: str | None) -> Derived:
    """Everything that is made of the original texts. Never fails."""
    head = heading(title)
    body = tex.paragraphs(abstract)
    return Derived(
        title_html=head.html,
        title_text=head.text,
        abstract_html=body.html,
        abstract_text=body.text,
        authors=authors.split(authors_raw),
        comments_html=tex.to_html(comments) if comments else None,
    )


def past_paper(record: Record) -> PastPaper:
    """The paper that a record of the past describes, without the texts for pages.

    Raises EntryRefused as `paper` does.
    """
    categories = _categories(record.categories)
    if not categories:
        raise EntryRefused(record.arxiv_id, "no category")
    return PastPaper(
        record,
        record.versions[-1].number if record.versions else 1,
        categories,
        authors.count(record.authors),
        is_withdrawn(record.comments, record.abstract),
    )


def said_by(past: PastPaper) -> tuple[object, ...]:
    """The original fields of the paper, in the order of `Paper`'s."""
    told = past.record
    return (
        *(told.arxiv_id, past.version, told.title, told.abstract, told.authors, past.categories),
        *(told.comments, told.journal_ref, told.doi, told.license, past.withdrawn),
    )


def fingerprint(said: tuple[object, ...]) -> str:
    """A hash over the original fields of a paper. Raises UnicodeEncodeError for a lone surrogate."""
    return hashlib.blake2b(msgspec.msgpack.encode(said), digest_size=12).hexdigest()


def is_withdrawn(comments: str | None, abstract: str) -> bool:
    """Whether the comments or the abstract say that this paper, or this version of it, was withdrawn."""
    if (
        comments
        and ("drawn" in comments or "etracted" in comments or "DRAWN" in comments)
        and _WITHDRAWN_COMMENT.search(_one_line(comments))
    ):
        return True
    return "withdrawn" in abstract and _WITHDRAWN_HERE.search(_one_line(abstract)) is not None


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _identity(entry: RawEntry) -> tuple[str, int]:
    try:
        arxiv_id, named = ids.parse(entry.arxiv_id)
    except ValueError as error:
        raise EntryRefused(entry.arxiv_id, str(error)) from None
    version = named if entry.version is None else entry.version
    if version is not None and version < 1:
        raise EntryRefused(entry.arxiv_id, "versions count from 1")
    return arxiv_id, version or 1


@functools.lru_cache(maxsize=2048)
def _categories(named: tuple[str, ...]) -> tuple[str, ...]:
    """Canonical names in the source's order, each once; what does not look like a category is dropped."""
    stripped = [name.strip() for name in named]
    return tuple(dict.fromkeys(taxonomy.canonical(name) for name in stripped if _CATEGORY.fullmatch(name)))
