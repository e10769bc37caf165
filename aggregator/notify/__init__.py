"""Notices to people: what to tell (pure), what was told (a file), and how (Apprise, on a thread of its own).

`sender` is not imported here: Apprise costs half a second, and most installations send nothing.
"""

from aggregator.notify.desk import Desk, Sender
from aggregator.notify.memory import Memory
from aggregator.notify.notices import Notice

__all__ = ["Desk", "Memory", "Notice", "Sender"]
