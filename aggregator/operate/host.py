"""What the host gives: versions, limits, time zones, the clock. Every threshold has its reason beside it."""

from __future__ import annotations

import platform
import re
import resource
import sqlite3
import sys
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from pyexpat import EXPAT_VERSION

from aggregator.operate.findings import Finding, Level, judged

DISTRIBUTION = "aggregator"
NEW_YORK = "America/New_York"  # arXiv's calendar
SQLITE = (3, 51, 3)  # mends the write-ahead log's "WAL-reset" fault (sqlite.org/wal.html)
EXPAT = (2, 6, 0)  # parses large tokens in linear time (CVE-2023-52425)
FILES = 256  # a run needs about 40 open files, the web server one more a reader
MEMORY = 512 * 1024 * 1024  # bytes of address space; a run on a large day takes about 150 MB resident
SKEW = timedelta(minutes=5)


def host(now: datetime, newest: datetime | None, ahead: timedelta | None) -> Iterator[Finding]:
    """All about the host. `newest` is the latest moment that the data knows; `ahead` how far the clock was
    ahead of arXiv's when it was last asked."""
    yield judged(
        "Python", platform.python_version(), (sys.version_info < (3, 11), Level.WRONG, "3.11 is needed")
    )
    yield sqlite(sqlite3.sqlite_version)
    yield expat(EXPAT_VERSION)
    yield libraries()
    yield limit("open files", resource.RLIMIT_NOFILE, FILES)
    yield limit("address space", resource.RLIMIT_AS, MEMORY)
    yield zones()
    yield clock(now, newest)
    if ahead is not None:
        yield against_arxiv(ahead)


def sqlite(version: str) -> Finding:
    """C6. One process writes here, so that the fault is unlikely; it is still a reason to upgrade."""
    hint = "before 3.51.3 a rare fault can damage the database when two connections write: upgrade Python's SQLite"
    return judged("SQLite", version, (_numbers(version) < SQLITE, Level.NOTE, hint))


def expat(version: str) -> Finding:
    """C6."""
    hint = "before 2.6.0 a hostile feed can keep the processor busy (CVE-2023-52425): upgrade expat"
    return judged("expat", version.removeprefix("expat_"), (_numbers(version) < EXPAT, Level.NOTE, hint))


def libraries() -> Finding:
    """The libraries that the program asks for, with their versions."""
    try:
        asked = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        return Finding("libraries", Level.NOTE, "this program is not installed", "run `make install`")
    names = [re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in asked if "extra ==" not in line]
    found = {name: _version(name) for name in names}
    missing = [name for name, version in found.items() if version is None]
    says = ", ".join(f"{name} {version or 'missing'}" for name, version in found.items())
    return judged("libraries", says, (bool(missing), Level.WRONG, f"install {', '.join(missing)}"))


def limit(what: str, which: int, least: int) -> Finding:
    """A limit of this process, as its parent set it."""
    soft, _ = resource.getrlimit(which)
    if soft == resource.RLIM_INFINITY:
        return Finding(what, Level.FINE, "unlimited")
    return judged(what, f"{soft:,}", (soft < least, Level.WRONG, f"at least {least:,} are needed (ulimit)"))


def zones(key: str = NEW_YORK) -> Finding:
    """T8. arXiv's days are days of New York."""
    try:
        zoneinfo.ZoneInfo(key)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        return Finding("time zones", Level.WRONG, f"no {key}: {error}", "install the tzdata package")
    system = next((path for path in zoneinfo.TZPATH if Path(path, key).is_file()), None)
    return Finding("time zones", Level.FINE, system or f"the tzdata package, {_version('tzdata')}")


def clock(now: datetime, newest: datetime | None) -> Finding:
    """T3–T5. Nothing that was written can lie in the future; the program itself was written, too."""
    installed = datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
    known = max(filter(None, (installed, newest)))
    says = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    hint = f"something here was written at {known:%Y-%m-%d %H:%M:%S} UTC: set the clock"
    return judged("clock", says, (now < known - SKEW, Level.WRONG, hint))


def against_arxiv(ahead: timedelta) -> Finding:
    """T11. By the Date header of arXiv's last answer."""
    seconds = ahead.total_seconds()
    says = f"{abs(seconds):.0f} s {'ahead of' if seconds >= 0 else 'behind'} arXiv's at its last answer"
    return judged("clock skew", says, (abs(ahead) > SKEW, Level.NOTE, "set the clock, or let NTP do it"))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)))


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
