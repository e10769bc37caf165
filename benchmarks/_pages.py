"""A day page of real papers on loopback, as a plain static server gives it: compressed twins, assets kept for ever."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from pathlib import Path
from threading import Thread

from _frame import CORPUS

from aggregator import normalise
from aggregator.models import Kind, Listed, Listing, RawEntry
from aggregator.settings import SiteSettings
from aggregator.site import Site

DAY = date(2024, 3, 26)
PATH = "arxiv/cs.CL/"  # the newest day, which has twins


def entries(number: int) -> list[RawEntry]:
    """The first `number` papers of the corpus with a formula in their abstract, as arXiv's feed would have them."""
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        rows = (row for row in map(json.loads, lines) if row["abstract"].count("$") > 1)
        return [
            RawEntry(
                arxiv_id=row["id"],
                version=1,
                kind=Kind.NEW,
                title=row["title"],
                abstract=row["abstract"],
                authors=row["authors"],
                categories=tuple(row["categories"].split()),
                comments=row["comments"],
            )
            for row in islice(rows, number)
        ]


def build(folder: Path, raw: list[RawEntry]) -> None:
    site = Site(SiteSettings(), folder, categories=("cs.CL",))
    papers = [normalise.paper(one) for one in raw]
    rows = tuple(Listed(one.id, Kind.NEW, one.version, site.card(one)) for one in papers)
    day = Listing("cs.CL", DAY, rows)
    home = site.home([], None, ())
    site.publish([*home, *site.list_pages(day, newest=True), *site.shared_pages([])], keep=set())


class _Plain(SimpleHTTPRequestHandler):
    """Gives the twin `x.br` for `x`, as a server with precompressed files does, and lets assets be kept."""

    def send_head(self):  # type: ignore[no-untyped-def]
        if self.path.endswith("/"):
            self.path += "index.html"
        self._twin = Path(self.translate_path(self.path) + ".br").exists()
        if self._twin:
            self.path += ".br"
        return super().send_head()

    def guess_type(self, path):  # type: ignore[no-untyped-def]
        return super().guess_type(str(path).removesuffix(".br"))

    def end_headers(self) -> None:
        if self._twin:
            self.send_header("Content-Encoding", "br")
        kept = "/assets/" in self.path
        self.send_header("Cache-Control", "max-age=31536000, immutable" if kept else "no-cache")
        super().end_headers()

    def log_message(self, *args: object) -> None:
        """Nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Plain, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()
