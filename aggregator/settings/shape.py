"""The settings themselves. A field says its type, range, default and description; all else follows from that."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Seconds = Annotated[float, Meta(ge=0, le=86_400)]
SomeSeconds = Annotated[float, Meta(gt=0, le=86_400)]


class ArxivSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How arXiv is asked. Durations are seconds, sizes bytes."""

    contact: Annotated[
        str, Meta(description="Mail address or web page, told to arXiv with each request. Needed to fetch.")
    ] = ""
    rss_url: Annotated[str, Meta(description="Base URL of the RSS feeds.")] = "https://rss.arxiv.org"
    oai_url: Annotated[str, Meta(description="URL of the OAI-PMH interface.")] = (
        "https://oaipmh.arxiv.org/oai"
    )
    api_url: Annotated[str, Meta(description="URL of the query interface.")] = (
        "https://export.arxiv.org/api/query"
    )
    lists_url: Annotated[
        str, Meta(description="URL of arXiv's lists of past days; empty: they are never asked.")
    ] = "https://arxiv.org/catchup"
    interval: Annotated[Seconds, Meta(description="Seconds between two requests, at least 3.")] = 3.0
    deadline: Annotated[SomeSeconds, Meta(description="Seconds that one request may take.")] = 60.0
    max_body: Annotated[int, Meta(description="Bytes that one decoded answer may have.", ge=1, le=10**10)] = (
        64_000_000
    )
    tries: Annotated[int, Meta(description="Requests for one feed in one run, at most.", ge=1, le=20)] = 6
    budget: Annotated[SomeSeconds, Meta(description="Seconds for all tries of one feed, waits included.")] = (
        900.0
    )


class ScheduleSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When arXiv is asked: first `delay` after an announcement slot (20:00 New York), then every `every`
    seconds until the day is there or `window` has passed."""

    delay: Annotated[
        Seconds, Meta(description="Seconds from arXiv's slot, 20:00 in New York, to the first try.")
    ] = 1200.0
    every: Annotated[
        SomeSeconds, Meta(description="Seconds between tries for a day that is late, at least 60.")
    ] = 1800.0
    window: Annotated[SomeSeconds, Meta(description="Seconds from the first try for a day to the last.")] = (
        50_400.0
    )
    tick: Annotated[
        float, Meta(description="Seconds between the daemon's looks at what is due.", gt=0, le=3600)
    ] = 30.0


class SiteSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the pages say. `base_url` is where they will be served; its path becomes a prefix of every link."""

    title: Annotated[str, Meta(description="Name of the site.")] = "arXiv daily"
    base_url: Annotated[str, Meta(description="Where readers find the site; its path is kept in links.")] = (
        "http://127.0.0.1:8000/"
    )
    language: Annotated[str, Meta(description='Language of the pages\' own words, such as "en-GB".')] = "en"
    days: Annotated[
        int,
        Meta(
            description="Newest listing days that have pages; the month of the oldest is kept whole.",
            ge=1,
            le=36_500,
        ),
    ] = 30
    compress: Annotated[
        bool, Meta(description="Whether large files get compressed twins (.br, .gz) beside them.")
    ] = True
    search: Annotated[
        bool,
        Meta(
            description="Whether pages have a search box. It needs `aggregator serve`; false for static hosts."
        ),
    ] = True
    counts: Annotated[
        bool,
        Meta(
            description="Whether `aggregator serve` counts, without names, how often a paper is starred and opened."
        ),
    ] = False


class ServerSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where `aggregator serve` listens."""

    host: Annotated[str, Meta(description="Address that `aggregator serve` listens on.")] = "127.0.0.1"
    port: Annotated[int, Meta(description="Port that `aggregator serve` listens on.", ge=1, le=65_535)] = 8000
    hosts: Annotated[
        tuple[str, ...],
        Meta(description='Names that readers may use beside that of `site.base_url`; "*" for any.'),
    ] = ()
    proxies: Annotated[
        tuple[str, ...],
        Meta(
            description="Addresses of proxies before `aggregator serve` whose X-Forwarded-For says who asks."
        ),
    ] = ()
    mcp: Annotated[
        bool,
        Meta(description="Whether assistants may ask at `/mcp` (Model Context Protocol; needs the extra)."),
    ] = False
    desks: Annotated[
        int,
        Meta(
            description="Desks that readers may keep on this server, to have one on every device; 0: none.",
            ge=0,
            le=1_000_000,
        ),
    ] = 100


class NotifySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is told when a day is complete or late, and when arXiv stops us."""

    to: Annotated[
        tuple[str, ...],
        Meta(
            description='Where the daemon\'s notices go, as Apprise URLs, such as "mailto://…" or "json://…".'
        ),
    ] = ()


class WatchSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How others watch the daemon."""

    host: Annotated[str, Meta(description="Address of the daemon's health and metrics.")] = "127.0.0.1"
    port: Annotated[
        int, Meta(description="Port of the daemon's health and metrics; 0: none.", ge=0, le=65_535)
    ] = 0
    textfile: Annotated[
        bool, Meta(description='Whether the daemon writes its metrics to "metrics.prom" in the data folder.')
    ] = False
    limit: Annotated[
        float,
        Meta(description="Seconds without a sign of life after which a run counts as hung.", ge=5, le=86_400),
    ] = 1800.0


class LogSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the log is written."""

    format: Annotated[
        Literal["text", "json"], Meta(description='Lines for people, or "json": one object an event.')
    ] = "text"


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings. `categories` are canonical category names, archives expanded."""

    categories: Annotated[
        tuple[str, ...],
        Meta(description='Categories to follow; an archive such as "cs" stands for all of its categories.'),
    ] = ("cs.AI", "cs.CL", "cs.LG")
    data: Annotated[Path, Meta(description="Folder for all that the program keeps.")] = Path("data")
    keep_raw_days: Annotated[int, Meta(description="Days to keep answers as they came.", ge=0, le=36_500)] = (
        30
    )
    arxiv: ArxivSettings = ArxivSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    site: SiteSettings = SiteSettings()
    server: ServerSettings = ServerSettings()
    notify: NotifySettings = NotifySettings()
    watch: WatchSettings = WatchSettings()
    log: LogSettings = LogSettings()
