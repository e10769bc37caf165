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
    """A table and its full-text index, as `datasette` and `sqlite-utils enable-fts --tokenize porter` make them."""
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
        "CREATE VIRTUAL TABLE papers_fts USING fts5 (title, abstract, authors, tokenize='porter', content='papers')"
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


def ask_reader(asking: str, database: str, out: str) -> None:
    from reader import make_reader

    reader = make_reader(database, search_enabled=True)
    with open(asking, encoding="utf-8") as file:
        asked = json.load(file)
    times = []
    for kind, query in asked:
        began = time.perf_counter()
        found = list(reader.search_entries(query.replace("authors:", ""), limit=25))
        [reader.get_entry(one) for one in found]
        times.append((kind, time.perf_counter() - began))
    with open(out, "w", encoding="utf-8") as file:
        json.dump(times, file)


if __name__ == "__main__":
    tasks: dict[str, Callable[..., None]] = {"fts5": fts5, "reader": fill_reader, "ask-reader": ask_reader}
    tasks[sys.argv[1]](*sys.argv[2:])
