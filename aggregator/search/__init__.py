"""The search index: derived from the store, never the truth, made again by one command.

rows ─► documents ─► writer ─► data/search/ ─► engine ─► ids, counts, shares, suggestions
                       query ─► compile ─────────┘
"""

from aggregator.search.engine import DEEPEST, Engine, asked_node
from aggregator.search.light import Highlighter
from aggregator.search.writer import Indexed, Indexer, Progress

__all__ = ["DEEPEST", "Engine", "Highlighter", "Indexed", "Indexer", "Progress", "asked_node"]
