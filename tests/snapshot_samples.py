"""Invented lines of a snapshot, and an import into a folder."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any, cast

from fakes import FakeClock

from aggregator.importer import Importer, Wanted
from aggregator.models import Imported
from aggregator.sources.snapshot_file import SnapshotFile
from aggregator.store.database import Store

NOW = datetime(2026, 5, 6, tzinfo=UTC)
TUESDAY_MORNING = datetime(2019, 3, 5, 9, 30, tzinfo=UTC)


def line(number: int = 1, **more: Any) -> dict[str, Any]:
    """A paper first submitted on 5 March 2019, some minutes after the one before it."""
    submitted = TUESDAY_MORNING + timedelta(minutes=7 * number)
    values: dict[str, Any] = {
        "id": f"1903.{number:05d}",
        "submitter": "Ada Sample",
        "authors": 'Ada Sample, B\\"o Sample and Cy Sample (Example Institute)',
        "title": f"On $x^{number}$\n  and samples",
        "comments": f"{number} pages",
        "journal-ref": None,
        "doi": None,
        "report-no": None,
        "categories": "cs.LG math-ph stat.ML",
        "license": None,
        "abstract": f"  Sample {number} of many.\n",
        "versions": [{"version": "v1", "created": f"{submitted:%a, %d %b %Y %H:%M:%S} GMT"}],
        "update_date": "2019-03-06",
        "authors_parsed": [["Sample", "Ada", ""]],
    }
    return values | more


def text(lines: Iterable[dict[str, Any] | bytes]) -> bytes:
    return b"".join((one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n" for one in lines)


def load(
    folder: Path,
    snapshot: bytes | Path,
    wanted: Wanted | None = None,
    limit: int | None = None,
    *,
    page: int = 7,
    now: datetime = NOW,
) -> Imported:
    """Import into `folder`; bytes come from standard input."""

    @contextmanager
    def turn() -> Iterator[Store]:
        with Store.open(folder / "papers.db") as store:
            yield store

    path = "-" if isinstance(snapshot, bytes) else str(snapshot)
    body = snapshot if isinstance(snapshot, bytes) else b""
    stdin = cast("io.BufferedReader", io.BufferedReader(io.BytesIO(body)))
    with SnapshotFile(path, stdin) as file:
        importer = Importer(
            turn=turn,
            folder=folder,
            clock=FakeClock(now),
            stop=Event(),
            progress=lambda _done, _file: None,
            page=page,
        )
        return importer.run(file, wanted or Wanted(), limit)
