"""The recorded OAI-PMH pages, harvested over loopback by processes that are killed at and in every page."""

from __future__ import annotations

import gzip
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from aggregator.models import Answer
from aggregator.sources import oai
from aggregator.store import Store

KILLER = Path(__file__).parent / "harvest_killer.py"
CHAIN = ("001", "002", "003", "004", "005", "102", "103")
BEFORE = {"102": "1122234|5001"}  # page 6 is not recorded: 102 stands in its place


class Recorded:
    """Serves the pages. Each is asked for three times: the first asker is killed before an answer, the second in
    the middle of it, the third gets it whole; once all were had, nobody is killed any more."""

    def __init__(self, pages: dict[str, bytes]) -> None:
        self.pages = pages
        self.asked: list[str] = []
        self.killed = 0
        self.child: subprocess.Popen[bytes] | None = None
        self._lock = Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                token = parse_qs(urlsplit(self.path).query).get("resumptionToken", [""])[0]
                with outer._lock:
                    outer.asked.append(token)
                    time_ = outer.asked.count(token)
                body = outer.pages[token]
                self.send_response(200)
                self.send_header("Content-Type", "text/xml")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if time_ == 2:
                    self.wfile.write(body[: len(body) // 2])
                    self.wfile.flush()
                if time_ <= 2:
                    outer.kill()
                else:
                    self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def kill(self) -> None:
        assert self.child is not None
        self.child.kill()
        self.killed += 1

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/oai"


def tokens(bodies: dict[str, bytes]) -> dict[str, bytes]:
    """Each page under the token that asks for it, the first one under none."""
    found, token = {}, ""
    for name in CHAIN:
        found[BEFORE.get(name, token)] = bodies[name]
        token = oai.parse(_answer(bodies[name])).token or ""
    return found


def _answer(body: bytes) -> Answer:
    from datetime import UTC, datetime

    return Answer("recorded", 200, {}, body, datetime.now(UTC))


@pytest.mark.recordings
@pytest.mark.slow
def test_recorded_pages_killed_at_and_in_each_give_exactly_their_records(
    recordings: Path, tmp_path: Path
) -> None:
    bodies = {
        n: gzip.decompress((recordings / "oai" / "cs_2016-03" / f"{n}.xml.gz").read_bytes()) for n in CHAIN
    }
    recorded = Recorded(tokens(bodies))
    command = [sys.executable, str(KILLER), recorded.url, str(tmp_path)]
    code = -9
    while code == -9:
        recorded.child = subprocess.Popen(command)
        code = recorded.child.wait(120)
    recorded.server.shutdown()
    recorded.server.server_close()
    assert code == 0
    assert recorded.killed == 2 * len(CHAIN)
    assert [recorded.asked.count(token) for token in recorded.pages] == [4] * len(
        CHAIN
    )  # once in the second pass
    true = {
        record.arxiv_id: record for body in bodies.values() for record in oai.parse(_answer(body)).records
    }
    assert len(true) == 6_538
    with Store.open(tmp_path / "papers.db", read_only=True) as store:
        assert store.counts().papers == len(true)
        for arxiv_id, record in true.items():
            paper = store.paper(arxiv_id)
            assert paper is not None
            assert (paper.title, paper.abstract, paper.authors_raw) == (
                record.title,
                record.abstract,
                record.authors,
            )
