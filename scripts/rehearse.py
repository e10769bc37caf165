"""A long rehearsal: a year of a simulated arXiv that misbehaves, a program that is killed, and the truth at the end.

    python scripts/rehearse.py --days 365 --categories 20 --kills 200

The real application runs against the simulated arXiv (feeds, OAI-PMH, lists) in virtual time, each look in a process
of its own, so that it can be killed with SIGKILL at any instant. Then the same year once more without a fault. At the
end the database is held against the truth, the site against that of the year without faults, the requests against
arXiv's rules, and every fault against what the program said of it. The same seed gives the same arXiv and the same
faults; where a kill strikes depends on the machine.

The two sites are compared file by file. Two things may differ: the sentence that says how far a day can be trusted
and when it was checked (`class="evidence"`, `category-note`, and the status page, which is made of it), and the
moments of the first sight in feeds and site maps (<updated>, <published>, <lastmod>).
"""

from __future__ import annotations

import argparse
import logging
import os
import re
import shutil
import sys
import tempfile
import time as real_time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from rehearsal import FIRST, Rehearsal, Switch

_MASKS = (
    re.compile(rb'<p class="(evidence|category-note)[^"]*">.*?</p>', re.DOTALL),
    re.compile(rb"<(updated|published)>[^<]*</\1>"),
    re.compile(rb"<lastmod>[^<]*</lastmod>"),
)
_APART = ("status/index.html",)


def report(rehearsal: Rehearsal, other: Rehearsal) -> bool:
    """Print the table. True when all is as it should be."""
    true, stored, tally = rehearsal.true(), rehearsal.stored(), rehearsal.tally
    pages, differ = compare_sites(rehearsal.folder / "site", other.folder / "site")
    gaps = [(b - a).total_seconds() for a, b in pairwise(tally.asked)]
    seen = Counter({True: 0, False: 0})
    seen.update(is_visible(rehearsal, switch) for switch in rehearsal.script.switches)
    states = Counter(row[0] for row in rehearsal.query("SELECT state FROM ledger"))
    lines = {
        "days, categories": f"{rehearsal.days}, {len(rehearsal.categories)}",
        "looks, of them killed": f"{tally.looks:,}, {tally.kills}",
        "outages, days": ", ".join(str(length) for _, length in tally.outages) or "none",
        "feeds and days askew": dict(Counter(type(s).__name__ for s in rehearsal.script.switches)),
        "of them seen in the books": f"{seen[True]} of {seen.total()}",
        "storms": dict(tally.injected),
        "answers they spoilt": f"{tally.struck:,}",
        "looks that lived it": f"{tally.stormy}, of them silent: {len(tally.silent)}",
        "requests": f"{len(rehearsal.arxiv.log):,}",
        "least time between two": f"{min(gaps, default=0):.1f} s, at most {rehearsal.arxiv.max_concurrent} at a time",
        "announcements, true": f"{len(true):,}",
        "on their day": f"{len(true & stored):,}",
        "missing, by kind": dict(Counter(row[4] for row in true - stored)) or "none",
        "stored, but not true": len(stored - true),
        "ledger": dict(states),
        "files of the site": f"{pages:,}",
        "files that differ": f"{len(differ)}{f', such as {differ[0]}' if differ else ''}",
    }
    for name, value in lines.items():
        print(f"{name:<26} {value}")
    for look in tally.silent:
        print(f"  silent: {look}")
    paced = min(gaps, default=3.0) >= 2.999 and rehearsal.arxiv.max_concurrent == 1
    return true == stored and not differ and paced and not seen[False] and not tally.silent


def compare_sites(one: Path, other: Path) -> tuple[int, list[str]]:
    """How many files there are, and the names of those that differ or are only in one."""
    mine, theirs = set(files(one)), set(files(other))
    common = [name for name in sorted(mine & theirs) if name not in _APART]
    differ = [name for name in common if masked(one / name) != masked(other / name)]
    return len(mine | theirs), [*sorted(mine ^ theirs), *differ]


def files(folder: Path) -> Iterator[str]:
    """Without the compressed twins, which follow from the files beside them."""
    found = (
        path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".br", ".gz", ".zst")
    )
    return (path.relative_to(folder).as_posix() for path in found)


def masked(path: Path) -> bytes:
    body = path.read_bytes()
    for mask in _MASKS:
        body = mask.sub(b"", body)
    return body


def is_visible(rehearsal: Rehearsal, switch: Switch) -> bool:
    """Whether the books tell of it: a poll that came to something else than "stored" for that day, a day that was
    filled by others, or one that nobody looked at, which is told by the outage."""
    number = (switch.day - FIRST).days
    if any(start <= number < start + length for start, length in rehearsal.tally.outages):
        return True
    category = getattr(switch, "category", "*")
    where = "1" if category == "*" else f"category = '{category}'"
    begin, end = switch.day - timedelta(days=1), switch.day + timedelta(days=1)
    polls = rehearsal.query(
        f"SELECT outcome, evidence, reason FROM fetches WHERE {where} AND checked_at BETWEEN '{begin}' AND '{end} 05'"
    )
    days = rehearsal.query(
        f"SELECT state, filled, seen_at FROM ledger WHERE {where} AND day = '{switch.day}'"
    )
    odd = any(poll[0] in ("stale", "no-announcement", "truncated") or "dated" in poll[1] for poll in polls)
    late = any(poll[0] == "not-modified" and poll[2] for poll in polls)
    filled = any(row[1] or row[0] in ("confirmed-empty", "backfilled", "late", "suspect") for row in days)
    return odd or late or filled or not days


def run_and_leave(rehearsal: Rehearsal) -> None:
    """For a child process; never returns."""
    code = 1
    try:
        rehearsal.run()
        code = 0
    finally:
        os._exit(code)


def progress(day: int) -> None:
    if sys.stderr.isatty():
        print(f"day {day}", end="\r", file=sys.stderr)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--categories", type=int, default=20)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--daily", type=int, default=120, help="announcements a listing day")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="leave both folders where they are")
    options = vars(parser.parse_args())
    keep = options.pop("keep")
    logging.disable(logging.ERROR)  # the faults are meant
    memory = Path("/dev/shm")  # SIGKILL leaves it alone, and nobody waits for a disk
    folder = Path(tempfile.mkdtemp(prefix="rehearsal-", dir=memory if memory.is_dir() else None))
    started = real_time.monotonic()
    try:
        both = [Rehearsal(folder / name, **options, faulty=name == "faulty") for name in ("faulty", "fine")]
        beside = os.fork()  # the two know nothing of each other
        if beside == 0:
            run_and_leave(both[1])
        both[0].run(progress)
        if os.waitstatus_to_exitcode(os.waitpid(beside, 0)[1]):
            raise SystemExit("the year without faults failed")
        fine = report(*both)
        print(f"{'wall time':<26} {real_time.monotonic() - started:.0f} s")
    finally:
        if keep:
            print(f"{'kept in':<26} {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
