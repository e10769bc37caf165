"""The program that runs for years: tick, update what is due, build what changed, end within 5 s when told."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event
from types import FrameType

from aggregator.app import App, make_folder
from aggregator.errors import AggregatorError, LockHeld, Stopped
from aggregator.models import CategoryReport, Outcome, Report
from aggregator.pipeline import Watcher
from aggregator.retry import Wait
from aggregator.schedule import run_ticks
from aggregator.store import DataLock

log = logging.getLogger(__name__)

GRACE = 4.0  # seconds that a run gets to end after SIGTERM
CHANGES = frozenset({Outcome.STORED, Outcome.TRUNCATED})


def run(app: App) -> int:
    """Run until SIGTERM or SIGINT. Returns the exit code.

    A run that does not end within the grace (a request in flight) is abandoned: every write is one transaction
    and every page is replaced whole, so that leaving at any instant loses nothing.
    """
    stop_on_signals(app.stop)
    tick = guard(Cycle(app), app.stop)
    make_folder(app.settings.data)
    with DataLock(app.settings.data, name="daemon", file="daemon.lock"):
        log.info("watching %d categories", len(app.settings.categories))
        ended = run_ticks(tick, every=app.settings.schedule.tick, stop=app.stop, grace=GRACE)
    log.info("stopped" if ended else "stopped, a request in flight was abandoned")
    if not ended:
        logging.shutdown()
        os._exit(0)
    return 0


class Cycle:
    """One tick: ask for what is due, and build when something came or nothing was built yet."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._built = False

    def __call__(self) -> None:
        if self._built and not self._app.due():
            return
        report = self._app.update()
        if not self._built or _changed(report):
            published = self._app.build()
            self._built = True
            log.info("published: %d written, %d unchanged", published.written, published.unchanged)


def guard(cycle: Callable[[], None], stop: Event) -> Callable[[], None]:
    """A tick that logs what goes wrong and lives on; an error nobody expected stops the daemon instead."""

    def tick() -> None:
        try:
            cycle()
        except Stopped:
            log.info("stopped in the middle of a run; nothing half done is kept")
        except LockHeld as error:
            log.warning("not this time: %s", error)
        except AggregatorError as error:
            log.error("run failed: %s", error)
        except BaseException:
            log.critical("unexpected error, the daemon stops", exc_info=True)
            stop.set()
            raise

    return tick


def stop_on_signals(stop: Event) -> None:
    """SIGTERM and SIGINT set `stop`."""

    def handle(signum: int, _frame: FrameType | None) -> None:
        log.info("%s: stopping", signal.Signals(signum).name)
        stop.set()

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)


class LogWatcher(Watcher):
    """Says in the log how a run goes; waits are told before they begin, with the moment they end."""

    def waiting(self, category: str, wait: Wait) -> None:
        until = datetime.now(UTC) + timedelta(seconds=wait.seconds)
        log.warning("%s: %s; next try at %s", category, wait.error, until.isoformat(timespec="seconds"))

    def reported(self, report: CategoryReport) -> None:
        if report.outcome is not Outcome.NOT_DUE:
            log.info(
                "%s: %s, day %s, %d added, next try %s %s",
                report.category,
                report.outcome,
                report.day,
                report.added,
                report.next_try,
                report.reason,
            )


def _changed(report: Report) -> bool:
    return any(category.outcome in CHANGES for category in report.categories)
