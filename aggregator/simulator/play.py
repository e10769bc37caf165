"""A script, played: submissions, cross-lists and replacements day by day, and what each evening announces."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from itertools import cycle
from random import Random

from aggregator.models import Kind
from aggregator.simulator.backlog import DAILY_NUMBERS, MOST_VERSIONS, Backlog
from aggregator.simulator.phrases import pick
from aggregator.simulator.preprint import Item, Preprint, Release, with_aliases
from aggregator.simulator.script import ONE_DAY, Script, announced_at, submissions
from aggregator.taxonomy import CATEGORIES, canonical

_MONDAY = 0
_ORDER = {kind: place for place, kind in enumerate(Kind)}

# Among which archives papers are cross-listed, besides their own.
_NEIGHBOURS = {
    "astro-ph": "gr-qc hep-ph physics",
    "cond-mat": "quant-ph physics",
    "cs": "stat eess math",
    "econ": "q-fin stat",
    "eess": "cs stat",
    "gr-qc": "astro-ph hep-th",
    "hep-ex": "hep-ph nucl-ex",
    "hep-lat": "hep-ph hep-th",
    "hep-ph": "hep-ex hep-th astro-ph nucl-th",
    "hep-th": "gr-qc hep-ph math-ph",
    "math": "math-ph stat cs",
    "math-ph": "math hep-th quant-ph",
    "nlin": "physics math",
    "nucl-ex": "nucl-th hep-ex",
    "nucl-th": "nucl-ex hep-ph",
    "physics": "cond-mat astro-ph nlin",
    "q-bio": "physics cs stat",
    "q-fin": "econ stat",
    "quant-ph": "cond-mat cs math-ph",
    "stat": "cs math econ",
}


def play(script: Script) -> tuple[tuple[Release, ...], dict[str, Preprint]]:
    """Every release of `script` in order, and every paper as it stands at the end."""
    played = _Play(script)
    return tuple(played.releases()), played.papers


class _Play:
    def __init__(self, script: Script) -> None:
        self.papers: dict[str, Preprint] = {}
        self._script = script
        self._followed = frozenset(script.categories)
        self._rng = Random(f"{script.seed}/{script.first_day}")  # noqa: S311 (repeatable, not secret)
        self._primaries = cycle(self._rng.sample(script.categories, len(script.categories)))
        self._backlog = Backlog(script.first_day, self._rng)
        self._numbers: dict[str, int] = {}
        self._submitted = 0
        self._drafts: list[Preprint] = []  # new papers that have no id yet
        self._waiting: dict[str, list[Item]] = defaultdict(list)
        self._known: list[str] = []  # ids announced before
        self._touched: set[str] = set()  # papers that are in the next announcement already
        self._resting: set[str] = set()  # papers of an unplanned announcement, see `_let_rest`

    def releases(self) -> list[Release]:
        done = []
        for day in self._script.calendar():
            left = self._script.volume(day)
            while left > 0:
                left -= self._happening(day, left)
            if self._script.announces(day):
                done.append(self._release(day))
        return done

    # one thing that happens; each returns how many followed announcements came of it

    def _happening(self, day: date, left: int) -> int:
        chance = self._rng.random()
        if chance < 0.5:
            return self._new(day, left)
        return self._late_cross(day, left) if chance < 0.66 else self._replacement(day, left)

    def _new(self, day: date, left: int) -> int:
        categories = (primary := next(self._primaries), *self._crosses(primary, left - 1))
        moments = tuple(sorted(self._moment(day) for _ in range(1 + (self._rng.random() < 0.03))))
        self._submitted += 1
        self._drafts.append(Preprint("", with_aliases(*categories), moments, _crowd(self._submitted)))
        return len(self._followed.intersection(categories))

    def _late_cross(self, day: date, left: int) -> int:
        target = pick(self._script.categories, self._rng)
        paper = self._announced_before() if self._rng.random() < 0.5 else None
        if paper is None or target in paper.listed_in:
            home = pick(_related(target), self._rng)
            paper = self._backlog.paper(home)
        revised = self._revised(paper, day) if self._rng.random() < 0.15 else paper
        wanted = self._followed.intersection(paper.listed_in)
        if revised.version > MOST_VERSIONS or len(wanted) >= left:
            revised = paper
        listed = replace(revised, categories=with_aliases(*paper.listed_in, target))
        self._wait(listed, {target: Kind.CROSS})
        return 1 + (self._replaced(listed, paper.listed_in) if revised is not paper else 0)

    def _replacement(self, day: date, left: int) -> int:
        paper = self._announced_before() if self._rng.random() < 0.5 else None
        if paper is None:
            primary = next(self._primaries)
            paper = self._backlog.paper(primary, *self._crosses(primary, left - 1))
        if len(self._followed.intersection(paper.listed_in)) > left:
            return 0
        revised = self._revised(paper, day)
        if revised.version > MOST_VERSIONS:
            self._keep(revised)
            return 0
        return self._replaced(revised, revised.listed_in)

    def _replaced(self, paper: Preprint, categories: tuple[str, ...]) -> int:
        kinds = {c: Kind.REPLACE if c == canonical(paper.primary) else Kind.REPLACE_CROSS for c in categories}
        self._wait(paper, kinds)
        return len(self._followed.intersection(categories))

    # papers

    def _announced_before(self) -> Preprint | None:
        """A paper that the script knows and that is not in the next announcement yet, if chance finds one."""
        if not self._known:
            return None
        found = self.papers[self._known[int(self._rng.random() * len(self._known))]]
        return None if found.id in self._touched | self._resting else found

    def _crosses(self, primary: str, room: int) -> list[str]:
        """Zero to three categories near `primary`, at most `room` of them followed."""
        wanted = int(self._rng.random() * 2.2) + (self._rng.random() < 0.15)
        near = _related(primary)
        followed = tuple(c for c in near if c in self._followed)
        found: dict[str, None] = {}
        for _ in range(wanted):
            pool = followed if followed and self._rng.random() < 0.6 else near
            category = pick(pool, self._rng)
            if category not in self._followed or len(self._followed.intersection(found)) < room:
                found[category] = None
        return list(found)

    def _revised(self, paper: Preprint, day: date) -> Preprint:
        moment = max(self._moment(day), paper.submitted[-1] + ONE_DAY / 24)
        return replace(paper, submitted=(*paper.submitted, moment))

    def _moment(self, day: date) -> datetime:
        begin, end = submissions(day)
        return (begin + self._rng.random() * (end - begin)).replace(microsecond=0)

    # announcements

    def _wait(self, paper: Preprint, kinds: dict[str, Kind]) -> None:
        self._keep(paper)
        for category, kind in kinds.items():
            self._waiting[category].append(Item(paper, kind))

    def _keep(self, paper: Preprint) -> None:
        self.papers[paper.id] = paper
        self._touched.add(paper.id)

    def _release(self, day: date) -> Release:
        for draft in sorted(self._drafts, key=lambda d: d.submitted[-1]):
            paper = replace(draft, id=self._next_id(day))
            kinds = dict.fromkeys(paper.listed_in, Kind.CROSS) | {canonical(paper.primary): Kind.NEW}
            self._wait(paper, kinds)
        listings = {c: tuple(sorted(items, key=_place)) for c, items in sorted(self._waiting.items())}
        changed = sorted((self.papers[paper] for paper in self._touched), key=lambda p: (p.age, p.id))
        self._let_rest(day)
        self._drafts, self._waiting, self._touched = [], defaultdict(list), set()
        self._known = list(self.papers)
        return Release(day, announced_at(day), listings, tuple(changed))

    def _let_rest(self, day: date) -> None:
        """An unplanned announcement takes all that has come in; what is announced after a weekend is submitted at
        the same hours in this simulation, so that no paper is in both."""
        if not self._script.due(day):
            self._resting |= self._touched
        elif day.weekday() > _MONDAY:
            self._resting = set()

    def _next_id(self, day: date) -> str:
        """Numbers follow submission in the month of the announcement, as arXiv's do."""
        evening = day - ONE_DAY
        month = f"{evening:%y%m}"
        number = self._numbers.get(month, DAILY_NUMBERS * (evening.day - 1)) + 1
        if number > 99_999:
            raise ValueError(f"{month}: more papers than arXiv has numbers for in a month")
        self._numbers[month] = number
        return f"{month}.{number:05}"


def _place(item: Item) -> tuple[int, tuple[int, int], str]:
    return _ORDER[item.kind], item.preprint.age, item.preprint.id


def _crowd(number: int) -> int | None:
    """How many authors the `number`-th paper has where that must be unusual."""
    if number % 1000 == 77:
        return 2000
    return 300 if number % 150 == 40 else 60 if number % 60 == 12 else None


@cache
def _related(category: str) -> tuple[str, ...]:
    """Categories in which a paper of `category` may be listed too."""
    archive = CATEGORIES[category].archive
    archives = {archive, *_NEIGHBOURS.get(archive, "").split()}
    return tuple(
        c.id
        for c in CATEGORIES.values()
        if c.active and c.archive in archives and canonical(c.id) == c.id != category
    )
