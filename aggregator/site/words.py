"""What browsers are told of the languages: one file each, fetched when a reader chose it.

Its keys are what stands on a page that was built in the site's language, and the English messages of the scripts,
with {} for each hole. Its texts number the holes by their order in the key. Plural forms are a list that begins with
the place of the hole that decides; the entry "#" names the forms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from aggregator.languages import ENGLISH, LANGUAGES, Language
from aggregator.models import HOLE
from aggregator.site.speech import Catalogue, read_catalogue

Said = str | list[str]
Entry = Said | list[str | int] | tuple[str, ...]


class _Key(NamedTuple):
    """What stands on a page, with the holes that it names."""

    message: str
    source: Said  # in English
    text: str
    names: list[str]


@lru_cache(maxsize=4)
def word_files(folder: Path, built: Language) -> dict[str, bytes]:
    """By tag: each language that a page may be switched to, and the site's own, for the scripts. From English to
    English needs none."""
    keys = _keys(read_catalogue(folder, ENGLISH), read_catalogue(folder, built))
    return {
        language.tag: msgspec.json.encode(_entries(keys, read_catalogue(folder, language)))
        for language in LANGUAGES
        if language is not ENGLISH or built is not ENGLISH
    }


def entries(english: Catalogue, here: Catalogue, there: Catalogue) -> Mapping[str, Entry]:
    """The dictionary from pages in the language `here`, and from scripts in English, to the language `there`."""
    return _entries(_keys(english, here), there)


def _keys(english: Catalogue, here: Catalogue) -> list[_Key]:
    """The same for all languages to come, so they are found once."""
    return [
        _Key(message, source, HOLE.sub("{}", key), HOLE.findall(key))
        for message, source in english.words.items()
        for key in dict.fromkeys((*_forms(source), *_forms(here.words.get(message, source))))
    ]


def _entries(keys: Iterable[_Key], there: Catalogue) -> Mapping[str, Entry]:
    said = {key.text: _numbered(there.words.get(key.message, key.source), key.names) for key in keys}
    return {"#": there.plural, **said}


def _forms(said: Said) -> list[str]:
    return [said] if isinstance(said, str) else said


def _numbered(said: Said, names: list[str]) -> Entry:
    """Holes that the key lacks stay as they are: a singular may do without its number."""

    def number(text: str) -> str:
        if "{" not in text:
            return text
        return HOLE.sub(lambda hole: f"{{{names.index(hole[1])}}}" if hole[1] in names else "", text)

    if isinstance(said, str):
        return number(said)
    counted: list[str | int] = [names.index("n") if "n" in names else 0, *map(number, said)]
    return counted
