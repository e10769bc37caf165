r"""Invented authors, and the one string in which arXiv writes them down.

About a third of the names with accents are typed the TeX way (`Andr\'es`), as in arXiv's own records.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from functools import cache
from random import Random

from aggregator.simulator.phrases import Words, fill, pick
from aggregator.simulator.words import names

_TEX_ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0306": "u",
    "\u0307": ".",
    "\u0308": '"',
    "\u030a": "r",
    "\u030b": "H",
    "\u030c": "v",
    "\u0327": "c",
    "\u0328": "k",
}
_TEX_LETTERS = {
    "ø": r"{\o}",
    "Ø": r"{\O}",
    "ł": r"{\l}",
    "Ł": r"{\L}",
    "ß": r"{\ss}",
    "æ": r"{\ae}",
    "ı": r"{\i}",
    "å": r"{\aa}",
    "Å": r"{\AA}",
}
_PLACES: Words = {"place": names.PLACES, "country": names.COUNTRIES}


@dataclass(frozen=True, slots=True)
class Person:
    """An author in arXiv's parts. A collaboration is one whose forenames are empty."""

    forenames: str
    keyname: str
    suffix: str = ""
    affiliation: str = ""


def invented(rng: Random, size: int) -> tuple[Person, ...]:
    """`size` authors; some papers give affiliations. From 150 authors on, a collaboration comes first."""
    authors = [_author(rng) for _ in range(size)]
    if size >= 150:
        authors.insert(0, Person("", f"{pick(names.COLLABORATIONS, rng)} Collaboration"))
    elif rng.random() < 0.12:
        places = _institutions(rng, 1 + size // 4)
        authors = [replace(author, affiliation=pick(places, rng)) for author in authors]
    return tuple(authors)


def credits(authors: tuple[Person, ...]) -> str:
    """`authors` as RSS has them: comma-joined, affiliations (commas inside) in parentheses."""
    return ", ".join(
        f"{a.forenames} {a.keyname} {a.suffix}".strip() + (f" ({a.affiliation})" if a.affiliation else "")
        for a in authors
    )


def _institutions(rng: Random, count: int) -> tuple[str, ...]:
    return tuple(
        fill(pick(names.INSTITUTIONS, rng), lambda slot: pick(_PLACES[slot], rng)) for _ in range(count)
    )


def usual_size(rng: Random) -> int:
    """How many authors a paper has: mostly one to six, now and then a dozen or two."""
    return min(24, 1 + int(rng.expovariate(0.32)))


@cache
def in_tex(name: str) -> str:
    r"""`name` with its accents as TeX commands: `Čolak` → `\v{C}olak`. A letter TeX has no name for stays."""
    return "".join(_letter_in_tex(letter) for letter in name)


def _author(rng: Random) -> Person:
    given, family = pick(names.CULTURES, rng)
    forenames, keyname, chance = pick(given, rng), pick(family, rng), rng.random()
    if chance < 0.33:
        return Person(in_tex(forenames), in_tex(keyname))
    return Person(forenames, keyname, pick(names.SUFFIXES, rng) if chance > 0.985 else "")


def _letter_in_tex(letter: str) -> str:
    if letter in _TEX_LETTERS:
        return _TEX_LETTERS[letter]
    decomposed = unicodedata.normalize("NFD", letter)
    base, marks = decomposed[0], decomposed[1:]
    if marks not in _TEX_ACCENTS:
        return letter
    accent = _TEX_ACCENTS[marks]
    base = {"i": r"\i", "j": r"\j"}.get(base, base)
    return f"\\{accent}{{{base}}}" if accent.isalpha() or len(base) > 1 else f"\\{accent}{base}"
