"""The simulated arXiv's search API: `id_list`, and `search_query` by category, words and submission date.

A query is terms (`cat:cs.AI`, `cat:cs.*`, `all:word`, `submittedDate:[202610260000 TO 202610270000]`) joined by OR
inside, AND outside. What is wrong with a request comes as one entry named "Error", with status 400.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape, quoteattr

from aggregator.simulator.faults import Reply
from aggregator.simulator.papers import Manuscript, manuscript
from aggregator.simulator.preprint import Preprint
from aggregator.simulator.truth import Truth

READY_AFTER = timedelta(hours=4)  # from the announcement to midnight New York
MOST_RESULTS = 2000  # a call
MOST_IN_ALL = 30_000
_ADDRESS = "https://arxiv.org/api"
_HEAD = (
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom"'
    ' xmlns="http://www.w3.org/2005/Atom">\n'
)
_ID = re.compile(r"(?P<id>[a-z-]+(?:\.[A-Z]{2})?/\d{7}|\d{4}\.\d{4,5})(?:v(?P<version>\d+))?", re.ASCII)
_RANGE = re.compile(r"\[(\d{12}) TO (\d{12})\]", re.ASCII)

Test = Callable[[Preprint, Manuscript], bool]


class _BadQuery(Exception):
    """What is wrong with the request, in arXiv's words."""


class Api:
    """Answers API requests over `truth`."""

    def __init__(self, truth: Truth) -> None:
        self._truth = truth

    def __call__(self, rest: str, moment: datetime) -> Reply:
        """The answer to the query string in `rest` at `moment`."""
        asked = dict(parse_qsl(urlsplit(rest).query))
        headers = {"Content-Type": "application/atom+xml; charset=utf-8"}
        try:
            return Reply(200, self._document(asked, moment).encode(), headers)
        except _BadQuery as error:
            return Reply(400, _error(str(error), moment).encode(), headers)

    def _document(self, asked: dict[str, str], moment: datetime) -> str:
        start, size = _number(asked, "start", 0), _number(asked, "max_results", 10)
        if size > MOST_RESULTS or start + size > MOST_IN_ALL:
            raise _BadQuery(f"max_results must be at most {MOST_RESULTS}, and start below {MOST_IN_ALL}")
        query, ids = asked.get("search_query", ""), asked.get("id_list", "")
        found = _sorted(self._found(query, ids, moment), asked)
        title = f"search_query={query}&id_list={ids}&start={start}&max_results={size}"
        head = [
            f"  <id>{_ADDRESS}/{sha256(title.encode()).hexdigest()[:27]}</id>",
            f"  <title>arXiv Query: {escape(title)}</title>",
            f"  <updated>{moment:%Y-%m-%dT%H:%M:%SZ}</updated>",
            f'  <link href={quoteattr(f"{_ADDRESS}/query?{title}")} type="application/atom+xml"/>',
        ]
        entries = "".join(_entry(paper, said) for paper, said in found[start : start + size])
        return _HEAD + "\n".join([*head, *_counts(size, len(found), start)]) + f"\n{entries}</feed>\n"

    def _found(self, query: str, ids: str, moment: datetime) -> list[tuple[Preprint, Manuscript]]:
        papers = self._papers(moment)
        if ids:
            papers = dict(_by_id(papers, [part.strip() for part in ids.split(",")]))
        tests = [_any(part) for part in query.split(" AND ") if part]
        if not ids and not tests:
            return []
        pairs = ((paper, self._said(paper)) for paper in papers.values())
        return [(paper, said) for paper, said in pairs if all(test(paper, said) for test in tests)]

    def _papers(self, moment: datetime) -> dict[str, Preprint]:
        """Every paper by id as the API knows it at `moment`."""
        newest: dict[str, Preprint] = {}
        for release in self._truth.releases:
            if release.announced_at + READY_AFTER <= moment:
                newest |= {paper.id: paper for paper in release.papers}
        return newest

    def _said(self, paper: Preprint) -> Manuscript:
        seed = self._truth.script.seed
        return manuscript(seed, paper.id, paper.primary, version=paper.version, size=paper.size)


# ── queries ──


def _number(asked: dict[str, str], name: str, usual: int) -> int:
    text = asked.get(name, str(usual))
    if not text.isdecimal():
        raise _BadQuery(f"{name} must be an integer")
    return int(text)


def _by_id(papers: dict[str, Preprint], wanted: Sequence[str]) -> list[tuple[str, Preprint]]:
    """The known ones of `wanted`, in its order; an older version when one is named."""
    found = []
    for text in wanted:
        match = _ID.fullmatch(text)
        if match is None:
            raise _BadQuery(f"incorrect id format for {text}")
        paper, version = papers.get(match["id"]), int(match["version"] or 0)
        if paper and version <= paper.version:
            submitted = paper.submitted[: version or paper.version]
            found.append((text, Preprint(paper.id, paper.categories, submitted, paper.size)))
    return found


def _any(text: str) -> Test:
    tests = [_term(part.strip().strip("()").strip()) for part in text.split(" OR ")]
    return lambda paper, said: any(test(paper, said) for test in tests)


def _term(text: str) -> Test:
    field, _, value = text.partition(":")
    value = value.strip('"')
    if field == "cat":
        return lambda paper, _said: any(fnmatchcase(category, value) for category in paper.categories)
    if field in ("all", "ti", "abs", "au"):
        return lambda _paper, said: value.lower() in _haystack(field, said).lower()
    found = _RANGE.fullmatch(value)
    if field == "submittedDate" and found:
        begin, end = (datetime.strptime(stamp, "%Y%m%d%H%M").replace(tzinfo=UTC) for stamp in found.groups())
        return lambda paper, _said: begin <= paper.submitted[0] <= end
    raise _BadQuery(f"cannot parse query {text}")


def _haystack(field: str, said: Manuscript) -> str:
    parts = {"ti": said.title, "abs": said.abstract, "au": said.authors}
    return parts.get(field) or " ".join(parts.values())


def _sorted(
    found: list[tuple[Preprint, Manuscript]], asked: dict[str, str]
) -> list[tuple[Preprint, Manuscript]]:
    by = {"submittedDate": 0, "lastUpdatedDate": -1}.get(asked.get("sortBy", ""))
    if by is None:
        return found
    ascending = asked.get("sortOrder") == "ascending"
    return sorted(found, key=lambda pair: (pair[0].submitted[by], pair[0].age), reverse=not ascending)


# ── documents ──


def _counts(size: int, total: int, start: int) -> list[str]:
    return [
        f"  <opensearch:itemsPerPage>{size}</opensearch:itemsPerPage>",
        f"  <opensearch:totalResults>{total}</opensearch:totalResults>",
        f"  <opensearch:startIndex>{start}</opensearch:startIndex>",
    ]


def _entry(paper: Preprint, said: Manuscript) -> str:
    name = f"{paper.id}v{paper.version}"
    page = f'<link href="https://arxiv.org/abs/{name}" rel="alternate" type="text/html"/>'
    pdf = f'<link href="https://arxiv.org/pdf/{name}" rel="related" type="application/pdf" title="pdf"/>'
    lines = [
        f"<id>http://arxiv.org/abs/{name}</id>",
        f"<title>{escape(said.title)}</title>",
        f"<updated>{paper.submitted[-1]:%Y-%m-%dT%H:%M:%SZ}</updated>",
        page,
        pdf,
        f"<summary>{escape(said.abstract)}</summary>",
        *(f'<category term="{c}" scheme="http://arxiv.org/schemas/atom"/>' for c in paper.categories),
        f"<published>{paper.submitted[0]:%Y-%m-%dT%H:%M:%SZ}</published>",
        f"<arxiv:comment>{escape(said.comments)}</arxiv:comment>",
        f'<arxiv:primary_category term="{paper.primary}"/>',
        *([f"<arxiv:journal_ref>{escape(said.journal_ref)}</arxiv:journal_ref>"] if said.journal_ref else []),
        *_authors(said),
        *_doi(said.doi),
    ]
    return "  <entry>\n" + "".join(f"    {line}\n" for line in lines) + "  </entry>\n"


def _authors(said: Manuscript) -> list[str]:
    lines = []
    for person in said.people:
        lines += [
            "<author>",
            f"  <name>{escape(f'{person.forenames} {person.keyname} {person.suffix}'.strip())}</name>",
        ]
        if person.affiliation:
            lines.append(f"  <arxiv:affiliation>{escape(person.affiliation)}</arxiv:affiliation>")
        lines.append("</author>")
    return lines


def _doi(doi: str | None) -> list[str]:
    if doi is None:
        return []
    return [
        f"<arxiv:doi>{escape(doi)}</arxiv:doi>",
        f'<link rel="related" href={quoteattr(f"https://doi.org/{doi}")} title="doi"/>',
    ]


def _error(text: str, moment: datetime) -> str:
    address = f"{_ADDRESS}/errors#{text.replace(' ', '_')}"
    stamp = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
    lines = [
        "  <id>https://arxiv.org/</id>",
        "  <title>arXiv Search Results</title>",
        f"  <updated>{stamp}</updated>",
        *_counts(1, 1, 0),
        "  <entry>",
        f"    <id>{escape(address)}</id>",
        "    <title>Error</title>",
        f"    <updated>{stamp}</updated>",
        f'    <link href={quoteattr(address)} rel="alternate" type="text/html"/>',
        f"    <summary>{escape(text)}</summary>",
        "    <author>",
        "      <name>arXiv api core</name>",
        "    </author>",
        "  </entry>",
    ]
    return _HEAD + "\n".join(lines) + "\n</feed>\n"
