"""The log: one line an event whatever it holds, and no place it is written to ends the program (rows S18, X14)."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.cli.logs import Json, Lines, Text
from aggregator.cli.shell import printable

HOSTILE = "a title\r\n2026-01-01 00:00:00.000 CRITICAL forged: line\x1b[31m\u2028\x85\udcff"
ENDS = ("\n", "\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "\x1b")


def record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    logger = logging.getLogger("aggregator.test")
    return logger.makeRecord(logger.name, logging.WARNING, __file__, 1, message, args, None, extra=extra)


def failed(text: str) -> logging.LogRecord:
    found = record("it failed")
    try:
        raise ValueError(text)
    except ValueError:
        found.exc_info = sys.exc_info()
    return found


def test_an_event_is_one_json_object_with_its_facts_beside_the_message() -> None:
    line = Json().format(
        record("cs.AI: %s", "stored", event="fetch.done", facts={"category": "cs.AI", "added": 3})
    )
    found = json.loads(line)
    assert (found["event"], found["category"], found["added"]) == ("fetch.done", "cs.AI", 3)
    assert (found["level"], found["logger"], found["message"]) == (
        "warning",
        "aggregator.test",
        "cs.AI: stored",
    )
    assert abs((datetime.now(UTC) - datetime.fromisoformat(found["time"])).total_seconds()) < 60


def test_facts_do_not_replace_what_every_line_has() -> None:
    found = json.loads(Json().format(record("m", event="e", facts={"message": "no", "time": 0, "day": None})))
    assert (found["message"], found["event"], found["day"]) == ("m", "e", None)


def test_a_record_that_is_no_event_is_a_line_as_well() -> None:
    assert json.loads(Json().format(record("m")))["event"] == "log"


@given(st.text(), st.text())
def test_X14_json_lines_are_one_line_of_ascii(message: str, fact: str) -> None:
    line = Json().format(record("%s", message, event="e", facts={"reason": fact}))
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["reason"] == fact


@given(st.text())
def test_X14_text_lines_are_one_line(message: str) -> None:
    line = Text().format(record("%s", message))
    assert len(line.splitlines()) == 1
    assert not any(end in line for end in ENDS)


def test_X14_a_traceback_can_not_forge_a_line() -> None:
    lines = Text().format(failed(HOSTILE)).splitlines()
    assert all(line.startswith("    ") for line in lines[1:])
    assert any("forged" in line for line in lines)
    found = json.loads(Json().format(failed(HOSTILE)))
    assert "ValueError" in found["traceback"]


def test_messages_and_tracebacks_are_bounded() -> None:
    assert len(Text().format(record("x" * 10**6))) < 3000
    assert len(Json().format(record("x" * 10**6))) < 3000
    assert len(Json().format(failed("x" * 10**6))) < 25_000
    assert printable("x" * 10, 3) == "xxx…"


# where the log goes


@dataclass
class Pipe:
    """Both ends; closing one twice is harmless."""

    reader: FileIO
    writer: FileIO

    @property
    def fd(self) -> int:
        return self.writer.fileno()

    def read(self) -> bytes:
        return os.read(self.reader.fileno(), 65_536)


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    reader, writer = os.pipe()
    with FileIO(reader) as one, FileIO(writer, "w") as other:
        yield Pipe(one, other)


def test_a_line_is_written_whole_and_at_once(pipe: Pipe) -> None:
    handler = Lines(pipe.fd)
    handler.setFormatter(Json())
    handler.emit(record("x" * 1500))
    assert pipe.read().endswith(b'"}\n')
    assert handler.lost == 0


def test_S18_a_full_disk_loses_lines_and_nothing_else() -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        handler = Lines(full)
        handler.emit(record("one"))
        handler.emit(record("two"))
    finally:
        os.close(full)
    assert handler.lost == 2


def test_S18_a_pipe_without_reader_loses_lines_and_nothing_else(pipe: Pipe) -> None:
    pipe.reader.close()
    handler = Lines(pipe.fd)
    handler.emit(record("one"))
    assert handler.lost == 1


def test_S18_a_pipe_that_nobody_empties_holds_nobody_up_for_long(pipe: Pipe) -> None:
    handler = Lines(pipe.fd)
    started = time.monotonic()
    for _ in range(200):
        handler.emit(record("x" * 1900))
    assert handler.lost > 100
    assert time.monotonic() - started < 5
    while len(pipe.read()) == 65_536:
        pass
    handler.emit(record("back again"))
    assert pipe.read().splitlines()[-1].endswith(b"back again")


def test_a_record_that_can_not_be_formatted_ends_nothing(
    pipe: Pipe, capsys: pytest.CaptureFixture[str]
) -> None:
    handler = Lines(pipe.fd)
    handler.emit(record("%d", "no number"))
    assert handler.lost == 1
    assert "Logging error" in capsys.readouterr().err


def test_S18_with_closed_descriptors_no_file_of_ours_becomes_the_log(tmp_path: Path) -> None:
    """Without care, the first file that is opened gets the number of the closed standard error."""
    code = """
import logging, os, sys
from aggregator.cli import logs
logs.start("text", logging.INFO)
ours = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
logging.getLogger("x").warning("this must not be in there")
sys.exit(0 if ours > 2 and os.path.getsize(sys.argv[1]) == 0 else 1)
"""
    command = f"exec {sys.executable} -c '{code}' {tmp_path / 'ours'} 0<&- 1>&- 2>&-"
    assert subprocess.run(["sh", "-c", command], check=False, timeout=30).returncode == 0
