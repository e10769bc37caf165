"""What really happened at the simulated arXiv: every paper, version and announcement, in order.

The oracle of the tests: whatever the feeds showed, hid or delayed, a good reader ends up with this.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from aggregator.models import Announcement
from aggregator.simulator.play import play
from aggregator.simulator.preprint import Item, Preprint, announcement
from aggregator.simulator.script import Script


class Truth:
    """Everything that a script makes happen."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.releases, self._papers = play(script)

    def announcements(
        self, until: datetime | None = None, categories: tuple[str, ...] | None = None
    ) -> frozenset[Announcement]:
        """All that was announced by `until` (the end, when None) in `categories` (those of the script)."""
        followed = self.script.categories if categories is None else categories
        return frozenset(
            announcement(item, category, release.day, position)
            for release in self.releases
            if until is None or release.announced_at <= until
            for category in followed
            for position, item in enumerate(release.listings.get(category, ()), 1)
        )

    def papers(self) -> Mapping[str, Preprint]:
        """Every paper by id, as it stands at the end, versions included that no feed announces (v6 and up)."""
        return self._papers

    def listing(self, category: str, day: date) -> tuple[Item, ...]:
        """What `category` lists under `day`; empty where nothing was announced."""
        return next((r.listings.get(category, ()) for r in self.releases if r.day == day), ())
