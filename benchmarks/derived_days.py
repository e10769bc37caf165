"""How often the day that `almanac` derives is the day arXiv announced, on recorded OAI-PMH records. Run by hand.

    python benchmarks/derived_days.py

A record tells its last change. Of a paper with one version that changed within five days of its submission, that
change is the announcement; those records are compared. The 26 recorded feed days cannot be: none of their papers has a
recorded moment of submission.
"""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from _frame import RECORDINGS, recording

from aggregator import almanac
from aggregator.models import Answer, Record, Version
from aggregator.sources import oai

NEAR = timedelta(days=5)


def main() -> None:
    for name in ("arXivRaw_2014-01-16.xml.gz", "cs_2016-03"):
        path = RECORDINGS / "oai" / name
        files = sorted(path.iterdir()) if path.is_dir() else [recording(path)]
        _tell(name, Counter(off for file in files for off in _offsets(file)))


def _tell(name: str, offsets: Counter[int]) -> None:
    total = offsets.total()
    right, near = offsets[0], sum(offsets[days] for days in (-1, 0, 1))
    print(
        f"{name}: {right} of {total} days right ({right / max(1, total):.1%}), {near / max(1, total):.1%} within a day"
    )
    print("  " + ", ".join(f"{days:+d}: {count}" for days, count in sorted(offsets.items())))


def _offsets(file: Path) -> Iterator[int]:
    """Listing days that the derived day is off, negative: too early. Days without a time are taken at noon UTC."""
    body = gzip.decompress(file.read_bytes())
    for record in oai.parse(Answer("", 200, {}, body, datetime.now(UTC))).records:
        first = _first(record)
        if first is not None and timedelta() <= record.datestamp - first.submitted.date() <= NEAR:
            yield _between(record.datestamp, almanac.listing_day(first))


def _first(record: Record) -> Version | None:
    if record.deleted or len(record.versions) > 1 or record.updated:
        return None
    if record.versions:
        return record.versions[0]
    return Version(1, datetime.combine(record.created, time(12), UTC)) if record.created else None


def _between(seen: date, derived: date) -> int:
    """Weekdays from the day that was seen to the derived one."""
    step = 1 if derived >= seen else -1
    days = range(1, abs((derived - seen).days) + 1)
    return step * sum((seen + step * timedelta(days=n)).weekday() < 5 for n in days)


if __name__ == "__main__":
    main()
