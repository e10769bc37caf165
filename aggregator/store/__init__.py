"""The one truth: SQLite below the data folder, raw bodies beside it, and the lock that keeps one writer.

`Store` is loaded when it is first asked for: it brings sqlite-utils along (0.2 s), which `status` and the
lock need not pay for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from aggregator.store.lock import DataLock
from aggregator.store.status import Counts, StatusRows, read_status

if TYPE_CHECKING:
    from aggregator.store.database import Store

__all__ = ["Counts", "DataLock", "StatusRows", "Store", "read_status"]


def __getattr__(name: str) -> Any:
    if name == "Store":
        return import_module("aggregator.store.database").Store
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
