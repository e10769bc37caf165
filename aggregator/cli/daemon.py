"""`aggregator daemon`"""

from __future__ import annotations

import logging

import click

from aggregator.cli.shell import Shell


@click.command("daemon")
@click.pass_obj
def command(shell: Shell) -> int:
    """Fetch and build when it is due, until SIGTERM.

    \b
    Example:  aggregator daemon
    """
    from aggregator.app import App
    from aggregator.daemon import LogWatcher, run
    from aggregator.settings import require_contact

    shell.start_logging(logging.INFO)
    require_contact(shell.settings)
    return run(App(shell.settings, watcher=LogWatcher()))
