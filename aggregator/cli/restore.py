"""`aggregator restore`"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from aggregator.cli.shell import Shell, print_json
from aggregator.cli.steps import steps

if TYPE_CHECKING:
    from aggregator.app import App
    from aggregator.store.restore import Restored


@click.command("restore", short_help="Put a backup in the place of the database.")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@click.pass_obj
def command(shell: Shell, file: Path, as_json: bool) -> None:
    """Put the backup FILE in the place of the database.

    \b
    Example:  aggregator restore data/backups/papers-20260505T002000Z.db

    FILE is checked first; a damaged one, and one that a newer version of this program made, are refused. The
    present database is not deleted: it stays beside the restored one under another name. When arXiv asked to
    wait, that still holds. Run `aggregator build` afterwards. A backup of readers' desks (desks-….db) is put in
    the place of these; browsers then send what they know beyond it.
    """
    from aggregator.app import App
    from aggregator.store.restore import holds_desks
    from aggregator.upkeep import Upkeep

    shell.start_logging()
    app = App(shell.settings)
    if holds_desks(file):
        _restored_desks(app, file, as_json=as_json)
        return
    with steps("restoring the database") as progress:
        done = Upkeep(app).restore(file, progress=progress)
    if as_json:
        print_json(_as_json(app.database, done))
        return
    rows = done.content.rows
    click.echo(
        f"{app.database}: now {file}, {rows['papers']:,} papers, {rows['announcements']:,} announcements"
    )
    if done.aside:
        click.echo(f"the database that was there is now {done.aside}; remove it when you are sure")
    if not done.gate_known:
        click.echo(
            "it could not tell whether arXiv had asked to wait: look at its mails before you update", err=True
        )
    click.echo("run `aggregator build` to bring the pages in line")


def _restored_desks(app: App, file: Path, *, as_json: bool) -> None:
    from aggregator.upkeep import Upkeep

    aside = Upkeep(app).restore_desks(file)
    if as_json:
        print_json({"desks": app.desks, "restored_from": file, "replaced": aside})
        return
    click.echo(f"{app.desks}: now {file}")
    if aside:
        click.echo(f"the desks that were there are now {aside}; remove them when you are sure")


def _as_json(database: Path, done: Restored) -> dict[str, object]:
    return {
        "database": database,
        "restored_from": done.source,
        "schema": done.content.schema,
        "rows": dict(done.content.rows),
        "replaced": done.aside,
        "gate_known": done.gate_known,
    }
