"""Papers from before the script began: they are replaced and cross-listed as if they had always been there."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random

from aggregator.simulator.phrases import words
from aggregator.simulator.preprint import Preprint, with_aliases
from aggregator.taxonomy import CATEGORIES

_OLD_ARCHIVES = frozenset(
    words("""
        astro-ph / cond-mat / cs / gr-qc / hep-ex / hep-lat / hep-ph / hep-th / math / math-ph / nlin / nucl-ex
        nucl-th / physics / q-bio / quant-ph
    """)
)
MOST_VERSIONS = 5  # what feeds announce (arXiv: later replacements are not mailed)
DAILY_NUMBERS = 900  # ids that the whole of arXiv hands out a day, roughly


class Backlog:
    """Invents papers older than `first_day`, each id once."""

    def __init__(self, first_day: date, rng: Random) -> None:
        self._first_day, self._rng = first_day, rng
        self._taken: set[str] = set()

    def paper(self, *categories: str) -> Preprint:
        """A paper listed in `categories` (canonical, primary first) with one to five versions."""
        versions = min(MOST_VERSIONS, 1 + int(self._rng.expovariate(0.9)))
        while True:
            moment, paper_id = self._identity(categories[0])
            if paper_id not in self._taken:
                break
        self._taken.add(paper_id)
        gap = (self._moment(2) - moment) / versions
        submitted = tuple(moment + n * gap for n in range(versions))
        return Preprint(paper_id, with_aliases(*categories), submitted)

    def _identity(self, primary: str) -> tuple[datetime, str]:
        archive = CATEGORIES[primary].archive
        chance = self._rng.random()
        if chance < 0.04 and archive in _OLD_ARCHIVES:
            day = date(1996, 2, 1) + timedelta(days=int(self._rng.random() * 4000))
            return self._at(day), f"{archive}/{day:%y%m}{1 + int(self._rng.random() * 900):03}"
        if chance < 0.08:
            day = date(2008, 1, 1) + timedelta(days=int(self._rng.random() * 2500))
            return self._at(day), f"{day:%y%m}.{1 + int(self._rng.random() * 9000):04}"
        moment = self._moment(4 + int(self._rng.expovariate(1 / 120)))
        number = DAILY_NUMBERS * (moment.day - 1) + int(self._rng.random() * DAILY_NUMBERS)
        return moment, f"{moment:%y%m}.{max(1, number):05}"

    def _moment(self, days_before: int) -> datetime:
        return self._at(self._first_day - timedelta(days=days_before))

    def _at(self, day: date) -> datetime:
        seconds = int(self._rng.random() * 86_400)
        return datetime.combine(day, time(), UTC) + timedelta(seconds=seconds)
