"""The desk where notices are written and sent. Whatever happens there, fetching never waits for it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from threading import Thread
from typing import Protocol

from aggregator.clock import Clock
from aggregator.models import GateState, LedgerRow
from aggregator.notify.memory import Memory
from aggregator.notify.notices import Notice, due_notices, remembered

log = logging.getLogger(__name__)

PAUSE = timedelta(minutes=15)  # between two tries to send what nobody took


class Sender(Protocol):
    """Whoever can deliver a notice."""

    def send(self, notice: Notice) -> str:
        """Deliver `notice`. Returns what went wrong, else ""."""
        ...


class Desk:
    """Sends what is new, on a thread of its own, one notice at a time. `heard` learns whether each was taken.

    A notice counts as told once a service took it; until then it is tried again, as long as it holds. The log
    tells of the first failure and of the end of the failing, not of each try.
    """

    def __init__(
        self, sender: Sender, memory: Memory, clock: Clock, heard: Callable[[bool], object] = bool
    ) -> None:
        self._sender = sender
        self._memory = memory
        self._clock = clock
        self._heard = heard
        self._thread: Thread | None = None
        self._again: datetime | None = None
        self._failing = False

    def look(self, rows: Iterable[LedgerRow], gate: GateState, categories: Sequence[str]) -> None:
        """Send what holds now and was not told. Returns at once; while a notice is on its way, does nothing."""
        now = self._clock.now()
        if self.busy or (self._again is not None and now < self._again):
            return
        told = self._memory.load()
        new = due_notices(rows, gate, categories, told, now)
        if new:
            self._thread = Thread(target=self._send, args=(new, gate), name="notices", daemon=True)
            self._thread.start()
        else:
            self._memory.save(remembered(told, (), gate, now))

    @property
    def busy(self) -> bool:
        """Whether a notice is on its way."""
        return self._thread is not None and self._thread.is_alive()

    def wait(self, seconds: float) -> bool:
        """Wait for what is on its way. True when nothing is."""
        if self._thread is not None:
            self._thread.join(seconds)
        return not self.busy

    def _send(self, notices: Iterable[Notice], gate: GateState) -> None:
        for notice in notices:
            trouble = self._try(notice)
            self._heard(not trouble)
            if trouble:
                self._failed(trouble)
                return
            now = self._clock.now()
            self._memory.save(remembered(self._memory.load(), notice.keys, gate, now))
            log.info("notice sent: %s", notice.title, extra={"event": "notice.sent", "facts": _facts(notice)})
            self._again, self._failing = None, False

    def _try(self, notice: Notice) -> str:
        try:
            return self._sender.send(notice)
        except Exception as error:
            log.debug("a notice failed", exc_info=True)
            return f"{type(error).__name__}: {error}"

    def _failed(self, trouble: str) -> None:
        self._again = self._clock.now() + PAUSE
        if not self._failing:
            log.error(
                "notices do not get out (%s); tried again every %d minutes",
                trouble,
                PAUSE.total_seconds() // 60,
                extra={"event": "notice.failed", "facts": {"reason": trouble}},
            )
        self._failing = True


def _facts(notice: Notice) -> dict[str, object]:
    return {"title": notice.title, "conditions": list(notice.keys)}
