"""The index follows the store, and every crash, damage or foreign history ends in a whole index."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from mmap import PROT_READ, mmap
from pathlib import Path
from threading import Semaphore

import pytest
from fakes_search import PAPERS, RowsInMemory, searchable
from store_samples import announcement, paper, poll

from aggregator.errors import SearchError
from aggregator.models import Asked
from aggregator.search import Engine, Indexer, thrift
from aggregator.search.folder import Folder
from aggregator.search.thrift import give_back
from aggregator.store.database import Store
from aggregator.store.searching import first_day

FRESH = searchable("2404.00009", "Fresh lattices")


def ids(folder: Path, text: str = "-nothing") -> set[str]:
    return {*Engine(folder).search(Asked(text)).ids}


@pytest.fixture
def rows() -> RowsInMemory:
    return RowsInMemory()


def test_the_first_index_is_made_whole(tmp_path: Path, rows: RowsInMemory) -> None:
    told: list[tuple[int, int]] = []
    done = Indexer(tmp_path, lambda n, total: told.append((n, total))).refresh(rows)
    assert done.anew
    assert done.papers == len(PAPERS) == Engine(tmp_path).count()
    assert told[-1] == (5, 5)


def test_an_index_made_in_many_steps_is_the_same(tmp_path: Path, rows: RowsInMemory) -> None:
    class Stepping(Indexer):
        STEP = 2

    assert Stepping(tmp_path / "steps").refresh(rows).papers == len(PAPERS)
    Indexer(tmp_path / "once").refresh(rows)
    assert ids(tmp_path / "steps") == ids(tmp_path / "once") == {paper.id for paper in PAPERS}


def test_mapped_files_are_let_go_and_can_be_read_on(tmp_path: Path) -> None:
    content = os.urandom(1 << 20)
    (tmp_path / "segment").write_bytes(content)
    with (tmp_path / "segment").open("rb") as file, mmap(file.fileno(), 0, prot=PROT_READ) as mapped:
        assert bytes(mapped) == content
        give_back(tmp_path)
        assert bytes(mapped) == content
    give_back(tmp_path / "not there")


def test_memory_is_given_back_again_and_again_while_the_caller_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = Semaphore(0)
    monkeypatch.setattr(thrift, "give_back", lambda folder: given.release() if folder == tmp_path else None)
    with thrift.thrifty(tmp_path, pause=0.001):
        assert given.acquire(timeout=10)
        assert given.acquire(timeout=10)
    while given.acquire(blocking=False):
        pass
    assert not given.acquire(timeout=0.02), "it ends with the work"


def test_only_what_changed_is_put_in(tmp_path: Path, rows: RowsInMemory) -> None:
    Indexer(tmp_path).refresh(rows)
    engine = Engine(tmp_path)
    assert engine.search(Asked("fresh")).total == 0
    rows.change(FRESH)
    rows.change(replace(PAPERS[0], title="Renamed"))
    done = Indexer(tmp_path).refresh(rows)
    assert (done.papers, done.anew) == (2, False)
    assert engine.search(Asked("fresh")).ids == (FRESH.id,)  # the same engine sees it
    assert engine.search(Asked("ti:renamed")).ids == (PAPERS[0].id,)
    assert engine.search(Asked("ti:samples")).ids == ()
    assert engine.count() == 6
    assert Indexer(tmp_path).refresh(rows).papers == 0


def test_made_anew_beside_readers(tmp_path: Path, rows: RowsInMemory) -> None:
    Indexer(tmp_path).refresh(rows)
    engine = Engine(tmp_path)
    assert engine.count() == 5
    before = Folder(tmp_path).current()
    rows.papers[FRESH.id] = FRESH
    assert Indexer(tmp_path).refresh(rows, anew=True).anew
    assert engine.count() == 6
    assert Folder(tmp_path).current() != before
    assert len([*tmp_path.glob("g-*")]) == 1


def test_a_crash_between_index_and_store_is_made_good(tmp_path: Path, rows: RowsInMemory) -> None:
    Indexer(tmp_path).refresh(rows)
    rows.change(FRESH)
    kept = (rows.token, [*rows.changes], rows.first)
    Indexer(tmp_path).refresh(rows)
    rows.token, rows.changes, rows.first = kept  # the store did not come to it
    done = Indexer(tmp_path).refresh(rows)
    assert (done.papers, done.anew) == (1, False)
    assert Engine(tmp_path).count() == 6


def test_another_history_makes_it_anew(tmp_path: Path, rows: RowsInMemory) -> None:
    Indexer(tmp_path).refresh(rows)
    other = RowsInMemory([FRESH])
    other.token = "restored"
    assert Indexer(tmp_path).refresh(other).anew
    assert ids(tmp_path) == {FRESH.id}


@pytest.mark.parametrize("harm", ["no pointer", "other format", "no meta", "damaged meta", "damaged segment"])
def test_a_damaged_index_is_made_anew(tmp_path: Path, rows: RowsInMemory, harm: str) -> None:
    Indexer(tmp_path).refresh(rows)
    current = Folder(tmp_path).current()
    assert current is not None
    if harm == "no pointer":
        (tmp_path / "current").unlink()
    elif harm == "other format":
        (tmp_path / "current").write_text("g-0-abc")
    elif harm == "no meta":
        (current / "meta.json").unlink()
    elif harm == "damaged meta":
        (current / "meta.json").write_bytes(b"{")
    else:
        for file in current.glob("*.term"):
            os.truncate(file, 3)
    with pytest.raises(SearchError):
        ids(tmp_path, "graph")
    rows.change(FRESH)
    assert Indexer(tmp_path).refresh(rows).anew
    assert len(ids(tmp_path)) == 6


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from fakes_search import PAPERS, RowsInMemory, searchable
    from aggregator.search import Indexer
    rows = RowsInMemory()
    rows.token = sys.argv[3]
    class Dying(RowsInMemory):
        def searchables(self):
            for paper in [*PAPERS, *(searchable(f"2405.{n:05d}", f"More {n}") for n in range(3000))]:
                if paper.id == sys.argv[2]:
                    os.kill(os.getpid(), signal.SIGKILL)
                yield paper
        def save_search_token(self, token, upto):
            os.kill(os.getpid(), signal.SIGKILL)
    Indexer(Path(sys.argv[1])).refresh(Dying(), anew=True)
"""


@pytest.mark.parametrize("at", ["2403.00001", "2405.02000", "at the end"])
def test_a_kill_leaves_the_old_index_or_the_new_one(tmp_path: Path, rows: RowsInMemory, at: str) -> None:
    Indexer(tmp_path).refresh(rows)
    code = textwrap.dedent(KILLED)
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), at, rows.token],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
        check=False,
    )
    assert run.returncode == -signal.SIGKILL
    assert Engine(tmp_path).count() == (3005 if at == "at the end" else 5)
    Indexer(tmp_path).refresh(rows)
    assert Engine(tmp_path).count() == 5
    assert len([*tmp_path.glob("g-*")]) <= 2
    Indexer(tmp_path).refresh(rows, anew=True)
    assert len([*tmp_path.glob("g-*")]) == 1


# ── with the store ──


def test_the_store_writes_down_what_changed(tmp_path: Path) -> None:
    with Store.open(tmp_path / "papers.db") as store:
        indexer = Indexer(tmp_path / "search")
        store.save_poll(poll(announcement(1), announcement(2, position=2)))
        assert store.search_changes()[0] == 2
        assert indexer.refresh(store).anew
        assert store.search_changes()[0] == 0
        store.save_poll(poll(announcement(1), papers=[paper(1, version=2, title_text="Renamed")]))
        store.save_poll(poll(announcement(2, position=2)))  # nothing new
        done = indexer.refresh(store)
        assert (done.papers, done.anew) == (1, False)
    assert ids(tmp_path / "search", "ti:renamed") == {"2605.00001"}


def test_the_store_reads_papers_in_batches(tmp_path: Path) -> None:
    with Store.open(tmp_path / "papers.db") as store:
        numbers = range(1, 1203)
        store.save_poll(poll(*(announcement(n, position=n) for n in numbers)))
        assert [one.id for one in store.searchables()] == [f"2605.{n:05d}" for n in numbers]
        some, upto = store.changed_searchables(500)
        assert len(some) == 500
        store.save_search_token("one", upto)
        assert store.search_changes()[0] == 702
        assert store.search_token() == "one"
        assert store.plain_titles(["2605.00007", "2605.99999"]) == {"2605.00007": "Sample 7 in version 1"}


@pytest.mark.parametrize(
    ("submitted", "announced", "day"),
    [
        ("2024-03-04T10:00:00Z", "2024-03-06", "2024-03-04"),
        (None, "2024-03-06", "2024-03-06"),
        (None, "2026-03-06", "2024-03-01"),  # a replacement
        (None, None, "2024-03-01"),
    ],
)
def test_when_a_paper_first_came(submitted: str | None, announced: str | None, day: str) -> None:
    assert first_day("2403.00001", submitted, announced).isoformat() == day
