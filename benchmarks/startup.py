"""CPU of starting: `aggregator --help` and `aggregator status` against `python -c pass`.

python benchmarks/startup.py [runs]
"""

from __future__ import annotations

import platform
import sys
import tempfile
from functools import partial
from pathlib import Path

from _frame import Figure, Goal, Line, in_turns, main_of, measure, ours, ratio

GOAL = 3.0  # times the CPU of a bare Python, for --help
AGGREGATOR = [sys.executable, "-m", "aggregator"]
NOTHING_YET = 3  # how `status` ends where nothing was fetched
COMMANDS = {
    "--help": [*AGGREGATOR, "--help"],
    "status": [*AGGREGATOR, "status"],
    "bare": [sys.executable, "-c", "pass"],
}


def startup() -> Figure:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    with tempfile.TemporaryDirectory() as folder:
        measure([*AGGREGATOR, "build"], cwd=Path(folder))  # it makes a database
        contestants = {
            name: partial(measure, command, cwd=Path(folder), code=NOTHING_YET if name == "status" else 0)
            for name, command in COMMANDS.items()
        }
        costs = in_turns(runs, **contestants)
    help_ = Line(f"{ours()} --help", costs["--help"])
    bare = Line(f"python -c pass ({platform.python_version()})", costs["bare"])
    return Figure(
        "Start-up",
        f"{runs} runs of each command on an empty database",
        [help_, Line(f"{ours()} status", costs["status"]), bare],
        [Goal("--help, times bare Python", ratio(help_, bare), GOAL, at_most=True)],
    )


if __name__ == "__main__":
    main_of(startup)
