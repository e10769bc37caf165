"""A short UTC ticker. What is due stands in the database; the ticker only asks, again and again.

APScheduler runs it in memory, one tick at a time: a tick that is late still runs, ticks that were missed (a slow
run, a suspended machine) run once. Nothing is scheduled at a time of day, so that no clock change can skip it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler


def run_ticks(tick: Callable[[], None], *, every: float, stop: Event, grace: float) -> bool:
    """Call `tick` now and every `every` seconds until `stop` is set.

    A tick in progress is given `grace` seconds to end. True when it did.
    """
    idle = Event()
    idle.set()

    def guarded() -> None:
        if stop.is_set():
            return
        idle.clear()
        try:
            tick()
        finally:
            idle.set()

    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
    )
    scheduler.add_job(guarded, "interval", seconds=every, next_run_time=datetime.now(UTC))
    scheduler.start()
    stop.wait()
    scheduler.shutdown(wait=False)
    return idle.wait(grace)
