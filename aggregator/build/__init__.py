"""From rows to files: render what changed, publish it in one go.

    stamps ─► scope ─► cards ─► families: pieces whose key changed ─► pages ─► publish ─► manifest
    of days   which     of papers   lists, papers, …                           whole or     keys and
              days      without one                                            not at all   stamps

A *piece* is one or more files made of the same rows; its *key* says of which rows and by which renderer. A piece whose
key stands in the manifest is left alone. So that not every piece has to be asked, the manifest also keeps a *stamp* for
each listing day: only days whose stamp differs, or whose words depend on the clock, are looked at (the *scope*).
After a new renderer, and when somebody asks for a thorough build, the scope is everything, the files are held
against the manifest, and foreign files are removed. The manifest only saves work: lost or wrong, everything is
rendered again and unchanged bytes are still not rewritten. Much work is shared with helper processes (`helpers`).
"""

from aggregator.build.builder import Builder
from aggregator.build.helpers import Helpers, all_cores

__all__ = ["Builder", "Helpers", "all_cores"]
