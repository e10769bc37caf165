"""The simulated arXiv on loopback: the truth, served over HTTP at the pace of a virtual clock.

    with SimulatedArxiv(Truth(script), VirtualClock(start)) as arxiv:
        ...  # ask arxiv.url + "/rss/cs.AI"; then look at arxiv.log

It answers /rss/<query>, /atom/<query>, /oai (OAI-PMH), /api/query and /catchup/<category>/<day>, and any path that
`add_route` gave it. It keeps a log of every request, which is complete for an answer before its last byte is sent.
"""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from types import TracebackType
from urllib.parse import unquote, urlsplit

from aggregator.clock import Clock
from aggregator.simulator.api import Api
from aggregator.simulator.builds import Feeds, UnknownQuery
from aggregator.simulator.faults import Fault, Reply
from aggregator.simulator.feeds import atom_document, error_document, rss_document
from aggregator.simulator.lists import Lists
from aggregator.simulator.oai import Oai
from aggregator.simulator.truth import Truth

Route = Callable[
    [str, datetime], Reply
]  # (the rest of the path with its query string, the moment) → an answer


@dataclass(frozen=True, slots=True)
class Logged:
    """One request. `at` is virtual, `started` and `ended` are real monotonic seconds; header names lower-case.

    `connection` is the client's port: requests with the same one came over the same connection. `short` when less was
    sent than was announced.
    """

    at: datetime
    started: float
    ended: float
    path: str
    status: int
    headers: Mapping[str, str]
    connection: int
    short: bool = False


class SimulatedArxiv:
    """arXiv on 127.0.0.1, as a context manager. `port` 0 takes a free one."""

    def __init__(self, truth: Truth, clock: Clock, *, port: int = 0) -> None:
        self.truth = truth
        self.clock = clock
        self.feeds = Feeds(truth)
        self.max_concurrent = 0
        self.closing = Event()
        self._documents: dict[tuple[str, str, datetime], bytes] = {}
        self._faults: list[Fault] = []
        self._log: list[Logged] = []
        self._in_flight = 0
        self._lock = Lock()
        self._routes: dict[str, Route] = {
            "/rss/": self._feed("rss"),
            "/atom/": self._feed("atom"),
            "/oai": Oai(truth),
            "/api/query": Api(truth),
            "/catchup/": Lists(truth),
        }
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end; also what the setting `rss_url` takes."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    rss_url = url

    @property
    def log(self) -> tuple[Logged, ...]:
        """Every request so far, in the order in which the answers ended."""
        with self._lock:
            return tuple(self._log)

    def inject(self, *faults: Fault) -> None:
        """Let `faults` befall the requests they match; of several, the first that was injected acts."""
        with self._lock:
            self._faults += faults

    def clear_faults(self) -> None:
        """From now on everything is answered rightly."""
        with self._lock:
            self._faults.clear()

    def is_idle(self) -> bool:
        """Whether no request is being answered; what a client asked that died meanwhile is answered to its end."""
        with self._lock:
            return self._in_flight == 0

    def add_route(self, prefix: str, route: Route) -> None:
        """Answer paths that start with `prefix` by `route`."""
        self._routes[prefix] = route

    def __enter__(self) -> SimulatedArxiv:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    # answers

    def answer(self, path: str) -> Reply:
        """What `path` gets at this moment, faults included."""
        now = self.clock.now()
        right = self._right(path)
        with self._lock:
            fault = next((fault for fault in self._faults if fault.takes(path, now)), None)
        return fault.effect(right, self._right) if fault else right

    def _right(self, path: str) -> Reply:
        for prefix, route in self._routes.items():
            if path.startswith(prefix):
                return route(path[len(prefix) :], self.clock.now())
        return Reply(404, b"Not Found\n", {"Content-Type": "text/plain"})

    def _feed(self, form: str) -> Route:
        def route(rest: str, moment: datetime) -> Reply:
            query = unquote(urlsplit(rest).path)
            headers = {"Content-Type": f"application/{form}+xml"}
            try:
                build = self.feeds.build(query, moment)
            except UnknownQuery as error:
                reason = f"{error} is neither a category nor an archive of arXiv."
                return Reply(400, error_document(query, moment, reason), headers)
            key = (form, query, build.at)
            if key not in self._documents:
                write = rss_document if form == "rss" else atom_document
                entries = (item.entry(self.truth.script.seed) for item in build.items)
                self._documents[key] = write(query, build.declared_day, build.at, entries)
            body = self._documents[key]
            headers["ETag"] = f'"{sha256(body).hexdigest()[:32]}"'
            headers["Last-Modified"] = format_datetime(build.at.replace(microsecond=0), usegmt=True)
            return Reply(200, body, headers)

        return route

    # the log

    def began(self) -> tuple[datetime, float]:
        """A request has come: its virtual moment and its real one."""
        with self._lock:
            self._in_flight += 1
            self.max_concurrent = max(self.max_concurrent, self._in_flight)
        return self.clock.now(), time.monotonic()

    def ended(self, entry: Logged) -> None:
        """The request of `entry` is answered but for the last byte."""
        with self._lock:
            self._in_flight -= 1
            self._log.append(entry)


def _handler(arxiv: SimulatedArxiv) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # or each small last write waits 40 ms

        def do_GET(self) -> None:
            at, started = arxiv.began()
            asked = {name.lower(): value for name, value in self.headers.items()}
            reply = _as_asked(arxiv.answer(self.path), asked)
            arxiv.closing.wait(reply.pause)
            body = reply.body[: reply.cut]
            payload = _head(reply, at) + body
            self.close_connection = self.close_connection or reply.cut is not None
            try:
                self.wfile.write(payload[:-1])
            finally:  # whoever has the last byte finds the request in the log, and no longer in flight
                port: int = self.client_address[1]
                ended = time.monotonic()
                short = len(body) < len(reply.body)
                arxiv.ended(Logged(at, started, ended, self.path, reply.status, asked, port, short))
            self.wfile.write(payload[-1:])

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:
                self.close_connection = True  # the client hung up; what it had asked is in the log

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing; the log is `arxiv.log`."""

    return Handler


def _as_asked(reply: Reply, asked: Mapping[str, str]) -> Reply:
    """`reply`, as 304 when the client has it already, else packed when it may be."""
    if reply.status == 200 and _is_known(reply, asked):
        kept = {name: value for name, value in reply.headers.items() if name != "Content-Type"}
        return replace(reply, status=304, body=b"", headers=kept, cut=None)
    if "gzip" in asked.get("accept-encoding", "") and not reply.encoded and reply.body:
        headers = {**reply.headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return replace(reply, body=gzip.compress(reply.body, 1, mtime=0), headers=headers)
    return reply


def _is_known(reply: Reply, asked: Mapping[str, str]) -> bool:
    """RFC 9110, 13.2.2: If-None-Match decides where it is sent, else If-Modified-Since."""
    etag = reply.headers.get("ETag")
    if "if-none-match" in asked:
        return etag is not None and etag in asked["if-none-match"]
    modified = reply.headers.get("Last-Modified")
    return modified is not None and asked.get("if-modified-since") == modified


def _head(reply: Reply, moment: datetime) -> bytes:
    length = {} if reply.status == 304 else {"Content-Length": str(len(reply.body))}
    date = format_datetime(moment.replace(microsecond=0), usegmt=True)
    headers = {"Server": "simulated arXiv", "Date": date, **reply.headers, **length}
    lines = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}"]
    return "\r\n".join([*lines, *(f"{k}: {v}" for k, v in headers.items()), "", ""]).encode("latin-1")
