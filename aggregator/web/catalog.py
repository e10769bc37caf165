"""The answers for programs, whoever asks: the HTTP API and the MCP tools are two faces of these questions.

Every question is bounded by what it asks of (see `ondemand`, `store/readers`), and none writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

from aggregator.models import (
    Announcement,
    Asked,
    DayLink,
    Found,
    ListQuery,
    Order,
    Paper,
    PickedList,
    PollState,
    SeenVersion,
)
from aggregator.web import expression, shapes
from aggregator.web.expression import BadQuery
from aggregator.web.search import asked_of

ALL = "all"  # the expression for all followed categories
MOST_DAYS = 100
PAPERS_SHOWN = 25
MOST_PAPERS = 100  # with their abstracts: some 200 kB


class Rows(Protocol):
    """What is asked of the papers."""

    def stamp(self) -> tuple[int, ...]: ...
    def found(self, query: ListQuery) -> PickedList | None: ...
    def papers(self, paper_ids: Iterable[str]) -> dict[str, Paper]: ...
    def history(
        self, paper_id: str
    ) -> tuple[Paper, tuple[Announcement, ...], tuple[SeenVersion, ...]] | None: ...
    def days(self, names: Sequence[str], first: date, last: date, limit: int) -> tuple[DayLink, ...]: ...


class Standing(Protocol):
    """How much is stored, and how polling stands."""

    @property
    def polls(self) -> Sequence[PollState]: ...
    @property
    def counts(self) -> Counted: ...


class Counted(Protocol):
    """How many there are."""

    @property
    def papers(self) -> int: ...
    @property
    def announcements(self) -> int: ...
    @property
    def days(self) -> int: ...


class Catalog:
    """Threads may share it. `categories` are the followed ones; `search` is None where there is no index."""

    def __init__(
        self,
        rows: Rows,
        standing: Callable[[], Standing],
        categories: Sequence[str],
        base_url: str,
        search: Callable[[Asked], Found] | None = None,
    ) -> None:
        self._rows = rows
        self._standing = standing
        self._categories = tuple(categories)
        self._base_url = base_url
        self._search = search
        self._status: tuple[tuple[int, ...], shapes.StatusJson] | None = None

    def stamp(self) -> tuple[int, ...]:
        """Two answers with the same stamp are the same."""
        return self._rows.stamp()

    def query(self, text: str, asked: Mapping[str, str]) -> ListQuery:
        """What a list asks for. Raises BadQuery."""
        words = {"show": str(PAPERS_SHOWN)} | {name: value for name, value in asked.items() if value}
        if text != ALL:
            return expression.list_query(text, words, most_shown=MOST_PAPERS)
        query = expression.list_query(self._categories[0], words, most_shown=MOST_PAPERS)
        return replace(query, text=ALL, include=self._categories)

    def list(self, text: str, asked: Mapping[str, str]) -> shapes.ListJson | None:
        """A part of a list, None where nothing was ever announced. Raises BadQuery."""
        query = self.query(text, asked)
        found = self._rows.found(query)
        if found is None:
            return None
        part = found.papers[query.skip : query.skip + query.show]
        papers = self._rows.papers([one.paper_id for one in part])
        return shapes.list_json(query, found, part, papers, self._base_url)

    def paper(self, text: str) -> shapes.WholePaperJson | None:
        """A paper with its history, by its id or address. Raises BadQuery for what is no id."""
        ((paper_id, _),) = expression.paper_ids(text.strip())[:1]
        known = self._rows.history(paper_id)
        return shapes.whole_paper_json(*known, self._base_url) if known else None

    def papers(self, text: str) -> shapes.PapersJson:
        """Papers by their ids. Raises BadQuery."""
        wanted = [paper_id for paper_id, _ in expression.paper_ids(text)]
        if len(wanted) > MOST_PAPERS:
            raise BadQuery(f"at most {MOST_PAPERS} papers at once")
        found = self._rows.papers(wanted)
        here = [shapes.paper_json(found[one], self._base_url) for one in wanted if one in found]
        return shapes.PapersJson(here, [one for one in wanted if one not in found])

    def days(self, text: str, asked: Mapping[str, str]) -> shapes.DaysJson:
        """The newest listing days up to `to`, at most `show`. Raises BadQuery."""
        names = self._categories if text == ALL else expression.categories(text)[0]
        show = expression.number(asked, "show", 30, 1, MOST_DAYS)
        last = expression.day_of(asked["to"]) if asked.get("to") else date.max
        first = expression.day_of(asked["from"]) if asked.get("from") else date.min
        return shapes.DaysJson([shapes.day_json(link) for link in self._rows.days(names, first, last, show)])

    def status(self) -> shapes.StatusJson:
        """Counting takes a second in a large database, so it is done once a change."""
        stamp = self._rows.stamp()
        known = self._status
        if known is not None and known[0] == stamp:
            return known[1]
        standing = self._standing()
        polls = [shapes.category_json(poll) for poll in standing.polls if poll.category in self._categories]
        counts = standing.counts
        said = shapes.StatusJson(counts.papers, counts.announcements, counts.days, polls)
        self._status = stamp, said
        return said

    def search(self, asked: Mapping[str, str]) -> shapes.SearchJson:
        """A part of what is found. Raises BadQuery, QueryError, SearchError."""
        query = asked.get("query", "").strip()
        if not query:
            raise BadQuery("what is searched for? (query)")
        if self._search is None:
            raise BadQuery("this server has no search index")
        skip = expression.number(asked, "skip", 0, 0, expression.MOST_SKIPPED)
        show = expression.number(asked, "show", PAPERS_SHOWN, 1, MOST_PAPERS)
        order = _order(asked.get("sort", ""))
        narrowed = replace(asked_of(asked), text=query, order=order, skip=skip, show=show)
        found = self._search(narrowed)
        papers = self._rows.papers(found.ids)
        return shapes.SearchJson(
            query=query,
            total=found.total,
            about=found.shares.about_total,
            skip=skip,
            show=show,
            next_skip=shapes.next_skip(skip, show, min(found.total, order.deepest)),
            papers=[shapes.paper_json(papers[one], self._base_url) for one in found.ids if one in papers],
        )


def _order(text: str) -> Order:
    try:
        return Order(text) if text else Order.RELEVANCE
    except ValueError:
        raise BadQuery(f"no such order: {text[:40]} ({', '.join(Order)})") from None
