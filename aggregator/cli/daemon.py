"""`aggregator daemon`"""

from __future__ import annotations

import click

from aggregator.cli.shell import Shell


@click.command("daemon")
@click.pass_obj
def command(shell: Shell) -> int:
    """Fetch and build when it is due, until SIGTERM.

    \b
    Example:  aggregator daemon

    SIGTERM and SIGINT end it within 5 s with exit code 0, a second one at once. Exit code 70: it found itself
    broken (a run that hangs, an error that nobody expected) and wants to be started anew.
    """
    from aggregator.signals import Signals

    with Signals() as signals:
        from aggregator.daemon import run
        from aggregator.settings import require_contact

        shell.start_logging("INFO")
        require_contact(shell.settings)
        return run(shell.settings, signals)
