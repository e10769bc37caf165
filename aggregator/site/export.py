"""Many papers as one file, a piece at a time: BibTeX, Markdown, CSV, JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aggregator.models import Paper
from aggregator.site.cite import Citation
from aggregator.site.links import ARXIV
from aggregator.site.text import clean

_COLUMNS = (
    "id",
    "version",
    "title",
    "authors",
    "categories",
    "comments",
    "journal_ref",
    "doi",
    "url",
    "abstract",
)
_FORMULA = ("=", "+", "-", "@", "\t")  # what a spreadsheet would carry out


@dataclass(frozen=True, slots=True)
class Format:
    """How a file begins, how each paper stands in it (with its number from 0), and how it ends."""

    ending: str
    media_type: str
    write: Callable[[Paper, int], str]
    head: str = ""
    tail: str = ""

    def piece(self, papers: Sequence[Paper], first: int) -> bytes:
        texts = [self.write(paper, number) for number, paper in enumerate(papers, first)]
        return "".join(texts).encode("utf-8", "replace")


def _facts(paper: Paper) -> dict[str, object]:
    return {
        "id": paper.id,
        "version": paper.version,
        "title": clean(paper.title_text),
        "authors": [clean(author.name) for author in paper.authors],
        "categories": list(paper.categories),
        "comments": paper.comments,
        "journal_ref": paper.journal_ref,
        "doi": paper.doi,
        "url": f"{ARXIV}/abs/{paper.id}",
        "abstract": clean(paper.abstract_text),
    }


def _row(values: Sequence[object]) -> str:
    """RFC 4180; what a spreadsheet would take for a formula is quoted for it."""
    line = io.StringIO()
    csv.writer(line).writerow([_cell(value) for value in values])
    return line.getvalue()


def _cell(value: object) -> str:
    text = "; ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    text = " ".join(text.split())
    return f"'{text}" if text.startswith(_FORMULA) else text


def _json(paper: Paper, number: int) -> str:
    return (",\n" if number else "") + json.dumps(_facts(paper), ensure_ascii=False)


FORMATS = {
    "bibtex": Format(
        "bib", "text/x-bibtex; charset=utf-8", lambda paper, _: f"{Citation(paper).bibtex()}\n\n"
    ),
    "markdown": Format(
        "md", "text/markdown; charset=utf-8", lambda paper, _: f"{Citation(paper).markdown()}\n"
    ),
    "csv": Format(
        "csv",
        "text/csv; charset=utf-8",
        lambda paper, _: _row([*_facts(paper).values()]),
        head=_row(_COLUMNS),
    ),
    "json": Format("json", "application/json", _json, head="[\n", tail="\n]\n"),
}
