"""The history that a snapshot of arXiv's metadata tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from aggregator.models.source import Record


class PastPaper(NamedTuple):
    """A record that is a paper, as far as storing it needs: nothing is converted for pages yet.

    `version` is the newest one, `categories` are canonical names, primary first, `authors` is their number.
    A named tuple, because a snapshot makes millions.
    """

    record: Record
    version: int
    categories: tuple[str, ...]
    authors: int
    withdrawn: bool


class PastAnnouncement(NamedTuple):
    """A first announcement that nobody witnessed, derived from the date of submission: a row, as it is stored.

    `day` is ISO 8601; `kind` is new or cross, the version 1.
    """

    paper_id: str
    category: str
    day: str
    kind: str
    position: int


class StoredPaper(NamedTuple):
    """What an import must know of a paper that is stored. `changed_at` is when its row last changed, ISO 8601."""

    id: str
    version: int
    fingerprint: str
    changed_at: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to, so far or in the end; all numbers since the file's beginning.

    `added` papers were not stored, `changed` ones were and lacked something; `refused` lines are kept aside in
    the file `rejects` of the data folder; `skipped` lines did not match the filters; `undated` papers told no
    day of submission.
    """

    lines: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: int = 0
    refused: int = 0
    undated: int = 0
    announcements: int = 0
    rejects: str = ""
    first_refusals: tuple[str, ...] = ()

    @property
    def papers(self) -> int:
        return self.added + self.changed + self.unchanged
