"""What commands share: settings, logging, output and progress."""

from __future__ import annotations

import json
import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from aggregator.cli.progress import Lines
    from aggregator.settings import Settings


class Shell:
    """The command line's own context: where the settings are, and how to talk."""

    def __init__(self, path: Path | None, *, verbose: bool) -> None:
        self._path = path
        self._verbose = verbose

    @cached_property
    def settings(self) -> Settings:
        """The settings in force. Raises SettingsError."""
        from aggregator.settings import load

        return load(self._path)

    def start_logging(self, level: str = "WARNING") -> None:
        """Log to standard error, from `level` on, one line an event, in the form that the settings name.

        Wrong settings are not told here: whoever needs them does.
        """
        from aggregator.cli import logs
        from aggregator.errors import SettingsError

        try:
            form = self.settings.log.format
        except SettingsError:
            form = "text"
        logs.start(form, "DEBUG" if self._verbose else level)

    def watcher(self, *, quiet: bool = False) -> Lines:
        """Progress: a bar on a terminal, plain lines in a log; `quiet` leaves out what went well."""
        from aggregator.cli.progress import Bar, Lines

        return Bar(quiet=quiet) if sys.stderr.isatty() else Lines(quiet=quiet)


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def printable(text: str, limit: int = 300) -> str:
    """Text from outside for a terminal or a log: one line, no control characters, bounded."""
    clean = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[: limit + 1])
    return clean if len(text) <= limit else clean[:limit] + "…"
