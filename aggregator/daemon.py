"""The program that runs for years: tick, update what is due, build what changed, end within 5 s when told.

main thread   vigil: signals, signs of life, the service manager's watchdog
ticker        schedule: a tick every `schedule.tick` seconds
worker        one run at a time: cycle (update, build), then metrics.prom and notices
watch         health and metrics over HTTP, when `watch.port` is set
notices       one at a time, when `notify.to` is set
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from threading import Event, Thread

from aggregator.app import App, make_folder
from aggregator.clock import Clock, SystemClock
from aggregator.errors import AggregatorError, LockHeld, Stopped
from aggregator.events import Teller, event
from aggregator.schedule import Ticker
from aggregator.settings import Settings
from aggregator.signals import Signals
from aggregator.store import DataLock
from aggregator.vigil import Vigil
from aggregator.watch.metrics import Metrics
from aggregator.watch.pulse import Pulse
from aggregator.watching import Watching

log = logging.getLogger(__name__)

GRACE = 4.0  # seconds that a run gets to end after SIGTERM
LEAVE = 4.7  # seconds after which the process ends, whatever still holds it
BROKEN = 70  # exit code (EX_SOFTWARE) that makes a service manager start the daemon anew


def run(settings: Settings, signals: Signals) -> int:
    """Run until SIGTERM or SIGINT (0), or until something is broken that only a new start can mend (70).

    A run that does not end within the grace (a request in flight) is abandoned: every write is one transaction
    and every page is replaced whole, so that leaving at any instant loses nothing. Raises LockHeld, StoreError,
    SettingsError at the start.
    """
    make_folder(settings.data)
    with DataLock(settings.data, name="daemon", file="daemon.lock") as lock:
        return _Daemon(settings, signals, lock).run()


class _Daemon:
    """The wiring of one daemon."""

    def __init__(self, settings: Settings, signals: Signals, lock: DataLock) -> None:
        clock = SystemClock()
        tick = settings.schedule.tick
        self._settings = settings
        self._stop = Event()
        self._seen = seen = Watching(settings, clock, held=lambda: lock.held)
        self._app = App(settings, clock=seen.heard, stop=self._stop, watcher=seen.teller)
        self._worker = Worker(
            Cycle(self._app, seen.teller), seen.tell, pulse=seen.pulse, metrics=seen.metrics, clock=clock
        )
        self._ticker = Ticker(self._worker, every=tick, beat=seen.pulse.tick)
        self._vigil = Vigil(
            signals=signals.wait,
            pulse=seen.pulse,
            clock=clock,
            failure=lambda: self._worker.failure,
            alive=seen.systemd.alive,
            nudge=self._ticker.nudge,
        )

    def run(self) -> int:
        server = self._seen.open()
        self._ticker.start()
        self._seen.systemd.ready()
        log.info("watching %d categories", len(self._settings.categories), extra=event("daemon.started"))
        ending = self._vigil.keep()
        code = BROKEN if ending.trouble else 0
        leave_within(LEAVE, code)
        self._seen.systemd.stopping()
        self._stop.set()
        if ending.trouble:
            log.critical("the daemon ends: %s", ending.trouble, extra=event("daemon.broken"))
        ended = ending.patient and self._end()
        log.info(
            "stopped" if ended else "stopped, a run in progress was abandoned", extra=event("daemon.stopped")
        )
        if server:
            server.close()
        if not ended or (self._seen.desk and self._seen.desk.busy):
            os._exit(code)
        return code

    def _end(self) -> bool:
        self._ticker.end()
        return self._vigil.grace(self._ticker.wait, GRACE)


class Cycle:
    """One tick: ask for what is due, and build when something came or nothing was built yet.

    True when there was something to do.
    """

    def __init__(self, app: App, teller: Teller) -> None:
        self._app = app
        self._teller = teller
        self._built = False

    def __call__(self) -> bool:
        if self._built and not self._app.due():
            return False
        report = self._app.update()
        for verdict in report.verdicts:
            self._teller.witnessed(verdict)
        if not self._built or report.changed:
            self._build()
        return True

    def _build(self) -> None:
        started = self._app.clock.monotonic()
        published = self._app.build()
        self._built = True
        self._teller.published(published, self._app.clock.monotonic() - started)


class Worker:
    """Runs the cycle at each tick. What goes wrong is logged and lived through; an error that nobody expected
    becomes the `failure` that ends the daemon."""

    def __init__(
        self,
        cycle: Callable[[], bool],
        after: Callable[[], None],
        *,
        pulse: Pulse,
        metrics: Metrics,
        clock: Clock,
    ) -> None:
        self.failure = ""
        self._cycle = cycle
        self._after = after
        self._pulse = pulse
        self._metrics = metrics
        self._clock = clock
        self._trouble = ""

    def __call__(self) -> None:
        if self.failure:
            return
        with self._pulse.run():
            try:
                self._run()
                self._tell()
            except BaseException as error:
                self.failure = f"unexpected error, {type(error).__name__}: {error}"
                log.critical("unexpected error", exc_info=True, extra=event("run.crashed"))

    def _run(self) -> None:
        started = self._clock.monotonic()
        failed, did = True, True
        try:
            did = self._cycle()
            failed = False
        except Stopped:
            log.info("stopped in the middle of a run; nothing half done is kept")
        except LockHeld as error:
            log.warning("not this time: %s", error, extra=event("run.failed", reason=str(error)))
        except AggregatorError as error:
            log.error("run failed: %s", error, extra=event("run.failed", reason=str(error)))
        if did:
            self._metrics.ran(self._clock.monotonic() - started, failed=failed)

    def _tell(self) -> None:
        """Who is told how it went must not stop the next run. The same trouble is logged once."""
        try:
            self._after()
            self._trouble = ""
        except (AggregatorError, OSError) as error:
            if str(error) != self._trouble:
                log.warning("cannot tell how it stands: %s", error)
            self._trouble = str(error)


def leave_within(seconds: float, code: int) -> None:
    """End the process with `code` after `seconds`, whatever hangs: a lock, a full pipe, a webhook."""

    def leave() -> None:
        Event().wait(seconds)
        os._exit(code)

    Thread(target=leave, name="leave", daemon=True).start()
