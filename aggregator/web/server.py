"""Running the application on a socket."""

from __future__ import annotations

import gc
import logging
import resource
import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType

import uvicorn

from aggregator.web.hot import Hot
from aggregator.web.quick import Patience, protocol
from aggregator.web.safety import LARGEST_HEAD, Guard

log = logging.getLogger(__name__)

FILES = 65_536  # open files to ask the system for: one a connection
SPARE = 200  # of them for everything else
_OFTEN = 2_000  # new objects between two looks for cycles: one stops everybody for half a millisecond


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, before anything is promised. Raises OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=2048, reuse_port=False)
    # Connections inherit it. asyncio would set it only on sockets of a named protocol, and without it an answer in two
    # parts waits 40 ms for the reader's acknowledgement (RFC 896 and RFC 1122, 4.2.3.2).
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def make_server(
    app: Guard,
    hot: Hot,
    *,
    proxies: Sequence[str] = (),
    most: int | None = None,
    patience: Patience | None = None,
) -> uvicorn.Server:
    """The server, not yet running; `server.should_exit = True` ends it. `most` connections at a time.

    Of `proxies` the last address in X-Forwarded-For that is none of theirs is taken for the reader's.
    """
    config = uvicorn.Config(
        app,
        http=protocol(hot, app.trusts, most=most or connections(), patience=patience),
        ws="none",
        log_level="critical",  # a hostile client must not fill the log
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        timeout_keep_alive=3600,  # the protocol's own watch is shorter
        timeout_graceful_shutdown=3,
        h11_max_incomplete_event_size=LARGEST_HEAD,
        lifespan="off",
    )
    return uvicorn.Server(config)


def serve(app: Guard, hot: Hot, listener: socket.socket, *, proxies: Sequence[str] = ()) -> None:
    """Serve until SIGINT or SIGTERM; requests in flight get 3 s to end."""
    signal.signal(signal.SIGTERM, _interrupt)
    gc.collect()
    gc.freeze()  # what is here now stays: walking over it again and again stops everybody for 50 ms
    gc.set_threshold(_OFTEN, 10, 1000)  # the last, at all objects, practically never by itself
    server = make_server(app, hot, proxies=proxies)
    server.config.timeout_notify = 1  # second
    server.config.callback_notify = Tidier(lambda: server.server_state.total_requests)
    with suppress(KeyboardInterrupt):  # uvicorn ends well on either signal, then raises it once more
        server.run(sockets=[listener])


class Tidier:
    """Called each second, looks for cycles once nobody has `asked` since: a look at all objects takes 10 to 30 ms."""

    def __init__(self, asked: Callable[[], int], collect: Callable[[], object] = gc.collect) -> None:
        self._asked = asked
        self._collect = collect
        self._seen = asked()
        self._due = False

    async def __call__(self) -> None:
        self.look()

    def look(self) -> None:
        seen, self._seen = self._seen, self._asked()
        if seen != self._seen:
            self._due = True
        elif self._due:
            self._due = False
            self._collect()


def connections() -> int:
    """How many connections this process may hold: the system's limit is raised as far as it lets us."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    return max(50, (FILES if soft == resource.RLIM_INFINITY else soft) - SPARE)


def _interrupt(_signum: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
