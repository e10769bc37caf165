"""`aggregator build`"""

from __future__ import annotations

from contextlib import closing
from datetime import date, datetime

import click

from aggregator.cli.backfill import DAY
from aggregator.cli.shell import Shell, print_json


@click.command("build")
@click.option(
    "--all", "thorough", is_flag=True, help="Look at every page and file, not only at days that changed."
)
@click.option("--from", "since", type=DAY, help="Build the days from here on too, and keep them.")
@click.option("--to", "until", type=DAY, help="With --from: the last of them (default: no end).")
@click.option("--newest", "newest", is_flag=True, help="Forget kept spans: only the newest days have pages.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@click.pass_obj
def command(
    shell: Shell,
    thorough: bool,
    since: datetime | None,
    until: datetime | None,
    newest: bool,
    as_json: bool,
) -> None:
    """Render the pages that changed and publish them.

    With --all, pages that were deleted or changed by hand come back, and files that are not the site's go. With
    --from, a span of older days gets pages beside the newest `site.days`; every later build keeps them up to date.

    \b
    Example:  aggregator build --all
    Archive:  aggregator build --from 2024-01-01 --to 2024-12-31
    """
    from aggregator.app import App

    span = _span(since, until)
    if span and newest:
        raise click.UsageError("--newest forgets spans, --from keeps one: give only one of them")
    shell.start_logging()
    with closing(shell.watcher()) as watcher:
        app = App(shell.settings, watcher=watcher)
        if newest:
            app.forget_spans()
        if span:
            app.keep_span(*span)
        done = app.build(thorough=thorough)
        spans = app.spans()
    counts = {"written": done.written, "unchanged": done.unchanged, "pruned": done.pruned}
    if as_json:
        print_json({"folder": app.site_folder, **counts, "spans": spans})
    else:
        words = ", ".join(f"{count} {name}" for name, count in counts.items())
        click.echo(f"{app.site_folder}: {words}")
        for first, last in spans:
            click.echo(f"with the days from {first} {'on' if last == date.max else f'to {last}'}")


def _span(since: datetime | None, until: datetime | None) -> tuple[date, date] | None:
    if since is None:
        if until:
            raise click.UsageError("--to needs --from")
        return None
    if until and since > until:
        raise click.UsageError(f"--from {since:%Y-%m-%d} comes after --to {until:%Y-%m-%d}")
    return since.date(), until.date() if until else date.max
