"""The ledger: one row for each category and listing day that proves whether the day is whole.

    rules    what was seen (events) ─► the next row: `after`
    timing   which days must have a row, and when arXiv is asked again
    books    one poll ─► the rows that it changes
    words    rows ─► one sentence for people, one number for monitoring

All of it is pure: the moment, the chance and what is stored are arguments.
"""

from aggregator.ledger.books import Books, Look, keep_books
from aggregator.ledger.rules import (
    DERIVED,
    PROVEN,
    SETTLED,
    WITNESS_READY,
    Closed,
    Event,
    Followed,
    Looked,
    Opened,
    Witnessed,
    after,
    is_settled,
    reason_of,
    shown_whole,
    usual_volume,
)
from aggregator.ledger.timing import chance_of, expected_days, is_due, next_try, window_of, witness_span
from aggregator.ledger.words import about, later_sentence, level, merged_sentence, sentence

__all__ = [
    "DERIVED",
    "PROVEN",
    "SETTLED",
    "WITNESS_READY",
    "Books",
    "Closed",
    "Event",
    "Followed",
    "Look",
    "Looked",
    "Opened",
    "Witnessed",
    "about",
    "after",
    "chance_of",
    "expected_days",
    "is_due",
    "is_settled",
    "keep_books",
    "later_sentence",
    "level",
    "merged_sentence",
    "next_try",
    "reason_of",
    "sentence",
    "shown_whole",
    "usual_volume",
    "window_of",
    "witness_span",
]
