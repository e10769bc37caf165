"""What the search index is made from, and which papers changed since it was: triggers write that down.

The token says which state of this table the index has caught up with (search/writer.py tells how the two agree).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from aggregator.models import Paper, Searchable
from aggregator.query import month_of_id
from aggregator.store import papers
from aggregator.store.rows import by_ids
from aggregator.store.session import Room

_BATCH = 1000  # papers read at a time
_NEAR = timedelta(days=45)  # an announcement this long after an identifier's month began is its first one
_DAYS = """
    (SELECT date FROM versions v WHERE v.paper_id = p.id AND v.version = 1),
    (SELECT min(day) FROM announcements a WHERE a.paper_id = p.id)
"""
Row = tuple[int, str, str | None, str | None]  # number, paper, when it was submitted, when announced first


class Searching(Room):
    """Reading papers for the index, and remembering how far it has come."""

    def searchables(self) -> Iterator[Searchable]:
        """All papers, some hundreds in memory at a time; what changes meanwhile stands among the changes."""
        last = -1
        while True:
            with self._session.reading() as conn:
                rows: list[Row] = conn.execute(
                    f"SELECT p.rowid, p.id, {_DAYS} FROM papers p WHERE p.rowid > ? ORDER BY p.rowid LIMIT ?",  # noqa: S608
                    (last, _BATCH),
                ).fetchall()
                found = _searchables(conn, rows)
            if not rows:
                return
            last = rows[-1][0]
            yield from found

    def changed_searchables(self, limit: int) -> tuple[Sequence[Searchable], int]:
        """The first `limit` papers that changed, and the number of the last of these changes."""
        with self._session.reading() as conn:
            rows: list[Row] = conn.execute(
                f"""
                SELECT number, p.id, {_DAYS} FROM search_changes c JOIN papers p ON p.id = c.paper_id
                ORDER BY number LIMIT ?
                """,  # noqa: S608
                (limit,),
            ).fetchall()
            return _searchables(conn, rows), rows[-1][0] if rows else 0

    def search_changes(self) -> tuple[int, int]:
        """How many papers changed, and the number of the last change."""
        with self._session.reading() as conn:
            count, last = conn.execute("SELECT count(*), max(number) FROM search_changes").fetchone()
        return count, last or 0

    def count_papers(self) -> int:
        with self._session.reading() as conn:
            return int(conn.execute("SELECT papers FROM totals").fetchone()[0])

    def search_token(self) -> str:
        """The token of the index that has caught up; empty when none ever did."""
        with self._session.reading() as conn:
            row = conn.execute("SELECT token FROM search_state").fetchone()
        return row[0] if row else ""

    def save_search_token(self, token: str, upto: int) -> None:
        """The index of `token` holds all changes up to that number."""
        with self._session.writing() as db:
            db.conn.execute("DELETE FROM search_changes WHERE number <= ?", (upto,))
            db.conn.execute(
                """
                INSERT INTO search_state (id, token) VALUES (1, ?)
                ON CONFLICT (id) DO UPDATE SET token = excluded.token
                """,
                (token,),
            )

    def newest_versions(self, paper_ids: Iterable[str]) -> dict[str, int]:
        """The newest known version of the stored ones."""
        with self._session.reading() as conn:
            return dict(
                by_ids(conn, "SELECT id, version FROM papers WHERE id IN ({ids})", paper_ids).fetchall()
            )

    def plain_titles(self, paper_ids: Sequence[str]) -> dict[str, str]:
        """The plain titles of the stored ones."""
        with self._session.reading() as conn:
            return {paper_id: paper.title_text for paper_id, paper in papers.read(conn, paper_ids).items()}


def _searchables(conn: sqlite3.Connection, rows: Sequence[Row]) -> list[Searchable]:
    stored = papers.read(conn, [row[1] for row in rows])
    return [_searchable(stored[paper_id], *days) for _, paper_id, *days in rows]


def _searchable(paper: Paper, submitted: str | None, announced: str | None) -> Searchable:
    return Searchable(
        id=paper.id,
        title=paper.title_text,
        abstract=paper.abstract_text,
        authors=tuple(author.name for author in paper.authors),
        categories=paper.categories,
        day=first_day(paper.id, submitted, announced),
        comments=paper.comments or "",
        journal=paper.journal_ref or "",
        doi=paper.doi or "",
    )


def first_day(paper_id: str, submitted: str | None, announced: str | None) -> date:
    """When a paper first came, as far as that is known: submitted, else announced, else its identifier's month.

    What was announced long after that month was a replacement.
    """
    month = month_of_id(paper_id)
    if submitted:
        return date.fromisoformat(submitted[:10])
    if announced and month <= (day := date.fromisoformat(announced)) < month + _NEAR:
        return day
    return month
