"""`aggregator categories`"""

from __future__ import annotations

import click

from aggregator.cli.shell import print_json


@click.command("categories", short_help="List the categories of arXiv, or find some.")
@click.argument("text", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(text: str | None, as_json: bool) -> None:
    """List arXiv's categories, or those whose id or name holds TEXT.

    \b
    Example:  aggregator categories learning
    """
    from aggregator.taxonomy import ALIASES, ARCHIVES, CATEGORIES

    wanted = (text or "").lower()
    found = [c for c in CATEGORIES.values() if c.active and wanted in f"{c.id} {c.name}".lower()]
    if as_json:
        print_json(
            [{"id": c.id, "name": c.name, "archive": c.archive, "same_as": ALIASES.get(c.id)} for c in found]
        )
        return
    archive = None
    for category in found:
        if category.archive != archive:
            archive = category.archive
            click.echo(f"\n{archive}  {ARCHIVES[archive].name}  ({ARCHIVES[archive].group})")
        same = f"  (one list with {ALIASES[category.id]})" if category.id in ALIASES else ""
        click.echo(f"  {category.id:<20} {category.name}{same}")
