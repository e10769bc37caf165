"""Run by test_backup: backups, restores and migrations that are killed at random instants.

Prints "ok" when every kill left a sound database, in the old state or in the new one, no half backup under the
name of a whole one, and when the next try ended as if nobody had been killed. It forks, so that the imports are
paid for once.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import sqlite_utils
from store_samples import a_fortnight, announcement, dump, is_sound, make_cards, poll

from aggregator.store.backup import back_up, backups_in
from aggregator.store.connection import SCHEMA_VERSION, connect
from aggregator.store.copies import check
from aggregator.store.database import Store
from aggregator.store.migrations import migrations
from aggregator.store.restore import restore, unfinished

NOW = datetime(2026, 5, 20, tzinfo=UTC)
OWN = {"gate", "manifest"}  # what a restore changes


def killed(work: Callable[[], object], after: float) -> bool:
    """Do `work` in another process and kill it after so many seconds. False when it was done by then."""
    pid = os.fork()
    if pid == 0:
        work()
        os._exit(0)
    time.sleep(after)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    return {table: found for table, found in dump(path).items() if table not in OWN}


def fill(folder: Path) -> Path:
    path = folder / "papers.db"
    with Store.open(path) as store:
        for each in a_fortnight():
            store.save_poll(each)
        make_cards(store)
    return path


def kill_backups(root: Path, chance: random.Random, kills: int) -> None:
    path = fill(root)
    folder = root / "backups"

    def work() -> None:
        back_up(path, folder, now=NOW, keep=2)

    took, truth, done = seconds(work), dump(path), 0
    while done < kills:
        shutil.rmtree(folder)
        done += killed(work, chance.uniform(0, took))
        for backup in backups_in(folder) if folder.exists() else []:
            check(backup)
            assert dump(backup) == truth
        work()
        assert [each.name for each in folder.iterdir() if each.name.startswith(".papers")] == []
        assert dump(path) == truth
    assert is_sound(path)


def kill_restores(root: Path, chance: random.Random, kills: int) -> None:
    path = fill(root)
    old = back_up(path, root / "backups", now=NOW).path
    with Store.open(path) as store:
        store.save_poll(poll(announcement(9999)))
        crashed = root / "crashed"
        shutil.copytree(root, crashed, ignore=shutil.ignore_patterns("raw", "crashed"))
    present, restored = rows(path), rows(old)
    assert present != restored
    took, done, tries = 0.0, 0, 0
    while done < kills:
        folder = root / f"try-{tries}"
        shutil.copytree(crashed, folder)  # with a log that nobody closed
        target, tries = folder / "papers.db", tries + 1

        def work(target: Path = target) -> None:
            restore(old, target, now=datetime.now(UTC))

        if not took:
            took = seconds(work)
            continue
        done += killed(work, chance.uniform(0, took))
        found = rows(target)
        assert found in (present, restored), folder
        for second in unfinished(target):
            second.unlink()
        work()
        assert is_sound(target)
        assert rows(target) == restored
        asides = [p for p in folder.glob("papers.db.replaced-*") if not p.name.endswith(("-wal", "-shm"))]
        assert found in map(rows, asides)
        shutil.rmtree(folder)


def kill_migrations(root: Path, chance: random.Random, kills: int) -> None:
    old = older(root / "old")
    truth, took, done = dump(old), 0.0, 0
    while done < kills:
        folder = root / f"try-{done}-{chance.random()}"
        folder.mkdir()
        target = folder / "papers.db"
        shutil.copy(old, target)

        def work(target: Path = target) -> None:
            Store.open(target).close()

        if not took:
            took = seconds(work)
            continue
        done += killed(work, chance.uniform(0, took))
        with closing(connect(target)) as conn:
            version = conn.execute("PRAGMA user_version").fetchone()[0]
        assert version in (1, SCHEMA_VERSION)
        backups = backups_in(folder / "backups")
        assert version == 1 or len(backups) == 1
        for backup in backups:
            assert dump(backup) == truth
        work()
        assert is_sound(target)
        shutil.rmtree(folder)


def older(folder: Path) -> Path:
    """A database as the first release made it."""
    folder.mkdir(parents=True)
    path = folder / "papers.db"
    with closing(connect(path)) as conn:
        db = sqlite_utils.Database(conn)
        conn.execute("BEGIN")
        names = [step.name for step in migrations.pending(db)]
        migrations.apply(db, stop_before=names[1] if len(names) > 1 else None)
        conn.execute("INSERT INTO validators (url, etag) VALUES ('https://example.org', 'one')")
        conn.execute("PRAGMA user_version = 1")
        conn.execute("COMMIT")
    return path


if __name__ == "__main__":
    what, folder, kills, seed = sys.argv[1:]
    kill = {"backup": kill_backups, "restore": kill_restores, "migration": kill_migrations}[what]
    kill(Path(folder), random.Random(int(seed)), int(kills))
    print("ok")
