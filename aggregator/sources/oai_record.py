"""From the texts of one OAI-PMH `<record>` to a `Record`: the same rules, however the texts were read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter

from aggregator.models import Record, Refusal, Version
from aggregator.normalise.ids import is_id
from aggregator.sources.strict import printable

PREFIX = "oai:arXiv.org:"

_MONTHS = {
    **{"Jan": "01", "Feb": "02", "Mar": "03", "Apr": "04", "May": "05", "Jun": "06"},
    **{"Jul": "07", "Aug": "08", "Sep": "09", "Oct": "10", "Nov": "11", "Dec": "12"},
}


def record_of(
    identifier: str,
    datestamp: str,
    created: str | None,
    updated: str | None,
    authors: str,
    title: str,
    categories: str,
    comments: str | None,
    journal_ref: str | None,
    doi: str | None,
    license: str | None,
    abstract: str | None,
    submitter: str | None = None,
    versions: Sequence[tuple[str, str]] = (),
    *,
    deleted: bool = False,
) -> Record | Refusal:
    """The record that these texts describe, or why it cannot be one. In `versions` are pairs of "v1" and its date."""
    arxiv_id = identifier.strip().removeprefix(PREFIX)
    day = _day(datestamp)
    listed = _words(categories)
    if not is_id(arxiv_id):
        return Refusal(printable(identifier) or "a record without identifier", "not an arXiv identifier")
    if day is None:
        return Refusal(arxiv_id, "no datestamp")
    if deleted:
        return Record(arxiv_id, day, True, (), "", "", "")
    if not listed or not title or title.isspace():
        return Refusal(arxiv_id, "no title" if listed else "no categories")
    try:
        history = tuple(_versions(versions)) if versions else ()
    except (ValueError, KeyError):
        return Refusal(arxiv_id, "a version without a number or a date")
    return Record(
        arxiv_id,
        day,
        False,
        listed,
        title,
        abstract or "",
        authors,
        comments or None,
        journal_ref or None,
        doi or None,
        license or None,
        submitter or None,
        _day(created),
        _day(updated),
        history,
    )


def credit(keyname: str, forenames: str, suffix: str, affiliations: Sequence[str]) -> str:
    """A name as RSS writes it: "First Last Jr. (Affiliation, Affiliation)".

    arXiv leaves the comma of "Last, Jr." with the key name; in a list it would look like the next author.
    """
    name = f"{forenames} {keyname.strip().removesuffix(',')} {suffix}".strip()
    said = ", ".join([text.strip() for text in affiliations]) if affiliations else ""
    return f"{name} ({_balanced(said)})" if said else name


def _balanced(text: str) -> str:
    """`text`, without its parentheses where they do not pair: they would swallow the authors behind."""
    depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            break
    return text if depth == 0 else text.replace("(", "").replace(")", "")


@lru_cache(maxsize=4096)  # the same few thousand combinations come again and again
def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


@lru_cache(maxsize=4096)  # a harvest has some thousand days, each of them in many records
def _day(text: str | None) -> date | None:
    """The day in "2008-12-13" or "2008-12-13T01:02:03Z"; None for anything else."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def _versions(stated: Sequence[tuple[str, str]]) -> list[Version]:
    """All versions, in order of number. Raises ValueError or KeyError for one that cannot be read."""
    found = [Version(int(number.removeprefix("v")), _moment(text)) for number, text in stated]
    if len(found) == 1:  # as most have
        return found
    return sorted({version.number: version for version in found}.values(), key=attrgetter("number"))


def _moment(text: str) -> datetime:
    """A date like "Thu, 9 Apr 2009 02:45:30 GMT", the only form that arXiv writes."""
    day, time, zone = text.rsplit(maxsplit=2)
    if zone != "GMT":
        raise ValueError(zone)
    return datetime.fromisoformat(f"{_iso_day(day)}T{time}+00:00")


@lru_cache(maxsize=4096)
def _iso_day(text: str) -> str:
    """The day "Thu, 9 Apr 2009" as "2009-04-09"."""
    _, day, month, year = text.split()
    return f"{year}-{_MONTHS[month]}-{day.zfill(2)}"
