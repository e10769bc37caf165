"""Papers: one row each, at the newest version that was seen, and the way in by category.

`papers` holds what arXiv said. What the normaliser made of it stands in `texts`, and only for papers that pages
needed: of the history no text is kept that one paper's reading makes anew in 75 µs (ARCHITECTURE.md).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from operator import attrgetter

import msgspec

from aggregator import normalise
from aggregator.models import Author, Paper
from aggregator.normalise import VERSION, Derived, derive, heading
from aggregator.store.rows import as_json, by_ids, count, iso, upsert
from aggregator.store.session import Room
from aggregator.taxonomy import canonical

_DERIVED = tuple(field.name for field in fields(Derived))  # kept in `texts`, the authors as JSON
_SAID = tuple(field.name for field in fields(Paper) if field.name not in _DERIVED)  # categories as JSON
COLUMNS = (*_SAID, "fingerprint", "changed_at")
_TEXTS = ("paper_id", "normaliser", *_DERIVED)
_SELECT = f"""
    SELECT {", ".join((*_SAID, *_DERIVED))} FROM papers LEFT JOIN texts ON paper_id = id AND normaliser = {VERSION}
"""  # noqa: S608 (names of our own columns)
_SAVE = upsert("papers", COLUMNS, "id")
_SAVE_TEXTS = upsert("texts", _TEXTS, "paper_id")
_said_of = attrgetter(*_SAID)
_derived_of = attrgetter(*_DERIVED)


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known of a stored paper before it is written again; lists as their JSON text."""

    version: int
    fingerprint: str
    categories: str
    comments: str | None
    journal_ref: str | None
    doi: str | None
    license: str | None


class Papers(Room):
    """Reading papers."""

    def paper(self, paper_id: str) -> Paper | None:
        with self._session.reading() as conn:
            return read(conn, [paper_id]).get(paper_id)

    def papers_without_card(
        self, renderer: str, *, since: date | None = None, days: Iterable[date] | None = None
    ) -> list[str]:
        """The ids of papers without a card made by `renderer`, in order; with `since` or `days`, of those announced
        since or then."""
        with self._session.reading() as conn:
            return _without_card(conn, renderer, since, days)


# decisions


def fingerprint(paper: Paper) -> str:
    """A hash over what arXiv said. Raises UnicodeEncodeError for a lone surrogate."""
    return normalise.fingerprint(_said_of(paper))


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


def _filled(paper: Paper, stored: Stored) -> Paper:
    keeps = {
        name: getattr(stored, name) for name in ("journal_ref", "doi", "license") if not getattr(paper, name)
    }
    if paper.comments is None:
        keeps["comments"] = stored.comments
        paper = replace(paper, comments_html=derive("", "", "", stored.comments).comments_html)
    return replace(paper, **keeps)


def _canonical(paper: Paper) -> Paper:
    names = dict.fromkeys(map(canonical, paper.categories))
    return paper if (*names,) == paper.categories else replace(paper, categories=(*names,))


# rows


def read(conn: sqlite3.Connection, ids: Iterable[str]) -> dict[str, Paper]:
    """The stored ones of `ids`."""
    return {row[0]: _paper(row) for row in by_ids(conn, f"{_SELECT} WHERE id IN ({{ids}})", ids)}


def titles_of(conn: sqlite3.Connection, ids: Iterable[str]) -> dict[str, str]:
    """The titles of the stored ones of `ids`, as HTML."""
    found = by_ids(
        conn,
        f"""
        SELECT id, title, title_html FROM papers LEFT JOIN texts ON paper_id = id AND normaliser = {VERSION}
        WHERE id IN ({{ids}})
        """,  # noqa: S608
        ids,
    )
    return {paper_id: html or heading(title).html for paper_id, title, html in found}


def save(conn: sqlite3.Connection, papers: Sequence[Paper], at: str) -> set[str]:
    """Write what is new or changed, seen at the moment `at`. Returns the ids whose row was written."""
    incoming = newest(papers)
    stored = _stored(conn, incoming)
    settled = {
        paper_id: done
        for paper_id, paper in incoming.items()
        if (done := settle(paper, stored.get(paper_id))) is not None
    }
    conn.executemany(_SAVE, [row(paper, print_, at) for paper, print_ in settled.values()])
    count(conn, papers=len(settled.keys() - stored.keys()))
    conn.executemany(_SAVE_TEXTS, [_texts(paper) for paper, _ in settled.values()])
    conn.executemany(
        """
        INSERT INTO versions (paper_id, version, first_seen) VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET first_seen = excluded.first_seen WHERE excluded.first_seen < first_seen
        """,
        [(paper.id, paper.version, at) for paper in papers],
    )
    _save_categories(conn, [paper for paper, _ in settled.values()], stored)
    conn.executemany(
        "DELETE FROM cards WHERE paper_id = ?", [(paper_id,) for paper_id in settled.keys() & stored.keys()]
    )
    return set(settled)


def _stored(conn: sqlite3.Connection, ids: Iterable[str]) -> dict[str, Stored]:
    columns = ", ".join(field.name for field in fields(Stored))
    found = by_ids(conn, f"SELECT id, {columns} FROM papers WHERE id IN ({{ids}})", ids)  # noqa: S608
    return {row[0]: Stored(*row[1:]) for row in found}


def _save_categories(conn: sqlite3.Connection, papers: Sequence[Paper], stored: Mapping[str, Stored]) -> None:
    """The old rows are found from the old lists, which spares an index by paper."""
    conn.executemany(
        "DELETE FROM paper_categories WHERE category = ? AND paper_id = ?",
        [
            (category, paper_id)
            for paper_id in {paper.id for paper in papers} & stored.keys()
            for category in _names(stored[paper_id].categories)
        ],
    )
    conn.executemany(ADD_CATEGORY, [found for paper in papers for found in category_rows(paper)])


ADD_CATEGORY = "INSERT INTO paper_categories (category, paper_id, position, authors) VALUES (?, ?, ?, ?)"


def category_rows(paper: Paper) -> list[tuple[str, str, int, int]]:
    """Of `paper_categories`."""
    authors = len(paper.authors)
    return [(category, paper.id, position, authors) for position, category in enumerate(paper.categories, 1)]


def row(paper: Paper, print_: str, at: str) -> tuple[object, ...]:
    """Of `papers`, as COLUMNS has it."""
    return (*_said_of(replace(paper, categories=as_json(paper.categories))), print_, at)  # type: ignore[arg-type]


def _texts(paper: Paper) -> tuple[object, ...]:
    values = dict(zip(_DERIVED, _derived_of(paper), strict=True))
    return (paper.id, VERSION, *(values | {"authors": as_json(paper.authors)}).values())


def _paper(found: Sequence[object]) -> Paper:
    values = dict(zip((*_SAID, *_DERIVED), found, strict=True))
    said = {"categories": _names(values["categories"]), "withdrawn": bool(values["withdrawn"])}
    return Paper(**(values | said | _derived(values)))  # type: ignore[arg-type]


def _derived(values: Mapping[str, object]) -> dict[str, object]:
    """The kept texts with their authors, or all made anew."""
    if values["authors"] is not None:
        return {"authors": _authors(values["authors"])}
    made = derive(*(values[name] for name in ("title", "abstract", "authors_raw", "comments")))  # type: ignore[arg-type]
    return dict(zip(_DERIVED, _derived_of(made), strict=True))


def _authors(text: object) -> tuple[Author, ...]:
    return msgspec.json.decode(str(text), type=tuple[Author, ...])


def _names(text: object) -> tuple[str, ...]:
    return msgspec.json.decode(str(text), type=tuple[str, ...])


def _without_card(
    conn: sqlite3.Connection, renderer: str, since: date | None, days: Iterable[date] | None
) -> list[str]:
    when = "" if since is None and days is None else " AND listings.day >= ?2"
    said = since.isoformat() if since else ""
    if days is not None:
        when, said = (
            "AND listings.day IN (SELECT value FROM json_each(?2))",
            iso(days),
        )
    announced = f"""
        AND p.id IN (
            SELECT paper_id FROM listings JOIN announcements USING (category, day) WHERE true {when}
            UNION SELECT paper_id FROM added
        )
    """  # noqa: S608 (our own words)
    found = conn.execute(
        f"""
        SELECT p.id FROM papers p LEFT JOIN cards c ON c.paper_id = p.id
        WHERE c.renderer IS NOT ?1 {announced if when else ""} ORDER BY p.id
        """,  # noqa: S608
        (renderer, said) if when else (renderer,),
    )
    return [paper_id for (paper_id,) in found]
