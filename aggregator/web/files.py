"""The files of a site as a good web server gives them: twins, validators, ranges, the right caching, our own 404.

target ─► path below the folder ─► Loaded (page and twin of the same bytes) ─► 200 · 206 · 304 · 416
                                          └──────► Hot: the next reader is answered without us
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path
from urllib.parse import unquote

from starlette.responses import FileResponse, Response

from aggregator.compress import SMALLEST_ASSET, SUFFIXES, is_text, pack
from aggregator.web import forms
from aggregator.web.hot import Hot, Ready, Stamp, stamp_of
from aggregator.web.safety import SECURITY_HEADERS

HASHED = "public, max-age=31536000, immutable"  # the name changes with the content
PAGES = "no-cache"  # keep it, but ask each time: a 304 costs nothing and a new day is seen at once
LARGEST = 8 * 1024 * 1024  # bytes of a file that is held in memory; larger ones are streamed

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".xml": "application/xml",
    ".txt": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".opml": "text/x-opml; charset=utf-8",
    ".webmanifest": "application/manifest+json",
}
_NAMED = {
    "feed.xml": "application/atom+xml; charset=utf-8",
    "feed.json": "application/feed+json",
    "opensearch.xml": "application/opensearchdescription+xml",
}

_REFUSED = b'<p class="info refused" lang="en" hidden></p>'  # in the 404 page: what was wrong with an address


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request says of the representation it wants. `target` is its raw path, "" when it had a query."""

    target: bytes = b""
    accept_encoding: bytes = b""
    if_none_match: str | None = None
    if_modified_since: str | None = None
    range: str | None = None
    if_range: str | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file in memory in one content coding ("" for none), with what its headers need."""

    body: bytes
    coding: str
    etag: str
    stamp: Stamp | None = None  # of the file, None for what was made in memory

    @property
    def modified(self) -> float | None:
        """Seconds since 1970."""
        return self.stamp[1] / 1e9 if self.stamp else None


class SiteFiles:
    """The files below `folder`. Names that begin with a dot and the twins themselves are not for readers."""

    def __init__(self, folder: Path, hot: Hot | None = None) -> None:
        self._folder = folder
        self.hot = hot or Hot()

    def find(self, path: str) -> Path | None:
        """The file for a decoded path such as "arxiv/cs.AI/", None when there is none. It asks the disk."""
        names = path.split("/")
        if any(name.startswith(".") or "\\" in name or "\0" in name for name in names) or len(path) > 1000:
            return None
        if "" in names[:-1]:
            return None
        found = self._folder.joinpath(*names)
        if path.endswith("/") or not path:
            found /= "index.html"
        if found.suffix in SUFFIXES.values():
            return None
        try:
            return found if found.is_file() and not found.is_symlink() else None
        except OSError:  # a name that is too long for the file system
            return None

    def answer(self, found: Path, asked: Asked) -> Response:
        """The answer with a file. Reads the disk, and packs where no twin is."""
        coding = "" if asked.range else forms.coding(asked.accept_encoding)
        if found.stat().st_size > LARGEST and not (coding and _twin_path(found, coding).exists()):
            return _streamed(found, asked)
        loaded = load(found, coding)
        headers = {**_fixed(found), **_validators(loaded)}
        if loaded.coding:
            headers["content-encoding"] = loaded.coding
        if asked.target and not asked.range:
            self._keep(found, asked.target, coding, loaded, headers)
        return conditional(loaded, headers, asked)

    def missing(self, said: str = "", status: int = 404) -> Response:
        """Our own 404 page; with `said`, why a request was refused."""
        headers = {"cache-control": PAGES, **SECURITY_HEADERS}
        try:
            page = (self._folder / "404.html").read_bytes()
        except OSError:
            return Response(said or "not found", status, headers, "text/plain")
        if said:
            told = _REFUSED.replace(b" hidden>", b">" + escape(said).encode())
            page = page.replace(_REFUSED, told).replace(b">404<", b">%d<" % status)
        return Response(page, status, headers, "text/html; charset=utf-8")

    def _keep(self, found: Path, target: bytes, coding: str, loaded: Loaded, headers: dict[str, str]) -> None:
        ready = Ready(loaded.body, headers, loaded.etag, partial(_unchanged, found, loaded.stamp))
        self.hot.put(target, coding, ready)


def load(found: Path, coding: str) -> Loaded:
    """A file's bytes and, for a coding, those of its twin. A file that is replaced meanwhile is read again.

    Publishing takes the old twins away before it replaces a file, so a twin beside an unchanged file is its own.
    """
    while True:
        stamp = stamp_of(found)
        body = found.read_bytes()
        packed = _twin(found, body, coding) if coding else None
        if stamp is not None and stamp_of(found) == stamp:
            break
    etag = hashlib.blake2b(body, digest_size=9).hexdigest()
    used = coding if packed is not None else ""
    return Loaded(body if packed is None else packed, used, f'"{etag}{used and "-" + used}"', stamp)


def _streamed(found: Path, asked: Asked) -> Response:
    """A file that is too large for the memory."""
    stamp = stamp_of(found)
    loaded = Loaded(b"", "", f'"{stamp[1]:x}-{stamp[2]:x}"' if stamp else "", stamp)
    headers = {**_fixed(found), **_validators(loaded)}
    if _has_it(loaded, asked):
        return conditional(loaded, headers, asked)
    return FileResponse(found, headers=headers)


def _twin(found: Path, body: bytes, coding: str) -> bytes | None:
    """None for what does not grow smaller."""
    if len(body) < SMALLEST_ASSET or not is_text(found.name):
        return None
    try:
        return _twin_path(found, coding).read_bytes()
    except FileNotFoundError:
        return pack(body, coding)


def _twin_path(found: Path, coding: str) -> Path:
    return found.with_name(found.name + SUFFIXES[coding])


def conditional(loaded: Loaded, headers: dict[str, str], asked: Asked) -> Response:
    """The whole, a part, or nothing but "you have it"."""
    if _has_it(loaded, asked):
        kept = {k: v for k, v in headers.items() if k not in ("content-type", "content-encoding")}
        return Response(status_code=304, headers=kept)
    if asked.range and (asked.if_range is None or asked.if_range == loaded.etag):
        wanted = forms.part(asked.range, len(loaded.body))
        if wanted is not None:
            return _partly(loaded.body, wanted, headers)
    return Response(loaded.body, headers=headers)


def _has_it(loaded: Loaded, asked: Asked) -> bool:
    if asked.if_none_match is not None:
        return forms.is_known(loaded.etag, asked.if_none_match)
    since, modified = asked.if_modified_since, loaded.modified
    return since is not None and modified is not None and forms.is_current(modified, since)


def _partly(body: bytes, wanted: tuple[int, int], headers: dict[str, str]) -> Response:
    start, end = wanted
    if start == end:
        return Response(status_code=416, headers={**headers, "content-range": f"bytes */{len(body)}"})
    said = {**headers, "content-range": f"bytes {start}-{end - 1}/{len(body)}"}
    return Response(body[start:end], 206, said)


def media_type(name: str) -> str:
    """The media type of a file of the site."""
    return _NAMED.get(name) or _TYPES.get(Path(name).suffix, "application/octet-stream")


def decoded(raw: bytes) -> str | None:
    """A raw path as text without its first slash; None for one that is not UTF-8."""
    try:
        return unquote(raw.decode("ascii"), errors="strict").removeprefix("/")
    except UnicodeDecodeError:
        return None


def _fixed(found: Path) -> dict[str, str]:
    hashed = found.parent.name == "assets"
    return {
        "content-type": media_type(found.name),
        "cache-control": HASHED if hashed else PAGES,
        "vary": "accept-encoding",
        "accept-ranges": "bytes",
        **SECURITY_HEADERS,
    }


def _validators(loaded: Loaded) -> dict[str, str]:
    said = {"etag": loaded.etag}
    return said if loaded.modified is None else said | {"last-modified": forms.http_date(loaded.modified)}


def _unchanged(found: Path, stamp: Stamp | None) -> bool:
    return stamp_of(found) == stamp
