"""Slow and hostile clients hurt nobody else: deadlines, crowds, readers who do not read. Over real sockets."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from webserver import BASE_URL, get, running

from aggregator.web import Group, SiteFiles, Workers, application
from aggregator.web.quick import Patience

PATIENCE = Patience(head=0.3, idle=0.3, work=0.3)
PAGE = b"<!doctype html>" + b"a page " * 1_000
REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> SiteFiles:
    folder = tmp_path_factory.mktemp("site")
    (folder / "index.html").write_bytes(PAGE)
    (folder / "large.html").write_bytes(PAGE * 1_000)
    return SiteFiles(folder)


@pytest.fixture
def port(files: SiteFiles) -> Iterator[int]:
    with running(application(files, base_url=BASE_URL), files, patience=PATIENCE, most=60) as port:
        yield port


def client(port: int, *said: bytes) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), timeout=20)
    for part in said:
        made.sendall(part)
    return made


def ended(one: socket.socket) -> bool:
    """Whether the server closes the connection, after whatever it still says."""
    try:
        while one.recv(65536):
            pass
    except ConnectionError:
        return True
    return True


@pytest.mark.parametrize(
    "said",
    [
        (),  # says nothing at all
        (b"GET / HTTP/1.1\r\nHost: local",),  # half a head
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n", b"half"),  # half a body
        (REQUEST,),  # asks, then sits there
        (b"GET /large.html HTTP/1.1\r\nHost: localhost\r\n\r\n",),
    ],
)
def test_a_connection_that_does_nothing_is_closed(port: int, said: tuple[bytes, ...]) -> None:
    with client(port, *said) as one:
        assert ended(one)


def test_a_head_that_comes_byte_by_byte_has_one_deadline(port: int) -> None:
    with client(port, b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ") as one:
        one.settimeout(0.1)
        for _ in range(200):
            try:
                one.sendall(b"a")
                if one.recv(1) == b"":
                    return
            except TimeoutError:
                continue
            except ConnectionError:
                return
    pytest.fail("still open after twenty seconds")


def test_when_there_are_too_many_those_that_wait_longest_make_room(port: int) -> None:
    with ExitStack() as stack:
        for _ in range(200):
            stack.enter_context(client(port, b"GET / HTTP/1.1\r\nX-Slow:"))
            assert get(port, "/")[1] == PAGE


def test_a_reader_who_does_not_read_stops_being_answered(port: int) -> None:
    get(port, "/")
    get(port, "/")
    padded = REQUEST.replace(b"\r\n\r\n", b"\r\nX-Padding: " + b"a" * 4_000 + b"\r\n\r\n")
    with client(port) as one:
        one.settimeout(5)
        sent = 0
        try:
            for _ in range(5_000):  # 20 MB of questions and 35 MB of answers, if all were made
                one.sendall(padded)
                sent += 1
        except (TimeoutError, ConnectionError):
            pass
        assert sent < 5_000
        assert get(port, "/")[1] == PAGE


def test_a_crowd_of_broken_requests_leaves_the_server_whole(port: int) -> None:
    for said in (
        b"\r\n\r\n\r\n\r\n",
        b"\x00" * 5_000,
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET\r\n\r\n",
        b"a" * 100_000,
    ):
        with client(port, said) as one:
            assert ended(one)
    assert get(port, "/")[1] == PAGE


def test_large_files_are_streamed_and_known_by_their_validators(files: SiteFiles, tmp_path: Path) -> None:
    (tmp_path / "big.txt").write_bytes(b"x" * 9_000_000)
    big = SiteFiles(tmp_path)
    with running(application(big, base_url=BASE_URL), big) as port:
        response, body = get(port, "/big.txt")
        assert (response.status, len(body)) == (200, 9_000_000)
        assert get(port, "/big.txt", if_none_match=response.headers["etag"])[0].status == 304
        assert get(port, "/big.txt", range="bytes=5-9")[1] == b"xxxxx"


def test_questions_that_take_long_keep_no_page_waiting(files: SiteFiles) -> None:
    over = Event()
    workers = Workers()

    async def slow(_: Request) -> Response:
        return PlainTextResponse(str(await workers.run(over.wait, 20)))

    app = application(files, base_url=BASE_URL, groups=[Group((Route("/slow", slow),))])
    with running(app, files) as port, ExitStack() as stack:
        for _ in range(100):
            stack.enter_context(client(port, b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        assert get(port, "/index.html?uncached=1")[1] == PAGE
        assert get(port, "/slow")[0].status == 503
        over.set()
