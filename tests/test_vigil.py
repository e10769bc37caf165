"""The main thread's watch: what each signal, silence and jump of the clock leads to (rows P4, P5, P8-P10, T3, T4)."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from fakes import FakeClock
from waiting import wait_until

from aggregator.daemon import Worker
from aggregator.errors import LockHeld, Stopped, StoreError
from aggregator.schedule import Ticker
from aggregator.signals import Signals
from aggregator.vigil import Ending, Vigil
from aggregator.watch.metrics import Metrics
from aggregator.watch.pulse import HeardClock, Pulse
from aggregator.watch.standing import Standing

TICK, LIMIT = 30.0, 600.0
Step = Callable[[], tuple[signal.Signals, ...]]


class SettableClock(FakeClock):
    """A clock whose wall time can be set; monotonic time goes on as it did."""

    def __init__(self) -> None:
        super().__init__()
        self.offset = timedelta()

    def now(self) -> datetime:
        return super().now() + self.offset

    def set_by(self, **delta: float) -> None:
        self.offset += timedelta(**delta)


class Watch:
    """A vigil over a scripted minute: each look takes a second and one step, and the last step ends it."""

    def __init__(self, *steps: Step, failure: str = "") -> None:
        self.clock = SettableClock()
        self.pulse = Pulse(self.clock, every=TICK, limit=LIMIT)
        self.alive = 0
        self.nudged = 0
        self.failure = failure
        self._steps = list(steps)
        self.vigil = Vigil(
            signals=self._look,
            pulse=self.pulse,
            clock=self.clock,
            failure=lambda: self.failure,
            alive=self._alive,
            nudge=self._nudge,
        )

    def keep(self) -> Ending:
        return self.vigil.keep()

    def never_idle(self, seconds: float) -> bool:
        self.clock.advance(seconds=seconds)
        return False

    def _look(self, seconds: float) -> tuple[signal.Signals, ...]:
        self.clock.advance(seconds=seconds)
        return self._steps.pop(0)() if self._steps else (signal.SIGTERM,)

    def _alive(self) -> None:
        self.alive += 1

    def _nudge(self) -> None:
        self.nudged += 1


def nothing() -> tuple[signal.Signals, ...]:
    return ()


def then(*deeds: Callable[[], object]) -> Step:
    """A step in which something happens, but no signal comes."""

    def step() -> tuple[signal.Signals, ...]:
        for deed in deeds:
            deed()
        return ()

    return step


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_P4_a_stop_is_no_trouble(number: signal.Signals) -> None:
    assert Watch(nothing, lambda: (number,)).keep() == Ending()


def test_P4_hangup_changes_nothing() -> None:
    watch = Watch(lambda: (signal.SIGHUP,), nothing)
    assert watch.keep() == Ending()
    assert watch.alive == 2


def test_P8_a_run_that_hangs_ends_the_watch_at_once_and_the_watchdog_is_not_quieted() -> None:
    watch = Watch()
    watch._steps = [then(watch.pulse.tick)] * 2000
    with watch.pulse.run():
        ending = watch.keep()
    assert ending == Ending("the run in progress has given no sign of life for 601 s", patient=False)
    assert watch.alive == 600


def test_P8_silence_counts_from_the_last_sign_and_a_wait_that_was_announced_is_none() -> None:
    clock = FakeClock()
    pulse = Pulse(clock, every=TICK, limit=LIMIT)
    heard = HeardClock(clock, pulse)
    with pulse.run():
        clock.advance(seconds=LIMIT)
        heard.now()
        clock.advance(seconds=LIMIT)
        assert not pulse.hangs
        pulse.sign(quiet=7200)
        clock.advance(seconds=7200 + LIMIT)
        assert not pulse.hangs
        clock.advance(seconds=1)
        assert pulse.hangs
        heard.wait(1)
        assert not pulse.hangs
    clock.advance(days=3)
    assert not pulse.hangs, "who has nothing to do is not silent"


def test_other_threads_are_not_heard_as_the_worker() -> None:
    clock = FakeClock()
    pulse = Pulse(clock, every=TICK, limit=LIMIT)
    with pulse.run():
        clock.advance(seconds=LIMIT + 1)
        other = threading.Thread(target=HeardClock(clock, pulse).now)
        other.start()
        other.join()
        assert pulse.hangs


def test_P9_a_ticker_that_is_silent_for_two_ticks_ends_the_watch() -> None:
    watch = Watch(*[nothing] * 100)
    ending = watch.keep()
    assert ending == Ending("the ticker has given no sign of life for 61 s")
    assert watch.alive == 60


def test_P9_a_ticker_that_died_is_noticed() -> None:
    watch = Watch(*[nothing] * 100)
    beats = threading.Event()
    ticker = Ticker(then(), every=3600, beat=then(watch.pulse.tick, beats.set))
    ticker.start()
    assert beats.wait(5)
    ticker.end()
    assert "the ticker" in watch.keep().trouble


def test_P13_a_failure_of_the_worker_ends_the_watch() -> None:
    watch = Watch(nothing)
    watch.failure = "unexpected error, TypeError: no"
    assert watch.keep() == Ending("unexpected error, TypeError: no")
    assert watch.alive == 0


def test_P5_the_time_that_the_whole_process_stood_still_is_nobodys_silence() -> None:
    watch = Watch()
    watch._steps = [nothing, then(lambda: watch.clock.advance(hours=1)), nothing, nothing]
    with watch.pulse.run():
        assert watch.keep() == Ending()
    assert watch.alive == 4


@pytest.mark.parametrize("hours", [1, 24, -1, -24, 24 * 3650])
def test_T3_T4_when_the_clock_is_set_the_ticker_is_nudged_once(hours: int) -> None:
    watch = Watch()
    watch._steps = [nothing, then(lambda: watch.clock.set_by(hours=hours)), nothing]
    assert watch.keep() == Ending()
    assert watch.nudged == 1


def test_a_drift_of_a_second_is_no_jump() -> None:
    watch = Watch()
    watch._steps = [then(lambda: watch.clock.set_by(seconds=1))]
    watch.keep()
    assert watch.nudged == 0


def test_grace_waits_for_the_run_but_not_after_a_second_signal() -> None:
    watch = Watch()
    assert watch.vigil.grace(lambda seconds: True, 4.0)
    watch = Watch(nothing, lambda: (signal.SIGTERM,))
    assert not watch.vigil.grace(lambda seconds: False, 4.0)
    watch = Watch(*[nothing] * 200)
    assert not watch.vigil.grace(watch.never_idle, 4.0)
    assert watch.clock.monotonic() >= 4.0


def test_signals_are_read_in_their_order_and_handlers_are_put_back() -> None:
    before = signal.getsignal(signal.SIGHUP)
    with Signals() as signals:
        assert signals.wait(0) == ()
        signal.raise_signal(signal.SIGHUP)
        signal.raise_signal(signal.SIGPIPE)
        signal.raise_signal(signal.SIGTERM)
        assert signals.wait(5) == (signal.SIGHUP, signal.SIGTERM)
    assert signal.getsignal(signal.SIGHUP) is before


# the ticker


def test_a_nudge_ticks_at_once_and_beats_go_on_while_a_tick_takes_long() -> None:
    ticks, beats, release = [], [], threading.Event()

    def tick() -> None:
        ticks.append(time.monotonic())
        release.wait(10)

    ticker = Ticker(tick, every=3600, beat=lambda: beats.append(1))
    ticker.start()
    try:
        wait_until(lambda: len(beats) == 1 and len(ticks) == 1, seconds=10)
        ticker.nudge()
        wait_until(lambda: len(beats) == 2, seconds=10)
        assert len(ticks) == 1, "the tick in progress is not joined by another"
        assert not ticker.wait(0)
        release.set()
        assert ticker.wait(5)
        ticker.nudge()
        wait_until(lambda: len(ticks) == 2, seconds=10)
    finally:
        release.set()
        ticker.end()
    assert ticker.wait(5)


# the worker


class Fails:
    """A cycle that ends with an error."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
        self.calls = 0

    def __call__(self) -> bool:
        self.calls += 1
        raise self.error


def worker(cycle: Callable[[], bool], after: Callable[[], None] = lambda: None) -> tuple[Worker, Metrics]:
    clock = FakeClock()
    pulse = Pulse(clock, every=TICK, limit=LIMIT)
    metrics = Metrics(no_database, pulse, clock)
    return Worker(cycle, after, pulse=pulse, metrics=metrics, clock=clock), metrics


def no_database() -> Standing:
    raise StoreError("no database yet")


@pytest.mark.parametrize("error", [StoreError("disk full"), LockHeld("process 1 writes"), Stopped("stop")])
def test_an_expected_error_is_lived_through_and_counted(error: Exception) -> None:
    cycle = Fails(error)
    work, metrics = worker(cycle)
    work()
    work()
    assert cycle.calls == 2
    assert work.failure == ""
    assert b"aggregator_runs_failed_total 2.0" in metrics.text()


@pytest.mark.parametrize("error", [TypeError("a bug"), MemoryError(), RecursionError("deep"), SystemExit(3)])
def test_P9_P10_P13_an_unexpected_error_is_the_last_one(error: BaseException) -> None:
    cycle = Fails(error)
    work, _ = worker(cycle)
    work()
    work()
    assert cycle.calls == 1
    assert type(error).__name__ in work.failure


def test_trouble_with_telling_others_stops_nothing_and_is_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    work, _ = worker(lambda: True, Fails(OSError(28, "No space left on device")))  # type: ignore[arg-type]
    work()
    work()
    assert work.failure == ""
    assert caplog.text.count("No space left") == 1


def test_a_tick_without_work_is_no_run() -> None:
    work, metrics = worker(lambda: False)
    work()
    assert b"aggregator_runs_total 0.0" in metrics.text()
