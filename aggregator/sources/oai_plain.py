"""Records exactly as arXiv writes them, taken from the text by one pattern a format.

The pattern is the record's whole grammar, from `<record>` to `</record>`: nothing but white space may stand between
its elements, or between records. In well-formed XML without comments, CDATA and instructions each "<" begins a tag,
so what fits is what an XML parser would see; expat checks the same bytes. What does not fit gives None, and is read
by its events: a deleted record, an attribute, an element that is new, another order.
"""

from __future__ import annotations

import re
from itertools import repeat

from aggregator.models import Record, Refusal
from aggregator.sources.oai_record import credit, record_of


def _leaf(name: str, text: str = "([^<]*+)") -> str:
    return rf"<{name}>{text}</{name}>\s*+"


def _maybe(name: str, text: str = "([^<]*+)") -> str:
    return rf"(?:{_leaf(name, text)})?"


def _any(*names: str) -> str:
    """Some leaf elements, in any order, whose texts are not wanted."""
    return rf"(?:{'|'.join(_leaf(name, '[^<]*+') for name in names)})*"


def _author(text: str, group: str) -> str:
    parts = _leaf("keyname", text) + _maybe("forenames", text) + _maybe("suffix", text)
    return rf"<author>\s*+{parts}{group}{_any('affiliation')})</author>\s*+"


# The order is that of arXiv's schemas and of every recording.
_HEADER = (
    rf"<record>\s*+<header>\s*+{_leaf('identifier')}{_leaf('datestamp')}{_any('setSpec')}</header>\s*+"
    r"<metadata>\s*+"
)
_REST = (
    rf"{_leaf('categories')}{_maybe('comments')}{_any('proxy', 'report-no', 'msc-class', 'acm-class')}"
    rf"{_maybe('journal-ref')}{_maybe('doi')}{_maybe('license')}{_maybe('abstract')}"
)
_ARXIV = re.compile(
    rf"{_HEADER}<arXiv(?:\s[^<>]*)?>\s*+{_leaf('id', '[^<]*+')}{_leaf('created')}{_maybe('updated')}"
    rf"<authors>\s*+((?:{_author('[^<]*+', '(?:')})*)</authors>\s*+{_leaf('title')}"
    rf"{_REST}</arXiv>\s*+</metadata>\s*+</record>\s*+"
)
_RAW = re.compile(
    rf"{_HEADER}<arXivRaw(?:\s[^<>]*)?>\s*+{_leaf('id', '[^<]*+')}{_leaf('submitter')}"
    rf"((?:<version version=[\"'][^\"'&<]*[\"']>\s*+{_leaf('date', '[^<&]*')}{_any('size', 'source_type')}"
    rf"</version>\s*+)*){_leaf('title')}{_leaf('authors')}{_REST}</arXivRaw>\s*+</metadata>\s*+</record>\s*+"
)
_AUTHOR = re.compile(_author("([^<]*+)", "("))
_AFFILIATION = re.compile(r"<affiliation>([^<]*+)")
_VERSION = re.compile(r"<version version=[\"']([^\"']*)[\"']>\s*+<date>([^<]*+)")
_REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|([a-z]+));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


def read_records(run: bytes) -> list[Record | Refusal] | None:
    """What a run of whole records says; None unless each of them is plain. Expat must check the same bytes."""
    try:
        text = run.decode()
        if "\r" in text:  # XML takes it for the end of a line
            return None
        return _read_raw(text) if "<arXivRaw" in text else _read_arxiv(text)
    except (ValueError, OverflowError):  # not UTF-8, or no character: expat will say it better
        return None


def _read_arxiv(text: str) -> list[Record | Refusal] | None:
    columns = _columns(_ARXIV, text)
    if columns is None:
        return None
    identifier, datestamp, created, updated, people, *rest = columns
    return [*map(record_of, identifier, datestamp, created, updated, map(_authors, people), *rest)]


def _read_raw(text: str) -> list[Record | Refusal] | None:
    columns = _columns(_RAW, text)
    if columns is None:
        return None
    identifier, datestamp, submitter, history, title, authors, *rest = columns
    none, versions = repeat(None), map(_VERSION.findall, history)
    return [*map(record_of, identifier, datestamp, none, none, authors, title, *rest, submitter, versions)]


def _columns(pattern: re.Pattern[str], text: str) -> list[list[str]] | None:
    """Each group of the pattern in all records; None unless there is nothing beside records."""
    parts = pattern.split(text)
    step = pattern.groups + 1
    if "".join(parts[::step]).strip():
        return None
    columns = [parts[group::step] for group in range(1, step)]
    return [_plain(column) if "&" in "".join(filter(None, column)) else column for column in columns]


def _plain(column: list[str]) -> list[str]:
    """Its texts with their references replaced; what holds elements is read later."""
    return [_resolved(part) if part and "&" in part and "<" not in part else part for part in column]


def _authors(text: str) -> str:
    """The names as RSS writes them."""
    people = _AUTHOR.findall(text)
    if "&" in text:
        people = [
            (_resolved(last), _resolved(first), _resolved(suffix), told)
            for last, first, suffix, told in people
        ]
    return ", ".join(
        [
            credit(last, first, suffix, _affiliations(told) if told else ())
            for last, first, suffix, told in people
        ]
    )


def _affiliations(text: str) -> list[str]:
    return [_resolved(said) for said in _AFFILIATION.findall(text)]


def _resolved(text: str) -> str:
    """`text` with its references replaced; expat refuses all but these."""
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(reference: re.Match[str]) -> str:
    hexadecimal, decimal, name = reference.groups()
    if name:
        return _NAMED.get(name, reference[0])
    return chr(int(hexadecimal, 16) if hexadecimal else int(decimal))
