"""Rows of the fault table that need a whole program: a wrong clock, a killed step, PID 1, weeks of life, bulk changes.

docs/RELIABILITY.md has the table; `test_reliability_table.py` holds it to the tests.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from threading import Event
from zoneinfo import ZoneInfo

import msgspec
import pytest
from loopback import write_config
from test_reconcile import FIRST, Place, place

from aggregator.announce import NEW_YORK
from aggregator.app import App
from aggregator.errors import AggregatorError, BadClock
from aggregator.settings import Settings
from aggregator.simulator import Fault, Script, SimulatedArxiv, Truth, VirtualClock, faults
from aggregator.simulator.faults import Reply
from aggregator.simulator.oai import Oai
from aggregator.site import Site
from aggregator.sources.transport import HttpTransport
from aggregator.store.database import Store

BOOT = datetime(1970, 1, 1, 0, 1, tzinfo=UTC)


# time


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(sql).fetchall()


def test_T5_a_boot_in_1970_dates_nothing_until_the_clock_is_set(tmp_path: Path) -> None:
    with place(tmp_path) as here:
        wrong = VirtualClock(BOOT)
        app = App(here.settings, clock=wrong)
        with pytest.raises(BadClock, match="1970-01-01"):
            app.update()
        asked = len(here.arxiv.log)
        with pytest.raises(BadClock):
            app.update()
        assert len(here.arxiv.log) == asked  # not asked again at each tick
        assert rows(app.database, "SELECT 1 FROM announcements UNION ALL SELECT 1 FROM ledger") == []
        wrong.advance_to(here.clock.now())
        app.update()
        assert here.stored() == here.true()


def test_T3_a_clock_ten_years_ahead_dates_nothing_and_deletes_nothing(tmp_path: Path) -> None:
    with place(tmp_path) as here:
        here.live(0)
        before = here.stored()
        ahead = VirtualClock(here.clock.now() + timedelta(days=3653))
        with pytest.raises(BadClock):
            App(here.settings, clock=ahead).update()
        assert here.stored() == before
        here.live(1)
        assert here.stored() == here.true()


def test_T4_a_clock_set_back_an_hour_asks_nothing_twice(tmp_path: Path) -> None:
    with place(tmp_path) as here:
        here.live(0)
        asked = len(here.arxiv.log)
        App(here.settings, clock=VirtualClock(here.clock.now() - timedelta(hours=1))).update()
        assert len(here.arxiv.log) == asked
        here.live(1)
        assert here.stored() == here.true()


class Suspended:
    """A clock whose monotonic time stood still while its machine slept."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.asleep = 0.0

    def now(self) -> datetime:
        return self._clock.now()

    def monotonic(self) -> float:
        return self._clock.monotonic() - self.asleep

    def wait(self, seconds: float, stop: Event | None = None) -> bool:
        return self._clock.wait(seconds, stop)


def test_T6_a_machine_that_slept_over_announcements_catches_up(tmp_path: Path) -> None:
    with place(tmp_path) as here:
        clock = Suspended(here.clock)
        here.app = App(here.settings, clock=clock)
        here.live(0)
        awake = here.clock.monotonic()
        here.clock.advance_to(datetime.combine(FIRST + timedelta(days=3), time(0, 29), NEW_YORK))
        clock.asleep = here.clock.monotonic() - awake
        assert here.app.due()
        here.live(3, 4)
        assert here.stored() == here.true()


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "UTC", "America/New_York"])
def test_T7_the_hosts_zone_changes_no_day(tmp_path: Path, zone: str) -> None:
    """The same feed in three zones: each in a process of its own, for its clock functions."""
    code = (
        "import time; time.tzset()\n"
        "from datetime import UTC, datetime\n"
        "from aggregator.announce import slot_at\n"
        "from aggregator.ledger import expected_days\n"
        "at = datetime(2026, 3, 9, 0, 30, tzinfo=UTC)\n"
        "print(slot_at(at), expected_days(slot_at(datetime(2026, 3, 1, tzinfo=UTC)).listing_day, at))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "TZ": zone},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "2026, 3, 9, 0, 0" in said.stdout
    assert said.stdout.count("datetime.date(2026, 3,") == 7


def test_T10_days_follow_the_time_zone_data_and_no_constant(tmp_path: Path) -> None:
    """With New York on standard time all year, the slots of summer lie an hour later."""
    home = next(
        (Path(path) for path in ("/usr/share/zoneinfo", "/usr/lib/zoneinfo") if Path(path).is_dir()), None
    )
    if home is None or not (home / "Etc/GMT+5").is_file():
        pytest.skip("no time zone files on this host to put in the place of others")
    (tmp_path / "America").mkdir()
    shutil.copy(home / "Etc/GMT+5", tmp_path / "America" / "New_York")
    code = (
        "from aggregator.announce import slot_of; from datetime import date; print(slot_of(date(2026, 7, 2)))"
    )
    environ = {**os.environ, "PYTHONTZPATH": str(tmp_path)}
    said = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True
    )
    assert "2026, 7, 2, 1, 0" in said.stdout
    assert ZoneInfo("America/New_York").utcoffset(datetime(2026, 7, 1)) == timedelta(hours=-4)


# arXiv


def test_A14_a_paper_that_vanishes_upstream_is_kept_and_marked_until_it_comes_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with place(tmp_path) as here:
        here.live(0)
        before = here.stored()
        gone = next(
            paper for category, _, paper, version in sorted(before) if category == "cs.AI" and version == 1
        )
        oai = Oai(here.truth)
        record = re.compile(
            rb"<header>(\s*<identifier>oai:arXiv.org:%b<.*?)<metadata>.*?</metadata>" % gone.encode(),
            re.DOTALL,
        )

        def without_one(rest: str, at: datetime) -> Reply:
            reply = oai(rest, at)
            return replace(reply, body=record.sub(rb'<header status="deleted">\1', reply.body))

        def is_marked() -> bool:
            with Store.open(here.app.database, read_only=True) as store:
                return store.papers_of([gone])[gone].withdrawn

        assert not is_marked()
        here.arxiv.add_route("/oai", without_one)
        here.live(1)
        here.reconcile()
        assert before <= here.stored()
        assert is_marked()
        assert f"{gone}: arXiv has taken it back" in caplog.text
        here.arxiv.add_route("/oai", oai)
        here.app.reconcile(since=FIRST)
        assert not is_marked()


def test_A19_a_bulk_update_of_all_records_changes_no_day(tmp_path: Path) -> None:
    """Every record of arXiv carries the same new date: the harvest takes its pages, the days stay."""
    with place(tmp_path, announcements=120) as here:
        here.live(0, 1, 2)
        here.reconcile()
        before = here.stored()
        oai, today = Oai(here.truth, page=25), FIRST + timedelta(days=2)

        def touched(rest: str, at: datetime) -> Reply:
            reply = oai(rest, at)
            stamps = re.sub(rb"<datestamp>[^<]*", f"<datestamp>{today}".encode(), reply.body)
            return replace(reply, body=stamps)

        here.arxiv.add_route("/oai", touched)
        assert [verdict.error for verdict in here.app.reconcile(since=FIRST)] == ["", ""]
        assert here.stored() == before == here.true()


def test_A13_a_withdrawn_paper_stays_and_says_so(tmp_path: Path) -> None:
    """The feed's replacement says that the paper was withdrawn."""
    with place(tmp_path) as here:
        feed = here.arxiv.answer("/rss/cs.AI").body
        said = feed.replace(b"Abstract: ", b"Abstract: This paper has been withdrawn by the authors. ", 1)
        here.arxiv.inject(Fault(faults.status(200, body=said), path="/rss/cs.AI"))
        here.live(0)
        assert here.stored() == here.true()
        with Store.open(here.app.database, read_only=True) as store:
            found = [store.paper(paper_id) for _, _, paper_id, _ in sorted(here.stored())]
        assert sum(paper is not None and paper.withdrawn for paper in found) >= 1


# the process

Step = tuple[type, str, bool]  # where, what, whether before it
STEPS: dict[str, Step] = {
    "before a request": (HttpTransport, "get", True),
    "after an answer": (HttpTransport, "get", False),
    "before a poll is stored": (Store, "save_poll", True),
    "after a poll is stored": (Store, "save_poll", False),
    "before a harvested page is stored": (Store, "save_harvest_page", True),
    "after a harvested page is stored": (Store, "save_harvest_page", False),
    "before the verdict is stored": (Store, "save_ledger", True),
    "before pages are published": (Site, "patch", True),
    "after pages are published": (Site, "patch", False),
    "after the manifest is stored": (Store, "save_manifest", False),
}


def die_at(step: Step) -> None:
    """In a forked child: let the process be killed at a step."""
    where, name, before = step
    true = getattr(where, name)

    def deadly(*arguments: object, **named: object) -> None:
        if not before:
            true(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(where, name, deadly)


def in_child(work: Callable[[], object]) -> int:
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def site_of(folder: Path) -> dict[str, bytes]:
    """The pages, but for when and how they were checked."""
    mask = re.compile(rb'<p class="(evidence|category-note)[^"]*">.*?</p>|<time[^>]*>[^<]*</time>', re.DOTALL)
    pages = (path for path in folder.rglob("*.html") if "status" not in path.parts)
    return {path.relative_to(folder).as_posix(): mask.sub(b"", path.read_bytes()) for path in pages}


def morning(here: Place) -> None:
    """A look, a second one after which the witness is asked, and the pages."""
    here.app.update()
    here.clock.wait(4 * 3600)
    here.app.update()
    here.app.build()


def to_tuesday(here: Place) -> None:
    here.live(0)
    here.app.build()
    here.clock.advance_to(datetime.combine(FIRST + timedelta(days=1), time(0, 30), NEW_YORK))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The pages of a program that nobody killed."""
    with place(tmp_path_factory.mktemp("undisturbed"), announcements=20) as here:
        to_tuesday(here)
        morning(here)
        return site_of(here.app.site_folder)


@pytest.mark.parametrize("name", STEPS)
def test_P2_killed_at_a_named_step_the_next_start_ends_the_same(
    tmp_path: Path, name: str, undisturbed: dict[str, bytes]
) -> None:
    with place(tmp_path, announcements=20) as here:
        to_tuesday(here)

        def doomed() -> None:
            die_at(STEPS[name])
            morning(here)

        assert in_child(doomed) == -signal.SIGKILL
        here.clock.wait(5)
        morning(here)
        assert here.stored() == here.true()
        assert site_of(here.app.site_folder) == undisturbed


def test_P10_a_parser_without_an_end_ends_the_run_after_it_was_noted(tmp_path: Path) -> None:
    """The category is not due at once, so that new starts do not run into it one after the other."""
    from fakes import FakeClock, MemoryRows, ScriptedSource, batch, entry

    from aggregator.pipeline import Pipeline
    from aggregator.policy import arxiv_policy
    from aggregator.settings import ScheduleSettings

    clock, kept = FakeClock(), MemoryRows()
    source = ScriptedSource(
        clock, cs_AI=[RecursionError("too deep")], cs_CL=[batch(entry(1), category="cs.CL")]
    )

    pipeline = Pipeline(
        source=source,
        store=kept,
        policy=arxiv_policy(attempts=3, budget=60.0, floor=3.0),
        schedule=ScheduleSettings(),
        deadline=30.0,
        clock=clock,
    )
    with pytest.raises(RecursionError):
        pipeline.update(["cs.AI", "cs.CL"])
    assert [poll.report.category for poll in kept.polls] == ["cs.AI"]
    pipeline.update(["cs.AI", "cs.CL"])
    assert [poll.report.category for poll in kept.polls] == ["cs.AI", "cs.CL"]


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_P11_out_of_descriptors_is_an_error_that_passes(tmp_path: Path) -> None:
    with place(tmp_path) as here:
        here.live(0)
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        here.clock.advance_to(datetime.combine(FIRST + timedelta(days=1), time(0, 30), NEW_YORK))
        resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors() + 20, limits[1]))
        taken = []
        try:
            with suppress(OSError):
                while True:
                    taken.append(os.open("/dev/null", os.O_RDONLY))
            with pytest.raises((AggregatorError, OSError)):
                here.app.update()
        finally:
            for each in taken:
                os.close(each)
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        here.live(1)
        assert here.stored() == here.true()


@pytest.mark.slow
def test_P16_P11_a_month_of_five_categories_leaks_nothing(tmp_path: Path) -> None:
    """Memory, descriptors and threads stay as they were, and the database grows with what it holds."""
    script = Script(
        ("cs.AI", "cs.CL", "math.PR", "hep-th", "stat.ML"), FIRST, days=30, announcements=30, seed=4
    )
    clock = VirtualClock(datetime.combine(FIRST, time(0, 20), NEW_YORK))
    with SimulatedArxiv(Truth(script), clock) as arxiv:
        here = Place(tmp_path, arxiv, arxiv.truth, clock)
        app = App(replace_categories(here, script.categories), clock=clock)
        seen: list[tuple[int, int]] = []
        for day in range(30):
            for hour in (0, 1, 9):
                clock.advance_to(datetime.combine(FIRST + timedelta(days=day), time(hour, 30), NEW_YORK))
                app.update()
            seen.append((descriptors(), resident()))
    assert seen[-1][0] <= seen[9][0] + 2
    assert seen[-1][1] <= seen[9][1] * 1.15
    held = sum(entry.stat().st_size for entry in here.settings.data.glob("papers.db*"))
    count = rows(app.database, "SELECT count(*) FROM announcements")[0][0]
    assert count == len(arxiv.truth.announcements(until=clock.now()))
    assert held < 4_000_000 + 20_000 * int(str(count))


def replace_categories(here: Place, categories: tuple[str, ...]) -> Settings:
    return msgspec.structs.replace(here.settings, categories=categories)


def resident() -> int:
    """kB of memory of this process."""
    text = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+)", text)[0])


def test_P15_as_the_first_process_of_a_container_it_stops_when_told(tmp_path: Path) -> None:
    unshare = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]
    if shutil.which("unshare") is None or subprocess.run([*unshare, "true"], check=False).returncode:
        pytest.skip("no right to make a namespace of processes here")
    with place(tmp_path) as here:
        config = write_config(tmp_path, here.arxiv.url, "cs.AI")
        command = [*unshare, sys.executable, "-m", "aggregator", "--config", str(config), "daemon"]
        started = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        assert started.stderr is not None
        while "watching" not in (line := started.stderr.readline()):
            assert line, "it ended by itself"
        inner = int(Path(f"/proc/{started.pid}/task/{started.pid}/children").read_text().split()[0])
        assert "\t1\n" in re.findall(r"NSpid:.*\n", Path(f"/proc/{inner}/status").read_text())[0]
        os.kill(inner, signal.SIGTERM)
        started.communicate(timeout=30)
        assert started.returncode == 0
