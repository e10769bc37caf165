r"""Sentences from templates: `We bound <quantity> of <a:thing>.` becomes prose.

A slot is `<name>`: `<^name>` begins with a capital, `<a:name>` gets its article. Real mathematics may hold < and >
as long as no bare word stands between them. What a slot stands for may hold slots itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import cycle
from random import Random
from textwrap import dedent
from typing import TypeVar

Words = Mapping[str, tuple[str, ...]]
Draw = Callable[[str], str]
T = TypeVar("T")

_CONTINUED = re.compile(r"\n[ ]+")
_SLOT = re.compile(r"<(\^?)(a:)?([a-z_]+)>")
_SOUNDS_LIKE_YOU = re.compile(r"(?:uni(?!n)|use|usu|eu|one\b|once)", re.IGNORECASE)
_SPELT_VOWEL = re.compile(r"(?:hon|hour|[FHLMNRSX][A-Z]|\$[nmrfhlsx]\$|\$[aeio8])")


def lines(text: str) -> tuple[str, ...]:
    """The lines of `text` that hold something. A line that is indented further continues the one before."""
    return tuple(_CONTINUED.sub(" ", dedent(text)).strip().splitlines())


def words(text: str) -> tuple[str, ...]:
    """The expressions of `text`, set apart by ` / ` or a new line."""
    return tuple(word.strip() for line in lines(text) for word in line.split(" / "))


@dataclass(frozen=True, slots=True)
class _Slot:
    name: str
    capital: bool
    article: bool


def fill(template: str, draw: Draw) -> str:
    """`template` with every slot filled by what `draw` gives for its name."""
    return "".join(part if isinstance(part, str) else _filled(part, draw) for part in _parts(template))


class Topic:
    """What one text is about: a few words of `vocabulary` for each slot, taken in turn.

    So a text keeps to its subject, and never compares a thing with itself. `variety` says how many words
    a slot has (1 for those not named). Calling it with an unknown slot is a KeyError.
    """

    def __init__(self, vocabulary: Words, variety: Mapping[str, int], rng: Random) -> None:
        self._vocabulary, self._variety, self._rng = vocabulary, variety, rng
        self._turns: dict[str, Iterator[str]] = {}

    def __call__(self, slot: str) -> str:
        if slot not in self._turns:
            options = self._vocabulary[slot]
            self._turns[slot] = cycle(
                self._rng.sample(options, min(len(options), self._variety.get(slot, 1)))
            )
        return next(self._turns[slot])


def pick(options: Sequence[T], rng: Random) -> T:
    """One of `options` (faster than `Random.choice`: a benchmark day needs half a million)."""
    return options[int(rng.random() * len(options))]


def article(phrase: str) -> str:
    """`phrase` with "a" or "an" before it, by its sound."""
    vowel = phrase[0] in "aeiouAEIO" and not _SOUNDS_LIKE_YOU.match(phrase)
    return ("an " if vowel or _SPELT_VOWEL.match(phrase) else "a ") + phrase


def capitalised(phrase: str) -> str:
    """`phrase` with its first letter raised; a formula at the start stays as it is."""
    return phrase[0].upper() + phrase[1:]


def _filled(slot: _Slot, draw: Draw) -> str:
    text = fill(draw(slot.name), draw)
    text = article(text) if slot.article else text
    return capitalised(text) if slot.capital else text


@cache
def _parts(template: str) -> tuple[str | _Slot, ...]:
    parts: list[str | _Slot] = []
    end = 0
    for found in _SLOT.finditer(template):
        parts.append(template[end : found.start()])
        parts.append(_Slot(found[3], bool(found[1]), bool(found[2])))
        end = found.end()
    return tuple(part for part in [*parts, template[end:]] if part)
