"""What a second witness proves: the announcements that a record of arXiv's database implies. Pure.

A record (OAI-PMH, API) tells when each version was submitted and on which UTC day it was last changed; it does
not tell when it was announced. arXiv announces what came in by 14:00 New York at 20:00 of that day, Sunday to
Thursday (help page "Availability of submissions"), unless moderation or a skipped announcement delays it; then
the day of the last change is the better guide. Where arXiv's own list of a day was read, it decides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from aggregator.announce import day_of_submission, is_quiet, listing_day_on, slot_of
from aggregator.models import Kind, Record, Version
from aggregator.taxonomy import canonical

CUT_OFF = time(14, 0)  # New York; what comes later waits a day
LAST_ANNOUNCED = 5  # arXiv lists no replacement from version 6 on
PLAUSIBLE = timedelta(days=5)  # a later change of the record is about something else than the announcement
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Claim:
    """A record implies that `paper_id` was announced in a category on `day`."""

    paper_id: str
    version: int
    kind: Kind
    day: date


def claims(
    record: Record,
    category: str,
    *,
    before: Collection[str] | None = None,
    listed_on: Collection[date] = (),
) -> list[Claim]:
    """What `record` implies for `category`, a canonical name; nothing when it is not listed there.

    `before` are the categories that the paper had when it was last stored, None when it is not stored: a
    category that was added since was announced as a cross-list with the last change. `listed_on` are days on
    which the category is known to have been announced: there the calendar was kept.
    """
    listed = [canonical(name) for name in record.categories]
    if record.deleted or category not in listed or not record.versions:
        return []
    primary = listed[0] == category
    if before is not None and category not in before:
        return [_late_cross(record)]
    found: list[Claim] = []
    for version in record.versions:
        day = _day_of(record, version, listed_on)
        if found and (day == found[0].day or version.number > LAST_ANNOUNCED):
            if day == found[0].day:  # replaced before it was announced: one announcement, of the newer
                found[0] = Claim(record.arxiv_id, version.number, found[0].kind, day)
            continue
        found.append(Claim(record.arxiv_id, version.number, _kind(version.number, primary=primary), day))
    return found


def listed_days(records: Iterable[Record]) -> set[date]:
    """Days on which arXiv announced, as records say whose last change is their planned announcement."""
    return {
        planned
        for record in records
        for version in record.versions[-1:]
        if (planned := day_of_submission(version.submitted, CUT_OFF)) == listing_day_on(record.datestamp)
    }


def settled(
    record: Record,
    implied: Iterable[Claim],
    lists: Mapping[date, Mapping[str, Kind]],
    open_: Collection[date],
) -> list[Claim]:
    """What remains of `implied` beside arXiv's own `lists` of days: paper → how it is listed.

    A list says all of its day. What it does not name was announced on another day: on that of the record's last
    change, when that is in `open_` (days without a list); a new paper is never dropped for it.
    """
    told = [
        Claim(record.arxiv_id, _version_on(record, day), lists[day][record.arxiv_id], day)
        for day in sorted(lists)
        if record.arxiv_id in lists[day]
    ]
    new = any(claim.kind is Kind.NEW for claim in told)
    said = {claim.version for claim in told}
    kept = [claim for claim in implied if claim.day not in lists and claim.version not in said]
    for claim in implied:
        if claim.day not in lists or claim.version in said or (new and claim.kind is Kind.NEW):
            continue
        changed = [day for day in (record.datestamp, listing_day_on(record.datestamp)) if day in open_]
        if changed:
            kept.append(replace(claim, day=changed[0]))
        elif claim.kind is Kind.NEW:
            kept.append(claim)
    return [*told, *kept]


def _version_on(record: Record, day: date) -> int:
    """The newest version that can have been announced on `day`."""
    found = [v.number for v in record.versions if _can_be_listed(v, day)]
    return max(found, default=record.versions[0].number)


def _can_be_listed(version: Version, day: date) -> bool:
    """An unplanned announcement keeps no calendar: all that came in before its evening can be in it."""
    if is_quiet(day):
        return version.submitted < slot_of(day).announced_at
    return day_of_submission(version.submitted, CUT_OFF) <= day


def _late_cross(record: Record) -> Claim:
    day = listing_day_on(record.datestamp)
    return Claim(record.arxiv_id, record.versions[-1].number, Kind.CROSS, day)


def _kind(number: int, *, primary: bool) -> Kind:
    if number == 1:
        return Kind.NEW if primary else Kind.CROSS
    return Kind.REPLACE if primary else Kind.REPLACE_CROSS


def _day_of(record: Record, version: Version, listed_on: Collection[date]) -> date:
    """The day by the calendar; of the newest version a later one, when the record changed shortly after."""
    planned = day_of_submission(version.submitted, CUT_OFF)
    if version is not record.versions[-1] or planned in listed_on:
        return planned
    changed = listing_day_on(record.datestamp)
    return changed if planned < changed <= planned + PLAUSIBLE else planned
