"""The fault server does what its scripts say, byte for byte."""

from __future__ import annotations

import http.client
import socket
import time

import pytest
from faultserver import (
    Close,
    Connection,
    Dribble,
    FaultServer,
    NextRequest,
    Reset,
    Send,
    Sleep,
    head,
    reply,
)

GET = b"GET /x HTTP/1.1\r\nHost: test\r\n\r\n"


def exchange(server: FaultServer, request: bytes = GET) -> bytes:
    """Everything that comes back for `request` on a connection of its own."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
        client.sendall(request)
        received = b""
        while chunk := client.recv(65536):
            received += chunk
        return received


def test_a_whole_reply_is_plain_http() -> None:
    with FaultServer([reply(b"<a/>", Retry_After="0")]) as server:
        client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
        client.request("GET", "/rss/cs.AI")
        answer = client.getresponse()
        assert (answer.status, answer.headers["Retry-After"], answer.read()) == (200, "0", b"<a/>")
        client.close()
        assert server.requests[0].startswith(b"GET /rss/cs.AI HTTP/1.1\r\n")


def test_each_connection_gets_the_next_script_and_the_last_again() -> None:
    with FaultServer([Send(b"one")], [Send(b"two", 2)]) as server:
        assert [exchange(server) for _ in range(3)] == [b"one", b"twotwo", b"twotwo"]
        assert server.connections == 3
        assert server.requests == [GET] * 3


def test_no_script_closes_without_a_byte() -> None:
    with FaultServer() as server:
        assert exchange(server) == b""


def test_a_reset_reaches_the_client_as_one() -> None:
    script = [Send(head(100)), Send(b"half"), Sleep(0.05), Reset()]
    with FaultServer(script) as server, pytest.raises(ConnectionResetError):
        exchange(server)


def test_close_ends_the_script() -> None:
    with FaultServer([Send(b"a"), Close(), Send(b"b")]) as server:
        assert exchange(server) == b"a"


def test_a_dribble_takes_its_time() -> None:
    with FaultServer([Dribble(b"12345", 0.02)]) as server:
        started = time.monotonic()
        assert exchange(server) == b"12345"
        assert time.monotonic() - started >= 0.08


def test_a_callable_sees_the_request_and_the_connection() -> None:
    def echo(request: bytes, connection: Connection) -> None:
        connection.send(request.upper())

    with FaultServer(echo) as server:
        assert exchange(server) == GET.upper()


def test_keep_alive_ends_where_the_script_says() -> None:
    with FaultServer([Send(b"first"), NextRequest(), Send(b"second")]) as server:
        assert exchange(server, GET * 2) == b"firstsecond"
        assert len(server.requests) == 2
        assert server.connections == 1


def test_leaving_ends_long_sleeps_at_once() -> None:
    started = time.monotonic()
    with FaultServer([Sleep(60)]) as server:
        client = socket.create_connection(("127.0.0.1", server.port), timeout=5)
        client.sendall(GET)
        while not server.requests:
            time.sleep(0.005)
    client.close()
    assert time.monotonic() - started < 5
