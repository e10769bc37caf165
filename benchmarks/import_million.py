"""A million lines end to end: import, search index, and what an operator asks of such a database. Run by hand.

    python benchmarks/import_million.py FOLDER [lines]

The 50,000 recorded papers again and again under other ids, each dated within the month of its id, from 2007 on. What
is said of three million papers is three times what is seen here. The folder keeps the database.
"""

from __future__ import annotations

import gzip
import json
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path

from _frame import CORPUS, Cost, measure, recording

MONTHS = [
    (year, month) for year in range(2007, 2027) for month in range(1, 13) if (year, month) >= (2007, 4)
][:235]
QUESTIONS = ("status", "verify", "backup", "doctor", "prune", "replay")
FINE = (0, 1, 2, 3)


def main() -> int:
    folder = Path(sys.argv[1])
    lines = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    shutil.rmtree(folder / "data", ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "aggregator.toml"
    config.write_text(
        f'data = "{folder / "data"}"\ncategories = ["cs.LG", "cs.CL", "hep-th"]\n', encoding="utf-8"
    )
    snapshot = folder / "snapshot.json"
    measure(
        [sys.executable, __file__, "--write", snapshot, str(lines)]
    )  # apart: a child begins with our memory
    print(f"{lines:,} lines, {snapshot.stat().st_size / 1e9:.2f} GB", flush=True)
    aggregator = [sys.executable, "-m", "aggregator", "--config", str(config)]
    _tell("import", measure([*aggregator, "import", "--no-index", snapshot]), lines)
    snapshot.unlink()
    print(f"  database {_size(folder / 'data' / 'papers.db') / lines:,.0f} bytes a paper", flush=True)
    _tell("index", measure([*aggregator, "index"]), lines)
    print(f"  index {_size(folder / 'data' / 'search') / lines:,.0f} bytes a paper", flush=True)
    for question in QUESTIONS:
        _tell(question, _ask([*aggregator, question]), None)
    return 0


def _ask(command: list[str]) -> Cost:
    """Status, verify and replay say with their exit code what they found."""
    return measure(["sh", "-c", '"$@" >/dev/null; test $? -le 3', "sh", *command])


def _tell(what: str, cost: Cost, lines: int | None) -> None:
    ahead = f"; three million: {3e6 / lines * cost.wall / 60:.0f} min (extrapolated)" if lines else ""
    print(f"{what}: {cost.cpu:.2f} CPU s, {cost.wall:.2f} s, {cost.peak / 1000:.0f} MB{ahead}", flush=True)


def _size(path: Path) -> int:
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    return sum(each.stat().st_size for each in files)


def _write(snapshot: Path, lines: int) -> None:
    with gzip.open(recording(CORPUS)) as packed:
        papers = [json.loads(line) for line in packed]
    each = -(-lines // len(MONTHS))
    with snapshot.open("wb") as file:
        for paper, (arxiv_id, submitted) in zip(islice(cycle(papers), lines), _ids(each), strict=False):
            moment = f"{submitted:%a, %d %b %Y %H:%M:%S} GMT"
            paper |= {"id": arxiv_id, "versions": [{"version": "v1", "created": moment}]}
            paper["update_date"] = submitted.date().isoformat()
            file.write(json.dumps(paper).encode() + b"\n")


def _ids(each: int) -> Iterator[tuple[str, datetime]]:
    """Ids in arXiv's order, `each` a month, with a moment of that month."""
    for year, month in MONTHS:
        digits = 4 if (year, month) < (2015, 1) else 5
        for number in range(1, each + 1):
            moment = datetime(year, month, 1, tzinfo=UTC) + timedelta(days=28) * (number / (each + 1))
            yield f"{year % 100:02d}{month:02d}.{number:0{digits}d}", moment


if __name__ == "__main__":
    if sys.argv[1] == "--write":
        _write(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        sys.exit(main())
