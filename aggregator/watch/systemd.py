"""What the service manager is told: the protocol of sd_notify(3), one datagram a message."""

from __future__ import annotations

import logging
import socket

from aggregator.clock import Clock
from aggregator.settings import Manager

log = logging.getLogger(__name__)


class Systemd:
    """Tells `manager` how the daemon stands; without one it does nothing. It never waits and never raises."""

    def __init__(self, manager: Manager, clock: Clock) -> None:
        abstract = manager.socket.startswith("@")
        self._address = f"\0{manager.socket[1:]}" if abstract else manager.socket
        self._pause = manager.watchdog / 3
        self._clock = clock
        self._last = float("-inf")
        self._status = ""
        self._told = False

    def ready(self) -> None:
        """The daemon holds its lock and ticks."""
        self._send("READY=1")

    def stopping(self) -> None:
        """The daemon ends."""
        self._send("STOPPING=1")

    def status(self, text: str) -> None:
        """One line for `systemctl status`."""
        if text != self._status:
            self._status = text
            self._send(f"STATUS={' '.join(text.split())[:500]}")

    def alive(self) -> None:
        """Keep the watchdog quiet. Call it often, and only while ticker and worker live: it sends a third of
        the manager's time apart."""
        now = self._clock.monotonic()
        if self._pause and now >= self._last + self._pause:
            self._last = now
            self._send("WATCHDOG=1")

    def _send(self, message: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
                sender.setblocking(False)
                sender.sendto(message.encode(errors="replace"), self._address)
        except OSError as error:
            if not self._told:
                log.warning("cannot tell the service manager: %s", error.strerror or error)
            self._told = True
