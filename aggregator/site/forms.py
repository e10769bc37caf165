"""Numbers and dates as languages write them. The only module that knows Babel.

Digits are Latin and the calendar is Gregorian everywhere, as in `templates/static/js/words.js`: ids and dates are
compared across languages.
"""

from __future__ import annotations

from datetime import date, datetime

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal


class BabelForms:
    """The forms of one language."""

    def __init__(self, tag: str) -> None:
        self._locale = Locale.parse(tag, sep="-")

    def number(self, number: int) -> str:
        return format_decimal(number, locale=self._locale)

    def long(self, day: date) -> str:
        return format_date(day, "full", locale=self._locale)

    def plain(self, day: date) -> str:
        return format_date(day, "long", locale=self._locale)

    def short(self, day: date) -> str:
        return self._skeleton("MMMEd", day)

    def month(self, day: date) -> str:
        return self._skeleton("yMMMM", day)

    def month_alone(self, day: date) -> str:
        return self._skeleton("MMM", day)

    def weekday(self, day: date) -> str:
        return format_date(day, "EEEEE", locale=self._locale)

    def moment(self, at: datetime) -> str:
        return f"{self.plain(at.date())} {at:%H:%M} UTC"

    def plural(self, number: int) -> str:
        return self._locale.plural_form(number)

    def _skeleton(self, skeleton: str, day: date) -> str:
        return format_skeleton(skeleton, day, locale=self._locale)
