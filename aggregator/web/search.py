"""Search over HTTP, in Cool Papers' grammar: pages, feeds, files, completions, counts.

/arxiv/search?query=…&highlight=1&sort=&show=&skip=&from=&to=&cat=      /arxiv/search/feed   /arxiv/search/export
/arxiv/search/suggest?q=…                                               /arxiv/search/count?s=…&s=…
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import date
from typing import Protocol
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from aggregator.errors import QueryError, SearchError, StoreError
from aggregator.models import Asked, Found, Order, Paper, Suggestion, say
from aggregator.query import span_of
from aggregator.taxonomy import ARCHIVES, CATEGORIES, canonical
from aggregator.web.application import Group
from aggregator.web.hot import Hot
from aggregator.web.made import ATOM, HTML, made_answer, trouble
from aggregator.web.work import Workers

MOST_SHOWN = 200  # papers on a page
DEEPEST = 100_000
MOST_COUNTED = 50  # searches of one request for counts
LONGEST = 2000  # characters of a question that are read at all
_ORDERS = {
    "newest": Order.NEWEST,
    "0": Order.NEWEST,
    "oldest": Order.OLDEST,
    "1": Order.STARS,
    "stars": Order.STARS,
}


class Format(Protocol):
    """A kind of file."""

    @property
    def ending(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def head(self) -> str: ...
    @property
    def tail(self) -> str: ...
    def piece(self, papers: list[Paper], first: int) -> bytes: ...


class Finder(Protocol):
    """Who finds."""

    def stamp(self) -> object: ...
    def page(self, ask: Callable[[], Asked], text: str, *, marked: bool) -> tuple[int, bytes]: ...
    def feed(self, asked: Asked) -> bytes: ...
    def search(self, asked: Asked) -> Found: ...
    def papers(self, asked: Asked) -> Iterator[list[Paper]]: ...
    def suggest(self, typed: str) -> list[Suggestion]: ...


class Search:
    """The group of these routes. `home` is the path of the site, where papers' pages lie below."""

    def __init__(
        self, finder: Finder, hot: Hot, workers: Workers, *, formats: Mapping[str, Format], home: str
    ) -> None:
        self._finder = finder
        self._hot = hot
        self._workers = workers
        self._formats = formats
        self._home = home

    def group(self) -> Group:
        routes = {"": self._page, "/feed": self._feed, "/export": self._export}
        more = {"/suggest": self._suggest, "/count": self._count}
        return Group(
            tuple(
                Route(f"/arxiv/search{end}", self._careful(answer)) for end, answer in (routes | more).items()
            )
        )

    def _careful(self, answer: Callable[[Request], Response]) -> Callable[[Request], object]:
        async def answered(request: Request) -> Response:
            try:
                return await self._workers.run(answer, request)
            except QueryError as error:
                return PlainTextResponse(f"{error}\n", 400)
            except SearchError:
                return PlainTextResponse("the search index cannot be read now\n", 503, {"retry-after": "30"})
            except StoreError as error:
                return trouble(error)

        return answered

    def _page(self, request: Request) -> Response:
        stamp, words = self._finder.stamp(), request.query_params
        status, body = self._finder.page(
            lambda: asked_of(words), words.get("query", "")[:LONGEST], marked=words.get("highlight") != "0"
        )
        if status != 200:
            return Response(body, status, media_type=HTML)
        return self._made(request, stamp, body, HTML)

    def _feed(self, request: Request) -> Response:
        stamp = self._finder.stamp()
        return self._made(request, stamp, self._finder.feed(asked_of(request.query_params)), ATOM)

    def _made(self, request: Request, stamp: object, body: bytes, media: str) -> Response:
        by_stars = (
            _ORDERS.get(request.query_params.get("sort", "")) is Order.STARS
        )  # they change without an index
        hot = None if by_stars else self._hot
        return made_answer(request.scope, body, media, hot, lambda: self._finder.stamp() == stamp)

    def _suggest(self, request: Request) -> Response:
        found = self._finder.suggest(request.query_params.get("q", ""))
        return JSONResponse([self._suggested(one) for one in found], headers={"cache-control": "max-age=60"})

    def _suggested(self, one: Suggestion) -> dict[str, str]:
        page = f"{self._home}/arxiv/{one.paper_id}/" if one.paper_id else ""
        return {"text": one.text, "query": one.query, "page": page}

    def _count(self, request: Request) -> Response:
        """How many papers each search finds; null for one that cannot be read."""
        return JSONResponse([self._counted(one) for one in request.query_params.getlist("s")[:MOST_COUNTED]])

    def _counted(self, words: str) -> int | None:
        try:
            return self._finder.search(asked_of(dict(parse_qsl(words, max_num_fields=20)), show=0)).total
        except (QueryError, ValueError):
            return None

    def _export(self, request: Request) -> Response:
        words = request.query_params
        form = self._formats.get(words.get("format", ""))
        if form is None:
            return PlainTextResponse(f"format: one of {', '.join(self._formats)}\n", 400)
        pieces = _pieces(form, self._finder.papers(asked_of(words)))
        first = next(pieces)  # what is wrong shows before anything is sent
        name = f"attachment; filename=search.{form.ending}"
        return StreamingResponse(
            self._streamed(first, pieces), media_type=form.media_type, headers={"content-disposition": name}
        )

    async def _streamed(self, first: bytes, pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
        piece: bytes | None = first
        while piece is not None:
            yield piece
            piece = await self._workers.run(next, pieces, None)


def _pieces(form: Format, batches: Iterator[list[Paper]]) -> Iterator[bytes]:
    number, before = 0, form.head.encode()
    for papers in batches:
        yield before + form.piece(papers, number)
        number, before = number + len(papers), b""
    yield before + form.tail.encode()


def asked_of(words: Mapping[str, str], *, show: int | None = None) -> Asked:
    """The search of an address. Numbers are bounded. Raises QueryError for days and categories that are none."""
    return Asked(
        words.get("query", "")[:LONGEST],
        _ORDERS.get(words.get("sort", ""), Order.RELEVANCE),
        skip=_number(words.get("skip"), 0, DEEPEST),
        show=_number(words.get("show"), 25, MOST_SHOWN) if show is None else show,
        categories=_categories(words.get("cat", "")),
        first=_day(words, "from"),
        last=_day(words, "to"),
    )


def _number(text: str | None, otherwise: int, most: int) -> int:
    return min(int(text), most) if text and text.isascii() and text.isdigit() and len(text) < 9 else otherwise


def _categories(text: str) -> tuple[str, ...]:
    names = [name.strip() for name in text.split(",") if name.strip()][:20]
    for name in names:
        if name not in CATEGORIES and name not in ARCHIVES:
            raise QueryError(say("arXiv has no category {name}.", name=name[:40]))
    return tuple(name if name in ARCHIVES else canonical(name) for name in names)


def _day(words: Mapping[str, str], name: str) -> date | None:
    text = words.get(name, "").strip()
    if not text:
        return None
    span = span_of(text)
    return span.first if name == "from" else span.last
