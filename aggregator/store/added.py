"""Papers that a person asked for: they have a page although no list of the site shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from aggregator.models import Paper
from aggregator.store import changes, papers, versions
from aggregator.store.harvests import with_stored
from aggregator.store.moments import moment_text
from aggregator.store.session import Room


class Added(Room):
    """Writing them; pages read them with all others."""

    def add_papers(
        self, papers_: Sequence[Paper], versions_: Iterable[versions.VersionDate], at: datetime
    ) -> int:
        """Store papers and keep a page for each. Returns how many were not added before.

        A stored paper keeps its texts at the same version, as with a harvest.
        """
        when = moment_text(at)
        with self._session.writing() as db:
            before = db.execute("SELECT count(*) FROM added").fetchone()[0]
            changed = papers.save(db.conn, with_stored(db.conn, papers_), when)
            versions.save(db.conn, versions_, when)
            db.conn.executemany(
                "INSERT INTO added (paper_id, added_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
                [(paper.id, when) for paper in papers_],
            )
            changes.touch(db.conn, changed, ())
            return int(db.execute("SELECT count(*) FROM added").fetchone()[0]) - int(before)
