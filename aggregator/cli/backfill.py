"""`aggregator backfill`"""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta

import click

from aggregator.cli import exits
from aggregator.cli.reconcile import print_verdicts
from aggregator.cli.shell import Shell, print_json

DAY = click.DateTime(["%Y-%m-%d"])


@click.command("backfill", short_help="Fill past days through OAI-PMH.")
@click.option("--from", "since", type=DAY, required=True, help="First listing day.")
@click.option("--to", "until", type=DAY, help="Last listing day (default: yesterday's).")
@click.option("--json", "as_json", is_flag=True, help="Print the verdicts as JSON.")
@click.pass_obj
def command(shell: Shell, since: datetime, until: datetime | None, as_json: bool) -> int:
    """Fill past days of the followed categories, after what is due today.

    \b
    Example:  aggregator backfill --from 2026-01-05 --to 2026-03-31

    One harvest a category, at arXiv's pace: a year of a large one takes minutes, of all of arXiv hours. Ctrl-C stops
    it; the same command goes on where it stood. Pages show as many days as the setting `site.days` says.
    Exit code 75: some category could not be finished.
    """
    from aggregator.app import App

    last = until or datetime.now(UTC) - timedelta(days=1)
    if since.date() > last.date():
        raise click.UsageError(f"--from {since:%Y-%m-%d} comes after --to {last:%Y-%m-%d}")
    shell.start_logging()
    with closing(shell.watcher(quiet=True)) as watcher:
        app = App(shell.settings, watcher=watcher)
        app.update()
        verdicts = app.backfill(since.date(), last.date())
    if as_json:
        import msgspec

        print_json(msgspec.to_builtins(verdicts))
    else:
        print_verdicts(verdicts)
    return exits.TRY_AGAIN if any(verdict.error for verdict in verdicts) else exits.OK
