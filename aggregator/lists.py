"""arXiv's own lists of past days: asked for where a feed showed nothing, or a witness and the feed disagree.

They reach back 90 days, are read once each and kept, and serve as evidence only: which paper was announced how, in
which category, on which day. Texts come from OAI-PMH.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Set
from datetime import date, datetime, timedelta
from typing import Protocol

import msgspec

from aggregator.announce import NEW_YORK, slot_of
from aggregator.asking import Asker
from aggregator.errors import FeedError, HttpError
from aggregator.models import Answer, Kind, ListPage
from aggregator.sources.lists import PAGE, REACH

log = logging.getLogger(__name__)

# After its slot a list is whole; an empty one before has been wrong for ten hours.
AT_REST = timedelta(hours=24)
# With lists that answer 5xx: OAI-PMH, which has all papers, must not wait for ever.
PATIENCE = timedelta(days=3)
NEAR = 7  # days in which a feed may show an old batch again
_DAY = timedelta(days=1)
_BROKEN = "lists broken since"
Key = tuple[str, int, Kind]
Listed = Mapping[str, Kind]  # paper → how it is listed, in arXiv's order


class ListSource(Protocol):
    """arXiv's pages of past days."""

    def fetch(self, category: str, day: date, page: int, *, deadline: float) -> Answer: ...
    def parse(self, answer: Answer, category: str, day: date, page: int) -> ListPage: ...


class Memory(Protocol):
    """Where lists are kept, and what is stored of days."""

    def known_days(self, category: str, keys: Iterable[Key]) -> Mapping[Key, date]: ...
    def load_harvest(self, key: str) -> str | None: ...
    def save_harvest(self, key: str, state_json: str, at: datetime) -> None: ...


class DayLists:
    """The lists of one category. `source` None: arXiv is never asked for lists."""

    def __init__(self, source: ListSource | None, memory: Memory, asker: Asker, category: str) -> None:
        self._source = source
        self._memory = memory
        self._asker = asker
        self._category = category
        self._tried: set[date] = set()
        self.read: dict[date, Listed] = {}

    def may_ask(self, day: date) -> bool:
        """Whether arXiv still has the list of `day`, and it was not tried yet."""
        now = self._asker.clock.now()
        age = now.astimezone(NEW_YORK).date() - day
        return self._source is not None and day not in self._tried and timedelta(0) <= age <= REACH

    def want(self, days: Iterable[date]) -> bool:
        """Read the lists of `days` that can be had. True when one more is known now.

        Raises FetchError when arXiv cannot be reached, so that the evidence is asked for again.
        """
        found = [day for day in sorted(days, reverse=True) if self._have(day)]  # today before history
        return bool(found)

    def places(self, day: date) -> Mapping[str, int]:
        """Where papers stand in the list of `day`, from 1; nothing when it was not read."""
        return {paper_id: place for place, paper_id in enumerate(self.read.get(day, ()), 1)}

    def elsewhere(self, day: date, stored: Set[str]) -> dict[str, tuple[date, Kind]]:
        """Of the papers `stored` for `day` those that its list has not and that of a day near it has, which rests:
        where they belong, and how. So it is when a feed showed an old batch under a new date."""
        odd = stored - self.read[day].keys()
        found: dict[str, tuple[date, Kind]] = {}
        for far in range(NEAR, 0, -1) if odd else ():  # the nearest comes last, and stays
            for other in (day + far * _DAY, day - far * _DAY):
                listed = self._kept(other) or {}
                found |= {paper_id: (other, listed[paper_id]) for paper_id in odd & listed.keys()}
        return found

    def _rests(self, day: date) -> bool:
        return self._asker.clock.now() >= slot_of(day).announced_at + AT_REST

    def _have(self, day: date) -> bool:
        if day in self.read or day in self._tried:
            return False
        listed = self._kept(day)
        if listed is None and self.may_ask(day):
            listed = self._asked(day)
        self._tried.add(day)
        if listed is None:
            return False
        self.read[day] = listed
        return True

    def _kept(self, day: date) -> Listed | None:
        saved = self._memory.load_harvest(self._key(day))
        return None if saved is None else msgspec.json.decode(saved, type=dict[str, Kind])

    def _asked(self, day: date) -> Listed | None:
        """None when arXiv has no such page, or one that proves nothing."""
        now = self._asker.clock.now()
        try:
            listed = self._whole(day)
        except (FeedError, HttpError) as error:
            if isinstance(error, HttpError) and self._may_pass(error.status, now):
                raise
            log.warning("arXiv's list of %s, %s, says nothing: %s", self._category, day, error)
            return None
        if self._broken_since():
            self._memory.save_harvest(_BROKEN, "null", now)
        rests = self._rests(day)
        if not rests and not listed:
            return None
        if self._is_of_another_day(day, listed):
            log.warning("arXiv's list of %s, %s, holds what is stored of another day", self._category, day)
            return None
        if rests:
            self._memory.save_harvest(self._key(day), msgspec.json.encode(listed).decode(), now)
        return listed

    def _may_pass(self, status: int, now: datetime) -> bool:
        """Whether it is worth to come back for the list; after days of broken servers the witness goes on without."""
        if status in (403, 406, 429):
            return True
        if status < 500:
            return False
        since = self._broken_since()
        if since is None:
            self._memory.save_harvest(_BROKEN, msgspec.json.encode(now).decode(), now)
        return since is None or now - since < PATIENCE

    def _broken_since(self) -> datetime | None:
        return msgspec.json.decode(self._memory.load_harvest(_BROKEN) or "null", type=datetime | None)

    def _whole(self, day: date) -> dict[str, Kind]:
        listed: dict[str, Kind] = {}
        number, total = 1, 1
        while (number - 1) * PAGE < total:
            page = self._asker.ask(self._category, lambda seconds: self._page(day, number, seconds))  # noqa: B023
            for paper_id, kind in page.entries:
                listed.setdefault(paper_id, kind)
            number, total = number + 1, page.total
        return listed

    def _page(self, day: date, number: int, deadline: float) -> ListPage:
        assert self._source is not None
        self._asker.check("lists were read")
        answer = self._source.fetch(self._category, day, number, deadline=deadline)
        return self._source.parse(answer, self._category, day, number)

    def _is_of_another_day(self, day: date, listed: Listed) -> bool:
        """Whether most of its new papers are stored as new on other days: then its date means something else."""
        new = [(paper_id, 0, Kind.NEW) for paper_id, kind in listed.items() if kind is Kind.NEW]
        known = self._memory.known_days(self._category, new)
        return 2 * sum(other != day for other in known.values()) > max(1, len(new))

    def _key(self, day: date) -> str:
        return f"list {self._category} {day}"
