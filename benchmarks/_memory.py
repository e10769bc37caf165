"""The memory of a process and all its children while they run, from /proc: own pages and mapped files apart."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from _frame import Cost

OFTEN = 0.05  # seconds


@dataclass(slots=True)
class Memory:
    """Peaks in MB, of the process and its children together: `own` pages, those of mapped `files`, and `all`.

    `processes` is how many there were at a time.
    """

    own: float = 0.0
    files: float = 0.0
    all: float = 0.0
    processes: int = 0

    def see(self, pages: Sequence[tuple[int, int]]) -> None:
        own, files = (sum(each) / 1000 for each in zip(*pages, strict=True))
        self.own, self.files = max(self.own, own), max(self.files, files)
        self.all = max(self.all, own + files)
        self.processes = max(self.processes, len(pages))


def watched(command: Sequence[str | Path]) -> tuple[Cost, Memory]:
    """Run `command` as `_frame.measure` does, and look at its memory all the while. SystemExit when it fails."""
    memory = Memory()
    with tempfile.TemporaryFile() as said:
        began = time.monotonic()
        process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=said)
        watcher = threading.Thread(target=_watch, args=(process.pid, memory), daemon=True)
        watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        watcher.join()
        if process.returncode:
            said.seek(0)
            raise SystemExit(f"{command}: exit code {process.returncode}\n{said.read()[-2000:].decode()}")
    return Cost(usage.ru_utime + usage.ru_stime, wall, int(memory.all * 1000)), memory


def _watch(pid: int, memory: Memory) -> None:
    while pages := [found for each in _family(pid) if (found := _pages(each))]:
        memory.see(pages)
        time.sleep(OFTEN)


def _family(pid: int) -> list[int]:
    """The process and its children, and theirs."""
    found = [pid]
    for each in found:
        try:
            children = Path(f"/proc/{each}/task/{each}/children").read_text()
        except OSError:
            continue
        found += map(int, children.split())
    return found


def _pages(pid: int) -> tuple[int, int] | None:
    """kB of its own pages and of mapped files, None for a process that is over."""
    try:
        said = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        own, files = (int(said[name].split()[0]) for name in ("RssAnon", "RssFile"))
    except (OSError, KeyError):
        return None
    return own, files + int(said["RssShmem"].split()[0])
