"""The main thread's watch: it hears signals, looks after ticker and worker, and says when and how to end.

SIGTERM, SIGINT    end, within 5 s; the second one at once
SIGHUP             noted only: settings are read at the start
worker failed      an error that nobody expected: end, so that the service manager starts anew
worker silent      a run hangs: end at once, without waiting for it
ticker silent      nothing would be asked any more: end
clock jumped       tick at once: what is due may have changed
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from aggregator.clock import Clock
from aggregator.signals import END, Wait
from aggregator.watch.pulse import Pulse

log = logging.getLogger(__name__)

LOOK = 1.0  # seconds between two looks
STOOD_STILL = 5.0  # seconds by which a look must be late for the process to have stood still
JUMP = 5.0  # seconds of wall time gained or lost against monotonic time that count as a jump


@dataclass(frozen=True, slots=True)
class Ending:
    """How the watch ended. `trouble` is empty when a stop was asked for; `patient` when a run may still end."""

    trouble: str = ""
    patient: bool = True


class Vigil:
    """Watches until something ends it. `failure` says what killed the worker, `alive` quiets the watchdog."""

    def __init__(
        self,
        *,
        signals: Wait,
        pulse: Pulse,
        clock: Clock,
        failure: Callable[[], str],
        alive: Callable[[], None],
        nudge: Callable[[], None],
    ) -> None:
        self._signals = signals
        self._pulse = pulse
        self._clock = clock
        self._failure = failure
        self._alive = alive
        self._nudge = nudge
        self._looked = clock.monotonic()
        self._offset = self._now_offset()

    def keep(self) -> Ending:
        """Watch. Returns when the daemon has to end."""
        while True:
            for number in self._signals(LOOK):
                if number in END:
                    log.info("%s: stopping", number.name, extra={"event": "daemon.stopping"})
                    return Ending()
                log.info("%s: nothing to do; settings are read at the start", number.name)
            self._forgive()
            self._notice_jump()
            ending = self._judge()
            if ending is not None:
                return ending
            self._alive()

    def grace(self, idle: Callable[[float], bool], seconds: float) -> bool:
        """Wait up to `seconds` for the run in progress. False when it has not ended, or a second signal came."""
        until = self._clock.monotonic() + seconds
        while not idle(0.05):
            if self._clock.monotonic() >= until or END.intersection(self._signals(0.0)):
                return False
        return True

    def _judge(self) -> Ending | None:
        if failure := self._failure():
            return Ending(failure)
        if trouble := self._pulse.trouble():
            if self._pulse.hangs:
                log.critical("where it hangs: %s", _stack(self._pulse.worker))
            return Ending(trouble, patient=not self._pulse.hangs)
        return None

    def _forgive(self) -> None:
        """After SIGSTOP, or on a machine that stood still, no thread could give a sign."""
        now = self._clock.monotonic()
        late = now - self._looked - LOOK
        if late > STOOD_STILL:
            self._pulse.forgive(late)
        self._looked = now

    def _notice_jump(self) -> None:
        offset = self._now_offset()
        jump = offset - self._offset
        self._offset = offset
        if abs(jump) > JUMP:
            log.warning(
                "the clock was set by %+.0f s, or the machine slept",
                jump,
                extra={"event": "clock.jumped", "facts": {"seconds": round(jump)}},
            )
            self._nudge()

    def _now_offset(self) -> float:
        return self._clock.now().timestamp() - self._clock.monotonic()


def _stack(thread: int | None) -> str:
    """Where a thread is, the innermost call first, on one line."""
    frame = sys._current_frames().get(thread or 0)
    calls = reversed(traceback.extract_stack(frame)) if frame else ()
    return " < ".join(f"{call.name} ({call.filename}:{call.lineno})" for call in calls)
