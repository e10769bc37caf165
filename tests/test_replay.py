"""The kept bodies make the same database again (P5), whatever arXiv did meanwhile."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from snapshot_samples import line, load, text
from store_samples import dump, is_sound

from aggregator.app import App
from aggregator.cli import run
from aggregator.errors import LockHeld, Stopped, StoreError
from aggregator.models import Outcome
from aggregator.settings import ArxivSettings, Settings
from aggregator.simulator import Fault, Script, SimulatedArxiv, Truth, VirtualClock, faults, script
from aggregator.store import DataLock, Store
from aggregator.upkeep import Upkeep

CATEGORIES = ("cs.AI", "math.PR", "hep-th")
MONDAY = date(2026, 5, 4)
MOMENTS = (
    "changed_at",
    "first_seen",
    "fingerprint",
    "checked_at",
)  # a rebuilt row is written at another moment
SWITCHES = (
    script.Stale(MONDAY + timedelta(days=1), "cs.AI"),
    script.Partial(MONDAY + timedelta(days=2), "math.PR"),
    script.Empty(MONDAY + timedelta(days=3), "hep-th"),
    script.Skipped(MONDAY + timedelta(days=4)),
    script.Behind(MONDAY + timedelta(days=7)),
    script.Late(MONDAY + timedelta(days=8), 5),
)


@dataclass(frozen=True)
class Lived:
    """A fortnight of a simulated arXiv that misbehaved, and what was stored of it."""

    folder: Path
    truth: Truth
    clock: VirtualClock

    @property
    def database(self) -> Path:
        return self.folder / "papers.db"

    def app(self, **more: object) -> App:
        return App(Settings(categories=CATEGORIES, data=self.folder), clock=self.clock, **more)  # type: ignore[arg-type]

    def upkeep(self, **more: object) -> Upkeep:
        return Upkeep(self.app(**more))


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """All that is known comes from the feeds."""
    silent = Fault(faults.status(404), path="/oai*", times=None)
    return live(tmp_path_factory.mktemp("lived") / "data", silent)


def live(folder: Path, *always: Fault) -> Lived:
    truth = Truth(Script(CATEGORIES, MONDAY, days=11, announcements=24, seed=7, switches=SWITCHES))
    clock = VirtualClock(datetime(2026, 5, 4, 4, 30, tzinfo=UTC))
    with SimulatedArxiv(truth, clock) as arxiv:
        arxiv.inject(*always)
        asks = ArxivSettings(
            contact="tests@example.org",
            rss_url=arxiv.url,
            oai_url=f"{arxiv.url}/oai",
            api_url=f"{arxiv.url}/api/query",
            tries=3,
        )
        app = App(Settings(categories=CATEGORIES, data=folder, arxiv=asks), clock=clock)
        for number in range(11 * 5):
            clock.advance_to(datetime(2026, 5, 4, 4, 30, tzinfo=UTC) + timedelta(hours=4.8 * number))
            if number % 10 == 2:
                arxiv.inject(
                    _on_feeds(faults.status(503, retry_after="30")), _on_feeds(faults.cut_at(700), 2)
                )
            if number % 10 == 5:
                arxiv.inject(_on_feeds(faults.captive_portal(), 2 * asks.tries))
            app.update(force=number % 5 == 0)
    return Lived(folder, truth, clock)


def _on_feeds(effect: faults.Effect, times: int = 1) -> Fault:
    return Fault(effect, path="/rss/*", times=times)


@pytest.fixture
def lived(once: Lived, tmp_path: Path) -> Lived:
    """A copy that a test may change."""
    shutil.copytree(once.folder, tmp_path / "data")
    return Lived(tmp_path / "data", once.truth, once.clock)


def execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as conn:
        for sql in statements:
            conn.execute(sql)
        conn.commit()


def test_the_fortnight_has_everything_in_it(once: Lived) -> None:
    with Store.open(once.database, read_only=True) as store:
        assert store.counts().announcements > 150
        assert store.count_bodies() > 40
    with closing(sqlite3.connect(once.database)) as conn:
        outcomes = {outcome for (outcome,) in conn.execute("SELECT DISTINCT outcome FROM fetches")}
    assert outcomes >= {"stored", "stale", "not-modified", "no-announcement", "refused"}


def test_p5_the_same_announcements_and_papers_come_out(once: Lived, tmp_path: Path) -> None:
    with Store.open(once.database, read_only=True) as store:
        bodies = store.count_bodies()
    into = tmp_path / "other" / "rebuilt.db"
    done, found = once.upkeep().replay(into)
    assert (done.bodies, done.lost, found) == (bodies, (), None)
    ours, theirs = (dump(path, without=MOMENTS) for path in (once.database, into))
    for table in ("announcements", "papers", "versions", "texts", "paper_categories", "listings"):
        assert ours[table] == theirs[table], table
    assert is_sound(into)
    states = "SELECT category, day, state FROM ledger ORDER BY category, day"
    with closing(sqlite3.connect(once.database)) as first, closing(sqlite3.connect(into)) as second:
        told = first.execute(states).fetchall()
        assert told == second.execute(states).fetchall()  # 304s confirm days there too


def test_a_replay_compares_and_leaves_nothing_behind(once: Lived) -> None:
    before = dump(once.database), sorted(path.name for path in once.folder.iterdir())
    said: list[tuple[int, int]] = []
    done, found = once.upkeep().replay(progress=lambda *step: said.append(step))
    assert found is not None
    assert (found.count, found.differences, found.older, found.witnessed) == (0, (), 0, 0)
    with Store.open(once.database, read_only=True) as store:
        assert found.announcements == store.counts().announcements
        assert found.papers == store.counts().papers
    assert said[-1] == (done.bodies, done.bodies)
    after = dump(once.database), sorted({path.name for path in once.folder.iterdir()} - {".replay.lock"})
    assert (before[0], [name for name in before[1] if name != ".replay.lock"]) == after


def test_a_rebuilt_database_can_take_the_place_of_the_first(lived: Lived, tmp_path: Path) -> None:
    app = lived.app()
    app.build()
    before = _tree(app.site_folder)
    rebuilt = tmp_path / "rebuilt.db"
    Upkeep(app).replay(rebuilt)
    Upkeep(app).restore(rebuilt)
    app.build()
    pages = {path: body for path, body in _tree(app.site_folder).items() if "arxiv/" in path}
    assert pages.keys() == {path for path in before if "arxiv/" in path}
    assert {path for path, body in pages.items() if body != before[path] and "index" not in path} == set()


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("DELETE FROM announcements WHERE rowid_of = 1", "only in the replay"),
        ("UPDATE announcements SET position = position + 500 WHERE rowid_of = 1", "in the replay at"),
        ("UPDATE announcements SET version = version + 7 WHERE rowid_of = 1", "only in the database"),
        (
            "UPDATE texts SET title_html = 'wrong' WHERE rowid_of = 1",
            "not the same in the replay: title_html",
        ),
        ("UPDATE papers SET license = 'wrong' WHERE rowid_of = 1", "not the same in the replay: license"),
    ],
)
def test_what_differs_is_named(lived: Lived, statement: str, says: str) -> None:
    keys = {"announcements": "(paper_id, category, day, kind, version)", "papers": "id", "texts": "paper_id"}
    table = next(name for name in keys if name in statement)
    key = keys[table]
    columns = key.strip("()")
    which = f"{key} = (SELECT {columns} FROM {table} LIMIT 1)"
    execute(lived.database, statement.replace("rowid_of = 1", which))
    _, found = lived.upkeep().replay()
    assert found is not None
    assert found.count >= 1
    assert any(says in line for line in found.differences), found


def test_what_only_oai_pmh_brought_is_counted_apart(tmp_path: Path) -> None:
    lived = live(tmp_path / "data")
    _, found = lived.upkeep().replay()
    assert found is not None
    assert (found.count, found.differences, found.older) == (0, (), 0)
    with closing(sqlite3.connect(lived.database)) as conn:
        filled = conn.execute("SELECT coalesce(sum(filled), 0) FROM ledger").fetchone()[0]
    assert found.witnessed == filled > 0


def test_older_days_and_a_second_witness_are_no_differences(lived: Lived) -> None:
    execute(
        lived.database,
        "UPDATE listings SET first_seen = '2026-01-01T00:00:00.000000Z' WHERE day = '2026-05-04'",
        "INSERT INTO harvests VALUES ('cs', '{}', '2026-05-09T00:00:00.000000Z')",
        "UPDATE papers SET license = 'told by the witness'",
        "UPDATE ledger SET filled = 1 WHERE category = 'cs.AI' AND day = '2026-05-06'",
        """
        INSERT INTO announcements SELECT paper_id, category, '2026-05-06', 'replace', 9, 900
        FROM announcements WHERE category = 'cs.AI' AND day = '2026-05-11' LIMIT 1
        """,
    )
    _, found = lived.upkeep().replay()
    assert found is not None
    assert (found.count, found.differences, found.witnessed) == (0, (), 1)
    assert found.older > 0


def test_what_an_import_derived_is_no_difference(lived: Lived) -> None:
    lines = [line(n, id=f"1903.{n:05d}", categories="cs.AI cs.LG") for n in range(1, 8)]
    brought = load(lived.folder, text(lines)).announcements
    _, found = lived.upkeep().replay()
    assert found is not None
    assert (found.count, found.differences, found.derived, found.older) == (0, (), brought, 0)
    assert brought == 14


def test_a_lost_body_is_named_and_the_rest_replayed(lived: Lived, capsys: pytest.CaptureFixture[str]) -> None:
    gone, damaged = sorted(lived.folder.glob("raw/*/*.gz"))[:2]
    gone.unlink()
    damaged.write_bytes(b"not a gzip file")
    done, _ = lived.upkeep().replay()
    assert len(done.lost) >= 2
    assert done.bodies > 20
    assert {name for line in done.lost for name in (gone.name, damaged.name) if name in line} == {
        gone.name,
        damaged.name,
    }


def test_a_stop_and_an_error_leave_nothing_behind(lived: Lived, tmp_path: Path) -> None:
    stop = Event()
    into = tmp_path / "rebuilt.db"
    with pytest.raises(Stopped):
        lived.upkeep(stop=stop).replay(into, progress=lambda done, _: stop.set() if done == 5 else None)
    into.write_text("mine")
    with pytest.raises(StoreError, match="exists already"):
        lived.upkeep().replay(into)
    assert {path.name for path in tmp_path.iterdir()} - {"data", "raw", ".replay.lock"} == {into.name}
    assert into.read_text() == "mine"


def test_one_replay_at_a_time(lived: Lived) -> None:
    with DataLock(lived.folder, "replay", file=".replay.lock"), pytest.raises(LockHeld, match="replay"):
        lived.upkeep().replay()


# the command


@pytest.fixture
def ask(lived: Lived, tmp_path: Path) -> Callable[..., int]:
    config = tmp_path / "aggregator.toml"
    config.write_text(f'data = "{lived.folder}"\ncategories = {json.dumps(CATEGORIES)}\n')
    return lambda *words: run(["--config", str(config), "replay", *words])


def test_the_command_says_the_same(ask: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert ask() == 0
    out = capsys.readouterr().out
    assert "kept answers replayed" in out
    assert "papers compared: the same" in out


def test_the_command_says_what_differs(
    ask: Callable[..., int], lived: Lived, capsys: pytest.CaptureFixture[str]
) -> None:
    execute(lived.database, "UPDATE texts SET title_text = 'wrong'")
    assert ask() == 2
    assert "… and " in capsys.readouterr().out
    assert ask("--json") == 2
    said = json.loads(capsys.readouterr().out)
    assert said["comparison"]["count"] == said["comparison"]["papers"] > 20
    assert said["outcomes"][Outcome.STORED.value] > 10


def test_the_command_cannot_tell_without_a_database_or_without_bodies(
    ask: Callable[..., int], lived: Lived, capsys: pytest.CaptureFixture[str]
) -> None:
    execute(lived.database, "UPDATE fetches SET body = NULL")
    assert ask() == 3
    assert "older than the kept answers: " in capsys.readouterr().out
    lived.database.unlink()
    assert ask() == 3
    assert "no database yet" in capsys.readouterr().err


def test_the_command_keeps_a_rebuilt_database(
    ask: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask("--into", str(tmp_path / "rebuilt.db")) == 0
    assert is_sound(tmp_path / "rebuilt.db")
