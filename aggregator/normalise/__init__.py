"""From what a source said to what a paper is: pure, total, and the same every time.

`paper(entry)` is the whole; `ids`, `authors`, `tex`, `maths` and `links` are its parts. Derived texts named
`…_html` hold only elements from a short list and are well-formed XML.
"""

from aggregator.normalise.entry import (
    VERSION,
    Derived,
    EntryRefused,
    derive,
    fingerprint,
    heading,
    is_withdrawn,
    paper,
    past_paper,
    said_by,
)

__all__ = [
    "VERSION",
    "Derived",
    "EntryRefused",
    "derive",
    "fingerprint",
    "heading",
    "is_withdrawn",
    "paper",
    "past_paper",
    "said_by",
]
