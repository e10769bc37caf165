"""Completions while a reader types, and words put right when nothing was found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

import tantivy
from tantivy import Occur, Query

from aggregator.models import Suggestion
from aggregator.query.fold import words
from aggregator.search.documents import BETWEEN
from aggregator.search.parts import in_row, terms
from aggregator.search.schema import WORDS, schema

TITLES, PEOPLE = 6, 4  # suggestions of each kind
ENDINGS, MORE_ENDINGS = 12, 60  # words that a beginning stands for: the only one typed, one behind others
IN_A_ROW = 2.0
SHORTEST, MOST = 2, 12  # letters and words that are completed
_SPELLINGS = 4  # of a name, that count as one person
_LIKELY = 2000  # commonest words that a wrong one is held against
_PUT_RIGHT = 4  # letters that a word needs
_BARE = re.compile(r'[^\s"()*:-]+')
_ALONE = re.compile(r'(?<!\S)[^\s"()*:-]+(?!\S)')  # words without signs, that can be left out
_FIELDS = ("title_exact", "abstract_exact", "authors")


def complete(searcher: tantivy.Searcher, field: str, start: str, limit: int) -> Sequence[str]:
    """The commonest `limit` words of a field that begin so."""
    return [word for word, _ in searcher.terms_with_prefix(field, start, None, limit)]


def people(searcher: tantivy.Searcher, typed: Sequence[str]) -> list[Suggestion]:
    """Names that begin so, from the front or from the surname; those with most papers first."""
    found = complete(searcher, "completions", " ".join(typed), PEOPLE * _SPELLINGS)
    names: dict[str, str] = {}
    for each in found:
        name = each.partition(BETWEEN)[2]
        names.setdefault(" ".join(words(name)), name)
    return [Suggestion(name, f'au:"{name}"') for name in list(names.values())[:PEOPLE] if '"' not in name]


def titles(searcher: tantivy.Searcher, text: str) -> list[str]:
    """Ids of papers with these words in the title, of which the last may go on."""
    spelt = terms(text, WORDS)
    *known, start = spelt or [""]
    ends = complete(searcher, "title_exact", start, MORE_ENDINGS if known else ENDINGS) if spelt else []
    if not ends:
        return []
    last = Query.boolean_query([(Occur.Should, _term("title_exact", word)) for word in ends])
    query = _behind(known, ends, last) if known else last
    return [searcher.doc(place)["id"][0] for _, place in searcher.search(query, TITLES, count=False).hits]


def _behind(known: Sequence[str], ends: Sequence[str], last: Query) -> Query:
    """A rare ending says no more than a common one; words side by side, as they are typed, say much."""
    whole = [(Occur.Must, _term("title_exact", word)) for word in known]
    rows = [
        (Occur.Should, Query.boost_query(in_row("title_exact", [*known, word]), IN_A_ROW)) for word in ends
    ]
    return Query.boolean_query([*whole, (Occur.Must, Query.const_score_query(last, 1.0)), *rows])


def put_right(searcher: tantivy.Searcher, text: str) -> Iterator[str]:
    """The question with each unknown word as the one it looks most like, then without those that look like none; last
    without its quotes."""
    told = _BARE.sub(lambda found: _known(searcher, found[0]) or found[0], text)
    short = _ALONE.sub(lambda found: _known(searcher, found[0]) or "", text)
    likely = (told, " ".join(short.split()), told.replace('"', ""))
    yield from (each for each in dict.fromkeys(likely) if each != text)


def _known(searcher: tantivy.Searcher, word: str) -> str | None:
    """The word when it is known or too short to judge, one that looks like it when not, None when there is none."""
    spelt = terms(word, WORDS)
    if len(spelt) != 1 or len(spelt[0]) < _PUT_RIGHT or any(searcher.doc_freq(f, spelt[0]) for f in _FIELDS):
        return word
    likely = {
        each: None
        for field in ("title_exact", "authors")
        for each in complete(searcher, field, spelt[0][:2], _LIKELY)
        if abs(len(each) - len(spelt[0])) <= 2
    }
    return next(iter(get_close_matches(spelt[0], likely, n=1, cutoff=0.75)), None)


def _term(field: str, value: str) -> Query:
    return Query.term_query(schema(), field, value, "freq")
