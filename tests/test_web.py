"""The web server: a built site as a careful static host serves it, over a real socket."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
import uvicorn

from aggregator.web import application, listen

PAGES = {
    "index.html": b"<!doctype html>home",
    "404.html": b"<!doctype html>nothing here",
    "arxiv/cs.AI/index.html": b"<!doctype html>list",
    "arxiv/cs.AI/feed.xml": b"<feed/>",
    "assets/site.0123456789ab.css": b"body{}",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("served")
    for path, body in PAGES.items():
        (root / "site" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "site" / path).write_bytes(body)
    (root / "secret.txt").write_bytes(b"secret")
    return root / "site"


def _serve(folder: Path, base_url: str) -> Iterator[int]:
    listener = listen("127.0.0.1", 0)
    config = uvicorn.Config(application(folder, base_url), log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(5)
    listener.close()


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    yield from _serve(folder, "http://127.0.0.1:8000/")


@pytest.fixture(scope="module")
def port_below(folder: Path) -> Iterator[int]:
    yield from _serve(folder, "https://example.org/papers/")


def get(port: int, path: str, method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def test_pages_feeds_and_assets_have_their_types(port: int) -> None:
    for path, kind in {
        "/": "text/html; charset=utf-8",
        "/arxiv/cs.AI/": "text/html; charset=utf-8",
        "/arxiv/cs.AI/feed.xml": "application/atom+xml; charset=utf-8",
        "/assets/site.0123456789ab.css": "text/css; charset=utf-8",
    }.items():
        response, _ = get(port, path)
        assert (response.status, response.headers["content-type"]) == (200, kind)


def test_a_folder_without_its_slash_is_redirected(port: int) -> None:
    response, _ = get(port, "/arxiv/cs.AI")
    assert response.status in (301, 307)
    assert response.headers["location"].endswith("/arxiv/cs.AI/")


def test_a_missing_page_shows_our_own_404(port: int) -> None:
    response, body = get(port, "/arxiv/cs.XX/")
    assert (response.status, body) == (404, PAGES["404.html"])
    assert "immutable" not in response.headers["cache-control"]


def test_every_answer_carries_the_security_headers(port: int) -> None:
    for path in ("/", "/missing", "/assets/site.0123456789ab.css"):
        headers = get(port, path)[0].headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_hashed_assets_are_kept_and_pages_are_asked_for_again(port: int) -> None:
    assert "immutable" in get(port, "/assets/site.0123456789ab.css")[0].headers["cache-control"]
    assert get(port, "/")[0].headers["cache-control"] == "no-cache"


def test_an_unchanged_page_costs_a_304(port: int) -> None:
    etag = get(port, "/")[0].headers["etag"]
    response, body = get(port, "/", if_none_match=etag)
    assert (response.status, body) == (304, b"")


def test_head_has_no_body_and_other_methods_are_refused(port: int) -> None:
    response, body = get(port, "/", "HEAD")
    assert (response.status, body) == (200, b"")
    assert get(port, "/", "POST")[0].status == 405


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "//etc/passwd", "/\x7f", "/%00"]
)
def test_nothing_outside_the_site_is_served(port: int, path: str) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
        raw.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: raw.recv(65536), b""))
    assert b"secret" not in answer.split(b"\r\n\r\n", 1)[-1]
    assert b"root:" not in answer


def test_a_site_below_a_path_is_served_there(port_below: int) -> None:
    assert get(port_below, "/papers/")[1] == PAGES["index.html"]
    assert get(port_below, "/papers/arxiv/cs.AI/")[1] == PAGES["arxiv/cs.AI/index.html"]
    assert get(port_below, "/")[0].headers["location"] == "/papers/"
