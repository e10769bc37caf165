"""Invented polls for the store's tests, and a dump of everything a database holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from aggregator.models import Announcement, Answer, Author, Card, CategoryReport, Kind, Outcome, Paper, Poll
from aggregator.store.database import Store

MONDAY = date(2026, 5, 4)
TUESDAY = date(2026, 5, 5)
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
CARD = "sample-1"


def paper(number: int, version: int = 1, **more: Any) -> Paper:
    """An invented paper; equal arguments give equal papers."""
    title = f"Sample {number} in version {version}"
    values: dict[str, Any] = {
        "title": title,
        "abstract": f"About {number}.",
        "categories": ("cs.AI", "cs.LG"),
        "authors": (Author("Ada Sample", "Example Institute"), Author("Bö Sample")),
        "authors_raw": 'Ada Sample (Example Institute), B\\"o Sample',
        "title_html": f"<i>{title}</i>",
        "title_text": title,
        "abstract_html": f"<p>About {number}.</p>",
        "abstract_text": f"About {number}.",
    }
    return Paper(f"2605.{number:05d}", version, **(values | more))


def announcement(
    number: int,
    kind: Kind = Kind.NEW,
    *,
    version: int = 1,
    category: str = "cs.AI",
    day: date = MONDAY,
    position: int = 1,
) -> Announcement:
    return Announcement(f"2605.{number:05d}", version, category, day, kind, position)


def poll(
    *announcements: Announcement,
    papers: Iterable[Paper] | None = None,
    category: str = "cs.AI",
    outcome: Outcome = Outcome.STORED,
    at: datetime = NOON,
    answer: Answer | None = None,
    **report: Any,
) -> Poll:
    """A poll with the papers that its announcements need."""
    if papers is None:
        papers = [paper(int(a.paper_id[5:]), a.version) for a in announcements]
    what = CategoryReport(category, outcome, evidence="because the test says so", **report)
    return Poll(what, at, answer, tuple(papers), announcements)


def answer(
    body: bytes = b"<rss/>", *, url: str = "https://rss.arxiv.org/rss/cs.AI", **headers: str
) -> Answer:
    return Answer(url, 200, {k.replace("_", "-"): v for k, v in headers.items()}, body, NOON)


def listed(*kinds: Kind, category: str = "cs.AI", day: date = MONDAY, first: int = 1) -> list[Announcement]:
    """One announcement a kind, numbered and placed in this order."""
    return [
        announcement(number, kind, category=category, day=day, position=position)
        for position, (number, kind) in enumerate(enumerate(kinds, first), 1)
    ]


def make_cards(store: Store, renderer: str = CARD) -> list[str]:
    """Make the cards that are missing; returns whose."""
    made: list[str] = []

    def card(p: Paper) -> Card:
        made.append(p.id)
        return Card(p.id, f"<h3>{p.title_html}</h3>", f"<entry>{p.id}</entry>", renderer)

    missing = store.papers_of(store.papers_without_card(renderer))
    store.save_cards(map(card, missing.values()))
    return made


def a_fortnight() -> list[Poll]:
    """Twelve polls with everything in them: new, cross-lists, replacements, repeats, a refusal, a 304."""
    polls: list[Poll] = []
    for index in range(12):
        category, day = ("cs.AI", "cs.LG", "math.MP")[index % 3], MONDAY + timedelta(days=index // 3)
        own = [
            announcement(n, Kind.NEW, category=category, day=day, position=n)
            for n in range(20 * index + 1, 20 * index + 21)
        ]
        old = [
            announcement(n, Kind.REPLACE, version=2, category=category, day=day, position=100 + n)
            for n in range(max(1, 20 * index - 70), 20 * index - 55)
        ]
        crossed = [
            announcement(n, Kind.CROSS, category=category, day=day, position=200 + n)
            for n in range(max(1, 20 * index - 10), 20 * index)
        ]
        at = NOON + timedelta(hours=8 * index)
        body = answer(
            b"body %d " % (index // 2) * 2000, url=f"https://rss.arxiv.org/rss/{category}", etag=f"{index}"
        )
        polls.append(poll(*own, *old, *crossed, category=category, at=at, answer=body, day=day))
        later = at + timedelta(hours=1)
        polls.append(poll(category=category, outcome=Outcome.REFUSED, at=later, reason="NotXml: cut"))
    return polls


def dump(path: Path, *, without: Iterable[str] = ()) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but sqlite-utils' own; columns named in `without` are left out."""
    with closing(sqlite3.connect(path)) as conn:
        tables = [
            name
            for (name,) in conn.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%sqlite_%' ORDER BY name"
            )
        ]
        return {table: _rows(conn, table, set(without)) for table in tables}


def _rows(conn: sqlite3.Connection, table: str, without: set[str]) -> list[tuple[object, ...]]:
    columns = [name for _, name, *_ in conn.execute(f"PRAGMA table_info({table})") if name not in without]
    return sorted(conn.execute(f"SELECT {', '.join(columns)} FROM {table}"), key=repr)


def is_sound(path: Path) -> bool:
    """Whether SQLite finds no damage and no dangling reference."""
    with closing(sqlite3.connect(path)) as conn:
        verdict = conn.execute("PRAGMA integrity_check").fetchone()[0]
        return verdict == "ok" and not conn.execute("PRAGMA foreign_key_check").fetchall()
