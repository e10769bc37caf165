"""A list that a reader asks for, and what was found for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from aggregator.models.message import NOTHING, Message
from aggregator.models.page import Listed
from aggregator.models.paper import Kind


class ListOrder(StrEnum):
    """How a list is ordered within a day. The values are those of `sort=` in an address."""

    ARXIV = ""
    TIME = "0"  # what was submitted last comes first, whatever its kind
    STARS = "1"  # what readers of this server starred most comes first


@dataclass(frozen=True, slots=True)
class ListQuery:
    """Papers announced in `include` and not filed under `exclude`, from the day `first` to `last`, both included.

    `text` is the expression as it stands in the address. Without days the newest one is meant. `skip` papers are
    passed over, `show` are shown.
    """

    text: str
    include: tuple[str, ...]  # canonical categories
    exclude: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    kinds: frozenset[Kind] = frozenset(Kind)
    order: ListOrder = ListOrder.ARXIV
    show: int = 100
    skip: int = 0


class Picked(NamedTuple):
    """One paper of a list, announced on `day`."""

    paper_id: str
    day: date
    kind: Kind
    version: int


@dataclass(frozen=True, slots=True)
class PickedList:
    """All papers of a list, each once, in its order. `previous` and `next` are the listing days around it."""

    first: date
    last: date
    papers: tuple[Picked, ...]
    previous: date | None = None
    next: date | None = None


@dataclass(frozen=True, slots=True)
class ChosenDay:
    """The papers of one day that stand on a page, numbered from `start`."""

    day: date
    papers: tuple[Listed, ...]
    start: int


@dataclass(frozen=True, slots=True)
class ChosenList:
    """One page of a list on demand. `total` and `counts` are of the whole list; `note` says how complete it is."""

    query: ListQuery
    first: date
    last: date
    total: int
    counts: Mapping[Kind, int]
    days: tuple[ChosenDay, ...]
    previous: date | None = None
    next: date | None = None
    note: Message = NOTHING
