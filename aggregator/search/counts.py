"""How many papers a question finds, and how they divide by year and category."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import tantivy

from aggregator.models import Shares
from aggregator.search.compiled import Compiled
from aggregator.search.schema import SAMPLES

EXACT = 20_000  # found papers whose categories are all counted; of more, a sample of 2,000 to 8,000 is
_ENOUGH = 0.4  # of EXACT
_YEARS = {"years": {"terms": {"field": "year", "size": 200}}}
_CATEGORIES = {"categories": {"terms": {"field": "categories", "size": 400}}}
Name = TypeVar("Name", str, int)
Years = tuple[tuple[int, int], ...]
# How many there are, if that is known → how many, and how they divide.
Count = Callable[[int | None], tuple[int, Shares]]


def count(
    searcher: tantivy.Searcher, compiled: Compiled, _exact: int, total: int | None
) -> tuple[int, Shares]:
    """How many, if that is not known. Every paper has one year, and years are counted ten times as fast as names."""
    return _sum(_years(searcher.aggregate(compiled.lean, _YEARS))) if total is None else total, Shares()


def divide(
    searcher: tantivy.Searcher, compiled: Compiled, exact: int, total: int | None
) -> tuple[int, Shares]:
    """How many, by years, and by categories. Of many papers those of a sample stand for all where counting is slow."""
    years: Years | None = None
    if total is None and not compiled.is_few(exact):
        years = _years(searcher.aggregate(compiled.lean, _YEARS))
        total = _sum(years)
    if total is None or total <= exact:
        found = searcher.aggregate(compiled.lean, _CATEGORIES if years else _YEARS | _CATEGORIES)
        years = _years(found) if years is None else years
        return _sum(years), Shares(_categories(found), years)
    found = searcher.aggregate(compiled.thin(_rate(total, _ENOUGH * exact)), _YEARS | _CATEGORIES)
    seen = _years(found)
    scale = total / (_sum(seen) or 1)
    if years is not None:
        return total, Shares(_scaled(_categories(found), scale), years, about=True)
    return total, Shares(
        _scaled(_categories(found), scale), _scaled(seen, scale), about=True, about_years=True
    )


def judge(
    searcher: tantivy.Searcher, compiled: Compiled, exact: int, _total: int | None
) -> tuple[int, Shares]:
    """How many, by years, and by categories, all from a sample."""
    rate = _rate(compiled.most, exact if compiled.dear else _ENOUGH * exact)
    found = searcher.aggregate(compiled.thin(rate), _YEARS | _CATEGORIES)
    seen, names = _years(found), _categories(found)
    return _about(rate * _sum(seen)), Shares(_scaled(names, rate), _scaled(seen, rate), True, True, True)


def _rate(papers: int, most: float) -> int:
    """One of how many papers to look at, so that they are not more than that."""
    return next((rate for rate in SAMPLES if papers <= rate * most), SAMPLES[-1])


def _scaled(counts: Iterable[tuple[Name, int]], scale: float) -> tuple[tuple[Name, int], ...]:
    return tuple((name, _about(count * scale)) for name, count in counts)


def _years(found: Mapping[str, Any]) -> Years:
    return tuple(sorted((int(each["key"]), int(each["doc_count"])) for each in found["years"]["buckets"]))


def _categories(found: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    return tuple((str(each["key"]), int(each["doc_count"])) for each in found["categories"]["buckets"])


def _sum(years: Years) -> int:
    return sum(count for _, count in years)


def _about(number: float) -> int:
    """Two digits: a sample knows no more."""
    return int(float(f"{number:.1e}"))
