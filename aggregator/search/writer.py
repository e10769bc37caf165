"""Filling the index: anew from all rows, or with what changed since; a crash at any moment leaves old or new.

Each commit carries a mark in the same step: the store's token before it, and a fresh one. The store takes over the
fresh token in the transaction that forgets the changes. So the two agree, or the index is one step ahead and the
changes are put in once more, or they belong to different histories (a restored backup) and the index is made anew.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import tantivy

from aggregator.errors import SearchError
from aggregator.models import Searchable
from aggregator.search.documents import document
from aggregator.search.folder import Folder
from aggregator.search.guard import guarded
from aggregator.search.schema import MARK, register, schema
from aggregator.search.thrift import thrifty

log = logging.getLogger(__name__)

HEAP = 50_000_000  # bytes that tantivy gathers before it writes a segment
Progress = Callable[[int, int], None]  # papers done, papers in all
Settle = Callable[[str, int], None]  # as Rows.save_search_token


class Rows(Protocol):
    """What indexing needs of the store."""

    def search_token(self) -> str: ...
    def search_changes(self) -> tuple[int, int]: ...
    def searchables(self) -> Iterator[Searchable]: ...
    def changed_searchables(self, limit: int) -> tuple[Sequence[Searchable], int]: ...
    def save_search_token(self, token: str, upto: int) -> None: ...
    def count_papers(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Indexed:
    """`papers` were put in; `anew` when the whole index was made."""

    papers: int
    anew: bool


class Indexer:
    """Writes the index below `path`. One at a time: the caller holds a lock.

    `settle` keeps a token where the rows given to `refresh` can only be read.
    """

    BATCH = 5_000  # changed papers a commit
    STEP = 5_000  # papers a commit when all is made anew: they wait in memory while a segment is written
    MANY = 4  # more than 1/MANY of all papers changed: making all anew is faster

    def __init__(self, path: Path, progress: Progress | None = None, settle: Settle | None = None) -> None:
        self.folder = Folder(path)
        self._settle = settle
        self._progress = progress or (lambda _done, _total: None)

    def refresh(self, rows: Rows, *, anew: bool = False) -> Indexed:
        """Bring the index up to the store, anew when it must be or is asked for. Raises SearchError, StoreError."""
        if not anew and self._follows(rows):
            try:
                return Indexed(self._update(rows), anew=False)
            except SearchError as error:
                log.warning("the search index is made anew: %s", error)
        return Indexed(self._build(rows), anew=True)

    def _follows(self, rows: Rows) -> bool:
        """Whether the index in force can be brought up to date by changes."""
        current = self.folder.current()
        if current is None:
            return False
        changes, _ = rows.search_changes()
        if changes > max(self.BATCH, rows.count_papers() // self.MANY):
            return False
        try:
            return rows.search_token() in mark_of(_open(current))
        except SearchError as error:
            log.warning("the search index is made anew: %s", error)
            return False

    def _update(self, rows: Rows) -> int:
        total, _ = rows.search_changes()
        done = 0
        while done < total and (put_in := self._step(rows)):
            done += put_in
            self._progress(done, max(total, done))
        return done

    def _step(self, rows: Rows) -> int:
        papers, upto = rows.changed_searchables(self.BATCH)
        current = self.folder.current()
        assert current is not None
        before, token = rows.search_token(), secrets.token_hex(8)
        with _writing(_open(current)) as writer:
            for paper in papers:
                writer.delete_documents_by_term("id", paper.id)
                writer.add_document(document(paper))
            _mark(writer, before, token)
        (self._settle or rows.save_search_token)(token, upto)
        return len(papers)

    def _build(self, rows: Rows) -> int:
        self.folder.clear()
        _, upto = rows.search_changes()
        total, token = rows.count_papers(), secrets.token_hex(8)
        generation = self.folder.begin()
        done = 0
        with guarded("making the search index"):
            index = register(tantivy.Index(schema(), path=str(generation)))
        with thrifty(generation), _writing(index) as writer:
            for done, paper in enumerate(rows.searchables(), 1):
                writer.add_document(document(paper))
                if done % self.STEP == 0:
                    writer.commit()
                if done % 1000 == 0 or done == total:
                    self._progress(done, max(total, done))
            _mark(writer, token, token)
        self.folder.swap(generation)
        (self._settle or rows.save_search_token)(token, upto)
        return done


def mark_of(index: tantivy.Index) -> tuple[str, ...]:
    """The store's tokens that this index follows."""
    with guarded("reading the search index"):
        index.reload()
        searcher = index.searcher()
        found = searcher.search(tantivy.Query.term_query(schema(), "mark", MARK, "basic"), 1).hits
        return tuple(searcher.doc(found[0][1])["id"][0].split()) if found else ()


def _open(generation: Path) -> tantivy.Index:
    with guarded("opening the search index"):
        return register(tantivy.Index(schema(), path=str(generation)))


def _mark(writer: tantivy.IndexWriter, before: str, token: str) -> None:
    writer.delete_documents_by_term("mark", MARK)
    fields = {"mark": MARK, "id": f"{before} {token}"}
    writer.add_document(tantivy.Document.from_dict(fields, schema()))


@contextmanager
def _writing(index: tantivy.Index) -> Iterator[tantivy.IndexWriter]:
    """A writer whose work is committed at the end, or not at all."""
    with guarded("writing the search index"):
        writer = index.writer(HEAP, 1)
        try:
            yield writer
            writer.commit()
        except BaseException:
            writer.rollback()
            raise
        finally:
            writer.wait_merging_threads()
