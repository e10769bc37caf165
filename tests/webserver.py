"""Our web server on a real socket for tests, and a client that says exactly what it is told."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from aggregator.serving import Serving
from aggregator.settings import Settings
from aggregator.web import Group, SiteFiles, application, listen, make_server
from aggregator.web.safety import Guard

BASE_URL = "http://127.0.0.1:8000/"


@contextmanager
def serving(
    folder: Path, *, base_url: str = BASE_URL, hosts: Collection[str] = (), groups: Iterable[Group] = ()
) -> Iterator[int]:
    """The port of a server over `folder`."""
    files = SiteFiles(folder)
    with running(application(files, base_url=base_url, hosts=hosts, groups=groups), files) as port:
        yield port


@contextmanager
def running(app: Guard, files: SiteFiles, **limits: Any) -> Iterator[int]:
    """The port of a server for an application; `limits` are those of `make_server`."""
    listener = listen("127.0.0.1", 0)
    server = make_server(app, files.hot, **limits)
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


@contextmanager
def serving_all(settings: Settings) -> Iterator[int]:
    """The port of `aggregator serve` with these settings."""
    made = Serving(settings)
    with running(made.application(), made.files) as port:
        yield port


def get(port: int, path: str, method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    """One request on a connection of its own; `if_none_match` is the header If-None-Match."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def raw(port: int, request: bytes, *, timeout: float = 20.0) -> bytes:
    """All bytes that come for these bytes, until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))
