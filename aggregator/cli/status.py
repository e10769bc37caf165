"""`aggregator status`"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.shell import Shell, print_json, printable

if TYPE_CHECKING:
    from aggregator.models import GateState, LedgerRow, PollState
    from aggregator.store import StatusRows

FINE, LATE, STALE, UNKNOWN = 0, 1, 2, 3
WORDS = ("up to date", "late", "stale", "unknown")


@click.command("status", short_help="Tell how each category stands, and why.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.pass_obj
def command(shell: Shell, as_json: bool) -> int:
    """Tell per category the last day, the last check, the next try, and why.

    \b
    Example:  aggregator status --json

    Reads the database only; works while the daemon runs and while it does not.
    Exit code 0: up to date. 1: late, a day is still open. 2: stale, more than one day behind, or arXiv closed
    the door. 3: cannot tell.
    """
    from aggregator.errors import StoreError
    from aggregator.ledger import level
    from aggregator.store import read_status

    settings = shell.settings
    path = settings.data / "papers.db"
    if not path.is_file():
        click.echo(f"aggregator: no database at {path} yet: run `aggregator update` first", err=True)
        return UNKNOWN
    try:
        rows = read_status(path)
    except StoreError as error:
        click.echo(f"aggregator: {error}", err=True)
        return UNKNOWN
    now = datetime.now(UTC)
    levels = {category: level(_book(rows, category), now) for category in settings.categories}
    code = max([*levels.values(), STALE if _closed(rows.gate, now) else FINE])
    if as_json:
        print_json(_as_json(rows, levels, code, now))
    else:
        _print(rows, levels, now)
    return code


def _find(rows: StatusRows, category: str) -> PollState | None:
    return next((poll for poll in rows.polls if poll.category == category), None)


def _book(rows: StatusRows, category: str) -> list[LedgerRow]:
    return [row for row in rows.ledger if row.category == category]


def _closed(gate: GateState, now: datetime) -> bool:
    return gate.needs_operator or (gate.closed_until is not None and gate.closed_until > now)


def _open_rows(rows: StatusRows, category: str) -> list[LedgerRow]:
    """The days that are not settled, newest first."""
    from aggregator.ledger import is_settled

    return [row for row in reversed(_book(rows, category)) if not is_settled(row)][:5]


def _print(rows: StatusRows, levels: dict[str, int], now: datetime) -> None:
    from aggregator.ledger import sentence

    counts = rows.counts
    click.echo(
        f"{counts.papers:,} papers, {counts.announcements:,} announcements, {counts.days} listing days"
    )
    if _closed(rows.gate, now):
        click.echo(_gate_line(rows.gate))
    click.echo(f"{'category':<18} {'newest day':<12}{'state':<12}{'last check':<19}{'next try':<19}why")
    for category, level in levels.items():
        click.echo(_line(category, WORDS[level], _find(rows, category)))
        for row in _open_rows(rows, category):
            click.echo(f"  {row.day}  {printable(str(sentence(row, now)))}")


def _line(category: str, state: str, poll: PollState | None) -> str:
    if poll is None:
        return f"{category:<18} {'-':<12}{state:<12}{'never':<19}{'now':<19}not asked for yet"
    reason = printable(f"{poll.outcome}: {poll.reason}" if poll.reason else str(poll.outcome))
    checked, coming = _moment(poll.checked_at), _moment(poll.next_try)
    return f"{category:<18} {poll.day or '-'!s:<12}{state:<12}{checked:<19}{coming:<19}{reason}"


def _gate_line(gate: GateState) -> str:
    if gate.needs_operator:
        return f"arXiv closed the door ({printable(gate.reason)}): settle why, then run `aggregator resume`"
    return f"arXiv asks to wait until {_moment(gate.closed_until)} UTC: {printable(gate.reason)}"


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "-"


def _as_json(rows: StatusRows, levels: dict[str, int], code: int, now: datetime) -> dict[str, Any]:
    import msgspec

    return {
        "state": WORDS[code],
        "checked_at": now.isoformat(),
        "counts": msgspec.to_builtins(rows.counts),
        "gate": msgspec.to_builtins(rows.gate) | {"closed": _closed(rows.gate, now)},
        "categories": _categories_json(rows, levels),
    }


def _categories_json(rows: StatusRows, levels: dict[str, int]) -> Sequence[dict[str, Any]]:
    import msgspec

    return [
        {
            "category": category,
            "state": WORDS[level],
            "poll": msgspec.to_builtins(_find(rows, category)),
            "days": msgspec.to_builtins(_book(rows, category)),
        }
        for category, level in levels.items()
    ]
