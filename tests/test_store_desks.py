"""Desks in a real file: what one browser sends the other gets, and nobody else does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.desk import DeskKey, Item
from aggregator.errors import DeskFull, NoSuchDesk, StoreError
from aggregator.store.backup import back_up_desks
from aggregator.store.desks import PAGE, Counts, Desks
from aggregator.store.restore import holds_desks, restore_desks

AT = datetime(2026, 11, 25, 8, tzinfo=UTC)
NOW = 1_764_000_000_000
MINE, THEIRS = DeskKey(b"m" * 16), DeskKey(b"t" * 16)


def item(key: str, value: bytes | None = b"1", at: int = 0, node: str = "aaaaaaaa") -> Item:
    return Item(key, f"{NOW + at:013d}-0000-{node}", value)


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[Desks]:
    made = Desks(tmp_path / "desks.db")
    made.create(MINE, NOW, limit=2)
    yield made
    made.close()


def test_what_one_browser_sends_another_gets(desks: Desks) -> None:
    sent = [item("seen/2401.00001"), item("author/Ada")]
    first = desks.sync(MINE, 0, sent, NOW)
    assert list(first.items) == []
    assert desks.sync(MINE, 0, [], NOW).items == sent
    assert desks.sync(MINE, first.seq, [], NOW).items == []


def test_the_older_change_loses_and_its_sender_is_told(desks: Desks) -> None:
    newer, older = item("author/Ada", None, at=5, node="bbbbbbbb"), item("author/Ada", at=1)
    desks.sync(MINE, 0, [newer], NOW)
    assert desks.sync(MINE, 0, [older], NOW).items == [newer]
    assert desks.sync(MINE, 0, [], NOW).items == [newer]


def test_sending_again_changes_nothing(desks: Desks) -> None:
    first = desks.sync(MINE, 0, [item("author/Ada")], NOW)
    assert desks.sync(MINE, 0, [item("author/Ada")], NOW).seq == first.seq


def test_a_browser_that_knows_more_than_a_restored_server_sends_all_again(desks: Desks) -> None:
    desks.sync(MINE, 0, [item("author/Ada")], NOW)
    answer = desks.sync(MINE, 500, [], NOW)
    assert (answer.reset, answer.items, answer.seq) == (True, [item("author/Ada")], 1)


def test_many_changes_come_in_pages(desks: Desks) -> None:
    sent = [item(f"seen/2401.{number:05d}") for number in range(PAGE + 10)]
    desks.sync(MINE, 0, sent, NOW)
    page = desks.sync(MINE, 0, [], NOW)
    assert (len(page.items), page.more) == (PAGE, True)
    rest = desks.sync(MINE, page.seq, [], NOW)
    assert (len(rest.items), rest.more) == (10, False)


def test_a_desk_sees_only_itself(desks: Desks) -> None:
    desks.create(THEIRS, NOW, limit=2)
    desks.sync(MINE, 0, [item("author/Ada")], NOW)
    assert desks.sync(THEIRS, 0, [], NOW).items == []
    desks.delete(THEIRS)
    assert len(desks.sync(MINE, 0, [], NOW).items) == 1


def test_a_key_that_opens_nothing_opens_nothing(desks: Desks) -> None:
    with pytest.raises(NoSuchDesk):
        desks.sync(THEIRS, 0, [item("author/Ada")], NOW)


def test_a_deleted_desk_is_gone_for_good(desks: Desks, tmp_path: Path) -> None:
    desks.sync(MINE, 0, [item("mark/2401.00001/note", b'"a private thought"')], NOW)
    desks.delete(MINE)
    with pytest.raises(NoSuchDesk):
        desks.sync(MINE, 0, [], NOW)
    assert desks.counts(["2401.00001"]) == {}


def test_keys_are_kept_hashed(desks: Desks, tmp_path: Path) -> None:
    desks.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert MINE.secret not in kept
    assert MINE.words.encode() not in kept
    assert MINE.hash in kept


def test_there_are_no_more_desks_than_allowed(desks: Desks) -> None:
    desks.create(THEIRS, NOW, limit=2)
    with pytest.raises(DeskFull, match="2 desks"):
        desks.create(DeskKey(b"x" * 16), NOW, limit=2)


def test_a_full_desk_forgets_the_oldest_papers_seen_and_nothing_else(
    tmp_path: Path,
) -> None:
    desks = Desks(tmp_path / "small.db", items=3)
    desks.create(MINE, NOW, limit=1)
    desks.sync(MINE, 0, [item("author/Ada"), item("seen/2401.00001"), item("seen/2401.00002", at=1)], NOW)
    desks.sync(MINE, 0, [item("seen/2401.00003", at=2)], NOW)
    kept = {one.key for one in desks.sync(MINE, 0, [], NOW).items}
    assert kept == {"author/Ada", "seen/2401.00002", "seen/2401.00003"}
    with pytest.raises(DeskFull):
        desks.sync(MINE, 0, [item(f"author/{name}") for name in "abcd"], NOW)
    assert {one.key for one in desks.sync(MINE, 0, [], NOW).items} == kept
    desks.close()


def test_stars_are_counted_without_names(desks: Desks) -> None:
    star = "mark/hep-th/9901001/star"
    desks.create(THEIRS, NOW, limit=2)
    for key in (MINE, THEIRS):
        desks.sync(key, 0, [item(star, b'"2026"')], NOW)
        desks.sync(key, 0, [item(star, b'"2026"')], NOW)
    desks.opened("hep-th/9901001")
    assert desks.counts(["hep-th/9901001", "2401.00001"]) == {"hep-th/9901001": Counts(2, 1)}
    desks.sync(MINE, 0, [item(star, None, at=9)], NOW)
    desks.delete(THEIRS)
    assert desks.counts(["hep-th/9901001"]) == {"hep-th/9901001": Counts(0, 1)}


def test_what_was_kept_is_there_after_a_restart(desks: Desks, tmp_path: Path) -> None:
    desks.sync(MINE, 0, [item("author/Ada")], NOW)
    desks.close()
    again = Desks(tmp_path / "desks.db")
    assert len(again.sync(MINE, 0, [], NOW).items) == 1
    again.close()


def test_a_backup_put_back_is_noticed_while_desks_are_open(desks: Desks, tmp_path: Path) -> None:
    database, folder = tmp_path / "desks.db", tmp_path / "backups"
    desks.sync(MINE, 0, [item("author/Ada")], NOW)
    copy = back_up_desks(database, folder, now=AT)
    assert copy is not None
    assert holds_desks(copy)
    desks.sync(MINE, 0, [item("author/Berta")], NOW)
    aside = restore_desks(copy, database, now=AT)
    assert aside is not None
    answer = desks.sync(MINE, 2, [], NOW)
    assert (answer.reset, [one.key for one in answer.items]) == (True, ["author/Ada"])


def test_only_the_newest_backups_of_desks_stay(desks: Desks, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    made = [
        back_up_desks(tmp_path / "desks.db", folder, now=AT + timedelta(days=days), keep=2)
        for days in range(3)
    ]
    assert sorted(folder.glob("desks-*.db")) == made[1:]


def test_where_nobody_has_a_desk_nothing_is_backed_up(tmp_path: Path) -> None:
    assert back_up_desks(tmp_path / "desks.db", tmp_path / "backups", now=AT) is None


def test_a_damaged_backup_of_desks_is_refused(desks: Desks, tmp_path: Path) -> None:
    bad = tmp_path / "desks-bad.db"
    bad.write_bytes(b"SQLite format 3\x00" + b"x" * 5000)
    with pytest.raises(StoreError):
        restore_desks(bad, tmp_path / "desks.db", now=AT)
    assert desks.sync(MINE, 0, [], NOW).items == []


def test_a_file_of_a_newer_program_is_refused(desks: Desks, tmp_path: Path) -> None:
    desks._conn.execute("PRAGMA user_version = 99")
    desks.close()
    with pytest.raises(StoreError, match="newer version"):
        Desks(tmp_path / "desks.db")
