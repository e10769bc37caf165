"""A paper as a document of the index."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any
from zlib import crc32

import tantivy

from aggregator.models import Searchable
from aggregator.query import fold, keys, same_title
from aggregator.query.fold import words
from aggregator.search.schema import FIRST, SAMPLES, archive, schema, when

BETWEEN = "\t"  # in a completion: what is typed, what is shown
_NUMBER = re.compile(r"[0-9]+$")


def document(paper: Searchable) -> tantivy.Document:
    title, abstract = fold(paper.title), fold(paper.abstract)
    authors = [fold(name) for name in paper.authors]
    fields: dict[str, Any] = {
        "id": paper.id,
        "same_title": same_title(paper.title),
        "all": [title, abstract, *authors, str(paper.day.year)],
        "title": title,
        "title_exact": title,
        "abstract_exact": abstract,
        "authors": authors,
        "people": list({key for name in paper.authors for key in keys(name)} | {*_first_keys(paper)}),
        "lead": [*authors[:1], str(paper.day.year)],
        "sample": samples(paper.id),
        "completions": list({made for name in paper.authors for made in completions(name)}),
        "categories": sorted({*paper.categories, *map(archive, paper.categories)}),
        "when": when(paper.day, _number(paper.id)),
        "year": paper.day.year,
    }
    for name, text in (("comments", paper.comments), ("journal", paper.journal)):
        if text:
            fields[name] = fold(text)
    if paper.doi:
        fields["doi"] = [doi.lower() for doi in paper.doi.split()]
    return tantivy.Document.from_dict(fields, schema())


def _first_keys(paper: Searchable) -> list[str]:
    return [FIRST + key for name in paper.authors[:1] for key in keys(name)]


def samples(arxiv_id: str) -> list[str]:
    """The samples that a paper belongs to: always the same ones."""
    number = crc32(arxiv_id.encode())
    return [str(each) for each in SAMPLES if number % each == 0]


@lru_cache(maxsize=8192)
def completions(name: str) -> tuple[str, ...]:
    """A name as it is typed from the front and from the surname, each with the name as it is spelt."""
    spelt = words(name)
    shown = " ".join(name.split())
    typed = {" ".join(spelt), " ".join(spelt[-1:] + spelt[:-1])} if 0 < len(spelt) < 8 else set()
    return tuple(f"{text}{BETWEEN}{shown}"[:200] for text in typed)


def _number(arxiv_id: str) -> int:
    found = _NUMBER.search(arxiv_id)
    return int(found[0][-5:]) if found and "/" not in arxiv_id else int(arxiv_id[-3:]) if found else 0
