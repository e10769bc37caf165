"""`aggregator prune`"""

from __future__ import annotations

import click

from aggregator.cli.shell import Shell, print_json
from aggregator.cli.steps import size


@click.command("prune", short_help="Remove old answers, old backups and leftovers.")
@click.option(
    "--keep", type=click.IntRange(1), default=7, show_default=True, help="Backups that stay, the newest."
)
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option("--json", "as_json", is_flag=True, help="Print what went as JSON.")
@click.pass_obj
def command(shell: Shell, keep: int, dry_run: bool, as_json: bool) -> None:
    """Remove old answers, old backups and leftovers.

    \b
    Example:  aggregator prune --dry-run

    Answers of arXiv go after `keep_raw_days` (`update` sees to that, too). Of the copies made before an upgrade
    of the database, the newest of each schema stays. Papers, announcements and pages are never touched, nor are
    databases that a restore set aside.
    """
    from aggregator.app import App
    from aggregator.upkeep import Upkeep

    shell.start_logging()
    gone = Upkeep(App(shell.settings)).prune(keep=keep, dry_run=dry_run)
    if as_json:
        print_json(
            [{"what": each.what, "files": [str(p) for p in each.files], "bytes": each.size} for each in gone]
        )
        return
    for each in gone:
        click.echo(f"{each.what:<10} {len(each.files):>6,} files  {size(each.size):>9}")
    verb = "would free" if dry_run else "freed"
    click.echo(f"{verb} {size(sum(each.size for each in gone))}")
