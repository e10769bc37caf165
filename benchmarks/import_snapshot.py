"""Loading 50,000 real lines of the snapshot against a bare loop: decode JSON, `executemany` into the same tables.

    python benchmarks/import_snapshot.py [runs]

The loop checks nothing, converts nothing, looks nothing up and cannot go on after a kill; it fills the same tables
with the same indexes and triggers, in transactions of the same size. Its listing day is the day of submission. The goal
is held against a loop that keeps no books; beside it stands one that also fills the ledger, as an import does, and
sqlite-utils' `insert` of the same lines into one table.
"""

from __future__ import annotations

import gzip
import json
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from importlib import metadata
from itertools import islice
from pathlib import Path
from typing import Any

from _frame import (
    CORPUS,
    Cost,
    Figure,
    Goal,
    Line,
    in_turns,
    measure,
    python_with,
    recording,
    require,
    show,
    version_in,
)
from _frame import ours as named

from aggregator.taxonomy import canonical

GOAL = 0.6  # of the bare loop's rate
MEMORY = 200_000  # kB
PAGE = 2_000
TABLES = ("papers", "versions", "paper_categories", "announcements")
Announced = tuple[str, str, str, str, int]  # paper, category, moment of submission, kind, position


def main() -> int:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    recording()
    utils = python_with("sqlite-utils", "sqlite-utils")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        snapshot = folder / "snapshot.json"
        _unpack(snapshot)
        costs = in_turns(
            runs,
            ours=lambda: _ours(folder, snapshot),
            ledger=lambda: _bare(folder, snapshot, "--ledger"),
            bare=lambda: _bare(folder, snapshot),
            utils=lambda: _utils(utils, folder, snapshot),
        )
        ours, bare = _counts(folder / "ours" / "papers.db"), _counts(folder / "bare" / "papers.db")
        for table in TABLES:
            require(abs(ours[table] - bare[table]) <= bare[table] / 100, f"{table}: {ours} {bare}")
        with closing(sqlite3.connect(folder / "utils.db")) as conn:
            there = conn.execute("SELECT count(*) FROM papers").fetchone()[0]
        require(there == ours["papers"], f"sqlite-utils: {there} papers")
        size = (folder / "ours" / "papers.db").stat().st_size
    papers = ours["papers"]
    loop = f"msgspec {metadata.version('msgspec')} and executemany, SQLite {sqlite3.sqlite_version}"
    lines = [
        Line(f"{named()} import", costs["ours"], papers, "papers"),
        Line(loop, costs["bare"], papers, "papers"),
        Line("the same, with the ledger's rows", costs["ledger"], papers, "papers"),
        Line(f"sqlite-utils {version_in(utils, 'sqlite-utils')} insert", costs["utils"], papers, "papers"),
    ]
    rate, with_ledger = (line.cpu / lines[0].cpu for line in lines[1:3])
    wall = lines[1].wall / lines[0].wall
    return show(
        Figure(
            "Import of the snapshot",
            f"{papers:,} real lines into {', '.join(f'{ours[t]:,} {t}' for t in TABLES[1:])}",
            lines,
            [
                Goal("rate, of the bare loop's without the ledger", rate, GOAL),
                Goal("rate, of the bare loop's with the ledger's rows", with_ledger, GOAL),
                Goal("peak memory, kB", lines[0].peak, MEMORY, at_most=True),
            ],
            [
                f"by wall clock {wall:.2f} of the loop's rate; {size / papers:,.0f} bytes a paper on disk",
                "half of the recorded papers tell no date of submission and stand on no day, on both sides",
            ],
        )
    )


def _unpack(snapshot: Path) -> None:
    """The corpus with one name for each category, so that both sides store the same number of rows."""
    with gzip.open(CORPUS) as packed, snapshot.open("wb") as plain:
        for text in packed:
            line = json.loads(text)
            line["categories"] = " ".join(dict.fromkeys(map(canonical, line["categories"].split())))
            plain.write(json.dumps(line).encode() + b"\n")


def _ours(folder: Path, snapshot: Path) -> Cost:
    shutil.rmtree(folder / "ours", ignore_errors=True)
    config = folder / "aggregator.toml"
    config.write_text(f'data = "{folder / "ours"}"\n', encoding="utf-8")
    return measure([sys.executable, "-m", "aggregator", "--config", config, "import", "--no-index", snapshot])


def _bare(folder: Path, snapshot: Path, *options: str) -> Cost:
    shutil.rmtree(folder / "bare", ignore_errors=True)
    (folder / "bare").mkdir()
    return measure([sys.executable, __file__, "--bare", snapshot, folder / "bare" / "papers.db", *options])


def _utils(commands: Path, folder: Path, snapshot: Path) -> Cost:
    """Every field of a line into a column of one table, as the tool does it by itself."""
    database = folder / "utils.db"
    database.unlink(missing_ok=True)
    return measure([commands / "sqlite-utils", "insert", database, "papers", snapshot, "--nl", "--pk", "id"])


def _counts(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as conn:
        return {table: conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}


# the limit


def bare(snapshot: Path, database: Path, *, ledger: bool) -> None:
    """The loop."""
    import msgspec

    from aggregator.store.connection import connect
    from aggregator.store.database import Store

    Store.open(database).close()
    decode = msgspec.json.Decoder().decode
    with closing(connect(database)) as conn, snapshot.open("rb") as lines:
        while chunk := [decode(line) for line in islice(lines, PAGE)]:
            conn.execute("BEGIN IMMEDIATE")
            announced = _insert(conn, chunk)
            if ledger:
                _count(conn, announced)
            conn.execute("COMMIT")


def _insert(conn: sqlite3.Connection, chunk: Sequence[dict[str, Any]]) -> list[Announced]:
    conn.executemany(
        """
        INSERT INTO papers (id, fingerprint, version, withdrawn, changed_at, title, abstract, authors_raw, categories,
            comments, journal_ref, doi, license) VALUES (?, '', 1, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
            (
                *(line["id"], line["update_date"] or "", line["title"], line["abstract"], line["authors"]),
                *(line["categories"], line["comments"], line["journal-ref"], line["doi"], line["license"]),
            )
            for line in chunk
        ],
    )
    conn.executemany(
        "INSERT INTO versions (paper_id, version, date, first_seen) VALUES (?, ?, ?, '')",
        [
            (line["id"], number, version["created"])
            for line in chunk
            for number, version in enumerate(line["versions"] or [{"created": None}], 1)
        ],
    )
    conn.executemany(
        "INSERT INTO paper_categories (category, paper_id, position) VALUES (?, ?, ?)",
        [(name, line["id"], n) for line in chunk for n, name in enumerate(line["categories"].split(), 1)],
    )
    announced = list(_announced(chunk))
    conn.executemany(
        "INSERT INTO listings VALUES (?, ?, '', '', 0) ON CONFLICT DO NOTHING", {a[1:3] for a in announced}
    )
    conn.executemany("INSERT INTO announcements VALUES (?, ?, ?, ?, 1, ?)", announced)
    return announced


def _count(conn: sqlite3.Connection, announced: Sequence[Announced]) -> None:
    conn.executemany(
        """
        INSERT INTO ledger (category, day, new, crosses, state, reason, replacements, replaced_crosses, witness, usual,
            cut, known, missing, filled, trouble, derived)
        VALUES (?, ?, ?, ?, 'derived', '', 0, 0, '', 0, 0, 0, 0, 0, '', 1)
        ON CONFLICT DO UPDATE SET new = new + excluded.new, crosses = crosses + excluded.crosses
        """,
        [(category, day, kind == "new", kind == "cross") for _, category, day, kind, _ in announced],
    )


def _announced(chunk: Sequence[dict[str, Any]]) -> Iterator[Announced]:
    for place, line in enumerate(chunk, 1):
        if line["versions"]:
            for n, name in enumerate(line["categories"].split()):
                yield line["id"], name, line["versions"][0]["created"], "cross" if n else "new", place


if __name__ == "__main__":
    if sys.argv[1:2] == ["--bare"]:
        bare(Path(sys.argv[2]), Path(sys.argv[3]), ledger="--ledger" in sys.argv)
    else:
        sys.exit(main())
