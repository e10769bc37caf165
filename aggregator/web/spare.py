"""Stylesheets and scripts that the site's folder does not hold, though pages made here name them: another version of
this program built the site, or nobody has yet."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from aggregator.web.application import Group
from aggregator.web.files import HASHED, SiteFiles, media_type
from aggregator.web.made import made_answer
from aggregator.web.work import Workers


class Spare:
    """The group of these routes. `assets` are bodies by their paths below the site; a file of the folder goes first."""

    def __init__(self, assets: Mapping[str, bytes], files: SiteFiles, workers: Workers) -> None:
        self._assets = assets
        self._files = files
        self._workers = workers

    def group(self) -> Group:
        return Group((Route("/assets/{name}", self._asset),))

    async def _asset(self, request: Request) -> Response:
        return await self._workers.run(self._answer, request)

    def _answer(self, request: Request) -> Response:
        name = request.path_params["name"]
        body = self._assets.get(f"assets/{name}")
        if body is None:
            return self._files.missing()
        return made_answer(request.scope, body, media_type(name), more={"cache-control": HASHED})
