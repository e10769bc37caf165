"""Harvests: a page of records from a second witness and the place to go on from, in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from aggregator.models import Announcement, LedgerRow, Paper
from aggregator.normalise import is_withdrawn
from aggregator.store import announcements as announced
from aggregator.store import changes, papers
from aggregator.store import ledger as books
from aggregator.store import versions as dated
from aggregator.store.moments import moment_text
from aggregator.store.session import Room
from aggregator.store.versions import VersionDate


class Harvests(Room):
    """Writing pages, and reading where each harvest stands. A key names a harvest, its state is JSON text."""

    def load_harvest(self, key: str) -> str | None:
        """The state saved with the last page, None for a harvest that never began."""
        with self._session.reading() as conn:
            row = conn.execute("SELECT state FROM harvests WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def save_harvest(self, key: str, state_json: str, at: datetime) -> None:
        """Keep a state that no page comes with."""
        with self._session.writing() as db:
            row = {"key": key, "state": state_json, "saved_at": moment_text(at)}
            db.table("harvests").upsert(row, pk="key")

    def save_harvest_page(
        self,
        papers_: Iterable[Paper],
        announcements: Sequence[Announcement],
        versions: Iterable[VersionDate],
        ledger: Iterable[LedgerRow],
        *,
        key: str,
        state_json: str,
        at: datetime,
        evidence: str = "from OAI-PMH",
    ) -> int:
        """Store a page whole, with the state to go on from. Returns how many announcements were not known.

        A stored paper keeps its texts at the same version, so that two sources never overwrite each other in
        turn; what it lacks, and what changes without a new version (categories, comments, references), is
        taken. Dates of versions of papers that are not stored are passed over.
        """
        when = moment_text(at)
        with self._session.writing() as db:
            changed = papers.save(db.conn, with_stored(db.conn, papers_), when)
            sifted = announced.save(db.conn, announcements, evidence, when)
            changed |= dated.save(db.conn, versions, when)
            changes.touch(db.conn, changed, sifted.listings)
            books.save(db.conn, ledger)
            row = {"key": key, "state": state_json, "saved_at": when}
            db.table("harvests").upsert(row, pk="key")
        return len(sifted.fresh)


def merged(incoming: Paper, stored: Paper | None) -> Paper:
    """What to keep of a record whose paper is stored at the same version."""
    if stored is None or stored.version != incoming.version:
        return incoming
    told = replace(
        stored,
        categories=incoming.categories,
        journal_ref=incoming.journal_ref or stored.journal_ref,
        doi=incoming.doi or stored.doi,
        license=incoming.license or stored.license,
        withdrawn=incoming.withdrawn or is_withdrawn(incoming.comments or stored.comments, stored.abstract),
    )
    if incoming.comments is None:
        return told
    return replace(told, comments=incoming.comments, comments_html=incoming.comments_html)


def with_stored(conn: sqlite3.Connection, incoming: Iterable[Paper]) -> list[Paper]:
    """Each of `incoming` as it is to be kept."""
    found = list(incoming)
    stored = papers.read(conn, {paper.id for paper in found})
    return [merged(paper, stored.get(paper.id)) for paper in found]
