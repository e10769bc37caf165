"""What the tests rely on: one that hangs fails, with its name and its stack, and does not hold up the others."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

HANGING = """
from threading import Event
def test_that_hangs(): Event().wait()
def test_behind_it(): pass
"""


def test_a_test_that_hangs_fails_and_the_others_go_on(tmp_path: Path) -> None:
    file = tmp_path / "test_hanging.py"
    file.write_text(HANGING)
    config = str(ROOT / "pyproject.toml")
    options = ["--numprocesses", "1", "--config-file", config, "-o", "faulthandler_timeout=0.5"]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        *options,
        str(file),
    ]
    run = subprocess.run(command, capture_output=True, check=False, text=True, timeout=60)
    assert run.returncode == 1
    assert "crashed while running" in run.stdout
    assert "1 failed, 1 passed" in run.stdout
    assert "in test_that_hangs" in run.stderr
