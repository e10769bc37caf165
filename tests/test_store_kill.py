"""P1, P8: kill -9 at any instant, restart, repeat: the same final state as without the kill."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_p1_thirty_kills_at_random_instants_change_nothing(tmp_path: Path) -> None:
    killer = Path(__file__).with_name("store_killer.py")
    run = subprocess.run(
        [sys.executable, str(killer), str(tmp_path), "30", "20260504"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={"PYTHONPATH": f"{killer.parent}:{killer.parent.parent}"},
    )
    assert (run.stdout, run.returncode) == ("ok\n", 0), run.stderr
