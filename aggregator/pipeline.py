"""One run over the followed categories, from arXiv to rows.

    categories ─► due? ─► fetch, with retry ─► parse ─► file under a day ─► normalise ─► keep the books ─► store
                 ledger   source + Retry       source    announce            normalise    ledger            store

What is expected comes back in the `Report`: a category that failed, was refused or was not due never stops the
rest. A stop that was asked for (`Stopped`), a database that cannot be used (`StoreError`) and a clock that is wrong
(`BadClock`) end the run; what was stored for earlier categories stays.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from threading import Event
from typing import Protocol

from aggregator import normalise
from aggregator.announce import Filing, file_batch, silence, slot_at, slot_of
from aggregator.asking import Asker, Watcher
from aggregator.clock import Clock
from aggregator.errors import (
    AggregatorError,
    BadClock,
    CoolingDown,
    FeedError,
    FetchError,
    HttpError,
    Stopped,
    StoreError,
)
from aggregator.ledger import Look, is_due, keep_books, usual_volume
from aggregator.models import (
    Announcement,
    Answer,
    Batch,
    CategoryReport,
    DayLink,
    Kind,
    LedgerRow,
    Outcome,
    Paper,
    Poll,
    PollState,
    Report,
    Validators,
)
from aggregator.retry import Policy
from aggregator.settings import ScheduleSettings
from aggregator.sources.skew import refuse_wrong_clock

log = logging.getLogger(__name__)

Key = tuple[str, int, Kind]
LOOK_BACK = timedelta(days=35)  # of the ledger, at a poll
LONG_EMPTY = timedelta(
    hours=12
)  # after its slot: by then every feed has had its batch, unless it was skipped


class Source(Protocol):
    """An interface of arXiv that answers for one category: fetching and parsing are two calls, bytes between."""

    def url(self, category: str) -> str: ...
    def fetch(self, url: str, *, deadline: float, validators: Validators) -> Answer: ...
    def parse(self, answer: Answer, category: str) -> Batch: ...


class Rows(Protocol):
    """What a run needs of the store."""

    def poll_state(self, category: str) -> PollState | None: ...
    def validators(self, url: str) -> Validators: ...
    def known_days(self, category: str, keys: Sequence[Key]) -> Mapping[Key, date]: ...
    def days(
        self, category: str | None, categories: Sequence[str], limit: int, *, witnessed: bool
    ) -> Sequence[DayLink]: ...
    def ledger_rows(self, since: date, categories: Sequence[str]) -> Sequence[LedgerRow]: ...
    def save_poll(self, poll: Poll) -> int: ...


@dataclass(frozen=True, slots=True)
class _Reply:
    """What asking a category came to: an answer and its batch, or the error that ended the tries.

    `come_back` is the seconds before which another try makes no sense.
    """

    attempts: int
    answer: Answer | None = None
    batch: Batch | None = None
    error: Exception | None = None
    come_back: float | None = None


@dataclass(frozen=True, slots=True)
class _Past:
    """What is known of a category before a poll: its newest days, newest first, and its rows of the ledger."""

    days: Sequence[DayLink]
    rows: Sequence[LedgerRow]

    @property
    def newest(self) -> date | None:
        """The newest day that the feed itself has shown; a day may be here on a second witness's word alone."""
        shown = [row.day for row in self.rows if row.seen_at is not None]
        return max(shown, default=self.days[0].day if self.days else None)

    @property
    def over(self) -> set[date]:
        """The days that are stored, or that were still empty long after their slot."""
        vain = (
            row.day
            for row in self.rows
            if row.checked_at and row.checked_at >= slot_of(row.day).announced_at + LONG_EMPTY
        )
        return {*(link.day for link in self.days), *vain}

    def counts(self, day: date | None) -> Mapping[Kind, int]:
        return next((link.counts for link in self.days if link.day == day), {})

    def usual(self, day: date | None) -> int:
        return usual_volume([sum(link.counts.values()) for link in self.days if day and link.day < day])


class Pipeline:
    """Joins a source and a store. `deadline` is the most that one request may take, in seconds; `chance` is the
    installation's own number from 0 up to 1 that spreads the moments of its looks."""

    def __init__(
        self,
        *,
        source: Source,
        store: Rows,
        policy: Policy,
        schedule: ScheduleSettings,
        deadline: float,
        clock: Clock,
        chance: float = 0.0,
        stop: Event | None = None,
        watcher: Watcher | None = None,
    ) -> None:
        self._source = source
        self._store = store
        self._schedule = schedule
        self._clock = clock
        self._chance = chance
        self._watcher = watcher or Watcher()
        self._asker = Asker(policy, clock, deadline, stop or Event(), self._watcher)

    def update(self, categories: Sequence[str], *, force: bool = False) -> Report:
        """Ask for every category that is due (with `force`, for all) and store what came."""
        started = self._clock.now()
        reports = []
        for number, category in enumerate(categories, 1):
            self._asker.check("not all categories were asked")
            report = self._one(category, number, len(categories), force=force)
            self._watcher.reported(report)
            reports.append(report)
        return Report(started, self._clock.now(), tuple(reports))

    def _one(self, category: str, number: int, total: int, *, force: bool) -> CategoryReport:
        state = self._store.poll_state(category)
        if not force and not is_due(state, self._clock.now()):
            assert state is not None
            return CategoryReport(
                category, Outcome.NOT_DUE, day=state.day, reason=state.reason, next_try=state.next_try
            )
        self._watcher.asking(category, number, total)
        reply = self._ask(category)
        report = self._store_reply(category, reply)
        if isinstance(
            reply.error, RecursionError
        ):  # noted first, so that a new start does not run into it at once
            raise reply.error
        return report

    # fetch and parse

    def _ask(self, category: str) -> _Reply:
        url = self._source.url(category)
        validators = self._store.validators(url)
        answer: Answer | None = None

        def once(deadline: float) -> Batch | None:
            nonlocal answer
            answer = None
            answer = self._source.fetch(url, deadline=deadline, validators=validators)
            refuse_wrong_clock(answer)
            return None if answer.not_modified else self._source.parse(answer, category)

        retry = self._asker.retry(category)
        try:
            batch = self._asker.ask(category, once, retry)
        except (
            Stopped,
            StoreError,
            BadClock,
            MemoryError,
        ):  # out of memory, no state of this process can be trusted
            raise
        except AggregatorError as error:
            return _Reply(retry.attempts, answer, error=error, come_back=retry.come_back)
        except Exception as error:
            log.exception("internal error while %s was read", category)
            return _Reply(retry.attempts, answer, error=error)
        return _Reply(retry.attempts, answer, batch)

    # judge and store

    def _store_reply(self, category: str, reply: _Reply) -> CategoryReport:
        now = self._clock.now()
        past = self._past(category, now)
        counts: Mapping[Kind, int] = {}
        if reply.error is not None:
            poll = self._failed(category, reply, now)
        elif reply.batch is None:
            poll = self._not_modified(category, reply, past.newest, now)
        elif not reply.batch.entries:
            poll = self._without_entries(category, reply, now)
        else:
            poll, counts = self._with_entries(category, reply, reply.batch, past, now)
        return self._save(poll, past, counts, reply.attempts)

    def _past(self, category: str, now: datetime) -> _Past:
        """The rows of some weeks are enough, unless there was a longer silence."""
        due = slot_at(now).listing_day
        rows = self._store.ledger_rows(due - LOOK_BACK, (category,))
        if not any(row.day <= due for row in rows):
            rows = self._store.ledger_rows(date.min, (category,))
        return _Past(self._store.days(category, (category,), 60, witnessed=True), rows)

    def _save(self, poll: Poll, past: _Past, fresh: Mapping[Kind, int], attempts: int) -> CategoryReport:
        report, answer = poll.report, poll.answer
        stored = Counter(past.counts(report.day)) + Counter(fresh)
        body = hashlib.sha256(answer.body).hexdigest() if answer and answer.body else None
        look = Look(report, poll.checked_at, stored, past.usual(report.day), body)
        books = keep_books(past.rows, look, self._schedule, self._chance)
        report = replace(report, attempts=attempts, next_try=books.next_try, turned=books.turned)
        added = self._store.save_poll(replace(poll, report=report, ledger=books.rows))
        for row in books.turned:
            self._watcher.turned(row)
        return replace(report, added=added)

    def _failed(self, category: str, reply: _Reply, now: datetime) -> Poll:
        error = reply.error
        report = CategoryReport(category, _outcome_of(error), reason=_reason_of(error))
        if isinstance(error, CoolingDown):
            report = replace(report, next_try=error.until)
        elif reply.come_back is not None:
            report = replace(report, next_try=now + timedelta(seconds=reply.come_back))
        return Poll(report, now, answer=reply.answer)

    def _not_modified(self, category: str, reply: _Reply, newest: date | None, now: datetime) -> Poll:
        due = slot_at(now).listing_day
        if newest is not None and newest >= due:
            report = CategoryReport(category, Outcome.NOT_MODIFIED, day=newest, reason="nothing new")
        else:
            report = CategoryReport(
                category, Outcome.STALE, day=newest, reason=f"the feed has not changed: {silence(due)}"
            )
        return Poll(report, now, answer=reply.answer)

    def _without_entries(self, category: str, reply: _Reply, now: datetime) -> Poll:
        assert reply.batch is not None
        if reply.batch.refused:
            first = reply.batch.refused[0]
            reason = f"all {len(reply.batch.refused)} entries refused, first {first.what}: {first.reason}"
            return Poll(CategoryReport(category, Outcome.REFUSED, reason=reason), now, answer=reply.answer)
        day = reply.batch.declared_day
        reason = str(silence(day)) if day else "the feed is empty"
        return Poll(CategoryReport(category, Outcome.EMPTY, reason=reason), now, answer=reply.answer)

    def _with_entries(
        self, category: str, reply: _Reply, batch: Batch, past: _Past, now: datetime
    ) -> tuple[Poll, Mapping[Kind, int]]:
        """The poll, and how many of its announcements are not stored yet, by kind."""
        papers, keys, refused = _normalised(batch)
        known = self._store.known_days(category, keys)
        filing = file_batch(
            declared=batch.declared_day,
            built_at=batch.built_at,
            now=now,
            size=len(keys),
            known=Counter(known.values()),
            over=past.over,
        )
        announced = _announcements(category, filing.day, keys, known)
        fresh = _fresh(announced, known)
        outcome, reason = _judge(batch, filing, bool(fresh), slot_at(now).listing_day)
        notes = [reason, *(f"{refused} entries refused" for _ in range(bool(refused)))]
        report = CategoryReport(
            category,
            outcome if keys else Outcome.REFUSED,
            day=filing.day,
            counts=Counter(entry.kind for entry in batch.entries),
            reason="; ".join(filter(None, notes)),
            evidence=filing.evidence,
        )
        return Poll(report, now, answer=reply.answer, papers=papers, announcements=announced), fresh


def _normalised(batch: Batch) -> tuple[tuple[Paper, ...], list[Key], int]:
    """The batch's papers and their keys, in its order, and how many entries were refused."""
    papers: list[Paper] = []
    keys: list[Key] = []
    refused = len(batch.refused)
    for entry in batch.entries:
        try:
            paper = normalise.paper(entry)
        except normalise.EntryRefused as error:
            log.warning("entry refused: %s", error)
            refused += 1
        else:
            papers.append(paper)
            keys.append((paper.id, paper.version, entry.kind))
    return tuple(papers), keys, refused


def _announcements(
    category: str, day: date, keys: Sequence[Key], known: Mapping[Key, date]
) -> tuple[Announcement, ...]:
    """What of the batch was announced on `day`; positions are those of the feed.

    A paper is new only once; a cross-list or a replacement may be listed again on a later day (recorded feeds
    do so), and is then kept for both.
    """
    return tuple(
        Announcement(paper_id, version, category, day, kind, position)
        for position, (paper_id, version, kind) in enumerate(keys, 1)
        if (before := known.get((paper_id, version, kind), day)) == day
        or (before < day and kind is not Kind.NEW)
    )


def _fresh(announced: Sequence[Announcement], known: Mapping[Key, date]) -> Mapping[Kind, int]:
    """How many of `announced` are not stored yet, by kind; a feed may hold one twice, and new is new only once."""
    news = {
        (a.paper_id, 0 if a.kind is Kind.NEW else a.version, a.kind)
        for a in announced
        if known.get((a.paper_id, a.version, a.kind)) != a.day
    }
    return Counter(kind for _, _, kind in news)


def _judge(batch: Batch, filing: Filing, fresh: bool, due: date) -> tuple[Outcome, str]:
    if batch.truncated:
        return Outcome.TRUNCATED, "the feed holds arXiv's limit of 2,000 entries: new papers may be missing"
    if fresh:
        return Outcome.STORED, ""
    if filing.day < due:
        return Outcome.STALE, f"the feed still holds {filing.day}: {silence(due)}"
    return Outcome.UNCHANGED, "nothing new"


def _outcome_of(error: Exception | None) -> Outcome:
    if isinstance(error, CoolingDown) or (isinstance(error, HttpError) and error.status in (403, 406, 429)):
        return Outcome.COOLING
    if isinstance(error, FeedError) or not isinstance(error, FetchError):
        return Outcome.REFUSED if isinstance(error, FeedError) else Outcome.FAILED
    return Outcome.REFUSED if _is_refusal(error) else Outcome.FAILED


def _is_refusal(error: FetchError) -> bool:
    """Whether an answer came and was not taken, so that trying again soon is no use."""
    return isinstance(error, HttpError) and 400 <= error.status < 500


def _reason_of(error: Exception | None) -> str:
    if isinstance(error, FetchError | FeedError):
        return f"{type(error).__name__}: {error.message}"
    return f"internal error, {type(error).__name__}: {error}"
