"""`aggregator config`"""

from __future__ import annotations

import click

from aggregator.cli.shell import Shell, print_json


@click.command("config")
@click.option("--example", is_flag=True, help="Print the commented default file.")
@click.pass_obj
def command(shell: Shell, example: bool) -> None:
    """Print the settings in force, as JSON.

    \b
    Example:  aggregator config --example > aggregator.toml
    """
    if example:
        from aggregator.settings import example as example_file

        click.echo(example_file(), nl=False)
        return
    import msgspec

    print_json(msgspec.to_builtins(shell.settings, enc_hook=str))
