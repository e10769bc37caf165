"""Work of a request in a thread, bounded: how many at once, how many wait, and for how long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 4
WAITING = 64  # requests that may wait for a thread; the next one is told to come back
SECONDS = 15.0  # that a reader waits at most; what a query may take is bounded by the store


class Busy(Exception):
    """Too many are waiting, or it took too long: the reader may come back."""


class Workers:
    """Some threads that handlers give their work to."""

    def __init__(self, threads: int = THREADS, waiting: int = WAITING, seconds: float = SECONDS) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self._free = threads + waiting
        self._seconds = seconds

    async def run(self, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of `task` in a thread. Raises Busy; what the task raises passes through."""
        if self._free <= 0:
            raise Busy
        self._free -= 1
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(self._pool, partial(task, *args, **kwargs))
        work.add_done_callback(self._done)
        try:
            return await asyncio.wait_for(asyncio.shield(work), self._seconds)
        except TimeoutError:
            raise Busy from None

    def _done(self, work: asyncio.Future[T]) -> None:
        self._free += 1
        if not work.cancelled():
            work.exception()  # a reader who gave up leaves nobody to ask for it
