"""Authors' names: how one is asked for, and under which keys one is filed.

A name is filed under its surname and first given name ("lecun yann"), under its surname and initial ("lecun y"),
and, where it is written by initials only, also under "lecun y." so that asking for the full name finds those papers
too, after the others. The surname is the last word of the name; that need not be right, only the same on both sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from aggregator.query.fold import words

_SUFFIXES = frozenset("jr sr ii iii iv".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Wanted:
    """`exact` keys are what was asked for, `near` ones might be the same person; `spelt` are the folded words."""

    exact: tuple[str, ...]
    near: tuple[str, ...]
    spelt: tuple[str, ...]


@lru_cache(maxsize=8192)
def keys(name: str) -> tuple[str, ...]:
    """What an author is filed under; nothing for a name of one word. Kept, for names come again."""
    *given, surname = _without_suffix(words(name)) or [""]
    if not given:
        return ()
    first = _first_spelt(given)
    filed = [f"{surname} {given[0][0]}"]
    filed.append(f"{surname} {first}" if first else f"{surname} {given[0][0]}.")
    if first and first != given[0]:  # "J. Robert Oppenheimer" goes by either
        filed.append(f"{surname} {first[0]}")
    return tuple(dict.fromkeys(filed))


def wanted(text: str) -> Wanted:
    """Read "Yann LeCun", "LeCun, Yann", "Y. LeCun", "LeCun, Y" or "lecun_y"."""
    spelt = _in_order(text)
    if len(spelt) < 2:
        return Wanted((), (), tuple(spelt))
    *given, surname = spelt
    first = _first_spelt(given)
    if first is None:
        return Wanted((f"{surname} {given[0][0]}",), (), tuple(spelt))
    return Wanted((f"{surname} {first}",), (f"{surname} {first[0]}.",), tuple(spelt))


def _in_order(text: str) -> list[str]:
    """Given names first, surname last."""
    surname, comma, given = text.partition(",")
    if not comma and text.count("_") == 1:  # as arXiv's own addresses write it
        surname, comma, given = text.partition("_")
    if comma and words(given):
        return [*_without_suffix(words(given)), *_without_suffix(words(surname))]
    return _without_suffix(words(text))


def _without_suffix(spelt: list[str]) -> list[str]:
    return spelt[:-1] if len(spelt) > 2 and spelt[-1] in _SUFFIXES else spelt


def _first_spelt(given: Sequence[str]) -> str | None:
    """The first given name that is more than an initial."""
    return next((name for name in given if len(name) > 1), None)
