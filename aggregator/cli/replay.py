"""`aggregator replay`"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from aggregator.cli.shell import Shell, print_json, printable
from aggregator.cli.steps import steps

if TYPE_CHECKING:
    from aggregator.operate.replay import Replayed
    from aggregator.store.compare import Comparison

FINE, DIFFERENT, UNKNOWN = 0, 2, 3


@click.command("replay", short_help="Rebuild the database from the kept answers and compare.")
@click.option(
    "--into",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Keep the rebuilt database as this new file, and do not compare.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@click.pass_obj
def command(shell: Shell, into: Path | None, as_json: bool) -> int:
    """Rebuild the database from the kept answers of arXiv, and compare.

    \b
    Example:  aggregator replay
    To mend:  aggregator replay --into rebuilt.db && aggregator restore rebuilt.db

    Reads only; works beside the daemon. Answers are kept for `keep_raw_days`: what is older cannot be rebuilt.
    Exit code 0: the same announcements and papers came out. 2: they differ. 3: cannot tell.
    """
    from aggregator.app import App
    from aggregator.errors import StoreError
    from aggregator.upkeep import Upkeep

    shell.start_logging()
    app = App(shell.settings)
    try:
        with steps("replaying what was kept") as progress:
            done, found = Upkeep(app).replay(into, progress=progress)
    except StoreError as error:
        click.echo(f"aggregator: {error}", err=True)
        return UNKNOWN
    if as_json:
        print_json(_as_json(done, found, into))
    else:
        _print(done, found, into)
    return _code(done, found)


def _code(done: Replayed, found: Comparison | None) -> int:
    if found is not None and found.count:
        return DIFFERENT
    return FINE if done.bodies and not done.lost else UNKNOWN


def _print(done: Replayed, found: Comparison | None, into: Path | None) -> None:
    said = ", ".join(f"{count} {outcome}" for outcome, count in sorted(done.outcomes.items()))
    click.echo(f"{done.bodies} kept answers replayed{f': {said}' if said else ''}")
    for line in done.lost:
        click.echo(f"  lost: {printable(line)}")
    if into is not None:
        click.echo(f"{into} holds what they say")
    if found is not None:
        _print_comparison(found)


def _print_comparison(found: Comparison) -> None:
    for line in found.differences:
        click.echo(f"  {printable(line)}")
    if found.count > len(found.differences):
        click.echo(f"  … and {found.count - len(found.differences)} more")
    what = f"{found.announcements:,} announcements and {found.papers:,} papers compared"
    click.echo(f"{what}: {f'{found.count:,} differences' if found.count else 'the same'}")
    if found.older:
        click.echo(f"not compared, because older than the kept answers: {found.older:,}")
    if found.derived:
        click.echo(f"not compared, because an import derived their days: {found.derived:,}")
    if found.witnessed:
        click.echo(
            f"not in the replay, because they came by OAI-PMH, whose pages are not kept: {found.witnessed:,}"
        )


def _as_json(done: Replayed, found: Comparison | None, into: Path | None) -> dict[str, object]:
    import msgspec

    return {
        "replayed": done.bodies,
        "outcomes": {outcome.value: count for outcome, count in done.outcomes.items()},
        "lost": done.lost,
        "into": into,
        "comparison": msgspec.to_builtins(found),
    }
