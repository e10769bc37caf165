"""What one page of the second witness brings for a category that is not stored yet."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date, datetime
from typing import Protocol

from aggregator import normalise
from aggregator.announce import is_quiet
from aggregator.ledger import Witnessed, after
from aggregator.lists import DayLists
from aggregator.models import Announcement, DayLink, Kind, LedgerRow, Paper, Record
from aggregator.sources.oai_parser import OaiPage
from aggregator.taxonomy import canonical
from aggregator.witness import Claim, claims, listed_days, settled

log = logging.getLogger(__name__)

AFTER_FEED = 2_000  # positions behind everything that a feed can list
ROUNDS = 4  # of asking for lists, because a list moves what it does not name to another day
Key = tuple[str, int, Kind]


class Rows(Protocol):
    """What is asked of the store."""

    def paper(self, paper_id: str) -> Paper | None: ...
    def known_days(self, category: str, keys: Iterable[Key]) -> Mapping[Key, date]: ...
    def announced(self, category: str, day: date) -> Set[str]: ...
    def days(
        self, category: str | None, categories: Sequence[str], limit: int, *, witnessed: bool
    ) -> Sequence[DayLink]: ...


class Gaps:
    """The gaps from `since` to `until` that a page fills."""

    def __init__(
        self, store: Rows, lists: DayLists, category: str, since: date, until: date, at: datetime
    ) -> None:
        self._store = store
        self._lists = lists
        self._category = category
        self._since = since
        self._until = until
        self._at = at
        self._listed_on = {link.day for link in store.days(category, (category,), 400, witnessed=True)}
        self._announced: dict[date, Set[str]] = {}
        self.papers: list[Paper] = []
        self.versions: list[tuple[str, int, datetime]] = []
        self.missing: list[Claim] = []
        self.fresh = 0  # records that change what is stored

    def take(self, page: OaiPage) -> Gaps:
        """Look through `page`. Days of which something is missing are looked up in arXiv's own lists first."""
        self._listed_on |= listed_days(page.records)
        records = [record for record in page.records if not record.deleted and record.versions]
        stored = {record.arxiv_id: self._store.paper(record.arxiv_id) for record in records}
        for _ in range(ROUNDS):
            wanted = [self._wanted(record, stored[record.arxiv_id]) for record in records]
            doubtful = set(self._doubtful(records, wanted))
            if not self._lists.want(doubtful - self._lists.read.keys()):
                break
        for record, found in zip(records, wanted if records else (), strict=True):
            self._record(record, stored[record.arxiv_id], found)
        self.papers += self._taken_back(record.arxiv_id for record in page.records if record.deleted)
        return self

    def _taken_back(self, ids: Iterable[str]) -> Iterator[Paper]:
        """Papers that arXiv has no longer: kept, and marked until a record of them comes again."""
        for paper_id in ids:
            stored = self._store.paper(paper_id)
            if stored is not None and not stored.withdrawn:
                log.warning("%s: arXiv has taken it back", paper_id)
                yield replace(stored, withdrawn=True)

    def _doubtful(self, records: Iterable[Record], wanted: Iterable[Sequence[Claim]]) -> Iterator[date]:
        """The days that lack something, and days outside arXiv's calendar on which such a record was changed:
        an unplanned announcement is the likeliest reason."""
        for record, found in zip(records, wanted, strict=True):
            missing = self._not_stored(found)
            yield from (claim.day for claim in missing)
            if missing and is_quiet(record.datestamp):
                yield record.datestamp

    def _wanted(self, record: Record, stored: Paper | None) -> list[Claim]:
        before = stored.categories if stored else None
        implied = claims(record, self._category, before=before, listed_on=self._listed_on)
        near = {record.datestamp, *(claim.day for claim in implied)}
        unread = {day for day in near if day not in self._lists.read and self._lists.may_ask(day)}
        found = settled(record, implied, self._lists.read, unread) if self._lists.read else implied
        return [claim for claim in found if self._since <= claim.day <= self._until]

    def _record(self, record: Record, stored: Paper | None, wanted: Sequence[Claim]) -> None:
        if stored is None and not wanted:
            return
        missing = self._not_stored(wanted)
        dates = [(record.arxiv_id, version.number, version.submitted) for version in record.versions]
        if stored is not None and not missing and says_the_same(record, stored):
            self.versions += dates
            return
        try:
            paper = normalise.paper(record.entry(Kind.NEW))
        except normalise.EntryRefused as error:
            log.warning("record refused: %s", error)
            return
        self.fresh += bool(missing) or stored is None or stored.version < paper.version
        self.papers.append(paper)
        self.versions += dates
        self.missing += missing

    def _not_stored(self, wanted: Sequence[Claim]) -> list[Claim]:
        """A paper is new once, whatever its version then; any other version is known however it was announced,
        but where arXiv's own list was read: that says it of its day."""
        others = [kind for kind in Kind if kind is not Kind.NEW]
        keys = [(c.paper_id, c.version, kind) for c in wanted for kind in ([c.kind, *others])]
        found = self._store.known_days(self._category, keys)
        known = {(paper_id, version) for paper_id, version, _ in found}
        return [claim for claim in wanted if not self._is_stored(claim, known)]

    def _is_stored(self, claim: Claim, known: set[tuple[str, int]]) -> bool:
        if claim.day in self._lists.read and claim.kind is not Kind.NEW:
            if claim.day not in self._announced:
                self._announced[claim.day] = self._store.announced(self._category, claim.day)
            return claim.paper_id in self._announced[claim.day]
        return (claim.paper_id, claim.version) in known

    def announcements(self) -> list[Announcement]:
        """The missing ones: where arXiv's own list has them, else behind what the feed listed, by id."""
        places = {day: self._lists.places(day) for day in {claim.day for claim in self.missing}}
        behind = enumerate(sorted(self.missing, key=lambda c: (c.day, c.paper_id)), AFTER_FEED)
        return [
            Announcement(
                claim.paper_id,
                claim.version,
                self._category,
                claim.day,
                claim.kind,
                places[claim.day].get(claim.paper_id, place),
            )
            for place, claim in behind
        ]

    def suspects(self, rows: Mapping[date, LedgerRow]) -> list[LedgerRow]:
        """The rows of the days that lacked something."""
        kinds: dict[date, Counter[Kind]] = defaultdict(Counter)
        for claim in self.missing:
            kinds[claim.day][claim.kind] += 1
        return [self._suspect(rows.get(day), day, counts) for day, counts in sorted(kinds.items())]

    def _suspect(self, row: LedgerRow | None, day: date, lacked: Mapping[Kind, int]) -> LedgerRow:
        if row is not None and row.derived:  # what was derived makes room
            row = None
        counts = Counter(row.counts if row else {}) + Counter(lacked)
        seen = Witnessed(
            self._category,
            day,
            self._at,
            total=counts.total(),
            missing=sum(lacked.values()) + (row.missing if row else 0),
            counts=counts,
        )
        return after(row, seen)


def says_the_same(record: Record, stored: Paper) -> bool:
    """Whether a record tells nothing that is not stored: most of a daily harvest does, and need not be read anew."""
    told = (record.comments, record.journal_ref, record.doi, record.license)
    known = (stored.comments, stored.journal_ref, stored.doi, stored.license)
    same = all(new is None or new == old for new, old in zip(told, known, strict=True))
    categories = tuple(dict.fromkeys(map(canonical, record.categories)))
    withdrawn = normalise.is_withdrawn(record.comments or stored.comments, record.abstract)
    same = same and stored.withdrawn == withdrawn  # it may have come back
    return same and stored.version == record.versions[-1].number and stored.categories == categories
