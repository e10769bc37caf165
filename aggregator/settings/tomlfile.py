"""A TOML file that can tell the line of a key, which `tomllib` does not."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from aggregator.errors import SettingsError

Names = tuple[str, ...]

_TOKEN = re.compile(r""" "(?:[^"\\\n]|\\.)*" | '[^'\n]*' | \#[^\n]* """, re.VERBOSE)  # a string or a comment


@dataclass(frozen=True, slots=True)
class Statement:
    """A table header, or a key with its value. `first` is its line (from 1); `text` may span several."""

    first: int
    text: str
    names: Names  # of the header, or of the table that the key stands in
    tables: dict[str, Any]  # what the statement says when it stands alone; empty for a header


class TomlFile:
    """The tables of a TOML text, and where each key stands. Raises SettingsError when it is not TOML."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self._text = text
        self.tables = self._parse()

    @classmethod
    def read(cls, path: Path) -> TomlFile:
        """The file at `path`. Raises SettingsError when it cannot be read or is not TOML in UTF-8."""
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise SettingsError(f"cannot be read: {error.strerror}", path=path) from error
        try:
            return cls(path, raw.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            raise SettingsError("not UTF-8 text", path=path, line=line) from error

    def line_of(self, *names: str) -> int | None:
        """The line where a key or table first appears, e.g. line_of("arxiv", "interval")."""
        found = self._statement(names)
        return found.first if found else None

    def line_of_text(self, names: Names, text: str, repeat: int = 1) -> int | None:
        """The line of the `repeat`-th string `text` within the value of a key; else the key's line."""
        found = self._statement(names)
        if found is None:
            return None
        tokens = _TOKEN.finditer(found.text)
        places = [token.start() for token in tokens if token[0] in (f'"{text}"', f"'{text}'")]
        if len(places) < repeat:
            return found.first
        return found.first + found.text.count("\n", 0, places[repeat - 1])

    def _parse(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            told = re.search(r"at line (\d+)", str(error))
            line = int(told[1]) if told else self._text.rstrip("\n").count("\n") + 1
            reason = re.sub(r" \(at .*\)$", "", str(error))
            raise SettingsError(f"not valid TOML: {reason}", path=self.path, line=line) from error

    def _statement(self, names: Names) -> Statement | None:
        return next((s for s in self._statements if _says(s, names)), None)

    @cached_property
    def _statements(self) -> tuple[Statement, ...]:
        return tuple(_split(self._text))


def _split(text: str) -> Iterator[Statement]:
    """The statements of a valid TOML text. A statement ends where what was read since the last one parses."""
    names: Names = ()
    read: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        read.append(line)
        alone = _tables("\n".join(read))
        if alone is None:
            continue
        header = read[0].lstrip().startswith("[")
        names = _only_names(alone) if header else names
        if alone:
            yield Statement(number - len(read) + 1, "\n".join(read), names, {} if header else alone)
        read = []


def _tables(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _only_names(header: Any) -> Names:
    """The names of a lone header: `[a.b]` parses to {"a": {"b": {}}}, `[[a]]` to {"a": [{}]}."""
    names = []
    while header:
        header = header[0] if isinstance(header, list) else header
        for name, inside in header.items():
            names.append(name)
            header = inside
    return tuple(names)


def _says(statement: Statement, names: Names) -> bool:
    """True when the statement names this key or table, or something inside it."""
    if not statement.tables:
        return statement.names[: len(names)] == names
    if statement.names != names[: len(statement.names)]:
        return False
    inside: Any = statement.tables
    for name in names[len(statement.names) :]:
        if not isinstance(inside, dict) or name not in inside:
            return False
        inside = inside[name]
    return True
