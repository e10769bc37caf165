"""Single papers through arXiv's query API: by id, or by a search; stored with a page of their own.

    ids ─► addresses of up to 100 ─► ApiPage ─► papers ─► store        a page at a time, so that a stop keeps what came
    query ─► page ─► next page ─► …

The API gives empty answers at times. One where papers are due is asked for again, as the policy says; what stays
away is named in the end and never taken for proof that there is no such paper.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from aggregator import normalise
from aggregator.asking import Asker
from aggregator.errors import SuspectPage
from aggregator.models import Answer, Kind, Paper, Record, Refusal
from aggregator.normalise import ids as arxiv_ids
from aggregator.sources.api import ApiPage

log = logging.getLogger(__name__)

PAGE = 100  # papers a call


class Source(Protocol):
    """arXiv's query API."""

    def query_urls(self, ids: Sequence[str], *, page: int) -> list[str]: ...
    def search_url(self, query: str, start: int, page: int) -> str: ...
    def fetch(self, url: str, *, deadline: float) -> Answer: ...
    def parse(self, answer: Answer) -> ApiPage: ...


class Rows(Protocol):
    """What adding needs of the store."""

    def add_papers(
        self, papers_: Sequence[Paper], versions_: Iterable[tuple[str, int, datetime]], at: datetime
    ) -> int: ...


@dataclass(slots=True)
class Added:
    """`papers` are stored now, `fresh` of them were not before. `missing` are ids that arXiv did not give."""

    papers: list[Paper] = field(default_factory=list)
    fresh: int = 0
    missing: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    total: int = 0  # of the search


class Adder:
    """Asks for papers and stores them."""

    def __init__(self, source: Source, store: Rows, asker: Asker) -> None:
        self._source = source
        self._store = store
        self._asker = asker

    def by_id(self, ids: Sequence[str]) -> Added:
        """Add the papers named by `ids` (ids or addresses, with or without version).

        Raises ValueError with the first text that names no paper, before anything is asked, FetchError, FeedError
        and Stopped.
        """
        wanted = [arxiv_ids.join(*arxiv_ids.parse(text)) for text in ids]
        done = Added()
        for url in self._source.query_urls(wanted, page=PAGE):
            self._take(done, self._page(url, named=True))
        got = {paper.id for paper in done.papers} | {refusal.what for refusal in done.refused}
        done.missing = [text for text in dict.fromkeys(wanted) if arxiv_ids.parse(text)[0] not in got]
        return done

    def by_query(self, query: str, most: int) -> Added:
        """Add what a search finds, the oldest submission first, `most` at the most. Raises as `by_id`."""
        done = Added()
        for page in self._pages(query, most):
            self._take(done, page)
            done.total = page.total
        return done

    def _pages(self, query: str, most: int) -> Iterator[ApiPage]:
        start: int | None = 0
        while start is not None and start < most:
            self._asker.check("a search was read")
            page = self._page(self._source.search_url(query, start, min(PAGE, most - start)))
            yield page
            start = page.next_start

    def _page(self, url: str, *, named: bool = False) -> ApiPage:
        """An answer; one without entries to a question for named papers is doubted, and asked again."""

        def once(deadline: float) -> ApiPage:
            page = self._source.parse(self._source.fetch(url, deadline=deadline))
            if named and not page.records and not page.refused:
                raise SuspectPage(url, "no entries, though papers are named")
            return page

        self._asker.check("papers were asked for")
        try:
            return self._asker.ask("the API", once)
        except SuspectPage:
            if not named:
                raise
            return ApiPage((), 0, 0)

    def _take(self, done: Added, page: ApiPage) -> None:
        papers = [paper for record in page.records if (paper := self._paper(done, record))]
        versions = [(r.arxiv_id, v.number, v.submitted) for r in page.records for v in r.versions]
        done.fresh += self._store.add_papers(papers, versions, self._asker.clock.now())
        done.papers += papers
        done.refused += page.refused

    def _paper(self, done: Added, record: Record) -> Paper | None:
        try:
            return normalise.paper(record.entry(Kind.NEW))
        except normalise.EntryRefused as error:
            done.refused.append(Refusal(error.what, error.reason))
            return None
