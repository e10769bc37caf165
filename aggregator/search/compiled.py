"""A question as tantivy's queries, and what it may cost to count what they find."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tantivy import Query

UNITED = 5  # papers of united words that are read while one is read for where words stand


@dataclass(frozen=True, slots=True)
class Compiled:
    """`thin` gives one paper of so many of what `lean` finds; `dear` says that each look at the papers takes long.

    `tiers` rank where many are found: the last all papers, each before it only those that come first for certain and
    for which few are read, such as those whose title says it. `most` is how many papers can be found: those with the
    rarest word of a phrase, and with each word of what is `united`; 0 where nobody knows.
    """

    scored: Query
    lean: Query
    thin: Callable[[int], Query]
    dear: bool = False
    tiers: Sequence[Query] = ()
    most: int = 0
    united: bool = False

    def is_few(self, limit: int) -> bool:
        """Whether it is known to find no more than that."""
        return 0 < self.most <= limit

    def is_judged(self, exact: int) -> bool:
        """Whether a sample tells how many there are: reading where words stand takes long, and uniting many of them."""
        return self.most > exact if self.dear else self.united and self.most > UNITED * exact
