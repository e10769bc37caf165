"""A snapshot of arXiv's metadata into rows: the whole history, in turns with everything else that writes.

    file ─► lines ─► parse ─► wanted? ─► what is stored of it? ─► derive its listing day ─► store, with the place
         sources/snapshot_file, snapshot    normalise                almanac, ledger          one transaction a page

Each page of some thousand lines and the place to go on from are stored together, so that an import that was killed
goes on where it stood, and one that is repeated changes nothing. Between turns the writer's lock is free: an update
that falls due waits for seconds, not until the history is loaded.

What is stored is never overwritten by something older: a newer version is left alone; at the same version a record
that changed after the stored row did is taken as OAI-PMH's would be, an older one only fills what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from threading import Event
from typing import BinaryIO, Protocol

import msgspec

from aggregator import almanac, normalise
from aggregator.announce import slot_at
from aggregator.clock import Clock
from aggregator.errors import SnapshotError, Stopped
from aggregator.models import (
    Imported,
    Kind,
    Paper,
    PastAnnouncement,
    PastPaper,
    Record,
    Refusal,
    StoredPaper,
)
from aggregator.normalise import ids
from aggregator.sources import snapshot
from aggregator.sources.snapshot_file import Line, SnapshotFile

PAGE = 2_000  # lines a transaction: some megabytes
TURN = 8.0  # seconds that the writer's lock is held at a time
PAUSE = 0.25  # seconds that it is free then; whoever waits looks every tenth
SHOWN = 5  # refusals that the report quotes
VersionDate = tuple[str, int, datetime]
_NEW, _CROSS = Kind.NEW.value, Kind.CROSS.value


class Rows(Protocol):
    """What an import needs of the store."""

    def load_harvest(self, key: str) -> str | None: ...
    def first_witnessed(self) -> Mapping[str, date]: ...
    def known_papers(self, ids: Iterable[str]) -> Mapping[str, StoredPaper]: ...
    def listed_in(self, ids: Iterable[str]) -> set[tuple[str, str]]: ...
    def save_history(
        self,
        fresh: Sequence[PastPaper],
        newer: Sequence[Paper],
        older: Sequence[Paper],
        announcements: Sequence[PastAnnouncement],
        dates: Sequence[VersionDate],
        *,
        key: str,
        state_json: Callable[[int], str],
        at: datetime,
    ) -> int: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records are taken: of any of these categories or archives (none: all), first submitted since then."""

    categories: frozenset[str] = frozenset()
    since: date | None = None

    def __call__(self, record: Record, past: PastPaper) -> bool:
        if self.categories and not self.categories & _with_archives(past.categories):
            return False
        return self.since is None or _first_day(record) >= self.since

    def __str__(self) -> str:
        return f"{sorted(self.categories)} {self.since}"


class State(msgspec.Struct, frozen=True):
    """Where an import stands: behind line `line`, whose end is at `place`; `kept` bytes of rejects are written."""

    place: int = 0
    line: int = 0
    kept: int = 0
    report: Imported = Imported()
    done: bool = False


@dataclass(slots=True)
class _Page:
    """What some thousand lines hold."""

    papers: dict[str, PastPaper] = field(default_factory=dict)
    refused: list[tuple[Line, str, str]] = field(default_factory=list)  # with what, and why
    lines: int = 0
    skipped: int = 0
    last: Line | None = None


class Importer:
    """`turn` gives the store while this process is the one writer; `progress` is told of every page."""

    def __init__(
        self,
        *,
        turn: Callable[[], AbstractContextManager[Rows]],
        folder: Path,
        clock: Clock,
        stop: Event,
        progress: Callable[[Imported, SnapshotFile], object],
        page: int = PAGE,
    ) -> None:
        self._turn = turn
        self._folder = folder
        self._clock = clock
        self._stop = stop
        self._progress = progress
        self._page = page

    def run(self, file: SnapshotFile, wanted: Wanted, limit: int | None = None) -> Imported:
        """Store all that is wanted; with `limit`, of so many lines.

        Raises SnapshotError, StoreError, LockHeld, Stopped.
        """
        key = f"snapshot {file.name or 'standard input'} {wanted}"
        with self._turn() as store:
            state = _begin(store, key) if file.name else State()
        rejects = _Rejects(self._folder, key, state.kept)
        lines = file.lines(state.place, state.line)
        if limit is not None:
            lines = islice(lines, max(0, limit - state.report.lines))
        pages = _pages(lines, wanted, self._page)
        try:
            while not state.done:
                state = self._one_turn(pages, state, key, rejects, file)
        finally:
            rejects.close()
        return state.report

    def _one_turn(
        self, pages: Iterator[_Page], state: State, key: str, rejects: _Rejects, file: SnapshotFile
    ) -> State:
        if self._clock.wait(PAUSE if state.line else 0, self._stop):
            raise Stopped("stopped; the same command goes on here")
        with self._turn() as store:
            history = _History(store, self._clock.now())
            until = self._clock.monotonic() + TURN
            while not state.done and self._clock.monotonic() < until and not self._stop.is_set():
                page = next(pages, None)
                state = history.store(page, state, key, rejects)
                self._progress(state.report, file)
        return state


class _History:
    """Stores pages within one turn."""

    def __init__(self, store: Rows, now: datetime) -> None:
        self._store = store
        self._now = now
        self._today = slot_at(now).listing_day  # the feed tells of this one
        self._witnessed = store.first_witnessed()

    def store(self, page: _Page | None, state: State, key: str, rejects: _Rejects) -> State:
        """Store a page, None for the end of the file. Returns the state that was stored with it."""
        found = page or _Page()
        known = self._store.known_papers(found.papers)
        fresh = [past for paper_id, past in found.papers.items() if paper_id not in known]
        newer, older = _compared(found.papers, known)
        announcements, undated = self._derive(found.papers, known)
        kept = rejects.write(found.refused)
        after_page: list[State] = []

        def state_json(changed: int) -> str:
            report = _counted(state.report, found, len(fresh), changed, undated, len(announcements))
            line, place = (found.last.number, found.last.end) if found.last else (state.line, state.place)
            report = replace(report, rejects=rejects.path.name if kept else "")
            after_page.append(State(place, line, kept, report, done=page is None))
            return msgspec.json.encode(after_page[-1]).decode()

        self._store.save_history(
            fresh,
            newer,
            older,
            announcements,
            [
                (paper_id, version.number, version.submitted)
                for paper_id in known
                for version in found.papers[paper_id].record.versions
            ],
            key=key,
            state_json=state_json,
            at=self._now,
        )
        return after_page[-1]

    def _derive(
        self, papers: Mapping[str, PastPaper], known: Mapping[str, StoredPaper]
    ) -> tuple[list[PastAnnouncement], int]:
        """The first announcements of these papers that nobody witnessed, and how many papers tell no day."""
        listed = self._store.listed_in(known) if known else set()
        found: list[PastAnnouncement] = []
        undated = 0
        for paper_id, past in papers.items():
            versions = past.record.versions
            if not versions or versions[0].number != 1:
                undated += 1
                continue
            day, position = almanac.listing_day(versions[0]), _position(paper_id)
            if day < self._today:
                text = day.isoformat()
                found += [
                    PastAnnouncement(paper_id, category, text, _CROSS if rank else _NEW, position)
                    for rank, category in enumerate(past.categories)
                    if day < self._witnessed.get(category, date.max) and (paper_id, category) not in listed
                ]
        return found, undated


class _Rejects:
    """Lines that were refused, with number and reason, as JSON lines. Made when there is the first."""

    def __init__(self, folder: Path, key: str, size: int) -> None:
        digest = key.split()[1][:8]
        self.path = folder / f"import-rejects-{digest}.jsonl"
        self._size = size
        self._file: BinaryIO | None = self.path.open("r+b") if size and self.path.exists() else None
        if self._file is not None:  # what was written behind the last page that was stored comes again
            self._file.truncate(size)
            self._file.seek(0, 2)

    def write(self, refused: Sequence[tuple[Line, str, str]]) -> int:
        """Keep these. Returns the size of the file in bytes."""
        if refused:
            file = self._file = self._file or self.path.open("wb")
            for line, what, why in refused:
                text = line.text.decode(errors="replace")
                file.write(
                    msgspec.json.encode({"line": line.number, "what": what, "reason": why, "text": text})
                    + b"\n"
                )
            file.flush()
            self._size = file.tell()
        return self._size

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


# decisions


def _begin(store: Rows, key: str) -> State:
    """Where the import of this file was interrupted, or its beginning."""
    saved = store.load_harvest(key)
    state = msgspec.json.decode(saved, type=State) if saved else State()
    return State() if state.done else state


def _pages(lines: Iterator[Line], wanted: Wanted, size: int) -> Iterator[_Page]:
    """Of a file that is damaged further on, all that comes before."""
    chunk: list[Line] = []
    try:
        for line in lines:
            chunk.append(line)
            if len(chunk) == size:
                yield _page(chunk, wanted)
                chunk = []
    except SnapshotError:
        if chunk:
            yield _page(chunk, wanted)
        raise
    if chunk:
        yield _page(chunk, wanted)


def _page(lines: Sequence[Line], wanted: Wanted) -> _Page:
    page = _Page(lines=len(lines), last=lines[-1])
    for line in lines:
        record = snapshot.parse(line.text) if line.whole else Refusal("a line", "longer than any paper's")
        if isinstance(record, Refusal):
            page.refused.append((line, record.what, record.reason))
            continue
        try:
            past = normalise.past_paper(record)
        except normalise.EntryRefused as error:
            page.refused.append((line, error.what, error.reason))
            continue
        if not wanted(record, past):
            page.skipped += 1
        elif (before := page.papers.get(record.arxiv_id)) is None or before.version <= past.version:
            page.papers[record.arxiv_id] = past
    return page


def _compared(
    papers: Mapping[str, PastPaper], known: Mapping[str, StoredPaper]
) -> tuple[list[Paper], list[Paper]]:
    """Of what is stored and differs: what is newer than the stored row, and what is older but may complete it."""
    newer: list[Paper] = []
    older: list[Paper] = []
    for paper_id, stored in known.items():
        past = papers[paper_id]
        if (
            past.version < stored.version
            or normalise.fingerprint(normalise.said_by(past)) == stored.fingerprint
        ):
            continue
        paper = normalise.paper(past.record.entry(Kind.NEW, past.version))
        is_newer = past.version > stored.version or past.record.datestamp.isoformat() > stored.changed_at[:10]
        (newer if is_newer else older).append(paper)
    return newer, older


def _counted(
    before: Imported, page: _Page, added: int, changed: int, undated: int, announcements: int
) -> Imported:
    quoted = [f"line {line.number}: {what}: {why}" for line, what, why in page.refused]
    return replace(
        before,
        lines=before.lines + page.lines,
        added=before.added + added,
        changed=before.changed + changed,
        unchanged=before.unchanged + len(page.papers) - added - changed,
        skipped=before.skipped + page.skipped,
        refused=before.refused + len(page.refused),
        undated=before.undated + undated,
        announcements=before.announcements + announcements,
        first_refusals=(*before.first_refusals, *quoted)[:SHOWN],
    )


def _with_archives(categories: Sequence[str]) -> set[str]:
    return {name for category in categories for name in (category, category.partition(".")[0])}


def _first_day(record: Record) -> date:
    return record.versions[0].submitted.date() if record.versions else date(*ids.month(record.arxiv_id), 1)


def _position(arxiv_id: str) -> int:
    """arXiv lists by id: the month and the number in it, so that a day's papers stand in order without knowing
    each other."""
    year, month = ids.month(arxiv_id)
    number = arxiv_id[5:] if arxiv_id[4] == "." else arxiv_id[-3:]
    return (year * 100 + month) * 100_000 + int(number)
