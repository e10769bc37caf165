"""The listing day that a paper of the past most likely had, from the moment its first version was submitted.

Nobody can look it up: arXiv's records tell when a version was submitted, not when it was announced. The rule is that
of the help page "Availability of submissions": what came in by the deadline is announced that evening, Sunday to
Thursday, and listed under the next day. What is approximated:

- the deadline was 16:00 New York until the end of 2016 and is 14:00 since; the years before 2000 are treated the same;
- holidays before 2004 follow a rule (`holidays`);
- moderation holds some papers for days, and skipped announcements happened: neither leaves a trace.
"""

from __future__ import annotations

from datetime import date, time

from aggregator.announce import NEW_YORK, day_of_submission
from aggregator.models import Version

_LATER_DEADLINE = time(16, 0)  # New York; until the end of 2016
_DEADLINE = time(14, 0)
_DEADLINE_MOVED = date(2017, 1, 1)


def listing_day(first: Version) -> date:
    """The listing day of a paper whose first version is `first`, by the calendar of its time."""
    day = first.submitted.astimezone(NEW_YORK).date()
    return day_of_submission(first.submitted, _DEADLINE if day >= _DEADLINE_MOVED else _LATER_DEADLINE)
