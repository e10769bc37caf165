"""What HTTP's conditional headers ask, decided from values: encodings, validators, ranges (RFC 9110)."""

from __future__ import annotations

import re
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache

CODINGS = ("br", "gzip")  # the best first
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


@lru_cache(maxsize=256)  # the header comes from outside, but browsers have few
def coding(accepted: bytes) -> str:
    """The content coding to answer with for an Accept-Encoding, "" for none (RFC 9110 § 12.5.3)."""
    weights: dict[str, float] = {}
    for item in accepted.decode("latin-1").lower().split(",")[:20]:
        name, _, rest = item.partition(";")
        weights[name.strip()] = _weight(rest)
    other = weights.get("*", 0.0)
    return next((name for name in CODINGS if weights.get(name, other) > 0), "")


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def is_known(etag: str, if_none_match: str) -> bool:
    """Whether the reader's copy is this one: weak comparison (RFC 9110 § 13.1.2)."""
    if if_none_match.strip() == "*":
        return True
    return etag in {one.strip().removeprefix("W/") for one in if_none_match.split(",")[:50]}


def is_current(modified: float, if_modified_since: str) -> bool:
    """Whether nothing changed since a date that the reader names; a date that is none asks nothing."""
    try:
        return int(modified) <= parsedate_to_datetime(if_modified_since).timestamp()
    except (ValueError, TypeError, OverflowError):
        return False


def part(asked: str, size: int) -> tuple[int, int] | None:
    """The one range that is asked for, as (start, end), end excluded.

    None: answer with the whole, as the RFC allows for anything else. A range outside the file is (size, size): 416.
    """
    found = _RANGE.fullmatch(asked.strip().replace(" ", ""))
    if found is None or found[1] == found[2] == "":
        return None
    if not found[1]:
        start, end = max(0, size - int(found[2])), size
    else:
        start, end = int(found[1]), min(size, int(found[2]) + 1) if found[2] else size
    if found[1] and found[2] and int(found[2]) < int(found[1]):
        return None
    return (start, end) if start < end else (size, size)


def http_date(seconds: float) -> str:
    """A moment as HTTP writes it."""
    return formatdate(seconds, usegmt=True)
