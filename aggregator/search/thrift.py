"""Giving memory back while an index is made, so that a small computer keeps its own.

tantivy merges segments through mapped files, and every page that it has read counts as this process's until the kernel
needs it elsewhere; the allocator keeps what a written segment freed. Of a million papers both came to 130 MB. What is
let go is read again where it is still needed, so that nothing depends on when this is called. Linux with glibc only;
elsewhere nothing happens.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PAUSE = 0.1  # seconds; each time takes 5 ms
_MAPS = Path("/proc/self/maps")  # proc_pid_maps(5)
_PAGEOUT = 21  # madvise(2), Linux 5.4: it may take any page, and loses none


@contextmanager
def thrifty(folder: Path, pause: float = PAUSE) -> Iterator[None]:
    """Gives memory back every `pause` seconds: merging goes on beside the caller, and after the last paper."""
    over = threading.Event()

    def give() -> None:
        while not over.wait(pause):
            give_back(folder)

    giver = threading.Thread(target=give, name="thrift", daemon=True)
    giver.start()
    try:
        yield
    finally:
        over.set()
        giver.join()


def give_back(folder: Path) -> None:
    """Let go of free memory, and of the mapped pages of the files in `folder`."""
    with suppress(OSError, AttributeError, ValueError):  # another system
        libc = ctypes.CDLL(None)
        libc.malloc_trim(0)
        for start, end in _mapped(folder):
            libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), _PAGEOUT)


def _mapped(folder: Path) -> list[tuple[int, int]]:
    """First and last addresses of what is mapped of the files in `folder`."""
    lines = [line for line in _MAPS.read_text().splitlines() if f"{folder.absolute()}/" in line]
    ranges = (line.split(maxsplit=1)[0].partition("-") for line in lines)
    return [(int(start, 16), int(end, 16)) for start, _, end in ranges]
