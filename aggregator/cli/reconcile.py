"""`aggregator reconcile`"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING

import click

from aggregator.cli import exits
from aggregator.cli.shell import Shell, print_json

if TYPE_CHECKING:
    from aggregator.models import Verdict


@click.command("reconcile", short_help="Hold stored days against arXiv's OAI-PMH, fill gaps.")
@click.option(
    "--from",
    "since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="First listing day (default: every day that no witness has confirmed yet).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the verdicts as JSON.")
@click.pass_obj
def command(shell: Shell, since: datetime | None, as_json: bool) -> int:
    """Hold stored days against arXiv's OAI-PMH, and store what the feeds lacked.

    \b
    Example:  aggregator reconcile --from 2026-05-04

    A harvest that is interrupted goes on where it stood. Exit code 75: some category could not be finished.
    """
    from aggregator.app import App

    shell.start_logging()
    with closing(shell.watcher()) as watcher:
        verdicts = App(shell.settings, watcher=watcher).reconcile(since=since.date() if since else None)
    if as_json:
        import msgspec

        print_json(msgspec.to_builtins(verdicts))
    else:
        print_verdicts(verdicts)
    return exits.TRY_AGAIN if any(verdict.error for verdict in verdicts) else exits.OK


def print_verdicts(verdicts: Sequence[Verdict]) -> None:
    """One line a category."""
    for verdict in verdicts:
        said = verdict.error or f"{verdict.records} records, {verdict.filled} announcements were missing"
        click.echo(f"{verdict.category:<18} {verdict.since} to {verdict.until}  {said}")
    if not verdicts:
        click.echo("every stored day has been confirmed by the second witness", err=True)
