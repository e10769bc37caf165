"""A short rehearsal: weeks of a misbehaving arXiv, with kills and a day of absence (scripts/rehearse.py)."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "scripts" / "rehearse.py"


@pytest.mark.slow
def test_P1_P8_nothing_is_lost_in_weeks_of_faults_and_kills() -> None:
    """Database = truth, and the site is that of a run without faults."""
    command = [
        sys.executable,
        str(SCRIPT),
        "--days",
        "18",
        "--categories",
        "2",
        "--kills",
        "12",
        "--daily",
        "30",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    table = dict(re.findall(r"^(.+?)  +(.+)$", done.stdout, re.MULTILINE))
    assert int(table["looks, of them killed"].split(", ")[1]) > 3
    assert table["on their day"] == table["announcements, true"]
    assert (table["missing, by kind"], table["stored, but not true"]) == ("none", "0")
    assert table["files that differ"] == "0"
    assert "suspect" not in table["ledger"]
