"""A loopback arXiv with invented papers, for the demo, rehearsals and tests. It knows the truth.

A `Script` says what happens, `Truth` plays it, `SimulatedArxiv` serves it at the pace of a `VirtualClock`,
and `Fault`s break it on cue.
"""

from aggregator.simulator.clock import VirtualClock
from aggregator.simulator.faults import Fault
from aggregator.simulator.feeds import atom_document, rss_document
from aggregator.simulator.script import Script
from aggregator.simulator.server import Logged, SimulatedArxiv
from aggregator.simulator.truth import Truth

__all__ = [
    "Fault",
    "Logged",
    "Script",
    "SimulatedArxiv",
    "Truth",
    "VirtualClock",
    "atom_document",
    "rss_document",
]
