"""50,000 real papers through normalise: nothing crashes, nothing unsafe comes out, formulas become MathML."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from normalise_checks import check_paper, corpus, raw_again

from aggregator import normalise
from aggregator.models import Author
from aggregator.normalise import authors, maths, tex

pytestmark = [pytest.mark.recordings, pytest.mark.slow]


def test_every_paper_is_safe_and_stable(recordings: Path) -> None:
    """Each derived text parses as XML with allowed elements only; a second time, and from the paper's own
    fields, the same comes out; joined names split into the same names."""
    count = 0
    for entry in corpus(recordings):
        paper = normalise.paper(entry)
        check_paper(paper)
        assert normalise.paper(raw_again(paper)) == paper
        names = tuple(author.name for author in paper.authors)
        assert tuple(a.name for a in authors.split(", ".join(names))) == names
        assert names
        assert all(isinstance(author, Author) for author in paper.authors)
        count += 1
    assert count == 50_000


def test_98_of_100_formulas_become_mathml(recordings: Path) -> None:
    causes: Counter[str] = Counter()
    for entry in corpus(recordings):
        for text in (entry.title, entry.abstract):
            causes.update("" if maths.convert(f) else maths.cause(f) for f in tex.formulas(text))
    assert causes.total() > 60_000
    assert causes[""] / causes.total() >= 0.98, causes.most_common(10)
