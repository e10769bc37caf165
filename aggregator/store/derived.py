"""What can be made again from the rest: ready cards, and what each published page was made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import attrgetter

from aggregator.models import Card
from aggregator.store.rows import by_ids, chunks, upsert
from aggregator.store.session import Room

_CARD = ("paper_id", "renderer", "html", "entry_xml")
_SAVE_CARD = upsert("cards", _CARD, "paper_id")
_SAVE_PAGE = upsert("manifest", ("path", "fingerprint"), "path")


class Derived(Room):
    """Cards and the manifest."""

    def save_cards(self, cards: Iterable[Card]) -> None:
        """Add cards or put them in the place of older ones, some hundreds a transaction: rendering may be
        slow, and the database is not locked while `cards` makes the next."""
        for chunk in chunks(cards):
            with self._session.writing() as db:
                db.conn.executemany(_SAVE_CARD, map(attrgetter(*_CARD), chunk))

    def manifest(self) -> dict[str, str]:
        """The fingerprint of every published page, by its path."""
        with self._session.reading() as conn:
            return dict(conn.execute("SELECT path, fingerprint FROM manifest ORDER BY path"))

    def stamps(self) -> dict[str, str]:
        """What the manifest says of the build as a whole: names that begin with a dot, which no page does."""
        with self._session.reading() as conn:
            return dict(
                conn.execute("SELECT path, fingerprint FROM manifest WHERE path >= '.' AND path < '/'")
            )

    def fingerprints(self, paths: Iterable[str]) -> dict[str, str]:
        """The manifest's rows of these paths."""
        with self._session.reading() as conn:
            return dict(
                by_ids(conn, "SELECT path, fingerprint FROM manifest WHERE path IN ({ids})", paths).fetchall()
            )

    def paths_below(self, start: str) -> list[str]:
        """The paths in the manifest that begin with `start`."""
        return self._paths("path >= ?1 AND path < ?1 || char(0x10FFFF)", start)

    def paths_outside(self, start: str) -> list[str]:
        """The paths in the manifest that do not begin with `start`."""
        return self._paths("path < ?1 OR path >= ?1 || char(0x10FFFF)", start)

    def _paths(self, where: str, start: str) -> list[str]:
        with self._session.reading() as conn:
            found = conn.execute(f"SELECT path FROM manifest WHERE {where}", (start,))  # noqa: S608
            return [path for (path,) in found if not path.startswith(".")]

    def save_manifest(self, fingerprints: Mapping[str, str], removed: Iterable[str] = ()) -> None:
        """Remember these pages and forget the `removed` ones; others stay as they are."""
        with self._session.writing() as db:
            db.conn.executemany("DELETE FROM manifest WHERE path = ?", [(path,) for path in removed])
            db.conn.executemany(_SAVE_PAGE, fingerprints.items())
