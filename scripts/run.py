"""`make run`: the daemon and the web server side by side, until Ctrl-C or until one of them ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

AGGREGATOR = [sys.executable, "-m", "aggregator"]


def main() -> int:
    """Build what is there, start both, end both. Returns the exit code of the one that ended first."""
    code = subprocess.run([*AGGREGATOR, "build"], check=False).returncode
    if code:
        return code
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    children = [subprocess.Popen([*AGGREGATOR, name]) for name in ("daemon", "serve")]
    try:
        while all(child.poll() is None for child in children):
            time.sleep(0.2)
        return next(child.returncode for child in children if child.returncode is not None)
    except KeyboardInterrupt:
        return 0
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait()


if __name__ == "__main__":
    sys.exit(main())
