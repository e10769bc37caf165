"""Metrics in Prometheus form. The only module that knows prometheus_client.

What happened in this process is counted as it happens; how the categories stand is read when somebody asks, so
that ages grow although nothing happens. The names are listed in docs/OPERATIONS.md.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    CollectorRegistry,
    Counter,
    Gauge,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from aggregator import __version__
from aggregator.clock import Clock
from aggregator.errors import AggregatorError
from aggregator.models import CategoryReport, LedgerRow, Published, Verdict
from aggregator.watch.pulse import Pulse
from aggregator.watch.server import Reply
from aggregator.watch.standing import Standing, age

log = logging.getLogger(__name__)


class Metrics:
    """Counts what the daemon does. `standing` tells how the categories stand, or raises AggregatorError."""

    def __init__(self, standing: Callable[[], Standing], pulse: Pulse, clock: Clock) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each counter, which nobody asks for
        self._clock = clock
        self._registry = own = CollectorRegistry()
        self._polls = Counter("aggregator_polls", "Polls of a category", ["outcome"], registry=own)
        self._added = Counter("aggregator_announcements_added", "Announcements stored", registry=own)
        self._filled = Counter("aggregator_announcements_filled", "Of these, on OAI-PMH's word", registry=own)
        self._waits = Counter("aggregator_retry_waits", "Waits before another try", registry=own)
        self._waited = Counter("aggregator_retry_wait_seconds", "Seconds of these waits", registry=own)
        self._runs = Counter("aggregator_runs", "Runs that asked arXiv or built pages", registry=own)
        self._failed = Counter("aggregator_runs_failed", "Runs that ended with an error", registry=own)
        self._duration = Gauge("aggregator_run_duration_seconds", "Length of the last run", registry=own)
        self._ended = Gauge("aggregator_run_timestamp_seconds", "End of the last run", registry=own)
        self._pages = Counter("aggregator_pages", "Files of the site, by fate", ["fate"], registry=own)
        self._built = Gauge("aggregator_publish_timestamp_seconds", "Last publish", registry=own)
        self._skew = Gauge(
            "aggregator_clock_skew_seconds", "This clock minus arXiv's, last answer", registry=own
        )
        self._notices = Counter("aggregator_notices", "Notices, by fate", ["fate"], registry=own)
        own.register(_Standing(standing, pulse, clock))
        ProcessCollector(registry=own)

    def polled(self, report: CategoryReport) -> None:
        """A category was polled, or was not due."""
        self._polls.labels(report.outcome.value).inc()
        self._added.inc(report.added)

    def witnessed(self, verdict: Verdict) -> None:
        """The second witness brought what the feeds lacked."""
        self._added.inc(verdict.filled)
        self._filled.inc(verdict.filled)

    def waits(self, seconds: float) -> None:
        """A wait before another try begins."""
        self._waits.inc()
        self._waited.inc(seconds)

    def ran(self, seconds: float, *, failed: bool) -> None:
        """A run is over."""
        self._runs.inc()
        self._failed.inc(failed)
        self._duration.set(seconds)
        self._ended.set(self._clock.now().timestamp())

    def published(self, published: Published) -> None:
        """The site was published."""
        for fate in ("written", "unchanged", "pruned"):
            self._pages.labels(fate).inc(getattr(published, fate))
        self._built.set(self._clock.now().timestamp())

    def skewed(self, seconds: float) -> None:
        """arXiv's clock and this one differ by so much."""
        self._skew.set(seconds)

    def noticed(self, *, sent: bool) -> None:
        """A notice was sent, or was not taken."""
        self._notices.labels("sent" if sent else "failed").inc()

    def text(self) -> bytes:
        """All metrics, in Prometheus' text format."""
        return generate_latest(self._registry)

    def reply(self) -> Reply:
        """The same over HTTP."""
        return Reply(200, self.text(), CONTENT_TYPE_PLAIN_0_0_4)

    def write(self, path: Path) -> None:
        """The same as a file, replaced whole. Raises OSError, and then leaves no half of one."""
        part = path.with_name(f".{path.name}.part")
        try:
            part.write_bytes(self.text())
            os.replace(part, path)
        except OSError:
            part.unlink(missing_ok=True)
            raise


class _Standing(Collector):
    """Reads how things stand whenever somebody asks."""

    def __init__(self, standing: Callable[[], Standing], pulse: Pulse, clock: Clock) -> None:
        self._standing = standing
        self._pulse = pulse
        self._clock = clock

    def describe(self) -> Iterable[Metric]:
        """Nothing: registering must not read the database."""
        return ()

    def collect(self) -> Iterator[Metric]:
        yield _one("aggregator_info", "Version", 1, {"version": __version__})
        yield _one("aggregator_tick_age_seconds", "Seconds since the last tick", self._pulse.tick_age)
        yield _one("aggregator_run_silence_seconds", "Silence of the run in progress", self._pulse.silence)
        try:
            standing = self._standing()
        except AggregatorError as error:
            log.debug("no metrics from the database: %s", error)
            yield _one("aggregator_database_readable", "Whether the database opens", 0)
            return
        yield _one("aggregator_database_readable", "Whether the database opens", 1)
        yield _one("aggregator_papers", "Papers stored", standing.papers)
        yield _one("aggregator_announcements", "Announcements stored", standing.announcements)
        yield from _gate(standing)
        yield from _categories(standing)


def _gate(standing: Standing) -> Iterator[Metric]:
    gate = standing.gate
    left = (gate.closed_until - standing.at).total_seconds() if gate.closed_until else 0.0
    yield _one("aggregator_cooldown_seconds", "Seconds until arXiv may be asked again", max(0.0, left))
    yield _one("aggregator_strikes", "Refusals by arXiv in a row", gate.strikes)
    yield _one("aggregator_needs_operator", "Whether `aggregator resume` is waited for", gate.needs_operator)


def _categories(standing: Standing) -> Iterator[Metric]:
    by_category: tuple[tuple[str, str, Callable[[str], float | None]], ...] = (
        ("level", "0 up to date, 1 late, 2 stale, 3 unknown", standing.levels.get),
        (
            "newest_day_age_seconds",
            "Seconds since the slot of the newest stored day",
            lambda name: _age(standing, standing.newest_day(name)),
        ),
        (
            "oldest_open_day_age_seconds",
            "Seconds since the slot of the oldest open day, 0 without one",
            lambda name: _age(standing, standing.oldest_open_day(name)) or 0.0,
        ),
        ("last_check_timestamp_seconds", "Last poll", lambda name: _moment(standing, name, "checked_at")),
        ("next_try_timestamp_seconds", "Next poll", lambda name: _moment(standing, name, "next_try")),
    )
    for name, text, value_of in by_category:
        family = GaugeMetricFamily(f"aggregator_{name}", text, labels=["category"])
        for category in standing.levels:
            if (value := value_of(category)) is not None:
                family.add_metric([category], value)
        yield family
    yield _days(standing.ledger)


def _days(rows: Iterable[LedgerRow]) -> Metric:
    family = GaugeMetricFamily("aggregator_days", "Recent and open listing days", labels=["state"])
    states = [row.state.value for row in rows]
    for state in sorted(set(states)):
        family.add_metric([state], states.count(state))
    return family


def _one(name: str, text: str, value: float, labels: dict[str, str] | None = None) -> Metric:
    family = GaugeMetricFamily(name, text, labels=list(labels or {}))
    family.add_metric(list((labels or {}).values()), value)
    return family


def _age(standing: Standing, day: date | None) -> float | None:
    return age(day, standing.at) if day else None


def _moment(standing: Standing, category: str, field: str) -> float | None:
    poll = standing.polls.get(category)
    moment = getattr(poll, field) if poll else None
    return moment.timestamp() if moment else None
