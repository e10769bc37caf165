"""One writer on a data folder, whatever happens to the others."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fakes import FakeClock

from aggregator.errors import LockHeld, Stopped, StoreError
from aggregator.store import DataLock

HOLDER = """
import sys
from pathlib import Path
from aggregator.store import DataLock
with DataLock(Path(sys.argv[1]), "daemon"):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock until its input is closed."""
    command = [sys.executable, "-c", HOLDER, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_p6_a_second_writer_is_told_who_the_first_is(tmp_path: Path) -> None:
    with another_process(tmp_path) as holder:
        lock = DataLock(tmp_path)
        with pytest.raises(LockHeld, match=rf"process {holder.pid} \(daemon\) writes to this data folder"):
            lock.acquire()
        assert not lock.held


def test_p6_a_second_writer_may_wait_its_turn(tmp_path: Path) -> None:
    with another_process(tmp_path) as holder:
        assert holder.stdin is not None
        threading.Timer(0.2, holder.stdin.close).start()
        with DataLock(tmp_path).acquire(wait=20) as lock:
            assert lock.held
            assert holder.wait() == 0


def test_p6_waiting_ends_after_the_time_given(tmp_path: Path) -> None:
    clock = FakeClock()
    with DataLock(tmp_path, "first"), pytest.raises(LockHeld, match="first"):
        DataLock(tmp_path, clock=clock).acquire(wait=7.25)
    assert sum(clock.waits) == pytest.approx(7.25)


def test_waiting_ends_when_a_stop_is_asked_for(tmp_path: Path) -> None:
    stop = threading.Event()
    threading.Timer(0.1, stop.set).start()
    started = time.monotonic()
    with DataLock(tmp_path), pytest.raises(Stopped):
        DataLock(tmp_path).acquire(wait=60, stop=stop)
    assert time.monotonic() - started < 10


def test_p7_a_killed_holder_leaves_no_lock(tmp_path: Path) -> None:
    with another_process(tmp_path) as holder:
        holder.kill()
        holder.wait()
        with DataLock(tmp_path) as lock:
            assert lock.held


def test_p7_a_deleted_lock_file_is_noticed(tmp_path: Path) -> None:
    with DataLock(tmp_path) as lock:
        lock.path.unlink()
        assert not lock.held
        with DataLock(tmp_path) as other:
            assert other.held
            assert not lock.held


def test_p7_programs_started_meanwhile_do_not_inherit_the_lock(tmp_path: Path) -> None:
    with DataLock(tmp_path):
        child = subprocess.Popen(["sleep", "60"], close_fds=False)
    try:
        with DataLock(tmp_path) as lock:
            assert lock.held
    finally:
        child.kill()
        child.wait()


def test_taking_it_twice_and_giving_it_back_twice_is_harmless(tmp_path: Path) -> None:
    lock = DataLock(tmp_path, "update")
    with lock.acquire() as same:
        assert same is lock.acquire()
        assert lock.path.read_text().split(maxsplit=1)[1] == "update\n"
    lock.release()
    assert not lock.held
    assert lock.path.read_text() == ""


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot lock the data folder"):
        DataLock(tmp_path / "missing").acquire()
