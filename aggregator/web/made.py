"""Answers made by a program, with the manners of a file: packed, with an ETag, kept in memory while they hold."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from starlette.responses import PlainTextResponse, Response
from starlette.types import Scope

from aggregator.compress import SMALLEST_ASSET, Effort, pack
from aggregator.errors import StoreError, TookTooLong
from aggregator.web import forms
from aggregator.web.application import asked
from aggregator.web.files import Loaded, conditional
from aggregator.web.hot import Hot, Ready
from aggregator.web.safety import SECURITY_HEADERS

HTML = "text/html; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"
JSON = "application/json"


def made_answer(
    scope: Scope,
    body: bytes,
    media_type: str,
    hot: Hot | None = None,
    current: Callable[[], bool] | None = None,
    more: dict[str, str] | None = None,
) -> Response:
    """The answer with `body`, or 304. With `hot` it is kept for the same address as long as `current` says so."""
    wants = asked(scope)
    coding = forms.coding(wants.accept_encoding) if len(body) >= SMALLEST_ASSET else ""
    packed = pack(body, coding, Effort.ONCE) if coding else body
    etag = hashlib.blake2b(packed, digest_size=9).hexdigest()
    loaded = Loaded(packed, coding, f'"{etag}{coding and "-" + coding}"')
    headers = {
        "content-type": media_type,
        "cache-control": "no-cache",
        "vary": "accept-encoding",
        "etag": loaded.etag,
        **SECURITY_HEADERS,
        **(more or {}),
    }
    if coding:
        headers["content-encoding"] = coding
    if hot and current:
        accepted = forms.coding(wants.accept_encoding)
        hot.put(target_of(scope), accepted, Ready(packed, headers, loaded.etag, current))
    return conditional(loaded, headers, wants)


def target_of(scope: Scope) -> bytes:
    """The address as it came, query and all."""
    query: bytes = scope["query_string"]
    path: bytes = scope["raw_path"]
    return path + b"?" + query if query else path


def trouble(error: StoreError) -> Response:
    """What a reader is told when the database cannot answer."""
    if isinstance(error, TookTooLong):
        return PlainTextResponse("that took too long: ask for fewer days or categories", 503)
    return PlainTextResponse("the database cannot be read now", 503, {"retry-after": "30"})
