"""The log: one line an event on standard error, for people or as JSON, and nothing that it meets ends the program.

An event is a record whose `extra` names it: {"event": "fetch.done", "facts": {"category": "cs.AI"}}. As JSON the
facts stand beside "time", "level", "event", "logger" and "message"; as text they are left out, since the message
says them. Text from outside stays on its line in both.
"""

from __future__ import annotations

import json
import logging
import os
import select
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aggregator.cli.shell import printable

LONGEST = 2000  # characters of a message
LONGEST_TRACE = 20_000  # characters of a traceback, the last of them
STDERR = 2
PATIENCE = 1.0  # seconds to wait for whoever reads the log; none after the first time
PIECE = 4096
_OURS = ("time", "level", "event", "logger", "message", "traceback")


def start(form: str, level: int | str) -> None:
    """Log events from `level` on to standard error, as "text" or "json"."""
    keep_descriptors()
    handler = Lines(STDERR)
    handler.setFormatter(Json() if form == "json" else Text())
    logging.basicConfig(level=level, handlers=[handler])
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it warns of each tick that a long run outlasts


def keep_descriptors() -> None:
    """Open 0, 1 and 2 where the caller closed them: else the next file would get the number, and our log."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= STDERR:
        pass
    os.close(number)


class Lines(logging.Handler):
    """Writes each record at once to descriptor `fd`. What cannot be written is lost, and counted.

    A full disk and a pipe that nobody reads are no reason to stop or to wait for long; nothing is buffered, so
    that nothing is left over to fail at the end of the process.
    """

    def __init__(self, fd: int) -> None:
        super().__init__()
        self.lost = 0
        self._fd = fd
        self._patience = PATIENCE
        self._torn = False  # the last line has no end

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._write(f"{self.format(record)}\n".encode(errors="replace"))
        except OSError:
            self.lost += 1
            self._patience = 0.0
        except Exception:  # a record that cannot be formatted is a bug, but no reason to end a run
            self.lost += 1
            self.handleError(record)

    def _write(self, line: bytes) -> None:
        """In pieces that a pipe takes without blocking once it takes anything (PIPE_BUF, pipe(7))."""
        rest = b"\n" * self._torn + line
        while rest:
            if not select.select([], [self._fd], [], self._patience)[1]:
                raise BlockingIOError
            rest = rest[os.write(self._fd, rest[:PIECE]) :]
            self._torn = bool(rest)
        self._patience = PATIENCE


class Text(logging.Formatter):
    """A record is one line, whatever text from outside it carries; a traceback follows, indented."""

    default_msec_format = "%s.%03d"

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the name is logging's)
        record.message = printable(record.message, LONGEST)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802
        lines = super().formatException(ei)[-LONGEST_TRACE:].splitlines()
        return "\n".join(f"    {printable(line, LONGEST)}" for line in lines)


class Json(logging.Formatter):
    """A record is one JSON object on one line of ASCII."""

    def format(self, record: logging.LogRecord) -> str:
        facts: Mapping[str, object] = getattr(record, "facts", {})
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": getattr(record, "event", "log"),
            "logger": record.name,
            "message": record.getMessage()[:LONGEST],
            **{name: value for name, value in facts.items() if name not in _OURS},
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)[-LONGEST_TRACE:]
        return json.dumps(line, default=str)
