"""What the tests of `normalise` share: entries from snapshot lines, and what may stand in derived HTML."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from aggregator.models import Kind, Paper, RawEntry
from aggregator.normalise.commands import words

MATHML = words(
    "math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mmultiscripts "
    "mprescripts mtable mtr mtd mpadded mphantom menclose"
)
TEXT = frozenset(["a", "em", "strong", "code", "u", "q", "sup", "sub", "span", "p"])
CLASSES = frozenset(["sc", "tex", "m-left", "m-right"])
MATHML_ATTRIBUTES = words(
    "alttext display displaystyle scriptlevel mathvariant stretchy symmetric largeop movablelimits form fence "
    "separator lspace rspace minsize maxsize width height depth voffset accent accentunder linethickness notation class"
)
_LINK = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?([/?#]\S*)?")


def entry(**fields: Any) -> RawEntry:
    """An entry with a usable value in every field."""
    usual: dict[str, Any] = {
        "arxiv_id": "2401.00001",
        "version": 1,
        "kind": Kind.NEW,
        "title": "A title",
        "abstract": "An abstract.",
        "authors": "Ada Example, Bo Sample",
        "categories": ("cs.LG",),
    }
    return RawEntry(**(usual | fields))


def from_line(line: str) -> RawEntry:
    """An entry from one line of the Kaggle snapshot."""
    row = json.loads(line)
    return entry(
        arxiv_id=row["id"],
        version=None,
        title=row["title"],
        abstract=row["abstract"],
        authors=row["authors"],
        categories=tuple(row["categories"].split()),
        comments=row["comments"],
        journal_ref=row["journal-ref"],
        doi=row["doi"],
        license=row["license"],
    )


def corpus(recordings: Path) -> Iterator[RawEntry]:
    """The 50,000 recorded papers."""
    with gzip.open(recordings / "corpus" / "corpus_50k.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(from_line, lines)


def raw_again(paper: Paper) -> RawEntry:
    """An entry made of a paper's own original fields."""
    return entry(
        arxiv_id=paper.id,
        version=paper.version,
        title=paper.title,
        abstract=paper.abstract,
        authors=paper.authors_raw,
        categories=paper.categories,
        comments=paper.comments,
        journal_ref=paper.journal_ref,
        doi=paper.doi,
        license=paper.license,
    )


def check_html(html: str, *, links: bool = True) -> None:
    """`html` is a well-formed fragment of allowed elements; nothing in it loads or runs anything."""
    if "<" not in html and "&" not in html:
        return
    root = ET.fromstring(f"<root>{html}</root>")
    for element in root.iter():
        if element is not root:
            _check_element(element, links)


def _check_element(element: ET.Element, links: bool) -> None:
    if element.tag in MATHML:
        assert set(element.attrib) <= MATHML_ATTRIBUTES, element.attrib
    elif element.tag == "a":
        assert links, "a link where none may be"
        assert not [inner for inner in element.iter("a") if inner is not element], "a link inside a link"
        assert sorted(element.attrib) == ["href", "rel"]
        assert _LINK.fullmatch(element.attrib["href"]), element.attrib["href"]
    else:
        assert element.tag in TEXT, element.tag
        assert set(element.attrib) <= {"class"}, element.attrib
    assert element.get("class", "sc") in CLASSES


def check_paper(paper: Paper) -> None:
    """Every derived text of `paper` is safe to print."""
    check_html(paper.title_html, links=False)
    check_html(paper.abstract_html)
    check_html(paper.comments_html or "")
    assert paper.abstract_html.startswith("<p>")
    assert paper.abstract_html.endswith("</p>")
    assert "<p" not in paper.title_html + (paper.comments_html or "")
    for text in (paper.title_text, paper.abstract_text, *(author.name for author in paper.authors)):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]", text)
