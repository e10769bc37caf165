"""What the newest days announced, in one small file: a browser that knows what its reader has seen can count the rest.

{"cs.CL": {"2024-03-26": "2403.10000 2403.10001v2", …}, …}    version 1 is not written
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from aggregator.models import Page

Announced = Mapping[str, Mapping[date, Sequence[tuple[str, int]]]]


def page(announced: Announced, categories: Sequence[str]) -> Page:
    """`announced` as the store gives it; every one of `categories` has an entry, in their order."""
    made = {
        category: {day.isoformat(): " ".join(map(_written, papers)) for day, papers in days.items()}
        for category in categories
        for days in [announced.get(category, {})]
    }
    return Page("recent.json", msgspec.json.encode(made))


def _written(paper: tuple[str, int]) -> str:
    paper_id, version = paper
    return paper_id if version == 1 else f"{paper_id}v{version}"
