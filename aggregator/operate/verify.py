"""Whether what readers see is what the database holds, and whether that holds together.

    file ─► references ─► ledger ─► list pages, id by id ─► paper pages ─► manifest ─► kept bodies by their hash

Which pages there should be is worked out here once more, apart from the building, so that the two can disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest
from typing import Protocol

from aggregator.errors import StoreError
from aggregator.models import Answer, DayLink, Listed
from aggregator.site.reading import papers_on
from aggregator.store.audit import Audit

SHOWN = 20  # lines a check
FRONT = "index.html"


class Rows(Protocol):
    """What verifying needs of the store."""

    def days(self, category: str | None, categories: Sequence[str], limit: int) -> Sequence[DayLink]: ...
    def listing(self, category: str | None, day: date, categories: Sequence[str]) -> tuple[Listed, ...]: ...
    def spans(self) -> Sequence[tuple[date, date]]: ...
    def listing_days(self, category: str, since: date) -> Sequence[date]: ...
    def paper_keys(self, paged: Iterable[date], categories: Sequence[str]) -> Mapping[str, str]: ...
    def paths_below(self, start: str) -> Sequence[str]: ...
    def bodies(self, lost: Callable[[StoreError], object]) -> Iterator[tuple[str, Answer]]: ...
    def count_bodies(self) -> int: ...


class Pages(Protocol):
    """What it needs of the site."""

    def present(self) -> set[str]: ...
    def list_paths(self, category: str | None, day: date, *, newest: bool) -> tuple[str, ...]: ...
    def paper_path(self, paper_id: str) -> str: ...


@dataclass(slots=True)
class Check:
    """One question: how many things were looked at, and what differs."""

    name: str
    looked_at: int = 0
    count: int = 0
    differences: list[str] = field(default_factory=list)  # the first of `count`

    def expect(self, right: bool, says: str) -> None:
        """Note one thing that was looked at; `says` what is wrong with it."""
        self.looked_at += 1
        if not right:
            self.differs(says)

    def differs(self, says: str) -> None:
        self.count += 1
        if self.count <= SHOWN:
            self.differences.append(says)


@dataclass(frozen=True, slots=True)
class Lists:
    """The listing days that have a page, of one category or merged, newest first."""

    category: str | None
    days: Sequence[date]


def verify(
    audit: Audit,
    store: Rows,
    site: Pages,
    read: Callable[[str], bytes],
    *,
    categories: Sequence[str],
    days: int,
    progress: Callable[[int, int], None],
) -> list[Check]:
    """All checks in order; `read` gives a published file. After damage, only that is told."""
    file = _told("database file", audit.damage)
    if audit.damage:
        return [file]
    wanted = _wanted(store, categories, days)
    total = sum(len(lists.days) for lists in wanted) + store.count_bodies()
    step = _Steps(progress, total)
    return [
        file,
        _told("references", audit.references),
        _told("ledger", audit.ledger),
        _lists(wanted, store, site, read, categories, step),
        _papers(wanted, store, site, categories),
        _manifest(store, site),
        _bodies(store, step),
    ]


class _Steps:
    def __init__(self, progress: Callable[[int, int], None], total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def __call__(self) -> None:
        self._done += 1
        self._progress(self._done, self._total)


def _told(name: str, lines: Sequence[str]) -> Check:
    return Check(name, 1, len(lines), list(lines[:SHOWN]))


def _wanted(store: Rows, categories: Sequence[str], days: int) -> list[Lists]:
    """The newest `days` merged days, each category's newest days that are not before these, and all of spans that are
    kept (`build --from --to`)."""
    merged = {link.day for link in store.days(None, categories, days)}
    if not merged:
        return []
    spans, oldest = store.spans(), min(merged)
    each = {name: _kept(store, name, spans) | _newest(store, name, days, oldest) for name in categories}
    return [
        _lists_of(None, merged.union(*each.values())),
        *(_lists_of(name, found) for name, found in each.items()),
    ]


def _newest(store: Rows, category: str, days: int, oldest: date) -> set[date]:
    return {link.day for link in store.days(category, (category,), days) if link.day >= oldest}


def _kept(store: Rows, category: str, spans: Sequence[tuple[date, date]]) -> set[date]:
    return {day for first, last in spans for day in store.listing_days(category, first) if day <= last}


def _lists_of(category: str | None, days: Iterable[date]) -> Lists:
    return Lists(category, sorted(days, reverse=True))


def _lists(
    wanted: Sequence[Lists],
    store: Rows,
    site: Pages,
    read: Callable[[str], bytes],
    categories: Sequence[str],
    step: _Steps,
) -> Check:
    check, present = Check("list pages"), site.present()
    for lists in wanted:
        for index, day in enumerate(lists.days):
            try:
                stored = [paper.paper_id for paper in store.listing(lists.category, day, categories)]
            except LookupError as error:
                check.differs(f"{lists.category or 'all'} {day}: {error}")
                continue
            paths = site.list_paths(lists.category, day, newest=index == 0)
            front = (FRONT,) if lists.category is None and index == 0 else ()
            for path in (*paths, *front):
                check.expect(path in present, f"{path}: not there")
                if path in present and path.endswith(".html"):
                    _compare(check, path, papers_on(read(path)), stored)
            step()
    return check


def _compare(check: Check, path: str, shown: Sequence[str], stored: Sequence[str]) -> None:
    if shown == stored:
        return
    number, (here, there) = next(
        (number, pair) for number, pair in enumerate(zip_longest(shown, stored), 1) if pair[0] != pair[1]
    )
    check.differs(
        f"{path}: shows {len(shown)} papers, the database has {len(stored)}; "
        f"at number {number} {here or 'nothing'} instead of {there or 'nothing'}"
    )


def _papers(wanted: Sequence[Lists], store: Rows, site: Pages, categories: Sequence[str]) -> Check:
    check, present = Check("paper pages"), site.present()
    if wanted:
        for paper_id in store.paper_keys(wanted[0].days, categories):
            path = site.paper_path(paper_id)
            check.expect(path in present, f"{path}: not there")
    return check


def _manifest(store: Rows, site: Pages) -> Check:
    check, present = Check("manifest"), site.present()
    for path in store.paths_below(""):
        check.expect(path in present, f"{path}: published once, and not there")
    return check


def _bodies(store: Rows, step: _Steps) -> Check:
    check = Check("kept bodies")

    def lost(error: StoreError) -> None:
        check.expect(False, str(error))
        step()

    for _ in store.bodies(lost):
        check.expect(True, "")
        step()
    return check
