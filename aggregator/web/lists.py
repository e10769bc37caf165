"""Lists on demand, in Cool Papers' grammar: any categories, any days, papers by ids, and a feed of each list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from aggregator.errors import StoreError
from aggregator.models import ListOrder, ListQuery
from aggregator.web import expression
from aggregator.web.application import Group
from aggregator.web.expression import BadQuery
from aggregator.web.files import SiteFiles
from aggregator.web.made import ATOM, HTML, made_answer, trouble
from aggregator.web.work import Workers

ALL = "all"  # the expression for all followed categories
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Maker(Protocol):
    """Who makes the pages."""

    def stamp(self) -> tuple[int, ...]: ...
    def list_page(self, query: ListQuery) -> bytes | None: ...
    def list_feed(self, query: ListQuery) -> bytes | None: ...
    def paper_page(self, paper_id: str) -> bytes | None: ...
    def papers_page(self, paper_ids: Sequence[str]) -> bytes | None: ...
    def papers_feed(self, paper_ids: Sequence[str]) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class Place:
    """What a path below /arxiv/ names. `day` is "" where it names none."""

    text: str
    day: str = ""
    feed: bool = False


def place_of(path: str) -> Place:
    """The path without its first folder, e.g. "cs.AI/2024-03-26", "2024-03-26" or "cs+stat/feed"."""
    path = path.strip("/")
    feed = path.endswith(("/feed", "/feed.xml"))
    if feed:
        path = path.rpartition("/")[0]
    head, _, tail = path.rpartition("/")
    if _DAY.fullmatch(tail):
        return Place(head or ALL, tail, feed)
    return Place(path, "", feed)


class Lists:
    """The group of these routes. `categories` are the followed ones, which `all` and a bare day stand for."""

    def __init__(self, maker: Maker, files: SiteFiles, workers: Workers, categories: Sequence[str]) -> None:
        self._maker = maker
        self._files = files
        self._workers = workers
        self._categories = tuple(categories)

    def group(self) -> Group:
        return Group((Route("/arxiv/{path:path}", self._arxiv),), asks=expression.is_asked)

    async def _arxiv(self, request: Request) -> Response:
        try:
            return await self._workers.run(self._answer, request)
        except BadQuery as error:
            return self._refused(request, str(error), 400)
        except LookupError as error:
            return self._refused(request, str(error.args[0] if error.args else error), 422)
        except StoreError as error:
            return trouble(error)

    def _refused(self, request: Request, why: str, status: int) -> Response:
        """A page for browsers, a line for programs."""
        if "text/html" in request.headers.get("accept", ""):
            return self._files.missing(why[:1].upper() + why[1:], status)
        return PlainTextResponse(f"{why}\n", status)

    def _answer(self, request: Request) -> Response:
        stamp = self._maker.stamp()
        by_stars = request.query_params.get("sort") == ListOrder.STARS  # they change without the database
        place = place_of(request.path_params["path"])
        media, body = self._made(place, request.query_params)
        if body is None:
            return self._elsewhere(request, place) or self._files.missing()
        hot = None if by_stars else self._files.hot
        return made_answer(request.scope, body, media, hot, lambda: self._maker.stamp() == stamp)

    def _elsewhere(self, request: Request, place: Place) -> Response | None:
        """The way to the list that was meant by `cs.ai`, where there is none of that name."""
        meant = expression.spelt(place.text)
        if meant is None:
            return None
        words = "/".join(word for word in (meant, place.day, place.feed and "feed") if word)
        query = request.url.query
        address = f"{request.scope.get('site_prefix', '')}/arxiv/{words}{query and '?'}{query}"
        return RedirectResponse(address, 308)

    def _made(self, place: Place, asked: QueryParams) -> tuple[str, bytes | None]:
        if place.text != ALL and not expression.is_expression(place.text):
            return (HTML, None) if place.day else self._papers(place)
        query = self.query(place, asked)
        if query is None:
            return HTML, None
        return (ATOM, self._maker.list_feed(query)) if place.feed else (HTML, self._maker.list_page(query))

    def query(self, place: Place, asked: QueryParams) -> ListQuery | None:
        """What is asked for; None for categories that there are not. Raises BadQuery for the rest."""
        words = dict(asked) | ({"date": place.day} if place.day else {})
        if place.text == ALL:
            query = expression.list_query(self._categories[0], words)
            return replace(query, text=ALL, include=self._categories)
        try:
            expression.categories(place.text)
        except expression.NoSuchCategory:
            return None
        return expression.list_query(place.text, words)

    def _papers(self, place: Place) -> tuple[str, bytes | None]:
        try:
            wanted = [paper_id for paper_id, _ in expression.paper_ids(place.text)]
        except BadQuery:
            if "," in place.text:
                raise
            return HTML, None
        if place.feed:
            return ATOM, self._maker.papers_feed(wanted)
        return HTML, self._maker.paper_page(wanted[0]) if len(wanted) == 1 else self._maker.papers_page(
            wanted
        )
