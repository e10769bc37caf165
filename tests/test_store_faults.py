"""What happens to the store when the disk, the file or another process misbehaves (rows S1–S9 of the fault table)."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import repeat
from pathlib import Path

import pytest
from store_samples import (
    MONDAY,
    NOON,
    a_fortnight,
    announcement,
    answer,
    dump,
    is_sound,
    make_cards,
    paper,
    poll,
)

from aggregator.errors import StoreError
from aggregator.models import GateState, Poll
from aggregator.store import read_status
from aggregator.store.database import Store

PAGE = 4096


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with a fortnight in it, closed."""
    path = tmp_path / "data" / "papers.db"
    fill(path)
    return path


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if (
        os.geteuid()
        or not shutil.which("mount")
        or not run("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder)
    ):
        pytest.skip("mounting a small disk needs root")
    yield folder
    assert run("umount", folder)


def run(*command: str | Path) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def fill(path: Path) -> None:
    with Store.open(path) as store:
        for each in a_fortnight():
            store.save_poll(each)
        make_cards(store)


def heavy(number: int) -> Poll:
    """About 100 kB for the database and as much for raw/."""
    text = os.urandom(50_000).hex()
    return poll(announcement(number), papers=[paper(number, abstract=text)], answer=answer(text.encode()))


# S1, S8, S12: the disk


def test_s1_a_full_disk_refuses_the_poll_and_keeps_what_is_there(disk: Path) -> None:
    path = disk / "papers.db"
    ballast = disk / "ballast"
    with Store.open(path) as store:
        store.save_poll(poll(announcement(1)))
        ballast.write_bytes(bytes(2_000_000))
        refused = [heavy(number) for number in range(2, 12)]
        with pytest.raises(StoreError, match=r"disk is full|No space left|cannot keep a raw body"):
            deque(map(store.save_poll, refused), maxlen=0)
        stored = store.counts().papers
        assert read_status(path).counts.papers == stored < 10
        with pytest.raises(StoreError, match="disk"):
            deque(map(store.save_gate, (GateState(NOON, reason=str(n) * 9999) for n in range(99))), maxlen=0)
        ballast.unlink()
        for each in refused[:6]:
            store.save_poll(each)
        assert store.counts().papers == 7
    assert is_sound(path)
    assert not list(disk.glob("raw/*/*.part"))


def test_status_reads_a_database_on_a_full_disk(disk: Path) -> None:
    path = disk / "papers.db"
    with Store.open(path) as store:
        store.save_poll(poll(announcement(1)))
    with (disk / "ballast").open("wb", buffering=0) as ballast, pytest.raises(OSError, match="space"):
        deque(map(ballast.write, repeat(bytes(4096))), maxlen=0)
    assert read_status(path).counts.papers == 1


def test_s8_a_read_only_folder_is_named_and_can_still_be_read(disk: Path) -> None:
    path = disk / "papers.db"
    with Store.open(path) as store:
        store.save_poll(poll(announcement(1)))
    assert run("mount", "-o", "remount,ro", disk)
    with pytest.raises(StoreError, match=r"papers\.db: .*(read-only|cannot be opened)"):
        Store.open(path)
    with pytest.raises(StoreError, match="cannot create the data folder"):
        Store.open(disk / "deeper" / "papers.db")
    assert read_status(path).counts.papers == 1
    with Store.open(path, read_only=True) as reader:
        assert reader.paper("2605.00001") == paper(1)


def test_s8_a_folder_in_the_place_of_the_database(tmp_path: Path) -> None:
    (tmp_path / "papers.db").mkdir()
    with pytest.raises(StoreError, match="cannot be opened"):
        Store.open(tmp_path / "papers.db")


# S5: damage


def test_s5_a_damaged_page_is_refused_and_the_backups_are_named(path: Path) -> None:
    whole = path.read_bytes()
    pages = len(whole) // PAGE
    assert pages > 40
    for page in range(pages):
        damaged = bytearray(whole)
        start = page * PAGE + (0 if page else 100)  # the first page begins with the file's own header
        damaged[start : start + 16] = b"\xff" * 16
        path.write_bytes(damaged)
        with pytest.raises(StoreError, match=f"{path}: the database is damaged.*{path.parent / 'backups'}"):
            Store.open(path)


@pytest.mark.parametrize("content", [b"not a database at all, but long enough" * 99, bytes(5000)])
def test_s5_another_file_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(StoreError, match="damaged"):
        Store.open(path)
    with pytest.raises(StoreError, match="damaged"):
        read_status(path)


def test_s5_a_cut_file_is_refused(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: 10 * PAGE])
    with pytest.raises(StoreError, match="damaged"):
        Store.open(path)


def test_s5_damage_found_while_reading_is_an_error_too(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    whole[2 * PAGE :] = os.urandom(len(whole) - 2 * PAGE)
    path.write_bytes(whole)
    with Store.open(path, read_only=True) as reader, pytest.raises(StoreError, match="damaged"):
        reader.papers_of(reader.papers_without_card("other"))


# S6, S7: the file


def test_s6_a_database_that_was_replaced_is_not_written_to(path: Path) -> None:
    with Store.open(path) as store:
        path.rename(path.with_name("moved.db"))
        with pytest.raises(StoreError, match="moved, deleted or replaced"):
            store.save_poll(poll(announcement(999)))
        shutil.copy(path.with_name("moved.db"), path)
        with pytest.raises(StoreError, match="moved, deleted or replaced"):
            store.save_gate(GateState())


def test_a_crash_with_an_open_log_is_recovered(path: Path, tmp_path: Path) -> None:
    with Store.open(path) as store:
        store.save_poll(poll(announcement(999)))
        crashed = tmp_path / "crashed"
        shutil.copytree(path.parent, crashed)
    assert (crashed / "papers.db-wal").stat().st_size > 0
    (crashed / "papers.db-shm").unlink()
    assert read_status(crashed / "papers.db").counts.papers == 241
    with Store.open(crashed / "papers.db") as again:
        assert again.paper("2605.00999") == paper(999)


# S9: other processes and threads


def test_s9_a_foreign_writer_is_waited_for_and_then_named(path: Path) -> None:
    with Store.open(path, patience=0.3) as store, closing(sqlite3.connect(path)) as foreign:
        foreign.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        with pytest.raises(StoreError, match="another process keeps the database locked"):
            store.save_poll(poll(announcement(999)))
        assert time.monotonic() - started > 0.25
        assert read_status(path).counts.papers == 240
        assert store.counts().papers == 240
        foreign.rollback()
        assert store.save_poll(poll(announcement(999))) == 1


def test_s9_a_foreign_writer_that_ends_in_time_is_not_noticed(path: Path) -> None:
    with (
        Store.open(path, patience=10) as store,
        closing(sqlite3.connect(path, check_same_thread=False)) as foreign,
    ):
        foreign.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(0.2, foreign.rollback)
        timer.start()
        assert store.save_poll(poll(announcement(999))) == 1
        timer.join()


def test_the_gate_is_saved_while_another_process_reads(path: Path) -> None:
    with Store.open(path, patience=0.1) as store, closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM papers").fetchone()
        store.save_gate(GateState(NOON))
        assert store.load_gate() == GateState(NOON)
        assert reader.execute("SELECT count(*) FROM gate").fetchone() == (0,)


def test_a_write_after_a_read_does_not_fail_on_a_foreign_commit(path: Path) -> None:
    """A transaction that began with a read could not be written to any more."""
    with Store.open(path) as one, Store.open(path) as two:
        assert one.counts() == two.counts()
        assert one.save_poll(poll(announcement(997))) == 1
        assert two.save_poll(poll(announcement(998))) == 1
        assert one.counts() == two.counts()


def test_threads_share_a_store(path: Path) -> None:
    polls = [poll(announcement(n), at=NOON.replace(second=n - 400)) for n in range(400, 440)]
    problems: list[Exception] = []

    def work(part: list[Poll]) -> None:
        try:
            for each in part:
                store.save_poll(each)
                store.days(None, ["cs.AI"], 5)
                assert store.paper(each.papers[0].id) == each.papers[0]
        except Exception as error:
            problems.append(error)

    with Store.open(path) as store:
        threads = [threading.Thread(target=work, args=(polls[n::4],)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert problems == []
        assert store.counts().papers == 280


def test_a_reader_sees_one_state_while_another_process_writes(path: Path) -> None:
    """The listing's rows and its cards come from the same snapshot: never a paper without its card."""
    stop = threading.Event()

    def write() -> None:
        with Store.open(path) as store:
            for version in range(2, 40):
                store.save_poll(poll(papers=[replace(paper(n, version)) for n in range(1, 21)]))
                make_cards(store)
        stop.set()

    writer = threading.Thread(target=write)
    looks = found = 0
    with Store.open(path, read_only=True) as reader:
        writer.start()
        while not stop.is_set():
            looks += 1
            try:
                found += len(reader.listing("cs.AI", MONDAY, ())) == 20
            except LookupError:  # between the papers' change and their new cards
                found += 1
        writer.join()
    assert looks == found > 0


def test_what_a_failed_write_began_is_gone(path: Path) -> None:
    before = dump(path)
    with Store.open(path) as store, pytest.raises(sqlite3.IntegrityError):
        store.save_poll(poll(announcement(998), announcement(999), papers=[paper(998)]))
    assert dump(path) == before
