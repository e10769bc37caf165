"""`aggregator build`"""

from __future__ import annotations

from contextlib import closing

import click

from aggregator.cli.shell import Shell, print_json


@click.command("build")
@click.option(
    "--all", "thorough", is_flag=True, help="Look at every page and file, not only at days that changed."
)
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@click.pass_obj
def command(shell: Shell, thorough: bool, as_json: bool) -> None:
    """Render the pages that changed and publish them.

    With --all, pages that were deleted or changed by hand come back, and files that are not the site's go.

    \b
    Example:  aggregator build --all
    """
    from aggregator.app import App

    shell.start_logging()
    with closing(shell.watcher()) as watcher:
        app = App(shell.settings, watcher=watcher)
        done = app.build(thorough=thorough)
    counts = {"written": done.written, "unchanged": done.unchanged, "pruned": done.pruned}
    if as_json:
        print_json({"folder": app.site_folder, **counts})
    else:
        words = ", ".join(f"{count} {name}" for name, count in counts.items())
        click.echo(f"{app.site_folder}: {words}")
