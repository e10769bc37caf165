"""A sentence before it has a language: English with holes, and what stands in them.

    say("Next try {moment}.", moment=at)                 one message
    say_many("{n} paper", "{n} papers", count)           one that depends on a number
    together(say("Complete."), say("Next try soon."))    sentences behind each other

Pure code makes messages; the edge gives them a language (`aggregator/site/speech.py`). As a string they are plain
English, which is what commands and logs print. `scripts/messages.py` collects the first arguments, so they are
literals.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import reduce
from typing import TypeAlias

HOLE = re.compile(r"\{(\w+)\}")
Filling: TypeAlias = "str | int | date | datetime | Message"


@dataclass(frozen=True, slots=True)
class Message:
    """`text` with holes such as {n}; `many` is its plural, chosen by the filling `n`. Moments are aware and UTC."""

    text: str
    holes: Mapping[str, Filling] = field(default_factory=dict)
    many: str = ""

    def __str__(self) -> str:
        text = self.many if self.many and self.holes["n"] != 1 else self.text
        return HOLE.sub(lambda hole: _in_english(self.holes[hole[1]]), text) if self.holes else text

    def __bool__(self) -> bool:
        return bool(self.text)


NOTHING = Message("")


def say(text: str, /, **holes: Filling) -> Message:
    """`text` with its holes filled."""
    return Message(text, holes)


def say_many(one: str, many: str, n: int, /, **holes: Filling) -> Message:
    """`one` or `many`, as the language counts; both show {n}, or the singular says "one" in its own way."""
    return Message(one, {"n": n, **holes}, many)


def together(*messages: Message) -> Message:
    """Sentences behind each other; empty ones are left out."""
    said = [message for message in messages if message]
    if len(said) == 1:
        return said[0]
    named = {f"part{place}": message for place, message in enumerate(said)}
    return Message(" ".join(f"{{{name}}}" for name in named), named)


def listed(messages: Sequence[Message]) -> Message:
    """Messages as a list, in one; empty when there are none."""
    first, *others = messages or (NOTHING,)
    return reduce(lambda before, one: say("{before}, {one}", before=before, one=one), others, first)


def _in_english(filling: Filling) -> str:
    if isinstance(filling, datetime):
        return f"{filling.day} {filling:%B %Y}, {filling:%H:%M} UTC"
    if isinstance(filling, date):
        return f"{filling.day} {filling:%B %Y}"
    return f"{filling:,}" if isinstance(filling, int) else str(filling)
