"""`aggregator demo`"""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aggregator.cli.shell import Shell

if TYPE_CHECKING:
    from aggregator.demo import DayDone

BASE_URL = "http://127.0.0.1:8000/"


@click.command("demo", short_help="Try it all against a simulated arXiv.")
@click.option("--no-serve", is_flag=True, help="Build the pages and exit.")
@click.option(
    "--days", type=click.IntRange(1, 60), default=8, show_default=True, help="Days to live through."
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port of the pages."
)
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
    from aggregator.cli.serve import serve_site
    from aggregator.demo import Demo, settings_for

    shell.start_logging()
    started = time.monotonic()
    click.echo("A simulated arXiv on loopback, in virtual time. All papers are invented.", err=True)
    with closing(shell.watcher(quiet=True)) as watcher:
        demo = Demo(folder, days=days, base_url=BASE_URL, watcher=watcher)
        for done in demo.live():
            watcher.say(day_line(done))
        published = demo.build()
    click.echo(
        f"{published.written} files in {folder / 'site'} after {time.monotonic() - started:.1f} s", err=True
    )
    if no_serve:
        return 0
    return serve_site(settings_for(folder, BASE_URL), host="127.0.0.1", port=port)


def day_line(done: DayDone) -> str:
    """E.g. "Tuesday 2026-11-17  60 announcements in 7 categories; the second look brought nothing more"."""
    from aggregator.announce import silence

    first, second = (sum(category.added for category in look.categories) for look in done.looks)
    said = f"{done.day:%A %Y-%m-%d}".ljust(22)
    if not first + second:
        return f"{said}{silence(done.day)}"
    asked = len(done.looks[0].categories)
    again = f"{second} more" if second else "nothing more"
    return f"{said}{first} announcements in {asked} categories; a second look brought {again}"
