"""`make run`: the daemon and the web server side by side, until Ctrl-C or until one of them ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

AGGREGATOR = [sys.executable, "-m", "aggregator"]
GRACE = 8.0  # seconds; the daemon promises to end within 5


def main() -> int:
    """Build what is there, start both, end both. Returns the exit code of the one that ended first."""
    code = subprocess.run([*AGGREGATOR, "build"], check=False).returncode
    if code:
        return code
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # In groups of their own, so that Ctrl-C reaches this process only and each child is told once.
    children = [subprocess.Popen([*AGGREGATOR, name], process_group=0) for name in ("daemon", "serve")]
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
            end(child)


def end(child: subprocess.Popen[bytes]) -> None:
    """Wait for a child that was told to end, but not for ever."""
    try:
        child.wait(GRACE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
