"""What building knows of any kind of pages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from aggregator.build.scope import Scope
from aggregator.models import Page

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Piece(Generic[T]):
    """Files that are made together. `key` names every row that they show, `what` tells the family what to render."""

    paths: tuple[str, ...]
    key: str
    what: T


class Family(Protocol[T]):
    """One kind of pages: which there are, what each is made of, how they are rendered."""

    name: str  # for progress, such as "papers"
    helped: bool  # rendering is dear and the pages are small, so that helper processes take a part of it

    def pieces(self, scope: Scope, /) -> tuple[int, Iterable[Piece[T]]]:
        """The pieces that the scope asks about (all of them when it is whole), and how many they will be."""
        ...

    def render(self, pieces: Sequence[Piece[T]]) -> Iterator[Page]:
        """Their pages: for each piece exactly its paths. Pieces come in the order of `pieces`."""
        ...

    def gone(self, scope: Scope) -> Iterable[str]:
        """Paths that have no page any more because days left; asked only when the scope is not whole."""
        ...


def key_of(*parts: object) -> str:
    """A piece's key, from its renderer and whatever tells of its rows."""
    return hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=12).hexdigest()
