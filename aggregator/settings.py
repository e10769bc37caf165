"""Settings: one TOML file and the environment → one frozen, validated object."""

from __future__ import annotations

from pathlib import Path

import msgspec


class ArxivSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How arXiv is asked. Durations are seconds, sizes bytes."""

    contact: str = ""
    rss_url: str = "https://rss.arxiv.org"
    oai_url: str = "https://oaipmh.arxiv.org/oai"
    api_url: str = "https://export.arxiv.org/api/query"
    interval: float = 3.0
    deadline: float = 60.0
    max_body: int = 64_000_000
    tries: int = 6
    budget: float = 900.0


class ScheduleSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When arXiv is asked: first `delay` after an announcement slot (20:00 New York), then every `every`
    seconds until the day is there or `window` has passed."""

    delay: float = 1200.0
    every: float = 1800.0
    window: float = 50_400.0
    tick: float = 30.0


class SiteSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the pages say. `base_url` is where they will be served; its path becomes a prefix of every link."""

    title: str = "arXiv daily"
    base_url: str = "http://127.0.0.1:8000/"
    language: str = "en"
    days: int = 30


class ServerSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where `aggregator serve` listens."""

    host: str = "127.0.0.1"
    port: int = 8000


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings. `categories` are canonical category names, archives expanded."""

    categories: tuple[str, ...] = ("cs.AI", "cs.CL", "cs.LG")
    data: Path = Path("data")
    keep_raw_days: int = 30
    arxiv: ArxivSettings = ArxivSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    site: SiteSettings = SiteSettings()
    server: ServerSettings = ServerSettings()
