"""The application: files first, then the groups of routes, then our own 404.

Guard ─► a file of the site, unless path or query ask a group ─► the groups' routes ─► the file after all ─► 404
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.datastructures import Headers, QueryParams
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route, Router
from starlette.types import Receive, Scope, Send

from aggregator.web.files import Asked, SiteFiles
from aggregator.web.safety import READING, Guard
from aggregator.web.work import Busy, Workers

FILE_THREADS = 2
FILES_WAITING = 2_000  # reading one takes a millisecond or so


@dataclass(frozen=True, slots=True)
class Group:
    """Routes that belong together. A query of which `asks` is true is theirs even where a file is."""

    routes: tuple[BaseRoute, ...]
    asks: Callable[[Mapping[str, str]], bool] = field(default=lambda _query: False)


def application(
    files: SiteFiles,
    *,
    base_url: str,
    hosts: Collection[str] = (),
    groups: Iterable[Group] = (),
) -> Guard:
    """Serve `files` and `groups` under the path of `base_url`, to readers who use its name or one of `hosts`.

    Files have threads of their own: however long the groups' questions take, a page is not kept waiting by them.
    """
    parts = urlsplit(base_url)
    front = Front(files, tuple(groups), parts.path.rstrip("/"), Workers(FILE_THREADS, waiting=FILES_WAITING))
    return Guard(front, (*hosts, parts.netloc))


class Front:
    """Who answers what."""

    def __init__(self, files: SiteFiles, groups: tuple[Group, ...], prefix: str, workers: Workers) -> None:
        self._files = files
        self._prefix = prefix
        self._workers = workers
        self._asks = tuple(group.asks for group in groups)
        routes = [route for group in groups for route in group.routes]
        self._paths = {
            route.path for route in routes if isinstance(route, Route) and not route.param_convertors
        }
        self._router = Router(routes, redirect_slashes=False, default=self._last)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._answer(scope, receive, send)
        except Busy:
            busy = PlainTextResponse("busy: try again in a moment", 503, {"retry-after": "5"})
            await busy(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if self._prefix:
            if path in ("/", self._prefix):
                await RedirectResponse(self._prefix + "/", 308)(scope, receive, send)
                return
            if not path.startswith(self._prefix + "/"):
                await self._files.missing()(scope, receive, send)
                return
            path = path.removeprefix(self._prefix)
        if scope["method"] in READING and not self._asks_a_group(path, scope):
            response = await self._workers.run(self._file, path, scope)
            if response is not None:
                await response(scope, receive, send)
                return
        await self._router({**scope, "path": path, "site_prefix": self._prefix}, receive, send)

    def _asks_a_group(self, path: str, scope: Scope) -> bool:
        if path in self._paths:
            return True
        if not scope["query_string"]:
            return False
        query = QueryParams(scope["query_string"])
        return any(asks(query) for asks in self._asks)

    def _file(self, path: str, scope: Scope) -> Response | None:
        """The file of a path. Below arxiv/, where others' clients come from, the last slash may be missing."""
        found = self._files.find(path[1:])
        if found is None and not path.endswith("/"):
            found = self._files.find(path[1:] + "/")
            if found is not None and not path.startswith("/arxiv/"):
                return RedirectResponse(f"{self._prefix}{path}/", 308)
            if found is None and path.endswith("/feed"):
                found = self._files.find(path[1:] + ".xml")
        return self._files.answer(found, asked(scope)) if found else None

    async def _last(self, scope: Scope, receive: Receive, send: Send) -> None:
        """No route took it."""
        if scope["method"] not in READING:
            refused = PlainTextResponse("not a method of this page", 405, {"allow": "GET, HEAD"})
            await refused(scope, receive, send)
            return
        response = await self._workers.run(self._file, scope["path"], scope)
        if response is None:
            response = await self._workers.run(self._files.missing)
        await response(scope, receive, send)


def asked(scope: Scope) -> Asked:
    """What a request says of the representation it wants."""
    headers = Headers(scope=scope)
    return Asked(
        target=b"" if scope["query_string"] else scope["raw_path"],
        accept_encoding=headers.get("accept-encoding", "").encode("latin-1"),
        if_none_match=headers.get("if-none-match"),
        if_modified_since=headers.get("if-modified-since"),
        range=headers.get("range"),
        if_range=headers.get("if-range"),
    )


def asked_by(request: Request) -> Asked:
    """The same of a Starlette request."""
    return asked(request.scope)
