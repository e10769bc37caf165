"""What all benchmarks share: whole processes measured in turns, peers installed apart, figures that carry ratios.

A benchmark states its work, measures commands with `in_turns`, checks that all did the same work, and ends with
`sys.exit(show(Figure(…)))`. Alone it prints a table; under `make bench` the figure also goes to RESULTS.md.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = Path(os.environ.get("BENCH_CACHE", ROOT / "build" / "bench"))
RECORDINGS = Path(os.environ.get("ARXIV_RECORDINGS", ROOT.parent / "shared" / "data"))
CORPUS = RECORDINGS / "corpus" / "corpus_50k.jsonl.gz"
OUT = "BENCH_OUT"  # where `make bench` wants the figure, as one more line of JSON
MISSED, NO_INPUT = 3, 66  # exit codes; any other than 0 is an error


Table = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Cost:
    """One run of a whole process, start-up and imports included."""

    cpu: float  # seconds, user and system, children that it waited for included
    wall: float  # seconds
    peak: int  # kB of resident memory


@dataclass(frozen=True, slots=True)
class Line:
    """One contestant: `name` with its version, what its runs cost, and how much work each did."""

    name: str
    costs: Sequence[Cost]
    amount: float = 0.0
    unit: str = ""

    @property
    def cpu(self) -> float:
        return statistics.median(cost.cpu for cost in self.costs)

    @property
    def wall(self) -> float:
        return statistics.median(cost.wall for cost in self.costs)

    @property
    def peak(self) -> int:
        return max(cost.peak for cost in self.costs)

    @property
    def spread(self) -> str:
        return f"{min(c.cpu for c in self.costs):.2f}–{max(c.cpu for c in self.costs):.2f}"


@dataclass(frozen=True, slots=True)
class Goal:
    """What was to be shown, what was seen, and which side of `limit` is good."""

    text: str
    seen: float
    limit: float
    at_most: bool = False

    @property
    def met(self) -> bool:
        return self.seen <= self.limit if self.at_most else self.seen >= self.limit

    def __str__(self) -> str:
        side = "at most" if self.at_most else "at least"
        return f"{self.text}: {self.seen:.3g} ({side} {self.limit:g}: {'met' if self.met else 'MISSED'})"


@dataclass(frozen=True, slots=True)
class Figure:
    """What a benchmark says. The first line is ours; the others are peers and limits, and `ratio` compares.

    What is not told in CPU seconds stands in a `table`, its head first: behind the lines, or in their place.
    """

    title: str
    work: str
    lines: Sequence[Line] = ()
    goals: Sequence[Goal] = ()
    remarks: Sequence[str] = field(default_factory=tuple)
    table: Table = ()


# Starts and measures the process that counts. A child's peak memory begins with that of the process which starts it,
# and a benchmark may hold much: this one holds next to nothing.
_LAUNCHER = """
import json, os, sys, time
started = time.monotonic()
child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(child, 0)
wall = time.monotonic() - started
told = [os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss]
with open(sys.argv[1], "w") as file:
    json.dump(told, file)
"""


def measure(
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: Path | None = None,
    stdout: Path | None = None,
    code: int = 0,
) -> Cost:
    """Run `command` and say what it cost. SystemExit unless it ends with `code`: no failure is compared."""
    with (
        open(stdin or os.devnull, "rb") as given,
        open(stdout or os.devnull, "wb") as taken,
        tempfile.NamedTemporaryFile("r") as told,
    ):
        said = subprocess.run(
            [sys.executable, "-S", "-E", "-c", _LAUNCHER, told.name, *map(str, command)],
            cwd=cwd,
            env={**_environment(), **(env or {})},
            stdin=given,
            stdout=taken,
            stderr=subprocess.PIPE,
            check=False,
        ).stderr
        ended, cpu, wall, peak = json.loads(told.read() or "[null, 0, 0, 0]")
    if ended != code:
        words = " ".join(map(str, command))
        raise SystemExit(f"{words}: exit code {ended}\n{said.decode(errors='replace')[-2000:]}")
    return Cost(cpu, wall, peak)


def _environment() -> dict[str, str]:
    """Ours, with Python's compiled modules kept, as every installation keeps them."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def inside(work: Callable[[], object]) -> Cost:
    """What a call within this process costs, where start-up is not the question; the peak is the process's."""
    began, spent = time.monotonic(), time.process_time()
    work()
    cpu, wall = time.process_time() - spent, time.monotonic() - began
    return Cost(cpu, wall, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def in_turns(runs: int, **contestants: Callable[[], Cost]) -> dict[str, list[Cost]]:
    """Measure each contestant once a round, so that a slow moment of the machine hits all alike."""
    costs: dict[str, list[Cost]] = {name: [] for name in contestants}
    for _ in range(runs):
        for name, run in contestants.items():
            costs[name].append(run())
    return costs


def ratio(over: Line, under: Line) -> float:
    """How many times the CPU of `under` is that of `over`, for the same amount of work."""
    per = [line.cpu / (line.amount or 1.0) for line in (over, under)]
    return per[0] / per[1]


def require(right: bool, says: str) -> None:
    """End the benchmark when somebody did not do the work."""
    if not right:
        raise SystemExit(f"wrong: {says}")


def recording(path: Path = CORPUS) -> Path:
    """A file of the real recordings. Ends with exit code 66 where they are missing."""
    if not path.is_file():
        print(f"no recording at {path} (set ARXIV_RECORDINGS)")
        raise SystemExit(NO_INPUT)
    return path


# ── peers ──


def python_with(name: str, *packages: str) -> Path:
    """The folder of commands of a virtual environment of the peer's own, made at the first call."""
    folder = CACHE / name
    made = folder / "installed.txt"
    wanted = "\n".join(packages)
    if not made.exists() or made.read_text() != wanted:
        venv.create(folder, with_pip=True, clear=True)
        pip = [
            str(folder / "bin" / "python"),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]
        subprocess.run([*pip, *packages], check=True, stderr=subprocess.DEVNULL)
        made.write_text(wanted)
    return folder / "bin"


def node_with(name: str, *packages: str) -> Path:
    """A folder whose node_modules hold the peer's packages, made at the first call."""
    folder = CACHE / name
    made = folder / "installed.txt"
    wanted = "\n".join(packages)
    if not made.exists() or made.read_text() != wanted:
        folder.mkdir(parents=True, exist_ok=True)
        npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder)]
        subprocess.run([*npm, *packages], check=True, stdout=subprocess.DEVNULL)
        made.write_text(wanted)
    return folder


def version_in(commands: Path, package: str) -> str:
    """The version of a package in the environment that `python_with` made."""
    ask = f"from importlib.metadata import version; print(version({package!r}))"
    return subprocess.run(
        [commands / "python", "-c", ask], check=True, capture_output=True, text=True
    ).stdout.strip()


def node_version(folder: Path, package: str) -> str:
    said: str = json.loads((folder / "node_modules" / package / "package.json").read_text())["version"]
    return said


# ── figures ──


def show(figure: Figure) -> int:
    """Print the figure, hand it to `make bench`, and say with the exit code whether its goals are met."""
    print(as_text(figure))
    if out := os.environ.get(OUT):
        with open(out, "a", encoding="utf-8") as file:
            file.write(json.dumps({"title": figure.title, "markdown": as_markdown(figure)}) + "\n")
    return 0 if all(goal.met for goal in figure.goals) else MISSED


def as_text(figure: Figure) -> str:
    tables = [row for table in _tables(figure) for row in _columns(table)]
    return "\n".join(
        [f"{figure.title}: {figure.work}", *tables, *map(str, figure.goals), *figure.remarks, ""]
    )


def _columns(table: Table) -> list[str]:
    widths = [max(len(row[place]) for row in table) for place in range(len(table[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]


def as_markdown(figure: Figure) -> str:
    tables = [row for table in _tables(figure) for row in (*_piped(table), "")]
    notes = [f"- {note}" for note in (*map(str, figure.goals), *figure.remarks)]
    return "\n".join([f"## {figure.title}", "", figure.work, "", *tables, *notes, ""])


def _piped(table: Table) -> list[str]:
    head, *rows = table
    ruler = [":--", *["--:"] * (len(head) - 1)]
    return [f"| {' | '.join(row)} |" for row in (head, ruler, *rows)]


def _tables(figure: Figure) -> list[Table]:
    return [*([_cells(figure)] if figure.lines else []), *([figure.table] if figure.table else [])]


def _cells(figure: Figure) -> Sequence[Sequence[str]]:
    """Medians, and each contestant's CPU for the same work as a multiple of ours."""
    ours = figure.lines[0]
    head = ["", "CPU s", "lowest–highest", "wall s", "peak MB", "a CPU second", "times ours"]
    return [head, *(_row(line, ours) for line in figure.lines)]


def _row(line: Line, ours: Line) -> list[str]:
    rate = f"{line.amount / line.cpu:,.0f} {line.unit}" if line.amount and line.cpu else ""
    return [
        line.name,
        f"{line.cpu:.3f}",
        line.spread,
        f"{line.wall:.3f}",
        f"{line.peak / 1000:.0f}",
        rate,
        f"{ratio(line, ours):.2f}" if ours.cpu else "",
    ]


def ours() -> str:
    """The name of our own line."""
    from aggregator import __version__

    return f"aggregator {__version__}"


def main_of(benchmark: Callable[[], Figure]) -> None:
    """The whole program of a benchmark."""
    sys.exit(show(benchmark()))
