"""Faults on cue: what `SimulatedArxiv.inject` makes of answers that would have been right.

    server.inject(Fault(status(503, retry_after="120"), path="/rss/cs.AI", times=2))

What breaks below HTTP (resets, dribbles, bad framing) is the raw-socket fault server's work, not this one's.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from fnmatch import fnmatchcase

_PORTAL = (
    b"<!DOCTYPE html>\n<html><head><title>Welcome</title></head>"
    b"<body><h1>Guest network</h1><p>Please accept the terms to go on.</p></body></html>\n"
)
_TEXTS = {
    403: b"Forbidden: your traffic looks like an attack.\n",
    406: b"Not Acceptable\n",
    429: b"Rate exceeded.",
    503: b"Service Unavailable\n",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer about to be sent. Only the first `cut` bytes of the body are, when set (its length is announced
    in full); `pause` are real seconds before anything is sent. `encoded` bodies are sent as they are."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    pause: float = 0.0
    encoded: bool = False


Right = Callable[[str], Reply]  # a path → what the simulator would answer without faults
Effect = Callable[[Reply, Right], Reply]


@dataclass(slots=True)
class Fault:
    """`effect` on requests whose path matches the pattern `path` (`/rss/cs.*`), `times` times (None: always),
    while the virtual clock stands between `since` and `until`."""

    effect: Effect
    path: str = "*"
    times: int | None = 1
    since: datetime | None = None
    until: datetime | None = None

    def takes(self, path: str, moment: datetime) -> bool:
        """Whether this request is one of its; counts it if so."""
        early = self.since is not None and moment < self.since
        over = self.until is not None and moment >= self.until
        if early or over or self.times == 0 or not fnmatchcase(path, self.path):
            return False
        if self.times is not None:
            self.times -= 1
        return True


def status(code: int, *, retry_after: str | None = None, body: bytes | None = None) -> Effect:
    """Answer with `code`. Without `retry_after` there is no such header, as with arXiv's own 429."""
    asked = {} if retry_after is None else {"Retry-After": retry_after}
    text = b"" if code == 304 else _TEXTS.get(code, b"Error\n") if body is None else body
    return lambda _reply, _right: Reply(code, text, {"Content-Type": "text/plain; charset=utf-8", **asked})


def rate_exceeded() -> Effect:
    """Status 200, and the body says "Rate exceeded."."""
    return lambda _reply, _right: Reply(200, b"Rate exceeded.", {"Content-Type": "text/plain"})


def captive_portal() -> Effect:
    """Status 200 and somebody else's HTML page."""
    return lambda _reply, _right: Reply(200, _PORTAL, {"Content-Type": "text/html; charset=utf-8"})


def empty_body() -> Effect:
    """Status 200 without a byte, under the headers of a feed."""
    return lambda reply, _right: replace(reply, status=200, body=b"")


def cut_at(length: int) -> Effect:
    """The body ends after `length` bytes, although its whole length was announced."""
    return lambda reply, _right: replace(reply, cut=length)


def shortened_to(length: int) -> Effect:
    """The body is `length` bytes of the right one, and HTTP is content with that."""
    return lambda reply, _right: replace(reply, body=reply.body[:length])


def feed_of(path: str) -> Effect:
    """What `path` would have answered: another category's feed."""
    return lambda _reply, right: right(path)


def gzip_bomb(decoded: int) -> Effect:
    """`decoded` bytes of white space in a gzip body a thousandth as long."""

    def effect(reply: Reply, _right: Right) -> Reply:
        headers = {**reply.headers, "Content-Encoding": "gzip"}
        return replace(reply, body=_spaces(decoded), headers=headers, encoded=True)

    return effect


def corrupt_gzip() -> Effect:
    """The body says that it is gzip, and its checksum is wrong."""

    def effect(reply: Reply, _right: Right) -> Reply:
        packed = bytearray(gzip.compress(reply.body, mtime=0))
        packed[-8] ^= 0xFF
        headers = {**reply.headers, "Content-Encoding": "gzip"}
        return replace(reply, body=bytes(packed), headers=headers, encoded=True)

    return effect


def redirect(url: str, code: int = 302) -> Effect:
    """Point elsewhere."""
    return lambda _reply, _right: Reply(code, b"", {"Location": url})


def slow(seconds: float) -> Effect:
    """The right answer, after some real seconds."""
    return lambda reply, _right: replace(reply, pause=seconds)


def altered(change: Callable[[bytes], bytes]) -> Effect:
    """The right answer with its body changed."""
    return lambda reply, _right: replace(reply, body=change(reply.body))


def _spaces(length: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b" " * 65_536
    parts = [packer.compress(block) for _ in range(length // len(block))]
    return b"".join([*parts, packer.compress(block[: length % len(block)]), packer.flush()])
