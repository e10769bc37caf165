"""`aggregator resume`"""

from __future__ import annotations

import click

from aggregator.cli.shell import Shell


@click.command("resume", short_help="Ask arXiv again after it closed the door.")
@click.pass_obj
def command(shell: Shell) -> None:
    """Ask arXiv again after it closed the door (HTTP 403) and you settled why.

    \b
    Example:  aggregator resume
    """
    from aggregator.app import App

    shell.start_logging()
    opened = App(shell.settings).resume()
    click.echo("the gate to arXiv is open again" if opened else "the gate to arXiv was not closed")
