"""A short UTC ticker. What is due stands in the database; the ticker only asks, again and again.

APScheduler runs it in memory, one tick at a time: a tick that is late still runs, ticks that were missed (a slow
run, a suspended machine) run once. Nothing is scheduled at a time of day, so that no clock change can skip it.
It counts in wall time all the same: after the clock was set back it would sleep until the old hour comes again,
so whoever sees that calls `nudge`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler


class Ticker:
    """Calls `tick` at once and every `every` seconds, each time when the last one has ended.

    `beat` is called at the same pace on another thread, also while a tick takes long: as long as it is, the
    scheduler lives.
    """

    def __init__(self, tick: Callable[[], object], *, every: float, beat: Callable[[], object]) -> None:
        self._tick = tick
        self._idle = Event()
        self._idle.set()
        self._ended = Event()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(1), "beat": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        )
        first = datetime.now(UTC)
        self._scheduler.add_job(beat, "interval", seconds=every, next_run_time=first, executor="beat")
        self._scheduler.add_job(self._guarded, "interval", seconds=every, next_run_time=first)

    def start(self) -> None:
        """Tick from now on."""
        self._scheduler.start()

    def nudge(self) -> None:
        """Tick at once, and count from now."""
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=datetime.now(UTC))

    def end(self) -> None:
        """Start no more ticks; one in progress goes on."""
        self._ended.set()
        self._scheduler.shutdown(wait=False)

    def wait(self, seconds: float) -> bool:
        """Wait for the tick in progress. True when there is none."""
        return self._idle.wait(seconds)

    def _guarded(self) -> None:
        self._idle.clear()
        try:
            if not self._ended.is_set():
                self._tick()
        finally:
            self._idle.set()
