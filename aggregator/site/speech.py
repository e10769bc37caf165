"""What the program says, in the language of the pages: as HTML that a browser can put into another one, or as text.

A message with holes becomes an element's content, each hole an element of its own: "Total: <data value=4>4</data>".
So the page itself says what it is made of: `templates/static/js/words.js` reads "Total: {}" from it, looks that up in
the language that a reader chose, and puts the same elements into the new sentence. Nothing else marks a string.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import msgspec
from markupsafe import Markup

from aggregator.languages import ENGLISH, Language, language_of
from aggregator.models import HOLE, Filling, Message
from aggregator.site import text as english
from aggregator.site.text import escape, plain

_KEPT = 4096  # sentences: ours are some hundreds, but a reason may come from outside


class Forms(Protocol):
    """Numbers and dates as a language writes them."""

    def number(self, number: int) -> str: ...
    def long(self, day: date) -> str: ...
    def plain(self, day: date) -> str: ...
    def short(self, day: date) -> str: ...
    def month(self, day: date) -> str: ...
    def month_alone(self, day: date) -> str: ...
    def weekday(self, day: date) -> str: ...
    def moment(self, at: datetime) -> str: ...
    def plural(self, number: int) -> str: ...


class EnglishForms:
    """ "Tuesday, 26 March 2024", without Babel, which takes a while to import."""

    def number(self, number: int) -> str:
        return f"{number:,}"

    def long(self, day: date) -> str:
        return english.in_words(day)

    def plain(self, day: date) -> str:
        return english.in_words(day).partition(", ")[2]

    def short(self, day: date) -> str:
        return english.in_short(day)

    def month(self, day: date) -> str:
        return english.in_words(day).partition(", ")[2].partition(" ")[2]

    def month_alone(self, day: date) -> str:
        return english.MONTHS[day.month - 1][:3]

    def weekday(self, day: date) -> str:
        return english.WEEKDAYS[day.weekday()][:2]

    def moment(self, at: datetime) -> str:
        return english.moment(at)

    def plural(self, number: int) -> str:
        return "one" if number == 1 else "other"


class Catalogue(msgspec.Struct, frozen=True):
    """A language's words as `scripts/messages.py` compiles them: English → text, or one text a plural form.

    `plural` names the forms in their order, by CLDR's categories.
    """

    plural: tuple[str, ...] = ("one", "other")
    words: dict[str, str | list[str]] = {}


def read_catalogue(folder: Path, language: Language) -> Catalogue:
    """From the templates folder."""
    path = folder / "locale" / f"{language.tag}.json"
    return msgspec.json.decode(path.read_bytes(), type=Catalogue)


class Speech:
    """One language: its words and forms."""

    def __init__(self, language: Language, catalogue: Catalogue, forms: Forms) -> None:
        self.language = language
        self.forms = forms
        self._words = catalogue.words
        self._plural = catalogue.plural
        self._kept: dict[str, Markup] = {}
        # what pieces inside English text carry, so that they are spoken rightly; nothing on an English page
        self.lang = Markup("") if language is ENGLISH else Markup(f' lang="{language.tag}"')  # noqa: S704 – ours

    # ── words ──

    def word(self, words: str) -> str:
        """A string without holes."""
        found = self._words.get(words, words)
        return found if isinstance(found, str) else found[-1]

    def text(self, said: Message | str) -> str:
        """As plain text: for a <title>, an attribute, a feed."""
        if isinstance(said, str):
            return said
        return HOLE.sub(lambda hole: self._filled(said.holes[hole[1]]), self._form(said))

    def html(self, said: Message | str) -> Markup:
        """As the content of an element, which holds nothing else. A string is from outside and stands apart,
        Markup is an element already."""
        if isinstance(said, str):
            return Markup(self._element(said)) if said else Markup("")  # noqa: S704 – escaped
        if not said.holes:
            return self._plain_html(said.text)
        parts = HOLE.split(self._form(said))
        return Markup(  # noqa: S704 – each part is escaped
            "".join(
                [
                    self._element(said.holes[part]) if place % 2 else escape(part)
                    for place, part in enumerate(parts)
                ]
            )
        )

    def _plain_html(self, words: str) -> Markup:
        """Of a sentence without holes. Labels stand on every page, so it is kept."""
        made = self._kept.get(words)
        if made is None:
            made = Markup(escape(self.word(words)))  # noqa: S704 – escaped
            if len(self._kept) < _KEPT:
                self._kept[words] = made
        return made

    def _form(self, said: Message) -> str:
        if not said.many:
            return self.word(said.text)
        number = said.holes["n"]
        found = self._words.get(said.text) or [said.text, said.many]
        return found if isinstance(found, str) else found[self._place(number, found)]

    def _place(self, number: Filling, forms: Sequence[str]) -> int:
        category = self.forms.plural(number) if isinstance(number, int) else ""
        names = self._plural[: len(forms)]
        return names.index(category) if category in names else len(forms) - 1

    def _filled(self, filling: Filling) -> str:
        if isinstance(filling, Message):
            return self.text(filling)
        if isinstance(filling, str):
            return filling.striptags() if isinstance(filling, Markup) else filling
        if isinstance(filling, int):
            return self.forms.number(filling)
        return self.forms.moment(filling) if isinstance(filling, datetime) else self.forms.plain(filling)

    # ── elements ──

    def _element(self, filling: Filling) -> str:
        """A hole as one element. Text from outside stands apart; Markup is one element already."""
        if isinstance(filling, Message):
            return f"<span>{self.html(filling)}</span>"
        if isinstance(filling, Markup):
            return filling
        if isinstance(filling, str):
            return f"<bdi>{plain(filling)}</bdi>"
        if isinstance(filling, int):
            return self.number(filling)
        return self.moment(filling) if isinstance(filling, datetime) else self.plain(filling)

    def number(self, number: int) -> Markup:
        return _data(number, self.forms.number(number))

    def long(self, day: date) -> Markup:
        """With the day of the week."""
        return _time(day, "", self.forms.long(day))

    def plain(self, day: date) -> Markup:
        """Without it."""
        return _time(day, "plain", self.forms.plain(day))

    def short(self, day: date) -> Markup:
        """ "Tue 26 Mar"."""
        return _time(day, "short", self.forms.short(day))

    def month(self, day: date) -> Markup:
        """ "March 2024"."""
        return Markup(f'<time datetime="{day:%Y-%m}">{self.forms.month(day)}</time>')  # noqa: S704 – from a date

    def weekday(self, day: date) -> Markup:
        """ "Tue"."""
        return _time(day, "weekday", self.forms.weekday(day))

    def moment(self, at: datetime) -> Markup:
        """UTC, and it says so."""
        iso = at.isoformat(timespec="seconds")
        return Markup(f'<time datetime="{iso}">{self.forms.moment(at)}</time>')  # noqa: S704 – from a date


@lru_cache(maxsize=512)
def _data(number: int, words: str) -> Markup:
    return Markup(f'<data value="{number}">{words}</data>')  # noqa: S704 – from a number


@lru_cache(maxsize=512)
def _time(day: date, form: str, words: str) -> Markup:
    kind = f' class="{form}"' if form else ""
    return Markup(f'<time{kind} datetime="{day.isoformat()}">{words}</time>')  # noqa: S704 – from a date


def speech_of(tag: str, folder: Path) -> Speech:
    """The speech for readers of `tag`."""
    language = language_of(tag)
    return Speech(language, read_catalogue(folder, language), _forms_of(language))


def _forms_of(language: Language) -> Forms:
    if language is ENGLISH:
        return EnglishForms()
    from aggregator.site.forms import BabelForms  # noqa: PLC0415 – Babel takes 50 ms to import

    return BabelForms(language.tag)
