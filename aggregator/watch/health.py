"""Three questions of a monitor, and their answers: does it live, can it work, are its readers served?

/livez    ticker and worker give signs of life: else start the process anew
/readyz   the database opens and the daemon's lock is held
/healthz  no followed category is overdue, and arXiv has not closed the door: else somebody should look
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from aggregator.errors import AggregatorError
from aggregator.watch.pulse import FRESH, Pulse
from aggregator.watch.server import Reply
from aggregator.watch.standing import WORDS, Standing


def live(pulse: Pulse) -> Reply:
    """Whether the process should go on."""
    return _reply([pulse.trouble(FRESH)])


def ready(standing: Callable[[], Standing], lock_held: bool) -> Reply:
    """Whether the daemon can do its work."""
    found = _read(standing)
    return _reply([found if isinstance(found, str) else "", "" if lock_held else "the daemon's lock is lost"])


def healthy(standing: Callable[[], Standing]) -> Reply:
    """Whether everything that arXiv announced should be here is here. Names what is not."""
    found = _read(standing)
    if isinstance(found, str):
        return _reply([found])
    late = [f"{name}: {WORDS[level]}" for name, level in found.levels.items() if level]
    door = f"arXiv closed the door: {found.gate.reason}" if found.gate.needs_operator else ""
    return _reply([*late, door])


def _read(standing: Callable[[], Standing]) -> Standing | str:
    try:
        return standing()
    except AggregatorError as error:
        return str(error)


def _reply(troubles: Iterable[str]) -> Reply:
    lines = [" ".join(trouble.split()) for trouble in troubles if trouble]
    return Reply(503 if lines else 200, "".join(f"{line}\n" for line in lines or ["ok"]).encode())
