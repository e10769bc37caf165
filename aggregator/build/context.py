"""What each family of pages asks in one build."""

from __future__ import annotations

from dataclasses import dataclass

from aggregator.build.counts import Counts
from aggregator.build.notes import Notes
from aggregator.build.rows import Renderer, Rows
from aggregator.build.scope import Calendar


@dataclass(frozen=True, slots=True)
class Context:
    """The rows, the site, the followed `categories`, the days that have pages, and what was found out of them."""

    store: Rows
    site: Renderer
    categories: tuple[str, ...]
    calendar: Calendar
    counts: Counts
    notes: Notes
