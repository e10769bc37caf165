"""Compressed twins: right bytes, never beside a file of other bytes, at whichever step the machine stops."""

from __future__ import annotations

import gzip
from pathlib import Path

import brotli
import pytest
from test_site_publish import DyingFiles, Killed, nothing, on_disk, pages

from aggregator.compress import SMALLEST, page_of, twins, worth
from aggregator.models import Published
from aggregator.site.files import DiskFiles
from aggregator.site.publish import Publisher

OLD = {"index.html": b"old " * SMALLEST, "a/index.html": b"small", "assets/site.aa.css": b"p{} " * 600}
NEW = {
    "index.html": b"new " * SMALLEST,
    "a/index.html": b"large " * SMALLEST,
    "assets/site.bb.css": b"q{} " * 600,
}


def publisher(folder: Path, files: DiskFiles | None = None) -> Publisher:
    return Publisher(folder, files or DiskFiles(), twins)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    publisher(tmp_path / "site").publish(pages(OLD), nothing)
    return tmp_path / "site"


def unpacked(path: str, body: bytes) -> bytes:
    done: bytes = gzip.decompress(body) if path.endswith(".gz") else brotli.decompress(body)
    return done


def check_twins(folder: Path) -> set[str]:
    """Every twin holds the bytes of its file. Returns the paths of all twins."""
    found = on_disk(folder)
    published = {path: body for path, body in found.items() if not path.rpartition("/")[2].startswith(".")}
    paired = {path: page for path in published if (page := page_of(path))}
    for path, page in paired.items():
        assert unpacked(path, published[path]) == published[page]
    return set(paired)


def test_large_texts_and_assets_get_both_twins(folder: Path) -> None:
    assert check_twins(folder) == {
        "index.html.br", "index.html.gz", "assets/site.aa.css.br", "assets/site.aa.css.gz",
    }  # fmt: skip


def test_twins_are_replaced_and_pruned_with_their_file_and_not_counted(folder: Path) -> None:
    assert publisher(folder).publish(pages(NEW), nothing) == Published(written=3, unchanged=0, pruned=1)
    assert check_twins(folder) == {path + suffix for path in NEW for suffix in (".br", ".gz")}
    assert publisher(folder).present() == set(NEW)


def test_a_file_that_becomes_small_loses_its_twins(folder: Path) -> None:
    publisher(folder).publish(pages(OLD | {"index.html": b"tiny"}), nothing)
    assert "index.html.br" not in on_disk(folder)


def test_unchanged_files_keep_their_twins_untouched(folder: Path) -> None:
    before = {path: (folder / path).stat().st_mtime_ns for path in on_disk(folder)}
    publisher(folder).publish(pages({"index.html": OLD["index.html"]}), set(OLD))
    assert {path: (folder / path).stat().st_mtime_ns for path in on_disk(folder)} == before


def test_a_lost_twin_comes_back(folder: Path) -> None:
    (folder / "index.html.br").unlink()
    assert publisher(folder).publish(pages(OLD), nothing).written == 0
    assert "index.html.br" in check_twins(folder)


def test_without_twins_they_are_pruned(folder: Path) -> None:
    Publisher(folder, DiskFiles()).publish(pages({"index.html": OLD["index.html"]}), set(OLD))
    assert set(on_disk(folder)) == set(OLD)


def test_no_stop_leaves_a_twin_of_other_bytes(tmp_path: Path) -> None:
    for last in range(200):
        folder = tmp_path / str(last)
        publisher(folder).publish(pages(OLD), nothing)
        try:
            publisher(folder, DyingFiles(last, half=bool(last % 2))).publish(pages(NEW), nothing)
        except Killed:
            check_twins(folder)
            publisher(folder).recover()
            check_twins(folder)
            publisher(folder).publish(pages(NEW), nothing)
            assert len(check_twins(folder)) == 6
        else:
            return
    pytest.fail("never finished")


def test_what_is_read_seldom_gets_no_twin() -> None:
    newest = (
        "index.html",
        "feed.xml",
        "arxiv/cs.CL/index.html",
        "week.xml",
        "arxiv/math.GT/feed.xml",
        "status/index.html",
    )
    seldom = (
        *(
            "arxiv/2024-03-26/index.html",
            "arxiv/cs.CL/2024-03-26/feed.xml",
            "arxiv/cs.CL/2024-W13/2/index.html",
        ),
        *("arxiv/cs.CL/week.xml", "arxiv/math.GT/feed.json"),
        *("arxiv/2024/index.html", "arxiv/2403.00001/index.html", "arxiv/hep-th/9901001/index.html"),
    )
    assert [path for path in (*newest, *seldom) if worth(path, 10**6)] == list(newest)


def test_feeds_are_packed_for_feed_readers() -> None:
    assert set(twins("arxiv/cs.CL/feed.xml", b"<entry/>" * SMALLEST)) == {"arxiv/cs.CL/feed.xml.gz"}


def test_a_twin_that_is_wanted_no_longer_goes_with_its_old_file(tmp_path: Path) -> None:
    """An earlier version packed feeds twice, and dated pages too."""
    old = ("feed.xml", "arxiv/2024-03-26/index.html")
    publisher(tmp_path).publish(pages(dict.fromkeys(old, b"old " * SMALLEST)), nothing)
    for path in old:
        (tmp_path / f"{path}.br").write_bytes(brotli.compress(b"old " * SMALLEST))
    publisher(tmp_path).patch(pages(dict.fromkeys(old, b"new " * SMALLEST)), ())
    assert check_twins(tmp_path) == {"feed.xml.gz"}


def test_what_is_packed_already_gets_no_twin() -> None:
    assert not worth("assets/math.woff2", 10**6)
    assert not worth("og/day.png", 10**6)
    assert worth("feed.xml", 10**6)


def test_twins_are_the_same_bytes_each_time() -> None:
    body = b"a page, " * SMALLEST
    assert twins("index.html", body) == twins("index.html", body)
