"""A clock that jumps: days of arXiv in seconds, for the demo, rehearsals and tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Event, Lock

LONGEST_PAUSE = 2.0  # real seconds; a watched demo must not stand still


class VirtualClock:
    """A `Clock` that starts at `start` (aware) and moves only when somebody waits or advances it.

    `real_per_virtual` are the real seconds slept for each virtual second waited (at most 2 s a wait), so that
    a demo can be watched; with 0 nothing sleeps. Any number of threads may share it.
    """

    def __init__(self, start: datetime, *, real_per_virtual: float = 0.0) -> None:
        self._start = start.astimezone(UTC)
        self._elapsed = 0.0
        self._real_per_virtual = real_per_virtual
        self._lock = Lock()

    def now(self) -> datetime:
        """The virtual moment, UTC."""
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Virtual seconds since the start."""
        with self._lock:
            return self._elapsed

    def wait(self, seconds: float, stop: Event | None = None) -> bool:
        """Let `seconds` pass at once. True, and no time passes, when `stop` is or becomes set."""
        stop = stop or Event()
        target = self.monotonic() + max(0.0, seconds)
        if stop.wait(min(LONGEST_PAUSE, max(0.0, seconds) * self._real_per_virtual)):
            return True
        self._advance(target)
        return False

    def advance_to(self, moment: datetime) -> None:
        """Make it `moment` (aware). A moment in the past changes nothing."""
        self._advance((moment - self._start).total_seconds())

    def _advance(self, elapsed: float) -> None:
        with self._lock:
            self._elapsed = max(self._elapsed, elapsed)
