"""A folder on loopback, and what sites in the browser tests are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from aggregator import normalise
from aggregator.models import Listing


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Nothing: pytest's output is for tests."""

    def do_GET(self) -> None:
        """Whole each time: two builds within a second carry the same date, and the second would be "not modified"."""
        del self.headers["If-Modified-Since"]
        super().do_GET()

    def handle(self) -> None:
        with suppress(ConnectionError):  # a browser that goes elsewhere hangs up
            super().handle()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder on loopback."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def maths() -> Callable[[str], str]:
    return lambda tex: normalise.maths.convert(tex) or tex


def announced_on(*days: Listing) -> dict[date, list[tuple[str, int]]]:
    return {one.day: [(paper.paper_id, paper.version) for paper in one.papers] for one in days}
