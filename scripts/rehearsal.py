"""One long life with a simulated arXiv that misbehaves, and a program that is killed: what `rehearse.py` runs."""

from __future__ import annotations

import json
import logging
import os
import random
import signal
import sqlite3
import time as real_time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from aggregator.announce import NEW_YORK
from aggregator.app import App
from aggregator.asking import Watcher
from aggregator.models import Answer, CategoryReport
from aggregator.retry import Wait
from aggregator.settings import ArxivSettings, Settings, SiteSettings
from aggregator.simulator import Fault, Script, SimulatedArxiv, Truth, VirtualClock, faults
from aggregator.simulator.faults import Effect, Reply, Right
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
from aggregator.sources.gate import GatedTransport
from aggregator.store import Store

FIRST = date(2026, 1, 5)
LOOKS = (time(0, 20), time(1, 20), time(4, 0), time(9, 0), time(23, 30))  # New York
QUIET = 4  # days at the end without a fault
CATEGORIES = (
    *("cs.AI", "math.PR", "hep-th", "cs.CL", "stat.ML", "quant-ph", "cs.LG", "math.AG", "gr-qc", "cs.CV"),
    *("cs.RO", "hep-ph", "math.CO", "cs.CR", "q-bio.NC", "eess.SP", "cs.DS", "math.NA", "cs.SE", "econ.GN"),
)
Row = tuple[str, str, str, int, str]  # category, day, paper, version, kind
Switch = CalendarSwitch | FeedSwitch


@dataclass
class Tally:
    """What was done to the program, and what it said of it."""

    looks: int = 0
    kills: int = 0
    outages: list[tuple[int, int]] = field(default_factory=list)  # first day, days
    injected: Counter[str] = field(default_factory=Counter)
    struck: int = 0  # answers that a storm spoilt
    stormy: int = 0  # looks that lived through such an answer to their end
    silent: list[str] = field(default_factory=list)  # those of them that told of no wait and no failure
    asked: list[datetime] = field(default_factory=list)  # virtual moments of requests


class Rehearsal:
    """One run in `folder`. Without `faulty`, the same announcements reach a program that nothing befalls."""

    def __init__(
        self,
        folder: Path,
        *,
        days: int,
        categories: int,
        kills: int,
        daily: int,
        seed: int,
        faulty: bool = True,
    ) -> None:
        self.folder = folder
        self.tally = Tally()
        self.categories = CATEGORIES[:categories]
        self.days = days
        self.kills = kills if faulty else 0
        self.faulty = faulty
        self._usual = 0.1  # real seconds of a look
        self.rng = random.Random(seed)
        switches = tuple(self._switches())
        self.away = self._outages()
        if not faulty:
            self.away = set()
            switches = tuple(s for s in switches if isinstance(s, CalendarSwitch))
        self.script = Script(
            self.categories, FIRST, days=days, announcements=daily, seed=seed, switches=switches
        )
        self.truth = Truth(self.script)
        self.clock = VirtualClock(datetime.combine(FIRST, LOOKS[0], NEW_YORK))

    def run(self, progress: Callable[[int], object] = lambda _: None) -> None:
        """Live through all days, then some quiet ones, then build the site."""
        with SimulatedArxiv(self.truth, self.clock) as arxiv:
            self.arxiv = arxiv
            for number in range(self.days + QUIET):
                if number in self.away:
                    continue
                if number >= self.days:
                    arxiv.clear_faults()
                elif self.faulty:
                    self._break_something()
                self._day(FIRST + timedelta(days=number), quiet=number >= self.days)
                progress(number + 1)
            self._app().build()

    def _day(self, day: date, *, quiet: bool) -> None:
        left = (self.days - (day - FIRST).days) * len(LOOKS)
        for at in LOOKS:
            self.clock.advance_to(datetime.combine(day, at, NEW_YORK))
            chance = 0.0 if quiet else 1.5 * (self.kills - self.tally.kills) / left
            self._look(kill=self.rng.random() < chance)

    def _look(self, *, kill: bool) -> None:
        """One `update` in a process of its own; its virtual waits are taken over, so that time goes on."""
        self.tally.looks += 1
        struck, answered = self.tally.struck, len(self.arxiv.log)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            self._in_child(writer)
        os.close(writer)
        began = real_time.monotonic()
        if kill:
            real_time.sleep(self.rng.uniform(0.0, self._usual))
            os.kill(child, signal.SIGKILL)
        with os.fdopen(reader) as pipe:
            said = [json.loads(line) for line in pipe if line.endswith("\n")]
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status)  # or it was faster
        if killed:
            self._let_arxiv_end()
        if not kill:
            self._usual += 0.1 * (real_time.monotonic() - began - self._usual)
        self.tally.kills += killed
        self.tally.struck += sum(entry.short for entry in self.arxiv.log[answered:])
        if self.tally.struck > struck and not killed:
            self.tally.stormy += 1
            if not any("told" in line for line in said):
                ended = "to its end" if any("done" in line for line in said) else f"exit status {status}"
                asked = [f"{entry.path} {entry.status}" for entry in self.arxiv.log[answered:]]
                self.tally.silent.append(f"{self.clock.now():%Y-%m-%d %H:%M} {ended}: {', '.join(asked)}")
        start = self.clock.now()
        moments = [start + timedelta(seconds=line["at"]) for line in said]
        self.tally.asked += [at for at, line in zip(moments, said, strict=True) if "asked" in line]
        pause = timedelta(seconds=3 if killed else 0)  # at the least, until a killed program is started again
        self.clock.advance_to(max([start, *moments]) + pause)

    def _let_arxiv_end(self) -> None:
        """The next start is three virtual seconds away, so that arXiv has long answered what the dead one asked."""
        calm = 0
        while calm < 3:
            real_time.sleep(0.02)
            calm = calm + 1 if self.arxiv.is_idle() else 0

    def _in_child(self, writer: int) -> None:
        """Runs in the child; never returns."""
        code = 1
        try:
            telling = Telling(writer, self.clock)
            logging.disable(logging.NOTSET)
            logging.getLogger("aggregator").addHandler(Heard(telling))
            app = self._app(telling)
            app.resume()  # the operator who settles a 403
            if any(verdict.error for verdict in app.update().verdicts):
                telling.say("told")
            telling.say("done")
            code = 0
        finally:
            os._exit(code)

    def _app(self, telling: Telling | None = None) -> App:
        asks = ArxivSettings(
            contact="rehearsal@example.org",
            rss_url=self.arxiv.rss_url,
            oai_url=f"{self.arxiv.url}/oai",
            api_url=f"{self.arxiv.url}/api/query",
            lists_url=f"{self.arxiv.url}/catchup",
        )
        site = SiteSettings(days=self.days + QUIET)
        settings = Settings(
            categories=self.categories, data=self.folder, arxiv=asks, site=site, keep_raw_days=self.days + 60
        )
        return Told(settings, clock=self.clock, watcher=telling)

    # what goes wrong

    def _switches(self) -> Iterator[Switch]:
        full = False  # one day with more than a feed can hold
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
            elif roll < 0.335 and not full:
                full = True
                yield Volume(day, 2_300 * len(self.categories))

    def _outages(self) -> set[int]:
        away: set[int] = set()
        for length in (1, 7, 60):
            if self.days > 4 * length:
                start = self.rng.randrange(self.days // 4, self.days - length - 1)
                away.update(range(start, start + length))
                self.tally.outages.append((start, length))
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
            self.arxiv.inject(Fault(self._counted(storms[name]), path="*", times=self.rng.randrange(1, 6)))
            self.tally.injected[name] += 1

    def _counted(self, effect: Effect) -> Effect:
        def counted(reply: Reply, right: Right) -> Reply:
            spoilt = effect(reply, right)
            self.tally.struck += spoilt.cut is None  # the log tells of cuts: a packed body may be too short
            return spoilt

        return counted

    # what came of it

    def true(self) -> set[Row]:
        return {
            (a.category, a.day.isoformat(), a.paper_id, a.version, a.kind.value)
            for a in self.truth.announcements()
        }

    def stored(self) -> set[Row]:
        return set(self.query("SELECT category, day, paper_id, version, kind FROM announcements"))

    def query(self, sql: str) -> list[Row]:
        with closing(sqlite3.connect(self.folder / "papers.db")) as db:
            return db.execute(sql).fetchall()


class Telling(Watcher):
    """Tells the rehearsal through a pipe what happens in a look, line by line, so that a kill loses none."""

    def __init__(self, pipe: int, clock: VirtualClock) -> None:
        self._pipe = pipe
        self._clock = clock
        self._began = clock.monotonic()

    def say(self, what: str) -> None:
        line = json.dumps({"at": self._clock.monotonic() - self._began, what: True})
        os.write(self._pipe, f"{line}\n".encode())

    def waiting(self, category: str, wait: Wait) -> None:  # noqa: ARG002
        self.say("told")

    def reported(self, report: CategoryReport) -> None:
        if report.outcome in ("failed", "refused") or (report.outcome == "cooling-down" and report.attempts):
            self.say("told")


class Heard(logging.Handler):
    """Takes a warning in the log for something told."""

    def __init__(self, telling: Telling) -> None:
        super().__init__(logging.WARNING)
        self._telling = telling

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002
        self._telling.say("told")


class Told(App):
    """The application, each of whose requests is told. The search index, which is derived, is left out."""

    def _refresh_index(self, *arguments: object, **named: object) -> None:
        """Nothing."""

    @contextmanager
    def _transport(self, store: Store) -> Iterator[GatedTransport]:
        with super()._transport(store) as gated:
            if isinstance(self.watcher, Telling):
                gated._transport = _Noted(gated._transport, self.watcher)
            yield gated


class _Noted:
    """A transport that tells of each request before it is sent."""

    def __init__(self, transport: object, telling: Telling) -> None:
        self._transport = transport
        self._telling = telling

    def get(self, url: str, **options: object) -> Answer:
        self._telling.say("asked")
        answer: Answer = self._transport.get(url, **options)  # type: ignore[attr-defined]
        return answer
