"""`verify` finds whatever does not agree with the database; `prune` removes only what nobody needs."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from fakes import FakeClock
from hypothesis import given
from hypothesis import strategies as st
from store_samples import NOON, a_fortnight, announcement, paper, poll

from aggregator.app import App
from aggregator.cli import run
from aggregator.errors import LockHeld, Stopped
from aggregator.models import LedgerRow, State
from aggregator.operate.verify import Check
from aggregator.settings import Settings, SiteSettings
from aggregator.site.reading import papers_on
from aggregator.store import DataLock, Store
from aggregator.store.backup import backups_in
from aggregator.upkeep import Upkeep

CATEGORIES = ("cs.AI", "cs.LG", "math-ph")
Change = Callable[[Path], None]


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with pages that agree with its database."""
    folder = tmp_path_factory.mktemp("verify") / "data"
    with Store.open(folder / "papers.db") as store:
        for each in a_fortnight():
            store.save_poll(each)
        counts = {link.day: link.counts for link in store.days("cs.AI", (), 99)}
        store.save_ledger(
            LedgerRow("cs.AI", day, State.CONFIRMED, counts=said) for day, said in counts.items()
        )
    app_on(folder).build()
    return folder


@pytest.fixture
def folder(once: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(once, tmp_path / "data"))


def app_on(folder: Path) -> App:
    return App(Settings(categories=CATEGORIES, data=folder), clock=FakeClock(NOON + timedelta(days=40)))


def verified(folder: Path) -> dict[str, Check]:
    return {check.name: check for check in Upkeep(app_on(folder)).verify()}


def execute(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "papers.db")) as conn:
        for sql in statements:
            conn.execute(sql)
        conn.commit()


def edit(page: str, change: Callable[[str], str]) -> Change:
    def apply(folder: Path) -> None:
        path = folder / "site" / page
        path.write_text(change(path.read_text()))

    return apply


def remove(path: str) -> Change:
    return lambda folder: next(folder.glob(path)).unlink()


def sql(*statements: str) -> Change:
    return lambda folder: execute(folder, *statements)


def damage(folder: Path) -> None:
    whole = bytearray((folder / "papers.db").read_bytes())
    whole[30 * 4096 : 30 * 4096 + 100] = b"\xff" * 100
    (folder / "papers.db").write_bytes(whole)


def test_all_agrees_and_everything_was_looked_at(folder: Path) -> None:
    said: list[tuple[int, int]] = []
    checks = {
        check.name: check for check in Upkeep(app_on(folder)).verify(progress=lambda *s: said.append(s))
    }
    assert {name: check.differences for name, check in checks.items() if check.count} == {}
    assert list(checks) == [
        *("database file", "references", "ledger", "list pages", "paper pages", "manifest", "kept bodies")
    ]
    assert checks["paper pages"].looked_at == 240
    assert checks["kept bodies"].looked_at == 12
    assert checks["list pages"].looked_at > 2 * 4 * 4
    assert said[-1][0] == said[-1][1] > 12


DAY = "arxiv/cs.AI/2026-05-05"
ARTICLE = '<article class="panel paper" id="2605.00001">'
CASES: dict[str, tuple[Change, str, str]] = {
    "a page is gone": (remove(f"site/{DAY}/index.html"), "list pages", f"{DAY}/index.html: not there"),
    "a feed is gone": (remove(f"site/{DAY}/feed.xml"), "list pages", f"{DAY}/feed.xml: not there"),
    "a paper's page is gone": (remove("site/arxiv/2605.00007/index.html"), "paper pages", "2605.00007"),
    "a paper too many": (
        edit("index.html", lambda page: page.replace("</main>", ARTICLE + "</article></main>")),
        "list pages",
        "index.html: shows",
    ),
    "a paper too few": (
        sql("INSERT INTO announcements VALUES ('2605.00001', 'cs.AI', '2026-05-06', 'replace', 9, 999)"),
        "list pages",
        "the database has",
    ),
    "another order": (
        sql("UPDATE announcements SET position = 5000 - position WHERE day = '2026-05-06'"),
        "list pages",
        "instead of",
    ),
    "a paper without a card": (sql("DELETE FROM cards"), "list pages", "has no card"),
    "the manifest knows more": (
        sql("INSERT INTO manifest VALUES ('arxiv/gone/index.html', 'x')"),
        "manifest",
        "arxiv/gone/index.html: published once",
    ),
    "a body is gone": (remove("raw/*/*.gz"), "kept bodies", "cannot be read"),
    "a dangling reference": (
        sql("DELETE FROM papers WHERE id = '2605.00001'"),
        "references",
        "rows of announcements refer to papers that are not there",
    ),
    "the ledger counts more": (
        sql("UPDATE ledger SET new = new + 1 WHERE day = '2026-05-04'"),
        "ledger",
        "cs.AI 2026-05-04: the ledger counts",
    ),
    "the ledger lacks a day": (
        sql("DELETE FROM ledger WHERE day = '2026-05-06'"),
        "ledger",
        "cs.AI 2026-05-06: announcements, but no row",
    ),
    "a damaged page of the file": (damage, "database file", ""),
}


@pytest.mark.parametrize("case", CASES)
def test_what_differs_is_named(folder: Path, case: str, capsys: pytest.CaptureFixture[str]) -> None:
    change, name, says = CASES[case]
    change(folder)
    check = verified(folder)[name]
    assert check.count >= 1
    assert any(says in line for line in check.differences), check
    assert command(folder) == 2
    out = capsys.readouterr().out
    assert says in out
    assert ("`aggregator build` brings" in out) == name.endswith("pages")


def test_a_changed_body_is_named(folder: Path) -> None:
    first, second = sorted(folder.glob("raw/*/*.gz"))[:2]
    first.write_bytes(second.read_bytes())
    check = verified(folder)["kept bodies"]
    assert check.count == 2  # two polls brought it
    assert "is damaged" in check.differences[0]


def test_a_page_behind_the_database_is_mended_by_a_build(folder: Path) -> None:
    with Store.open(folder / "papers.db") as store:
        store.save_poll(poll(announcement(9999, category="cs.LG", position=900), category="cs.LG"))
    assert verified(folder)["list pages"].count
    app_on(folder).build()
    assert not any(check.count for check in verified(folder).values())


def test_pages_of_a_kept_span_are_looked_at(folder: Path) -> None:
    """The newest day alone has pages by the settings; of the span, each day of each category and its papers."""
    settings = Settings(categories=CATEGORIES, data=folder, site=SiteSettings(days=1))
    app = App(settings, clock=FakeClock(NOON + timedelta(days=40)))
    remove(f"site/{DAY}/index.html")(folder)
    before = {check.name: check for check in Upkeep(app).verify()}
    assert before["list pages"].count == 0
    with Store.open(folder / "papers.db") as store:
        store.keep_span(date(2026, 5, 4), date(2026, 5, 5))
    after = {check.name: check for check in Upkeep(app).verify()}
    assert after["list pages"].differences == [f"{DAY}/index.html: not there"]
    assert after["paper pages"].looked_at > before["paper pages"].looked_at


def test_many_differences_are_counted_and_some_shown(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(folder / "site")
    check = verified(folder)["paper pages"]
    assert (check.count, len(check.differences)) == (240, 20)
    assert command(folder) == 2
    assert "… and 220 more" in capsys.readouterr().out


def test_an_empty_database_agrees_with_no_pages(tmp_path: Path) -> None:
    Store.open(tmp_path / "papers.db").close()
    assert not any(check.count for check in verified(tmp_path).values())


def test_verify_changes_nothing(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.suffix in (".db", ".html", ".gz")}
    verified(folder)
    assert {path: path.read_bytes() for path in before} == before


def test_verify_waits_for_the_writer(folder: Path) -> None:
    app = app_on(folder)
    app.stop.set()
    with DataLock(folder, "update"), pytest.raises(Stopped, match="update"):
        Upkeep(app).verify()


def command(folder: Path, *words: str, name: str = "verify") -> int:
    config = folder.parent / "aggregator.toml"
    config.write_text(f'data = "{folder}"\ncategories = {json.dumps(CATEGORIES)}\n')
    return run(["--config", str(config), name, *words])


def test_the_command_says_that_all_is_well(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(folder) == 0
    assert capsys.readouterr().out.count("fine") == 7
    assert command(folder, "--json") == 0
    checks = json.loads(capsys.readouterr().out)
    assert checks[4] == {"name": "paper pages", "looked_at": 240, "count": 0, "differences": []}


def test_the_command_cannot_tell_without_a_database(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").mkdir()
    assert command(tmp_path / "data") == 3
    assert "no database yet" in capsys.readouterr().err
    assert command(tmp_path / "missing") == 3


# what stands on a page


@given(st.lists(st.from_regex(r"[0-9]{4}\.[0-9]{5}|[a-z-]{2,8}/[0-9]{7}", fullmatch=True)))
def test_ids_are_read_as_they_were_written(ids: list[str]) -> None:
    page = "".join(f'<article class="panel paper" id="{each}">\n<h2>x</h2></article>' for each in ids)
    assert papers_on(page.encode()) == ids


def test_a_title_cannot_pass_for_a_paper(tmp_path: Path) -> None:
    hostile = '</h2><article class="panel paper" id="2605.66666">'
    with Store.open(tmp_path / "papers.db") as store:
        said = paper(1, title=hostile, title_text=hostile, title_html=hostile.replace("<", "&lt;"))
        store.save_poll(poll(announcement(1), papers=[said]))
    app = app_on(tmp_path)
    app.build()
    assert papers_on((app.site_folder / "index.html").read_bytes()) == ["2605.00001"]


# prune


def files(folder: Path) -> set[str]:
    """All but the log that SQLite keeps beside an open database."""
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    return found - {"papers.db-wal", "papers.db-shm"}


def test_prune_removes_only_what_nobody_needs(folder: Path) -> None:
    app = app_on(folder)  # 40 days later: the answers of the first days are too old
    upkeep = Upkeep(app)
    backup = upkeep.back_up().path
    for name in ("papers-20250101T000000Z.db", "papers-20250102T000000Z.db", ".papers-20250103T000000Z.part"):
        (backup.parent / name).write_bytes(bytes(1000))
    (folder / ".papers.db.restored").write_bytes(bytes(500))
    (folder / ".replay.db-wal").write_bytes(bytes(70))
    os.link(folder / "papers.db", folder / "papers.db.replaced-20260501T000000Z")
    (folder / "papers.db.replaced-20260401T000000Z").write_text("set aside")
    (folder / "raw/00").mkdir(exist_ok=True)
    (folder / "raw/00/half.part").write_bytes(bytes(30))
    before = files(folder)
    planned = upkeep.prune(keep=1, dry_run=True)
    assert files(folder) == before
    done = upkeep.prune(keep=1)
    assert [(each.what, each.files, each.size) for each in done] == [
        (each.what, each.files, each.size) for each in planned
    ]
    sizes = {each.what: each.size for each in done}
    assert sizes["leftovers"] == 570
    assert sizes["backups"] == 3000
    assert sizes["answers"] > 30
    assert before - files(folder) == {str(path.relative_to(folder)) for each in done for path in each.files}
    assert backups_in(backup.parent) == [backup]
    assert (folder / "papers.db.replaced-20260401T000000Z").exists()
    assert not any(check.count for check in verified(folder).values())


def test_prune_leaves_a_running_replay_and_backup_alone(folder: Path) -> None:
    upkeep = Upkeep(app_on(folder))
    (folder / ".replay.db").write_text("in use")
    with DataLock(folder, "replay", file=".replay.lock"):
        assert upkeep.prune(dry_run=True)[1].files == ()
        assert upkeep.prune()[1].files == ()
    assert (folder / ".replay.db").exists()
    assert upkeep.prune()[1].files == (folder / ".replay.db",)


def test_the_prune_command_says_what_it_freed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    execute(folder, "UPDATE fetches SET checked_at = replace(checked_at, '2026', '2020')")
    assert command(folder, "--dry-run", name="prune") == 0
    assert "would free" in capsys.readouterr().out
    assert command(folder, "--json", name="prune") == 0
    answers, *_ = json.loads(capsys.readouterr().out)
    assert (answers["what"], len(answers["files"])) == ("answers", 6)
    assert command(folder, name="prune") == 0
    assert "freed 0 B" in capsys.readouterr().out


def test_only_one_may_prune_and_write(folder: Path) -> None:
    app = app_on(folder)
    app.stop.set()
    with DataLock(folder, "update"), pytest.raises((LockHeld, Stopped)):
        Upkeep(app).prune()
