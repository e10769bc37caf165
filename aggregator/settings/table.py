"""Every setting as a row: for the reader, the example file and the manual."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from aggregator.settings.shape import Settings

PREFIX = "AGGREGATOR_"


@dataclass(frozen=True, slots=True)
class Setting:
    """One key. `section` is empty for a key at the top of the file; `type` carries the range."""

    section: str
    key: str
    type: Any
    default: Any
    description: str

    @property
    def name(self) -> str:
        """As the manual and messages call it: "arxiv.interval"."""
        return f"{self.section}.{self.key}" if self.section else self.key

    @property
    def variable(self) -> str:
        """The environment variable that sets it: "AGGREGATOR_ARXIV_INTERVAL"."""
        return PREFIX + self.name.replace(".", "_").upper()

    @property
    def default_text(self) -> str:
        """The default as TOML."""
        if isinstance(self.default, int) and self.default >= 100_000:
            return f"{self.default:_}"
        return json.dumps(self.default, default=str)


@cache
def all_settings() -> dict[str, Setting]:
    """Every setting by its name, in the order of the file."""
    rows = _rows("", Settings)
    for section, kind in sections().items():
        rows += _rows(section, kind)
    return {setting.name: setting for setting in rows}


@cache
def sections() -> dict[str, type[msgspec.Struct]]:
    """The sections of the file and what each holds."""
    return {field.name: field.type for field in msgspec.structs.fields(Settings) if _is_section(field)}


def example() -> str:
    """The default settings file: every key with a comment, its default commented out."""
    lines = [
        "# Settings of aggregator. What is commented out shows the default.",
        "# The environment wins over this file: AGGREGATOR_CATEGORIES=cs.AI,cs.CL AGGREGATOR_ARXIV_INTERVAL=5",
    ]
    section = ""
    for setting in all_settings().values():
        if setting.section != section:
            section = setting.section
            lines += ["", f"[{section}]"]
        lines += ["", f"# {setting.description}", f"#{setting.key} = {setting.default_text}"]
    return "\n".join(lines) + "\n"


def _rows(section: str, kind: type[msgspec.Struct]) -> list[Setting]:
    fields = [field for field in msgspec.structs.fields(kind) if not _is_section(field)]
    return [Setting(section, f.name, f.type, f.default, f.type.__metadata__[-1].description) for f in fields]


def _is_section(field: msgspec.structs.FieldInfo) -> bool:
    return isinstance(field.default, msgspec.Struct)
