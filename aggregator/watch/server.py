"""A small HTTP server on a thread of its own, for health and metrics. It answers GET and HEAD from a table."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

log = logging.getLogger(__name__)

PATIENCE = 5.0  # seconds that a client may leave a connection idle
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered."""

    status: int
    body: bytes
    content_type: str = TEXT


Answers = Mapping[str, Callable[[], Reply]]


class WatchServer:
    """Listens on `host`:`port` from the start; `start` begins to answer, `close` ends it.

    Raises OSError where it cannot listen, e.g. when the port is taken.
    """

    def __init__(self, host: str, port: int, answers: Answers) -> None:
        self._server = _Server((host, port), _handler(answers))
        self._thread = Thread(target=self._server.serve_forever, name="watch", daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, handler)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 (socketserver's)
        """A client that goes away is nobody's trouble."""
        log.debug("a request to the watch server broke off", exc_info=True)


def _handler(answers: Answers) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = PATIENCE

        def do_GET(self) -> None:
            reply = _reply(answers, self.path)
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)

        def do_HEAD(self) -> None:
            self.do_GET()

        def version_string(self) -> str:
            return "aggregator"

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: a look every few seconds is no event."""

    return Handler


def _reply(answers: Answers, path: str) -> Reply:
    answer = answers.get(path.partition("?")[0])
    if answer is None:
        return Reply(404, "".join(f"{known}\n" for known in answers).encode())
    try:
        return answer()
    except Exception:
        log.exception("no answer for %s", path)
        return Reply(500, b"internal error\n")
