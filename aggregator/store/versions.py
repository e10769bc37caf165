"""Versions of papers: which were seen, and when each was submitted, where a source told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from aggregator.models import SeenVersion
from aggregator.store.changes import touch
from aggregator.store.moments import moment_of, moment_text
from aggregator.store.rows import as_json, by_ids
from aggregator.store.session import Room

VersionDate = tuple[str, int, datetime]  # paper, version, when it was submitted (UTC)


class Versions(Room):
    """Writing versions; pages read them with `records`."""

    def save_versions(self, versions: Iterable[VersionDate], at: datetime) -> None:
        """Store when versions were submitted, learned at the moment `at`; those of unknown papers are passed over."""
        with self._session.writing() as db:
            touch(db.conn, save(db.conn, versions, moment_text(at)), ())


def save(conn: sqlite3.Connection, versions: Iterable[VersionDate], at: str) -> set[str]:
    """As `save_versions`, within the caller's transaction. Returns the papers of which something is new."""
    return _save(conn, versions, at, "date IS NOT excluded.date")


def complete(conn: sqlite3.Connection, versions: Iterable[VersionDate], at: str) -> set[str]:
    """As `save`, without touching a date that is known."""
    return _save(conn, versions, at, "date IS NULL")


def _save(conn: sqlite3.Connection, versions: Iterable[VersionDate], at: str, when: str) -> set[str]:
    told = [(paper_id, number, moment_text(submitted)) for paper_id, number, submitted in versions]
    changed = conn.execute(
        f"""
        INSERT INTO versions (paper_id, version, date, first_seen)
        SELECT value ->> 0, value ->> 1, value ->> 2, ?2 FROM json_each(?1)
        WHERE EXISTS (SELECT 1 FROM papers WHERE id = value ->> 0)
        ON CONFLICT DO UPDATE SET date = excluded.date WHERE {when}
        RETURNING paper_id
        """,  # noqa: S608 (our own condition)
        (as_json(told), at),
    ).fetchall()
    return {paper_id for (paper_id,) in changed}


def of_papers(conn: sqlite3.Connection, ids: Iterable[str]) -> dict[str, tuple[SeenVersion, ...]]:
    """What is known of each paper's versions, by number."""
    found = by_ids(
        conn, "SELECT paper_id, version, date FROM versions WHERE paper_id IN ({ids}) ORDER BY version", ids
    )
    known: dict[str, tuple[SeenVersion, ...]] = {}
    for paper_id, number, submitted in found:
        version = SeenVersion(number, moment_of(submitted) if submitted else None)
        known[paper_id] = (*known.get(paper_id, ()), version)
    return known
