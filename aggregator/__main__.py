"""`python -m aggregator` and the console script."""

from __future__ import annotations

import gc
import sys

_OFTEN = 50_000  # new objects between two looks for cycles


def main() -> None:
    """Run the command line and exit with its code.

    The overview is printed without click, whose import takes three times as long as Python itself. Imports make some
    70,000 objects that stay: Python's own pace of 700 looks through them a hundred times, which takes 20 ms.
    """
    gc.set_threshold(_OFTEN)
    if sys.argv[1:] in (["--help"], ["-h"]):
        from aggregator.usage import OVERVIEW

        sys.stdout.write(OVERVIEW)
        return
    from aggregator.cli import run

    sys.exit(run())


if __name__ == "__main__":
    main()
