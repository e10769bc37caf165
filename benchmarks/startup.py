"""CPU of starting: `aggregator --help` and `aggregator status` against `python -c pass`; status of a million papers.

    python benchmarks/startup.py [runs]

The million papers are rows without texts, made by SQL in half a minute: what `status` reads is as many as there would
be of real ones, 150 categories on each of 5,200 listing days, 20 of them followed for a year.
"""

from __future__ import annotations

import platform
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from functools import partial
from pathlib import Path

from _frame import Figure, Goal, Line, in_turns, main_of, measure, ours, ratio, require

from aggregator.store.database import Store
from aggregator.taxonomy import CATEGORIES, canonical

GOAL = 3.0  # times the CPU of a bare Python, for --help
STATUS = 0.15  # seconds by wall clock, of a million papers
PAPERS, LISTED, DAYS, FOLLOWED = 1_000_000, 150, 5_200, 20
AGGREGATOR = [sys.executable, "-m", "aggregator"]
NOTHING_YET = 3  # how `status` ends where nothing was fetched


def startup() -> Figure:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with tempfile.TemporaryDirectory() as name:
        small, large = Path(name, "small"), Path(name, "large")
        small.mkdir()
        measure([*AGGREGATOR, "build"], cwd=small)  # it makes a database
        made = fill(large)
        known = subprocess.run(
            [*AGGREGATOR, "status"], cwd=large, stdout=subprocess.DEVNULL, check=False
        ).returncode
        costs = in_turns(
            runs,
            help=partial(measure, [*AGGREGATOR, "--help"], cwd=small),
            status=partial(measure, [*AGGREGATOR, "status"], cwd=small, code=NOTHING_YET),
            million=partial(measure, [*AGGREGATOR, "status"], cwd=large, code=known),
            bare=partial(measure, [sys.executable, "-c", "pass"], cwd=small),
        )
    require(known in (0, 1, 2), f"status of a million papers ends with {known}")
    help_ = Line(f"{ours()} --help", costs["help"])
    million = Line(f"{ours()} status, a million papers", costs["million"])
    bare = Line(f"python -c pass ({platform.python_version()})", costs["bare"])
    return Figure(
        "Start-up",
        f"{runs} runs of each command",
        [help_, Line(f"{ours()} status, empty database", costs["status"]), million, bare],
        [
            Goal("--help, times bare Python", ratio(help_, bare), GOAL, at_most=True),
            Goal("status of a million papers, wall seconds", million.wall, STATUS, at_most=True),
        ],
        [made],
    )


# a million papers


def fill(folder: Path) -> str:
    """Make the database, and the settings that name its categories. Returns what it holds."""
    Store.open(folder / "data/papers.db").close()
    names = sorted({canonical(name) for name in CATEGORIES})[:LISTED]
    followed = ", ".join(f'"{name}"' for name in names[:FOLLOWED])
    (folder / "aggregator.toml").write_text(f"categories = [{followed}]\n", encoding="utf-8")
    with closing(sqlite3.connect(folder / "data/papers.db", isolation_level=None)) as conn:
        for (trigger,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            conn.execute(f"DROP TRIGGER {trigger}")
        conn.execute(
            "CREATE TEMP TABLE names AS SELECT rowid AS n, value AS name FROM json_each(?)", _json(names)
        )
        conn.executescript(_FILL)
        tables = ("papers", "announcements", "listings", "ledger")
        counts = {table: conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}
        require(counts["papers"] == PAPERS and counts["ledger"] == LISTED * DAYS, f"wrong rows: {counts}")
    return ", ".join(f"{number:,} rows of {table}" for table, number in counts.items())


def _json(names: list[str]) -> tuple[str]:
    return (str(names).replace("'", '"'),)


_FILL = f"""
PRAGMA synchronous = OFF;
BEGIN;
CREATE TEMP TABLE days AS
    WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {DAYS} - 1)
    SELECT i, date('now', (i / 5 * 7 + i % 5 - {DAYS} / 5 * 7) || ' days') AS day FROM n;
CREATE UNIQUE INDEX temp.days_by_number ON days (i);
CREATE UNIQUE INDEX temp.names_by_number ON names (n);
INSERT INTO papers (id, fingerprint, version, withdrawn, changed_at, title, abstract, authors_raw, categories)
    WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {PAPERS} - 1)
    SELECT printf('%04d.%05d', i / 10000, i % 10000), '', 1, 0, '', 'A title', '', '', '[]' FROM n;
INSERT INTO listings SELECT name, day, 'from submission dates', '', 0 FROM names, days ORDER BY name, day;
INSERT INTO ledger (category, day, new, crosses, state, reason, replacements, replaced_crosses, witness, usual, cut,
    known, missing, filled, trouble, derived)
    SELECT name, day, 1, 0, iif(seen, 'confirmed', 'derived'), '', 0, 0, '', 0, 0, 0, 0, 0, '', NOT seen
    FROM (SELECT name, day, n <= {FOLLOWED} AND i > {DAYS} - 250 AS seen FROM names, days) ORDER BY name, day;
INSERT INTO announcements (paper_id, category, day, kind, version, position)
    SELECT id, name, day, 'new', 1, 1 FROM papers p
    JOIN days d ON d.i = p.rowid % {DAYS} JOIN names c ON c.n = p.rowid % {LISTED};
INSERT INTO polls SELECT name, '2026-01-05T12:00:00.000000Z', 'stored', '', NULL FROM names WHERE n <= {FOLLOWED};
UPDATE totals SET papers = {PAPERS}, announcements = {PAPERS};
COMMIT;
"""

if __name__ == "__main__":
    main_of(startup)
