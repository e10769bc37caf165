"""CPU of starting: `aggregator --help` and `aggregator status` against `python -c pass`.

    python benchmarks/startup.py [runs]

Runs are interleaved, so that a slow moment of the machine hits all alike; figures are medians.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from resource import RUSAGE_CHILDREN, getrusage

GOAL = 3.0  # times the CPU of a bare Python, for --help
BARE = "python -c pass"
COMMANDS = {
    BARE: [sys.executable, "-c", "pass"],
    "aggregator --help": [sys.executable, "-m", "aggregator", "--help"],
    "aggregator status": [sys.executable, "-m", "aggregator", "status"],
}


def cpu(command: list[str], folder: str) -> float:
    """CPU seconds, user and system, of one run."""
    before = getrusage(RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main() -> int:
    """Print medians and ratios. Returns 1 when --help misses its goal."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    seconds: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as folder:
        _give_it_a_database(folder)
        for _ in range(runs):
            for name, command in COMMANDS.items():
                seconds[name].append(cpu(command, folder))
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    for name, median in medians.items():
        print(f"{name:<20} {median * 1000:6.1f} ms CPU   {median / medians[BARE]:5.2f} times bare Python")
    ratio = medians["aggregator --help"] / medians[BARE]
    print(f"--help: goal {GOAL:g}, {'met' if ratio <= GOAL else 'missed'} ({runs} interleaved runs)")
    return int(ratio > GOAL)


def _give_it_a_database(folder: str) -> None:
    subprocess.run([sys.executable, "-m", "aggregator", "build"], cwd=folder, capture_output=True, check=True)


if __name__ == "__main__":
    sys.exit(main())
