"""`aggregator add`"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli import exits
from aggregator.cli.shell import Shell, print_json, printable

if TYPE_CHECKING:
    from aggregator.adding import Added


@click.command("add", short_help="Add papers by id, address or search.")
@click.argument("papers", nargs=-1, metavar="[ID|URL]...")
@click.option(
    "--search", "query", help="Add what arXiv's query API finds, such as 'au:noether AND cat:math.AG'."
)
@click.option("--most", type=click.IntRange(1, 30_000), default=100, show_default=True, help="Of a search.")
@click.option("--json", "as_json", is_flag=True, help="Print what was added as JSON.")
@click.pass_obj
def command(shell: Shell, papers: tuple[str, ...], query: str | None, most: int, as_json: bool) -> int:
    """Add papers that no followed list brought: by id, by address, or by a search. Each gets a page of its own.

    \b
    Example:  aggregator add 2401.00001 hep-th/9901001 https://arxiv.org/abs/1207.7214v2
              aggregator add --search 'au:noether AND cat:math.AG' --most 20

    Exit code 0: all are here. 64: an argument names no paper; nothing was asked. 69: arXiv did not give some.
    75: arXiv could not be reached or asks to wait.
    """
    from aggregator.app import App

    _check(papers, query)
    shell.start_logging()
    with closing(shell.watcher()) as watcher:
        app = App(shell.settings, watcher=watcher)
        done = app.add_found(query, most) if query else app.add(papers)
    if as_json:
        print_json(_as_json(done))
    else:
        _print(done)
    return exits.UNAVAILABLE if done.missing or done.refused else exits.OK


def _check(papers: tuple[str, ...], query: str | None) -> None:
    """Raises UsageError that names what is no paper."""
    from aggregator.normalise import ids

    if bool(papers) == bool(query):
        raise click.UsageError("name papers, or --search for some")
    for text in papers:
        try:
            ids.parse(text)
        except ValueError as error:
            raise click.UsageError(
                f"{printable(text)}: {error}, such as 2401.00001 or hep-th/9901001"
            ) from error


def _print(done: Added) -> None:
    for paper in done.papers:
        click.echo(f"{paper.id}v{paper.version}  {printable(paper.title_text)}")
    for text in done.missing:
        click.echo(
            f"{text}: arXiv gave no such paper (it answers with nothing at times: try again later)", err=True
        )
    for refusal in done.refused:
        click.echo(f"{printable(refusal.what)}: refused, {printable(refusal.reason)}", err=True)
    if done.total > len(done.papers):
        click.echo(f"{len(done.papers)} of {done.total} that were found; --most takes more", err=True)
    click.echo(f"{done.fresh} added; `aggregator build` makes their pages", err=True)


def _as_json(done: Added) -> dict[str, Any]:
    return {
        "papers": [{"id": p.id, "version": p.version, "title": p.title_text} for p in done.papers],
        "added": done.fresh,
        "found": done.total or len(done.papers),
        "missing": done.missing,
        "refused": [{"what": refusal.what, "reason": refusal.reason} for refusal in done.refused],
    }
