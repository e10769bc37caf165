"""All cores for one build: helper processes render shares of the pages while this one publishes what they made.

A helper is forked, so that everything is at hand without being sent; it reads through a connection of its own, leaves
its results in memory that both share, and ends. Only where this process has one thread: what another holds locked at
that moment would stay locked in the helper.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, BinaryIO, NoReturn, TypeVar

S = TypeVar("S")
T = TypeVar("T")

_PARENT_DEATH = 1  # PR_SET_PDEATHSIG of prctl(2)
LEAST = 50  # of a share, before a helper is worth its fork of ten milliseconds


def all_cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Helper:
    """A process, and where it leaves what it makes."""

    def __init__(self, work: Callable[[], Iterator[object]]) -> None:
        self._made = os.fdopen(os.memfd_create("share"), "w+b")
        self._status: int | None = None
        self._process = os.fork()
        if self._process == 0:
            _help(work, self._made)

    def succeeded(self) -> bool:
        if self._status is None:
            _, self._status = os.waitpid(self._process, 0)
        return self._status == 0

    def results(self) -> Iterator[Any]:
        self._made.seek(0)
        with suppress(EOFError):
            while True:
                yield pickle.load(self._made)  # noqa: S301 (our own; nobody else can write there)

    def end(self) -> None:
        """Let go of it, whatever it is doing."""
        if self._status is None:
            os.kill(self._process, signal.SIGKILL)
            self.succeeded()
        self._made.close()


def _end_with_parent() -> None:
    """A helper holds our locks too: it must not outlive a process that is killed."""
    with suppress(AttributeError):
        ctypes.CDLL(None).prctl(_PARENT_DEATH, signal.SIGKILL)


def _help(work: Callable[[], Iterator[object]], made: BinaryIO) -> NoReturn:
    """In the helper."""
    status = 1
    try:
        _end_with_parent()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asked us ends us
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        for result in work():
            pickle.dump(result, made, pickle.HIGHEST_PROTOCOL)
        made.flush()
        status = 0
    finally:
        os._exit(status)


class Helpers:
    """At most `cores` at a time. `renew` is called first in each: what a process cannot share is opened anew."""

    def __init__(
        self, cores: int = 1, renew: Callable[[], object] = lambda: None, least: int = LEAST
    ) -> None:
        self._cores = cores if hasattr(os, "memfd_create") else 1
        self._renew = renew
        self._least = least

    def map(self, work: Callable[[Sequence[S]], Iterator[T]], shares: Iterable[Sequence[S]]) -> Iterator[T]:
        """What `work` makes of each share, in order; results must be picklable, and `work` leaves nothing behind.

        A small share is worked on here, and so is one whose helper failed, so that its error appears here.
        """
        rest, begun = iter(shares), deque[tuple[Sequence[S], _Helper | None]]()
        try:
            while self._begin(work, rest, begun):
                share, helper = begun[0]
                yield from helper.results() if helper and helper.succeeded() else work(share)
                _end(begun.popleft()[1])
        finally:
            for _, helper in begun:
                _end(helper)

    def _begin(
        self,
        work: Callable[[Sequence[S]], Iterator[T]],
        rest: Iterator[Sequence[S]],
        begun: deque[tuple[Sequence[S], _Helper | None]],
    ) -> bool:
        """Keep all cores busy. False when nothing is left to do."""
        while len(begun) < self._cores and (share := next(rest, None)) is not None:
            helped = _Helper(partial(self._apart, work, share)) if self._is_worth(share) else None
            begun.append((share, helped))
        return bool(begun)

    def _is_worth(self, share: Sequence[object]) -> bool:
        return self._cores > 1 and len(share) >= self._least and threading.active_count() == 1

    def _apart(self, work: Callable[[Sequence[S]], Iterator[T]], share: Sequence[S]) -> Iterator[T]:
        self._renew()
        return work(share)


def _end(helper: _Helper | None) -> None:
    if helper:
        helper.end()
