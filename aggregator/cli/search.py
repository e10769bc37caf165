"""`aggregator search`"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.shell import Shell, print_json, printable

if TYPE_CHECKING:
    from aggregator.models import Found


@click.command("search", short_help="Search all papers that are here.")
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--sort", type=click.Choice(["relevance", "newest", "oldest"]), default="relevance", show_default=True
)
@click.option("--show", type=click.IntRange(1, 1000), default=10, show_default=True, help="Papers to list.")
@click.option("--skip", type=click.IntRange(0, 100_000), default=0, help="Papers to pass over.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@click.pass_obj
def command(shell: Shell, words: tuple[str, ...], sort: str, show: int, skip: int, as_json: bool) -> None:
    """Search all papers that are here. docs/SEARCH.md tells what can be asked.

    \b
    Example:  aggregator search 'ti:"neural network" au:lecun year:2010-' --sort newest
    """
    from aggregator.models import Asked, Order
    from aggregator.search import Engine

    shell.start_logging()
    data = shell.settings.data
    found = Engine(data / "search").search(
        Asked(" ".join(words).replace("\n", " "), Order(sort), skip=skip, show=show)
    )
    titles = _titles(data / "papers.db", found)
    if as_json:
        print_json({"total": found.total, "papers": [{"id": i, "title": titles.get(i)} for i in found.ids]})
        return
    for paper_id in found.ids:
        click.echo(f"{paper_id:<18} {printable(titles.get(paper_id, ''))}")
    click.echo(f"{found.total:,} found", err=True)


def _titles(database: Any, found: Found) -> dict[str, str]:
    from aggregator.store import Store

    with Store.open(database, read_only=True) as store:
        return store.plain_titles(found.ids)
