"""Run by test_store_kill: writers that are killed at random instants, against one that is not.

Prints "ok" when every interrupted database, opened and written to again, ends equal to the uninterrupted one.
It is a program of its own so that it can fork: sqlite-utils is imported once for all writers.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from store_samples import a_fortnight, dump, is_sound, make_cards

from aggregator.models import GateState
from aggregator.store.database import Store


def write(folder: Path) -> None:
    """Everything a run writes, as often as it is called."""
    with Store.open(folder / "papers.db") as store:
        for number, poll in enumerate(a_fortnight()):
            store.save_gate(GateState(poll.checked_at, strikes=number))
            store.save_poll(poll)
            if number % 8 == 7:
                store.save_manifest({f"page/{number}": "made", "home": str(number)})
        make_cards(store)
        store.prune_bodies(datetime(2026, 5, 5, tzinfo=UTC))


def bodies(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("raw/*/*")}


def killed(folder: Path, after: float) -> bool:
    """Start a writer and kill it after so many seconds. False when it was done by then."""
    pid = os.fork()
    if pid == 0:
        write(folder)
        os._exit(0)
    time.sleep(after)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


def main(root: Path, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    started = time.perf_counter()
    write(root / "whole")
    took = time.perf_counter() - started
    truth = dump(root / "whole" / "papers.db"), bodies(root / "whole")
    done = tries = 0
    while done < kills:
        folder = root / f"killed-{tries}"
        done += sum(killed(folder, chance.uniform(0, took)) for _ in range(3))
        write(folder)
        assert is_sound(folder / "papers.db"), folder
        assert (dump(folder / "papers.db"), bodies(folder)) == truth, folder
        tries += 1
        assert tries < 3 * kills, "the writers are done before they can be killed"
    print("ok")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
