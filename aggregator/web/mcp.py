"""The same questions for a reader's own assistant: a Model Context Protocol server, over HTTP at /mcp or on stdio.

Reading only. The library (`mcp`, an extra) is needed only where this is switched on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, ParamSpec
from urllib.parse import urlsplit

import msgspec
from mcp.server import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from aggregator import __version__
from aggregator.errors import AggregatorError
from aggregator.web.application import Group
from aggregator.web.catalog import Catalog
from aggregator.web.expression import BadQuery
from aggregator.web.safety import host_name
from aggregator.web.work import Workers

P = ParamSpec("P")

INSTRUCTIONS = (
    "arXiv papers that this site follows, by the days on which arXiv announced them. Categories are arXiv's names "
    "(cs.AI), archives (cs), or combinations (cs.AI+cs.LG-cs.CY); `all` means those that the site follows. Lists come "
    "in parts: `next_skip` asks for the next one."
)


def mcp_server(catalog: Catalog, workers: Workers) -> MCPServer:
    """The server with its tools."""
    server = MCPServer("aggregator", instructions=INSTRUCTIONS, version=__version__, log_level="ERROR")

    async def asked(question: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> dict[str, Any]:
        try:
            said = await workers.run(question, *args, **kwargs)
        except (BadQuery, LookupError) as error:
            return {"error": str(error.args[0] if error.args else error)}
        except AggregatorError as error:
            return {"error": f"cannot answer now ({type(error).__name__})"}
        found: dict[str, Any] = msgspec.to_builtins(said) if said is not None else {"error": "not here"}
        return found

    @server.tool()
    async def search(query: str, sort: str = "relevance", skip: int = 0, show: int = 10) -> dict[str, Any]:
        """Search all papers: words, "phrases", -without, ti: au: abs: cat: id: year: from: to:.

        sort: relevance, newest, oldest, stars.
        """
        return await asked(
            catalog.search, {"query": query, "sort": sort, "skip": str(skip), "show": str(show)}
        )

    @server.tool()
    async def day_list(
        categories: str = "all", date: str = "", kind: str = "", skip: int = 0, show: int = 25
    ) -> dict[str, Any]:
        """Papers announced on a listing day (YYYY-MM-DD, else the newest). kind: new, cross, replace, replace-cross."""
        words = {"date": date, "kind": kind, "skip": str(skip), "show": str(show)}
        return await asked(catalog.list, categories, words)

    @server.tool()
    async def paper(arxiv_id: str) -> dict[str, Any]:
        """One paper by its arXiv id or address: texts, versions, and when arXiv announced it."""
        return await asked(catalog.paper, arxiv_id)

    @server.tool()
    async def status() -> dict[str, Any]:
        """How many papers are here, and how fresh each followed category is."""
        return await asked(catalog.status)

    return server


async def run_on_stdio(catalog: Catalog) -> None:
    """Until standard input ends."""
    await mcp_server(catalog, Workers()).run_stdio_async()


class McpEndpoint:
    """The server at an address. Each request stands alone: no session is kept in memory."""

    def __init__(self, server: MCPServer) -> None:
        self._server = server
        self._app: Starlette | None = None
        self._task: asyncio.Task[None] | None = None

    def group(self) -> Group:
        return Group((Route("/mcp", self, methods=["POST"]),))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        origin = urlsplit(headers.get("origin", "")).netloc
        if origin and host_name(origin) != host_name(headers.get("host", "")):
            await PlainTextResponse("not for pages of other sites", 403)(scope, receive, send)
            return
        app = await self._running()
        await app({**scope, "path": "/mcp", "root_path": ""}, receive, send)

    async def _running(self) -> Starlette:
        """Started by the first request, in the loop that serves it; it ends with that loop."""
        if self._app is None:
            app = self._server.streamable_http_app(
                json_response=True,
                stateless_http=True,
                # The guard before us has looked at the host.
                transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
            )
            ready = asyncio.Event()
            self._task = asyncio.create_task(_live(app, ready))
            await ready.wait()
            self._app = app
        return self._app


async def _live(app: Starlette, ready: asyncio.Event) -> None:
    async with app.router.lifespan_context(app):
        ready.set()
        await asyncio.Event().wait()
