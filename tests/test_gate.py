"""The gate before arXiv: its pace, its closing, and its word between processes.

Rows of facts/faults.md: H1 a 429 closes it for all · H3 a long wait survives a restart · H6 a 403 stops everything ·
P6 two processes queue · P7 a stale or removed lock · P12 restarts keep the pace · T3, T4 the clock jumps.
"""

from __future__ import annotations

import fcntl
import json
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from threading import Event, Timer

import pytest
from fakes import FakeClock
from faultserver import FaultServer, reply

from aggregator.clock import Clock, SystemClock
from aggregator.errors import (
    AggregatorError,
    CoolingDown,
    DeadlineExceeded,
    HttpError,
    Stopped,
    StoreError,
    Unreachable,
)
from aggregator.models import Answer, GateState, Validators
from aggregator.policy import FORBIDDEN, LIMITED
from aggregator.sources.gate import Gate, GatedTransport
from aggregator.sources.transport import HttpTransport

URL = "https://rss.arxiv.org/rss/cs.AI"
NOW = datetime(2026, 5, 5, 5, tzinfo=UTC)


class MemoryStore:
    """The gate's state in memory; `saved` are all states it had."""

    def __init__(self, state: GateState = GateState()) -> None:  # noqa: B008 - frozen
        self.state = state
        self.saved: list[GateState] = []

    def load_gate(self) -> GateState:
        return self.state

    def save_gate(self, state: GateState) -> None:
        self.state = state
        self.saved.append(state)


class FileStore:
    """The gate's state in a file, for several processes."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load_gate(self) -> GateState:
        try:
            values = json.loads(self._path.read_text())
        except FileNotFoundError:
            return GateState()
        moments = {
            k: v and datetime.fromisoformat(v)
            for k, v in values.items()
            if k in ("last_request_at", "closed_until")
        }
        return GateState(**values | moments)

    def save_gate(self, state: GateState) -> None:
        temporary = self._path.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps(asdict(state), default=str))
        temporary.replace(self._path)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


MakeGate = Callable[..., Gate]


@pytest.fixture
def new_gate(tmp_path: Path, store: MemoryStore, clock: FakeClock) -> MakeGate:
    """Each call is a restart: a new gate on the same state and lock."""

    def new_gate(stop: Event | None = None, clock: Clock = clock, interval: float = 3.0) -> Gate:
        return Gate(store, tmp_path / "gate.lock", interval=interval, clock=clock, stop=stop)

    return new_gate


# the pace


def test_the_first_request_does_not_wait(new_gate: MakeGate, clock: FakeClock) -> None:
    with new_gate().turn(URL):
        pass
    assert clock.waits == []


def test_requests_are_an_interval_apart_from_the_end_of_one_to_the_start_of_the_next(
    new_gate: MakeGate, clock: FakeClock
) -> None:
    gate = new_gate()
    spans = []
    for _ in range(4):
        with gate.turn(URL):
            started = clock.monotonic()
            clock.advance(seconds=10)
            spans.append((started, clock.monotonic()))
    assert [after[0] - before[1] for before, after in pairwise(spans)] == [pytest.approx(3.0)] * 3


def test_P12_a_restart_keeps_the_pace(new_gate: MakeGate, clock: FakeClock) -> None:
    for _ in range(5):
        with new_gate().turn(URL):
            pass
    assert clock.waits == [pytest.approx(3.0)] * 4


def test_the_request_is_noted_before_it_is_sent(
    new_gate: MakeGate, store: MemoryStore, clock: FakeClock
) -> None:
    """Killed in the middle, the next process still knows that arXiv was asked."""
    with new_gate().turn(URL):
        assert store.state.last_request_at == clock.now()
        clock.advance(seconds=60)
    assert store.state.last_request_at == NOW + timedelta(seconds=60)


def test_a_failed_request_counts_as_one(new_gate: MakeGate, store: MemoryStore, clock: FakeClock) -> None:
    def fail() -> None:
        clock.advance(seconds=5)
        raise Unreachable(URL, "reset")

    with pytest.raises(Unreachable), new_gate().turn(URL):
        fail()
    assert store.state.last_request_at == NOW + timedelta(seconds=5)


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(days=1), timedelta(days=3653)])
def test_T4_a_clock_set_back_costs_one_interval_and_no_more(
    jump: timedelta, new_gate: MakeGate, store: MemoryStore, clock: FakeClock
) -> None:
    store.state = GateState(last_request_at=NOW + jump)
    with new_gate().turn(URL):
        pass
    assert sum(clock.waits) == pytest.approx(3.0)


class JumpingClock(FakeClock):
    """A clock whose wall time can be set apart from its monotonic time."""

    offset = timedelta()

    def now(self) -> datetime:
        return super().now() + self.offset


def test_T3_a_clock_set_forward_does_not_shorten_the_wait(new_gate: MakeGate) -> None:
    clock = JumpingClock(NOW)
    gate = new_gate(clock=clock)
    for jump in (timedelta(), timedelta(days=1), timedelta(days=3653)):
        clock.offset = jump
        with gate.turn(URL):
            pass
    assert clock.waits == [pytest.approx(3.0)] * 2


# stopping and giving up


def test_a_stop_ends_the_wait_for_the_interval_at_once(new_gate: MakeGate, store: MemoryStore) -> None:
    stop = Event()
    clock = SystemClock()
    store.state = GateState(last_request_at=clock.now())
    Timer(0.1, stop.set).start()
    began = time.monotonic()
    with pytest.raises(Stopped), new_gate(stop, clock, 30.0).turn(URL):
        pytest.fail("a request after the stop")
    assert time.monotonic() - began < 2
    assert len(store.saved) == 0


def test_nothing_is_asked_once_a_stop_is_set(new_gate: MakeGate) -> None:
    stop = Event()
    stop.set()
    with pytest.raises(Stopped), new_gate(stop).turn(URL):
        pytest.fail("a request after the stop")


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Another process's lock, as far as flock can tell."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(handle)


def test_a_stop_ends_the_wait_for_another_process(tmp_path: Path, new_gate: MakeGate) -> None:
    stop = Event()
    Timer(0.1, stop.set).start()
    with held(tmp_path / "gate.lock"), pytest.raises(Stopped), new_gate(stop, SystemClock()).turn(URL):
        pytest.fail("two at once")


def test_the_wait_for_another_process_is_bounded(
    tmp_path: Path, new_gate: MakeGate, clock: FakeClock
) -> None:
    with held(tmp_path / "gate.lock"), pytest.raises(DeadlineExceeded), new_gate().turn(URL, within=5):
        pytest.fail("two at once")
    assert sum(clock.waits) == pytest.approx(5, abs=0.01)


def test_a_wait_beyond_the_callers_deadline_is_not_begun(new_gate: MakeGate, clock: FakeClock) -> None:
    with new_gate().turn(URL):
        pass
    with pytest.raises(DeadlineExceeded), new_gate().turn(URL, within=2):
        pytest.fail("too soon")
    assert clock.waits == []


def test_P7_a_lock_file_that_is_removed_is_made_anew(tmp_path: Path, new_gate: MakeGate) -> None:
    for _ in range(2):
        with new_gate().turn(URL):
            (tmp_path / "gate.lock").unlink()


def test_P7_a_lock_that_cannot_be_made_is_a_store_error(tmp_path: Path, clock: FakeClock) -> None:
    gate = Gate(MemoryStore(), tmp_path / "missing" / "gate.lock", interval=3, clock=clock)
    with pytest.raises(StoreError, match=r"gate\.lock"), gate.turn(URL):
        pytest.fail("no lock")


def test_P7_the_lock_does_not_pass_to_child_processes(tmp_path: Path, new_gate: MakeGate) -> None:
    with new_gate().turn(URL):
        mine = {
            handle
            for handle in os.listdir("/proc/self/fd")
            if os.path.realpath(f"/proc/self/fd/{handle}") == str(tmp_path / "gate.lock")
        }
        assert len(mine) == 1
        assert not os.get_inheritable(int(mine.pop()))


# closing


def close(gate: Gate, decision: object = LIMITED, reason: str = "HTTP 429") -> datetime:
    with gate.turn(URL):
        return gate.refused(decision, reason)  # type: ignore[arg-type]


def test_H1_a_closed_gate_lets_nobody_through_until_its_time(new_gate: MakeGate, clock: FakeClock) -> None:
    until = close(new_gate())
    assert until == NOW + timedelta(minutes=10)
    clock.advance(seconds=599)
    with (
        pytest.raises(CoolingDown, match="HTTP 429") as caught,
        new_gate().turn("https://oaipmh.arxiv.org/oai"),
    ):
        pytest.fail("closed")
    assert caught.value.until == until
    clock.advance(seconds=1)
    with new_gate().turn(URL):
        pass


def test_H1_refusals_in_a_row_double_the_time_up_to_a_day(new_gate: MakeGate, clock: FakeClock) -> None:
    minutes = []
    for _ in range(10):
        until = close(new_gate())
        minutes.append((until - clock.now()).total_seconds() / 60)
        clock.advance(days=1)
    assert minutes == [10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440]


def test_H3_what_was_asked_is_never_cut_short(new_gate: MakeGate, clock: FakeClock) -> None:
    asked = replace(LIMITED, cooldown=3 * 86_400.0)
    for _ in range(3):
        assert close(new_gate(), asked) == clock.now() + timedelta(days=3)
        clock.advance(days=3)


def test_a_whole_answer_forgives_what_was_before(
    new_gate: MakeGate, store: MemoryStore, clock: FakeClock
) -> None:
    close(new_gate())
    clock.advance(minutes=10)
    gate = new_gate()
    with gate.turn(URL):
        gate.passed()
    assert (store.state.strikes, store.state.closed_until, store.state.reason) == (0, None, "")


def test_H6_after_a_403_only_the_operator_opens_the_gate(
    new_gate: MakeGate, store: MemoryStore, clock: FakeClock
) -> None:
    assert close(new_gate(), FORBIDDEN, "HTTP 403") == NOW + timedelta(days=1)
    for days in (0, 2, 365):
        clock.advance(days=days)
        with pytest.raises(CoolingDown, match="aggregator resume") as caught, new_gate().turn(URL):
            pytest.fail("closed")
        assert caught.value.until >= clock.now()
    assert new_gate().resume() is True
    assert new_gate().resume() is False
    with new_gate().turn(URL):
        pass
    assert store.state == GateState(last_request_at=clock.now())


def test_a_later_shorter_refusal_does_not_open_earlier(new_gate: MakeGate, store: MemoryStore) -> None:
    gate = new_gate()
    until = close(gate, FORBIDDEN)
    gate.refused(LIMITED, "HTTP 429")
    assert store.state.closed_until == until
    assert store.state.needs_operator


def test_T3_a_closing_noted_by_a_clock_ten_years_ahead_is_cut_to_a_day(
    new_gate: MakeGate, store: MemoryStore, clock: FakeClock
) -> None:
    store.state = GateState(closed_until=NOW + timedelta(days=3653), reason="HTTP 429", strikes=1)
    for _ in range(2):
        with pytest.raises(CoolingDown) as caught, new_gate().turn(URL):
            pytest.fail("closed")
        assert caught.value.until == NOW + timedelta(days=1)
    clock.advance(days=1)
    with new_gate().turn(URL):
        pass


def test_a_closed_gate_sends_and_notes_nothing(new_gate: MakeGate, store: MemoryStore) -> None:
    close(new_gate())
    noted = len(store.saved)
    with pytest.raises(CoolingDown), new_gate().turn(URL):
        pytest.fail("closed")
    assert len(store.saved) == noted


# behind it, a transport


class ScriptedTransport:
    """Answers each request with the next step: a body, an error, or a number of redirects before "fine"."""

    def __init__(self, clock: FakeClock, *steps: bytes | AggregatorError | int) -> None:
        self._clock = clock
        self._steps = list(steps)
        self.asked: list[tuple[float, float]] = []  # when, with which deadline

    def get(
        self,
        url: str,
        *,
        deadline: float,
        validators: Validators = Validators(),  # noqa: B008 - frozen
        accept: str = "",
        before_hop: Callable[[str], None] | None = None,
    ) -> Answer:
        step = self._steps.pop(0)
        self.asked.append((self._clock.monotonic(), deadline))
        self._clock.advance(seconds=1)
        if isinstance(step, AggregatorError):
            raise step
        if isinstance(step, int):
            for number in range(step):
                assert before_hop is not None
                before_hop(f"{url}/{number}")
                self.asked.append((self._clock.monotonic(), deadline))
            step = b"fine"
        return Answer(url, 200, {}, step, self._clock.now())


def gated(
    gate: Gate, clock: FakeClock, *steps: bytes | AggregatorError | int
) -> tuple[GatedTransport, ScriptedTransport]:
    inner = ScriptedTransport(clock, *steps)
    return GatedTransport(inner, gate), inner


def test_every_request_passes_a_turn(new_gate: MakeGate, clock: FakeClock) -> None:
    transport, inner = gated(new_gate(), clock, b"1", b"2")
    assert [transport.get(URL, deadline=60).body for _ in range(2)] == [b"1", b"2"]
    assert [at for at, _ in inner.asked] == [0, 4]


def test_the_wait_counts_towards_the_deadline(new_gate: MakeGate, clock: FakeClock) -> None:
    transport, inner = gated(new_gate(), clock, b"1", b"2")
    for _ in range(2):
        transport.get(URL, deadline=60)
    assert [deadline for _, deadline in inner.asked] == [60, pytest.approx(57)]


def test_redirects_are_requests_too(new_gate: MakeGate, clock: FakeClock) -> None:
    transport, inner = gated(new_gate(), clock, 3)
    transport.get(URL, deadline=60)
    assert [at for at, _ in inner.asked] == [0, 4, 7, 10]


@pytest.mark.parametrize(
    ("status", "retry_after", "seconds"),
    [
        (429, None, 600),
        (406, None, 600),
        (429, 30.0, 30),
        (429, 7_200.0, 7_200),
        (503, 3_600.0, 3_600),
        (403, None, 86_400),
    ],
)
def test_H1_a_refusal_closes_the_gate_for_all(
    status: int,
    retry_after: float | None,
    seconds: float,
    new_gate: MakeGate,
    store: MemoryStore,
    clock: FakeClock,
) -> None:
    transport, _ = gated(new_gate(), clock, HttpError(URL, status, retry_after=retry_after))
    with pytest.raises(HttpError):
        transport.get(URL, deadline=60)
    assert store.state.closed_until == clock.now() + timedelta(seconds=seconds)
    assert store.state.needs_operator is (status == 403)
    assert str(status) in store.state.reason
    other, inner = gated(new_gate(), clock)
    with pytest.raises(CoolingDown):
        other.get("https://export.arxiv.org/api/query", deadline=60)
    assert inner.asked == []


@pytest.mark.parametrize(
    "error", [HttpError(URL, 503, retry_after=0.0), HttpError(URL, 500), Unreachable(URL, "reset")]
)
def test_a_passing_fault_leaves_the_gate_open(
    error: AggregatorError, new_gate: MakeGate, store: MemoryStore, clock: FakeClock
) -> None:
    store.state = GateState(strikes=2)
    transport, _ = gated(new_gate(), clock, error, b"fine")
    with pytest.raises(type(error)):
        transport.get(URL, deadline=60)
    assert (store.state.closed_until, store.state.strikes) == (None, 2)
    assert transport.get(URL, deadline=60).body == b"fine"
    assert store.state.strikes == 0


def test_rate_exceeded_with_a_200_is_a_429(new_gate: MakeGate, store: MemoryStore, clock: FakeClock) -> None:
    transport, _ = gated(new_gate(), clock, b"Rate exceeded.")
    with pytest.raises(HttpError, match="429"):
        transport.get(URL, deadline=60)
    assert store.state.closed_until is not None


def test_a_real_redirect_is_spaced_on_the_wire(new_gate: MakeGate) -> None:
    arrivals: list[float] = []

    def note(request: bytes, connection: object) -> None:
        arrivals.append(time.monotonic())
        step = reply(b"x") if len(arrivals) == 3 else reply(status="302 Found", Location="/next")
        connection.send(step.data)  # type: ignore[attr-defined]

    clock = SystemClock()
    with (
        FaultServer(note) as server,
        HttpTransport(user_agent="t", allowed_hosts=frozenset(), max_body=100, clock=clock) as inner,
    ):
        GatedTransport(inner, new_gate(clock=clock, interval=0.2)).get(server.url, deadline=5)
    assert min(after - before for before, after in pairwise(arrivals)) >= 0.2


# several processes


def ask(folder: Path, name: str, times: int, seconds: float, interval: float) -> None:
    """What a process does: ask a few times, and write down when each request began and ended."""
    clock = SystemClock()
    gate = Gate(FileStore(folder / "state.json"), folder / "gate.lock", interval=interval, clock=clock)
    with (folder / f"{name}.log").open("a") as log:
        for _ in range(times):
            with gate.turn(URL):
                log.write(f"{time.monotonic()} ")
                log.flush()
                time.sleep(seconds)
                log.write(f"{time.monotonic()}\n")


def start(
    folder: Path, name: str, *, times: int, seconds: float, interval: float
) -> multiprocessing.process.BaseProcess:
    process = multiprocessing.get_context("spawn").Process(
        target=ask, args=(folder, name, times, seconds, interval)
    )
    process.start()
    return process


def spans(folder: Path, killed_at: float = 0.0) -> list[tuple[float, float]]:
    """All requests by their start; one that was killed ended with its process."""
    lines = [line.split() for log in folder.glob("*.log") for line in log.read_text().splitlines()]
    return sorted((float(line[0]), float(line[1]) if len(line) == 2 else killed_at) for line in lines)


def gaps(requests: list[tuple[float, float]]) -> list[float]:
    return [after[0] - before[1] for before, after in pairwise(requests)]


def test_P6_processes_never_overlap_nor_come_too_close(tmp_path: Path) -> None:
    processes = [start(tmp_path, f"p{n}", times=4, seconds=0.03, interval=0.15) for n in range(3)]
    for process in processes:
        process.join(30)
        assert process.exitcode == 0
        process.close()
    found = spans(tmp_path)
    assert len(found) == 12
    assert min(gaps(found)) >= 0.15


def test_P6_a_killed_holder_leaves_no_lock_and_the_pace_is_kept(tmp_path: Path) -> None:
    holder = start(tmp_path, "killed", times=1, seconds=60, interval=0.3)
    while not (tmp_path / "killed.log").exists() or not (tmp_path / "killed.log").read_text():
        time.sleep(0.01)
    waiting = start(tmp_path, "waiting", times=3, seconds=0.01, interval=0.3)
    time.sleep(0.8)
    holder.kill()
    holder.join(10)
    killed_at = time.monotonic()
    waiting.join(30)
    assert waiting.exitcode == 0
    found = spans(tmp_path, killed_at)
    assert len(found) == 4
    assert min(gaps(found)) >= 0.29  # the kill lies a little before `killed_at`
    for process in (holder, waiting):
        process.close()
