"""Signals as values, read one by one by the main thread.

A handler runs in the middle of whatever the main thread does, and one that takes a lock can wait for itself. So
the handlers do nothing: Python writes the number into a socket (`signal.set_wakeup_fd`), and `wait` reads it.
"""

from __future__ import annotations

import select
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Any

HEARD = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
END = frozenset({signal.SIGTERM, signal.SIGINT})


class Signals:
    """Hears `HEARD` while the `with` lasts. Main thread only. A broken pipe is an error of the write, not more."""

    def __enter__(self) -> Signals:
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._fd = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._before: dict[int, Any] = {number: signal.signal(number, _noted) for number in HEARD}
        self._before[signal.SIGPIPE] = signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._fd)
        self._reader.close()
        self._writer.close()

    def wait(self, seconds: float) -> tuple[signal.Signals, ...]:
        """The signals that have come, in their order; waits up to `seconds` for the first."""
        select.select([self._reader], [], [], max(0.0, seconds))
        with suppress(BlockingIOError):
            return tuple(signal.Signals(byte) for byte in self._reader.recv(64) if byte in HEARD)
        return ()


Wait = Callable[[float], tuple[signal.Signals, ...]]


def _noted(_number: int, _frame: FrameType | None) -> None:
    """Python has written the number already."""
