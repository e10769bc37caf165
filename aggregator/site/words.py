"""What browsers are told of the languages: one file each, fetched when a reader chose it.

Its keys are what stands on a page that was built in the site's language, and the English messages of the scripts,
with {} for each hole. Its texts number the holes by their order in the key. Plural forms are a list that begins with
the place of the hole that decides; the entry "#" names the forms.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import msgspec

from aggregator.languages import ENGLISH, LANGUAGES, Language
from aggregator.models import HOLE
from aggregator.site.speech import Catalogue, read_catalogue

Entry = str | list[str | int] | tuple[str, ...]


@lru_cache(maxsize=4)
def word_files(folder: Path, built: Language) -> dict[str, bytes]:
    """By tag: each language that a page may be switched to, and the site's own, for the scripts. From English to
    English needs none."""
    english, here = read_catalogue(folder, ENGLISH), read_catalogue(folder, built)
    return {
        language.tag: msgspec.json.encode(entries(english, here, read_catalogue(folder, language)))
        for language in LANGUAGES
        if language is not ENGLISH or built is not ENGLISH
    }


def entries(english: Catalogue, here: Catalogue, there: Catalogue) -> Mapping[str, Entry]:
    """The dictionary from pages in the language `here`, and from scripts in English, to the language `there`."""
    made: dict[str, Entry] = {"#": there.plural}
    for message, source in english.words.items():
        said = there.words.get(message, source)
        for key in (*_forms(source), *_forms(here.words.get(message, source))):
            made[HOLE.sub("{}", key)] = _numbered(said, HOLE.findall(key))
    return made


def _forms(said: str | list[str]) -> list[str]:
    return [said] if isinstance(said, str) else said


def _numbered(said: str | list[str], names: list[str]) -> Entry:
    """Holes that the key lacks stay as they are: a singular may do without its number."""

    def number(text: str) -> str:
        return HOLE.sub(lambda hole: f"{{{names.index(hole[1])}}}" if hole[1] in names else "", text)

    if isinstance(said, str):
        return number(said)
    return [names.index("n") if "n" in names else 0, *map(number, said)]
