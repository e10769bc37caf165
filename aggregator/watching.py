"""The wiring of how the daemon is seen from outside: signs of life, the service manager, metrics, health, notices.

Beside `app` and `serving` the one place that picks concrete classes; the daemon only uses what it is given.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from aggregator.clock import Clock
from aggregator.errors import StoreError
from aggregator.events import Teller, event
from aggregator.notify import Desk, Memory
from aggregator.settings import Settings, service_manager
from aggregator.store import read_status
from aggregator.watch import health
from aggregator.watch.metrics import Metrics
from aggregator.watch.pulse import HeardClock, Pulse
from aggregator.watch.server import WatchServer
from aggregator.watch.standing import Standing, standing_of
from aggregator.watch.systemd import Systemd

log = logging.getLogger(__name__)


class Watching:
    """All that looks at one daemon. Raises SettingsError for a notice's address that Apprise does not know."""

    def __init__(self, settings: Settings, clock: Clock, *, held: Callable[[], bool]) -> None:
        watch, tick = settings.watch, settings.schedule.tick
        self._settings = settings
        self._clock = clock
        self._held = held
        self.pulse = Pulse(clock, every=tick, limit=max(watch.limit, 2 * settings.arxiv.deadline))
        self.systemd = Systemd(service_manager(), clock)
        self.metrics = Metrics(self.standing, self.pulse, clock)
        self.heard = HeardClock(clock, self.pulse)
        self.teller = Teller(self.metrics, self.heard)
        self.desk = _desk(settings, self.metrics, clock)

    def standing(self) -> Standing:
        """How the followed categories stand. Raises StoreError while there is no database."""
        database = self._settings.data / "papers.db"
        if not database.is_file():
            raise StoreError(f"no database at {database} yet")
        rows = read_status(database)
        return standing_of(
            self._settings.categories,
            at=self._clock.now(),
            gate=rows.gate,
            papers=rows.counts.papers,
            announcements=rows.counts.announcements,
            polls=rows.polls,
            ledger=rows.ledger,
        )

    def tell(self) -> None:
        """After each tick: what others are told."""
        if self._settings.watch.textfile:
            self.metrics.write(self._settings.data / "metrics.prom")
        standing = self.standing()
        self.systemd.status(standing.in_words())
        if self.desk:
            self.desk.look(standing.ledger, standing.gate, self._settings.categories)

    def open(self) -> WatchServer | None:
        """Health and metrics are a help: the daemon does its work without them."""
        host, port = self._settings.watch.host, self._settings.watch.port
        if not port:
            return None
        answers = {
            "/livez": lambda: health.live(self.pulse),
            "/readyz": lambda: health.ready(self.standing, self._held()),
            "/healthz": lambda: health.healthy(self.standing),
            "/metrics": self.metrics.reply,
        }
        try:
            server = WatchServer(host, port, answers)
        except OSError as error:
            reason = error.strerror or str(error)
            log.warning(
                "no health and metrics on %s:%d: %s",
                host,
                port,
                reason,
                extra=event("watch.off", reason=reason),
            )
            return None
        server.start()
        return server


def _desk(settings: Settings, metrics: Metrics, clock: Clock) -> Desk | None:
    """The desk for notices. Raises SettingsError for an address that Apprise does not know."""
    if not settings.notify.to:
        return None
    from aggregator.notify.sender import AppriseSender  # noqa: PLC0415 (half a second, for those who want it)

    sender = AppriseSender(settings.notify.to)
    memory = Memory(settings.data / "notices.json")
    return Desk(sender, memory, clock, heard=lambda taken: metrics.noticed(sent=taken))
