"""The desks of readers, in a file of their own beside the papers: the web server writes it, the daemon never does.

desks    the hash of a key, when it was made and used last, the number of its newest change
items    desk, key → stamp, value, and the number of the change that brought it
counts   paper → how many desks star it, how often its PDF was opened; nobody's name
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import RLock

from aggregator.desk import DeskKey, Item, later
from aggregator.errors import DeskFull, NoSuchDesk, StoreError
from aggregator.store.connection import connect, translated
from aggregator.store.session import identity

ITEMS = 200_000  # that a desk may hold; of papers seen, the oldest go first
PAGE = 2_000  # items of one answer
_SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE desks (
    id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, made INTEGER NOT NULL, used INTEGER NOT NULL,
    seq INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE items (
    desk INTEGER NOT NULL REFERENCES desks(id) ON DELETE CASCADE,
    key TEXT NOT NULL, stamp TEXT NOT NULL, value BLOB, seq INTEGER NOT NULL,
    PRIMARY KEY (desk, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX items_by_seq ON items (desk, seq);
CREATE TABLE counts (
    paper TEXT PRIMARY KEY, stars INTEGER NOT NULL DEFAULT 0, opened INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a browser does not have yet. Ask again with `seq` while there is `more`.

    `reset`: the browser knew of changes that this server does not (it was restored from a backup), so it must
    send all that it has.
    """

    seq: int
    items: Sequence[Item]
    more: bool = False
    reset: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """What readers did with a paper, without saying who."""

    stars: int = 0
    opened: int = 0


class Desks:
    """All desks; each holds `items` at most. Threads may share it. Moments are ms since 1970. Raises StoreError."""

    def __init__(self, path: Path, *, items: int = ITEMS) -> None:
        self._path = path
        self._items = items
        self._lock = RLock()
        self._open_file()

    def _open_file(self) -> None:
        with translated(self._path):
            self._conn = connect(self._path)
            self._prepare()
            self._file = identity(self._path)

    def _prepare(self) -> None:
        found = self._conn.execute("PRAGMA user_version").fetchone()[0]
        if found > _SCHEMA_VERSION:
            self._conn.close()
            raise StoreError(f"{self._path}: made by a newer version of this program")
        if not found:
            self._conn.executescript(
                f"BEGIN IMMEDIATE;{_SCHEMA}PRAGMA user_version = {_SCHEMA_VERSION};COMMIT;"
            )

    def close(self) -> None:
        with self._lock:
            self._conn.close()

    def create(self, key: DeskKey, now: int, limit: int) -> None:
        """A new desk, empty. Raises DeskFull where there are `limit` already."""
        with self._writing() as conn:
            if conn.execute("SELECT count(*) FROM desks").fetchone()[0] >= limit:
                raise DeskFull(f"this server keeps {limit} desks at most, and all are taken")
            conn.execute("INSERT INTO desks (hash, made, used) VALUES (?, ?, ?)", (key.hash, now, now))

    def sync(self, key: DeskKey, since: int, items: Iterable[Item], now: int) -> Changes:
        """Take `items` in, and give what came after `since`, what was sent with it left out where it stands.

        Raises NoSuchDesk, DeskFull; then nothing was taken.
        """
        with self._writing() as conn:
            desk, seq = self._open(conn, key)
            sent = {item.key: item for item in items}
            reset = since > seq
            seq = self._take(conn, desk, seq, sent.values())
            conn.execute("UPDATE desks SET used = ?, seq = ? WHERE id = ?", (now, seq, desk))
            return replace(self._since(conn, desk, 0 if reset else since, sent), reset=reset)

    def _take(self, conn: sqlite3.Connection, desk: int, seq: int, items: Iterable[Item]) -> int:
        for item in items:
            mine = self._item(conn, desk, item.key)
            if mine is not None and later(mine, item) == mine:
                continue
            seq += 1
            conn.execute(
                "INSERT INTO items VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE "
                "SET stamp = excluded.stamp, value = excluded.value, seq = excluded.seq",
                (desk, *item, seq),
            )
            _count_star(conn, item, was=mine is not None and mine.value is not None)
        self._make_room(conn, desk)
        return seq

    def _item(self, conn: sqlite3.Connection, desk: int, key: str) -> Item | None:
        row = conn.execute(
            "SELECT key, stamp, value FROM items WHERE desk = ? AND key = ?", (desk, key)
        ).fetchone()
        return Item(*row) if row else None

    def _make_room(self, conn: sqlite3.Connection, desk: int) -> None:
        over = conn.execute("SELECT count(*) FROM items WHERE desk = ?", (desk,)).fetchone()[0] - self._items
        if over <= 0:
            return
        gone = conn.execute(
            "DELETE FROM items WHERE desk = ?1 AND key IN (SELECT key FROM items WHERE desk = ?1 "
            "AND key >= 'seen/' AND key < 'seen0' ORDER BY stamp LIMIT ?2)",
            (desk, over),
        ).rowcount
        if gone < over:
            raise DeskFull(f"a desk holds {self._items:,} things at most")

    def _since(self, conn: sqlite3.Connection, desk: int, since: int, sent: Mapping[str, Item]) -> Changes:
        rows = conn.execute(
            "SELECT seq, key, stamp, value FROM items WHERE desk = ? AND seq > ? ORDER BY seq LIMIT ?",
            (desk, since, PAGE),
        ).fetchall()
        items = [item for item in (Item(*row[1:]) for row in rows) if sent.get(item.key) != item]
        return Changes(rows[-1][0] if rows else since, items, more=len(rows) == PAGE)

    def delete(self, key: DeskKey) -> None:
        """Remove the desk and all that is on it, for good. Raises NoSuchDesk."""
        with self._writing() as conn:
            desk, _ = self._open(conn, key)
            conn.execute(
                "UPDATE counts SET stars = stars - 1 WHERE paper IN (SELECT substr(key, 6, length(key) - 10) "
                "FROM items WHERE desk = ? AND key LIKE 'mark/%/star' AND value IS NOT NULL)",
                (desk,),
            )
            conn.execute("DELETE FROM desks WHERE id = ?", (desk,))

    def opened(self, paper_id: str) -> None:
        """Somebody opened the paper's PDF."""
        with self._writing() as conn:
            _add(conn, paper_id, "opened", 1)

    def counts(self, paper_ids: Sequence[str]) -> dict[str, Counts]:
        """What is known of these papers; those of which nothing is known are left out."""
        with self._lock, translated(self._path):
            rows = self._conn.execute(
                "SELECT paper, stars, opened FROM counts WHERE paper IN (SELECT value FROM json_each(?))",
                (json.dumps(list(paper_ids)),),
            ).fetchall()
        return {paper: Counts(stars, opened) for paper, stars, opened in rows}

    def _open(self, conn: sqlite3.Connection, key: DeskKey) -> tuple[int, int]:
        row = conn.execute("SELECT id, seq FROM desks WHERE hash = ?", (key.hash,)).fetchone()
        if row is None:
            raise NoSuchDesk("no desk opens with this key")
        return int(row[0]), int(row[1])

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, translated(self._path):
            if identity(self._path) != self._file:  # `aggregator restore` put another file in its place
                self._conn.close()
                self._open_file()
            self._conn.execute("BEGIN IMMEDIATE")
            try:
                yield self._conn
                self._conn.execute("COMMIT")
            except BaseException:
                self._conn.execute("ROLLBACK")
                raise


def _count_star(conn: sqlite3.Connection, item: Item, *, was: bool) -> None:
    change = (item.value is not None) - was
    if change and item.key.startswith("mark/") and item.key.endswith("/star"):
        _add(conn, item.key.removeprefix("mark/").removesuffix("/star"), "stars", change)


def _add(conn: sqlite3.Connection, paper_id: str, column: str, change: int) -> None:
    conn.execute(
        f"INSERT INTO counts (paper, {column}) VALUES (?1, ?2) "  # noqa: S608
        f"ON CONFLICT DO UPDATE SET {column} = {column} + ?2",
        (paper_id, change),
    )
