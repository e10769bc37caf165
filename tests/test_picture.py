"""The picture of a day: small, of the right size, the same each time, and safe from whatever it is told."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from aggregator.models import Kind
from aggregator.site.picture import draw
from aggregator.taxonomy import CATEGORIES

COUNTS = {Kind.NEW: 20, Kind.CROSS: 6, Kind.REPLACE: 9, Kind.REPLACE_CROSS: 1}


def picture(name: str = "Computation and Language", counts: dict[Kind, int] | None = None) -> bytes:
    return draw(
        "arXiv daily", name, "cs.CL, Tuesday, 26 March 2024", "36 papers. Complete.", counts or COUNTS
    )


def test_a_picture_is_a_small_png_as_large_as_others_show_it() -> None:
    body = picture()
    with Image.open(io.BytesIO(body)) as image:
        assert (image.format, image.size) == ("PNG", (1200, 630))
    assert len(body) <= 15_000
    assert body == picture()


def test_the_longest_names_fit() -> None:
    longest = sorted((category.name for category in CATEGORIES.values()), key=len)[-3:]
    for name in longest:
        assert len(picture(name)) <= 15_000


@pytest.mark.parametrize("name", ["", "山田 \ud800 \x00", "x" * 5000, "a " * 5000])
def test_any_name_can_be_drawn(name: str) -> None:
    assert picture(name).startswith(b"\x89PNG")


@pytest.mark.parametrize("counts", [{Kind.NEW: 0}, {Kind.REPLACE: 10**9}, {Kind.NEW: 1, Kind.CROSS: 10**6}])
def test_any_counts_can_be_drawn(counts: dict[Kind, int]) -> None:
    assert picture(counts=counts).startswith(b"\x89PNG")
