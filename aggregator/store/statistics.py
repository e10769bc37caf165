"""How many papers a category has, month by month.

The month stands in a paper's id, so that both questions read nothing but a range of one primary key.
"""

from __future__ import annotations

from datetime import date

from aggregator.models.statistics import MonthCount
from aggregator.store.session import Room
from aggregator.taxonomy import canonical

# The sums weigh by the month (an id of the old form is 0 as a number), so that papers that leave one month for
# another are seen. Grouping by the month costs four times as much, and is only done for a page that changes.
_KEY = """
    SELECT count(*), total(position = 1), total(authors), total((authors + 1000 * position) * CAST(paper_id AS INTEGER))
    FROM paper_categories WHERE category = ?
"""
_MONTHS = """
    SELECT substr(paper_id, instr(paper_id, '/') + 1, 4) AS month, count(*), sum(position = 1), sum(authors < 2),
        sum(authors = 2), sum(authors BETWEEN 3 AND 4), sum(authors BETWEEN 5 AND 9), sum(authors > 9)
    FROM paper_categories WHERE category = ? GROUP BY month
"""


class Statistics(Room):
    """Counting papers."""

    def statistics_key(self, category: str) -> str:
        """Changes whenever `statistics` do."""
        with self._session.reading() as conn:
            (row,) = conn.execute(_KEY, (canonical(category),))
            return "-".join(f"{number:.0f}" for number in row)

    def statistics(self, category: str) -> tuple[MonthCount, ...]:
        """The months that have papers, oldest first."""
        with self._session.reading() as conn:
            rows = conn.execute(_MONTHS, (canonical(category),)).fetchall()
        found = [
            MonthCount(month, papers, primary, tuple(teams))
            for name, papers, primary, *teams in rows
            if (month := _month(name))
        ]
        return tuple(sorted(found, key=lambda one: one.month))


def _month(name: str) -> date | None:
    """ "9107" to "9912" are arXiv's first years; None for what is no month."""
    if not (name.isascii() and name.isdecimal() and len(name) == 4 and 1 <= int(name[2:]) <= 12):
        return None
    year = int(name[:2])
    return date((1900 if year > 90 else 2000) + year, int(name[2:]), 1)
