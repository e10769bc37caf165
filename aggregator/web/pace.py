"""How often somebody may ask: a bucket of tokens a name, for as many names as fit."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from aggregator.clock import Clock


class Pace:
    """`burst` requests at once, then `per_minute`. Names that were quiet longest are forgotten first."""

    def __init__(self, burst: int, per_minute: float, clock: Clock, names: int = 10_000) -> None:
        self._burst = burst
        self._rate = per_minute / 60
        self._clock = clock
        self._names = names
        self._buckets: OrderedDict[str | bytes, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def allows(self, name: str | bytes) -> bool:
        """Whether `name` may ask now; if so, that is counted."""
        with self._lock:
            now = self._clock.monotonic()
            tokens, at = self._buckets.pop(name, (float(self._burst), now))
            tokens = min(self._burst, tokens + (now - at) * self._rate)
            allowed = tokens >= 1
            self._buckets[name] = (tokens - allowed, now)
            if len(self._buckets) > self._names:
                self._buckets.popitem(last=False)
            return allowed
