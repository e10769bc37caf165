"""What a type and a range cannot say of settings."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from aggregator import taxonomy
from aggregator.errors import SettingsError
from aggregator.settings.shape import ArxivSettings, Settings

MIN_INTERVAL = 3.0  # arXiv's terms for its interfaces: no more than one request every three seconds
MIN_EVERY = 60.0

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")  # RFC 5646, as far as pages use it
_PATH = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?")
_HOST = re.compile(r"[A-Za-z0-9._:-]+")
_NOTIFY = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*://\S")


@dataclass(frozen=True, slots=True)
class Wrong:
    """Setting `name` cannot stay as it is. `text` is the item of a list that is meant, at its n-th appearance."""

    name: str
    message: str
    text: str | None = None
    repeat: int = 1


def check(settings: Settings) -> Iterator[Wrong]:
    """All that is wrong, in the order of the file. `categories` are still as they were written."""
    yield from _categories(settings.categories)
    yield from _arxiv(settings.arxiv)
    if settings.schedule.every < MIN_EVERY and not all_loopback(settings.arxiv):
        yield Wrong("schedule.every", f"must be at least {MIN_EVERY:g} s; less is for loopback only")
    if not settings.site.title.strip():
        yield Wrong("site.title", "must not be empty")
    yield from _base_url(settings.site.base_url)
    if not _LANGUAGE.fullmatch(settings.site.language):
        yield Wrong("site.language", 'not a language tag such as "en" or "pt-BR"')
    if not _HOST.fullmatch(settings.server.host):
        yield Wrong("server.host", "not a host name or address")
    for address in settings.notify.to:
        if not _NOTIFY.match(address):
            yield Wrong("notify.to", 'not an Apprise URL such as "mailto://…"', text=address)
    if not _HOST.fullmatch(settings.watch.host):
        yield Wrong("watch.host", "not a host name or address")


def require_contact(settings: Settings) -> None:
    """Raise SettingsError when arXiv would be asked without being told who asks."""
    if settings.arxiv.contact.strip() or all_loopback(settings.arxiv):
        return
    raise SettingsError(
        "arxiv.contact is empty, and arXiv wants to know whom to write to: put your address into aggregator.toml "
        '([arxiv], then contact = "you@example.org") or into AGGREGATOR_ARXIV_CONTACT',
        key="arxiv.contact",
    )


def is_loopback(url: str) -> bool:
    """True for a URL of this machine."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def all_loopback(arxiv: ArxivSettings) -> bool:
    """True when no request leaves this machine, as in the demo and in tests."""
    return all(is_loopback(url) for url in (arxiv.rss_url, arxiv.oai_url, arxiv.api_url))


def _categories(names: tuple[str, ...]) -> Iterator[Wrong]:
    if not names:
        yield Wrong("categories", 'the list is empty: name at least one, such as "cs.AI"')
    seen: dict[tuple[str, ...], str] = {}
    for name in names:
        try:
            listed = taxonomy.expand([name])
        except KeyError:
            close = taxonomy.nearest(name)
            hint = f", did you mean {close}?" if close else ": `aggregator categories` lists all"
            yield Wrong("categories", f'unknown category "{name}"{hint}', text=name)
            continue
        if seen.get(listed) == name:
            yield Wrong("categories", f'"{name}" is named twice', text=name, repeat=2)
        elif listed in seen:
            yield Wrong(
                "categories", f'"{name}" and "{seen[listed]}" are one list: name one of them', text=name
            )
        seen.setdefault(listed, name)


def _arxiv(arxiv: ArxivSettings) -> Iterator[Wrong]:
    if not arxiv.contact.isascii():
        yield Wrong("arxiv.contact", "must be ASCII, for it is sent in a header")
    for key in ("rss_url", "oai_url", "api_url"):
        yield from _wrong(key, getattr(arxiv, key))
    if arxiv.lists_url:
        yield from _wrong("lists_url", arxiv.lists_url)
    if arxiv.interval < MIN_INTERVAL and not all_loopback(arxiv):
        yield Wrong(
            "arxiv.interval", f"arXiv allows one request in {MIN_INTERVAL:g} s; less is for loopback only"
        )


def _wrong(key: str, url: str) -> Iterator[Wrong]:
    message = _wrong_url(url, plain=False)
    if message:
        yield Wrong(f"arxiv.{key}", message)


def _base_url(url: str) -> Iterator[Wrong]:
    message = _wrong_url(url, plain=True)
    if message:
        yield Wrong("site.base_url", message)
    elif not _PATH.fullmatch(urlsplit(url).path):
        yield Wrong("site.base_url", "its path may hold letters, digits and . _ ~ - only")


def _wrong_url(url: str, *, plain: bool) -> str | None:
    """What is wrong with a URL. `plain` allows http for any host, else for loopback only."""
    try:
        parts = urlsplit(url)
        known = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return "not a URL"
    if not known or parts.scheme not in ("http", "https") or re.search(r"\s", url):
        return "not a URL such as https://example.org/"
    if parts.scheme == "http" and not plain and not is_loopback(url):
        return "must begin with https://"
    return "must have no user name, query or fragment" if _has_more(parts) else None


def _has_more(parts: SplitResult) -> bool:
    return bool(parts.query or parts.fragment) or "@" in parts.netloc
