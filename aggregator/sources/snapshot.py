"""One line of arXiv's metadata snapshot (Kaggle's `arxiv-metadata-oai-snapshot.json`) → `Record`. No I/O.

A line is a JSON object: id, submitter, authors, title, comments, journal-ref, doi, report-no, categories, license,
abstract, versions (number and moment of each), update_date, authors_parsed. Fields may be null. Only what we keep is
decoded; the rest is passed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache

import msgspec

from aggregator.models import Record, Refusal, Version
from aggregator.normalise import ids
from aggregator.sources.strict import printable

_MONTHS = {
    **{"Jan": 1, "Feb": 2, "Mar": 3, "Apr": 4, "May": 5, "Jun": 6},
    **{"Jul": 7, "Aug": 8, "Sep": 9, "Oct": 10, "Nov": 11, "Dec": 12},
}
MOST_VERSIONS = 1000


class _Version(msgspec.Struct):
    version: str
    created: str


class _Line(msgspec.Struct, rename={"journal_ref": "journal-ref"}):
    id: str
    title: str
    categories: str
    abstract: str | None = None
    authors: str | None = None
    comments: str | None = None
    journal_ref: str | None = None
    doi: str | None = None
    license: str | None = None
    submitter: str | None = None
    versions: list[_Version] | None = None
    update_date: str | None = None


_decode = msgspec.json.Decoder(_Line).decode


def parse(line: bytes) -> Record | Refusal:
    """The record that a line holds, texts byte-exact, or why it cannot be one. Never fails."""
    try:
        said = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Refusal(_name(line), f"not a line of the snapshot: {error}")
    if not ids.is_id(said.id):
        return Refusal(printable(said.id) or "a line without id", "not an arXiv identifier")
    categories = _words(said.categories)
    if not categories or not said.title or said.title.isspace():
        return Refusal(said.id, "no title" if categories else "no categories")
    try:
        versions = tuple(_versions(said.versions or ()))
        changed = _day(said.update_date) if said.update_date else _last_day(said.id, versions)
    except (ValueError, KeyError, OverflowError):
        return Refusal(said.id, "a version without a number or a date, or a wrong date of change")
    return Record(
        said.id,
        changed,
        False,
        categories,
        said.title,
        said.abstract or "",
        said.authors or "",
        said.comments or None,
        said.journal_ref or None,
        said.doi or None,
        said.license or None,
        said.submitter or None,
        versions=versions,
    )


def _name(line: bytes) -> str:
    return printable(line[:60].decode(errors="replace")) or "an empty line"


def _last_day(arxiv_id: str, versions: Sequence[Version]) -> date:
    """Of the last change that is known: the newest version's, or the month that the id names."""
    return versions[-1].submitted.date() if versions else date(*ids.month(arxiv_id), 1)


@lru_cache(maxsize=4096)  # the same few thousand combinations come again and again
def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


@lru_cache(maxsize=4096)
def _day(text: str) -> date:
    return date.fromisoformat(text[:10])


def _versions(stated: Sequence[_Version]) -> list[Version]:
    """All versions, in order of number. Raises ValueError or KeyError for one that cannot be read."""
    if len(stated) == 1 and stated[0].version == "v1":
        return [Version(1, _moment(stated[0].created))]
    if len(stated) > MOST_VERSIONS:
        raise ValueError("too many versions")
    found = {_number(each.version): _moment(each.created) for each in stated}
    return [Version(number, submitted) for number, submitted in sorted(found.items())]


def _number(text: str) -> int:
    number = int(text.removeprefix("v"))
    if not 1 <= number <= MOST_VERSIONS:
        raise ValueError(text)
    return number


def _moment(text: str) -> datetime:
    """ "Mon, 2 Apr 2007 19:18:42 GMT", as arXiv writes it. Some copies hold the day alone: then its beginning, UTC."""
    if len(text) == 10:
        day = _day(text)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    _, number, month, year, clock, zone = text.split()
    if zone not in ("GMT", "UTC"):
        raise ValueError(zone)
    hour, minute, second = clock.split(":")
    return datetime(int(year), _MONTHS[month], int(number), int(hour), int(minute), int(second), tzinfo=UTC)
