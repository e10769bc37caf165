"""Invented papers for the tests of search, and rows in memory that feed an index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from aggregator.models import Searchable


def searchable(arxiv_id: str, title: str, abstract: str = "", *authors: str, **more: object) -> Searchable:
    values: dict[str, object] = {"categories": ("cs.AI",), "day": date(2024, 3, 25)}
    return Searchable(arxiv_id, title, abstract, authors, **(values | more))  # type: ignore[arg-type]


PAPERS = (
    searchable(
        "2403.00001",
        "On graph networks and samples",
        "We study invented networks. They are small.",
        "Ada Sample",
        "Bo Example",
        comments="12 pages, accepted at the Sample Conference",
        doi="10.1000/One",
    ),
    searchable(
        "2403.00002", "Networking", "A sample of graph theory.", "A. Sample", categories=("cs.LG", "stat.ML")
    ),
    searchable(
        "2207.00003",
        "The Schrödinger equation on lattices",
        "Waves on lattices.",
        "Émile Österreich",
        categories=("quant-ph",),
        day=date(2022, 7, 4),
        journal="Sample Letters 7, 2022",
    ),
    searchable(
        "hep-th/9901004",
        "Lattices",
        "Old lattices, old samples.",
        "Alan Sample",
        categories=("hep-th",),
        day=date(1999, 1, 5),
    ),
    searchable("2403.00005", "Graph", "One word of a title.", "Wei Xu", day=date(2024, 3, 26)),
)


class RowsInMemory:
    """The store as the indexer sees it."""

    def __init__(self, papers: Sequence[Searchable] = PAPERS) -> None:
        self.papers = {paper.id: paper for paper in papers}
        self.changes: list[str] = []
        self.token = ""
        self.first = 0  # number of the first change that is kept

    def change(self, paper: Searchable) -> None:
        self.papers[paper.id] = paper
        self.changes.append(paper.id)

    def search_token(self) -> str:
        return self.token

    def search_changes(self) -> tuple[int, int]:
        return len(self.changes), self.first + len(self.changes)

    def searchables(self) -> Iterator[Searchable]:
        return iter(self.papers.values())

    def changed_searchables(self, limit: int) -> tuple[Sequence[Searchable], int]:
        ids = self.changes[:limit]
        return [self.papers[paper_id] for paper_id in ids], self.first + len(ids)

    def save_search_token(self, token: str, upto: int) -> None:
        self.token = token
        self.changes = self.changes[max(0, upto - self.first) :]
        self.first = max(self.first, upto)

    def count_papers(self) -> int:
        return len(self.papers)
