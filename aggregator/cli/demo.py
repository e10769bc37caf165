"""`aggregator demo`"""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import click

from aggregator.cli.shell import Shell

BASE_URL = "http://127.0.0.1:8000/"


@click.command("demo")
@click.option("--no-serve", is_flag=True, help="Build the pages and exit.")
@click.option("--days", type=click.IntRange(1, 60), default=5, show_default=True, help="Listing days to run.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option(
    "--data",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("data/demo"),
    show_default=True,
    help="Folder of the demo; it is emptied first.",
)
@click.pass_obj
def command(shell: Shell, no_serve: bool, days: int, port: int, folder: Path) -> int:
    """Run the real pipeline against a simulated arXiv, and serve the pages.

    \b
    Example:  aggregator demo --no-serve

    All papers are invented. Nothing but loopback is asked.
    """
    from aggregator.cli.serve import serve_folder
    from aggregator.demo import rehearse

    shell.start_logging()
    started = time.monotonic()
    click.echo("A simulated arXiv on loopback, invented papers, virtual time; one try will meet a 503.", err=True)
    with closing(shell.watcher()) as watcher:
        done = rehearse(
            folder,
            days=days,
            base_url=BASE_URL,
            watcher=watcher,
            say=lambda line: click.echo(line, err=True),
        )
    click.echo(f"{done.written} files in {folder / 'site'} after {time.monotonic() - started:.1f} s")
    if no_serve:
        return 0
    return serve_folder(folder / "site", base_url=BASE_URL, host="127.0.0.1", port=port)
