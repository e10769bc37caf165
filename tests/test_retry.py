"""Each sentence that docs/RETRY.md says of the loop, as a property.

Times are multiples of 1/64 s, which floats add exactly, so that an exact budget can be
asserted exactly.
"""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field
from pathlib import Path
from threading import Event, Timer

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from aggregator.clock import SystemClock
from aggregator.retry import BUGS, Action, Attempt, Decision, Misuse, Policy, Retry, Wait, only

ROOT = Path(__file__).parent.parent


class Flaky(Exception):
    """What the work of these tests raises; `decision` is what the policy will say of it."""

    def __init__(self, decision: Decision = Decision(Action.TRANSIENT)) -> None:  # noqa: B008 (frozen)
        super().__init__(f"flaky, {decision.action.value}")
        self.decision = decision


class VirtualClock:
    """Time that passes only when somebody waits or works; `oversleep` is added to each wait."""

    def __init__(self, start: float = 0.0, oversleep: float = 0.0) -> None:
        self.seconds = start
        self.oversleep = oversleep
        self.waits: list[float] = []

    def monotonic(self) -> float:
        return self.seconds

    def wait(self, seconds: float, stop: Event | None = None) -> bool:
        if stop is not None and stop.is_set():
            return True
        self.waits.append(seconds)
        self.seconds += seconds + self.oversleep
        return False


def decide(error: Exception) -> Decision:
    return error.decision if isinstance(error, Flaky) else Decision(Action.FATAL)


def everything_is_transient(_: Exception) -> Decision:
    return Decision(Action.TRANSIENT)


@dataclass
class Step:
    """One try: it takes `seconds` and ends with `error`, or well."""

    seconds: float
    error: Exception | None


@dataclass
class Run:
    """A loop that has been run over a script, and what was seen from inside."""

    retry: Retry
    clock: VirtualClock
    began: list[float] = field(default_factory=list)  # elapsed seconds when each try began
    ended: list[float] = field(default_factory=list)
    remaining: list[float] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)


def run(script: list[Step], policy: Policy, *, start: float = 0.0, chance: float = 0.5) -> Run:
    """Play `script` (its last step for ever) in a loop."""
    clock = VirtualClock(start)
    seen = Run(Retry(policy, clock=clock, chance=lambda: chance), clock)
    for attempt in seen.retry:
        seen.began.append(clock.seconds - start)
        with attempt:
            seen.remaining.append(attempt.remaining)
            step = script[min(attempt.number, len(script)) - 1]
            clock.seconds += step.seconds
            seen.ended.append(clock.seconds - start)
            if step.error is not None:
                seen.errors.append(step.error)
                raise step.error
    return seen


def quick(**changes: float) -> Policy:
    values: dict[str, float] = {"attempts": 4, "budget": 1000, "floor": 3, "base": 1, "cap": 64} | changes
    return Policy(
        decide=decide,
        attempts=int(values["attempts"]),
        budget=values["budget"],
        floor=values["floor"],
        base=values["base"],
        cap=values["cap"],
    )


def seconds(most: int) -> st.SearchStrategy[float]:
    return st.integers(0, most * 64).map(lambda ticks: ticks / 64)


policies = st.builds(
    Policy,
    decide=st.just(decide),
    attempts=st.integers(1, 8),
    budget=seconds(600).filter(bool),
    floor=seconds(10),
    base=seconds(10),
    cap=seconds(60),
)
transients = st.builds(Decision, st.just(Action.TRANSIENT), seconds(120)).map(Flaky)
steps = st.builds(Step, seconds(30), st.one_of(transients, st.none()))
scripts = st.lists(steps, min_size=1, max_size=9)
failures = st.lists(st.builds(Step, seconds(30), transients), min_size=1, max_size=9)
starts = seconds(10_000)
chances = st.integers(0, 63).map(lambda n: n / 64)


def asked(error: Exception) -> float:
    assert isinstance(error, Flaky)
    return error.decision.at_least


# ── success ──


def test_no_error_no_problem() -> None:
    seen = run([Step(1, None)], quick())
    assert (seen.retry.succeeded, seen.retry.attempts, seen.retry.waited) == (True, 1, 0)
    assert (seen.retry.error, seen.retry.come_back, seen.retry.stopped) == (None, None, False)
    seen.retry.result()


def test_names_of_the_body_stay_in_scope() -> None:
    retry = Retry(quick(), clock=VirtualClock())
    for attempt in retry:
        with attempt:
            if attempt.number < 3:
                raise Flaky
            answer = attempt.number
    retry.result()
    assert answer == 3


@given(scripts, policies, chances)
def test_the_loop_ends_with_the_first_success(script: list[Step], policy: Policy, chance: float) -> None:
    seen = run(script, policy, chance=chance)
    assert seen.retry.succeeded == (len(seen.errors) < len(seen.began))
    assert seen.retry.attempts == len(seen.began) <= policy.attempts
    assert len(seen.errors) >= len(seen.began) - 1


@given(scripts, policies)
def test_the_outcome_can_be_asked(script: list[Step], policy: Policy) -> None:
    seen = run(script, policy)
    assert seen.retry.error is (seen.errors[-1] if seen.errors else None)
    assert seen.retry.waited == sum(seen.clock.waits)
    if seen.retry.succeeded:
        seen.retry.result()
        assert seen.retry.come_back is None
    else:
        with pytest.raises(Flaky) as caught:
            seen.retry.result()
        assert caught.value is seen.errors[-1]


def test_leaving_the_loop_from_inside_counts_as_success() -> None:
    def first() -> Retry:
        retry = Retry(quick(), clock=VirtualClock())
        for attempt in retry:
            with attempt:
                return retry
        raise AssertionError

    assert first().succeeded


def test_a_break_after_a_failure_leaves_the_error_to_ask_for() -> None:
    retry = Retry(quick(), clock=VirtualClock())
    for attempt in retry:
        with attempt:
            raise Flaky
        break
    with pytest.raises(Flaky):
        retry.result()


def test_the_cause_of_the_last_error_stays_chained() -> None:
    retry = Retry(quick(), clock=VirtualClock())
    for attempt in retry:
        with attempt:
            try:
                raise OSError("socket")
            except OSError as cause:
                raise Flaky from cause
    with pytest.raises(Flaky) as caught:
        retry.result()
    assert isinstance(caught.value.__cause__, OSError)


# ── what is caught ──


def fail(retry: Retry, error: BaseException) -> None:
    for attempt in retry:
        with attempt:
            raise error


def leave(error: BaseException, policy: Policy) -> Retry:
    """Raise `error` in the first try; it must come out of the `with` as it is, and at once."""
    clock = VirtualClock()
    retry = Retry(policy, clock=clock)
    with pytest.raises(type(error)) as caught:
        fail(retry, error)
    assert caught.value is error
    assert (error.__cause__, clock.waits, retry.attempts) == (None, [], 1)
    return retry


def not_exceptions() -> list[type[BaseException]]:
    return [KeyboardInterrupt, SystemExit, GeneratorExit, type("Cancelled", (BaseException,), {})]


@given(st.sampled_from(not_exceptions()))
def test_what_is_no_exception_is_never_caught(kind: type[BaseException]) -> None:
    retry = leave(kind("out"), quick_catch_all())
    assert (retry.succeeded, retry.error, retry.attempts) == (False, None, 1)
    with pytest.raises(Misuse):
        retry.result()


def quick_catch_all() -> Policy:
    return Policy(decide=everything_is_transient)


@given(st.sampled_from([*BUGS, KeyError, ZeroDivisionError, ModuleNotFoundError, UnboundLocalError]))
def test_programming_errors_are_never_caught_even_if_the_policy_would(kind: type[Exception]) -> None:
    error = kind("bug")
    retry = leave(error, quick_catch_all())
    assert (retry.error, retry.attempts, retry.come_back) == (error, 1, None)


@given(st.sampled_from([ValueError, OSError, RuntimeError, StopIteration, Exception, EOFError]))
def test_what_the_policy_does_not_know_is_not_caught(kind: type[Exception]) -> None:
    assert leave(kind("new"), quick()).error is not None


@given(st.sampled_from([Action.FATAL, Action.STOP]), seconds(100))
def test_fatal_and_stop_come_out_at_once(action: Action, cooldown: float) -> None:
    error = Flaky(Decision(action, cooldown=cooldown))
    retry = leave(error, quick())
    assert (retry.error, retry.attempts, retry.succeeded) == (error, 1, False)
    assert retry.come_back == (cooldown or None)
    with pytest.raises(Flaky):
        retry.result()


@given(failures, st.integers(1, 5))
def test_a_fatal_error_after_transient_ones_comes_out_too(script: list[Step], number: int) -> None:
    fatal = Flaky(Decision(Action.FATAL))
    script = [*(script * 5)[: number - 1], Step(0, fatal)]
    with pytest.raises(Flaky) as caught:
        run(script, quick(attempts=9, budget=100_000))
    assert caught.value is fatal


def test_only_says_which_kinds_are_transient() -> None:
    decide = only(ConnectionError, TimeoutError)
    assert decide(ConnectionResetError()).action is Action.TRANSIENT
    assert decide(PermissionError()).action is Action.FATAL
    assert only()(Exception()).action is Action.FATAL


def test_a_policy_that_fails_itself_hides_nothing() -> None:
    def broken(error: Exception) -> Decision:
        raise ValueError("broken table")

    retry = Retry(Policy(decide=broken), clock=VirtualClock())
    with pytest.raises(ValueError, match="broken table") as caught:
        fail(retry, Flaky())
    assert isinstance(caught.value.__context__, Flaky)
    assert isinstance(retry.error, Flaky)


@pytest.mark.parametrize("error", [Flaky(Decision(Action.FATAL)), KeyboardInterrupt(), TypeError()])
def test_who_swallows_an_error_outside_of_the_with_gets_no_further_try(error: BaseException) -> None:
    retry = Retry(quick(), clock=VirtualClock())
    for attempt in retry:
        with contextlib.suppress(BaseException), attempt:
            raise Flaky if attempt.number == 1 else error
    assert (retry.attempts, retry.succeeded) == (2, False)


# ── waits ──


@given(failures, policies, chances)
def test_every_wait_is_at_least_the_floor_and_what_the_server_asked(
    script: list[Step], policy: Policy, chance: float
) -> None:
    seen = run(script, policy, chance=chance)
    for wait, error in zip(seen.clock.waits, seen.errors, strict=False):
        assert wait >= max(policy.floor, asked(error))


@given(failures, policies, chances)
def test_the_rest_of_a_wait_is_full_jitter_below_a_doubling_ceiling(
    script: list[Step], policy: Policy, chance: float
) -> None:
    seen = run(script, policy, chance=chance)
    for n, (wait, error) in enumerate(zip(seen.clock.waits, seen.errors, strict=False)):
        jitter = chance * min(policy.cap, policy.base * 2**n)
        assert wait == max(policy.floor, asked(error), jitter)


def test_jitter_is_uniform_by_default() -> None:
    clock = VirtualClock()
    policy = Policy(decide=decide, attempts=2, budget=1000, base=64, cap=64)
    for _ in range(2000):
        for attempt in Retry(policy, clock=clock):
            with attempt:
                raise Flaky
    tenths = [sum(1 for wait in clock.waits if n <= wait / 6.4 < n + 1) for n in range(10)]
    assert len(clock.waits) == 2000
    assert all(120 < count < 280 for count in tenths)  # 200 each, six sigma


def test_a_thousand_doublings_do_not_overflow() -> None:
    clock = VirtualClock()
    policy = Policy(decide=decide, attempts=1200, budget=float("inf"), base=1, cap=2)
    for attempt in Retry(policy, clock=clock, chance=lambda: 1.0):
        with attempt:
            assert attempt.remaining == float("inf")
            raise Flaky
    assert clock.waits == [1.0] + [2.0] * 1198


@given(failures, policies, chances)
def test_each_wait_is_told_before_it_begins(script: list[Step], policy: Policy, chance: float) -> None:
    clock = VirtualClock()
    told: list[tuple[Wait, float, int]] = []
    retry = Retry(
        policy,
        clock=clock,
        chance=lambda: chance,
        on_wait=lambda wait: told.append((wait, clock.seconds, len(clock.waits))),
    )
    ends: list[tuple[float, Exception]] = []
    for attempt in retry:
        with attempt:
            step = script[min(attempt.number, len(script)) - 1]
            clock.seconds += step.seconds
            assert step.error is not None
            ends.append((clock.seconds, step.error))
            raise step.error
    assert [wait.seconds for wait, _, _ in told] == clock.waits
    for n, (wait, moment, waits_before) in enumerate(told):
        assert (wait.attempt, wait.error, waits_before) == (n + 1, ends[n][1], n)
        assert moment == ends[n][0]


def test_a_wait_is_a_value() -> None:
    with pytest.raises(FrozenInstanceError):
        Wait(1, 2.0, Flaky()).seconds = 3.0  # type: ignore[misc]


# ── the budget ──


@given(scripts, policies, starts, chances)
def test_the_budget_is_exact(script: list[Step], policy: Policy, start: float, chance: float) -> None:
    """No try begins at or after the end of the budget, and no wait is begun that would end there."""
    seen = run(script, policy, start=start, chance=chance)
    assert all(began < policy.budget for began in seen.began)
    for ended, wait in zip(seen.ended, seen.clock.waits, strict=False):
        assert ended + wait < policy.budget


@given(failures, policies, starts, chances)
def test_nothing_is_given_up_too_early(
    script: list[Step], policy: Policy, start: float, chance: float
) -> None:
    seen = run(script, policy, start=start, chance=chance)
    assume(seen.retry.attempts < policy.attempts)
    n = seen.retry.attempts
    wait = max(policy.floor, asked(seen.errors[-1]), chance * min(policy.cap, policy.base * 2 ** (n - 1)))
    assert seen.ended[-1] + wait >= policy.budget


@given(scripts, policies, starts)
def test_what_remains_of_the_budget_is_the_deadline_of_a_try(
    script: list[Step], policy: Policy, start: float
) -> None:
    seen = run(script, policy, start=start)
    assert seen.remaining == [policy.budget - began for began in seen.began]
    assert all(seconds > 0 for seconds in seen.remaining)


@given(seconds(20), seconds(20).filter(bool))
def test_the_deadline_falls_while_a_try_runs(spent: float, budget: float) -> None:
    clock = VirtualClock()
    for attempt in Retry(quick(budget=budget), clock=clock):
        with attempt:
            clock.seconds += spent
            assert attempt.remaining == max(0, budget - spent)


def test_time_before_the_loop_does_not_count() -> None:
    clock = VirtualClock()
    retry = Retry(quick(budget=10), clock=clock)
    clock.seconds += 100
    assert retry.remaining == 10
    for attempt in retry:
        with attempt:
            assert attempt.remaining == 10


def test_time_between_the_with_and_the_next_turn_counts() -> None:
    clock = VirtualClock()
    retry = Retry(quick(budget=10), clock=clock)
    for attempt in retry:
        with attempt:
            raise Flaky
        clock.seconds += 8
    assert (retry.attempts, retry.waited) == (1, 0)


def test_a_wait_that_overslept_the_budget_is_followed_by_no_try() -> None:
    clock = VirtualClock(oversleep=7)
    retry = Retry(quick(budget=10), clock=clock)
    for attempt in retry:
        with attempt:
            raise Flaky
    assert (retry.attempts, retry.waited, retry.stopped) == (1, 10, False)


# ── a server that asks for more than there is ──


@given(policies, seconds(10_000), seconds(30))
@example(quick(budget=10), 10, 0)
def test_a_delay_beyond_the_budget_gives_up_at_once_and_says_when_to_come_back(
    policy: Policy, delay: float, spent: float
) -> None:
    assume(delay > 0 and spent + delay >= policy.budget)
    seen = run([Step(spent, Flaky(Decision(Action.TRANSIENT, at_least=delay)))], policy)
    assert (seen.retry.attempts, seen.retry.waited, seen.clock.seconds) == (1, 0, spent)
    assert seen.retry.come_back == delay
    with pytest.raises(Flaky):
        seen.retry.result()


@given(failures, policies)
def test_come_back_is_what_the_last_error_asked_for(script: list[Step], policy: Policy) -> None:
    seen = run(script, policy)
    assert seen.retry.come_back == (asked(seen.errors[-1]) or None)


def test_a_cooldown_counts_when_it_is_longer() -> None:
    error = Flaky(Decision(Action.TRANSIENT, at_least=5, cooldown=600))
    assert run([Step(0, error)], quick()).retry.come_back == 600


def test_after_a_success_there_is_nothing_to_come_back_for() -> None:
    error = Flaky(Decision(Action.TRANSIENT, at_least=5, cooldown=600))
    assert run([Step(0, error), Step(0, None)], quick()).retry.come_back is None


# ── a stop ──


@given(st.integers(1, 5), seconds(500))
def test_a_stop_during_a_try_lets_no_wait_begin(number: int, delay: float) -> None:
    stop, clock = Event(), VirtualClock()
    retry = Retry(quick(attempts=9, budget=100_000), clock=clock, stop=stop)
    error = Flaky(Decision(Action.TRANSIENT, at_least=delay))
    for attempt in retry:
        with attempt:
            if attempt.number == number:
                stop.set()
            raise error
    assert (retry.attempts, retry.stopped, retry.succeeded) == (number, True, False)
    assert len(clock.waits) == number - 1
    assert retry.come_back == (delay or None)
    with pytest.raises(Flaky):
        retry.result()


def test_a_stop_ends_a_wait_at_once() -> None:
    stop = Event()
    retry = Retry(quick(), clock=SystemClock(), stop=stop, on_wait=lambda wait: Timer(0.05, stop.set).start())
    began = time.monotonic()
    for attempt in retry:
        with attempt:
            raise Flaky(Decision(Action.TRANSIENT, at_least=100))
    assert time.monotonic() - began < 2
    assert (retry.stopped, retry.attempts) == (True, 1)
    assert 0 < retry.waited < 2
    assert retry.come_back == pytest.approx(100 - retry.waited)


def test_a_stop_does_not_hide_a_success() -> None:
    stop = Event()
    stop.set()
    retry = Retry(quick(), clock=VirtualClock(), stop=stop)
    for attempt in retry:
        with attempt:
            pass
    assert (retry.succeeded, retry.stopped) == (True, False)


# ── misuse ──


@given(st.integers(-5, 0))
def test_no_attempts_is_refused(attempts: int) -> None:
    with pytest.raises(ValueError, match=r"attempts .* must be above 0"):
        quick(attempts=attempts)


@pytest.mark.parametrize("budget", [0, -1, float("nan")])
def test_no_budget_is_refused(budget: float) -> None:
    with pytest.raises(ValueError, match=r"budget .* must be above 0"):
        quick(budget=budget)


@pytest.mark.parametrize("name", ["floor", "base", "cap"])
@pytest.mark.parametrize("value", [-0.1, float("nan"), float("inf")])
def test_waits_that_are_no_time_are_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{name} must be a number of seconds"):
        quick(**{name: value})


@pytest.mark.parametrize("value", [-0.1, float("nan"), float("inf")])
def test_decisions_that_are_no_time_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match="at_least must be"):
        Decision(Action.TRANSIENT, at_least=value)
    with pytest.raises(ValueError, match="cooldown must be"):
        Decision(Action.TRANSIENT, cooldown=value)


def test_a_loop_without_its_with_is_told() -> None:
    tries = iter(Retry(quick(), clock=VirtualClock()))
    next(tries)
    with pytest.raises(Misuse, match="outside of `with attempt:`"):
        next(tries)


def test_a_second_loop_is_told() -> None:
    retry = Retry(quick(), clock=VirtualClock())
    for attempt in retry:
        with attempt:
            pass
    with pytest.raises(Misuse, match="make a new one"):
        for _ in retry:
            pass


def test_an_attempt_serves_once() -> None:
    retry = Retry(quick_catch_all(), clock=VirtualClock())
    for attempt in retry:
        with attempt:
            pass
        with pytest.raises(Misuse, match="used once"):
            attempt.__enter__()


def test_an_attempt_within_itself_is_told() -> None:
    attempt = next(iter(Retry(quick_catch_all(), clock=VirtualClock())))
    with attempt, pytest.raises(Misuse, match="used once"):
        attempt.__enter__()


def before(retry: Retry) -> None:
    retry.result()


def within(retry: Retry) -> None:
    for attempt in retry:
        with attempt:
            if attempt.number == 1:
                raise Flaky
            retry.result()


def without(retry: Retry) -> None:
    for _ in retry:
        break
    retry.result()


@pytest.mark.parametrize("use", [before, within, without])
def test_asking_for_an_outcome_that_is_not_there_is_told(use: Callable[[Retry], None]) -> None:
    retry = Retry(quick_catch_all(), clock=VirtualClock())
    with pytest.raises(Misuse, match="no outcome yet"):
        use(retry)


def test_misuse_is_a_runtime_error_and_never_retried() -> None:
    assert issubclass(Misuse, RuntimeError)
    assert Misuse in BUGS


# ── the file itself ──


def test_it_stays_a_file_that_can_be_taken_along() -> None:
    """Under 200 lines, and nothing but the standard library: it runs alone, isolated from site-packages."""
    path = ROOT / "aggregator" / "retry.py"
    assert len(path.read_text("utf-8").splitlines()) < 200
    code = f"import sys; sys.path.insert(0, {str(path.parent)!r}); import retry; print(retry.Retry.__name__)"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "Retry\n"


def test_attempts_count_from_one() -> None:
    numbers: list[int] = []
    for attempt in Retry(quick(), clock=VirtualClock()):
        assert isinstance(attempt, Attempt)
        with attempt:
            numbers.append(attempt.number)
            raise Flaky
    assert numbers == [1, 2, 3, 4]


def test_the_examples_of_the_guide_run() -> None:
    text = (ROOT / "docs" / "RETRY.md").read_text("utf-8")
    blocks = re.findall(r"```python\n(# runs as it stands.*?)```", text, re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "docs/RETRY.md", "exec"), {"__name__": "example"})
