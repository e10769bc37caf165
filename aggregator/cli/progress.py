"""How a run shows itself: plain lines, or a bar on a terminal. Both go to standard error."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import click

from aggregator.asking import Watcher
from aggregator.cli.shell import printable
from aggregator.models import CategoryReport, Kind, Outcome
from aggregator.retry import Wait

if TYPE_CHECKING:
    from rich.progress import TaskID

_WORDS = {
    Kind.NEW: "new",
    Kind.CROSS: "cross",
    Kind.REPLACE: "replace",
    Kind.REPLACE_CROSS: "replace-cross",
}

_FINE = frozenset(Outcome) - {Outcome.FAILED, Outcome.REFUSED, Outcome.COOLING, Outcome.TRUNCATED}


def counts_in_words(counts: Mapping[Kind, int]) -> str:
    """E.g. "35 new, 27 cross, 41 replace"."""
    return ", ".join(f"{counts[kind]} {_WORDS[kind]}" for kind in Kind if counts.get(kind))


def report_line(report: CategoryReport) -> str:
    """One line on what became of a category."""
    day = str(report.day) if report.day else "no day"
    added = f", {report.added} added" if report.outcome in (Outcome.STORED, Outcome.TRUNCATED) else ""
    parts = [
        f"{report.category:<18} {day:<10}  {report.outcome}{added}",
        counts_in_words(report.counts),
        printable(report.reason),
        f"next try {moment(report.next_try)}" if report.next_try else "",
    ]
    return "  ".join(filter(None, parts))


def moment(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M} UTC"


class Lines(Watcher):
    """One line an event, on standard error; `quiet` tells only of waits and trouble."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._silent = _FINE if quiet else frozenset({Outcome.NOT_DUE})

    def say(self, line: str) -> None:
        click.echo(line, err=True)

    def waiting(self, category: str, wait: Wait) -> None:
        reason = printable(str(wait.error))
        self.say(f"{category}: try {wait.attempt} failed ({reason}); next in {wait.seconds:.1f} s")

    def reported(self, report: CategoryReport) -> None:
        if report.outcome not in self._silent:
            self.say(report_line(report))


class Bar(Lines):
    """Bars for categories and pages on a terminal; events stay as lines above them."""

    def __init__(self, *, quiet: bool = False) -> None:
        super().__init__(quiet=quiet)
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        self._bar = Progress(
            TextColumn("{task.description:<28}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=Console(stderr=True),
            transient=True,
            auto_refresh=False,  # by a thread, beside which a build would do without helpers
        )
        self._tasks: dict[str, TaskID] = {}

    def say(self, line: str) -> None:
        self._bar.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def asking(self, category: str, number: int, total: int) -> None:
        self._show("arXiv", f"asking for {category}", number - 1, total)

    def reading(self, category: str, done: int, total: int) -> None:
        self._show("records", f"records of {category}", done, total)

    def building(self, what: str, done: int, total: int) -> None:
        if done == total or done % 50 <= 1:
            self._show(what, f"building {what}", done, total)

    def close(self) -> None:
        self._bar.stop()
        self._tasks.clear()

    def _show(self, key: str, text: str, done: int, total: int) -> None:
        self._bar.start()
        if key not in self._tasks:
            self._tasks[key] = self._bar.add_task(text, total=total)
        self._bar.update(self._tasks[key], description=text, completed=done, total=total, refresh=True)
