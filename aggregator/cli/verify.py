"""`aggregator verify`"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from aggregator.cli.shell import Shell, print_json, printable
from aggregator.cli.steps import steps

if TYPE_CHECKING:
    from aggregator.operate.verify import Check

FINE, DIFFERENT, UNKNOWN = 0, 2, 3


@click.command("verify", short_help="Hold pages, ledger and kept answers against the database.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@click.pass_obj
def command(shell: Shell, as_json: bool) -> int:
    """Hold pages, ledger and kept answers against the database.

    \b
    Example:  aggregator verify --json

    Reads only; waits until no other command writes. Exit code 0: all agree. 2: something differs, as printed.
    3: cannot tell.
    """
    from aggregator.app import App
    from aggregator.errors import StoreError
    from aggregator.upkeep import Upkeep

    shell.start_logging()
    try:
        with steps("verifying") as progress:
            checks = Upkeep(App(shell.settings)).verify(progress=progress)
    except StoreError as error:
        click.echo(f"aggregator: {error}", err=True)
        return UNKNOWN
    if as_json:
        import msgspec

        print_json(msgspec.to_builtins(checks))
    else:
        _print(checks)
    return DIFFERENT if any(check.count for check in checks) else FINE


def _print(checks: Sequence[Check]) -> None:
    for check in checks:
        verdict = f"{check.count:,} differences" if check.count else "fine"
        click.echo(f"{check.name:<14} {check.looked_at:>7,} looked at: {verdict}")
        for line in check.differences:
            click.echo(f"    {printable(line)}")
        if check.count > len(check.differences):
            click.echo(f"    … and {check.count - len(check.differences):,} more")
    if any(check.count for check in checks if check.name.endswith("pages")):
        click.echo("`aggregator build` brings pages in line with the database")
