"""The kept answers once more through the pipeline, into a new store.

    kept bodies, oldest first ─► the pipeline of every day, its clock at the moment each was received ─► new rows

Nothing is decided here: what arXiv said and when it said it is all that a run depends on.
"""

# ruff: noqa: ARG002 (a source and a clock that answer the same, whatever they are asked)

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event
from typing import Protocol

from aggregator.errors import StoreError
from aggregator.models import Answer, Batch, Outcome, Validators
from aggregator.pipeline import Pipeline, Rows
from aggregator.policy import arxiv_policy
from aggregator.settings import ScheduleSettings

Parse = Callable[[Answer, str], Batch]


class KeptBodies(Protocol):
    """The store that kept them."""

    def bodies(self, lost: Callable[[StoreError], object]) -> Iterator[tuple[str, Answer]]: ...
    def count_bodies(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Replayed:
    """`outcomes` counts what the polls came to; `lost` says which bodies could not be read, and why."""

    outcomes: Mapping[Outcome, int]
    lost: tuple[str, ...]

    @property
    def bodies(self) -> int:
        return sum(self.outcomes.values())


class Kept:
    """A source that has one answer, and a clock that stands at the moment when it was received."""

    def __init__(self, parse: Parse) -> None:
        self._parse = parse
        self._answer = Answer("", 200, {}, b"", datetime.min.replace(tzinfo=UTC))

    def show(self, answer: Answer) -> None:
        """Make this the answer, and its moment the present."""
        self._answer = answer

    def url(self, category: str) -> str:
        return self._answer.url

    def fetch(self, url: str, *, deadline: float, validators: Validators) -> Answer:
        return self._answer

    def parse(self, answer: Answer, category: str) -> Batch:
        return self._parse(answer, category)

    def now(self) -> datetime:
        return self._answer.received_at

    def monotonic(self) -> float:
        return 0.0

    def wait(self, seconds: float, stop: Event | None = None) -> bool:
        return False


def replay(
    kept: KeptBodies,
    rebuilt: Rows,
    parse: Parse,
    *,
    schedule: ScheduleSettings,
    stop: Event,
    progress: Callable[[int, int], None],
) -> Replayed:
    """Store in `rebuilt` what every kept body says. Raises Stopped, StoreError."""
    source, total = Kept(parse), kept.count_bodies()
    once = arxiv_policy(
        attempts=1, budget=60.0, floor=0.0
    )  # a body that was refused is refused again at once
    pipeline = Pipeline(
        source=source, store=rebuilt, policy=once, schedule=schedule, deadline=60.0, clock=source, stop=stop
    )
    outcomes: Counter[Outcome] = Counter()
    lost: list[str] = []
    for category, answer in kept.bodies(lambda error: lost.append(str(error))):
        source.show(answer)
        report = pipeline.update([category], force=True)
        outcomes.update(done.outcome for done in report.categories)
        progress(outcomes.total() + len(lost), total)
    return Replayed(outcomes, tuple(lost))
