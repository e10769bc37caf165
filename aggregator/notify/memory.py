"""What was told, in a small file beside the database: losing it costs a repeated notice, and no more."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

log = logging.getLogger(__name__)


class Memory:
    """Keys and moments in the JSON file at `path`. Where it cannot be written, this process still remembers."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._told: dict[str, str] | None = None

    def load(self) -> dict[str, str]:
        """What was told. A damaged file counts as empty."""
        if self._told is None:
            self._told = _read(self._path)
        return self._told

    def save(self, told: dict[str, str]) -> None:
        """Remember `told` and nothing else; the file is replaced whole."""
        if told == self._told:
            return
        self._told = told
        part = self._path.with_name(f".{self._path.name}.part")
        try:
            with part.open("w") as file:
                json.dump({"told": told}, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, self._path)
        except OSError as error:
            log.warning("cannot remember what was told: %s: %s", self._path, error.strerror)


def _read(path: Path) -> dict[str, str]:
    try:
        told = json.loads(path.read_text())["told"]
        return {str(key): str(at) for key, at in told.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("%s is not readable, notices may repeat: %s", path, error)
        return {}
