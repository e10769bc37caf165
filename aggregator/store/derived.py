"""What can be made again from the rest: ready cards, and what each published page was made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import attrgetter

from aggregator.models import Card
from aggregator.store.rows import chunks, upsert
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

    def save_manifest(self, fingerprints: Mapping[str, str], removed: Iterable[str] = ()) -> None:
        """Remember these pages and forget the `removed` ones; others stay as they are."""
        with self._session.writing() as db:
            db.conn.executemany("DELETE FROM manifest WHERE path = ?", [(path,) for path in removed])
            db.conn.executemany(_SAVE_PAGE, fingerprints.items())
