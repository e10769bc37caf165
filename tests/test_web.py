"""The web server: a built site as a careful static host serves it, over a real socket.

Every question is asked twice where it matters: the first answer comes the ordinary way, the second from memory.
"""

from __future__ import annotations

import gzip
import http.client
import os
import socket
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path

import brotli
import pytest
from webserver import get, raw, serving

from aggregator.web import listen
from aggregator.web.files import LARGEST
from aggregator.web.server import Tidier

LONG = b"<!doctype html>" + b"a long page, " * 2_000
PAGES = {
    "index.html": b"<!doctype html>home",
    "404.html": b"<!doctype html>nothing here",
    "desk/index.html": b"<!doctype html>desk",
    "arxiv/cs.AI/index.html": LONG,
    "arxiv/cs.AI/index.html.br": brotli.compress(LONG),
    "arxiv/cs.CL/index.html": LONG,
    "arxiv/cs.AI/feed.xml": b"<feed/>",
    "assets/site.0123456789ab.css": b"body{}",
    ".publish.json": b"ours",
}


def write(root: Path) -> None:
    for path, body in PAGES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(body)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("served")
    write(root / "site")
    (root / "secret.txt").write_bytes(b"secret")
    return root / "site"


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    with serving(folder) as port:
        yield port


@pytest.fixture(scope="module")
def port_below(folder: Path) -> Iterator[int]:
    with serving(folder, base_url="https://example.org/papers/") as port:
        yield port


@pytest.mark.parametrize("turn", ["ordinary", "ready"])
def test_pages_feeds_and_assets_have_their_types(port: int, turn: str) -> None:
    for path, kind in {
        "/": "text/html; charset=utf-8",
        "/arxiv/cs.AI/": "text/html; charset=utf-8",
        "/arxiv/cs.AI/feed.xml": "application/atom+xml; charset=utf-8",
        "/assets/site.0123456789ab.css": "text/css; charset=utf-8",
    }.items():
        response, _ = get(port, path)
        assert (response.status, response.headers["content-type"]) == (200, kind)
        assert parsedate_to_datetime(response.headers["date"])


def test_a_folder_without_its_slash_is_redirected(port: int) -> None:
    response, _ = get(port, "/desk")
    assert (response.status, response.headers["location"]) == (308, "/desk/")


def test_lists_and_their_feeds_answer_as_cool_papers_writes_them(port: int) -> None:
    assert get(port, "/arxiv/cs.AI")[1] == LONG
    assert get(port, "/arxiv/cs.AI/feed")[1] == PAGES["arxiv/cs.AI/feed.xml"]


def test_a_query_that_nobody_asks_for_changes_nothing(port: int) -> None:
    assert get(port, "/arxiv/cs.AI/?q=lattice")[1] == LONG


def test_a_missing_page_shows_our_own_404(port: int) -> None:
    response, body = get(port, "/arxiv/cs.XX/")
    assert (response.status, body) == (404, PAGES["404.html"])
    assert "immutable" not in response.headers["cache-control"]


def test_every_answer_carries_the_security_headers(port: int) -> None:
    for path in ("/", "/", "/missing", "/assets/site.0123456789ab.css", "/%2e%2e/x"):
        headers = get(port, path)[0].headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"


@pytest.mark.parametrize("turn", ["ordinary", "ready"])
def test_hashed_assets_are_kept_and_pages_are_asked_for_again(port: int, turn: str) -> None:
    assert "immutable" in get(port, "/assets/site.0123456789ab.css")[0].headers["cache-control"]
    assert get(port, "/")[0].headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("turn", ["ordinary", "ready"])
@pytest.mark.parametrize("path", ["/arxiv/cs.AI/", "/arxiv/cs.CL/"])
def test_the_best_accepted_coding_is_sent_with_or_without_a_twin(port: int, path: str, turn: str) -> None:
    best, packed = get(port, path, accept_encoding="gzip, deflate, br")
    assert (best.headers["content-encoding"], brotli.decompress(packed)) == ("br", LONG)
    older, packed = get(port, path, accept_encoding="gzip, br;q=0")
    assert (older.headers["content-encoding"], gzip.decompress(packed)) == ("gzip", LONG)
    plain, body = get(port, path, accept_encoding="identity")
    assert ("content-encoding" in plain.headers, body) == (False, LONG)
    tags = {answer.headers["etag"] for answer in (best, older, plain)}
    assert len(tags) == 3
    assert best.headers["vary"] == "accept-encoding"


def test_a_page_too_large_for_the_memory_is_sent_as_its_twin_or_as_it_lies(tmp_path: Path) -> None:
    body = b"<p>A day of five thousand papers.</p>\n" * 250_000
    assert len(body) > LARGEST
    (tmp_path / "index.html").write_bytes(body)
    with serving(tmp_path) as port:
        assert get(port, "/", accept_encoding="br")[1] == body
        (tmp_path / "index.html.br").write_bytes(brotli.compress(body, quality=1))
        packed, sent = get(port, "/", accept_encoding="br")
        assert (packed.headers["content-encoding"], brotli.decompress(sent)) == ("br", body)
        assert get(port, "/", accept_encoding="identity")[1] == body


@pytest.mark.parametrize("turn", ["ordinary", "ready"])
def test_an_unchanged_page_costs_a_304(port: int, turn: str) -> None:
    first = get(port, "/")[0].headers
    response, body = get(port, "/", if_none_match=f'"other", W/{first["etag"]}')
    assert (response.status, body, response.headers["etag"]) == (304, b"", first["etag"])
    assert get(port, "/", if_modified_since=first["last-modified"])[0].status == 304
    assert get(port, "/", if_modified_since="Mon, 01 Jan 2001 00:00:00 GMT")[0].status == 200
    assert get(port, "/", if_none_match='"other"', if_modified_since=first["last-modified"])[0].status == 200


def test_ranges(port: int) -> None:
    response, body = get(port, "/arxiv/cs.AI/", range="bytes=10-19", accept_encoding="br")
    assert (response.status, body) == (206, LONG[10:20])
    assert response.headers["content-range"] == f"bytes 10-19/{len(LONG)}"
    assert get(port, "/arxiv/cs.AI/", range="bytes=-5")[1] == LONG[-5:]
    assert get(port, "/arxiv/cs.AI/", range="bytes=999999-")[0].status == 416
    assert get(port, "/arxiv/cs.AI/", range="bytes=0-1,4-5")[0].status == 200
    assert get(port, "/arxiv/cs.AI/", range="bytes=0-1", if_range='"old"')[1] == LONG


@pytest.mark.parametrize("turn", ["ordinary", "ready"])
def test_head_has_no_body_and_other_methods_are_refused(port: int, turn: str) -> None:
    response, body = get(port, "/", "HEAD")
    assert (response.status, body) == (200, b"")
    assert response.headers["content-length"] == str(len(PAGES["index.html"]))
    for method in ("POST", "DELETE", "TRACE", "BREW"):
        assert get(port, "/", method)[0].status == 405


def test_a_connection_answers_again_and_again_in_both_ways(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    for path in ("/", "/", "/missing", "/", "/arxiv/cs.AI/feed.xml", "/"):
        connection.request("GET", path)
        body = connection.getresponse().read()
        assert body == (
            PAGES["404.html"] if path == "/missing" else PAGES[(path + "index.html" * (path == "/"))[1:]]
        )
    connection.close()


def test_requests_in_one_piece_and_in_many_get_all_their_answers(port: int) -> None:
    one = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    last = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    assert raw(port, one * 3 + last).count(PAGES["index.html"]) == 4
    with socket.create_connection(("127.0.0.1", port), timeout=10) as slow:
        for byte in one + last:
            slow.sendall(bytes([byte]))
        assert b"".join(iter(lambda: slow.recv(65536), b"")).count(PAGES["index.html"]) == 2


def test_a_new_build_is_seen_within_seconds(tmp_path: Path) -> None:
    write(tmp_path)
    with serving(tmp_path) as port:
        assert get(port, "/")[1] == PAGES["index.html"]
        assert get(port, "/")[1] == PAGES["index.html"]
        (tmp_path / ".index.html.new").write_bytes(b"<!doctype html>new")
        os.replace(tmp_path / ".index.html.new", tmp_path / "index.html")
        for _ in range(200_000):
            if get(port, "/")[1] == b"<!doctype html>new":
                return
    pytest.fail("still the old page")


@pytest.mark.parametrize(
    "path",
    [
        *("/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "//etc/passwd", "/\x7f", "/%00"),
        *("/..\\secret.txt", "/%5c..%5csecret.txt", "/a/%252e%252e/secret.txt", "/%ff", "/.publish.json"),
        *("/" + "a" * 300, "/" + "a/" * 1500, "http://evil.example/", "/arxiv/cs.AI/index.html.br"),
        "/%0d%0aset-cookie:x",
    ],
)  # fmt: skip
def test_nothing_outside_the_site_is_served(port: int, path: str) -> None:
    answer = raw(
        port, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode("latin-1")
    )
    assert answer.split(b" ", 2)[1] in (b"400", b"404", b"414", b"421")
    for never in (b"secret", b"root:", b"ours", b"set-cookie"):
        assert never not in answer.split(b"\r\n\r\n", 1)[-1]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", ""])
def test_other_names_than_ours_are_refused(port: int, host: str) -> None:
    assert get(port, "/", host="localhost:8000")[0].status == 200
    assert get(port, "/", host="192.168.7.7:8000")[0].status == 200
    assert get(port, "/", host=host)[0].status == 421


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length : 30\r\n\r\nGET /missing HTTP/1.1\r\nA: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET  / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    ],
)
def test_what_is_not_strict_http_is_refused_and_the_connection_closed(port: int, request_: bytes) -> None:
    get(port, "/")
    answer = raw(port, request_)
    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 421", b"HTTP/1.1 431"))


@pytest.mark.parametrize(
    "request_",
    [
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n",
    ],
)
def test_a_large_body_is_refused_before_it_is_read(port: int, request_: bytes) -> None:
    assert raw(port, request_).startswith(b"HTTP/1.1 4")


def test_a_site_below_a_path_is_served_there(port_below: int) -> None:
    for _ in range(2):
        assert get(port_below, "/papers/")[1] == PAGES["index.html"]
        assert get(port_below, "/papers/arxiv/cs.AI/")[1] == LONG
    assert get(port_below, "/")[0].headers["location"] == "/papers/"
    assert get(port_below, "/arxiv/cs.AI/")[0].status == 404
    assert get(port_below, "/papersarxiv/cs.AI/")[0].status == 404


def test_an_answer_does_not_wait_for_an_acknowledgement() -> None:
    """Nagle's algorithm and delayed acknowledgements cost 40 ms; connections inherit the option."""
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()[:2]):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_cycles_are_looked_for_once_when_nobody_asks() -> None:
    asked, looks = iter([3, 5, 5, 5, 9, 9]), []
    tidier = Tidier(lambda: next(asked), lambda: looks.append("look"))
    for expected in (0, 1, 1, 1, 2):
        tidier.look()
        assert len(looks) == expected
