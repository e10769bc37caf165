"""The sentences that say how far a day can be trusted, from the ledger's rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Protocol

from aggregator.announce import slot_at
from aggregator.clock import Clock
from aggregator.ledger import PROVEN, SETTLED, about, later_sentence, merged_sentence, sentence
from aggregator.models import NOTHING, LedgerRow, Message, Trust, together


class Books(Protocol):
    def ledger_rows(
        self, since: date, categories: Sequence[str], until: date = date.max
    ) -> Sequence[LedgerRow]: ...


class Notes:
    """Says them; the rows of a few days are kept, because lists of one day come one after another."""

    def __init__(self, books: Books, categories: Sequence[str], clock: Clock) -> None:
        self._books = books
        self._categories = tuple(categories)
        self._now = clock.now()
        self._rows = lru_cache(maxsize=64)(self._read)

    def of(self, category: str | None, day: date, *, newest: bool) -> Message:
        """How far the list can be trusted; the newest one also tells of days after it that brought nothing."""
        if category is None:
            return self._merged_note(day, newest=newest)
        row = self._rows(day).get(category)
        said = sentence(row, self._now) if row else NOTHING
        return together(said, self._later(category, day) if newest else NOTHING)

    def without_day(self, category: str) -> Message:
        """The same for a category of which no listing day has a page."""
        return self._later(category, date.min) or sentence(None, self._now)

    def trust(self, category: str | None, day: date) -> Trust:
        """Whether the day is proven, still open, or neither: only derived."""
        rows = [self._rows(day).get(name) for name in (self._categories if category is None else (category,))]
        states = {row.state if row else None for row in rows}
        if states <= PROVEN:
            return Trust.PROVEN
        return Trust.OPEN if states - SETTLED else Trust.DERIVED

    def proven(self, category: str, newest: date) -> bool:
        """Whether the newest list is proven and nothing is to be said of days after it."""
        return self.trust(category, newest) is Trust.PROVEN and not self._later(category, newest)

    def _read(self, day: date) -> Mapping[str, LedgerRow]:
        return {row.category: row for row in self._books.ledger_rows(day, self._categories, day)}

    def _later(self, category: str, day: date) -> Message:
        since = day + timedelta(days=1) if day > date.min else day
        return later_sentence(self._books.ledger_rows(since, (category,)), day, self._now)

    def _merged_note(self, day: date, *, newest: bool) -> Message:
        said = self._merged(day)
        later = self._newest_day_after(day) if newest else None
        return together(said, about(later, self._merged(later))) if later else said

    def _newest_day_after(self, day: date) -> date | None:
        last = slot_at(self._now).listing_day
        rows = self._books.ledger_rows(day + timedelta(days=1), self._categories, last)
        return max((row.day for row in rows), default=None)

    def _merged(self, day: date) -> Message:
        rows = [self._rows(day).get(name) for name in self._categories]
        return merged_sentence(rows, self._now) if any(rows) else NOTHING
