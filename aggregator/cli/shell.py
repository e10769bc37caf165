"""What commands share: settings, logging, output and progress."""

from __future__ import annotations

import json
import logging
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

    def start_logging(self, level: int = logging.WARNING) -> None:
        """Log to standard error, one line an event."""
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(_OneLine("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        logging.basicConfig(level=logging.DEBUG if self._verbose else level, handlers=[handler])
        logging.getLogger("httpx").setLevel(logging.WARNING)
        logging.getLogger("apscheduler").setLevel(logging.WARNING)

    def watcher(self, *, quiet: bool = False) -> Lines:
        """Progress: a bar on a terminal, plain lines in a log; `quiet` leaves out what went well."""
        from aggregator.cli.progress import Bar, Lines

        return Bar(quiet=quiet) if sys.stderr.isatty() else Lines(quiet=quiet)


class _OneLine(logging.Formatter):
    """A record is one line, whatever text from outside it carries; a traceback follows below it."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the name is logging's)
        record.message = printable(record.message, 2000)
        return super().formatMessage(record)


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def printable(text: str, limit: int = 300) -> str:
    """Text from outside for a terminal or a log: one line, no control characters, bounded."""
    clean = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[: limit + 1])
    return clean if len(text) <= limit else clean[:limit] + "…"
