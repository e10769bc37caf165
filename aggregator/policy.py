"""What an answer of arXiv, or the lack of one, means for the next request: one pure table.

Sources: arXiv's help pages (API terms of use, robots), RFC 9110 §10.2.3 and §15, and the misbehaviour that
others met (429 for hours without a date, 406 that acts like it, 503 with `Retry-After: 0`). docs/RETRY.md
prints the table for people.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from aggregator.errors import (
    BadAnswer,
    BadRedirect,
    BadToken,
    BodyTooLarge,
    CoolingDown,
    DeadlineExceeded,
    EmptyBody,
    FeedErrorReply,
    ForbiddenXml,
    HttpError,
    Insecure,
    NotAFeed,
    NotXml,
    OaiError,
    SuspectPage,
    Unreachable,
    WrongFeed,
)
from aggregator.retry import Action, Decision, Policy

COOL_DOWN = 600.0  # seconds after a refusal without a date; the gate doubles it with each one in a row
BLOCKED = 24 * 3600.0  # seconds without any request after a 403
LONGEST = 7 * 24 * 3600.0  # seconds; a server that asks for more is taken to mean this

FATAL = Decision(Action.FATAL)
TRANSIENT = Decision(Action.TRANSIENT)
LIMITED = Decision(Action.TRANSIENT, at_least=COOL_DOWN, cooldown=COOL_DOWN)
FORBIDDEN = Decision(Action.STOP, cooldown=BLOCKED, operator=True)

BY_STATUS: Mapping[int, Decision] = {
    403: FORBIDDEN,  # "will be interpreted as an attack": everything stops
    406: LIMITED,  # arXiv's other way to say 429 (2026-09)
    408: TRANSIENT,
    429: LIMITED,
    501: FATAL,
    505: FATAL,
}

BY_KIND: Mapping[type[Exception], Decision] = {
    Unreachable: TRANSIENT,
    DeadlineExceeded: TRANSIENT,
    BadAnswer: TRANSIENT,
    EmptyBody: TRANSIENT,
    NotXml: TRANSIENT,  # a body that was cut
    NotAFeed: TRANSIENT,  # a captive portal or a challenge page that goes away
    SuspectPage: TRANSIENT,  # the API's empty page in mid-result
    CoolingDown: Decision(Action.STOP),  # it says itself until when
    Insecure: FATAL,
    BadRedirect: FATAL,
    BodyTooLarge: FATAL,
    ForbiddenXml: FATAL,
    WrongFeed: FATAL,
    FeedErrorReply: FATAL,
    OaiError: FATAL,
    BadToken: FATAL,  # the same request stays wrong: the harvest makes another
}


def decide(error: Exception) -> Decision:
    """What `error` means; what stands in no table, programming errors above all, is FATAL."""
    if isinstance(error, HttpError):
        return _decide_status(error)
    return next((BY_KIND[kind] for kind in type(error).__mro__ if kind in BY_KIND), FATAL)


def _decide_status(error: HttpError) -> Decision:
    asked = error.retry_after or 0.0
    row = BY_STATUS.get(error.status, _class_of(error.status))
    if row is FORBIDDEN:
        return replace(row, cooldown=max(BLOCKED, asked))
    if is_rate_limit_text(error.body):
        row = LIMITED
    if row is FATAL or not asked:
        return row
    # A 503 that asks for a long absence speaks for the whole host, so it closes the gate too.
    closes = row is LIMITED or asked >= COOL_DOWN
    return replace(row, at_least=asked, cooldown=asked if closes else 0.0)


def _class_of(status: int) -> Decision:
    return TRANSIENT if 500 <= status <= 599 else FATAL


def is_rate_limit_text(body: bytes) -> bool:
    """True for the short "Rate exceeded." that arXiv sends with several statuses, 200 among them."""
    return len(body) <= 512 and b"rate exceeded" in body.lower() and b"<item" not in body


def parse_retry_after(value: str | None, *, date: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for, from 0 to `LONGEST`; None when it says nothing usable.

    An HTTP-date counts from the answer's own `date` header where that can be read, else from `now`, so that
    a wrong clock on this machine does no harm (RFC 9110 §10.2.3).
    """
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,30}(\.[0-9]{1,30})?", text):  # a fraction is against the RFC, but clear
        return min(float(text), LONGEST)
    until = _http_date(text)
    if until is None:
        return None
    return min(max(0.0, (until - (_http_date(date or "") or now)).total_seconds()), LONGEST)


def _http_date(text: str) -> datetime | None:
    """One of the three forms of RFC 9110 §5.6.7, in UTC when it names no zone; None for anything else."""
    if not re.match(r"[A-Z][a-z]{2,8},? ", text) or len(text) > 64:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):  # what it raises differs by Python version
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def arxiv_policy(*, attempts: int, budget: float, floor: float) -> Policy:
    """How arXiv is asked again. `budget` and `floor` are seconds; arXiv's terms set the floor to 3."""
    return Policy(decide=decide, attempts=attempts, budget=budget, floor=floor, base=2 * floor, cap=120.0)
