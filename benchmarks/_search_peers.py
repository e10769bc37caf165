"""What benchmarks/search.py runs in its peers' own environments: filling them, and asking reader."""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any


def rows(path: str) -> Iterator[dict[str, Any]]:
    with open(path, encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def fts5(path: str, database: str) -> None:
    """A table and its full-text index as `sqlite-utils enable-fts --tokenize porter` makes them: datasette looks for
    `content=[papers]`, and searches nothing without it."""
    conn = sqlite3.connect(database)
    conn.execute(
        "CREATE TABLE papers (id TEXT PRIMARY KEY, title TEXT, abstract TEXT, authors TEXT, categories TEXT)"
    )
    fields = ("id", "title", "abstract", "authors", "categories")
    conn.executemany(
        "INSERT OR IGNORE INTO papers VALUES (?, ?, ?, ?, ?)",
        ([one[name] for name in fields] for one in rows(path)),
    )
    conn.execute(
        "CREATE VIRTUAL TABLE papers_fts USING fts5 (title, abstract, authors, tokenize='porter', content=[papers])"
    )
    conn.execute("INSERT INTO papers_fts (papers_fts) VALUES ('rebuild')")
    conn.commit()


def fill_reader(path: str, database: str) -> None:
    from reader import make_reader  # type: ignore[import-not-found]

    reader = make_reader(database, search_enabled=True)
    reader.add_feed("https://example.org/feed", allow_invalid_url=True)
    for one in rows(path):
        reader.add_entry(
            {
                "feed_url": "https://example.org/feed",
                "id": one["id"],
                "title": one["title"],
                "summary": f"{one['abstract']} {one['authors']}",  # it searches no authors
            }
        )
    reader.update_search()


def serve_reader(database: str) -> None:
    """A question a line of JSON → its answer's seconds (wall and CPU) and number of hits, as JSON."""
    from reader import make_reader

    reader = make_reader(database, search_enabled=True)
    for line in sys.stdin:
        query = json.loads(line)
        began, spent = time.perf_counter(), time.process_time()
        found = list(reader.search_entries(query, limit=25))
        _ = [reader.get_entry(one) for one in found]
        told = [time.perf_counter() - began, time.process_time() - spent]
        print(json.dumps([*told, reader.search_entry_counts(query).total]), flush=True)


if __name__ == "__main__":
    tasks: dict[str, Callable[..., None]] = {
        "fts5": fts5,
        "reader": fill_reader,
        "serve-reader": serve_reader,
    }
    tasks[sys.argv[1]](*sys.argv[2:])
