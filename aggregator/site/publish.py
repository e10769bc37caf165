"""Publishing: the whole old site or the whole new one, whatever happens in between.

    stage    every changed page is written beside its target as .<name>.new, then synced
    commit   a journal names what will be replaced and removed; from here there is no way back
    replace  assets, papers, days, categories, home: what a page links to is there before the page
    prune    files that are neither given nor kept are removed
    close    the journal is removed

A large file has compressed twins beside it (see `compress`). They are staged with it, and no reader ever meets a twin
of other bytes: the old ones go before the file is replaced, the new ones come after it.

A crash before the commit leaves the old site and some hidden files, which `recover` removes. A crash behind it
leaves a journal, which `recover` carries out. Names that begin with a dot are ours and are never published.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from aggregator.compress import SUFFIXES, page_of, worth
from aggregator.errors import PublishError
from aggregator.models import Page, Published
from aggregator.site.files import Files

Twins = Callable[[str, bytes], Mapping[str, bytes]]  # of a file: the compressed ones by path
Keep = Container[str] | Callable[[str], bool]  # the paths that stay as they are

JOURNAL = ".publish.json"
_STAGED = re.compile(r"\..+\.new")
_SEGMENT = re.compile(r"[^\x00-\x1f\x7f/\\:.][^\x00-\x1f\x7f/\\:]*")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_PAPER = re.compile(r"arxiv/(?:\d{4}\.\d{4,5}|[a-z.-]+/\d{7})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a committed publish does; paths relative to the site, in order."""

    replace: list[str]
    prune: list[str]

    def to_json(self) -> bytes:
        return json.dumps({"replace": self.replace, "prune": self.prune}).encode()

    @staticmethod
    def from_json(body: bytes) -> _Plan:
        said = json.loads(body)
        return _Plan([_checked(path) for path in said["replace"]], [_below(path) for path in said["prune"]])


class Publisher:
    """Keeps the files below `folder`. Not for two processes at once: the data folder's lock sees to that."""

    def __init__(self, folder: Path, files: Files, twins: Twins | None = None) -> None:
        self._folder = folder
        self._files = files
        self._twins = twins
        self._journal = folder / JOURNAL

    def publish(self, pages: Iterable[Page], keep: Keep) -> Published:
        """Write what changed and prune the rest. `pages` may be made while it is read; `keep` is asked afterwards.

        PublishError: a path that would leave the folder or was given twice, or a disk that is full or refuses.
        """
        with _reported(self._folder):
            self._finish()
            given: dict[str, bool] = {}  # path → changed
            try:
                self._stage(pages, given)
                plan = self._plan(given, keep if callable(keep) else keep.__contains__)
                self._commit(plan)
            except BaseException:
                if self._files.read(self._journal) is None:  # a stop may arrive right behind the commit
                    self._unstage(path for path, changed in given.items() if changed)
                raise
            self._carry_out(plan)
            return _told(given, plan)

    def recover(self) -> None:
        """Carry out a committed publish, remove what an uncommitted one left."""
        with _reported(self._folder):
            self._finish()
            self._unstage(
                path.relative_to(self._folder).with_name(path.name[1:-4]).as_posix()
                for path in self._files.walk(self._folder)
                if _STAGED.fullmatch(path.name)
            )

    def present(self) -> set[str]:
        """The paths of all published files, but for twins."""
        paths = (file.relative_to(self._folder).as_posix() for file in self._files.walk(self._folder))
        return {path for path in paths if not PurePosixPath(path).name.startswith(".") and not page_of(path)}

    # ── before the commit ──

    def _stage(self, pages: Iterable[Page], given: dict[str, bool]) -> None:
        for page in pages:
            path = _checked(page.path)
            if path in given:
                raise PublishError(f"two pages for {path}")
            given[path] = False
            if self._files.read(self._folder / path) != page.body:
                given[path] = True
                self._files.write(self._staged(path), page.body)
            if self._twins and worth(path, len(page.body)):
                self._stage_twins(path, page.body, given)

    def _stage_twins(self, path: str, body: bytes, given: dict[str, bool]) -> None:
        """Those of a changed file, and those that an unchanged one has lost."""
        assert self._twins
        paths = [path + suffix for suffix in SUFFIXES.values()]
        changed = given[path] or not all(self._files.exists(self._folder / twin) for twin in paths)
        given.update(dict.fromkeys(paths, changed))
        if changed:
            for twin, packed in self._twins(path, body).items():
                self._files.write(self._staged(twin), packed)

    def _plan(self, given: dict[str, bool], keep: Callable[[str], bool]) -> _Plan:
        changed = sorted((path for path, is_changed in given.items() if is_changed), key=_rank)
        self._files.sync([self._staged(path) for path in changed])
        ours = {self._staged(path) for path in changed}
        found = (file for file in self._files.walk(self._folder) if file not in ours)
        paths = (file.relative_to(self._folder).as_posix() for file in found)
        gone = (path for path in paths if path not in given and not self._kept(path, keep, given))
        return _Plan(changed, sorted(gone, reverse=True))  # twins before their file

    def _kept(self, path: str, keep: Callable[[str], bool], given: dict[str, bool]) -> bool:
        """Our own leftovers are never kept, and nobody is asked about them. A twin stays with a file that is kept."""
        if _STAGED.fullmatch(PurePosixPath(path).name):
            return False
        page = page_of(path)
        return keep(path) if page is None else bool(self._twins) and page not in given and keep(page)

    def _commit(self, plan: _Plan) -> None:
        if not plan.replace and not plan.prune:
            return
        staged = self._staged(JOURNAL)
        self._files.write(staged, plan.to_json())
        self._files.sync([staged])
        self._files.replace(staged, self._journal)

    def _unstage(self, paths: Iterable[str]) -> None:
        for path in [*paths, JOURNAL]:
            with suppress(OSError):
                self._remove(self._staged(path))

    # ── behind it ──

    def _finish(self) -> None:
        body = self._files.read(self._journal)
        if body is None:
            return
        try:
            plan = _Plan.from_json(body)
        except (ValueError, KeyError, TypeError) as error:
            raise PublishError(f"{self._journal} is damaged: remove it and build again") from error
        self._carry_out(plan)

    def _carry_out(self, plan: _Plan) -> None:
        """Every step may already have been done by an earlier try."""
        if not plan.replace and not plan.prune:
            return
        self._files.sync([self._journal])
        for path in plan.replace:
            self._replace(path)
        self._files.sync([self._folder / path for path in plan.replace])
        for path in plan.prune:
            self._remove(self._folder / path)
        self._files.remove(self._journal)

    def _replace(self, path: str) -> None:
        """Put a staged file in its place, its old twins away first: they are of other bytes."""
        staged, target = self._staged(path), self._folder / path
        if page_of(path) is None and self._files.exists(staged):
            for suffix in SUFFIXES.values():
                twin = target.with_name(target.name + suffix)
                if self._files.exists(twin):
                    self._files.remove(twin)
        with suppress(FileNotFoundError):
            self._files.replace(staged, target)

    def _remove(self, path: Path) -> None:
        """Remove a file and the folders that it leaves empty."""
        self._files.remove(path)
        for folder in path.parents:
            if folder == self._folder or not self._files.remove_folder(folder):
                return

    def _staged(self, path: str) -> Path:
        target = self._folder / path
        return target.with_name(f".{target.name}.new")


def _told(given: dict[str, bool], plan: _Plan) -> Published:
    """Twins are not counted."""
    replaced, pages, pruned = (
        sum(page_of(path) is None for path in paths) for paths in (plan.replace, given, plan.prune)
    )
    return Published(replaced, pages - replaced, pruned)


def _checked(path: str) -> str:
    """`path`, if it stays below the site's folder and does not meet our hidden names."""
    if len(path) > 1000 or not all(map(_is_segment, path.split("/"))):
        raise PublishError(f"not a path of the site: {path[:80]!r}")
    return path


def _below(path: str) -> str:
    """Whatever lies in the folder may be pruned, however it is named; nothing outside may."""
    if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
        raise PublishError(f"not below the site: {path[:80]!r}")
    return path


def _is_segment(name: str) -> bool:
    """At most 240 bytes: the staged name is five longer, and file systems allow 255."""
    return _SEGMENT.fullmatch(name) is not None and len(name.encode("utf-8", "replace")) <= 240


def _rank(path: str) -> tuple[int, str]:
    """Where a page stands in the order of replacing: what others link to comes first. Twins follow their file."""
    folder = PurePosixPath(path).parent
    if path.startswith("assets/"):
        return 0, path
    if _PAPER.fullmatch(folder.as_posix()):
        return 1, path
    return (2 if _DAY.fullmatch(folder.name) else 3), path


@contextmanager
def _reported(folder: Path) -> Iterator[None]:
    """The file system's errors become ours."""
    try:
        yield
    except OSError as error:
        raise PublishError(f"{folder}: {error}") from error
