"""`aggregator update`"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import Any

import click

from aggregator.cli import exits
from aggregator.cli.shell import Shell, print_json


@click.command("update")
@click.option("--all", "force", is_flag=True, help="Ask for every category, due or not.")
@click.option("--json", "as_json", is_flag=True, help="Print what became of each category as JSON.")
@click.pass_obj
def command(shell: Shell, force: bool, as_json: bool) -> int:
    """Fetch what is due for the configured categories, once.

    \b
    Example:  aggregator update --json

    Exit code 0: all is well. 75: arXiv could not be reached or asks to wait, try again later.
    69: an answer came that could not be used.
    """
    from aggregator.app import App

    shell.start_logging()
    with closing(shell.watcher()) as watcher:
        report = App(shell.settings, watcher=watcher).update(force=force)
    if as_json:
        print_json(report_json(report))
    elif all(c.outcome == "not-due" for c in report.categories):
        click.echo("nothing is due; `aggregator status` tells when", err=True)
    return exit_code(report.categories)


def report_json(report: Any) -> dict[str, Any]:
    """The report as plain values; dates in ISO form, moments in UTC."""
    return {
        "started_at": report.started_at.isoformat(),
        "finished_at": report.finished_at.isoformat(),
        "categories": [category_json(category) for category in report.categories],
    }


def category_json(category: Any) -> dict[str, Any]:
    return {
        "category": category.category,
        "listing_day": category.day.isoformat() if category.day else None,
        "outcome": category.outcome.value,
        "counts": {kind.value: count for kind, count in category.counts.items()},
        "added": category.added,
        "reason": category.reason,
        "evidence": category.evidence,
        "attempts": category.attempts,
        "next_try": category.next_try.isoformat() if category.next_try else None,
    }


def exit_code(categories: Sequence[Any]) -> int:
    """0, or what is worst: 69 for an answer that was refused, 75 for none."""
    outcomes = {category.outcome.value for category in categories}
    if "refused" in outcomes:
        return exits.UNAVAILABLE
    return exits.TRY_AGAIN if outcomes & {"failed", "cooling-down"} else exits.OK
