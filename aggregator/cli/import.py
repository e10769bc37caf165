"""`aggregator import`"""

# ruff: noqa: N999 (modules are named after their commands)

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from aggregator.cli.shell import Shell, print_json, printable
from aggregator.cli.steps import steps

if TYPE_CHECKING:
    from aggregator.models import Imported
    from aggregator.sources.snapshot_file import SnapshotFile

    Progress = Callable[[Imported, SnapshotFile], object]


@click.command("import", short_help="Load arXiv's history from a metadata snapshot.")
@click.argument("file")
@click.option(
    "--categories",
    "names",
    default="",
    metavar="NAMES",
    help="Only papers of these categories or archives, joined by commas, e.g. cs.CL,math.",
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Only papers that were first submitted on this day or later.",
)
@click.option("--limit", type=click.IntRange(1), help="Stop after so many lines, to try it.")
@click.option(
    "--index/--no-index", default=True, help="Bring the search index up to date at the end (default)."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@click.pass_obj
def command(
    shell: Shell, file: str, names: str, since: datetime | None, limit: int | None, index: bool, as_json: bool
) -> int:
    """Load arXiv's history from FILE, Kaggle's arxiv-metadata-oai-snapshot.json, plain or as .gz, .zst or .zip; - is
    standard input.

    \b
    Example:  aggregator import arxiv-metadata-oai-snapshot.json

    Works beside the daemon. Interrupted, it goes on where it stood; repeated, it changes nothing. Lines that are no
    papers are counted and kept aside in the data folder.
    """
    from aggregator.importer import Wanted
    from aggregator.loading import load

    shell.start_logging()
    wanted = Wanted(_chosen(names), since.date() if since else None)
    gc.disable()  # millions of objects and no circle among them: the collector costs an eighth and finds nothing
    try:
        with _bar() as progress:
            done = load(
                shell.settings.data, file, wanted=wanted, limit=limit, stdin=_stdin(), progress=progress
            )
    finally:
        gc.enable()
    if index:
        from aggregator.app import App

        with steps("search index") as indexing:
            App(shell.settings).index(anew=False, progress=indexing)
    if as_json:
        import msgspec

        print_json({"papers": done.papers, **msgspec.to_builtins(done)})
    else:
        _print(done, shell.settings.data)
    return 0


def _stdin() -> BufferedReader:
    return cast("BufferedReader", sys.stdin.buffer)


def _chosen(names: str) -> frozenset[str]:
    from aggregator.taxonomy import canonical

    return frozenset(canonical(name.strip()) for name in names.split(",") if name.strip())


def _print(done: Imported, data: Path) -> None:
    click.echo(
        f"{done.lines:,} lines: {done.added:,} papers added, {done.changed:,} completed, {done.unchanged:,} known, "
        f"{done.skipped:,} not asked for"
    )
    click.echo(f"{done.announcements:,} announcements derived from submission dates")
    if done.undated:
        click.echo(f"{done.undated:,} papers tell no date of submission and stand on no day")
    if done.refused:
        click.echo(f"{done.refused:,} lines refused, kept in {data / done.rejects}; the first:")
        for line in done.first_refusals:
            click.echo(f"  {printable(line)}")


@contextmanager
def _bar() -> Iterator[Progress]:
    """Papers, megabytes a second and the time left, on a terminal."""
    if not sys.stderr.isatty():
        yield lambda _done, _file: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("importing", total=None)
        yield lambda done, file: bar.update(
            task, description=f"{done.papers:,} papers", completed=file.read, total=file.size
        )
