"""Signs of life: when the ticker and the worker last gave one, and what their silence means."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Event, get_ident

from aggregator.clock import Clock

DEAD = 2  # ticks that may be missed before the ticker counts as dead
FRESH = 3  # ticks after which `/livez` says so too, whatever the process still does
LEAST = 5.0  # seconds a tick is worth at least here, so that a busy machine is no dead one


class Pulse:
    """Notes signs of life from any thread. `every` is the seconds from tick to tick, `limit` those that a run
    may be silent; all seconds are monotonic.

    The ticker calls `tick`. The worker wraps each run in `run`, and then every look at its clock is a sign.
    """

    def __init__(self, clock: Clock, *, every: float, limit: float) -> None:
        self._clock = clock
        self._every = max(every, LEAST)
        self._limit = limit
        self._ticked = self._lived = clock.monotonic()
        self.worker: int | None = None  # the thread that is in a run

    def tick(self) -> None:
        """The ticker lives."""
        self._ticked = self._clock.monotonic()

    @contextmanager
    def run(self) -> Iterator[None]:
        """The calling thread is the worker, until the `with` ends."""
        self.worker = get_ident()
        self.sign()
        try:
            yield
        finally:
            self.worker = None

    def sign(self, quiet: float = 0.0) -> None:
        """The worker lives, and may say nothing for `quiet` seconds more. Other threads are not heard."""
        if get_ident() == self.worker:
            self._lived = self._clock.monotonic() + quiet

    def forgive(self, seconds: float) -> None:
        """The whole process stood still for `seconds`: no silence of theirs."""
        self._ticked += seconds
        self._lived += seconds

    @property
    def tick_age(self) -> float:
        """Seconds since the last tick."""
        return self._clock.monotonic() - self._ticked

    @property
    def silence(self) -> float:
        """Seconds since the worker's last sign of life; 0 while it has nothing to do, or says it waits."""
        return max(0.0, self._clock.monotonic() - self._lived) if self.worker else 0.0

    def trouble(self, ticks: int = DEAD) -> str:
        """Why this process should be started anew, "" while all is well."""
        if self.hangs:
            return f"the run in progress has given no sign of life for {self.silence:.0f} s"
        if self.tick_age > ticks * self._every:
            return f"the ticker has given no sign of life for {self.tick_age:.0f} s"
        return ""

    @property
    def hangs(self) -> bool:
        """Whether the run in progress has been silent for too long."""
        return self.silence > self._limit


class HeardClock:
    """The worker's clock: whoever asks it for the time lives, and whoever waits on it says for how long."""

    def __init__(self, clock: Clock, pulse: Pulse) -> None:
        self._clock = clock
        self._pulse = pulse

    def now(self) -> datetime:
        self._pulse.sign()
        return self._clock.now()

    def monotonic(self) -> float:
        self._pulse.sign()
        return self._clock.monotonic()

    def wait(self, seconds: float, stop: Event | None = None) -> bool:
        self._pulse.sign(max(0.0, seconds))
        try:
            return self._clock.wait(seconds, stop)
        finally:
            self._pulse.sign()
