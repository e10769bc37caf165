"""Fakes by construction: a clock that jumps, a source that follows a script, rows in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from threading import Event

from aggregator.models import (
    Answer,
    Batch,
    DayLink,
    Kind,
    LedgerRow,
    Poll,
    PollState,
    RawEntry,
    Validators,
)

Key = tuple[str, int, Kind]


class FakeClock:
    """Time that passes only when somebody waits. `waits` are the seconds of each wait."""

    def __init__(self, now: datetime = datetime(2026, 5, 5, 5, tzinfo=UTC)) -> None:
        self._start = self._now = now
        self.waits: list[float] = []

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return (self._now - self._start).total_seconds()

    def wait(self, seconds: float, stop: Event | None = None) -> bool:
        if stop is not None and stop.is_set():
            return True
        self.waits.append(seconds)
        self._now += timedelta(seconds=max(0.0, seconds))
        return False

    def advance(self, **delta: float) -> None:
        self._now += timedelta(**delta)


Step = Batch | Exception | None | Callable[[], Batch]


class ScriptedSource:
    """Answers each request with the next step of its category's script: a batch, None for a 304, or an error."""

    def __init__(self, clock: FakeClock, **scripts: Sequence[Step]) -> None:
        self._clock = clock
        self._scripts = {name.replace("_", "."): list(steps) for name, steps in scripts.items()}
        self._batches: dict[str, Batch] = {}
        self.asked: list[str] = []

    def script(self, category: str, *steps: Step) -> None:
        self._scripts[category] = list(steps)

    def url(self, category: str) -> str:
        return f"https://rss.arxiv.org/rss/{category}"

    def fetch(self, url: str, *, deadline: float, validators: Validators) -> Answer:
        assert deadline > 0
        category = url.rsplit("/", 1)[1]
        self.asked.append(category)
        step = self._scripts[category].pop(0)
        if isinstance(step, Exception):
            raise step
        if callable(step):
            step = step()
        if step is None:
            return Answer(url, 304, {}, b"", self._clock.now(), not_modified=True)
        self._batches[category] = step
        return Answer(url, 200, {}, b"<rss/>", self._clock.now())

    def parse(self, answer: Answer, category: str) -> Batch:
        return self._batches[category]


class MemoryRows:
    """The store's side of a run, in memory."""

    def __init__(self) -> None:
        self.polls: list[Poll] = []
        self.announced: dict[str, dict[Key, date]] = {}
        self.states: dict[str, PollState] = {}
        self.ledger: dict[tuple[str, date], LedgerRow] = {}

    def poll_state(self, category: str) -> PollState | None:
        return self.states.get(category)

    def validators(self, url: str) -> Validators:
        return Validators()

    def known_days(self, category: str, keys: Iterable[Key]) -> Mapping[Key, date]:
        known = self.announced.get(category, {})
        return {key: known[key] for key in keys if key in known}

    def days(
        self, category: str | None, categories: Sequence[str], limit: int, *, witnessed: bool = False
    ) -> Sequence[DayLink]:
        assert category is not None
        counts = Counter(self.announced.get(category, {}).values())
        return [DayLink(day, {Kind.NEW: counts[day]}) for day in sorted(counts, reverse=True)[:limit]]

    def ledger_rows(self, since: date, categories: Sequence[str]) -> Sequence[LedgerRow]:
        rows = [row for row in self.ledger.values() if row.category in categories and row.day >= since]
        return sorted(rows, key=lambda row: (row.category, row.day))

    def save_poll(self, poll: Poll) -> int:
        report = poll.report
        self.polls.append(poll)
        mine = self.announced.setdefault(report.category, {})
        said = {(a.paper_id, a.version, a.kind): a.day for a in poll.announcements}
        added = len(said.items() - mine.items())
        mine.update(said)
        self.ledger.update({(row.category, row.day): row for row in poll.ledger})
        self.states[report.category] = PollState(
            report.category,
            poll.checked_at,
            report.outcome,
            report.reason,
            max(mine.values(), default=None),
            report.next_try,
        )
        return added


def entry(number: int, kind: Kind = Kind.NEW, *, version: int = 1, category: str = "cs.AI") -> RawEntry:
    """An invented entry; equal arguments give equal entries."""
    return RawEntry(
        arxiv_id=f"2605.{number:05d}",
        version=version,
        kind=kind,
        title=f"A sample title, number {number}",
        abstract="A sample abstract with $x^2$.",
        authors="Ada Sample, Bo Sample",
        categories=(category,),
    )


def batch(
    *entries: RawEntry, category: str = "cs.AI", day: date | None = date(2026, 5, 5), **more: object
) -> Batch:
    """A feed dated `day`, built at its New York midnight."""
    built = datetime(day.year, day.month, day.day, 4, tzinfo=UTC) if day else None
    return Batch(category, day, built, entries, **more)  # type: ignore[arg-type]
