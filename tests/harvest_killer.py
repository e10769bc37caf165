"""A harvest of recorded pages in a process of its own, to be killed: `python harvest_killer.py <url> <folder>`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from aggregator import normalise
from aggregator.app import OaiSource
from aggregator.clock import SystemClock
from aggregator.models import Kind
from aggregator.sources.gate import Gate, GatedTransport
from aggregator.sources.oai_harvest import HarvestState, after_page, request
from aggregator.sources.transport import HttpTransport
from aggregator.store.database import Store

KEY = "recorded"


def harvest(url: str, folder: Path) -> None:
    clock = SystemClock()
    with (
        Store.open(folder / "papers.db") as store,
        HttpTransport(
            user_agent="tests", allowed_hosts=frozenset({"127.0.0.1"}), max_body=10_000_000, clock=clock
        ) as transport,
    ):
        gate = Gate(store, folder / "gate.lock", interval=0.0, clock=clock)
        source = OaiSource(url, GatedTransport(transport, gate))
        saved = store.load_harvest(KEY)
        state = msgspec.json.decode(saved, type=HarvestState) if saved else HarvestState("cs", "arXiv")
        while not state.done:
            page = source.parse(source.fetch(request(state, url), deadline=60.0))
            fresh = [r for r in page.records if store.paper(r.arxiv_id) is None]
            papers = [normalise.paper(record.entry(Kind.NEW)) for record in fresh]
            state = after_page(state, page, len(papers))
            told = msgspec.json.encode(state).decode()
            store.save_harvest_page(papers, (), (), (), key=KEY, state_json=told, at=datetime.now(UTC))


if __name__ == "__main__":
    harvest(sys.argv[1], Path(sys.argv[2]))
