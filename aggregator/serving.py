"""The wiring of the web server: settings → files, groups of routes, application. Apart from `app` because it loads
Starlette and uvicorn, which no other command needs."""

from __future__ import annotations

import logging
import socket
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from aggregator.clock import SystemClock
from aggregator.errors import StoreError
from aggregator.finding import Finding
from aggregator.ondemand import OnDemand
from aggregator.search import Engine
from aggregator.settings import Settings
from aggregator.site import Site
from aggregator.site.export import FORMATS
from aggregator.store import read_status
from aggregator.store.desks import Desks
from aggregator.store.readers import Readers
from aggregator.web import Group, SiteFiles, Workers, application, serve
from aggregator.web.api import Api
from aggregator.web.catalog import Catalog
from aggregator.web.desk import DeskApi
from aggregator.web.lists import Lists
from aggregator.web.safety import Guard
from aggregator.web.search import Search
from aggregator.web.spare import Spare

log = logging.getLogger(__name__)


class Serving:
    """The web side of one data folder. `also_known_as` are names of it that stand in no setting."""

    def __init__(self, settings: Settings, *, also_known_as: Collection[str] = ()) -> None:
        self.settings = settings
        self._hosts = (*settings.server.hosts, *also_known_as)
        self.files = SiteFiles(settings.data / "site")
        self.workers = Workers()
        self.readers = Readers(self.database)
        self.site = Site(
            settings.site,
            settings.data / "site",
            categories=settings.categories,
            cache=settings.data / "cache",
        )
        self.clock = SystemClock()
        self.desks = self._opened_desks()
        self.maker = OnDemand(self.readers.reading, self.readers.stamp, self.site, self.clock, self._stars)
        self.engine = Engine(settings.data / "search")
        self.finding = Finding(self.engine, self.readers.reading, self.readers.stamp, self.site, self._stars)
        self.catalog = Catalog(
            self.maker,
            lambda: read_status(self.database),
            settings.categories,
            settings.site.base_url,
            self.finding.search,
        )

    @property
    def database(self) -> Path:
        return self.settings.data / "papers.db"

    def application(self) -> Guard:
        """The whole site as an ASGI application."""
        return application(
            self.files,
            base_url=self.settings.site.base_url,
            hosts=self._hosts,
            groups=self.groups(),
        )

    def groups(self) -> Iterable[Group]:
        """What a program answers beside the files; the first that fits answers."""
        if self.desks:
            yield self._desk_api(self.desks)
        base_url = self.settings.site.base_url
        yield Api(self.catalog, self.files.hot, self.workers, base_url).group()
        if self.settings.server.mcp:
            yield from self._mcp()
        yield self._search()
        yield Spare(self.site.assets, self.files, self.workers).group()
        yield Lists(self.maker, self.files, self.workers, self.settings.categories).group()

    def _mcp(self) -> Iterable[Group]:
        try:
            from aggregator.web.mcp import McpEndpoint, mcp_server  # noqa: PLC0415 (an extra)
        except ModuleNotFoundError:
            log.warning("server.mcp needs the extra: pip install 'aggregator[mcp]'")
            return
        yield McpEndpoint(mcp_server(self.catalog, self.workers)).group()

    def _opened_desks(self) -> Desks | None:
        if not self.settings.server.desks and not self.settings.site.counts:
            return None
        try:
            return Desks(self.settings.data / "desks.db")
        except StoreError as error:
            log.warning("readers cannot join desks, and nothing is counted: %s", error)
            return None

    def _stars(self, paper_ids: Sequence[str]) -> Mapping[str, int]:
        counts = self.desks.counts(paper_ids) if self.desks else {}
        return {paper_id: count.stars for paper_id, count in counts.items()}

    def _desk_api(self, desks: Desks) -> Group:
        base = self.settings.site.base_url.rstrip("/")
        api = DeskApi(
            desks,
            limit=self.settings.server.desks,
            counts=self.settings.site.counts,
            home=f"{base}/desk/",
            clock=self.clock,
            workers=self.workers,
        )
        return api.group()

    def _search(self) -> Group:
        home = urlsplit(self.settings.site.base_url).path.rstrip("/")
        return Search(self.finding, self.files.hot, self.workers, formats=FORMATS, home=home).group()

    def run(self, listener: socket.socket) -> None:
        """Serve until SIGINT or SIGTERM."""
        serve(self.application(), self.files.hot, listener, proxies=self.settings.server.proxies)
