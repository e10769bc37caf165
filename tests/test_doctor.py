"""`doctor` names what is wrong with the host and the data folder (rows C6, T3–T5, T8, T11, S8, S17)."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from store_samples import NOON, a_fortnight, announcement, answer, poll

from aggregator.cli import run
from aggregator.models import GateState
from aggregator.operate import folder as of_folder
from aggregator.operate import host as of_host
from aggregator.operate.findings import Finding, Level
from aggregator.store import DataLock, Store
from aggregator.store.audit import clock_ahead
from aggregator.store.lock import holder

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def is_wrong(finding: Finding) -> bool:
    assert (finding.level is Level.FINE) <= (finding.hint == "")
    return finding.level is Level.WRONG


# the host


@pytest.mark.parametrize(
    ("version", "level"),
    [
        *(("3.40.1", Level.NOTE), ("3.51.2", Level.NOTE), ("3.51.3", Level.FINE), ("3.53.0", Level.FINE)),
        ("4.0", Level.FINE),
    ],
)
def test_c6_an_old_sqlite_is_noted(version: str, level: Level) -> None:
    assert of_host.sqlite(version).level is level


@pytest.mark.parametrize(
    ("version", "level"),
    [("expat_2.5.0", Level.NOTE), ("expat_2.6.0", Level.FINE), ("expat_2.10.1", Level.FINE)],
)
def test_c6_an_old_expat_is_noted(version: str, level: Level) -> None:
    assert of_host.expat(version).level is level


def test_the_libraries_of_this_host_are_listed_with_their_versions() -> None:
    found = of_host.libraries()
    assert found.level is Level.FINE
    assert "httpx 0." in found.says


def test_limits_are_those_of_the_process() -> None:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert not is_wrong(of_host.limit("open files", resource.RLIMIT_NOFILE, soft))
    assert is_wrong(of_host.limit("open files", resource.RLIMIT_NOFILE, soft + 1))
    assert of_host.limit("core", resource.RLIMIT_RSS, 1).says == "unlimited"


def test_t8_missing_time_zones_are_wrong() -> None:
    assert not is_wrong(of_host.zones())
    assert is_wrong(of_host.zones("America/Nowhere"))


def test_t8_doctor_runs_without_any_time_zones() -> None:
    """It must not need what it looks for: neither the system's zones nor the package are there."""
    code = (
        "import sys, zoneinfo; sys.modules['tzdata'] = None; zoneinfo.reset_tzpath(to=[]);"
        "from aggregator.cli import run; sys.exit(run(['doctor', '--json']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    wrong = [finding["what"] for finding in json.loads(done.stdout) if finding["level"] == "wrong"]
    assert "time zones" in wrong


@pytest.mark.parametrize(
    ("now", "newest", "wrong"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), None, True),
        (datetime(2100, 1, 1, tzinfo=UTC), None, False),
        (datetime(2100, 1, 1, tzinfo=UTC), datetime(2100, 1, 2, tzinfo=UTC), True),
        (datetime(2100, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, 0, 4, tzinfo=UTC), False),
    ],
)
def test_t5_a_clock_before_what_was_written_is_wrong(
    now: datetime, newest: datetime | None, wrong: bool
) -> None:
    assert is_wrong(of_host.clock(now, newest)) == wrong


@pytest.mark.parametrize(
    ("minutes", "level"), [(0, Level.FINE), (4, Level.FINE), (6, Level.NOTE), (-6, Level.NOTE)]
)
def test_t11_a_clock_that_differs_from_arxivs_is_noted(minutes: int, level: Level) -> None:
    assert of_host.against_arxiv(timedelta(minutes=minutes)).level is level


@pytest.mark.parametrize(
    ("headers", "ahead"),
    [
        ({"date": "Mon, 04 May 2026 11:50:00 GMT"}, 600),
        ({"date": "Mon, 04 May 2026 11:50:00 GMT", "age": "600"}, 0),  # it lay in a cache that long
        ({"date": "Mon, 04 May 2026 11:50:00 GMT", "age": "old"}, None),
        ({"date": "yesterday"}, None),
        ({}, None),
    ],
)
def test_t11_the_difference_is_read_from_the_last_answer(
    tmp_path: Path, headers: dict[str, str], ahead: float | None
) -> None:
    with Store.open(tmp_path / "papers.db") as store:
        store.save_poll(poll(announcement(1), answer=answer(b"<rss/>", **headers)))
    found = clock_ahead(tmp_path / "papers.db")
    assert (None if found is None else found.total_seconds()) == ahead


# the data folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    with Store.open(data / "papers.db") as store:
        for each in a_fortnight():
            store.save_poll(each)
    return data


def findings(data: Path, now: datetime = NOW) -> dict[str, Finding]:
    return {found.what: found for found in of_folder.folder(data, of_folder.known(data), now)}


def test_a_sound_folder(data: Path) -> None:
    found = findings(data)
    assert not any(map(is_wrong, found.values()))
    assert found["database"].says == "240 papers, 474 announcements"
    assert found["gate to arXiv"].says == "open"
    assert of_folder.known(data).newest == max(each.checked_at for each in a_fortnight())


def test_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    (found,) = findings(tmp_path / "data").values()
    assert (found.level, found.hint) == (Level.NOTE, "`aggregator update` makes it")
    assert findings(tmp_path)["database"].level is Level.NOTE


def test_s5_a_damaged_database_is_wrong(data: Path) -> None:
    (data / "papers.db").write_text("junk" * 999)
    assert is_wrong(findings(data)["database"])
    assert "aggregator restore" in findings(data)["database"].says


def test_everybody_may_write(data: Path) -> None:
    data.chmod(0o777)
    assert findings(data)["data folder"].level is Level.NOTE
    data.chmod(0o755)
    assert findings(data)["data folder"].level is Level.FINE


def test_s8_a_folder_that_cannot_be_written_to() -> None:
    assert is_wrong(of_folder.rights(Path("/proc")))


def test_s17_a_file_system_without_a_number_of_files() -> None:
    assert of_folder.inodes(Path("/proc")).says == "no limit"


def test_s1_a_full_file_system_is_wrong() -> None:
    assert is_wrong(of_folder.room(Path("/proc")))


def test_old_and_missing_backups_are_noted(data: Path) -> None:
    assert findings(data)["backups"].level is Level.NOTE
    (data / "backups").mkdir()
    (data / "backups/papers-20261119T000000Z.db").touch()
    assert findings(data)["backups"].level is Level.FINE
    assert findings(data, NOW + timedelta(days=8))["backups"].level is Level.NOTE


def test_the_gate_is_told(data: Path) -> None:
    waits = GateState(NOON, NOW + timedelta(hours=1), "HTTP 429", 1)
    for state, level in (
        (GateState(NOON, NOW, "HTTP 403", 1, needs_operator=True), Level.WRONG),
        (waits, Level.NOTE),
        (GateState(NOON, NOW, "HTTP 429", 1), Level.FINE),
    ):
        with Store.open(data / "papers.db") as store:
            store.save_gate(state)
        assert findings(data)["gate to arXiv"].level is level


def test_a_lock_is_told_with_its_holder_and_not_when_it_is_stale(data: Path) -> None:
    assert findings(data)["locks"].says == "nobody holds one"
    with DataLock(data, "daemon", file="daemon.lock"):
        assert "daemon: process" in findings(data)["locks"].says
    (data / "writer.lock").write_text("1 update\n")  # what a crash leaves
    assert findings(data)["locks"].says == "nobody holds one"
    assert holder(data / "missing.lock") is None


def test_looking_at_a_lock_leaves_it_free(data: Path) -> None:
    with DataLock(data):
        pass
    assert holder(data / "writer.lock") is None
    with DataLock(data) as lock:
        assert lock.held


# the command


def ask(folder: Path, *lines: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    config = folder / "aggregator.toml"
    config.write_text("\n".join(lines))
    code = run(["--config", str(config), "doctor", "--json"])
    return code, {finding["what"]: finding for finding in json.loads(capsys.readouterr().out)}


def test_the_command_finds_nothing_wrong(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = ask(data.parent, f'data = "{data}"', "[arxiv]", 'contact = "a@example.org"', capsys=capsys)
    assert (code, {what for what in found if found[what]["level"] == "wrong"}) == (0, set())
    assert found["settings"]["says"].startswith(f"{data.parent / 'aggregator.toml'}; ")


def test_the_command_prints_for_people(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = data.parent / "aggregator.toml"
    config.write_text(f'data = "{data}"\n')
    assert run(["--config", str(config), "doctor"]) == 0
    out = capsys.readouterr().out
    assert "fine   Python" in out
    assert "→ set arxiv.contact before you fetch" in out


def test_c1_wrong_settings_are_a_finding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = ask(tmp_path, 'categories = ["cs.XX"]', capsys=capsys)
    assert code == 1
    assert "cs.XX" in found["settings"]["says"]
    assert "Python" in found


def test_a_clock_behind_the_database_is_found(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Store.open(data / "papers.db") as store:
        store.save_gate(GateState(datetime(2999, 1, 1, tzinfo=UTC)))
    code, found = ask(data.parent, f'data = "{data}"', capsys=capsys)
    assert (code, found["clock"]["level"]) == (1, "wrong")
