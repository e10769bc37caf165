"""A loopback server in trouble, for benchmarks/retry.py: it answers by script and keeps what it saw."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event

SCENARIOS: dict[str, tuple[int, dict[str, str]]] = {
    "429": (429, {}),
    "503, 0": (503, {"Retry-After": "0"}),
    "503, 2": (503, {"Retry-After": "2"}),
    "503, 3600": (503, {"Retry-After": "3600"}),
    "dribble": (200, {}),
}


@dataclass
class Seen:
    """When requests came and when their answers ended, in seconds of the monotonic clock."""

    came: list[float] = field(default_factory=list)
    left: list[float] = field(default_factory=list)

    def pauses(self) -> list[float]:
        return [after - before for before, after in zip(self.left, self.came[1:], strict=False)]


class Server(ThreadingHTTPServer):
    """Answers /<variant number>/<scenario number> and keeps what it saw."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: defaultdict[str, Seen] = defaultdict(Seen)
        self.closing = Event()


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        seen = self.server.seen[self.path]
        seen.came.append(time.monotonic())
        scenario = list(SCENARIOS)[int(self.path.rsplit("/", 1)[1])]
        status, headers = SCENARIOS[scenario]
        try:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "1000" if scenario == "dribble" else "0")
            self.end_headers()
            self.wfile.flush()
            while scenario == "dribble" and not self.server.closing.wait(0.5):
                self.wfile.write(b".")
        except OSError:
            self.close_connection = True  # the client gave up
        finally:
            seen.left.append(time.monotonic())

    def log_message(self, *_: object) -> None:
        """Say nothing."""
