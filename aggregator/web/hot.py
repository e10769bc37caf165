"""Ready answers in memory: bytes that need no more than a date before them. Bounded; the least used go first."""

from __future__ import annotations

import os
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from aggregator.web.forms import http_date

ROOM = 48 * 1024 * 1024  # bytes of all bodies
FRESH = 1.0  # seconds that an answer is given before its file is looked at again

Stamp = tuple[int, int, int]  # inode, nanoseconds, size: a replaced file has another
Headers = Mapping[str, str]


def stamp_of(path: Path) -> Stamp | None:
    """What tells one state of a file from the next, None when there is none."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


@dataclass(slots=True)
class Ready:
    """One representation of a page, with its headers. `current` says whether it still is what readers should get."""

    body: bytes
    headers: Headers
    etag: str
    current: Callable[[], bool]
    checked: float = 0.0
    wire: bytes = field(init=False)  # all of the answer behind the date
    wire_304: bytes = field(init=False)
    _head: bytes = b""
    _whole: bytes = b""

    def __post_init__(self) -> None:
        lines = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        size = f"content-length: {len(self.body)}\r\n\r\n"
        self.wire = (lines + size).encode("latin-1") + self.body
        kept = {k: v for k, v in self.headers.items() if k not in ("content-type", "content-encoding")}
        self.wire_304 = "".join([*(f"{k}: {v}\r\n" for k, v in kept.items()), "\r\n"]).encode("latin-1")
        self.checked = time.monotonic()

    def dated(self, head: bytes) -> bytes:
        """The whole answer behind `head`, which changes once a second: a large body is not copied for each reader."""
        if head != self._head:
            self._head, self._whole = head, head + self.wire
        return self._whole


class Hot:
    """Ready answers by raw target and content coding; threads may share it."""

    def __init__(self, room: int = ROOM, fresh: float = FRESH) -> None:
        self._room = room
        self._fresh = fresh
        self._size = 0
        self._lock = Lock()
        self._ready: OrderedDict[tuple[bytes, str], Ready] = OrderedDict()

    def get(self, target: bytes, coding: str) -> Ready | None:
        """The answer to a target, if it is here and its source is as it was."""
        ready = self._ready.get((target, coding))
        if ready is None:
            return None
        now = time.monotonic()
        if now - ready.checked > self._fresh:
            if not ready.current():
                self._drop((target, coding))
                return None
            ready.checked = now
            with self._lock:
                if (target, coding) in self._ready:
                    self._ready.move_to_end((target, coding))
        return ready

    def put(self, target: bytes, coding: str, ready: Ready) -> None:
        """Keep an answer, unless it is larger than an eighth of all room."""
        if len(ready.wire) > self._room // 8 or len(target) > 1000:
            return
        self._drop((target, coding))
        with self._lock:
            self._ready[target, coding] = ready
            self._size += len(ready.wire)
            while self._size > self._room:
                _, oldest = self._ready.popitem(last=False)
                self._size -= len(oldest.wire)

    def _drop(self, key: tuple[bytes, str]) -> None:
        with self._lock:
            gone = self._ready.pop(key, None)
            self._size -= len(gone.wire) if gone else 0


class Clock:
    """The date header's value, made once a second."""

    def __init__(self) -> None:
        self._second = 0
        self._line = b""

    def line(self) -> bytes:
        """E.g. b"date: Mon, 25 Nov 2026 10:00:00 GMT" with its line end."""
        second = int(time.time())
        if second != self._second:
            self._second = second
            self._line = f"date: {http_date(second)}\r\n".encode()
        return self._line
