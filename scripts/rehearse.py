"""A long rehearsal: months of a simulated arXiv that misbehaves, a program that is killed, and the truth at the end.

    python scripts/rehearse.py --days 365 --categories 20 --kills 200

The real application runs against the simulated arXiv (feeds, OAI-PMH) in virtual time, each look in a process of
its own, so that it can be killed with SIGKILL at any instant. At the end the database is held against the truth, and
every fault that was injected is counted. The same seed gives the same arXiv and the same faults; where a kill
strikes depends on the machine. (The pace of requests is proven in tests/test_politeness.py: here each process
has a virtual clock of its own.)

What cannot be known: a cross-list that was added late to a paper that was never stored, on a day of which no
feed was read. OAI-PMH shows the category, and nothing of when it came.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time as real_time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from aggregator.announce import NEW_YORK
from aggregator.app import App
from aggregator.models import Kind
from aggregator.settings import ArxivSettings, Settings
from aggregator.simulator import Fault, Script, SimulatedArxiv, Truth, VirtualClock, faults
from aggregator.simulator.script import (
    Behind,
    CalendarSwitch,
    Empty,
    FeedSwitch,
    Late,
    Partial,
    Skipped,
    Stale,
    Unplanned,
    Volume,
)

FIRST = date(2026, 1, 5)
LOOKS = (time(0, 20), time(1, 20), time(4, 0), time(9, 0), time(23, 30))  # New York
CATEGORIES = (
    *("cs.AI", "math.PR", "hep-th", "cs.CL", "stat.ML", "quant-ph", "cs.LG", "math.AG", "gr-qc", "cs.CV"),
    *("cs.RO", "hep-ph", "math.CO", "cs.CR", "q-bio.NC", "eess.SP", "cs.DS", "math.NA", "cs.SE", "econ.GN"),
)
Row = tuple[str, str, str]  # category, day, paper


@dataclass
class Tally:
    """What was done to the program."""

    looks: int = 0
    kills: int = 0
    outages: list[int] = field(default_factory=list)
    switches: Counter[str] = field(default_factory=Counter)
    injected: Counter[str] = field(default_factory=Counter)


class Rehearsal:
    """One run in `folder`."""

    def __init__(
        self, folder: Path, *, days: int, categories: int, kills: int, daily: int, seed: int
    ) -> None:
        self.folder = folder
        self.rng = random.Random(seed)
        self.tally = Tally()
        self.categories = CATEGORIES[:categories]
        self.days = days
        self.kills = kills
        switches = tuple(self._switches())
        self.tally.switches.update(type(switch).__name__ for switch in switches)
        self.script = Script(
            self.categories, FIRST, days=days, announcements=daily, seed=seed, switches=switches
        )
        self.truth = Truth(self.script)
        self.clock = VirtualClock(datetime.combine(FIRST, LOOKS[0], NEW_YORK))
        self.away = self._outages()

    def run(self) -> None:
        """Live through all days, then two quiet ones."""
        with SimulatedArxiv(self.truth, self.clock) as arxiv:
            self.arxiv = arxiv
            for number in range(self.days + 2):
                if number in self.away:
                    continue
                if number < self.days:
                    self._break_something()
                else:
                    arxiv.clear_faults()
                self._day(FIRST + timedelta(days=number), quiet=number >= self.days)

    def _day(self, day: date, *, quiet: bool) -> None:
        chance = 0.0 if quiet else self.kills / max(1, self.days * len(LOOKS))
        for at in LOOKS:
            self.clock.advance_to(datetime.combine(day, at, NEW_YORK))
            self._look(kill=self.rng.random() < chance)

    def _look(self, *, kill: bool) -> None:
        """One `update` in a process of its own; its virtual waits are taken over, so that time goes on."""
        self.tally.looks += 1
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            self._in_child(writer)
        os.close(writer)
        if kill:
            real_time.sleep(self.rng.uniform(0.0, 0.25))
            os.kill(child, signal.SIGKILL)
            self.tally.kills += 1
        with os.fdopen(reader, "rb") as pipe:
            moments = pipe.read().split()
        os.waitpid(child, 0)
        passed = timedelta(seconds=float(moments[-1])) if moments else timedelta(minutes=5)
        self.clock.advance_to(self.clock.now() + passed)

    def _in_child(self, writer: int) -> None:
        """Runs in the child; never returns."""
        code = 1
        try:
            before = self.clock.monotonic()
            app = self._app()
            app.resume()  # the operator who settles a 403
            app.update()
            os.write(writer, f"{self.clock.monotonic() - before}\n".encode())
            code = 0
        finally:
            os._exit(code)

    def _app(self) -> App:
        asks = ArxivSettings(
            contact="rehearsal@example.org",
            rss_url=self.arxiv.rss_url,
            oai_url=f"{self.arxiv.url}/oai",
            api_url=f"{self.arxiv.url}/api/query",
            lists_url=f"{self.arxiv.url}/catchup",
        )
        settings = Settings(categories=self.categories, data=self.folder, arxiv=asks)
        return App(settings, clock=self.clock)

    # what goes wrong

    def _switches(self) -> Iterator[CalendarSwitch | FeedSwitch]:
        for number in range(1, self.days):
            day, category = FIRST + timedelta(days=number), self.rng.choice(self.categories)
            roll = self.rng.random()
            if day.weekday() > 4:
                if roll < 0.01:
                    yield Unplanned(day)
            elif roll < 0.30:
                kinds = (
                    Stale(day, category),
                    Stale(day, category, redated=True),
                    Late(day, self.rng.choice((2.0, 6.0, 9.0)), category),
                    Partial(day, category, hours=3.0),
                    Empty(day, category),
                    Empty(day),
                    Behind(day),
                )
                yield self.rng.choice(kinds)
            elif roll < 0.32:
                yield Skipped(day)
            elif roll < 0.325:
                yield Volume(day, 2_300 * len(self.categories))

    def _outages(self) -> set[int]:
        away: set[int] = set()
        for length in (1, 7, 60):
            if self.days > 4 * length:
                start = self.rng.randrange(self.days // 4, self.days - length - 1)
                away.update(range(start, start + length))
                self.tally.outages.append(length)
        return away

    def _break_something(self) -> None:
        storms = {
            "429": faults.status(429),
            "503": faults.status(503, retry_after="30"),
            "503, Retry-After 0": faults.status(503, retry_after="0"),
            "406": faults.status(406),
            "403": faults.status(403),
            "500": faults.status(500),
            "rate exceeded, 200": faults.rate_exceeded(),
            "captive portal": faults.captive_portal(),
            "empty body": faults.empty_body(),
            "cut": faults.cut_at(self.rng.randrange(1, 3000)),
        }
        if self.rng.random() < 0.4:
            name = self.rng.choice(list(storms))
            self.arxiv.inject(Fault(storms[name], path="*", times=self.rng.randrange(1, 6)))
            self.tally.injected[name] += 1

    # the verdict

    def stored(self) -> dict[Row, set[tuple[int, str]]]:
        with sqlite3.connect(self.folder / "papers.db") as db:
            rows = db.execute("SELECT category, day, paper_id, version, kind FROM announcements").fetchall()
        db.close()
        found: dict[Row, set[tuple[int, str]]] = {}
        for category, day, paper, version, kind in rows:
            found.setdefault((category, day, paper), set()).add((version, kind))
        return found

    def states(self) -> Counter[str]:
        with sqlite3.connect(self.folder / "papers.db") as db:
            rows = db.execute("SELECT state, count(*) FROM ledger GROUP BY state").fetchall()
        db.close()
        return Counter(dict(rows))


def report(rehearsal: Rehearsal) -> bool:
    """Print the table. True when no new paper was lost."""
    stored, tally = rehearsal.stored(), rehearsal.tally
    true = {(a.category, a.day.isoformat(), a.paper_id): a for a in rehearsal.truth.announcements()}
    lost = {row: a for row, a in true.items() if row not in stored}
    papers = {(category, paper) for category, _, paper in stored}
    elsewhere = {row for row in lost if (row[0], row[2]) in papers}
    lost_kinds = Counter(lost[row].kind.value for row in lost.keys() - elsewhere)
    lines = {
        "days, categories": f"{rehearsal.days}, {len(rehearsal.categories)}",
        "looks, of them killed": f"{tally.looks:,}, {tally.kills}",
        "outages, days": ", ".join(map(str, tally.outages)) or "none",
        "feeds that misbehaved": dict(tally.switches),
        "storms": dict(tally.injected),
        "requests": f"{len(rehearsal.arxiv.log):,}",
        "announcements, true": f"{len(true):,}",
        "on their day": f"{len(true) - len(lost):,}",
        "known, on another day": len(elsewhere),
        "lost, by kind": dict(lost_kinds) or "none",
        "stored, but not true": len(stored.keys() - true.keys()),
        "ledger": dict(rehearsal.states()),
    }
    for name, value in lines.items():
        print(f"{name:<24} {value}")
    return not lost_kinds.get(Kind.NEW.value)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--categories", type=int, default=20)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--daily", type=int, default=120, help="announcements a listing day")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    logging.disable(logging.ERROR)  # the faults are meant
    folder = Path(tempfile.mkdtemp(prefix="rehearsal-"))
    try:
        rehearsal = Rehearsal(folder / "data", **vars(options))
        started = real_time.monotonic()
        rehearsal.run()
        fine = report(rehearsal)
        print(f"{'wall time':<24} {real_time.monotonic() - started:.0f} s")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
