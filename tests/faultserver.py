"""A raw-socket server on loopback that answers wrongly on purpose: cut bodies, resets, pauses, dribbles.

    with FaultServer([Send(head(10)), Send(b"half"), Reset()]) as server:
        fetch(server.url)

Each connection gets the next script, the last one again and again. A script is a list of steps or a callable
`(request_bytes, connection) -> None`; it starts when the first request's header has been read, and the
connection is closed when it ends. `requests` holds the bytes of every request header, in order of arrival.
"""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Event, Lock, Thread
from types import TracebackType


def head(length: int | None = None, *, status: str = "200 OK", **headers: str) -> bytes:
    """A response header; `length` becomes Content-Length, and `Retry_After="0"` becomes `Retry-After: 0`."""
    fields = {"Content-Type": "text/xml"} | {k.replace("_", "-"): v for k, v in headers.items()}
    if length is not None:
        fields["Content-Length"] = str(length)
    lines = [f"HTTP/1.1 {status}", *(f"{k}: {v}" for k, v in fields.items()), "", ""]
    return "\r\n".join(lines).encode()


def reply(body: bytes = b"", *, status: str = "200 OK", **headers: str) -> Send:
    """A whole, correct answer as one step."""
    return Send(head(len(body), status=status, **headers) + body)


class Connection:
    """One accepted connection. Its waits end when the server is closed."""

    def __init__(self, server: FaultServer, sock: socket.socket) -> None:
        self._server, self._socket = server, sock

    def read_request(self) -> bytes:
        """The next request's header, recorded; empty when the client has gone."""
        received = b""
        while not received.endswith(b"\r\n\r\n"):
            byte = self._socket.recv(1)
            if not byte:
                return b""
            received += byte
        self._server.record(received)
        return received

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def sleep(self, seconds: float) -> None:
        if self._server.closing.wait(seconds):
            raise ConnectionAbortedError

    def reset(self) -> None:
        """Close with a RST instead of a FIN (SO_LINGER 0)."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


class Step:
    """One thing that a connection does."""

    def play(self, connection: Connection) -> None:
        raise NotImplementedError


@dataclass(frozen=True)
class Send(Step):
    """Send `data`, `times` over: `Send(b"x" * 65536, 8000)` is a body of 500 MB made of little."""

    data: bytes
    times: int = 1

    def play(self, connection: Connection) -> None:
        for _ in range(self.times):
            connection.send(self.data)


@dataclass(frozen=True)
class Dribble(Step):
    """Send `data` one byte at a time, `every` seconds."""

    data: bytes
    every: float

    def play(self, connection: Connection) -> None:
        for byte in self.data:
            connection.send(bytes([byte]))
            connection.sleep(self.every)


@dataclass(frozen=True)
class Sleep(Step):
    """Say nothing for `seconds`."""

    seconds: float

    def play(self, connection: Connection) -> None:
        connection.sleep(self.seconds)


class NextRequest(Step):
    """Wait for another request on the same connection."""

    def play(self, connection: Connection) -> None:
        if not connection.read_request():
            raise ConnectionAbortedError


class Reset(Step):
    """End the connection with a RST."""

    def play(self, connection: Connection) -> None:
        connection.reset()


class Close(Step):
    """End the connection with a FIN."""

    def play(self, connection: Connection) -> None:
        connection.close()


Script = Iterable[Step] | Callable[[bytes, Connection], None]


class FaultServer:
    """Plays `scripts`, one a connection; without any it closes each connection unanswered."""

    def __init__(self, *scripts: Script) -> None:
        self._scripts = scripts or ([],)
        self.requests: list[bytes] = []
        self.connections = 0
        self.closing = Event()
        self._lock = Lock()
        self._threads: list[Thread] = []
        self._open: list[Connection] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def record(self, request: bytes) -> None:
        with self._lock:
            self.requests.append(request)

    def __enter__(self) -> FaultServer:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes accept()
        self._listener.close()
        self._threads[0].join()
        for connection in self._open:
            connection.close()
        for thread in self._threads:
            thread.join()

    def _start(self, work: Callable[[], None]) -> None:
        thread = Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection = Connection(self, self._listener.accept()[0])
                script = self._scripts[min(self.connections, len(self._scripts) - 1)]
                self.connections += 1
                self._open.append(connection)
                self._start(lambda c=connection, s=script: self._serve(c, s))  # type: ignore[misc]

    def _serve(self, connection: Connection, script: Script) -> None:
        with contextlib.suppress(OSError):  # the client hung up, or the script closed the connection
            request = connection.read_request()
            if callable(script):
                script(request, connection)
            else:
                for step in script:
                    step.play(connection)
        connection.close()
