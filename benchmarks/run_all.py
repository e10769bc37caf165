"""Run the benchmarks one after another and write RESULTS.md: `make bench`, or `python benchmarks/run_all.py [--quick]`.

A benchmark is a file of this folder that uses `_frame` and whose name has no underscore in front; each runs as a
process of its own and hands its figures over by `_frame.show`. One that fails stands in the results as failed.
"""

from __future__ import annotations

import json
import os
import platform
import re
import sqlite3
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from _frame import MISSED, NO_INPUT, OUT, ROOT

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "RESULTS.md"
# What `--quick` asks for, a minute or less each; the figures name the amounts.
QUICK = {
    "day": ["1"],
    "import_million": ["--lines", "30000"],
    "import_snapshot": ["1"],
    "incremental": ["--days", "200", "--runs", "3"],
    "ingest": ["--runs", "1"],
    "lighthouse": ["--runs", "1"],
    "normalise": ["--runs", "1"],
    "oai": ["--records", "20000", "--stored", "5000"],
    "parse": ["--runs", "1"],
    "search": ["--quick"],
    "serve": ["2", "1"],
    "startup": ["5"],
    "pages": ["--days", "150", "--runs", "2"],
    "pages_vs_mathjax": ["--runs", "1"],
}
_WORDS = {0: "all goals met", MISSED: "a goal was missed", NO_INPUT: "skipped: its recordings are not here"}
_HEAD = """# Results

Written by `make bench`; do not edit. Whole processes, CPU seconds (user and system), medians of interleaved runs on
one machine. Trust the ratios: absolute times differ from machine to machine and from hour to hour.
"""


def main() -> int:
    quick = "--quick" in sys.argv
    names = [name for name in sys.argv[1:] if name != "--quick"] or _names()
    failed = []
    found: dict[str, list[str]] = {}
    for name in names:
        print(f"── {name}", flush=True)
        code, figures = _run(name, QUICK.get(name, []) if quick else [])
        found[name] = figures or [f"## {name}\n\n{_words(code)}\n"]
        if code not in (0, NO_INPUT):
            failed.append(f"{name} ({_words(code)})")
    known = _known()
    known |= {name: "\n".join(parts) for name, parts in found.items()}
    body = [f"<!-- {name} -->\n{known[name].strip()}\n" for name in sorted(known)]
    RESULTS.write_text("\n".join([_HEAD, _machine(), *body]), encoding="utf-8")
    print(f"{RESULTS}: {len(found)} parts new" + (f"; not met: {', '.join(failed)}" if failed else ""))
    return int(bool(failed))


def _known() -> dict[str, str]:
    """The parts of an earlier run: one that runs few benchmarks leaves the others as they are."""
    if not RESULTS.exists():
        return {}
    pieces = re.split(r"^<!-- (\w+) -->\n", RESULTS.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def _names() -> list[str]:
    found = (path for path in HERE.glob("[a-z]*.py") if path != Path(__file__).resolve())
    return sorted(path.stem for path in found if "from _frame import" in path.read_text(encoding="utf-8"))


def _run(name: str, options: list[str]) -> tuple[int, list[str]]:
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as out:
        done = subprocess.run(
            [sys.executable, HERE / f"{name}.py", *options], env={**os.environ, OUT: out.name}, check=False
        )
        return done.returncode, [json.loads(line)["markdown"] for line in out]


def _words(code: int) -> str:
    return _WORDS.get(code, f"failed with exit code {code}")


def _machine() -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    facts = {
        "Machine": f"{_processor()}, {os.cpu_count()} cores, {_memory():.0f} GB",
        "System": f"{platform.system()} {platform.release()}",
        "Python": f"{platform.python_version()}, SQLite {sqlite3.sqlite_version}",
        "Commit": commit or "not known",
        "When": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
    }
    return "\n".join(
        ["| | |", "| :-- | :-- |", *(f"| {name} | {said} |" for name, said in facts.items()), ""]
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _memory() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


if __name__ == "__main__":
    sys.exit(main())
