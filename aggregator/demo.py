"""A week of a simulated arXiv in some seconds: the real pipeline, a virtual clock, a server on loopback.

    each day ─► midnight in New York: the feeds are made ─► update ─► a second look ─► … ─► build

All waits are virtual: the gate keeps its 3 s, the server's `Retry-After` is obeyed, and the clock jumps.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from aggregator.announce import NEW_YORK, slot_at
from aggregator.app import App, make_folder
from aggregator.asking import Watcher
from aggregator.errors import SettingsError
from aggregator.models import Published, Report
from aggregator.settings import ArxivSettings, Settings, SiteSettings
from aggregator.simulator import Fault, Script, SimulatedArxiv, Truth, VirtualClock, faults

CATEGORIES = ("cs.AI", "cs.CL", "cs.LG", "stat.ML", "math.PR", "hep-th", "quant-ph")
ANNOUNCEMENTS = 60  # a listing day, over all categories
SEED = 1991
MARKER = "DEMO"  # a file that says who made the folder
LOOKS = (time(0, 20), time(2, 0))  # New York: after the feeds are made, and when every second look is due
REAL_PER_VIRTUAL = 0.004  # seconds; a wait of 120 s can be watched for half a one


@dataclass(frozen=True, slots=True)
class DayDone:
    """What one day of the demo brought: the report of each look."""

    day: date
    looks: tuple[Report, ...]


class Demo:
    """The last `days` days up to `today`, lived through in `folder`, which is emptied first.

    Raises SettingsError when the folder holds something that no demo made.
    """

    def __init__(
        self, folder: Path, *, days: int, base_url: str, watcher: Watcher, today: date | None = None
    ):
        self._settings = settings_for(folder, base_url)
        self._watcher = watcher
        last = today or slot_at(datetime.now(UTC)).listing_day
        self._first = last - timedelta(days=days - 1)
        self._script = Script(CATEGORIES, self._first, days=days, announcements=ANNOUNCEMENTS, seed=SEED)
        _empty(folder)

    def live(self) -> Iterator[DayDone]:
        """Each day in turn. The second one meets a 503 that asks for two minutes."""
        clock = VirtualClock(_moment(self._first, LOOKS[0]), real_per_virtual=REAL_PER_VIRTUAL)
        with SimulatedArxiv(Truth(self._script), clock) as arxiv:
            app = App(_asking(self._settings, arxiv.url), clock=clock, watcher=self._watcher)
            for number, day in enumerate(self._script.calendar()):
                if number == 1:
                    arxiv.inject(Fault(faults.status(503, retry_after="120")))
                yield DayDone(day, tuple(_look(app, clock, day, at) for at in LOOKS))

    def build(self) -> Published:
        """The site of all days."""
        return App(self._settings, watcher=self._watcher).build()


def settings_for(folder: Path, base_url: str) -> Settings:
    """The settings of a demo that keeps everything in `folder`."""
    return Settings(
        categories=CATEGORIES,
        data=folder,
        site=SiteSettings(title="arXiv daily (sample papers)", base_url=base_url),
    )


def _asking(settings: Settings, url: str) -> Settings:
    asks = ArxivSettings(
        contact="demo@example.org", rss_url=url, oai_url=f"{url}/oai", api_url=f"{url}/api/query"
    )
    return Settings(categories=settings.categories, data=settings.data, arxiv=asks, site=settings.site)


def _look(app: App, clock: VirtualClock, day: date, at: time) -> Report:
    clock.advance_to(_moment(day, at))
    return app.update()


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, NEW_YORK)


def _empty(folder: Path) -> None:
    """Make `folder` new. Only a folder that a demo made is emptied."""
    marker = folder / MARKER
    if folder.exists() and any(folder.iterdir()) and not marker.exists():
        raise SettingsError(f"{folder} holds something that no demo made; choose another folder")
    shutil.rmtree(folder, ignore_errors=True)
    make_folder(folder)
    marker.write_text("Made by `aggregator demo`, and emptied by the next one.\n")
