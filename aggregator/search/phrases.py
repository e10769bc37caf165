"""Words side by side: phrases in quotes, and the words of a question as they were written."""

from __future__ import annotations

from collections.abc import Sequence

from tantivy import Occur, Query

from aggregator.query import Place, Word
from aggregator.search.parts import boolean, either, in_row, terms
from aggregator.search.schema import WORDS

TITLE = 2.0  # what a word or a phrase in the title weighs
ROW_IN_TITLE, ROW = 4.0, 1.0  # what all words side by side add
# Words that say so little that they need not be there, and stand for nothing when others are asked for.
SILENT = frozenset("a an and are as at be by for from in is it its of on or that the this to we with".split())  # noqa: SIM905
ONE_FIELD = {Place.COMMENTS: "comments", Place.JOURNAL: "journal"}
EVERYWHERE = ("title_exact", "abstract_exact", "authors")
EXACT_FIELDS = {
    Place.TITLE: ("title_exact",),
    Place.ABSTRACT: ("abstract_exact",),
    Place.AUTHOR: ("authors",),
}


def phrase(text: str, place: Place, within: Query | None = None) -> Query:
    """A phrase where it may stand; with `within`, of those papers only."""
    if place in (Place.COMMENTS, Place.JOURNAL):
        return in_row(ONE_FIELD[place], terms(text))
    fields = EXACT_FIELDS.get(place, EVERYWHERE)
    exact = terms(text, WORDS)
    if place is Place.ANYWHERE and SILENT.issuperset(exact):
        fields = ("title_exact",)  # in abstracts they stand everywhere
    rows = [weighed(field, exact) for field in fields]
    if within is not None:
        rows = [boolean([(Occur.Must, within), (Occur.Must, each)]) for each in rows]
    return either(rows)


def weighed(field: str, exact: list[str]) -> Query:
    """These words side by side; in a title they weigh more."""
    found = in_row(field, exact)
    return Query.boost_query(found, TITLE) if field == "title_exact" else found


def side_by_side(parts: Sequence[Word]) -> list[tuple[Occur, Query]]:
    """All words side by side, as they were written; in abstracts only what common words do not make slow."""
    found = [term for part in parts for term in terms(part.text, WORDS)]
    if len(found) < 2:
        return []
    fields = [("title_exact", ROW_IN_TITLE), ("abstract_exact", ROW)][: 1 if SILENT & {*found} else 2]
    return [(Occur.Should, Query.boost_query(in_row(field, found), weight)) for field, weight in fields]
