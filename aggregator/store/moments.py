"""Moments and days as the database writes them: ISO 8601 text, so that text order is time order."""

from __future__ import annotations

from datetime import UTC, date, datetime


def moment_text(moment: datetime) -> str:
    """ "2026-05-05T00:20:00.000000Z". Raises ValueError for a moment without a zone."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs its zone: {moment!r}")
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def moment_of(text: str) -> datetime:
    """The moment, aware, in UTC."""
    return datetime.fromisoformat(text)


def moment_or_none(text: str | None) -> datetime | None:
    return None if text is None else moment_of(text)


def text_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else moment_text(moment)


def day_or_none(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
