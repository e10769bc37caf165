"""What no request may do: the guard that stands before everything else, and the headers on every answer.

host known? ─► path plain? ─► method allowed? ─► body small? ─► the application ─► security headers
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Mapping, MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
SECURITY_HEADERS: Mapping[str, str] = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
    "cross-origin-opener-policy": "same-origin",
}
LONGEST_TARGET = 4_000  # bytes of path and query
LARGEST_HEAD = 16_384  # bytes
LARGEST_BODY = 1_000_000  # bytes
READING = frozenset({"GET", "HEAD"})
METHODS = READING | {"POST", "PUT", "DELETE", "OPTIONS"}
_LOCAL = ("localhost", "127.0.0.1", "::1")


class BodyTooLargeError(Exception):
    """A body passed the limit while it was read."""


class Guard:
    """Refuses what is not for us. `hosts` are the names that the site answers to, "*" for any."""

    def __init__(self, app: ASGIApp, hosts: Collection[str], largest_body: int = LARGEST_BODY) -> None:
        self._app = app
        self._hosts = known_hosts(hosts)
        self._largest = largest_body

    def trusts(self, host: str) -> bool:
        """Whether a Host header names this site: against DNS rebinding, and poisoned caches."""
        name = host_name(host)
        return self._hosts is None or name in self._hosts or _is_address(name)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return  # there are no web sockets here, and no lifespan
        refusal = self._refusal(scope)
        if refusal is not None:
            await PlainTextResponse(refusal[1], refusal[0], _closing(refusal[0]))(
                scope, receive, with_headers(send)
            )
            return
        try:
            await self._app(scope, _bounded(receive, self._largest), with_headers(send))
        except BodyTooLargeError:
            await PlainTextResponse("the body is too large", 413, _closing(413))(
                scope, receive, with_headers(send)
            )

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers = Headers(scope=scope)
        target = len(scope["raw_path"]) + len(scope["query_string"])
        head = sum(len(name) + len(value) + 4 for name, value in scope["headers"])
        checks = (
            (
                self.trusts(headers.get("host", "")),
                421,
                "this name is not known here (setting: server.hosts)",
            ),
            (target <= LONGEST_TARGET, 414, "the address is too long"),
            (head <= LARGEST_HEAD, 431, "the header is too large"),
            (is_plain(scope["path"]), 400, "not an address of this site"),
            (scope["method"] in METHODS, 405, "not a method of this site"),
            (_length_fits(headers.get("content-length", "0"), self._largest), 413, "the body is too large"),
        )
        return next(((status, says) for fine, status, says in checks if not fine), None)


def is_plain(path: str) -> bool:
    """Whether a decoded path has no way to mean another: no dot segment, no backslash, no control character."""
    if not path.startswith("/") or "\\" in path or not path.isprintable() or "\ufffd" in path:
        return False
    return not any(segment in (".", "..") for segment in path.split("/"))


def host_name(host: str) -> str:
    """A Host header without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower().rstrip(".")


def _is_address(name: str) -> bool:
    """Rebinding needs a name; who gives an address means this machine."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def known_hosts(hosts: Collection[str]) -> frozenset[str] | None:
    """The names to answer to, those of this machine among them; None for any name."""
    return None if "*" in hosts else frozenset((*map(host_name, hosts), *_LOCAL))


def with_headers(send: Send) -> Send:
    """A `send` that adds the security headers where the answer has none of its own."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            _complete(message)
        await send(message)

    return sending


def _complete(message: MutableMapping[str, Any]) -> None:
    headers = MutableHeaders(raw=message.setdefault("headers", []))
    for name, value in SECURITY_HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("cache-control", "no-cache" if message["status"] < 400 else "no-store")


def _bounded(receive: Receive, largest: int) -> Receive:
    taken = 0

    async def receiving() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > largest:
            raise BodyTooLargeError
        return message

    return receiving


def _length_fits(length: str, largest: int) -> bool:
    return length.isascii() and length.isdigit() and len(length) < 16 and int(length) <= largest


def _closing(status: int) -> dict[str, str] | None:
    """A body that nobody will read: the connection is of no more use."""
    return {"connection": "close"} if status in (413, 431) else None
