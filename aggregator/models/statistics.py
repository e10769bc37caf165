"""Counts of a category's papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

TEAMS = (1, 2, 3, 5, 10)  # least numbers of authors: 1, 2, 3–4, 5–9, 10 and more


@dataclass(frozen=True, slots=True)
class MonthCount:
    """The papers numbered in one month, by its first day.

    `primary` are those whose first category it is, the others are cross-lists; `teams` has all of them by how many
    authors they have, one number for each of TEAMS.
    """

    month: date
    papers: int
    primary: int
    teams: tuple[int, ...]
