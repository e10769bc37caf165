"""Any sequence of polls, against a model in plain Python."""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from store_samples import CARD, MONDAY, NOON, announcement, is_sound, make_cards, paper, poll

from aggregator.models import Announcement, Kind
from aggregator.store.database import Store
from aggregator.taxonomy import canonical

CATEGORIES = ("cs.AI", "math.MP", "math-ph", "cs.LG")  # two are one
NAMES = ("cs.AI", "math-ph", "cs.LG")
DAYS = tuple(MONDAY + timedelta(days=n) for n in range(3))
entries = st.lists(
    st.tuples(st.integers(1, 6), st.integers(1, 3), st.sampled_from(Kind), st.integers(1, 9)), max_size=8
)


class StoreMachine(RuleBasedStateMachine):
    """The model: which announcements stand where, and the newest version of each paper."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "papers.db"
        self.store = Store.open(self.path)
        self.places: dict[tuple[str, str, Kind, int, date], int] = {}
        self.versions: dict[str, int] = {}
        self.polls = 0

    @rule(category=st.sampled_from(CATEGORIES), day=st.sampled_from(DAYS), feed=entries)
    def a_poll(self, category: str, day: date, feed: list[tuple[int, int, Kind, int]]) -> None:
        reading = [
            announcement(number, kind, version=version, category=category, day=day, position=position)
            for number, version, kind, position in feed
        ]
        self.polls += 1
        saved = poll(*reading, category=category, at=NOON + timedelta(minutes=self.polls))
        expected = self._read(reading)
        assert self.store.save_poll(saved) == expected
        assert self.store.save_poll(saved) == 0

    def _read(self, reading: list[Announcement]) -> int:
        before = set(self.places)
        seen: set[tuple[str, str, Kind, int, date]] = set()
        for a in reading:
            self.versions[a.paper_id] = max(a.version, self.versions.get(a.paper_id, 0))
            key = self._key(a)
            if key[4] == a.day and key not in seen:
                self.places[key] = a.position
            seen.add(key)
        return len(self.places.keys() - before)

    def _key(self, a: Announcement) -> tuple[str, str, Kind, int, date]:
        """Of the announcement that stands for `a`: a paper's first `new` in a category stands for all of them."""
        category = canonical(a.category)
        for known in self.places:
            if a.kind is Kind.NEW and known[:3] == (category, a.paper_id, Kind.NEW):
                return known
        return category, a.paper_id, a.kind, a.version, a.day

    @rule()
    def open_again(self) -> None:
        self.store.close()
        self.store = Store.open(self.path)

    @invariant()
    def papers_are_at_their_newest_version(self) -> None:
        for paper_id, version in self.versions.items():
            assert self.store.paper(paper_id) == paper(int(paper_id[5:]), version)

    @invariant()
    def every_list_is_the_model_s(self) -> None:
        make_cards(self.store)
        for category in NAMES:
            for day in DAYS:
                rows = [
                    (row.paper_id, row.kind, row.version) for row in self.store.listing(category, day, ())
                ]
                assert rows == self._list(category, day)
            links = {link.day: link.counts for link in self.store.days(category, (), 9)}
            assert list(links) == sorted({k[4] for k in self.places if k[0] == category}, reverse=True)
            for day, counts in links.items():
                assert Counter(counts) == Counter(kind for _, kind, _ in self._list(category, day))

    def _list(self, category: str, day: date) -> list[tuple[str, Kind, int]]:
        order = list(Kind)
        mine = [(k, place) for k, place in self.places.items() if (k[0], k[4]) == (category, day)]
        mine.sort(key=lambda item: (order.index(item[0][2]), item[1], item[0][1], item[0][3]))
        return [(k[1], k[2], k[3]) for k, _ in mine]

    @invariant()
    def the_merged_list_has_each_paper_once_as_its_best_kind(self) -> None:
        order = list(Kind)
        for day in DAYS:
            best: dict[str, Kind] = {}
            for _, paper_id, kind, _, on in self.places:
                if on == day:
                    best[paper_id] = min(kind, best.get(paper_id, kind), key=order.index)
            rows = self.store.listing(None, day, NAMES)
            assert len(rows) == len(best)
            assert {row.paper_id: row.kind for row in rows} == best
            assert all(row.card.renderer == CARD for row in rows)

    @invariant()
    def known_days_are_the_model_s(self) -> None:
        for category in NAMES:
            newest: dict[tuple[str, int, Kind], date] = {}
            for known, paper_id, kind, version, day in self.places:
                if known == category:
                    key = (paper_id, version, kind)
                    newest[key] = max(day, newest.get(key, day))
            assert self.store.known_days(category, newest) == newest

    def teardown(self) -> None:
        self.store.close()
        assert is_sound(self.path)
        self.folder.cleanup()


TestStoreMachine = StoreMachine.TestCase
TestStoreMachine.settings = settings(max_examples=60, stateful_step_count=8, deadline=None)
