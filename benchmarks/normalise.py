"""What pages show of a paper, made of its original texts: ours beside pylatexenc, and beside escaping alone.

    python benchmarks/normalise.py [--runs 3]

The first 5,000 recorded papers, read by whole processes. Ours makes titles, abstracts and comments HTML with MathML,
plain text for feeds and search, splits authors with their affiliations and says whether a paper was withdrawn;
pylatexenc makes plain text of titles and abstracts; `html.escape` of the same texts is the limit.

Checked: every derived text of ours is well-formed and free of control characters, and what is made twice is the same.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from xml.etree import ElementTree

from _frame import (
    CORPUS,
    Figure,
    Line,
    in_turns,
    main_of,
    measure,
    ours,
    python_with,
    ratio,
    recording,
    require,
    version_in,
)

PAPERS = 5_000
PEER = """
import json, sys
from pylatexenc.latex2text import LatexNodes2Text
convert = LatexNodes2Text(math_mode="text").latex_to_text
for line in open(sys.argv[1], encoding="utf-8"):
    paper = json.loads(line)
    assert convert(paper["title"])
    convert(paper["abstract"])
"""
ESCAPE = """
import html, json, sys
for line in open(sys.argv[1], encoding="utf-8"):
    paper = json.loads(line)
    for name in ("title", "abstract", "authors", "comments"):
        html.escape(paper[name] or "")
"""


def normalise() -> Figure:
    options = argparse.ArgumentParser()
    options.add_argument("--runs", type=int, default=3)
    runs = options.parse_args().runs
    recording()
    peer = python_with("pylatexenc", "pylatexenc")
    with tempfile.TemporaryDirectory() as name:
        papers = Path(name) / "papers.jsonl"
        with gzip.open(CORPUS) as packed:
            papers.write_bytes(b"".join(islice(packed, PAPERS)))
        _check(papers)
        costs = in_turns(
            runs,
            ours=lambda: measure([sys.executable, __file__, "--ours", papers]),
            peer=lambda: measure([peer / "python", "-W", "ignore", "-c", PEER, papers]),
            escape=lambda: measure([sys.executable, "-c", ESCAPE, papers]),
        )
    mine = Line(ours(), costs["ours"], PAPERS, "papers")
    theirs = Line(
        f"pylatexenc {version_in(peer, 'pylatexenc')}, titles and abstracts", costs["peer"], PAPERS, "papers"
    )
    limit = Line("json and html.escape", costs["escape"], PAPERS, "papers")
    return Figure(
        "Normalise",
        f"{PAPERS:,} real papers, from their original texts to what pages show",
        [mine, theirs, limit],
        remarks=[f"pylatexenc takes {ratio(theirs, mine):.2f} times ours, and makes less of it"],
    )


def _made(path: Path) -> Iterator[tuple[str, ...]]:
    from aggregator.models import Record
    from aggregator.normalise import derive, is_withdrawn
    from aggregator.sources import snapshot

    for line in path.read_bytes().splitlines():
        record = snapshot.parse(line)
        assert isinstance(record, Record)
        made = derive(record.title, record.abstract, record.authors, record.comments)
        is_withdrawn(record.comments, record.abstract)
        yield (
            made.title_html,
            made.abstract_html,
            made.comments_html or "",
            made.title_text,
            str(made.authors),
        )


def _check(path: Path) -> None:
    once, again = list(_made(path)), list(_made(path))
    require(
        len(once) == PAPERS == len(path.read_text(encoding="utf-8").splitlines()), "not all papers were read"
    )
    require(once == again, "the second time something else was made")
    for title, abstract, comments, text, _ in once:
        ElementTree.fromstring(f"<p>{title}{abstract}{comments}</p>")  # ParseError ends the benchmark
        require(text.isprintable(), f"control characters in {text!r}")
    require(all(json.dumps(each) for each in once), "a text that is no Unicode")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--ours"]:
        for _ in _made(Path(sys.argv[2])):
            pass
    else:
        main_of(normalise)
