"""Small helpers between Python values and SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import TypeVar

import msgspec

from aggregator.taxonomy import canonical

T = TypeVar("T")
BATCH = 500  # papers read or cards written at a time: a few megabytes


def as_json(value: object) -> str:
    """JSON text. Raises UnicodeEncodeError for a lone surrogate, which no text from a feed can hold."""
    return msgspec.json.encode(value).decode()


def iso(days: Iterable[date]) -> str:
    """Days as JSON."""
    return as_json([day.isoformat() for day in days])


def canonical_names(categories: Iterable[str]) -> list[str]:
    """Each category once, by its canonical name."""
    return list(dict.fromkeys(map(canonical, categories)))


def by_ids(conn: sqlite3.Connection, sql: str, ids: Iterable[str], *more: object) -> sqlite3.Cursor:
    """Run `sql`, in which `IN ({ids})` stands for the ids; any number of them is one parameter."""
    statement = sql.replace("{ids}", "SELECT value FROM json_each(?1)")
    return conn.execute(statement, (as_json(list(ids)), *more))


def chunks(values: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk


def count(conn: sqlite3.Connection, papers: int = 0, announcements: int = 0) -> None:
    """Add to the totals, which must always say how many rows there are."""
    if papers or announcements:
        conn.execute(
            "UPDATE totals SET papers = papers + ?, announcements = announcements + ?",
            (papers, announcements),
        )


def renew(conn: sqlite3.Connection, listings: Iterable[tuple[str, str]]) -> None:
    """Raise the revision of each listing (category, day) by one: its page must be looked at again."""
    conn.executemany(
        "UPDATE listings SET revision = revision + 1 WHERE category = ? AND day = ?", list(listings)
    )


def upsert(table: str, columns: Iterable[str], key: str) -> str:
    """An INSERT that updates the row with the same `key`."""
    names = list(columns)
    updates = ", ".join(f"{name} = excluded.{name}" for name in names if name != key)
    values = ", ".join("?" * len(names))
    insert = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({values})"  # noqa: S608 (our own names)
    return f"{insert} ON CONFLICT ({key}) DO UPDATE SET {updates}"
