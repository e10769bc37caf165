"""An ASGI application that serves a built site as a careful static host would."""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
HASHED = "public, max-age=31536000, immutable"  # the name changes with the content
PAGES = "no-cache"  # keep it, but ask each time: a 304 costs nothing and a new day is seen at once


def application(folder: Path, base_url: str) -> ASGIApp:
    """Serve `folder` under the path of `base_url`."""
    prefix = urlsplit(base_url).path.rstrip("/")
    site = _Site(directory=folder, html=True, check_dir=False)
    routes: list[BaseRoute] = [Mount(prefix or "/", app=site, name="site")]
    if prefix:
        routes.append(Route("/", RedirectResponse(prefix + "/")))
    return Starlette(routes=routes, middleware=[Middleware(_Headers)])


class _Site(StaticFiles):
    """Static files without symbolic links; feeds and sitemaps carry their own media types."""

    def file_response(self, *args: Any, **kwargs: Any) -> Any:
        response = super().file_response(*args, **kwargs)
        if str(args[0]).endswith("feed.xml"):
            response.headers["content-type"] = "application/atom+xml; charset=utf-8"
        return response


class _Headers:
    """Adds the security headers and the right caching to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        hashed = "/assets/" in scope["path"]

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _complete(message, hashed=hashed)
            await send(message)

        await self._app(scope, receive, with_headers)


def _complete(message: MutableMapping[str, Any], *, hashed: bool) -> None:
    headers = MutableHeaders(raw=message.setdefault("headers", []))
    for name, value in SECURITY_HEADERS.items():
        headers.setdefault(name, value)
    found = message["status"] in (200, 206, 304)
    headers.setdefault("Cache-Control", HASHED if hashed and found else PAGES)
