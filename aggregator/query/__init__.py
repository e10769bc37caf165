"""The language of searches: what a reader types, as a tree of what papers must say. Pure.

text ─► pasted (an id, a DOI, an address) ─► read (words, phrases, fields, -, OR) ─► Node ─► search/ compiles it
"""

from aggregator.query.dates import Span, month_of_id, span_of
from aggregator.query.fold import fold, same_title, tidy
from aggregator.query.names import Wanted, keys, wanted
from aggregator.query.pasted import pasted
from aggregator.query.reader import FIELDS, MAX_LENGTH, read
from aggregator.query.tree import (
    All,
    Anyone,
    Category,
    Dates,
    Doi,
    Identifier,
    Node,
    Not,
    Phrase,
    Place,
    Word,
    positive,
)

__all__ = [
    "FIELDS",
    "MAX_LENGTH",
    "All",
    "Anyone",
    "Category",
    "Dates",
    "Doi",
    "Identifier",
    "Node",
    "Not",
    "Phrase",
    "Place",
    "Span",
    "Wanted",
    "Word",
    "fold",
    "keys",
    "month_of_id",
    "pasted",
    "positive",
    "read",
    "same_title",
    "span_of",
    "tidy",
    "wanted",
]
