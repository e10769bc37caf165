"""Shares of work go to helper processes and come back in order, whatever becomes of a helper."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from waiting import wait_until

from aggregator.build import Helpers, all_cores

ALONE = "aggregator.build.helpers.threading.active_count"
SHARES = [[1, 2, 3], [4], [5, 6], [], [7, 8]]


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that other tests left behind do not count."""
    monkeypatch.setattr(ALONE, lambda: 1)


def doubled(share: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Twice the number, and in which process."""
    for number in share:
        yield 2 * number, os.getpid()


def test_results_come_in_the_order_of_the_shares_and_small_ones_are_made_here() -> None:
    found = list(Helpers(2, least=2).map(doubled, SHARES))
    assert [number for number, _ in found] == [2, 4, 6, 8, 10, 12, 14, 16]
    here = [number for number, process in found if process == os.getpid()]
    assert here == [8]
    assert len({process for _, process in found}) == 4


def test_with_one_core_all_is_made_here() -> None:
    assert {process for _, process in Helpers(1, least=1).map(doubled, SHARES)} == {os.getpid()}


def test_what_cannot_be_shared_is_opened_anew_in_each_helper() -> None:
    opened: list[int] = []

    def work(share: Sequence[int]) -> Iterator[tuple[list[int], int]]:
        yield opened, os.getpid()

    found = list(Helpers(2, lambda: opened.append(os.getpid()), least=1).map(work, [[1], [2]]))
    assert [seen for seen, _ in found] == [[process] for _, process in found]
    assert not opened


@pytest.mark.parametrize("end", [lambda: os.kill(os.getpid(), signal.SIGKILL), lambda: os._exit(3)])
def test_the_share_of_a_helper_that_dies_is_made_here(end: object) -> None:
    mine = os.getpid()

    def work(share: Sequence[int]) -> Iterator[int]:
        for number in share:
            if number == 2 and os.getpid() != mine:
                end()  # type: ignore[operator]
            yield number

    assert list(Helpers(2, least=1).map(work, [[1, 2, 3], [4]])) == [1, 2, 3, 4]


def test_an_error_of_the_work_appears_here() -> None:
    def work(share: Sequence[int]) -> Iterator[int]:
        yield from share
        raise ValueError("no paper")

    with pytest.raises(ValueError, match="no paper"):
        list(Helpers(2, least=1).map(work, [[1]]))


def test_no_helper_outlives_who_stops_listening() -> None:
    before = children()  # browsers of other tests
    results = Helpers(4, least=1).map(doubled, [[n] for n in range(100)])
    next(results)
    assert children() > before
    results.close()  # type: ignore[attr-defined]
    assert children() == before


def children() -> set[str]:
    """Of this process, those that nobody has waited for yet among them."""
    return {
        process
        for task in Path("/proc/self/task").iterdir()
        for process in (task / "children").read_text().split()
    }


def test_no_helper_outlives_who_is_killed(tmp_path: Path) -> None:
    program = """
        import os, pathlib, sys, time
        from aggregator.build import Helpers

        def work(share):
            (pathlib.Path(sys.argv[1]) / str(os.getpid())).touch()
            time.sleep(600)
            yield from share

        list(Helpers(2, least=1).map(work, [[1], [2]]))
    """
    parent = subprocess.Popen([sys.executable, "-c", textwrap.dedent(program), str(tmp_path)])
    wait_until(lambda: len([*tmp_path.iterdir()]) == 2, seconds=20)
    parent.kill()
    parent.wait()
    wait_until(lambda: not any(is_alive(int(file.name)) for file in tmp_path.iterdir()), seconds=20)


def is_alive(process: int) -> bool:
    """A zombie that nobody has waited for yet is dead."""
    try:
        return ") Z" not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False


def test_beside_another_thread_nothing_is_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    over = threading.Event()
    other = threading.Thread(target=over.wait)
    other.start()
    try:
        assert {process for _, process in Helpers(2, least=1).map(doubled, SHARES)} == {os.getpid()}
    finally:
        over.set()
        other.join()


def test_there_is_a_core() -> None:
    assert all_cores() >= 1
