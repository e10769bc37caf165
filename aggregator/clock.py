"""Time as an argument: what the program asks of a clock, and the real one.

Pure code takes moments as values; whoever must wait takes a `Clock`. Tests, the demo and rehearsals pass the
simulator's virtual clock instead.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from threading import Event
from typing import Protocol


class Clock(Protocol):
    """Wall time, monotonic time, and waiting that can be cut short."""

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary start, never going back."""
        ...

    def wait(self, seconds: float, stop: Event | None = None) -> bool:
        """Wait `seconds`, or until `stop` is set. True when it was stopped."""
        ...


class SystemClock:
    """The machine's clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def wait(self, seconds: float, stop: Event | None = None) -> bool:
        return (stop or Event()).wait(max(0.0, seconds))
