"""Whether a database agrees with itself: the file, its references, and the ledger with what is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

from aggregator.store.copies import damage, dangling, snapshot
from aggregator.store.moments import moment_of

_LEDGER = """
    SELECT format(
        '%s %s: the ledger counts %d new, %d cross, %d replace, %d replace-cross; stored are %d, %d, %d, %d',
        l.category, l.day, l.new, l.crosses, l.replacements, l.replaced_crosses,
        count(*) FILTER (WHERE kind = 'new'), count(*) FILTER (WHERE kind = 'cross'),
        count(*) FILTER (WHERE kind = 'replace'), count(*) FILTER (WHERE kind = 'replace-cross')
    )
    FROM ledger l LEFT JOIN announcements USING (category, day) GROUP BY l.category, l.day
    HAVING (l.new, l.crosses, l.replacements, l.replaced_crosses) <> (
        count(*) FILTER (WHERE kind = 'new'), count(*) FILTER (WHERE kind = 'cross'),
        count(*) FILTER (WHERE kind = 'replace'), count(*) FILTER (WHERE kind = 'replace-cross')
    )
    ORDER BY l.category, l.day
"""
# Days from before there was a ledger have no row in it.
_WITHOUT_ROW = """
    SELECT format('%s %s: announcements, but no row in the ledger', category, day)
    FROM listings WHERE (category, day) NOT IN (SELECT category, day FROM ledger)
        AND day > (SELECT min(day) FROM ledger l WHERE l.category = listings.category)
    ORDER BY category, day
"""


@dataclass(frozen=True, slots=True)
class Audit:
    """Lines for people, none where all is well. A damaged file is not looked at any further."""

    damage: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    ledger: tuple[str, ...] = ()


def audit(path: Path) -> Audit:
    """Read the whole database at `path`, beside whoever writes to it. Raises StoreError when that cannot be."""
    with snapshot(path) as conn:
        damaged = tuple(damage(conn))
        if damaged:
            return Audit(damaged)
        ledger = [line for sql in (_LEDGER, _WITHOUT_ROW) for (line,) in conn.execute(sql)]
        return Audit(references=tuple(dangling(conn)), ledger=tuple(ledger))


def clock_ahead(path: Path) -> timedelta | None:
    """How far the host's clock was ahead of arXiv's at the newest answer that was kept, None when none tells."""
    with snapshot(path) as conn:
        found = conn.execute(
            """
            SELECT received_at, headers ->> 'date', coalesce(headers ->> 'age', '0') FROM fetches
            WHERE headers ->> 'date' IS NOT NULL ORDER BY checked_at DESC LIMIT 1
            """
        ).fetchone()
    try:
        received, said, age = found
        return moment_of(received) - parsedate_to_datetime(said).astimezone(UTC) - timedelta(seconds=int(age))
    except (TypeError, ValueError, OverflowError):
        return None
