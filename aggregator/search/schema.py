"""The index's fields, and how texts become terms.

| field           | terms                                   | for                                        |
|-----------------|-----------------------------------------|--------------------------------------------|
| all             | stems of title, abstract, authors; year | words that may stand anywhere              |
| title           | stems                                   | `ti:`, the title's weight                  |
| title_exact, abstract_exact | words with their places     | phrases; exact form above stem; `abs:`     |
| authors         | words with their places                 | `au:` with one word                        |
| people          | keys of query.names; ^ and one: first author's | `au:` with a name                   |
| lead            | words of the first author; year         | who and when weigh more than a mention     |
| sample          | 4, 16, 64, 256: one paper of so many    | shares of what is common                   |
| comments, journal | stems with their places               | `co:`, `jr:`                               |
| id, doi, same_title, categories | as they are             | `id:`, `doi:`, exact title, `cat:`, shares |
| completions     | names to complete, as spelt             | suggestions                                |
| when            | day and number as one figure            | order, ranges                              |
| year            | figure                                  | shares                                     |
| mark            | a word in the one document of state     | which state of the store this is           |

Texts are folded (query.fold) before tantivy sees them.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import tantivy

from aggregator import taxonomy

FORMAT = 3  # raise it when an index made before must not be used any more
STEMS, WORDS = "stems", "words"
MARK = "state"  # of the one document that is no paper
FIRST = "^"  # before the keys of a paper's first author
SAMPLES = (4, 16, 64, 256)  # one paper of so many belongs to each
LONGEST = 64  # bytes of a term
_NUMBERS = 10**6  # papers a month that `when` tells apart


@lru_cache(maxsize=1)
def schema() -> tantivy.Schema:
    made = tantivy.SchemaBuilder()
    made.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("doi", "same_title", "people", "completions", "mark"):
        made.add_text_field(name, tokenizer_name="raw", index_option="basic", stored=name == "mark")
    made.add_text_field("sample", tokenizer_name="raw", index_option="basic")
    made.add_text_field("lead", tokenizer_name=WORDS, index_option="basic")
    made.add_text_field("categories", tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("all", "title"):
        made.add_text_field(name, tokenizer_name=STEMS, index_option="freq")
    for name in ("title_exact", "abstract_exact", "authors"):
        made.add_text_field(name, tokenizer_name=WORDS, index_option="position")
    for name in ("comments", "journal"):
        made.add_text_field(name, tokenizer_name=STEMS, index_option="position")
    made.add_unsigned_field("when", indexed=True, fast=True)
    made.add_unsigned_field("year", fast=True)
    return made.build()


def _analyzer(*more: tantivy.Filter) -> tantivy.TextAnalyzer:
    made = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.remove_long(LONGEST))
    for each in more:
        made = made.filter(each)
    return made.build()


ANALYZERS = {STEMS: _analyzer(tantivy.Filter.stemmer("english")), WORDS: _analyzer()}


def register(index: tantivy.Index) -> tantivy.Index:
    """Give an opened index its analysers: they are not kept on disk."""
    for name, analyzer in ANALYZERS.items():
        index.register_tokenizer(name, analyzer)
    return index


def when(day: date, number: int = 0) -> int:
    """A day and the paper's number within its month as one figure that sorts."""
    return day.toordinal() * _NUMBERS + min(number, _NUMBERS - 1)


def day_of(figure: int) -> date:
    """The day of a `when`."""
    return date.fromordinal(max(1, figure // _NUMBERS))


def archive(category: str) -> str:
    known = taxonomy.CATEGORIES.get(category)
    return known.archive if known else category.partition(".")[0]
