"""A week of a simulated arXiv in some seconds: the real pipeline, a virtual clock, a server on loopback.

    clock ─► 00:20 New York ─► update (as the daemon would) ─► next listing day … ─► build

All waits are virtual: the gate keeps its 3 s, the server's `Retry-After` is obeyed, and the clock jumps.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from aggregator.announce import slot_at, slot_of
from aggregator.app import App, make_folder
from aggregator.errors import SettingsError
from aggregator.models import Published
from aggregator.pipeline import Watcher
from aggregator.settings import ArxivSettings, Settings, SiteSettings
from aggregator.simulator import Fault, SimulatedArxiv, Truth, VirtualClock

CATEGORIES = ("cs.AI", "cs.CL", "cs.LG", "stat.ML", "math.PR", "hep-th", "quant-ph")
PAPERS_A_DAY = 60
AFTER_SLOT = timedelta(hours=4, minutes=20)  # a feed is made at midnight, New York
SEED = 1991
MARKER = "DEMO"
WATCHABLE = 0.01  # real seconds for each virtual second of waiting


def listing_days(until: date, count: int) -> list[date]:
    """The last `count` listing days up to `until`, oldest first."""
    days = [slot_at(slot_of(until).announced_at).listing_day] if until.weekday() < 5 else []
    day = until
    while len(days) < count:
        day -= timedelta(days=1)
        if day.weekday() < 5:
            days.append(day)
    return days[::-1]


def settings_for(folder: Path, url: str, *, base_url: str) -> Settings:
    """The settings of a demo run that asks `url` and keeps everything in `folder`."""
    return Settings(
        categories=CATEGORIES,
        data=folder,
        arxiv=ArxivSettings(contact="demo@example.org", rss_url=url, oai_url=f"{url}/oai", api_url=f"{url}/api"),
        site=SiteSettings(title="arXiv daily (sample papers)", base_url=base_url),
    )


def rehearse(
    folder: Path,
    *,
    days: int,
    base_url: str,
    watcher: Watcher,
    say: Callable[[str], None],
    today: date | None = None,
) -> Published:
    """Run `days` listing days up to `today` in `folder`, which is emptied first, and build the site."""
    _empty(folder)
    wanted = listing_days(today or slot_at(datetime.now(UTC)).listing_day, days)
    clock = VirtualClock(slot_of(wanted[0]).announced_at, real_per_virtual=WATCHABLE)
    truth = Truth(seed=SEED, categories=CATEGORIES, days=wanted, papers_a_day=PAPERS_A_DAY)
    with SimulatedArxiv(truth, clock) as arxiv:
        app = App(settings_for(folder, arxiv.rss_url, base_url=base_url), clock=clock, watcher=watcher)
        for number, day in enumerate(wanted):
            if number == 1:
                arxiv.inject(Fault.status(503, retry_after=120, times=1))
            _live_through(app, clock, day, say)
        return app.build()


def _live_through(app: App, clock: VirtualClock, day: date, say: Callable[[str], None]) -> None:
    clock.advance_to(slot_of(day).announced_at + AFTER_SLOT)
    say(f"── {day:%A} {day} ──")
    app.update()


def _empty(folder: Path) -> None:
    """Make `folder` new. Only a folder that a demo made is emptied."""
    marker = folder / MARKER
    if folder.exists() and any(folder.iterdir()) and not marker.exists():
        raise SettingsError(f"{folder} holds something that no demo made; choose another folder")
    shutil.rmtree(folder, ignore_errors=True)
    make_folder(folder)
    marker.write_text("Made by `aggregator demo`, and emptied by the next one.\n")
