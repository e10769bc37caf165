"""`python -m aggregator` and the console script."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and exit with its code.

    The overview is printed without click, whose import takes three times as long as Python itself.
    """
    if sys.argv[1:] in (["--help"], ["-h"]):
        from aggregator.usage import OVERVIEW

        sys.stdout.write(OVERVIEW)
        return
    from aggregator.cli import run

    sys.exit(run())


if __name__ == "__main__":
    main()
