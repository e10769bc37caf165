"""What differs between the database and one that was rebuilt from the kept bodies.

Moments are not compared (when a row was first written cannot be known again). Nor is what no kept body tells:
days that were first seen before the oldest of them, days that an import derived, and what a second witness (OAI-PMH)
brought, whose pages are not kept. All are counted, so that nobody takes them for proven.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from aggregator.store.connection import PATIENCE, open_as, translated
from aggregator.store.copies import held

_TEXTS = ("title", "abstract", "authors_raw", "withdrawn")
_MORE = ("categories", "comments", "journal_ref", "doi", "license")
_DERIVED = ("title_html", "title_text", "abstract_html", "abstract_text", "authors")  # where both keep them


@dataclass(frozen=True, slots=True)
class Comparison:
    """`differences` are lines for people, the first of `count`.

    `announcements` and `papers` were compared; `older`, `derived` and `witnessed` announcements could not be.
    """

    announcements: int
    papers: int
    older: int
    derived: int
    witnessed: int
    count: int
    differences: tuple[str, ...]


def compare(present: Path, rebuilt: Path, *, shown: int = 20) -> Comparison:
    """Compare two databases of the present schema. `shown` bounds the lines. Raises StoreError."""
    with translated(present), closing(open_as(present, "mode=ro", PATIENCE)) as conn:
        conn.execute("ATTACH ? AS rebuilt", (f"file:{quote(str(rebuilt.absolute()))}?mode=ro",))
        with held(conn):
            announced, papers, older, derived, witnessed = conn.execute(f"{_SPANS} {_NUMBERS}").fetchone()
            lines = [
                line for sql in (_ONE_SIDED, _MOVED, _papers(conn)) for (line,) in conn.execute(_SPANS + sql)
            ]
    return Comparison(announced, papers, older, derived, witnessed, len(lines), tuple(lines[:shown]))


# `known` are the listings that the kept bodies should tell whole; `filled` those of them that a second witness
# added to, where the bodies may tell less and places differ. A derived day is only left out where we have it: should
# the bodies tell of it, that is a difference.
_SPANS = """
    WITH oldest (moment) AS (
        SELECT coalesce(min(received_at), '9999') FROM main.fetches WHERE body IS NOT NULL
    ),
    older AS (SELECT category, day FROM main.listings, oldest WHERE first_seen < moment),
    filled AS (SELECT category, day FROM main.ledger WHERE filled > 0),
    derived AS (SELECT category, day FROM main.ledger WHERE derived),
    here AS (
        SELECT category, day, paper_id, kind, version FROM main.announcements
        WHERE (category, day) NOT IN older AND (category, day) NOT IN derived
    ),
    there AS (
        SELECT category, day, paper_id, kind, version FROM rebuilt.announcements
        WHERE (category, day) NOT IN older
    ),
    gone AS (SELECT * FROM here EXCEPT SELECT * FROM there),
    extra AS (SELECT * FROM there EXCEPT SELECT * FROM here)
"""
_NUMBERS = """
    SELECT (SELECT count(*) FROM here),
        (SELECT count(*) FROM main.papers JOIN rebuilt.papers USING (id)),
        (SELECT count(*) FROM main.announcements WHERE (category, day) IN older AND (category, day) NOT IN derived),
        (SELECT count(*) FROM main.announcements WHERE (category, day) IN derived),
        (SELECT count(*) FROM gone WHERE (category, day) IN filled)
"""
_ONE_SIDED = """
    SELECT format('%s %s: %sv%d, %s: only in %s', category, day, paper_id, version, kind, place) FROM (
        SELECT *, 'the database' AS place FROM gone WHERE (category, day) NOT IN filled
        UNION ALL SELECT *, 'the replay' FROM extra
    ) ORDER BY category, day, paper_id, kind, version
"""
_MOVED = """
    SELECT format('%s %s: %s is at %d, in the replay at %d', category, day, paper_id, h.position, t.position)
    FROM main.announcements h JOIN rebuilt.announcements t USING (category, day, paper_id, kind, version)
    WHERE h.position <> t.position AND (category, day) NOT IN older AND (category, day) NOT IN filled
    ORDER BY category, day, h.position
"""


def _papers(conn: sqlite3.Connection) -> str:
    """A source that tells of a paper later may add to it, so that all columns are compared only where the kept
    bodies are all that was ever heard of it; its texts always are, at the same version."""
    harvested = conn.execute("SELECT EXISTS (SELECT 1 FROM main.harvests)").fetchone()[0]
    whole = (
        "0"
        if harvested
        else "h.id NOT IN (SELECT paper_id FROM main.versions, oldest WHERE first_seen < moment)"
    )
    names = " || ".join(
        [
            *map(_named, ("version", *_TEXTS)),
            *(f"iif({whole}, {_named(name)}, '')" for name in _MORE),
            *(f"iif(h.normaliser = t.normaliser, {_named(name)}, '')" for name in _DERIVED),
        ]
    )
    return f"""
        SELECT format('%s: not the same in the replay:%s', id, what) FROM (
            SELECT h.id, {names} AS what
            FROM (SELECT * FROM main.papers LEFT JOIN main.texts ON paper_id = id) h
            JOIN (SELECT * FROM rebuilt.papers LEFT JOIN rebuilt.texts ON paper_id = id) t USING (id)
            WHERE t.version >= h.version OR NOT {harvested}
        ) WHERE what <> '' ORDER BY id
    """  # noqa: S608 (made of the constants above)


def _named(column: str) -> str:
    """The column's name where the two sides differ in it."""
    return f"iif(h.{column} IS t.{column}, '', ' {column}')"
