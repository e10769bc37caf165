"""`aggregator index`"""

from __future__ import annotations

import click

from aggregator.cli.shell import Shell, print_json
from aggregator.cli.steps import size, steps


@click.command("index", short_help="Make the search index anew from the database.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@click.pass_obj
def command(shell: Shell, as_json: bool) -> None:
    """Make the search index anew from the database.

    \b
    Example:  aggregator index

    The index follows the database by itself; this is for one that is damaged or suspected. The old one answers
    until the new one is whole.
    """
    from aggregator.app import App
    from aggregator.search.folder import Folder

    shell.start_logging()
    app = App(shell.settings)
    with steps("search index") as progress:
        done = app.index(progress=progress)
    bytes_ = Folder(app.index_folder).size()
    if as_json:
        print_json({"folder": app.index_folder, "papers": done.papers, "bytes": bytes_})
    else:
        click.echo(f"{app.index_folder}: {done.papers:,} papers, {size(bytes_)}")
