"""Try again: a loop, a `with`, and an object that says afterwards what became of it.

    retry = Retry(policy, clock=clock, stop=stop)
    for attempt in retry:
        with attempt:
            answer = fetch(url, deadline=attempt.remaining)
    retry.result()  # raises the last error; when it returns, `answer` is there

The shape (a loop that is asked afterwards, not a decorator) follows kexue.fm/archives/9938.
docs/RETRY.md tells the whole flow. Needs the standard library, and reads no clock but the one it is given.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from math import inf
from threading import Event
from typing import Protocol


class Misuse(RuntimeError):
    """The loop is written in a way that cannot work; the text says how to write it."""


# Whatever a policy says, these are faults of the program or the machine: trying again only hides them.
BUGS = (
    *(ArithmeticError, AssertionError, AttributeError, ImportError, LookupError, MemoryError, Misuse),
    *(NameError, NotImplementedError, RecursionError, SyntaxError, TypeError),
)


class Clock(Protocol):
    """The time that a Retry needs, in seconds. `wait` ends early, and is True, when `stop` is set."""

    def monotonic(self) -> float: ...
    def wait(self, seconds: float, stop: Event | None = None) -> bool: ...


class Action(Enum):
    """What an error means. Only TRANSIENT is caught; FATAL and STOP leave the `with` unchanged."""

    FATAL = "fatal"  # the same request will fail again
    TRANSIENT = "transient"  # the same request may succeed later
    STOP = "stop"  # no request to this server makes sense now


def _check_seconds(**named: float) -> None:
    for name, seconds in named.items():
        if not 0 <= seconds < inf:
            raise ValueError(f"{name} must be a number of seconds, 0 or more, not {seconds}")


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do about one error. Seconds are finite and not negative."""

    action: Action
    at_least: float = 0.0  # seconds that the server asked for before the next try
    cooldown: float = 0.0  # seconds that nobody may ask this server: for whoever keeps a gate before it
    operator: bool = False  # a person must look before it is asked again: for the same

    def __post_init__(self) -> None:
        _check_seconds(at_least=self.at_least, cooldown=self.cooldown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules of one kind of work, times in seconds. Before try n+1 lies the longest of `floor`, what the
    server asked for, and uniform(0, min(`cap`, `base`·2ⁿ⁻¹)): exponential backoff with full jitter."""

    decide: Callable[[Exception], Decision]  # what it does not know should be FATAL
    attempts: int = 5
    budget: float = 60.0  # for tries and waits together
    floor: float = 0.0
    base: float = 1.0
    cap: float = 30.0

    def __post_init__(self) -> None:
        if self.attempts < 1 or not self.budget > 0:
            raise ValueError(f"attempts ({self.attempts}) and budget ({self.budget} s) must be above 0")
        _check_seconds(floor=self.floor, base=self.base, cap=self.cap)


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait of `seconds` that is about to begin, because try `attempt` failed with `error`."""

    attempt: int
    seconds: float
    error: Exception


def only(*kinds: type[Exception]) -> Callable[[Exception], Decision]:
    """A `decide` for simple work: errors of these kinds are transient, all others fatal."""
    return lambda error: Decision(Action.TRANSIENT if isinstance(error, kinds) else Action.FATAL)


@dataclass(eq=False, slots=True)
class Attempt:
    """One try, to be used once as `with attempt:`. `number` counts from 1."""

    number: int
    retry: Retry
    entered: bool = False
    caught: bool | None = None  # None until the `with` is left

    @property
    def remaining(self) -> float:
        """Seconds of the budget that are left now: the deadline of what this try still does."""
        return self.retry.remaining

    def __enter__(self) -> Attempt:
        if self.entered:
            raise Misuse("an attempt is used once: one `with attempt:` in each turn of the loop")
        self.entered = True
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        self.caught = False
        if error is None:
            self.retry.succeeded, self.retry.come_back = True, None
        elif isinstance(error, Exception):
            self.caught = self.retry.judge(error)
        return self.caught


@dataclass(eq=False, kw_only=True)
class Retry:
    """Tries, waits and remembers. One object is good for one loop, in one thread. Times are seconds."""

    policy: Policy = field(kw_only=False)
    clock: Clock
    stop: Event | None = None  # ends a wait at once
    chance: Callable[[], float] = random.random  # in [0, 1)
    on_wait: Callable[[Wait], object] | None = None  # called before each wait
    succeeded: bool = field(default=False, init=False)
    stopped: bool = field(default=False, init=False)  # a stop ended the wait, and with it the loop
    error: Exception | None = field(default=None, init=False)  # the last one, kept also after a success
    attempts: int = field(default=0, init=False)  # tries made
    waited: float = field(default=0.0, init=False)
    come_back: float | None = field(default=None, init=False)  # the server wants no try before
    _at_least: float = field(default=0.0, init=False)
    _started: float | None = field(default=None, init=False)
    _attempt: Attempt | None = field(default=None, init=False, repr=False)

    def __iter__(self) -> Iterator[Attempt]:
        if self._started is not None:
            raise Misuse("this Retry has run: make a new one for each loop")
        self._started = self.clock.monotonic()
        while True:
            self.attempts += 1
            self._attempt = attempt = Attempt(self.attempts, self)
            yield attempt
            if attempt.caught is None:
                raise Misuse("the work of the loop stands outside of `with attempt:`")
            if not attempt.caught or self.error is None or not self._waits(self.error):
                return

    @property
    def remaining(self) -> float:
        """Seconds of the budget that are left, never negative. It runs from the first try on."""
        now = self.clock.monotonic()
        return max(0.0, self.policy.budget - (now - (now if self._started is None else self._started)))

    def result(self) -> None:
        """Return when the work succeeded; raise its last error when it did not."""
        if self.succeeded:
            return
        if self.error is None or self._attempt is None or self._attempt.caught is None:
            raise Misuse("no outcome yet: ask after `for attempt in retry:` with its `with attempt:`")
        raise self.error

    def judge(self, error: Exception) -> bool:
        """Note the error of the present try. True when it may be worth another one."""
        self.error = error
        decision = Decision(Action.FATAL) if isinstance(error, BUGS) else self.policy.decide(error)
        self._at_least = decision.at_least
        self.come_back = max(decision.at_least, decision.cooldown) or None
        return decision.action is Action.TRANSIENT

    def _waits(self, error: Exception) -> bool:
        """Wait for the next try; False when there is none: too many, too late, or stopped."""
        policy = self.policy
        ceiling = min(policy.cap, policy.base * 2.0 ** min(self.attempts - 1, 1000))  # 2.0**1024 would raise
        seconds = max(policy.floor, self._at_least, self.chance() * ceiling)
        if self.attempts >= policy.attempts or seconds >= self.remaining:
            return False
        if self.on_wait:
            self.on_wait(Wait(self.attempts, seconds, error))
        began = self.clock.monotonic()
        self.stopped = self.clock.wait(seconds, self.stop)
        passed = self.clock.monotonic() - began
        self.waited += passed
        self.come_back = max(0.0, (self.come_back or 0.0) - passed) or None
        return not self.stopped and self.remaining > 0  # a real clock may oversleep
