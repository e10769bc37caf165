"""Connections that keep a total deadline: the layer below `transport`, on httpcore.

httpx and httpcore know a timeout for each operation only, so that a server which sends one byte a second
holds a request for ever (measured: 7.9 s with a timeout of 1). Here every operation on a socket gets what is
left of one deadline: name lookup, connect, TLS handshake, each read of headers and body. It needs no watchdog.

Sockets wait in real time, whatever clock the program runs on.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import httpcore

CONNECT = 10.0  # seconds for one address, so that a dead IPv6 route leaves time for IPv4
KEEP_ALIVE = 30.0  # seconds that the connection is kept for the next request

LookUp = Callable[[str, int], list[str]]


class Deadline:
    """A moment `seconds` from now, on the machine's monotonic clock."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds until then, never negative."""
        return max(0.0, self._end - time.monotonic())

    def sooner(self, seconds: float) -> Deadline:
        """This deadline, or one `seconds` from now when that comes earlier."""
        return Deadline(min(self.left(), seconds))


class Wire:
    """The one connection to the outside, straight or through the proxy that the environment names.

    `deadline` ends every operation; its owner sets it before each request. `ended` is True when the server
    closed the connection in the last read: what h11 then calls a breach of the protocol is a cut connection.
    `look_up` gives the addresses of a host; it may raise OSError, and may hang.
    """

    def __init__(self, look_up: LookUp | None = None) -> None:
        self.deadline = Deadline(0.0)
        self.ended = False
        self._backend = _Backend(self, look_up or _look_up)
        self._proxy: str | None = None
        self._pool = self._new_pool()

    def send(self, request: httpcore.Request) -> httpcore.Response:
        """The answer, its body still to be read. Raises httpcore's exceptions."""
        url = request.url
        proxy = _proxy_for(url.scheme.decode(), url.host.decode())
        if proxy != self._proxy:
            pool = self._new_pool(proxy)
            self._pool.close()
            self._proxy, self._pool = proxy, pool
        return self._pool.handle_request(request)

    def close(self) -> None:
        self._pool.close()

    def left(self, timeout: float | None, late: type[Exception]) -> float:
        """Seconds that an operation may take, above 0. Raises `late` when none are left."""
        seconds = self.deadline.left()
        if not seconds:
            raise late("the deadline has passed")
        return seconds if timeout is None else min(seconds, timeout)

    def _new_pool(self, proxy: str | None = None) -> httpcore.ConnectionPool:
        return httpcore.ConnectionPool(
            proxy=_proxy(proxy) if proxy else None,
            max_connections=1,
            keepalive_expiry=KEEP_ALIVE,
            network_backend=self._backend,
        )


class _Backend(httpcore.NetworkBackend):
    """Opens connections that keep the deadline of their wire."""

    def __init__(self, wire: Wire, look_up: LookUp) -> None:
        self._wire = wire
        self._look_up = look_up
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        self._wire.ended = False
        options = list(socket_options or ())
        addresses = self._resolve(host, port, self._wire.left(timeout, httpcore.ConnectTimeout))
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for position, address in enumerate(addresses):
            left = self._wire.left(timeout, httpcore.ConnectTimeout)
            share = min(CONNECT, left / (len(addresses) - position))
            try:
                stream = self._inner.connect_tcp(address, port, share, local_address, options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(stream, self._wire)
        raise failure

    def _resolve(self, host: str, port: int, seconds: float) -> list[str]:
        """Look up in a thread that is left behind when it is late: the C library cannot be told to hurry."""
        answers: SimpleQueue[list[str] | Exception] = SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self._look_up(host, port))
            except (OSError, UnicodeError) as error:  # UnicodeError: a label that is empty or too long
                answers.put(error)

        Thread(target=ask, name=f"resolve {host}", daemon=True).start()
        try:
            answer = answers.get(timeout=seconds)
        except Empty:
            raise httpcore.ConnectTimeout(f"the name {host} was not resolved in time") from None
        if isinstance(answer, Exception):
            raise httpcore.ConnectError(f"the name {host} cannot be resolved: {answer}") from answer
        return answer


class _Stream(httpcore.NetworkStream):
    """A connection that asks its wire how long each operation may still take."""

    def __init__(self, inner: httpcore.NetworkStream, wire: Wire) -> None:
        self._inner = inner
        self._wire = wire

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._inner.read(max_bytes, self._wire.left(timeout, httpcore.ReadTimeout))
        self._wire.ended = not data
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._wire.left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._wire.left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left), self._wire)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def is_loopback(host: str) -> bool:
    """Whether `host` names this machine: an address of 127.0.0.0/8, ::1, or the name localhost."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _look_up(host: str, port: int) -> list[str]:
    """The addresses of `host`, in the system's order of preference."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _proxy_for(scheme: str, host: str) -> str | None:
    """The proxy that the environment names for `host`. Loopback never has one."""
    if is_loopback(host) or proxy_bypass(host):
        return None
    proxies = getproxies()
    return proxies.get(scheme) or proxies.get("all")


def _proxy(address: str) -> httpcore.Proxy:
    parts = urlsplit(address if "://" in address else f"http://{address}")
    if parts.scheme not in ("http", "https"):
        raise httpcore.UnsupportedProtocol(f"a proxy of kind {parts.scheme!r}; http and https are known")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return httpcore.Proxy(parts.geturl(), auth=(user, password) if user else None)
