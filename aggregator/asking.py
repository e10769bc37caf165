"""One question to arXiv, asked again as the policy says: the frame that feeds, harvests, lists and ids share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from typing import TypeVar

from aggregator.clock import Clock
from aggregator.errors import Stopped
from aggregator.models import Answer, CategoryReport, LedgerRow
from aggregator.retry import Policy, Retry, Wait

T = TypeVar("T")


class Watcher:
    """Is told how a run goes; this one says nothing. Faces override what they show."""

    def asking(self, category: str, number: int, total: int) -> None:
        """`category` is asked next, as `number` of `total`."""

    def reading(self, category: str, done: int, total: int) -> None:
        """`done` of `total` records of a category were read."""

    def waiting(self, category: str, wait: Wait) -> None:
        """A try failed; the next one comes after `wait`."""

    def answered(self, answer: Answer) -> None:
        """arXiv gave a whole answer."""

    def turned(self, row: LedgerRow) -> None:
        """A listing day changed its state in the ledger."""

    def reported(self, report: CategoryReport) -> None:
        """A category is done."""

    def building(self, what: str, done: int, total: int) -> None:
        """The site is being built: `done` of `total` pieces named `what`."""

    def close(self) -> None:
        """Nothing more will be told for now."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks with retries. `deadline` is the most that one request may take, in seconds."""

    policy: Policy
    clock: Clock
    deadline: float
    stop: Event = field(default_factory=Event)
    watcher: Watcher = field(default_factory=Watcher)

    def retry(self, name: str) -> Retry:
        """The tries for one question about `name`, still to be made."""
        return Retry(
            self.policy,
            clock=self.clock,
            stop=self.stop,
            on_wait=lambda wait: self.watcher.waiting(name, wait),
        )

    def ask(self, name: str, once: Callable[[float], T], retry: Retry | None = None) -> T:
        """What `once` returned in the end; it is called with the seconds that it may take, until it succeeds or
        there is no further try. Raises its last error, or Stopped. `retry` is for who wants to look at it later."""
        retry = retry or self.retry(name)
        found: list[T] = []
        for attempt in retry:
            with attempt:
                found.append(once(min(self.deadline, attempt.remaining)))
        if retry.stopped:
            raise Stopped(f"stopped while {name} was asked for")
        retry.result()
        return found[-1]

    def check(self, doing: str) -> None:
        """Raises Stopped when a stop was asked for."""
        if self.stop.is_set():
            raise Stopped(f"stopped while {doing}")
