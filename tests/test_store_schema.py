"""The schema: strict, migrated by steps that are never edited, refused when it is newer than the program."""

from __future__ import annotations

import hashlib
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlite_utils
from store_samples import a_fortnight, announcement, dump, is_sound, poll

from aggregator.errors import StoreError
from aggregator.store import read_status
from aggregator.store.connection import PATIENCE, SCHEMA_VERSION, connect
from aggregator.store.database import Store
from aggregator.store.migrations import apply, migrations

# Hash of the schema after each released step. A new step adds a line; no line ever changes.
STEPS = {
    "m001_papers_and_announcements": "71d3f27d69eb5a7c",
    "m002_ledger_and_harvests": "5427237916ab23f1",
    "m003_history": "dd940090300764be",
    "m004_search": "e68db79a32f528eb",
    "m005_added_papers": "1f4b3bc4bdc1dd48",
    "m006_changes_of_the_ledger": "74bd09634969aa7a",
    "m007_spans": "80afb0ca63f672ba",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "papers.db"


@pytest.fixture
def conn(path: Path) -> Iterator[sqlite3.Connection]:
    Store.open(path).close()
    with closing(connect(path)) as opened:
        yield opened


def schema(conn: sqlite3.Connection) -> str:
    """The schema's text, white space and comments aside."""
    found = conn.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name NOT LIKE '%sqlite_%' ORDER BY name"
    )
    return "\n".join(" ".join(sql.split()) for (sql,) in found)


def test_released_steps_are_never_edited() -> None:
    db = sqlite_utils.Database(memory=True)
    found = {}
    names = [step.name for step in migrations.pending(db)]
    for name, following in zip(names, [*names[1:], None], strict=True):
        migrations.apply(db, stop_before=following)
        found[name] = hashlib.sha256(schema(db.conn).encode()).hexdigest()[:16]
    db.close()
    assert found == STEPS
    assert len(found) == SCHEMA_VERSION


def test_every_table_is_strict(conn: sqlite3.Connection) -> None:
    tables = conn.execute(
        "SELECT name, strict FROM pragma_table_list WHERE name NOT LIKE '%sqlite_%'"
    ).fetchall()
    assert len(tables) == 19
    assert {strict for _, strict in tables} == {1}
    with pytest.raises(sqlite3.IntegrityError, match="TEXT"):
        conn.execute("INSERT INTO manifest VALUES ('index.html', x'00')")


def test_the_writer_is_durable_and_keeps_references(conn: sqlite3.Connection) -> None:
    asked = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    found = [conn.execute(f"PRAGMA {name}").fetchone()[0] for name in asked]
    assert found == ["wal", 2, 1, 1000 * PATIENCE]
    assert PATIENCE >= 10


def test_references_hold(path: Path) -> None:
    with Store.open(path) as store:
        for each in a_fortnight():
            store.save_poll(each)
    assert is_sound(path)


@pytest.mark.parametrize(
    ("sql", "index"),
    [
        ("SELECT 1 FROM announcements WHERE category = 'a' AND day = 'b'", "announcements_by_day"),
        ("SELECT 1 FROM announcements WHERE paper_id = 'a' AND category = 'b'", "PRIMARY KEY"),
        ("SELECT 1 FROM listings WHERE day > 'a'", "listings_by_day"),
        ("SELECT 1 FROM paper_categories WHERE category = 'a'", "PRIMARY KEY"),
    ],
)
def test_lookups_use_an_index(conn: sqlite3.Connection, sql: str, index: str) -> None:
    plan = conn.execute(f"EXPLAIN QUERY PLAN {sql}").fetchone()[3]
    assert plan.startswith("SEARCH")
    assert index in plan


def test_s10_a_newer_schema_is_refused_and_left_alone(path: Path) -> None:
    with Store.open(path) as store:
        store.save_poll(poll(announcement(1)))
    with closing(sqlite3.connect(path)) as conn:
        conn.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = path.read_bytes()
    for read_only in (False, True):
        with pytest.raises(StoreError, match="newer version"):
            Store.open(path, read_only=read_only)
    with pytest.raises(StoreError, match="newer version"):
        read_status(path)
    assert path.read_bytes() == before


def test_s10_an_interrupted_migration_leaves_nothing(path: Path) -> None:
    """As `Session` does it: all steps and the version number in one transaction."""
    with closing(connect(path)) as conn:
        db = sqlite_utils.Database(conn)
        conn.execute("BEGIN IMMEDIATE")
        apply(db)
        conn.execute("ROLLBACK")
        assert conn.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
        assert conn.execute("PRAGMA user_version").fetchone() == (0,)
    with Store.open(path) as store:
        assert store.save_poll(poll(announcement(1))) == 1


def test_a_reader_neither_creates_nor_migrates(path: Path) -> None:
    with pytest.raises(StoreError, match="no database yet"):
        Store.open(path, read_only=True)
    assert not path.exists()
    with closing(connect(path)):
        pass
    with pytest.raises(StoreError, match="older version"):
        Store.open(path, read_only=True)


def test_a_reader_cannot_write(path: Path) -> None:
    with Store.open(path) as store:
        store.save_poll(poll(announcement(1)))
    before = dump(path)
    with Store.open(path, read_only=True) as reader:
        assert reader.counts().papers == 1
        with pytest.raises(StoreError, match="read-only"):
            reader.save_poll(poll(announcement(2)))
    assert dump(path) == before


def test_status_and_the_lock_do_not_load_sqlite_utils() -> None:
    code = "import sys, aggregator.store; sys.exit('sqlite_utils' in sys.modules or 'msgspec' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_store_is_there_when_it_is_asked_for() -> None:
    import aggregator.store as package

    assert package.Store is Store
    with pytest.raises(AttributeError, match="Nothing"):
        _ = package.Nothing
