"""What a check of the host or of the data folder says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """FINE; NOTE: works, but look at it; WRONG: does not work, or not for long."""

    FINE = "fine"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """`says` is one line; `hint` what to do, empty where nothing is to be done."""

    what: str
    level: Level
    says: str
    hint: str = ""


def judged(what: str, says: str, *problems: tuple[bool, Level, str]) -> Finding:
    """A finding at the first level whose condition holds, with its hint; else a fine one."""
    for holds, level, hint in problems:
        if holds:
            return Finding(what, level, says, hint)
    return Finding(what, Level.FINE, says)
