"""The code of templates is kept, and nothing depends on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator.settings import SiteSettings
from aggregator.site import Site


def pages(folder: Path, cache: Path | None) -> dict[str, bytes]:
    site = Site(SiteSettings(), folder, cache=cache)
    return {page.path: page.body for page in site.fixed_pages()}


def test_pages_are_the_same_with_code_without_it_and_with_damaged_code(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    wanted = pages(tmp_path, None)
    assert pages(tmp_path, cache) == wanted
    kept = sorted(cache.iterdir())
    assert kept
    assert pages(tmp_path, cache) == wanted
    for number, file in enumerate(kept):
        file.write_bytes(b"" if number % 2 else file.read_bytes()[: 40 + number])
    assert pages(tmp_path, cache) == wanted
    assert sorted(cache.iterdir()) == kept


@pytest.mark.parametrize("broken", ["a file", "no right"])
def test_a_cache_that_cannot_be_used_is_done_without(tmp_path: Path, broken: str) -> None:
    cache = tmp_path / "cache"
    if broken == "a file":
        cache.write_bytes(b"")
    else:
        cache.mkdir(mode=0o500)
    assert pages(tmp_path, cache) == pages(tmp_path, None)
