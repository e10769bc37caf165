"""Run by test_import: imports that are killed at random instants, against one that is not. Prints "ok".

A program of its own so that it can fork: the libraries are imported once for all.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path

from snapshot_samples import line, load, text
from store_samples import dump, is_sound

LINES = 1500


def killed(folder: Path, snapshot: Path, after: float) -> bool:
    """Start an import and kill it after so many seconds. False when it was done by then."""
    pid = os.fork()
    if pid == 0:
        load(folder, snapshot, page=40)
        os._exit(0)
    time.sleep(after)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


def main(root: Path, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    snapshot = root / "snapshot.json"
    snapshot.write_bytes(text(b"damaged" if n % 97 == 0 else line(n) for n in range(1, LINES)))
    for name in ("whole", "killed"):
        (root / name).mkdir()
    started = time.perf_counter()
    load(root / "whole", snapshot, page=40)
    took = time.perf_counter() - started
    done = sum(killed(root / "killed", snapshot, chance.uniform(0, took / kills)) for _ in range(kills))
    assert done >= kills // 2, "the imports are done before they can be killed"
    load(root / "killed", snapshot, page=40)
    assert is_sound(root / "killed" / "papers.db")
    whole, again = (
        dump(root / name / "papers.db", without=["saved_at", "first_seen"]) for name in ("whole", "killed")
    )
    for table in whole:
        assert whole[table] == again[table], table
    rejects = [next((root / name).glob("import-rejects-*")).read_bytes() for name in ("whole", "killed")]
    assert rejects[0] == rejects[1]
    print("ok")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
