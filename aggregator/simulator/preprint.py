"""A paper of the simulated arXiv, in an announcement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from aggregator.models import Announcement, Kind, RawEntry
from aggregator.simulator.papers import manuscript
from aggregator.taxonomy import ALIASES, canonical

_ALIAS_OF = {name: alias for alias, name in ALIASES.items()}


@dataclass(frozen=True, slots=True)
class Preprint:
    """A paper as it stood at one moment. `submitted` dates its versions, UTC; `size` forces its author count.

    `categories` has arXiv's order: the primary category first, each alias beside its canonical name.
    """

    id: str
    categories: tuple[str, ...]
    submitted: tuple[datetime, ...]
    size: int | None = None

    @property
    def version(self) -> int:
        return len(self.submitted)

    @property
    def primary(self) -> str:
        return self.categories[0]

    @property
    def listed_in(self) -> tuple[str, ...]:
        """The lists it stands in: canonical categories, primary first."""
        return tuple(dict.fromkeys(canonical(category) for category in self.categories))

    @property
    def age(self) -> tuple[int, int]:
        """Sorts papers in the order of their ids: month since 1991, number in it."""
        stamp = self.id.rpartition("/")[2].replace(".", "")
        return (int(stamp[:4]) + 900) % 10_000, int(stamp[4:])


@dataclass(frozen=True, slots=True)
class Item:
    """A paper in one announcement of one category."""

    preprint: Preprint
    kind: Kind

    def entry(self, seed: int) -> RawEntry:
        """Its texts, as every interface of arXiv gives them."""
        paper = self.preprint
        said = manuscript(seed, paper.id, paper.primary, version=paper.version, size=paper.size)
        return RawEntry(
            arxiv_id=paper.id,
            version=paper.version,
            kind=self.kind,
            title=said.title,
            abstract=said.abstract,
            authors=said.authors,
            categories=paper.categories,
            comments=said.comments,
            journal_ref=said.journal_ref,
            doi=said.doi,
            license=said.license,
        )


@dataclass(frozen=True, slots=True)
class Release:
    """One evening's announcement: what each category lists under `day`, in arXiv's order.

    `papers` are all whose records changed with it, also by a version that no feed announces.
    """

    day: date
    announced_at: datetime
    listings: Mapping[str, tuple[Item, ...]]
    papers: tuple[Preprint, ...]


def announcement(item: Item, category: str, day: date, position: int) -> Announcement:
    """`item` as the announcement that it makes."""
    return Announcement(item.preprint.id, item.preprint.version, category, day, item.kind, position)


def with_aliases(*categories: str) -> tuple[str, ...]:
    """`categories` as arXiv writes them: `cs.IT` is always followed by `math.IT`, and so on."""
    pairs = ((category, _ALIAS_OF.get(category)) for category in categories)
    return tuple(dict.fromkeys(name for pair in pairs for name in pair if name))
