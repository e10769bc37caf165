"""`aggregator doctor`"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aggregator.cli.shell import Shell, print_json, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aggregator.operate.findings import Finding


@click.command("doctor", short_help="Look at the host and the data folder for what is wrong.")
@click.option("--json", "as_json", is_flag=True, help="Print all findings as JSON.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> int:
    """Look at the host and the data folder for what is wrong.

    \b
    Example:  aggregator doctor

    Versions, limits, time zones, clock, settings, rights, room, database, backups, locks and the gate to arXiv.
    Only reads. Exit code 0: nothing is wrong, though there may be notes. 1: something is.
    """
    from aggregator.operate.findings import Level

    findings = list(_findings(ctx.obj, ctx.find_root().params["path"]))
    if as_json:
        import msgspec

        print_json(msgspec.to_builtins(findings))
    else:
        for finding in findings:
            _print(finding)
    return int(any(finding.level is Level.WRONG for finding in findings))


def _print(finding: Finding) -> None:
    click.echo(f"{finding.level:<6} {finding.what:<14} {printable(finding.says, 1000)}")
    if finding.hint:
        click.echo(f"{'':<22}→ {finding.hint}")


def _findings(shell: Shell, path: Path | None) -> Iterator[Finding]:
    from aggregator.operate.folder import Known, folder, known
    from aggregator.operate.host import host

    data, settings = _settings(shell, path)
    now, found = datetime.now(UTC), known(data) if data else Known()
    yield from host(now, found.newest, found.ahead)
    yield from settings
    if data:
        yield from folder(data, found, now)


def _settings(shell: Shell, path: Path | None) -> tuple[Path | None, list[Finding]]:
    """The data folder, and what there is to say of the settings. Wrong ones are a finding like others."""
    from aggregator.errors import SettingsError
    from aggregator.operate.findings import Finding, Level, judged
    from aggregator.settings import file_in_force

    try:
        settings = shell.settings
    except SettingsError as error:
        return None, [Finding("settings", Level.WRONG, str(error))]
    says = (
        f"{file_in_force(path) or 'no file, defaults and environment'}; {len(settings.categories)} categories"
    )
    hint = "set arxiv.contact before you fetch"
    return settings.data, [judged("settings", says, (not settings.arxiv.contact, Level.NOTE, hint))]
