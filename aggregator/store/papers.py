"""Papers: one row each, at the newest version that was seen, and the ways in by author and by category."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from operator import attrgetter

import msgspec

from aggregator.models import Author, Paper
from aggregator.store.rows import BATCH, as_json, by_ids, chunks, upsert
from aggregator.store.session import Room
from aggregator.taxonomy import canonical

_LISTS = ("authors", "categories")  # kept as JSON
_TEXTS = tuple(field.name for field in fields(Paper) if field.name not in _LISTS)
_FIELDS = (*_TEXTS, *_LISTS)
_SELECT = f"SELECT {', '.join(_FIELDS)} FROM papers"  # noqa: S608 (names of our own columns)
_SAVE = upsert("papers", (*_FIELDS, "fingerprint", "changed_at"), "id")
_texts_of = attrgetter(*_TEXTS)
_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known of a stored paper before it is written again; lists as their JSON text."""

    version: int
    fingerprint: str
    authors: str
    categories: str
    comments: str | None
    comments_html: str | None
    journal_ref: str | None
    doi: str | None
    license: str | None


class Papers(Room):
    """Reading papers."""

    def paper(self, paper_id: str) -> Paper | None:
        with self._session.reading() as conn:
            return read(conn, [paper_id]).get(paper_id)

    def papers_without_card(
        self, renderer: str, *, since: date | None = None, batch: int = BATCH
    ) -> Iterator[Paper]:
        """Papers without a card made by `renderer`, by id; with `since`, those announced since that day.

        Cards may be saved while this runs; `batch` papers are in memory at a time.
        """
        with self._session.reading() as conn:
            ids = _without_card(conn, renderer, since)
        for chunk in chunks(ids, batch):
            with self._session.reading() as conn:
                papers = read(conn, chunk)
            yield from (papers[paper_id] for paper_id in chunk)

    def paper_ids_by_author(self, name: str, limit: int = 100) -> tuple[str, ...]:
        """The newest papers of people whose name reads the same but for case, accents and punctuation."""
        with self._session.reading() as conn:
            found = conn.execute(
                """
                SELECT paper_id FROM paper_authors JOIN versions USING (paper_id) WHERE author = ?
                GROUP BY paper_id ORDER BY min(first_seen) DESC, paper_id DESC LIMIT ?
                """,
                (author_key(name), limit),
            )
            return tuple(paper_id for (paper_id,) in found)


# decisions


def fingerprint(paper: Paper) -> str:
    """A hash over all fields. Raises UnicodeEncodeError for a lone surrogate."""
    return hashlib.blake2b(msgspec.msgpack.encode(paper), digest_size=12).hexdigest()


def newest(papers: Iterable[Paper]) -> dict[str, Paper]:
    """Each paper once: the highest version, of equal ones the last; categories by their canonical names."""
    found: dict[str, Paper] = {}
    for paper in papers:
        known = found.get(paper.id)
        if known is None or paper.version >= known.version:
            found[paper.id] = _canonical(paper)
    return found


def settle(paper: Paper, stored: Stored | None) -> tuple[Paper, str] | None:
    """What to write for `paper`, with its fingerprint, or None to leave the row as it is.

    An older version never overwrites a newer one. At the same version what differs is taken, but a source
    that does not tell something (None) does not unsay what another told.
    """
    print_ = fingerprint(paper)
    if stored is None or paper.version > stored.version:
        return paper, print_
    if paper.version < stored.version or print_ == stored.fingerprint:
        return None
    whole = _filled(paper, stored)
    print_ = fingerprint(whole)
    return None if print_ == stored.fingerprint else (whole, print_)


def author_key(name: str) -> str:
    """What two spellings of a name have in common: "Jürgen  O'Neil-Sample" and "jurgen o neil sample"."""
    if not name.isascii():
        name = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return _NOT_WORDS.sub(" ", name).strip().casefold() or name


def _filled(paper: Paper, stored: Stored) -> Paper:
    keeps = {
        name: getattr(stored, name) for name in ("journal_ref", "doi", "license") if not getattr(paper, name)
    }
    if paper.comments is None:
        keeps |= {"comments": stored.comments, "comments_html": stored.comments_html}
    return replace(paper, **keeps)


def _canonical(paper: Paper) -> Paper:
    names = dict.fromkeys(map(canonical, paper.categories))
    return paper if (*names,) == paper.categories else replace(paper, categories=(*names,))


# rows


def read(conn: sqlite3.Connection, ids: Iterable[str]) -> dict[str, Paper]:
    """The stored ones of `ids`."""
    return {row[0]: _paper(row) for row in by_ids(conn, f"{_SELECT} WHERE id IN ({{ids}})", ids)}


def save(conn: sqlite3.Connection, papers: Sequence[Paper], at: str) -> set[str]:
    """Write what is new or changed, seen at the moment `at`. Returns the ids whose row was written."""
    incoming = newest(papers)
    stored = _stored(conn, incoming)
    settled = {
        paper_id: done
        for paper_id, paper in incoming.items()
        if (done := settle(paper, stored.get(paper_id))) is not None
    }
    conn.executemany(_SAVE, [(*_row(paper), print_, at) for paper, print_ in settled.values()])
    conn.executemany(
        """
        INSERT INTO versions (paper_id, version, first_seen) VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET first_seen = excluded.first_seen WHERE excluded.first_seen < first_seen
        """,
        [(paper.id, paper.version, at) for paper in papers],
    )
    _save_ways_in(conn, [paper for paper, _ in settled.values()], stored)
    conn.executemany(
        "DELETE FROM cards WHERE paper_id = ?", [(paper_id,) for paper_id in settled.keys() & stored.keys()]
    )
    return set(settled)


def _stored(conn: sqlite3.Connection, ids: Iterable[str]) -> dict[str, Stored]:
    columns = ", ".join(field.name for field in fields(Stored))
    found = by_ids(conn, f"SELECT id, {columns} FROM papers WHERE id IN ({{ids}})", ids)  # noqa: S608
    return {row[0]: Stored(*row[1:]) for row in found}


def _save_ways_in(conn: sqlite3.Connection, papers: Sequence[Paper], stored: Mapping[str, Stored]) -> None:
    """Authors and categories. The old rows are found from the old lists, which spares an index by paper."""
    old = [(paper_id, stored[paper_id]) for paper_id in {paper.id for paper in papers} & stored.keys()]
    conn.executemany(
        "DELETE FROM paper_authors WHERE author = ? AND paper_id = ? AND position = ?",
        [row for paper_id, known in old for row in _author_rows(paper_id, _authors(known.authors))],
    )
    conn.executemany(
        "DELETE FROM paper_categories WHERE category = ? AND paper_id = ? AND position = ?",
        [row for paper_id, known in old for row in _category_rows(paper_id, _names(known.categories))],
    )
    conn.executemany(
        "INSERT INTO paper_authors (author, paper_id, position) VALUES (?, ?, ?)",
        [row for paper in papers for row in _author_rows(paper.id, paper.authors)],
    )
    conn.executemany(
        "INSERT INTO paper_categories (category, paper_id, position) VALUES (?, ?, ?)",
        [row for paper in papers for row in _category_rows(paper.id, paper.categories)],
    )


def _author_rows(paper_id: str, authors: Iterable[Author]) -> list[tuple[str, str, int]]:
    return [(author_key(author.name), paper_id, position) for position, author in enumerate(authors, 1)]


def _category_rows(paper_id: str, categories: Iterable[str]) -> list[tuple[str, str, int]]:
    return [(category, paper_id, position) for position, category in enumerate(categories, 1)]


def _row(paper: Paper) -> tuple[object, ...]:
    return (*_texts_of(paper), as_json(paper.authors), as_json(paper.categories))


def _paper(row: Sequence[object]) -> Paper:
    values = dict(zip(_FIELDS, row, strict=True))
    lists = {"authors": _authors(values["authors"]), "categories": _names(values["categories"])}
    return Paper(**(values | lists | {"withdrawn": bool(values["withdrawn"])}))  # type: ignore[arg-type]


def _authors(text: object) -> tuple[Author, ...]:
    return msgspec.json.decode(str(text), type=tuple[Author, ...])


def _names(text: object) -> tuple[str, ...]:
    return msgspec.json.decode(str(text), type=tuple[str, ...])


def _without_card(conn: sqlite3.Connection, renderer: str, since: date | None) -> list[str]:
    announced = """
        AND p.id IN (
            SELECT paper_id FROM listings JOIN announcements USING (category, day) WHERE listings.day >= ?2
        )
    """
    found = conn.execute(
        f"""
        SELECT p.id FROM papers p LEFT JOIN cards c ON c.paper_id = p.id
        WHERE c.renderer IS NOT ?1 {announced if since else ""} ORDER BY p.id
        """,  # noqa: S608
        (renderer, since.isoformat()) if since else (renderer,),
    )
    return [paper_id for (paper_id,) in found]
