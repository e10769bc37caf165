"""The one gate before arXiv: one request at a time, `interval` seconds apart, and closed when arXiv says so.

arXiv's terms allow one request every three seconds and one connection, over all interfaces and all machines you
control. The turn is a lock on a file in the data folder, which the kernel releases however its holder ends;
when the last request was, and until when the gate is closed, stands in the database, so that a restart obeys.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Protocol

from aggregator.clock import Clock
from aggregator.errors import CoolingDown, DeadlineExceeded, FetchError, HttpError, Stopped, StoreError
from aggregator.models import Answer, GateState, Validators
from aggregator.policy import LONGEST, decide, is_rate_limit_text
from aggregator.retry import Decision

DAY = 24 * 3600.0  # seconds; doubling ends here, and a 403 begins here
PATIENCE = 600.0  # seconds to wait for a turn when the caller has no deadline
LOOK = 0.05  # seconds between two looks at a lock that another process holds
UNCONDITIONAL = Validators()


class GateStore(Protocol):
    """Where the gate's state outlives the process. What is saved must be on disk when `save_gate` returns."""

    def load_gate(self) -> GateState: ...
    def save_gate(self, state: GateState) -> None: ...


class Transport(Protocol):
    """Whatever can GET. `before_hop` is called before each redirect is followed."""

    def get(
        self,
        url: str,
        *,
        deadline: float,
        validators: Validators = ...,
        accept: str = ...,
        before_hop: Callable[[str], None] | None = ...,
    ) -> Answer: ...


class Gate:
    """Lets one request through at a time, over all processes that use the same `lock_path` and store.

    `interval` is seconds, counted from the end of one request to the start of the next.
    """

    def __init__(
        self,
        store: GateStore,
        lock_path: Path,
        *,
        interval: float,
        clock: Clock,
        stop: Event | None = None,
    ) -> None:
        self._store = store
        self._lock_path = lock_path
        self._interval = interval
        self._clock = clock
        self._stop = stop or Event()
        self._last: float | None = (
            None  # monotonic seconds: wall time may jump between two of our own requests
        )

    @contextmanager
    def turn(self, url: str, *, within: float = PATIENCE, pace: float = 0.0) -> Iterator[Turn]:
        """Be the only one who asks arXiv, and not too soon: after the interval, or `pace` seconds if that is more.

        Waits at most `within` seconds. Raises CoolingDown when the gate is closed, DeadlineExceeded when the
        turn does not come in time, Stopped when a stop is asked for, StoreError when there can be no lock.
        """
        turn = Turn(url, within, pace=max(pace, self._interval), clock=self._clock, again=self._again)
        with self._locked(turn) as crashed:
            self._pace(turn, crashed=crashed)
            try:
                yield turn
            finally:
                self._stamp()

    def refused(self, decision: Decision, reason: str) -> datetime:
        """Close the gate after an answer that asks for it, and say until when. Call it within the turn.

        A cool-down doubles with each refusal in a row, up to a day, and is never shorter than what was asked.
        """
        state = self._store.load_gate()
        doubled = decision.cooldown * 2.0 ** min(state.strikes, 20)
        seconds = min(doubled, max(DAY, decision.cooldown))
        until = self._clock.now() + timedelta(seconds=seconds)
        self._store.save_gate(
            replace(
                state,
                closed_until=max(until, state.closed_until or until),
                reason=reason,
                strikes=state.strikes + 1,
                needs_operator=state.needs_operator or decision.operator,
            )
        )
        return until

    def passed(self) -> None:
        """Note a whole answer: what was refused before no longer counts. Call it within the turn."""
        state = self._store.load_gate()
        if state.strikes or state.closed_until:
            self._store.save_gate(replace(state, closed_until=None, reason="", strikes=0))

    def resume(self) -> bool:
        """Open the gate on an operator's word. False when it was open."""
        state = self._store.load_gate()
        if state.closed_until is None and not state.needs_operator:
            return False
        self._store.save_gate(replace(state, closed_until=None, reason="", strikes=0, needs_operator=False))
        return True

    def _pace(self, turn: Turn, *, crashed: bool = False) -> None:
        """Wait until the next request may start, and note that it does. For the holder of `turn` only."""
        self._check_open(turn.url)
        seconds = turn.pace if crashed else self._to_wait(turn.pace)
        if seconds > turn.left():
            raise DeadlineExceeded(turn.url, turn.within)
        end = self._clock.monotonic() + seconds
        while (left := end - self._clock.monotonic()) > 1e-4:
            self._pause(left)
        self._pause(0.0)
        self._stamp()

    def _again(self, turn: Turn) -> None:
        self._stamp()
        self._pace(turn)

    def _pause(self, seconds: float) -> None:
        """Wait. Raises Stopped at once when a stop is asked for."""
        if self._stop.is_set() or (seconds and self._clock.wait(seconds, self._stop)):
            raise Stopped("stopped while waiting for a turn to ask arXiv")

    def _check_open(self, url: str) -> None:
        now = self._clock.now()
        state = self._store.load_gate()
        if state.closed_until and state.closed_until > now + timedelta(seconds=LONGEST):
            # No refusal reaches that far: the clock was wrong when it was noted. A day from now is safe.
            state = replace(state, closed_until=now + timedelta(seconds=DAY))
            self._store.save_gate(state)
        if state.needs_operator:
            until = max(state.closed_until or now, now)
            raise CoolingDown(url, until, f"{state.reason}; only `aggregator resume` opens the gate again")
        if state.closed_until and state.closed_until > now:
            raise CoolingDown(url, state.closed_until, state.reason)

    def _to_wait(self, pace: float) -> float:
        """Seconds from now to the next request: never above the pace, though the clock was set back."""
        noted = self._store.load_gate().last_request_at
        since = [] if noted is None else [(self._clock.now() - noted).total_seconds()]
        since += [] if self._last is None else [self._clock.monotonic() - self._last]
        return max((min(pace - passed, pace) for passed in since), default=0.0)

    def _stamp(self) -> None:
        self._last = self._clock.monotonic()
        self._store.save_gate(replace(self._store.load_gate(), last_request_at=self._clock.now()))

    @contextmanager
    def _locked(self, turn: Turn) -> Iterator[bool]:
        """Hold the lock. Yields True when the last holder was killed in the middle of a request.

        A holder leaves a mark in the file and takes it away at the end: how long ago a killed holder's request
        ended, nothing else can tell.
        """
        handle = self._acquire(turn)
        try:
            yield self._mark(handle)
        finally:
            os.ftruncate(handle, 0)
            os.close(handle)

    def _mark(self, handle: int) -> bool:
        """Leave the mark, and say whether another one was there."""
        marked = os.fstat(handle).st_size > 0
        try:
            os.pwrite(handle, b"asking\n", 0)
        except OSError as error:
            raise StoreError(f"cannot write {self._lock_path}: {error.strerror}") from error
        return marked

    def _acquire(self, turn: Turn) -> int:
        while (handle := self._try_lock()) is None:
            if not turn.left():
                raise DeadlineExceeded(turn.url, turn.within)
            self._pause(min(LOOK, turn.left()))
        return handle

    def _try_lock(self) -> int | None:
        """The open and locked file, or None when another process holds it or has just removed it."""
        try:
            handle = os.open(self._lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StoreError(f"cannot open {self._lock_path}: {error.strerror}") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(handle), os.stat(self._lock_path)):
                return handle
        except (BlockingIOError, FileNotFoundError):
            pass
        os.close(handle)
        return None


class Turn:
    """The right to ask arXiv, until the `with` ends. `within` is the seconds that waiting may take in all, `pace`
    those between two requests."""

    def __init__(
        self, url: str, within: float, *, pace: float, clock: Clock, again: Callable[[Turn], None]
    ) -> None:
        self.url = url
        self.pace = pace
        self.within = within
        self._clock = clock
        self._end = clock.monotonic() + within
        self._again = again

    def left(self) -> float:
        """Seconds of `within` that are left, never negative."""
        return max(0.0, self._end - self._clock.monotonic())

    def again(self, url: str) -> None:
        """Wait for one more request in the same turn: a redirect counts as a request too. Raises as `turn`."""
        self.url = url
        self._again(self)


class GatedTransport:
    """Any transport behind a gate: every request passes a turn, and a refusal closes the gate for all."""

    def __init__(self, transport: Transport, gate: Gate) -> None:
        self._transport = transport
        self._gate = gate

    def get(
        self,
        url: str,
        *,
        deadline: float,
        validators: Validators = UNCONDITIONAL,
        pace: float = 0.0,
        **options: str,
    ) -> Answer:
        """As `Transport.get`; the wait for a turn counts towards `deadline`. Also raises as `Gate.turn`."""
        with self._gate.turn(url, within=deadline, pace=pace) as turn:
            try:
                answer = self._transport.get(
                    url, deadline=turn.left(), validators=validators, before_hop=turn.again, **options
                )
                _check_not_limited(answer)
            except FetchError as error:
                decision = decide(error)
                if decision.cooldown:
                    self._gate.refused(decision, error.message)
                raise
            self._gate.passed()
            return answer


def _check_not_limited(answer: Answer) -> None:
    """arXiv says "Rate exceeded." with a 200 too."""
    if is_rate_limit_text(answer.body):
        raise HttpError(answer.url, 429, body=answer.body)
