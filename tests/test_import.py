"""Loading arXiv's history: the same rows as by the daily path, in any packing, through kills, on derived days."""

from __future__ import annotations

import gzip
import json
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from snapshot_samples import NOW, line, load, text
from store_samples import announcement, dump, is_sound, paper, poll

from aggregator import almanac, normalise
from aggregator.announce import is_quiet
from aggregator.cli import run
from aggregator.errors import SnapshotError
from aggregator.importer import Wanted
from aggregator.ledger import DERIVED, Closed, Looked, after
from aggregator.models import Announcement, Kind, LedgerRow, Outcome, Record, Refusal, State, Version
from aggregator.sources import snapshot, snapshot_file
from aggregator.store import read_status
from aggregator.store.database import Store

A_WEEK = [line(n, categories="cs.LG" if n % 2 else "math-ph cs.LG") for n in range(1, 30)]


def rows(folder: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(folder / "papers.db")) as conn:
        return conn.execute(sql).fetchall()


# the same rows


def daily(folder: Path, lines: list[bytes]) -> None:
    """Store what a snapshot says as a harvest from OAI-PMH would."""
    records = [record for one in lines if isinstance(record := snapshot.parse(one), Record)]
    papers = [normalise.paper(record.entry(Kind.NEW)) for record in records]
    announced = [
        Announcement(p.id, 1, name, almanac.listing_day(r.versions[0]), Kind.CROSS if n else Kind.NEW, 1)
        for p, r in zip(papers, records, strict=True)
        for n, name in enumerate(p.categories)
    ]
    dates = [(r.arxiv_id, v.number, v.submitted) for r in records for v in r.versions]
    with Store.open(folder / "papers.db") as store:
        store.save_harvest_page(
            papers, announced, dates, (), key="k", state_json="", at=NOW, evidence="from submission dates"
        )


def assert_same_rows(tmp_path: Path, lines: list[dict[str, Any]]) -> None:
    today = [one | {"update_date": NOW.date().isoformat()} for one in lines]
    load(tmp_path, text(today))
    (tmp_path / "daily").mkdir()
    daily(tmp_path / "daily", text(today).splitlines())
    ours, theirs = (
        dump(folder / "papers.db", without=["revision", "position"])
        for folder in (tmp_path, tmp_path / "daily")
    )
    for table in ("papers", "versions", "announcements", "listings", "totals"):
        assert ours[table] == theirs[table], table
    positions = "SELECT * FROM paper_categories ORDER BY category, paper_id"
    assert rows(tmp_path, positions) == rows(tmp_path / "daily", positions)
    assert is_sound(tmp_path / "papers.db")


def test_the_same_rows_come_out_as_by_the_daily_path(tmp_path: Path) -> None:
    later = {"version": "v3", "created": "Mon, 4 Jan 2021 00:00:01 GMT"}
    assert_same_rows(
        tmp_path,
        [
            *A_WEEK,
            line(
                50, versions=[*line(50)["versions"], later], comments="Withdrawn by the authors", doi="10.1/x"
            ),
            line(
                51, id="hep-th/9901001", authors="", comments=None, license="CC0", **{"journal-ref": "J. 1"}
            ),
        ],
    )


def test_the_same_rows_come_out_of_two_hundred_real_lines(tmp_path: Path, recordings: Path) -> None:
    real = (recordings / "corpus" / "kaggle_snapshot_first200.jsonl").read_bytes().splitlines()
    assert_same_rows(tmp_path, [json.loads(one) for one in real])


def test_a_paper_of_the_history_reads_as_if_its_texts_had_been_kept(tmp_path: Path) -> None:
    load(tmp_path, text([line(3)]))
    record = snapshot.parse(text([line(3)]))
    assert isinstance(record, Record)
    with Store.open(tmp_path / "papers.db") as store:
        assert store.paper("1903.00003") == normalise.paper(record.entry(Kind.NEW))
        assert rows(tmp_path, "SELECT count(*) FROM texts") == [(0,)]


# files


def _gz(path: Path, body: bytes) -> None:
    path.write_bytes(gzip.compress(body))


def _zst(path: Path, body: bytes) -> None:
    path.write_bytes(zstandard.compress(body[:300]) + zstandard.compress(body[300:]))


def _zip(path: Path, body: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readme.txt", "what this is")
        archive.writestr("snapshot.json", body)


@pytest.mark.parametrize("pack", [Path.write_bytes, _gz, _zst, _zip], ids=["plain", "gz", "zst", "zip"])
def test_every_packing_is_read_and_told_by_its_bytes(
    tmp_path: Path, pack: Callable[[Path, bytes], object]
) -> None:
    pack(tmp_path / "snapshot", text(A_WEEK))
    assert load(tmp_path, tmp_path / "snapshot").added == len(A_WEEK)
    assert load(tmp_path, tmp_path / "snapshot").unchanged == len(A_WEEK)


@pytest.mark.parametrize("pack", [lambda b: b, gzip.compress, zstandard.compress], ids=["plain", "gz", "zst"])
def test_standard_input_is_read(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    assert load(tmp_path, pack(text(A_WEEK))).added == len(A_WEEK)


def test_a_cut_file_keeps_what_came_before_and_goes_on_when_it_is_whole(tmp_path: Path) -> None:
    many = text(line(n) for n in range(1, 3000))
    packed = tmp_path / "snapshot.gz"
    packed.write_bytes(gzip.compress(many)[:-20_000])
    with pytest.raises(SnapshotError, match="damaged or cut"):
        load(tmp_path, packed, page=100)
    (kept,) = rows(tmp_path, "SELECT papers FROM totals")[0]
    assert 0 < kept < 2999
    packed.write_bytes(gzip.compress(many))
    assert load(tmp_path, packed, page=100).papers == 2999


@pytest.mark.parametrize(
    ("name", "body", "says"),
    [
        ("missing", None, "No such file"),
        ("a.zip", b"PK\x03\x04 no archive", "archive"),
        ("a.gz", b"\x1f\x8b\x08 x", "cut"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, name: str, body: bytes | None, says: str) -> None:
    if body is not None:
        (tmp_path / name).write_bytes(body)
    with pytest.raises(SnapshotError, match=says):
        load(tmp_path, tmp_path / name)


def test_a_line_longer_than_any_paper_is_refused_and_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot_file, "LONGEST", 3000)
    monkeypatch.setattr(snapshot_file, "BLOCK", 1000)
    done = load(tmp_path, text([line(1), line(2, abstract="x" * 50_000), line(3)]))
    assert (done.lines, done.added, done.refused) == (3, 2, 1)


# bad lines


BAD: list[tuple[dict[str, Any] | bytes, str]] = [
    (b"{", "not a line of the snapshot"),
    (b"[]", "not a line of the snapshot"),
    (b"\xff\xfe{}", "not a line of the snapshot"),
    (line(1, id="../../etc/passwd"), "not an arXiv identifier"),
    (line(1, id=7), "not a line of the snapshot"),
    (line(1, title=" \n"), "no title"),
    (line(1, title=None), "not a line of the snapshot"),
    (line(1, categories=""), "no categories"),
    (line(1, categories="<script>"), "no category"),
    (line(1, versions=[{"version": "v0", "created": "Tue, 5 Mar 2019 09:30:00 GMT"}]), "a version without"),
    (line(1, versions=[{"version": "v1", "created": "yesterday"}]), "a version without"),
    (line(1, versions=[{"version": "v1", "created": "Tue, 5 Mar 2019 09:30:00 EST"}]), "a version without"),
    (line(1, update_date="soon"), "wrong date"),
]


def test_bad_lines_are_counted_named_and_kept_aside(tmp_path: Path) -> None:
    done = load(tmp_path, text([line(100), b"", *(bad for bad, _ in BAD), line(101)]), page=4)
    assert (done.added, done.refused) == (2, len(BAD))
    assert done.first_refusals[0].startswith("line 3: {: not a line of the snapshot")
    kept = [json.loads(one) for one in (tmp_path / done.rejects).read_text().splitlines()]
    assert [one["line"] for one in kept] == list(range(3, 3 + len(BAD)))
    for one, (bad, says) in zip(kept, BAD, strict=True):
        assert says in one["reason"]
        assert one["text"] == (text([bad])[:-1]).decode(errors="replace")


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_break_the_parser(body: bytes) -> None:
    assert isinstance(snapshot.parse(body), Refusal)


@settings(deadline=None)
@given(st.sampled_from(sorted(line())), st.recursive(st.none() | st.integers() | st.text(), st.lists))
def test_no_value_of_any_field_breaks_the_parser(name: str, value: object) -> None:
    body = json.dumps(line(1, **{name: value})).encode()
    assert isinstance(snapshot.parse(body), Record | Refusal)


# what is taken


def test_only_what_is_asked_for_is_taken(tmp_path: Path) -> None:
    lines = [
        line(1, categories="cs.LG"),
        line(2, categories="math.MP hep-th"),
        line(3, categories="math.CO"),
        line(4, versions=[{"version": "v1", "created": "Mon, 1 Jan 2018 00:00:00 GMT"}]),
        line(5, versions=None),
    ]
    wanted = Wanted(frozenset({"cs", "math-ph"}), date(2019, 3, 1))
    done = load(tmp_path, text(lines), wanted)
    assert (done.added, done.skipped, done.undated) == (3, 2, 1)
    assert load(tmp_path, text(lines), limit=3).lines == 3


def test_a_newer_version_is_never_overwritten(tmp_path: Path) -> None:
    with Store.open(tmp_path / "papers.db") as store:
        newer = paper(1, 2, comments=None)
        store.save_poll(poll(papers=[newer]))
        old = line(1, id=newer.id, title="Another title", update_date="2030-01-01")
        done = load(tmp_path, text([old]))
        assert (done.added, done.changed, done.unchanged) == (0, 0, 1)
        assert store.paper(newer.id) == newer
        told = rows(tmp_path, "SELECT version, date IS NOT NULL FROM versions ORDER BY version")
        assert told == [(1, 1), (2, 0)]


@pytest.mark.parametrize(
    ("changed_on", "doi"),
    [("2026-05-03", "10.1/stored"), ("2026-05-30", "10.1/told")],
    ids=["older", "newer"],
)
def test_at_the_same_version_the_newer_record_counts_and_an_older_one_completes(
    tmp_path: Path, changed_on: str, doi: str
) -> None:
    with Store.open(tmp_path / "papers.db") as store:
        stored = paper(1, doi="10.1/stored", categories=("cs.LG",))
        store.save_poll(poll(papers=[stored]))  # on 2026-05-04
        told = line(
            1,
            id=stored.id,
            doi="10.1/told",
            categories="cs.LG",
            update_date=changed_on,
            **{"journal-ref": "J. 1"},
        )
        assert load(tmp_path, text([told])).changed == 1
        found = store.paper(stored.id)
        assert found is not None
        assert (found.title, found.doi, found.journal_ref) == (stored.title, doi, "J. 1")
        assert load(tmp_path, text([told])).changed == 0


# derived days


def test_a_derived_day_is_marked_and_counted(tmp_path: Path) -> None:
    done = load(tmp_path, text(A_WEEK))
    with Store.open(tmp_path / "papers.db") as store:
        (row,) = store.ledger_rows(date.min, ["cs.LG"])
        counts = {Kind.NEW: 15, Kind.CROSS: 14}
        day = date(2019, 3, 6)
        assert row == LedgerRow("cs.LG", day, State.DERIVED, str(DERIVED), counts, derived=True)
        assert after(row, Closed("cs.LG", day, NOW)).state is State.DERIVED, "the rules agree"
        assert store.counts().announcements == done.announcements == 29 + 14
        assert store.days("cs.LG", ["cs.LG"], 9, witnessed=True) == ()
    assert read_status(tmp_path / "papers.db").ledger == ()


def test_a_day_that_was_witnessed_is_not_touched(tmp_path: Path) -> None:
    with Store.open(tmp_path / "papers.db") as store:
        witnessed = after(None, Looked("cs.LG", date(2019, 3, 6), NOW, Outcome.STORED, {Kind.NEW: 3}))
        store.save_ledger([witnessed])
        before = dump(tmp_path / "papers.db")["announcements"]
        load(tmp_path, text([line(1, categories="cs.LG"), line(2, categories="cs.AI")]))
        assert store.ledger_row("cs.LG", date(2019, 3, 6)) == witnessed
        assert [row[1] for row in dump(tmp_path / "papers.db")["announcements"]] == ["cs.AI"]
        assert before == []


def test_todays_papers_wait_for_the_feed(tmp_path: Path) -> None:
    today = {"versions": [{"version": "v1", "created": "Tue, 5 May 2026 09:30:00 GMT"}]}
    assert load(tmp_path, text([line(1, **today)])).announcements == 0


def test_what_a_feed_brings_displaces_what_was_derived(tmp_path: Path) -> None:
    """The feed lists one paper a day after the day that was derived for it."""
    load(tmp_path, text([line(n, id=f"2605.{n:05d}", categories="cs.AI cs.LG") for n in (1, 2)]))
    day = date(2019, 3, 7)
    with Store.open(tmp_path / "papers.db") as store:
        assert store.known_days("cs.AI", [("2605.00001", 1, Kind.NEW)]) == {}
        store.save_poll(poll(announcement(1, day=day), papers=[paper(1)]))
        assert store.known_days("cs.AI", [("2605.00001", 1, Kind.NEW)]) == {("2605.00001", 1, Kind.NEW): day}
        row = store.ledger_row("cs.AI", date(2019, 3, 6))
        assert row is not None
        assert (row.state, row.counts) == (State.DERIVED, {Kind.NEW: 1})
        store.save_poll(poll(announcement(2, day=day, position=2), papers=[paper(2)]))
        assert store.ledger_row("cs.AI", date(2019, 3, 6)) is None
        assert store.counts().announcements == 4
        assert rows(tmp_path, "SELECT count(*) FROM announcements") == [(4,)]
        assert [link.day for link in store.days("cs.AI", ["cs.AI"], 9)] == [day]


def test_a_feed_that_brings_a_derived_day_takes_it_over(tmp_path: Path) -> None:
    load(tmp_path, text([line(n, id=f"2605.{n:05d}", categories="cs.AI") for n in (1, 2)]))
    day = date(2019, 3, 6)
    with Store.open(tmp_path / "papers.db") as store:
        store.save_poll(poll(announcement(1, day=day), papers=[paper(1)]))
        assert store.announced("cs.AI", day) == {"2605.00001"}
        assert rows(tmp_path, "SELECT papers, announcements FROM totals") == [(2, 1)]
        assert rows(tmp_path, "SELECT evidence FROM listings") == [("because the test says so",)]


def test_a_second_import_of_another_month_derives_what_is_new(tmp_path: Path) -> None:
    load(tmp_path, text(A_WEEK[:10]))
    done = load(tmp_path, text(A_WEEK))
    assert (done.added, done.unchanged) == (19, 10)
    with Store.open(tmp_path / "papers.db") as store:
        (row,) = store.ledger_rows(date.min, ["cs.LG"])
        assert row.total == 29
        assert rows(tmp_path, "SELECT count(*) FROM announcements WHERE category = 'cs.LG'") == [(29,)]


@pytest.mark.parametrize(
    ("submitted", "listed"),
    [
        ("2019-03-05T18:59:00", "2019-03-06"),  # Tuesday, 13:59 in New York
        ("2019-03-05T19:00:00", "2019-03-07"),
        ("2019-03-08T18:00:00", "2019-03-11"),  # Friday before 14:00: announced on Sunday for Monday
        ("2019-03-08T20:00:00", "2019-03-12"),
        ("2019-03-10T03:00:00", "2019-03-12"),  # a weekend
        ("2016-12-06T20:59:00", "2016-12-07"),  # until the end of 2016, the deadline was 16:00
        ("2017-01-03T20:59:00", "2017-01-05"),
        ("2018-12-24T12:00:00", "2018-12-27"),  # nothing is announced on Christmas and the evening before
        ("2018-12-25T12:00:00", "2018-12-27"),
        ("2008-11-26T12:00:00", "2008-11-27"),
        ("2008-11-27T12:00:00", "2008-12-01"),  # Thanksgiving, as recorded
        ("2026-12-29T12:00:00", "2026-12-31"),  # by arXiv's own list of that year
    ],
)
def test_days_are_derived_by_the_calendar_of_their_time(submitted: str, listed: str) -> None:
    first = Version(1, datetime.fromisoformat(submitted).replace(tzinfo=UTC))
    assert almanac.listing_day(first) == date.fromisoformat(listed)


@given(st.datetimes(datetime(1991, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))
def test_a_derived_day_is_a_weekday_soon_after(submitted: datetime) -> None:
    day = almanac.listing_day(Version(1, submitted))
    assert day.weekday() < 5
    assert not is_quiet(day)
    assert 0 <= (day - submitted.date()).days <= 7


# kills, and the command


def test_ten_kills_on_the_way_change_nothing(tmp_path: Path) -> None:
    killer = Path(__file__).with_name("import_killer.py")
    done = subprocess.run(
        [sys.executable, str(killer), str(tmp_path), "10", "20260506"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={"PYTHONPATH": f"{killer.parent}:{killer.parent.parent}"},
    )
    assert (done.stdout, done.returncode) == ("ok\n", 0), done.stderr


def test_the_command_imports_and_tells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "aggregator.toml"
    config.write_text(f'data = "{tmp_path / "data"}"\n')
    file = tmp_path / "snapshot.json"
    file.write_bytes(text([*A_WEEK, b"{", line(60, versions=None)]))
    assert run(["--config", str(config), "import", str(file), "--categories", "cs.LG"]) == 0
    out, err = capsys.readouterr()
    assert "31 lines: 30 papers added" in out
    assert "1 lines refused, kept in" in out
    assert "line 30: {: not a line" in out
    assert "1 papers tell no date" in out
    assert err == ""
    assert run(["--config", str(config), "import", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["unchanged"] == 30
    assert run(["--config", str(config), "import", str(tmp_path / "no.json")]) == 74
    assert "No such file" in capsys.readouterr().err
