"""Backups and restores: online, verified, and never the end of a database (rows S5, S10, S16, C4)."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from backup_killer import older, rows
from store_samples import NOON, a_fortnight, announcement, dump, is_sound, make_cards, poll

from aggregator.app import App
from aggregator.cli import run
from aggregator.errors import Stopped, StoreError
from aggregator.models import GateState
from aggregator.settings import Settings
from aggregator.store import DataLock, read_status
from aggregator.store.backup import back_up, backups_in, moment_of, too_many
from aggregator.store.connection import SCHEMA_VERSION, connect
from aggregator.store.copies import check
from aggregator.store.database import Store
from aggregator.store.restore import part_of, restore, unfinished
from aggregator.upkeep import Upkeep

NOW = datetime(2026, 5, 20, 8, 30, tzinfo=UTC)
WRITER = """
import sys
from datetime import timedelta
from pathlib import Path
from store_samples import NOON, announcement, make_cards, poll
from aggregator.store.database import Store
with Store.open(Path(sys.argv[1])) as store:
    number = 0
    while True:
        number += 1
        said = [announcement(5 * number + n, position=n + 1) for n in range(5)]
        store.save_poll(poll(*said, at=NOON + timedelta(seconds=number)))
        if number == 5:
            print("writing", flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with a fortnight in it, closed."""
    path = tmp_path / "data" / "papers.db"
    with Store.open(path) as store:
        for each in a_fortnight():
            store.save_poll(each)
        make_cards(store)
    return path


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.geteuid() or not shutil.which("mount") or subprocess.run(mount, check=False).returncode:
        pytest.skip("mounting a small disk needs root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def names(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()} - {".backup.lock"}


# making one


def test_a_backup_is_one_file_that_holds_everything(path: Path) -> None:
    with Store.open(path):  # a writer with an open log
        done = back_up(path, path.parent / "backups", now=NOW)
    assert done.path.name == "papers-20260520T083000Z.db"
    assert moment_of(done.path) == NOW
    assert names(done.path.parent) == {done.path.name}
    assert dump(done.path) == dump(path)
    assert (done.size, done.content.rows["papers"]) == (done.path.stat().st_size, 240)
    assert done.path.read_bytes()[18:20] == b"\x01\x01"  # no write-ahead log: complete by itself


def test_progress_counts_up_to_the_whole(path: Path) -> None:
    said: list[tuple[int, int]] = []
    back_up(path, path.parent, now=NOW, progress=lambda done, total: said.append((done, total)))
    assert said[-1][0] == said[-1][1] > 0


def test_the_newest_are_kept_and_of_each_schema_one(path: Path) -> None:
    folder = path.parent / "backups"
    folder.mkdir()
    kept = {"papers-20250101T000000Z-schema1.db", "papers-20250301T000000Z-schema2.db", "notes.txt"}
    old = {"papers-20240101T000000Z-schema1.db", ".papers-20240101T000000Z.part"}
    for name in kept | old:
        (folder / name).write_text("old")
    for day in range(5):
        last = back_up(path, folder, now=NOW + timedelta(days=day), keep=3)
    assert [gone.name for gone in last.removed] == ["papers-20260521T083000Z.db"]
    assert names(folder) == kept | {f"papers-202605{day}T083000Z.db" for day in (22, 23, 24)}
    assert too_many(backups_in(folder), None) == []


def test_a_backup_in_the_same_second_takes_the_place_of_the_first(path: Path) -> None:
    for _ in range(2):
        done = back_up(path, path.parent / "backups", now=NOW)
    assert backups_in(path.parent / "backups") == [done.path]


def test_s16_every_backup_made_during_writes_is_one_moment(tmp_path: Path) -> None:
    path = tmp_path / "papers.db"
    counts = []
    environment = {"PYTHONPATH": f"{Path(__file__).parent}:{Path(__file__).parent.parent}"}
    command = [sys.executable, "-c", WRITER, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as writer:
        assert writer.stdout is not None
        try:
            assert writer.stdout.readline() == b"writing\n"
            for second in range(12):
                done = back_up(path, tmp_path / "backups", now=NOW + timedelta(seconds=second), keep=20)
                counts.append(done.content.rows)
        finally:
            writer.kill()
    for found in counts:
        assert found["papers"] == found["announcements"] == 5 * found["fetches"] > 0
    assert counts == sorted(counts, key=lambda found: found["papers"])
    assert counts[0]["papers"] < counts[-1]["papers"], "the writer went on meanwhile"
    assert all(is_sound(backup) for backup in backups_in(tmp_path / "backups"))


def test_s5_a_damaged_database_makes_no_backup_and_costs_none(path: Path) -> None:
    folder = path.parent / "backups"
    for day in range(2):
        back_up(path, folder, now=NOW + timedelta(days=day), keep=2)
    before = names(folder)
    whole = path.read_bytes()
    for page in range(1, len(whole) // 4096, 7):
        damaged = bytearray(whole)
        damaged[page * 4096 : page * 4096 + 16] = b"\xff" * 16
        path.write_bytes(damaged)
        with pytest.raises(StoreError, match="damaged"):
            back_up(path, folder, now=NOW + timedelta(days=9), keep=2)
        assert names(folder) == before


def test_s1_a_full_disk_makes_no_backup_and_costs_none(path: Path, disk: Path) -> None:
    one = back_up(path, disk, now=NOW, keep=1)
    (disk / "ballast").write_bytes(bytes(500_000))
    with pytest.raises(StoreError, match="disk is full"):
        back_up(path, disk, now=NOW + timedelta(days=1), keep=1)
    assert names(disk) == {one.path.name, "ballast"}
    check(one.path)


def test_a_database_that_is_not_there_or_a_folder_that_cannot_be(tmp_path: Path, path: Path) -> None:
    with pytest.raises(StoreError, match="no database yet"):
        back_up(tmp_path / "nothing.db", tmp_path / "backups", now=NOW)
    with pytest.raises(StoreError, match="cannot create"):
        back_up(path, path / "backups", now=NOW)


# putting one back


def test_s16_a_fresh_host_shows_the_same_pages_byte_for_byte(tmp_path: Path, path: Path) -> None:
    categories = ("cs.AI", "cs.LG", "math-ph")
    first = App(Settings(categories=categories, data=path.parent))
    first.build()
    fresh = App(Settings(categories=categories, data=tmp_path / "fresh"))
    done = Upkeep(fresh).restore(Upkeep(first).back_up(tmp_path / "elsewhere").path)
    assert (done.aside, done.gate_known) == (None, True)
    fresh.build()
    assert tree(fresh.site_folder) == tree(first.site_folder)
    assert len(tree(first.site_folder)) > 240


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_pages_follow_the_restored_database(tmp_path: Path, path: Path) -> None:
    app = App(Settings(categories=("cs.AI",), data=path.parent))
    app.build()
    before = tree(app.site_folder)
    backup = Upkeep(app).back_up().path
    with Store.open(path) as store:
        store.save_poll(poll(announcement(9999, position=900)))
    app.build()
    assert tree(app.site_folder) != before
    Upkeep(app).restore(backup)
    app.build()
    assert tree(app.site_folder) == before


def test_the_present_database_stays_under_another_name(path: Path) -> None:
    backup = back_up(path, path.parent / "backups", now=NOW).path
    with Store.open(path) as store:
        store.save_poll(poll(announcement(9999)))
    present = dump(path)
    done = restore(backup, path, now=NOW)
    assert done.aside is not None
    assert dump(done.aside) == present
    assert rows(path) == rows(backup)
    assert is_sound(path)
    assert names(path.parent) == {"backups", "raw", "papers.db", done.aside.name}
    undone = restore(done.aside, path, now=NOW + timedelta(seconds=1))
    assert undone.content.rows["papers"] == 241


def test_what_a_crash_left_in_the_log_is_set_aside_too(tmp_path: Path, path: Path) -> None:
    backup = back_up(path, tmp_path / "backups", now=NOW).path
    crashed = tmp_path / "crashed"
    with Store.open(path) as store:
        store.save_poll(poll(announcement(9999)))
        shutil.copytree(path.parent, crashed)
    assert (crashed / "papers.db-wal").stat().st_size > 0
    done = restore(backup, crashed / "papers.db", now=NOW)
    assert done.aside is not None
    assert dump(done.aside) == dump(path)
    assert read_status(crashed / "papers.db").counts.papers == 240


def test_p2_what_arxiv_asked_for_outlives_a_restore(path: Path) -> None:
    backup = back_up(path, path.parent / "backups", now=NOW).path
    closed = GateState(NOON, NOW + timedelta(days=1), "HTTP 403", 2, needs_operator=True)
    with Store.open(path) as store:
        store.save_gate(closed)
    assert restore(backup, path, now=NOW).gate_known
    assert read_status(path).gate == closed


@pytest.mark.parametrize("with_log", [False, True])
def test_s5_a_damaged_database_names_the_backups_and_is_replaced(path: Path, with_log: bool) -> None:
    with Store.open(path) as store:
        store.save_gate(GateState(NOON))
        backup = back_up(path, path.parent / "backups", now=NOW).path
    path.write_bytes(b"not a database at all, but long enough" * 999)
    if with_log:
        (path.parent / "papers.db-wal").write_bytes(b"nor a log" * 999)
    junk = path.read_bytes()
    with pytest.raises(StoreError, match=f"damaged; `aggregator restore`.*{backup.parent}"):
        Store.open(path)
    done = restore(backup, path, now=NOW)
    assert done.aside is not None
    assert done.aside.read_bytes() == junk
    assert not done.gate_known
    assert read_status(path).gate.last_request_at == NOW, "at least the pause between requests is kept"
    with Store.open(path) as store:
        assert store.counts().papers == 240


def test_a_log_whose_database_is_gone_does_not_meet_the_restored_one(path: Path) -> None:
    backup = back_up(path, path.parent / "backups", now=NOW).path
    with Store.open(path) as store:
        store.save_poll(poll(announcement(9999)))
        log = (path.parent / "papers.db-wal").read_bytes()
    path.unlink()
    (path.parent / "papers.db-wal").write_bytes(log)
    restore(backup, path, now=NOW)
    assert rows(path) == rows(backup)
    assert is_sound(path)


@pytest.mark.parametrize("what", ["newer", "foreign", "damaged", "text", "missing"])
def test_s10_what_cannot_be_used_is_refused_and_nothing_changes(path: Path, what: str) -> None:
    backup = back_up(path, path.parent / "backups", now=NOW).path
    if what == "newer":
        execute(backup, f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    elif what == "foreign":
        backup.unlink()
        execute(backup, "CREATE TABLE notes (note TEXT)")
    elif what == "damaged":
        whole = bytearray(backup.read_bytes())
        whole[20 * 4096 : 21 * 4096] = bytes(4096)
        backup.write_bytes(whole)
    elif what == "text":
        backup.write_text("not a database")
    else:
        backup.unlink()
    before, there = path.read_bytes(), names(path.parent)
    with pytest.raises(StoreError, match=r"newer version|not a database|damaged|no such file"):
        restore(backup, path, now=NOW)
    assert (path.read_bytes(), names(path.parent)) == (before, there)


def execute(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as conn:
        conn.execute(sql)


def test_the_database_itself_is_no_backup(path: Path) -> None:
    with pytest.raises(StoreError, match="the database itself"):
        restore(path, path, now=NOW)


def test_s9_a_reader_is_waited_for_and_then_named(path: Path) -> None:
    backup = back_up(path, path.parent / "backups", now=NOW).path
    with Store.open(path) as store, closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM papers").fetchone()
        store.save_gate(GateState(NOON))
        with pytest.raises(StoreError, match="another process reads"):
            restore(backup, path, now=NOW, patience=0.1)
    assert names(path.parent) == {"backups", "raw", "papers.db"}
    assert read_status(path).gate == GateState(NOON)


def test_a_restore_waits_for_the_writer(path: Path) -> None:
    stop = threading.Event()
    app = App(Settings(data=path.parent), stop=stop)
    backup = Upkeep(app).back_up().path
    stop.set()
    with DataLock(path.parent, "update"), pytest.raises(Stopped, match="update"):
        Upkeep(app).restore(backup)
    assert Upkeep(app).restore(backup).aside


def test_s1_a_full_disk_leaves_the_database_as_it_was(path: Path, disk: Path) -> None:
    backup = back_up(path, path.parent / "backups", now=NOW).path
    shutil.copy(path, disk / "papers.db")
    (disk / "ballast").write_bytes(bytes(500_000))
    with pytest.raises(StoreError, match="disk is full"):
        restore(backup, disk / "papers.db", now=NOW)
    assert names(disk) - {"papers.db-wal", "papers.db-shm"} == {"papers.db", "ballast"}
    assert dump(disk / "papers.db") == dump(path)


def test_what_a_killed_restore_leaves_is_known(path: Path) -> None:
    part_of(path).write_text("half")
    second = path.with_name("papers.db.replaced-20260520T000000Z")
    second.hardlink_to(path)
    other = path.with_name("papers.db.replaced-20260519T000000Z")
    shutil.copy(path, other)
    assert unfinished(path) == [part_of(path), second]


# before an upgrade


@pytest.mark.skipif(SCHEMA_VERSION < 2, reason="there is only one schema so far")
def test_c4_an_older_database_is_copied_before_its_schema_changes(tmp_path: Path) -> None:
    path = older(tmp_path / "data")
    before = dump(path)
    Store.open(path).close()
    (backup,) = backups_in(path.parent / "backups")
    assert backup.name.endswith("Z-schema1.db")
    assert dump(backup) == before
    Store.open(path).close()
    assert backups_in(path.parent / "backups") == [backup]
    restore(backup, path, now=NOW)
    with closing(connect(path)) as conn:
        assert conn.execute("PRAGMA user_version").fetchone() == (1,)


@pytest.mark.skipif(SCHEMA_VERSION < 2, reason="there is only one schema so far")
def test_c4_without_room_for_the_copy_nothing_is_migrated(tmp_path: Path, disk: Path) -> None:
    path = disk / "papers.db"
    shutil.copy(older(tmp_path / "data"), path)
    (disk / "ballast").write_bytes(bytes(850_000))
    before = dump(path)
    with pytest.raises(StoreError, match=r"disk is full|No space left"):
        Store.open(path)
    assert dump(path) == before


def test_a_new_database_is_not_copied(path: Path) -> None:
    assert not (path.parent / "backups").exists()


# killed at any instant


@pytest.mark.parametrize("what", ["backup", "restore", "migration"])
def test_p8_thirty_kills_at_random_instants_lose_nothing(tmp_path: Path, what: str) -> None:
    if what == "migration" and SCHEMA_VERSION < 2:
        pytest.skip("there is only one schema so far")
    killer = Path(__file__).with_name("backup_killer.py")
    done = subprocess.run(
        [sys.executable, str(killer), what, str(tmp_path), "30", "20260520"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={"PYTHONPATH": f"{killer.parent}:{killer.parent.parent}"},
    )
    assert (done.stdout, done.returncode) == ("ok\n", 0), done.stderr


# the commands


@pytest.fixture
def config(tmp_path: Path, path: Path) -> list[str]:
    file = tmp_path / "aggregator.toml"
    file.write_text(f'data = "{path.parent}"\n')
    return ["--config", str(file)]


def test_the_commands_print_what_they_did(
    config: list[str], path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*config, "backup", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["rows"]["papers"] == 240
    assert run([*config, "restore", made["path"], "--json"]) == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["restored_from"], done["rows"]) == (made["path"], made["rows"])
    assert Path(done["replaced"]).is_file()


def test_the_commands_print_for_people_too(
    config: list[str], path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert run([*config, "backup", "--to", str(path.parent / "b"), "--keep", "1"]) == 0
    backup = backups_in(path.parent / "b")[-1]
    assert re.search(rf"{backup}: \d+\.\d kB, verified: 240 papers", capsys.readouterr().out)
    assert run([*config, "restore", str(backup)]) == 0
    assert "papers.db.replaced-" in capsys.readouterr().out


def test_the_commands_fail_with_the_codes_of_the_manual(
    config: list[str], path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path.write_text("junk" * 999)
    assert run([*config, "backup"]) == 74
    assert run([*config, "restore", str(path)]) == 74
    assert run([*config, "restore", str(path.parent / "missing.db")]) == 64
    assert "damaged" in capsys.readouterr().err
