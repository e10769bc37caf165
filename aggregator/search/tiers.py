"""What comes first for certain, so that it can be looked for alone: where very many papers are found, ranking them all
takes long and says little.

A tier's papers stand above all later ones by a constant, and are ranked within it as always. Each query here finds the
tiers up to its own, the last one everything; so whichever of them fills a page, the pages join to the same whole.
"""

from __future__ import annotations

from collections.abc import Sequence

from tantivy import Occur, Query

from aggregator.search.parts import Term, any_of, boolean, either, in_sample, one, silent
from aggregator.search.phrases import EVERYWHERE, weighed

TITLE_FIRST = 1000.0  # above the samples
SAMPLE_FIRST = 200.0  # above what a phrase in an abstract or a name comes to; each sample adds it
SAMPLES = (64, 16)  # in which a phrase of common words is looked for before it is in all papers
_WORTH = 1000  # papers of a sample to read at least


def of_phrase(whole: Query, exact: list[str], called: Query, most: int) -> Sequence[Query]:
    """Papers that have these words in a row in their title, then those of samples, then `whole`. `most` papers have all
    of the words.

    What is nested here is so because a union beside what must be looks at more than what must be.
    """
    title, *rest = (weighed(field, exact) for field in EVERYWHERE)
    titled = boolean([(Occur.Must, title), *((Occur.Should, each) for each in rest)])
    found, heights = [titled], [(title, TITLE_FIRST)]
    for rate in SAMPLES:
        few = [(Occur.Must, silent(in_sample(rate))), (Occur.MustNot, title)]
        heights.append((boolean(few), SAMPLE_FIRST))
        if most > _WORTH * rate:
            within = [boolean([*few, (Occur.Must, each)]) for each in rest]
            found.append(either([titled, *within]))
    order = [(Occur.Should, Query.const_score_query(query, weight)) for query, weight in heights]
    order.append((Occur.Should, called))
    return [boolean([(Occur.Must, each), *order]) for each in (*found, whole)]


def of_beginning(begun: Sequence[Term], called: Query) -> Sequence[Query]:
    """Papers in whose title a word begins so, then the others; nothing where no title can."""
    titles = [(Occur.Should, one("title", term)) for field, term in begun if field == "all"]
    if not titles:
        return ()
    titled = boolean([*titles, (Occur.Should, called)])
    rest = boolean([(Occur.Must, any_of(begun)), (Occur.MustNot, titled)])
    return titled, either([titled, Query.const_score_query(titled, TITLE_FIRST), rest])
