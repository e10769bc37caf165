"""The history: papers by the thousand, straight into their tables, and listing days that were derived for them.

The rows are those that the daily path writes, byte for byte (`tests/test_import.py`); what is left out are the
derived texts. Whoever calls has found out which papers are stored.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from operator import itemgetter

from aggregator.models import Kind, Paper, PastAnnouncement, PastPaper, StoredPaper
from aggregator.normalise import fingerprint, said_by
from aggregator.store import changes, versions
from aggregator.store import ledger as books
from aggregator.store import papers as newest
from aggregator.store.displaced import DERIVED
from aggregator.store.harvests import with_stored
from aggregator.store.moments import moment_text
from aggregator.store.rows import as_json, by_ids, count
from aggregator.store.session import Room

_ADD_PAPER = f"""
    INSERT INTO papers ({", ".join(newest.COLUMNS)}) VALUES ({", ".join("?" * len(newest.COLUMNS))})
"""  # noqa: S608 (names of our own columns)
_ANNOUNCE = """
    INSERT INTO announcements (paper_id, category, day, kind, version, position) VALUES (?, ?, ?, ?, 1, ?)
"""
_place_and_kind = itemgetter(1, 2, 3)  # of a PastAnnouncement
_CACHE = 64_000  # kB; the inner pages of every index stay in memory


class History(Room):
    """Writing pages of a snapshot, and asking what they meet."""

    def known_papers(self, ids: Iterable[str]) -> dict[str, StoredPaper]:
        """The stored ones of `ids`."""
        with self._session.reading() as conn:
            found = by_ids(
                conn, "SELECT id, version, fingerprint, changed_at FROM papers WHERE id IN ({ids})", ids
            )
            return {row[0]: StoredPaper(*row) for row in found}

    def listed_in(self, ids: Iterable[str]) -> set[tuple[str, str]]:
        """Paper and category of every first announcement (new or cross) of these papers."""
        with self._session.reading() as conn:
            found = by_ids(
                conn,
                """
                SELECT paper_id, category FROM announcements
                WHERE paper_id IN ({ids}) AND kind IN ('new', 'cross')
                """,
                ids,
            )
            return {(paper_id, category) for paper_id, category in found}

    def first_witnessed(self) -> dict[str, date]:
        """The first day of each category that was awaited or witnessed, and not derived."""
        with self._session.reading() as conn:
            found = conn.execute("SELECT category, min(day) FROM ledger WHERE NOT derived GROUP BY category")
            return {category: date.fromisoformat(day) for category, day in found}

    def save_history(
        self,
        fresh: Sequence[PastPaper],
        newer: Sequence[Paper],
        older: Sequence[Paper],
        announcements: Sequence[PastAnnouncement],
        dates: Sequence[versions.VersionDate],
        *,
        key: str,
        state_json: Callable[[int], str],
        at: datetime,
    ) -> int:
        """Store a page whole, with the place to go on from. Returns how many stored papers changed.

        `fresh` papers are not stored. Of those that are, `newer` ones are taken as a harvested record is, `older`
        ones only fill what the stored row lacks; `dates` are of their versions. `announcements` were derived.
        `state_json` gives the state, once the number of changed papers is known.
        """
        when = moment_text(at)
        with self._session.writing() as db:
            conn = db.conn
            conn.execute(f"PRAGMA cache_size = {-_CACHE}")
            _add_papers(conn, fresh, when)
            told = with_stored(conn, newer) + _completed(conn, older)
            changed = newest.save(conn, told, when) if told else set()
            dated = versions.complete(conn, dates, when)
            _announce(conn, announcements, when)
            changes.touch(conn, changed | dated, ())
            row = {"key": key, "state": state_json(len(changed)), "saved_at": when}
            db.table("harvests").upsert(row, pk="key")
        return len(changed)


def _completed(conn: sqlite3.Connection, older: Sequence[Paper]) -> list[Paper]:
    """The stored papers, with what they lack and these tell."""
    stored = newest.read(conn, [paper.id for paper in older])
    return [_filled(stored[paper.id], paper) for paper in older]


def _filled(stored: Paper, told: Paper) -> Paper:
    if stored.version != told.version:
        return stored
    filled = replace(
        stored,
        journal_ref=stored.journal_ref or told.journal_ref,
        doi=stored.doi or told.doi,
        license=stored.license or told.license,
    )
    if stored.comments is not None:
        return filled
    return replace(filled, comments=told.comments, comments_html=told.comments_html)


def _add_papers(conn: sqlite3.Connection, fresh: Sequence[PastPaper], at: str) -> None:
    conn.executemany(_ADD_PAPER, map(_paper_row, fresh))
    conn.executemany(newest.ADD_CATEGORY, [row for past in fresh for row in _category_rows(past)])
    conn.executemany(
        "INSERT INTO versions (paper_id, version, date, first_seen) VALUES (?, ?, ?, ?)",
        [row for past in fresh for row in _version_rows(past, at)],
    )
    count(conn, papers=len(fresh))


_as_json = lru_cache(maxsize=4096)(as_json)  # the same few thousand combinations come again and again


def _paper_row(past: PastPaper) -> tuple[object, ...]:
    said = said_by(past)
    day = f"{past.record.datestamp.isoformat()}T00:00:00.000000Z"
    return (*said[:5], _as_json(past.categories), *said[6:], fingerprint(said), day)


def _category_rows(past: PastPaper) -> list[tuple[str, str, int, int]]:
    paper_id, authors = past.record.arxiv_id, past.authors
    return [(category, paper_id, position, authors) for position, category in enumerate(past.categories, 1)]


def _version_rows(past: PastPaper, at: str) -> list[tuple[str, int, str | None, str]]:
    paper_id = past.record.arxiv_id
    rows: list[tuple[str, int, str | None, str]] = [
        (paper_id, version.number, moment_text(version.submitted), at) for version in past.record.versions
    ]
    return rows or [(paper_id, past.version, None, at)]


def _announce(conn: sqlite3.Connection, announcements: Sequence[PastAnnouncement], at: str) -> None:
    kinds = Counter(map(_place_and_kind, announcements))
    places = sorted({(category, day) for category, day, _ in kinds})
    conn.executemany(
        """
        INSERT INTO listings (category, day, evidence, first_seen, revision) VALUES (?, ?, ?, ?, 0)
        ON CONFLICT DO UPDATE SET revision = revision + 1
        """,
        [(category, day, DERIVED, at) for category, day in places],
    )
    conn.executemany(_ANNOUNCE, announcements)
    books.add_derived(
        conn, [(*place, kinds[(*place, Kind.NEW)], kinds[(*place, Kind.CROSS)]) for place in places]
    )
    count(conn, announcements=len(announcements))
