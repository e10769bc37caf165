"""How a row of the ledger follows from what was seen: events change its facts, its facts give its state.

    expected ─► seen ─► confirmed                a second look, or a second witness, found nothing more
        │         └───► suspect ─► backfilled    something was missing, and was stored
        ├───► late ───► seen, suspect, confirmed-empty
        └───► confirmed-empty                    nothing came, and a second witness or the calendar agrees
    derived ─► any of these                      what a feed or a second witness says of the day takes its place

Whatever the order of events, the state is a function of the facts; facts only grow or are replaced by later
ones, so that an event which arrives twice changes nothing. A settled day that gets new entries is open again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from aggregator.announce import is_quiet, silence, slot_of
from aggregator.models import Evidence, Kind, LedgerRow, Message, Outcome, State, say, say_many

PROVEN = frozenset({State.CONFIRMED, State.CONFIRMED_EMPTY, State.BACKFILLED})
SETTLED = PROVEN | {State.DERIVED}  # nothing more is awaited
WITNESS_READY = timedelta(hours=3)  # OAI-PMH has an announcement about 2.5 h after its slot
PARTS = timedelta(hours=3)  # a batch may come in parts, hours apart: how long a thin one is looked at
THIN = 5  # a batch is thin when it is less than a fifth of the usual one
DERIVED = say("arXiv's own listing day may differ")  # why a day is in that state
_MEMORY = 20  # days that make the usual volume
_ENOUGH = 5  # of them, for a median that says something
_BUSY = 10  # entries; below, a category has no usual volume
_AGAIN = frozenset({Outcome.STORED, Outcome.UNCHANGED, Outcome.NOT_MODIFIED, Outcome.TRUNCATED})
_WITHOUT = frozenset({Outcome.STALE, Outcome.EMPTY})


@dataclass(frozen=True, slots=True)
class Opened:
    """The slot of a listing day has passed: the day must have a row."""

    category: str
    day: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Looked:
    """A poll of the feed, as far as it concerns `day`.

    `counts` are the announcements stored for the day after it, by kind; `usual` see `usual_volume`; `body` is
    the SHA-256 of the answer; `reason` says what stood in the way.
    """

    category: str
    day: date
    at: datetime
    outcome: Outcome
    counts: Mapping[Kind, int] = field(default_factory=dict)
    usual: int = 0
    body: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Closed:
    """The window in which the feed is asked for `day` is over."""

    category: str
    day: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Followed:
    """A later announcement, of the day `by`, is stored."""

    category: str
    day: date
    at: datetime
    by: date


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What a second witness says: it puts `total` papers on `day`, of which `missing` are not stored.

    `stored` of them were stored in the same step on its word; `counts` are then the day's announcements, by
    kind. `missing` is what remains after that.
    """

    category: str
    day: date
    at: datetime
    total: int
    missing: int = 0
    stored: int = 0
    counts: Mapping[Kind, int] = field(default_factory=dict)
    source: str = "oai"
    body: str | None = None


Event = Opened | Looked | Closed | Followed | Witnessed


def after(row: LedgerRow | None, event: Event) -> LedgerRow:
    """The row once `event` is known; None is a day without a row. Total: any event in any order.

    Raises ValueError when the event is about another day than the row.
    """
    row = row or LedgerRow(event.category, event.day)
    if (row.category, row.day) != (event.category, event.day):
        raise ValueError(f"{event} is not about {row.category} on {row.day}")
    if row.derived and isinstance(event, Looked | Witnessed) and any(event.counts.values()):
        row = replace(row, derived=False, counts={})  # the store drops what was derived, too
    match event:
        case Looked():
            row = _looked(row, event)
        case Closed():
            row = replace(row, ended_at=_first(row.ended_at, event.at))
        case Followed():
            by = min(row.followed_by or event.by, event.by)
            row = replace(row, followed_by=by, ended_at=_first(row.ended_at, event.at))
        case Witnessed():
            row = _witnessed(row, event)
        case Opened():
            pass
    state, reason = _judged(row)
    return replace(row, state=state, reason=str(reason))


def is_settled(row: LedgerRow | None) -> bool:
    """Whether nothing more is expected of the day."""
    return row is not None and row.state in SETTLED


def shown_whole(row: LedgerRow) -> bool:
    """Whether the feed itself has shown the day, and nothing speaks against its being whole."""
    return row.seen_at is not None and not (row.cut or row.missing or row.filled or _is_thin(row))


def usual_volume(totals: Sequence[int]) -> int:
    """The announcements of a usual day: the median of the newest 20 of `totals` (newest first), 0 unknown."""
    newest = sorted(totals[:_MEMORY])
    if len(newest) < _ENOUGH:
        return 0
    usual = (
        newest[(len(newest) - 1) // 2] + newest[len(newest) // 2]
    ) // 2  # importing `statistics` takes 3 ms
    return usual if usual >= _BUSY else 0


# facts


def _looked(row: LedgerRow, event: Looked) -> LedgerRow:
    grown = _most(row.counts, event.counts)
    if grown != row.counts:
        row = replace(
            row,
            counts=grown,
            seen_at=_last(row.seen_at, event.at),
            usual=event.usual,
            cut=row.cut or event.outcome is Outcome.TRUNCATED,
        )
    elif row.total and not row.derived and event.outcome in _AGAIN:  # nobody has seen what was derived
        row = _seen_again(row, event.at)
    if row.tried_at and event.at < row.tried_at:
        return row
    if event.outcome not in _AGAIN | _WITHOUT:
        return replace(row, tried_at=event.at, trouble=event.reason or event.outcome.value)
    if event.outcome in _AGAIN or not row.total:
        row = _heard(row, Evidence("rss", event.at, event.body))
    return replace(row, tried_at=event.at, checked_at=_last(row.checked_at, event.at), trouble="")


def _seen_again(row: LedgerRow, at: datetime) -> LedgerRow:
    """What the witness alone had brought is seen for the first time."""
    if row.seen_at is None:
        return replace(row, seen_at=at)
    return replace(row, again_at=_last(row.again_at, at)) if at > row.seen_at else row


def _witnessed(row: LedgerRow, event: Witnessed) -> LedgerRow:
    """A later verdict replaces an earlier one; of the same moment, one that misses less."""
    heals = event.missing < row.missing
    if row.witnessed_at and (event.at < row.witnessed_at or (event.at == row.witnessed_at and not heals)):
        return row
    healed = max(event.stored, row.missing - event.missing, 0)
    row = replace(
        row,
        counts=_most(row.counts, event.counts),
        witness=event.source,
        witnessed_at=event.at,
        known=event.total,
        missing=event.missing,
        filled=row.filled + healed,
        checked_at=_last(row.checked_at, event.at),
    )
    return _heard(row, Evidence(event.source, event.at, event.body))


def _heard(row: LedgerRow, evidence: Evidence) -> LedgerRow:
    known = row.evidence
    if known and evidence.at < known.at:
        return row
    if known and evidence.body is None and evidence.source == known.source:
        evidence = replace(evidence, body=known.body)  # a 304 speaks of the body before it
    return replace(row, evidence=evidence)


def _most(ours: Mapping[Kind, int], theirs: Mapping[Kind, int]) -> dict[Kind, int]:
    """Announcements are only ever added, so the larger number is the later one."""
    return {kind: most for kind in Kind if (most := max(ours.get(kind, 0), theirs.get(kind, 0)))}


def _last(one: datetime | None, other: datetime) -> datetime:
    return max(one or other, other)


def _first(one: datetime | None, other: datetime) -> datetime:
    return min(one or other, other)


# state


def reason_of(row: LedgerRow) -> Message:
    """Why the row is in its state, as a message. What others gave as the reason stays as it is."""
    said = _judged(row)[1]
    return said if str(said) == row.reason else say("{reason}", reason=row.reason)


def _judged(row: LedgerRow) -> tuple[State, Message]:
    if row.derived:
        return State.DERIVED, DERIVED
    if row.missing:
        return State.SUSPECT, _short_by(row)
    if row.total or row.filled:
        return _judged_full(row)
    return _judged_empty(row)


def _judged_full(row: LedgerRow) -> tuple[State, Message]:
    if _is_witnessed(row) or _looked_again(row):
        return _judged_whole(row)
    if row.cut:
        return State.SUSPECT, say("arXiv's feed stops at 2,000 entries, so new papers may be missing")
    if _is_thin(row):
        return State.SUSPECT, say_many(
            "only {n} entry came, where about {usual} are usual",
            "only {n} entries came, where about {usual} are usual",
            row.total,
            usual=row.usual,
        )
    if row.followed_by:
        return State.SEEN, say("the next announcement came before a second look")
    return State.SEEN, say("as arXiv's feed had it; one more look will follow")


def _judged_whole(row: LedgerRow) -> tuple[State, Message]:
    if row.filled:
        return State.BACKFILLED, _came(row)
    if _is_witnessed(row):
        return State.CONFIRMED, say("{witness} lists no paper that is not here", witness=_witness(row))
    return State.CONFIRMED, say("a second look found nothing more")


def _came(row: LedgerRow) -> Message:
    listed = say("OAI-PMH, as arXiv's own list has them")
    came = say_many(
        "{n} paper that arXiv's feed lacked came from {witness}",
        "{n} papers that arXiv's feed lacked came from {witness}",
        row.filled,
        witness=listed if row.witness == "list" else _witness(row),
    )
    if row.seen_at is None and row.witness == "oai":
        return say("{came}; cross-lists of older papers, which it does not date, may be missing", came=came)
    return came


def _judged_empty(row: LedgerRow) -> tuple[State, Message]:
    quiet = is_quiet(row.day)
    if row.ended_at and row.witnessed_at and row.witnessed_at >= row.ended_at and _is_witnessed(row):
        planned = silence(row.day) if quiet else say("arXiv skipped this announcement")
        return State.CONFIRMED_EMPTY, say(
            "{planned}, and {witness} lists nothing that is not here", planned=planned, witness=_witness(row)
        )
    if quiet and row.followed_by:
        return State.CONFIRMED_EMPTY, say(
            "{planned}, and none came before that of {day}", planned=silence(row.day), day=row.followed_by
        )
    if row.ended_at and not quiet:
        return State.LATE, _missed(row.followed_by)
    return State.EXPECTED, silence(row.day)


def _missed(followed_by: date | None) -> Message:
    if followed_by:
        return say("no announcement of this day has come, and that of {day} has", day=followed_by)
    return say("no announcement of this day has come in time")


def _is_witnessed(row: LedgerRow) -> bool:
    """Whether the witness spoke late enough to know, and of all that was seen.

    One that knows no paper at all where new ones are stored is behind, and vouches for nothing.
    """
    if row.witnessed_at is None or row.witnessed_at < slot_of(row.day).announced_at + WITNESS_READY:
        return False
    blind = not row.known and row.counts.get(Kind.NEW, 0) > 0
    return not blind and (row.seen_at is None or row.witnessed_at >= row.seen_at)


def _looked_again(row: LedgerRow) -> bool:
    """A second look shows that a batch stands; a cut one stays cut, and a thin one may still be growing."""
    if row.cut or row.again_at is None or row.seen_at is None or row.again_at <= row.seen_at:
        return False
    return not _is_thin(row) or row.again_at - row.seen_at >= PARTS


def _is_thin(row: LedgerRow) -> bool:
    return THIN * row.total < row.usual


def _short_by(row: LedgerRow) -> Message:
    if row.known == 1:
        return say("the one paper that {witness} lists is not here yet", witness=_witness(row))
    return say_many(
        "{n} of {known} papers that {witness} lists is not here yet",
        "{n} of {known} papers that {witness} lists are not here yet",
        row.missing,
        known=row.known,
        witness=_witness(row),
    )


def _witness(row: LedgerRow) -> Message:
    return witness_name(row.witness)


def witness_name(source: str) -> Message:
    """Who spoke: "rss", "oai" or "api" in words."""
    named = {
        "rss": say("arXiv's feed"),
        "oai": say("OAI-PMH"),
        "api": say("arXiv's API"),
        "list": say("arXiv's own list"),
    }
    return named.get(source) or say("{source}", source=source)
