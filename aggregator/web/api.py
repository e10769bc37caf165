"""The JSON interface, below `/api/v1`: papers, lists, days, status, search. Reading only, for anyone's pages too.

request ─► Catalog ─► Struct ─► JSON, with an ETag, kept while the database is as it was
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from aggregator.errors import QueryError, SearchError, StoreError, TookTooLong
from aggregator.web.application import Group
from aggregator.web.catalog import Catalog
from aggregator.web.expression import BadQuery, NoSuchCategory
from aggregator.web.hot import Hot
from aggregator.web.made import JSON, made_answer
from aggregator.web.openapi import document
from aggregator.web.shapes import ErrorJson
from aggregator.web.work import Workers

CORS = {"access-control-allow-origin": "*", "access-control-expose-headers": "etag"}
_PREFLIGHT = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, HEAD",
    "access-control-allow-headers": "if-none-match",
    "access-control-max-age": "86400",
}
Answer = Callable[[Request], object]


class Api:
    """The group of these routes."""

    def __init__(self, catalog: Catalog, hot: Hot, workers: Workers, base_url: str) -> None:
        self._catalog = catalog
        self._hot = hot
        self._workers = workers
        self._document = msgspec.json.encode(document(base_url))

    def group(self) -> Group:
        catalog = self._catalog
        answers: dict[str, Answer] = {
            "/papers": lambda request: catalog.papers(request.query_params.get("ids", "")),
            "/papers/{id:path}": lambda request: catalog.paper(request.path_params["id"]),
            "/lists/{text}": lambda request: catalog.list(request.path_params["text"], request.query_params),
            "/days/{text}": lambda request: catalog.days(request.path_params["text"], request.query_params),
            "/status": lambda _: catalog.status(),
            "/search": lambda request: catalog.search(request.query_params),
            "/openapi.json": lambda _: msgspec.Raw(self._document),
            "/{anything:path}": lambda _: None,
        }
        return Group(
            tuple(
                Route(f"/api/v1{path}", self._endpoint(answer), methods=["GET", "OPTIONS"])
                for path, answer in answers.items()
            )
        )

    def _endpoint(self, answer: Answer) -> Callable[[Request], object]:
        async def endpoint(request: Request) -> Response:
            if request.method == "OPTIONS":
                return Response(status_code=204, headers=_PREFLIGHT)
            return await self._workers.run(self._answered, answer, request)

        return endpoint

    def _answered(self, answer: Answer, request: Request) -> Response:
        stamp = self._catalog.stamp()
        try:
            said = answer(request)
        except NoSuchCategory as error:
            return _error(404, error)
        except (BadQuery, QueryError) as error:
            return _error(400, error)
        except (SearchError, StoreError) as error:
            return _error(503, _unable(error))
        except LookupError as error:
            return _error(422, error.args[0])
        if said is None:
            return _error(404, "not here")
        by_stars = request.query_params.get("sort") in ("1", "stars")  # they change without the database
        return made_answer(
            request.scope,
            msgspec.json.encode(said),
            JSON,
            None if by_stars else self._hot,
            lambda: self._catalog.stamp() == stamp,
            CORS,
        )


def _unable(error: SearchError | StoreError) -> str:
    """Nothing of this machine's folders is told."""
    if isinstance(error, TookTooLong):
        return "that took too long: ask for fewer days or categories"
    return "search is not ready" if isinstance(error, SearchError) else "the database cannot be read now"


def _error(status: int, error: object) -> Response:
    body = msgspec.json.encode(ErrorJson(str(error)))
    return Response(body, status, CORS, JSON)
