"""Publishing: the whole old site or the whole new one, whatever happens in between.

    stage    every changed page is written to a hidden folder, .staged, under a number, then all are synced
    commit   a journal names what will be replaced and removed; from here there is no way back
    replace  assets, papers, days, categories, home: what a page links to is there before the page
    prune    what vanished is removed
    close    the journal is removed

A large file has compressed twins beside it (see `compress`). They are staged with it, and no reader ever meets a twin
of other bytes: the old ones go before the file is replaced, the new ones come after it.

A crash before the commit leaves the old site and the hidden folder, which `recover` empties. A crash behind it
leaves a journal, which `recover` carries out. Names that begin with a dot are ours and are never published. Only
`publish` looks through the whole folder; `patch` and `recover` touch what they are told of and no more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from aggregator.compress import SUFFIXES, page_of, twin_paths, worth
from aggregator.errors import PublishError
from aggregator.models import Page, Published
from aggregator.site.files import Files

Twins = Callable[[str, bytes], Mapping[str, bytes]]  # of a file: the compressed ones by path
Keep = Container[str] | Callable[[str], bool]  # the paths that stay as they are

JOURNAL = ".publish.json"
STAGED = ".staged"
_SEGMENT = re.compile(r"[^\x00-\x1f\x7f/\\:.][^\x00-\x1f\x7f/\\:]*")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_PAPER = re.compile(r"arxiv/(?:\d{4}\.\d{4,5}|[a-z.-]+/\d{7})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a committed publish does; paths relative to the site, those to replace in the order of their numbers."""

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
        asked = keep if callable(keep) else keep.__contains__
        return self._publish(pages, lambda given: self._foreign(given, asked))

    def patch(self, pages: Iterable[Page], gone: Iterable[str]) -> Published:
        """Write what changed of `pages` and remove the files `gone`; nobody looks at the other files.

        `gone` is read after the last page was made; a path that was given stays. Raises as `publish`.
        """
        return self._publish(pages, lambda given: self._gone(given, gone))

    def recover(self) -> None:
        """Carry out a committed publish, remove what an uncommitted one left."""
        with _reported(self._folder):
            self._finish()
            self._unstage()

    def has(self, path: str) -> bool:
        """Whether this file is published."""
        return (self._folder / path).is_file()

    def present(self) -> set[str]:
        """The paths of all published files, but for twins."""
        paths = (path for path in self._walk() if not PurePosixPath(path).name.startswith("."))
        return {path for path in paths if not page_of(path)}

    def _publish(
        self, pages: Iterable[Page], vanished: Callable[[Mapping[str, bool]], Iterable[str]]
    ) -> Published:
        with _reported(self._folder):
            self._finish()
            given: dict[str, bool] = {}  # path → changed
            try:
                changed = self._stage(pages, given)
                plan = _Plan(changed, sorted(vanished(given), reverse=True))  # twins before their file
                self._commit(plan)
            except BaseException:
                if self._files.read(self._journal) is None:  # a stop may arrive right behind the commit
                    with suppress(OSError):
                        self._unstage()
                raise
            self._carry_out(plan)
            return _told(given, plan)

    # ── before the commit ──

    def _stage(self, pages: Iterable[Page], given: dict[str, bool]) -> list[str]:
        """The changed paths, each staged under its place in the list."""
        changed: list[str] = []
        for page in pages:
            path = _checked(page.path)
            if path in given:
                raise PublishError(f"two pages for {path}")
            given[path] = not self._is_published(page)
            if given[path]:
                self._put(path, page.parts, changed)
            if self._twins and worth(path, page.size):
                self._stage_twins(page, given, changed)
        self._files.sync([self._staged(number) for number, _ in enumerate(changed)])
        return changed

    def _is_published(self, page: Page) -> bool:
        """Whether the file is there with these bytes. Most that changed have another size, and are not read."""
        file = self._folder / page.path
        return self._files.size(file) == page.size and self._files.read(file) == page.body

    def _stage_twins(self, page: Page, given: dict[str, bool], changed: list[str]) -> None:
        """Those of a changed file, and those that an unchanged one has lost."""
        assert self._twins
        paths = twin_paths(page.path)
        stale = given[page.path] or not all(self._files.exists(self._folder / twin) for twin in paths)
        given.update(dict.fromkeys(paths, stale))
        if stale:
            for twin, packed in self._twins(page.path, page.body).items():
                self._put(twin, [packed], changed)

    def _put(self, path: str, parts: Sequence[bytes], changed: list[str]) -> None:
        self._files.write(self._staged(len(changed)), parts)
        changed.append(path)

    def _foreign(self, given: Container[str], keep: Callable[[str], bool]) -> Iterator[str]:
        """What lies in the folder and is neither given nor kept."""
        return (path for path in self._walk() if path not in given and not self._kept(path, keep, given))

    def _kept(self, path: str, keep: Callable[[str], bool], given: Container[str]) -> bool:
        """Our own leftovers are never kept, and nobody is asked about them. A twin stays with a file that is kept."""
        if PurePosixPath(path).name.startswith("."):
            return False
        page = page_of(path)
        return keep(path) if page is None else bool(self._twins) and page not in given and keep(page)

    def _gone(self, given: Mapping[str, bool], gone: Iterable[str]) -> Iterator[str]:
        """The files `gone` with their twins, and twins of files that have grown too small for them."""
        for path in {_checked(path) for path in gone} - given.keys():
            yield path
            yield from filter(self._has, twins_of(path))
        for path, changed in given.items():
            if changed and page_of(path) is None:
                yield from (twin for twin in twins_of(path) if twin not in given and self._has(twin))

    def _has(self, path: str) -> bool:
        return self._files.exists(self._folder / path)

    def _walk(self) -> Iterator[str]:
        """Every file but those that are staged right now."""
        cut = len(str(self._folder)) + 1
        for file in self._files.walk(self._folder):
            path = str(file)[cut:]
            if not path.startswith(f"{STAGED}/"):
                yield path

    def _commit(self, plan: _Plan) -> None:
        if not plan.replace and not plan.prune:
            return
        staged = self._folder / STAGED / JOURNAL
        self._files.write(staged, [plan.to_json()])
        self._files.sync([staged])
        self._files.replace(staged, self._journal)

    def _unstage(self) -> None:
        """Empty the folder of staged files."""
        for file in list(self._files.walk(self._folder / STAGED)):
            self._files.remove(file)
        self._files.remove_folder(self._folder / STAGED)

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
        for number, path in sorted(enumerate(plan.replace), key=lambda one: _rank(one[1])):
            self._replace(number, path)
        self._files.sync_names({(self._folder / path).parent for path in plan.replace})
        for path in plan.prune:
            self._remove(self._folder / path)
        self._files.remove(self._journal)
        self._files.remove_folder(self._folder / STAGED)

    def _replace(self, number: int, path: str) -> None:
        """Put a staged file in its place, its old twins away first: they are of other bytes. A file that was not
        there has none: twins come after their file and go before it."""
        staged, target = self._staged(number), self._folder / path
        if page_of(path) is None and self._files.exists(target) and self._files.exists(staged):
            for twin in filter(self._has, twins_of(path)):
                self._files.remove(self._folder / twin)
        with suppress(FileNotFoundError):
            self._files.replace(staged, target)

    def _remove(self, path: Path) -> None:
        """Remove a file and the folders that it leaves empty."""
        self._files.remove(path)
        for folder in path.parents:
            if folder == self._folder or not self._files.remove_folder(folder):
                return

    def _staged(self, number: int) -> Path:
        return self._folder / STAGED / str(number)


def twins_of(path: str) -> list[str]:
    """Where twins of a file may stand."""
    return [path + suffix for suffix in SUFFIXES.values()]


def _told(given: Mapping[str, bool], plan: _Plan) -> Published:
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
    """At most 240 bytes: file systems allow 255, and a twin's name has an ending more."""
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
