"""The pieces that tantivy's queries are put together from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tantivy import Occur, Query

from aggregator.query import fold
from aggregator.search.schema import ANALYZERS, MARK, STEMS, schema

Term = tuple[str, str]  # field and word


def terms(text: str, analyzer: str = STEMS) -> list[str]:
    """The terms that the index has for a text."""
    return ANALYZERS[analyzer].analyze(fold(text))


def sampled(query: Query, rate: int) -> Query:
    """One paper of `rate` of those that the query finds."""
    return boolean([(Occur.Must, query), (Occur.Must, in_sample(rate))])


def in_sample(rate: int) -> Query:
    """One paper of `rate`."""
    return one("sample", str(rate))


def one(field: str, value: str) -> Query:
    """One term."""
    return Query.term_query(schema(), field, value, index_option="freq")


def boolean(clauses: Sequence[tuple[Occur, Query]]) -> Query:
    """These clauses; nothing is found when there are none."""
    return Query.boolean_query(clauses) if clauses else Query.empty_query()


def silent(query: Query) -> Query:
    """The same papers, without a score."""
    return Query.const_score_query(query, 0.0)


def every_paper() -> list[tuple[Occur, Query]]:
    """All documents but the one of state."""
    return [(Occur.Must, Query.all_query()), (Occur.MustNot, one("mark", MARK))]


def either(queries: Iterable[Query]) -> Query:
    """A union."""
    return boolean([(Occur.Should, each) for each in queries])


def any_of(found: Iterable[Term]) -> Query:
    """A union of terms."""
    return either(one(*each) for each in found)


def every(field: str, found: Sequence[str]) -> Query:
    """All these terms of a field."""
    if len(found) == 1:
        return one(field, found[0])
    return boolean([(Occur.Must, one(field, term)) for term in dict.fromkeys(found)])


def in_row(field: str, found: list[str]) -> Query:
    """These terms side by side."""
    if not found:
        return Query.empty_query()
    if len(found) == 1:
        return one(field, found[0])
    return Query.phrase_query(schema(), field, list(found))
