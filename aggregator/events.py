"""What the daemon does, told as it happens: to the log, with an event's name and its facts, and to the metrics.

fetch.done     a category was polled, with outcome, day, counts and next try
retry.wait     a try failed; told before the wait, with the moment it ends
day.STATE      a listing day changed its state in the ledger, e.g. day.confirmed, day.suspect
publish.done   the site was published
run.failed     a run ended with an error that was foreseen; run.crashed: with one that was not
clock.skewed   this clock and arXiv's differ by more than 5 minutes; clock.jumped: it was set
"""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from aggregator.asking import Watcher
from aggregator.clock import Clock
from aggregator.models import Answer, CategoryReport, LedgerRow, Outcome, Published, State, Verdict
from aggregator.retry import Wait
from aggregator.sources.skew import skew_of
from aggregator.watch.metrics import Metrics

log = logging.getLogger(__name__)

SKEW = 300.0  # seconds between arXiv's clock and ours that are worth a warning
_OPEN = frozenset({State.LATE, State.SUSPECT})


def event(name: str, **facts: object) -> dict[str, Any]:
    """What makes a log record an event: pass it as `extra`."""
    return {"event": name, "facts": facts}


class Teller(Watcher):
    """Tells the log and the metrics how a run goes; waits are told before they begin. `clock` is the worker's."""

    def __init__(self, metrics: Metrics, clock: Clock) -> None:
        self._metrics = metrics
        self._clock = clock
        self._skewed = False

    def waiting(self, category: str, wait: Wait) -> None:
        until = (self._clock.now() + timedelta(seconds=wait.seconds)).isoformat(timespec="seconds")
        self._metrics.waits(wait.seconds)
        log.warning(
            "%s: %s; next try at %s",
            category,
            wait.error,
            until,
            extra=event(
                "retry.wait",
                category=category,
                attempt=wait.attempt,
                seconds=wait.seconds,
                until=until,
                reason=str(wait.error),
            ),
        )

    def reported(self, report: CategoryReport) -> None:
        if report.outcome is Outcome.NOT_DUE:
            return
        self._metrics.polled(report)
        log.info(
            "%s: %s, day %s, %d added, next try %s %s",
            report.category,
            report.outcome,
            report.day,
            report.added,
            report.next_try,
            report.reason,
            extra=event("fetch.done", **_facts_of(report)),
        )

    def turned(self, row: LedgerRow) -> None:
        log.log(
            logging.WARNING if row.state in _OPEN else logging.INFO,
            "%s: %s is %s: %s",
            row.category,
            row.day,
            row.state,
            row.reason,
            extra=event(
                f"day.{row.state}",
                category=row.category,
                day=row.day.isoformat(),
                reason=row.reason,
                counts={kind.value: count for kind, count in row.counts.items()},
                missing=row.missing,
                filled=row.filled,
                source=row.evidence.source if row.evidence else None,
                body=row.evidence.body if row.evidence else None,
            ),
        )

    def building(self, what: str, done: int, total: int) -> None:  # noqa: ARG002 (who it is does not matter)
        """A sign of life, which is what asking the clock is: a large site takes long."""
        self._clock.monotonic()

    def witnessed(self, verdict: Verdict) -> None:
        """A category was held against the second witness."""
        self._metrics.witnessed(verdict)
        log.log(
            logging.WARNING if verdict.error else logging.INFO,
            "%s: OAI-PMH from %s to %s: %d records, %d announcements were missing %s",
            verdict.category,
            verdict.since,
            verdict.until,
            verdict.records,
            verdict.filled,
            verdict.error,
            extra=event("witness.done", **asdict(verdict)),
        )

    def answered(self, answer: Answer) -> None:
        """How do the clocks compare?"""
        skew = skew_of(answer)
        if skew is None:
            return
        self._metrics.skewed(skew)
        skewed = abs(skew) > SKEW
        if skewed != self._skewed:
            self._skewed = skewed
            text = (
                "this clock and arXiv's differ by %+.0f s" if skewed else "the clocks agree again (%+.0f s)"
            )
            level = logging.WARNING if skewed else logging.INFO
            log.log(level, text, skew, extra=event("clock.skewed", seconds=round(skew)))

    def published(self, published: Published, seconds: float) -> None:
        """The site was published."""
        self._metrics.published(published)
        log.info(
            "published in %.1f s: %d written, %d unchanged, %d removed",
            seconds,
            published.written,
            published.unchanged,
            published.pruned,
            extra=event("publish.done", seconds=round(seconds, 3), **asdict(published)),
        )


def _facts_of(report: CategoryReport) -> dict[str, object]:
    return {
        "category": report.category,
        "outcome": report.outcome.value,
        "day": report.day.isoformat() if report.day else None,
        "counts": {kind.value: count for kind, count in report.counts.items()},
        "added": report.added,
        "attempts": report.attempts,
        "reason": report.reason,
        "evidence": report.evidence,
        "next_try": report.next_try.isoformat() if report.next_try else None,
    }
