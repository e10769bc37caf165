"""docs/RELIABILITY.md: each row of the fault table stands there, and each test that it names exists."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent
GUIDE = (HERE.parent / "docs" / "RELIABILITY.md").read_text()
ROWS = [*(f"A{n}" for n in range(1, 27)), *(f"T{n}" for n in range(1, 12)), *(f"P{n}" for n in range(1, 17))]


def test_every_row_is_in_the_table_with_its_tests() -> None:
    found = dict(re.findall(r"^\| ([ATP]\d+) \|.*\| ([^|]*) \|$", GUIDE, re.MULTILINE))
    assert list(found) == ROWS
    assert [row for row, tests in found.items() if "`test_" not in tests] == []


def test_every_test_that_is_named_exists() -> None:
    known = {
        name
        for path in HERE.glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.M)
    }
    named = set(re.findall(r"`(test_\w+)`", GUIDE))
    assert named - known == set()
