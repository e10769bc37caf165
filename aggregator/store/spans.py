"""Spans of listing days that an operator wants pages of, beside the newest days."""

from __future__ import annotations

from datetime import date

from aggregator.store.session import Room


class Spans(Room):
    """They stay until they are forgotten; a span ends with its last day, that of `date.max` never."""

    def spans(self) -> tuple[tuple[date, date], ...]:
        """First and last days, oldest first."""
        with self._session.reading() as conn:
            found = conn.execute("SELECT first, last FROM spans ORDER BY first, last").fetchall()
        return tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in found)

    def keep_span(self, first: date, last: date) -> None:
        """Add one; those that lie within it are no longer needed."""
        said = (first.isoformat(), last.isoformat())
        with self._session.writing() as db:
            db.conn.execute("DELETE FROM spans WHERE first >= ? AND last <= ?", said)
            db.conn.execute("INSERT INTO spans (first, last) VALUES (?, ?)", said)

    def forget_spans(self) -> None:
        with self._session.writing() as db:
            db.conn.execute("DELETE FROM spans")
