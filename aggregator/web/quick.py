"""HTTP's common case without the framework: a plain GET for an answer that is ready is answered at once.

    bytes ─► plain GET, whole, alone? ─► Hot ─► written          (10 µs)
                     │ anything else
                     └─► h11 ─► ASGI                             (200 µs and more)

Whatever is unusual (a body, a range, a second request behind the first, an unknown header form) goes the ordinary
way, so this needs no rule of HTTP but the strict form of what browsers send. Connections have deadlines here too:
a head must be whole in time, an idle one is closed, and one that does not take what it asked for is dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from aggregator.web import forms
from aggregator.web.hot import Clock, Hot, Ready
from aggregator.web.safety import LARGEST_HEAD

LEAST_TAKEN = 10_000  # bytes that a slow reader must take to be given more time


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a connection may take, in seconds."""

    head: float = 15.0  # from the first byte of a request to the end of its head
    idle: float = 30.0  # without a request, or without taking what was asked for
    work: float = 90.0  # for a request that goes the ordinary way, its body included


_TOKEN = b"!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_UNUSUAL = frozenset(
    (b"range", b"if-range", b"if-modified-since", b"if-match", b"if-unmodified-since", b"content-length",
     b"transfer-encoding", b"expect", b"upgrade", b"authorization", b"te", b"trailer")
)  # fmt: skip
_READING = (b"GET", b"HEAD")
_OK = b"HTTP/1.1 200 OK\r\n"
_NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\n"


def quick_answer(data: bytes, hot: Hot, trusts: Callable[[bytes], bool], clock: Clock) -> bytes | None:
    """The whole answer to `data`, if it is one plain GET or HEAD for what is ready; else None."""
    lines = data[:-4].split(b"\r\n")
    words = lines[0].split(b" ")
    if not _is_alone(data, lines) or len(words) != 3 or words[0] not in _READING or words[2] != b"HTTP/1.1":
        return None
    fields = _fields(lines[1:])
    if fields is None or not trusts(fields[b"host"].strip()):
        return None
    ready = hot.get(words[1], forms.coding(fields.get(b"accept-encoding", b"")))
    return None if ready is None else _written(ready, words[0], fields.get(b"if-none-match"), clock)


def _is_alone(data: bytes, lines: list[bytes]) -> bool:
    """One whole head and nothing else, its lines ended as HTTP says."""
    ends = len(lines) + 1
    return (
        data[-4:] == b"\r\n\r\n"
        and len(data) <= LARGEST_HEAD
        and data.count(b"\n") == ends
        and data.count(b"\r") == ends
    )


def _fields(lines: list[bytes]) -> dict[bytes, bytes] | None:
    """The header fields; None where one is unusual, malformed or there twice."""
    fields: dict[bytes, bytes] = {}
    for line in lines:
        name, _, value = line.partition(b":")
        fields[_usual(name)] = value
    usual = len(fields) == len(lines) and b"" not in fields and b"host" in fields
    stays = usual and fields.get(b"connection", b"keep-alive").strip().lower() == b"keep-alive"
    return fields if stays else None


@lru_cache(maxsize=512)  # names come from outside, but clients have few
def _usual(name: bytes) -> bytes:
    """The name in lower case, empty for one that is malformed or asks for more than a plain answer."""
    lower = name.lower()
    return b"" if not name or name.translate(None, _TOKEN) or lower in _UNUSUAL else lower


def _written(ready: Ready, method: bytes, known: bytes | None, clock: Clock) -> bytes:
    if known is not None and forms.is_known(ready.etag, known.decode("latin-1")):
        return b"".join((_NOT_MODIFIED, clock.line(), ready.wire_304))
    if method == b"HEAD":
        return b"".join((_OK, clock.line(), ready.wire[: len(ready.wire) - len(ready.body)]))
    return ready.dated(_OK + clock.line())


class QuickProtocol(H11Protocol):
    """One connection. Subclassed with what it needs by `protocol`."""

    hot: Hot
    trusts: Callable[[bytes], bool]
    clock: Clock
    watch: Watch
    patience: Patience

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deadline = 0.0
        self.left = 0  # bytes that the reader had not taken when the deadline was last looked at
        self.ordinary = False  # h11 has seen part of a request

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.deadline = self.loop.time() + self.patience.head
        self.watch.came(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.watch.left(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if not self.ordinary:
            answer = quick_answer(data, self.hot, self.trusts, self.clock)
            if answer is not None:
                self._unset_keepalive_if_required()
                self.transport.write(answer)
                self.deadline = self.loop.time() + self.patience.idle
                self.server_state.total_requests += 1
                if self.flow.write_paused:  # who does not take the answers is not asked for more questions
                    self.flow.pause_reading()
                return
            self.ordinary = True
            self.deadline = self.loop.time() + self.patience.head
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:
            self.deadline = self.loop.time() + self.patience.work

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.ordinary:
            self.flow.resume_reading()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self.deadline = self.loop.time() + self.patience.idle
        idle = self.conn.their_state is h11.IDLE and self.conn.our_state is h11.IDLE
        self.ordinary = not idle or bool(self.conn.trailing_data[0])

    def overdue(self, now: float) -> bool:
        """Whether the deadline passed. A reader who takes what was sent, if slowly, gets another."""
        if now < self.deadline:
            return False
        waiting = self.transport.get_write_buffer_size()
        if waiting and (self.left == 0 or self.left - waiting >= LEAST_TAKEN):
            self.left, self.deadline = waiting, now + self.patience.idle
            return False
        return True


class Watch:
    """All connections of a server: closes those whose time is over, and makes room when there are too many."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._connections: set[QuickProtocol] = set()
        self._timer: asyncio.TimerHandle | None = None

    def came(self, connection: QuickProtocol) -> None:
        if len(self._connections) >= self._most:
            self._make_room()
        self._connections.add(connection)
        if self._timer is None:
            self._timer = connection.loop.call_later(1.0, self._sweep, connection.loop)

    def left(self, connection: QuickProtocol) -> None:
        self._connections.discard(connection)

    def _make_room(self) -> None:
        """Whoever would be closed first goes now: idle ones before those that were just answered."""
        soonest = sorted(self._connections, key=lambda one: one.deadline)
        for connection in soonest[: max(1, self._most // 100)]:
            self._connections.discard(connection)
            connection.transport.abort()

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        now = loop.time()
        for connection in [one for one in self._connections if one.overdue(now)]:
            connection.transport.abort()
        if self._connections:
            self._timer = loop.call_later(1.0, self._sweep, loop)


def protocol(
    hot: Hot, trusts: Callable[[str], bool], *, most: int, patience: Patience | None = None
) -> type[QuickProtocol]:
    """The protocol of one server, which takes `most` connections."""
    known: dict[bytes, bool] = {}

    def trusted(host: bytes) -> bool:
        found = known.get(host)
        if found is None:
            found = trusts(host.decode("latin-1"))
            if len(known) < 256:
                known[host] = found
        return found

    members = {
        "hot": hot,
        "trusts": staticmethod(trusted),
        "clock": Clock(),
        "watch": Watch(most),
        "patience": patience or Patience(),
    }
    return type("Connection", (QuickProtocol,), members)
