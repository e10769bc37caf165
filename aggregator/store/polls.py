"""Polls: everything one answer brought, in one transaction, and what is remembered for the next request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from aggregator.errors import StoreError
from aggregator.models import Answer, Outcome, Poll, PollState, Validators
from aggregator.store import announcements, changes, ledger, papers, status
from aggregator.store.bodies import Bodies
from aggregator.store.moments import moment_of, moment_text, text_or_none
from aggregator.store.session import Room, Session
from aggregator.taxonomy import canonical

if TYPE_CHECKING:
    from sqlite_utils import Database

# A poll that can be replayed: it has its body, or it is a 304 about one that is kept.
_TELLS = """(body IS NOT NULL OR (status = 304 AND EXISTS (
    SELECT 1 FROM fetches AS told WHERE told.category = asked.category AND told.body IS NOT NULL
)))"""
_KEPT = f"""
    SELECT category, url, status, headers, body, received_at FROM fetches AS asked
    WHERE {_TELLS} ORDER BY checked_at, category
"""  # noqa: S608 (made of the text above)
_TAKEN = {Outcome.STORED, Outcome.UNCHANGED, Outcome.STALE, Outcome.EMPTY, Outcome.TRUNCATED}


class Polls(Room):
    """Writing polls, and reading what they left."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._bodies = Bodies(session.path.parent / "raw")

    def save_poll(self, poll: Poll) -> int:
        """Store a poll whole. Returns how many announcements were not known; doing it twice adds none."""
        at = moment_text(poll.checked_at)
        with self._session.writing() as db:
            body = self._keep_body(poll.answer)
            changed = papers.save(db.conn, poll.papers, at)
            sifted = announcements.save(db.conn, poll.announcements, poll.report.evidence, at)
            changes.touch(db.conn, changed, sifted.listings)
            ledger.save(db.conn, poll.ledger)
            _save_fetch(db, poll, body)
            _save_validators(db, poll)
            _save_state(db, poll)
        return len(sifted.fresh)

    def validators(self, url: str) -> Validators:
        """Of the last answer from `url` that was taken whole; a refused one leaves none."""
        with self._session.reading() as conn:
            row = conn.execute("SELECT etag, last_modified FROM validators WHERE url = ?", (url,)).fetchone()
        return Validators(*row) if row else Validators()

    def poll_state(self, category: str) -> PollState | None:
        with self._session.reading() as conn:
            return status.poll_state(conn, canonical(category))

    def poll_states(self) -> tuple[PollState, ...]:
        """Of every category that was ever polled, by category."""
        with self._session.reading() as conn:
            return status.poll_states(conn)

    def bodies(self, lost: Callable[[StoreError], object] | None = None) -> Iterator[tuple[str, Answer]]:
        """Every kept answer with its category, oldest first, to replay: bodies, and the 304s that spoke of one.

        `lost` is told of each whose file is gone or damaged; without it the first such raises StoreError.
        """
        with self._session.reading() as conn:
            found = conn.execute(_KEPT).fetchall()
        for category, url, code, headers, name, received_at in found:
            names = msgspec.json.decode(headers, type=dict[str, str])
            if name is None:
                yield category, Answer(url, code, names, b"", moment_of(received_at), not_modified=True)
                continue
            try:
                body = self._bodies.read(name)
            except StoreError as error:
                if lost is None:
                    raise
                lost(error)
            else:
                yield category, Answer(url, code, names, body, moment_of(received_at))

    def count_bodies(self) -> int:
        """How many answers `bodies` gives, lost ones included."""
        with self._session.reading() as conn:
            return int(
                conn.execute(
                    "SELECT count(*) FROM fetches WHERE body IS NOT NULL OR status = 304"
                ).fetchone()[0]
            )

    def old_bodies(self, before: datetime) -> tuple[Path, ...]:
        """The files that `prune_bodies` would remove."""
        with self._session.reading() as conn:
            young = conn.execute(
                "SELECT DISTINCT body FROM fetches WHERE body IS NOT NULL AND checked_at >= ?",
                (moment_text(before),),
            )
            return self._bodies.all_but({body for (body,) in young})

    def prune_bodies(self, before: datetime) -> int:
        """Forget fetches older than `before` and bodies that only they brought. Returns how many bodies."""
        with self._session.writing() as db:
            db.execute("DELETE FROM fetches WHERE checked_at < ?", (moment_text(before),))
        # Rows first: a crash in between leaves files without rows, which the next run removes.
        with self._session.reading() as conn:
            rest = conn.execute("SELECT DISTINCT body FROM fetches WHERE body IS NOT NULL")
            return self._bodies.prune({body for (body,) in rest})

    def _keep_body(self, answer: Answer | None) -> str | None:
        return self._bodies.keep(answer.body) if answer and answer.body and not answer.not_modified else None


def _save_fetch(db: Database, poll: Poll, body: str | None) -> None:
    report, answer = poll.report, poll.answer
    row = {
        "category": canonical(report.category),
        "checked_at": moment_text(poll.checked_at),
        "outcome": report.outcome.value,
        "reason": report.reason,
        "evidence": report.evidence,
        "day": report.day.isoformat() if report.day else None,
        "attempts": report.attempts,
        "url": answer.url if answer else None,
        "status": answer.status if answer else None,
        "received_at": moment_text(answer.received_at) if answer else None,
        "headers": msgspec.json.encode(answer.headers).decode() if answer else None,
        "body": body,
    }
    db.table("fetches").upsert(row, pk=("category", "checked_at"))


def _save_validators(db: Database, poll: Poll) -> None:
    answer = poll.answer
    if answer is None or answer.not_modified or poll.report.outcome not in _TAKEN:
        return
    etag, modified = answer.headers.get("etag"), answer.headers.get("last-modified")
    db.table("validators").upsert({"url": answer.url, "etag": etag, "last_modified": modified}, pk="url")


def _save_state(db: Database, poll: Poll) -> None:
    row = {
        "category": canonical(poll.report.category),
        "checked_at": moment_text(poll.checked_at),
        "outcome": poll.report.outcome.value,
        "reason": poll.report.reason,
        "next_try": text_or_none(poll.report.next_try),
    }
    db.table("polls").upsert(row, pk="category")
