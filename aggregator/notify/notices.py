"""What is worth a notice: a day is complete, days are late, what was late is there, arXiv stops us.

Each is a condition with a key, and is told once. What was told is an argument; what follows from it is pure, so
that a restart tells nothing twice and a long absence ends in one notice instead of forty.

    complete:DAY    every followed category has the newest listing day
    late:DAY        a category lacks the day, although its window or a whole day is over
    mended:DAY      a day that was told as late is there; told when the last of them is
    stopped         arXiv answered 403: nothing is asked until `aggregator resume`
    cooling         arXiv asked to wait; forgotten once it has answered again
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain

from aggregator.announce import is_quiet, slot_at, slot_of
from aggregator.ledger import is_settled
from aggregator.models import GateState, LedgerRow, State

PATIENCE = timedelta(hours=24)  # after its slot, a day that is not there is late whatever its row says
MEMORY = timedelta(days=90)  # that a notice is remembered
SHOWN = 10  # days that one notice names

Told = Mapping[str, str]  # key → when, in ISO form
Days = Mapping[date, Mapping[str, LedgerRow]]


@dataclass(frozen=True, slots=True)
class Notice:
    """One message. `keys` are the conditions that it tells of; `grave` when somebody has to act."""

    keys: tuple[str, ...]
    title: str
    text: str
    grave: bool = False


def due_notices(
    rows: Iterable[LedgerRow],
    gate: GateState,
    categories: Sequence[str],
    told: Collection[str],
    now: datetime,
) -> tuple[Notice, ...]:
    """What holds at `now` and was not told. `rows` are the recent and open ones of the ledger."""
    days = _by_day(rows, categories)
    return (
        *_arxiv_stops_us(gate, told, now),
        *_late(days, told, now),
        *_mended(days, told),
        *_complete(days, categories, told, now),
    )


def remembered(told: Told, new: Iterable[str], gate: GateState, now: datetime) -> dict[str, str]:
    """What is known to be told from now on: conditions that ended, and old ones, are forgotten."""
    kept = dict(told) | dict.fromkeys(new, now.isoformat(timespec="seconds"))
    old = (now - MEMORY).date().isoformat()
    over = {"stopped": not gate.needs_operator, "cooling": not _cools(gate, now)}
    return {
        key: at
        for key, at in kept.items()
        if not over.get(key, False) and (":" not in key or _day(key) > old)
    }


def _complete(
    days: Days, categories: Sequence[str], told: Collection[str], now: datetime
) -> Iterator[Notice]:
    day = slot_at(now).listing_day
    found = days.get(day, {})
    if {f"complete:{day}", f"late:{day}"}.isdisjoint(told) and _is_whole(found, categories):
        total = sum(row.total for row in found.values())
        if total:
            yield Notice(
                (f"complete:{day}",),
                f"arXiv {day}: complete",
                f"{_categories(len(categories))} in, {total:,} announcements.",
            )


def _late(days: Days, told: Collection[str], now: datetime) -> Iterator[Notice]:
    """One notice for all days that are newly late."""
    late = {day: [row for row in rows.values() if _is_late(row, now)] for day, rows in days.items()}
    new = [day for day in sorted(late) if late[day] and f"late:{day}" not in told]
    if not new:
        return
    lines = [f"{day}: {_reasons(late[day])}" for day in new[-SHOWN:]]
    more = [f"and {len(new) - SHOWN} days before"] * (len(new) > SHOWN)
    what = f"{new[0]} is late" if len(new) == 1 else f"{len(new)} listing days are late"
    yield Notice(
        tuple(f"late:{day}" for day in new),
        f"arXiv {what}",
        "\n".join([*lines, *more, "It is looked for again by itself; you are told when it is there."]),
        grave=True,
    )


def _mended(days: Days, told: Collection[str]) -> Iterator[Notice]:
    """Days that were told as late, once all of them are there. Days that left the ledger's view are settled."""
    was_late = [_day(key) for key in told if key.startswith("late:")]
    awaited = sorted(day for day in was_late if f"mended:{day}" not in told)
    seen = {day.isoformat(): rows for day, rows in days.items()}
    if awaited and all(map(_is_in, chain.from_iterable(seen.get(day, {}).values() for day in awaited))):
        shown = ", ".join([*awaited[:SHOWN], *["…"] * (len(awaited) > SHOWN)])
        yield Notice(
            tuple(f"mended:{day}" for day in awaited),
            f"arXiv {awaited[0]}: complete now" if len(awaited) == 1 else "arXiv: all late days are complete",
            f"No longer late: {shown}.",
        )


def _arxiv_stops_us(gate: GateState, told: Collection[str], now: datetime) -> Iterator[Notice]:
    if gate.needs_operator:
        if "stopped" not in told:
            yield Notice(
                ("stopped",),
                "arXiv refuses our requests",
                f"{_reason(gate)}. Nothing is asked until somebody has settled why and runs `aggregator resume`.",
                grave=True,
            )
    elif _cools(gate, now) and "cooling" not in told:
        until = f" until {gate.closed_until:%Y-%m-%d %H:%M} UTC" if gate.closed_until else ""
        yield Notice(
            ("cooling",),
            "arXiv asks us to wait",
            f"{_reason(gate)}. No request{until}; then it goes on by itself.",
        )


def _reason(gate: GateState) -> str:
    return " ".join(gate.reason.split())[:300]


def _cools(gate: GateState, now: datetime) -> bool:
    """Until arXiv has answered again: what follows upon a wait may be another one, and is the same story."""
    return gate.strikes > 0 or (gate.closed_until is not None and gate.closed_until > now)


def _is_whole(rows: Mapping[str, LedgerRow], categories: Sequence[str]) -> bool:
    return set(categories) <= rows.keys() and all(map(_is_in, rows.values()))


def _is_in(row: LedgerRow) -> bool:
    return row.state is State.SEEN or is_settled(row)


def _is_late(row: LedgerRow, now: datetime) -> bool:
    """A suspect day gets time: the second witness comes hours after the feed."""
    if _is_in(row) or (row.state is State.EXPECTED and is_quiet(row.day)):
        return False
    return row.state is State.LATE or now >= slot_of(row.day).announced_at + PATIENCE


def _by_day(rows: Iterable[LedgerRow], categories: Collection[str]) -> Days:
    days: dict[date, dict[str, LedgerRow]] = {}
    for row in rows:
        if row.category in categories:
            days.setdefault(row.day, {})[row.category] = row
    return days


def _reasons(rows: Sequence[LedgerRow]) -> str:
    """Categories that share a reason are named together."""
    reasons: dict[str, list[str]] = {}
    for row in rows:
        reasons.setdefault(row.reason or row.state.value, []).append(row.category)
    return "; ".join(f"{', '.join(names)}: {reason}" for reason, names in reasons.items())


def _categories(number: int) -> str:
    return "The followed category is" if number == 1 else f"All {number} followed categories are"


def _day(key: str) -> str:
    return key.partition(":")[2]
