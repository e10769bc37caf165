"""A plain HTTP server on loopback that answers from a table, logs requests, and can be changed between them."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from types import TracebackType


@dataclass(frozen=True)
class Reply:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0  # how long the server takes
    times: int = 1  # how often the body is sent, one behind the other


@dataclass(frozen=True)
class Request:
    path: str
    started: float  # monotonic seconds
    ended: float
    headers: dict[str, str]


class Loopback:
    """`replies` maps a path to what is answered; other paths get 404. `requests` is the log."""

    def __init__(self, replies: dict[str, Reply] | None = None) -> None:
        self.replies = replies or {}
        self.requests: list[Request] = []
        self._lock = Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Loopback:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                started = time.monotonic()
                reply = outer.replies.get(self.path.split("?")[0], Reply(status=404))
                time.sleep(reply.seconds)
                with outer._lock:
                    outer.requests.append(
                        Request(
                            self.path,
                            started,
                            time.monotonic(),
                            {k.lower(): v for k, v in self.headers.items()},
                        )
                    )
                self.send_response_only(reply.status)
                headers = {"Content-Type": "text/xml", "Date": self.date_time_string(), **reply.headers}
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body) * reply.times))
                self.end_headers()
                with suppress(ConnectionError):
                    for _ in range(reply.times):
                        self.wfile.write(reply.body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


def write_config(folder: Path, url: str, categories: str, **arxiv: object) -> Path:
    """A settings file for a run against `url`; the data folder is `folder`/data."""
    options = {"interval": 0.05, "tries": 2, "budget": 30.0, "deadline": 10.0} | arxiv
    lines = [
        f"categories = [{', '.join(repr(c) for c in categories.split())}]",
        f'data = "{folder / "data"}"',
        "[arxiv]",
        'contact = "tests@example.org"',
        f'rss_url = "{url}"',
        f'oai_url = "{url}/oai"',
        f'api_url = "{url}/api/query"',
        *(f"{name} = {value}" for name, value in options.items()),
    ]
    path = folder / "aggregator.toml"
    path.write_text("\n".join(lines) + "\n")
    return path
