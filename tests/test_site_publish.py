"""Publishing: the whole old site or the whole new one, at whichever step the machine stops."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

import pytest

from aggregator.errors import PublishError
from aggregator.models import Page, Published
from aggregator.site.files import DiskFiles
from aggregator.site.publish import JOURNAL, STAGED, Publisher

OLD = {
    "index.html": b"old home",
    "arxiv/cs.CL/index.html": b"old list",
    "arxiv/cs.CL/2024-03-25/index.html": b"monday",
    "arxiv/2403.00001/index.html": b"paper",
    "arxiv/2402.00009/index.html": b"gone soon",
    "assets/site.aa.css": b"old style",
}
NEW = {
    "index.html": b"new home",
    "arxiv/cs.CL/index.html": b"new list",
    "arxiv/cs.CL/2024-03-25/index.html": b"monday",
    "arxiv/cs.CL/2024-03-26/index.html": b"tuesday",
    "arxiv/2403.00001/index.html": b"paper, changed",
    "arxiv/hep-th/9901001/index.html": b"another",
    "assets/site.bb.css": b"new style",
}


class Killed(BaseException):
    """The machine stopped."""


class DyingFiles(DiskFiles):
    """A disk whose machine stops at step `last`: nothing happens from there on, or half of a write does."""

    def __init__(self, last: int, *, half: bool = False) -> None:
        self.steps = 0
        self._last = last
        self._half = half

    def write(self, path: Path, parts: Sequence[bytes]) -> None:
        self._step(lambda: super(DyingFiles, self).write(path, _first(sum(map(len, parts)) // 2, parts)))
        super().write(path, parts)

    def sync(self, paths: Collection[Path]) -> None:
        self._step()

    def sync_names(self, folders: Collection[Path]) -> None:
        self._step()

    def replace(self, source: Path, target: Path) -> None:
        self._step()
        super().replace(source, target)

    def remove(self, path: Path) -> None:
        self._step()
        super().remove(path)

    def remove_folder(self, folder: Path) -> bool:
        self._step()
        return super().remove_folder(folder)

    def _step(self, half: Callable[[], None] = lambda: None) -> None:
        self.steps += 1
        if self.steps > self._last:
            raise Killed
        if self.steps == self._last and self._half:
            half()
            self._last = 0
            raise Killed


class FullDisk(DiskFiles):
    """Takes `room` bytes, then is full."""

    def __init__(self, room: int) -> None:
        self._room = room

    def write(self, path: Path, parts: Sequence[bytes]) -> None:
        super().write(path, _first(max(self._room, 0), parts))
        self._room -= sum(map(len, parts))
        if self._room < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _first(size: int, parts: Sequence[bytes]) -> list[bytes]:
    return [b"".join(parts)[:size]]


def pages(tree: dict[str, bytes]) -> Iterator[Page]:
    return (Page(path, body) for path, body in tree.items())


def nothing(path: str) -> bool:
    return False


def on_disk(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "site"
    Publisher(made, DiskFiles()).publish(pages(OLD), nothing)
    return made


def test_publish_writes_what_changed_and_prunes_what_vanished(folder: Path) -> None:
    published = Publisher(folder, DiskFiles()).publish(pages(NEW), nothing)
    assert published == Published(written=6, unchanged=1, pruned=2)
    assert on_disk(folder) == NEW
    assert not (folder / "arxiv/2402.00009").exists()


def test_unchanged_bytes_are_not_rewritten(folder: Path) -> None:
    before = {path: (folder / path).stat().st_mtime_ns for path in OLD}
    assert Publisher(folder, DiskFiles()).publish(pages(OLD), nothing) == Published(0, len(OLD), 0)
    assert {path: (folder / path).stat().st_mtime_ns for path in OLD} == before


@pytest.mark.parametrize(
    "keep", [lambda path: path.startswith("arxiv/2402"), {"arxiv/2402.00009/index.html"}]
)
def test_what_is_kept_stays(folder: Path, keep: Callable[[str], bool] | set[str]) -> None:
    Publisher(folder, DiskFiles()).publish(pages(NEW), keep)
    assert on_disk(folder) == NEW | {"arxiv/2402.00009/index.html": b"gone soon"}


def test_keep_is_asked_after_the_last_page_was_made(folder: Path) -> None:
    keep: set[str] = set()

    def late() -> Iterator[Page]:
        yield from pages(NEW)
        keep.add("arxiv/2402.00009/index.html")

    Publisher(folder, DiskFiles()).publish(late(), keep)
    assert "arxiv/2402.00009/index.html" in on_disk(folder)


def _steps(folder: Path, scratch: Path) -> int:
    shutil.copytree(folder, scratch)
    files = DyingFiles(10_000)
    Publisher(scratch, files).publish(pages(NEW), nothing)
    shutil.rmtree(scratch)
    return files.steps


@pytest.mark.parametrize("half", [False, True])
def test_a_stop_at_any_step_leaves_the_old_site_or_the_new_one(
    folder: Path, tmp_path: Path, half: bool
) -> None:
    outcomes: list[bool] = []
    for last in range(_steps(folder, tmp_path / "count") + 1):
        broken = tmp_path / f"broken-{last}"
        shutil.copytree(folder, broken)
        try:
            Publisher(broken, DyingFiles(last, half=half)).publish(pages(NEW), nothing)
        except Killed:
            Publisher(broken, DiskFiles()).recover()
        assert on_disk(broken) in (OLD, NEW), f"mixed after step {last}"
        outcomes.append(on_disk(broken) == NEW)
    assert outcomes == sorted(outcomes), "once committed, always committed"
    assert not outcomes[0]
    assert outcomes[-1]


def test_recovering_may_be_interrupted_too(folder: Path, tmp_path: Path) -> None:
    steps = _steps(folder, tmp_path / "count")
    with pytest.raises(Killed):
        Publisher(folder, DyingFiles(steps - 8)).publish(pages(NEW), nothing)
    for last in range(1, 8):
        try:
            Publisher(folder, DyingFiles(last)).recover()
        except Killed:
            continue
    Publisher(folder, DiskFiles()).recover()
    assert on_disk(folder) == NEW


def test_what_is_linked_to_is_replaced_before_what_links_to_it(folder: Path) -> None:
    order: list[str] = []

    class Watching(DiskFiles):
        def replace(self, source: Path, target: Path) -> None:
            order.append(target.relative_to(folder).as_posix())
            super().replace(source, target)

    Publisher(folder, Watching()).publish(pages(NEW), nothing)
    assert order == [
        JOURNAL,
        "assets/site.bb.css",
        "arxiv/2403.00001/index.html",
        "arxiv/hep-th/9901001/index.html",
        "arxiv/cs.CL/2024-03-26/index.html",
        "arxiv/cs.CL/index.html",
        "index.html",
    ]


@pytest.mark.parametrize("room", [0, 5, 30, 60])
def test_a_full_disk_leaves_the_old_site_and_no_leftovers(folder: Path, room: int) -> None:
    with pytest.raises(PublishError, match="No space left"):
        Publisher(folder, FullDisk(room)).publish(pages(NEW), nothing)
    assert on_disk(folder) == OLD
    assert {p.name for p in folder.rglob("*") if p.is_dir() and not any(p.iterdir())} == set()


def test_an_error_while_pages_are_made_leaves_the_old_site(folder: Path) -> None:
    def broken() -> Iterator[Page]:
        yield from list(pages(NEW))[:4]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Publisher(folder, DiskFiles()).publish(broken(), nothing)
    assert on_disk(folder) == OLD


def test_leftovers_of_a_killed_stage_are_removed(folder: Path) -> None:
    stray = folder / STAGED / "7"
    stray.parent.mkdir()
    stray.write_bytes(b"half")
    Publisher(folder, DiskFiles()).recover()
    assert on_disk(folder) == OLD
    assert not stray.parent.exists()


def test_a_patch_writes_and_removes_what_it_is_told_and_looks_at_nothing_else(folder: Path) -> None:
    (folder / "foreign.txt").write_bytes(b"of somebody else")

    class Blind(DiskFiles):
        def walk(self, where: Path) -> Iterator[Path]:
            assert where.name == STAGED
            return super().walk(where)

    new = {"index.html": b"new home", "arxiv/2403.00007/index.html": b"new paper", "404.html": b"lost"}
    gone = ["arxiv/2402.00009/index.html", "404.html", "arxiv/never/index.html"]
    publisher = Publisher(folder, Blind())
    publisher.recover()
    assert publisher.patch(pages(new), gone).written == 3
    assert not (folder / "arxiv/2402.00009").exists()
    wanted = OLD | new | {"foreign.txt": b"of somebody else"}
    del wanted["arxiv/2402.00009/index.html"]
    assert on_disk(folder) == wanted


def test_a_patch_stopped_at_any_step_is_done_or_undone(folder: Path, tmp_path: Path) -> None:
    gone = sorted(OLD.keys() - NEW.keys())
    for last in range(60):
        broken = tmp_path / f"broken-{last}"
        shutil.copytree(folder, broken)
        try:
            Publisher(broken, DyingFiles(last)).patch(pages(NEW), gone)
        except Killed:
            Publisher(broken, DiskFiles()).recover()
        assert on_disk(broken) in (OLD, NEW), f"mixed after step {last}"
    assert on_disk(broken) == NEW


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/.b"])
def test_a_patch_removes_nothing_that_is_not_ours(folder: Path, path: str) -> None:
    with pytest.raises(PublishError, match="not a path of the site"):
        Publisher(folder, DiskFiles()).patch([], [path])


def test_leftovers_are_pruned_even_when_all_is_kept(folder: Path) -> None:
    (folder / ".index.html.new").write_bytes(b"half")
    Publisher(folder, DiskFiles()).publish([], lambda path: True)
    assert on_disk(folder) == OLD


def test_recovering_a_folder_that_is_not_there_is_no_error(tmp_path: Path) -> None:
    Publisher(tmp_path / "none", DiskFiles()).recover()
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "path",
    [
        "../x",
        "/etc/x",
        "arxiv/../../x",
        "",
        "a//b",
        ".hidden",
        "a/.b",
        "a\\b",
        "a\x00b",
        "a\nb",
        "c:x",
        "a/" + "x" * 250,
    ],
)
def test_a_path_that_is_not_ours_is_refused(folder: Path, path: str) -> None:
    with pytest.raises(PublishError, match="not a path of the site"):
        Publisher(folder, DiskFiles()).publish([Page(path, b"")], nothing)
    assert on_disk(folder) == OLD


def test_two_pages_for_one_path_are_refused(folder: Path) -> None:
    with pytest.raises(PublishError, match="two pages"):
        Publisher(folder, DiskFiles()).publish([Page("a.html", b"1"), Page("a.html", b"2")], nothing)
    assert on_disk(folder) == OLD


@pytest.mark.parametrize(
    "journal", ["{", "[]", '{"replace": ["../x"], "prune": []}', '{"replace": [], "prune": ["../x"]}']
)
def test_a_damaged_journal_is_reported_and_touches_nothing(folder: Path, journal: str) -> None:
    (folder.parent / "x").write_bytes(b"outside")
    (folder / JOURNAL).write_text(journal)
    with pytest.raises(PublishError):
        Publisher(folder, DiskFiles()).recover()
    assert (folder.parent / "x").read_bytes() == b"outside"


def test_present_lists_published_files_only(folder: Path) -> None:
    (folder / ".index.html.new").write_bytes(b"half")
    assert Publisher(folder, DiskFiles()).present() == set(OLD)


def test_many_files_are_synced_together(tmp_path: Path) -> None:
    many = {f"arxiv/2403.{n:05}/index.html": b"x" for n in range(100)}
    assert Publisher(tmp_path, DiskFiles()).publish(pages(many), nothing).written == 100
    assert on_disk(tmp_path) == many
