"""Reading beside a writer: nobody waits for the other, and no question takes for ever."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from threading import Thread

import pytest

from aggregator.errors import StoreError, TookTooLong
from aggregator.store import Store
from aggregator.store.readers import Readers

FOREVER = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    Store.open(tmp_path / "papers.db").close()
    return tmp_path / "papers.db"


def test_a_reader_answers_while_a_writer_is_busy(path: Path) -> None:
    with Store.open(path) as writer, writer._session.writing() as db:
        db.execute("INSERT INTO manifest VALUES ('a', 'b')")
        with Readers(path).reading() as reader:
            assert reader.manifest() == {}
    with Readers(path).reading() as reader:
        assert reader.manifest() == {"a": "b"}


def test_a_writer_commits_while_a_reader_reads(path: Path) -> None:
    with Readers(path).reading() as reader, reader._session.reading() as conn:
        conn.execute("SELECT count(*) FROM manifest").fetchone()
        with Store.open(path, patience=0.0) as writer:
            writer.save_manifest({"a": "b"})
        assert conn.execute("SELECT count(*) FROM manifest").fetchone() == (0,)  # its own snapshot


def test_a_question_that_takes_too_long_is_stopped_and_the_next_one_answered(path: Path) -> None:
    readers = Readers(path, seconds=0.01)
    with pytest.raises(TookTooLong), readers.reading() as reader, reader._session.reading() as conn:
        conn.execute(FOREVER).fetchone()
    with Readers(path).reading() as reader:
        assert reader.counts().papers == 0


def test_each_thread_has_a_store_of_its_own(path: Path) -> None:
    readers = Readers(path)
    seen: list[Store] = []

    def ask() -> None:
        with readers.reading() as store:
            seen.append(store)

    ask()
    ask()
    thread = Thread(target=ask)
    thread.start()
    thread.join()
    assert seen[0] is seen[1] is not seen[2]


def test_readers_cannot_write(path: Path) -> None:
    with Readers(path).reading() as reader, pytest.raises((StoreError, sqlite3.Error)):
        reader.save_manifest({"a": "b"})


def test_the_stamp_changes_with_a_commit_and_not_with_reading(path: Path) -> None:
    readers = Readers(path)
    with readers.reading() as reader:
        reader.counts()
    before = readers.stamp()
    with readers.reading() as reader:
        reader.counts()
    assert readers.stamp() == before
    time.sleep(0.02)  # the grain of the file system's clock
    with Store.open(path) as writer:
        writer.save_manifest({"a": "b"})
        assert readers.stamp() != before


def test_a_database_that_was_replaced_is_opened_anew(path: Path) -> None:
    readers = Readers(path)
    with readers.reading() as reader:
        assert reader.manifest() == {}
    other = path.with_name("other.db")
    with Store.open(other) as writer:
        writer.save_manifest({"new": "1"})
    for name in ("papers.db-wal", "papers.db-shm"):
        path.with_name(name).unlink(missing_ok=True)
    other.replace(path)
    with readers.reading() as reader:
        assert reader.manifest() == {"new": "1"}


def test_without_a_database_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no database yet"), Readers(tmp_path / "papers.db").reading():
        pass
