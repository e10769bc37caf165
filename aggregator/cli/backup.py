"""`aggregator backup`"""

from __future__ import annotations

from pathlib import Path

import click

from aggregator.cli.shell import Shell, print_json
from aggregator.cli.steps import size, steps


@click.command("backup", short_help="Copy the database, verified, while it is in use.")
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the copy (default: backups/ below the data folder).",
)
@click.option(
    "--keep", type=click.IntRange(1), default=7, show_default=True, help="Copies that stay there, the newest."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON.")
@click.pass_obj
def command(shell: Shell, folder: Path | None, keep: int, as_json: bool) -> None:
    """Copy the database, verified, while it is in use.

    \b
    Example:  aggregator backup --to /mnt/disk2/aggregator --keep 14

    The copy shows one moment; its pages, references and counts are checked before it gets its name, and only
    then do older ones go. Copies made before an upgrade of the database stay: the newest of each schema.
    """
    from aggregator.app import App
    from aggregator.upkeep import Upkeep

    shell.start_logging()
    with steps("copying the database") as progress:
        done = Upkeep(App(shell.settings)).back_up(folder, keep=keep, progress=progress)
    if done.desks and not as_json:
        click.echo(f"{done.desks}: readers' desks")
    if as_json:
        removed = [str(path) for path in done.removed]
        print_json(
            {
                "path": done.path,
                "bytes": done.size,
                "schema": done.content.schema,
                "rows": dict(done.content.rows),
                "removed": removed,
                "desks": done.desks,
            }
        )
        return
    rows = done.content.rows
    click.echo(
        f"{done.path}: {size(done.size)}, verified: {rows['papers']:,} papers, "
        f"{rows['announcements']:,} announcements"
    )
    if done.removed:
        click.echo(f"removed {len(done.removed)} older: {', '.join(path.name for path in done.removed)}")
