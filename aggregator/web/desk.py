"""A reader's desk over HTTP, below `/api/desk`. The key comes in the `Authorization` header and nowhere else.

    POST   /api/desk        makes a desk → {"key": words}, the only time that the server says it
    POST   /api/desk/sync   {"since": n, "items": [[key, stamp, value], …]} → what changed since n, and the time here.
                           What comes back stands, also where its stamp is older than what was sent. Items that
                           are none of a desk's come back as "refused", with the reason, and are not kept
    GET    /api/desk/qr     an address with the key behind "#", as a picture for another device's camera
    DELETE /api/desk        removes it and all that is on it, for good
    GET    /api/counts      ?ids=a,b → stars and openings by paper, where the operator counts
    POST   /api/counts      {"paper": id}: somebody opened its PDF

A foreign page cannot make a browser send a key in a header, so neither a cookie nor a token against forged requests
is needed. A key that is wrong and a desk that was deleted get the same answer, 401.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any, Protocol, TypeVar

import msgspec
import segno
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from aggregator.clock import Clock
from aggregator.desk import KEY_BYTES, DeskKey, Item, Wire, read_key, received
from aggregator.errors import AggregatorError, DeskFull, DeskRefused, NoSuchDesk
from aggregator.normalise.ids import is_id
from aggregator.web.application import Group
from aggregator.web.pace import Pace
from aggregator.web.work import Workers

SENT = 2_000  # items of one request
COUNTED = 1_000  # papers of one request

_T = TypeVar("_T")
_Handler = Callable[[Request], Awaitable[Response]]


class _Changes(Protocol):
    @property
    def seq(self) -> int: ...
    @property
    def items(self) -> Sequence[Item]: ...
    @property
    def more(self) -> bool: ...
    @property
    def reset(self) -> bool: ...


class _Counts(Protocol):
    @property
    def stars(self) -> int: ...
    @property
    def opened(self) -> int: ...


class DeskStore(Protocol):
    """What the handlers need of the store; moments are ms since 1970."""

    def create(self, key: DeskKey, now: int, limit: int) -> None: ...
    def sync(self, key: DeskKey, since: int, items: Iterable[Item], now: int) -> _Changes: ...
    def delete(self, key: DeskKey) -> None: ...
    def opened(self, paper_id: str) -> None: ...
    def counts(self, paper_ids: Sequence[str]) -> Mapping[str, _Counts]: ...


class _Sync(msgspec.Struct, forbid_unknown_fields=True):
    since: Annotated[int, Meta(ge=0, le=2**53)] = 0
    items: Annotated[list[Wire], Meta(max_length=SENT)] = []


class _Opened(msgspec.Struct, forbid_unknown_fields=True):
    paper: Annotated[str, Meta(max_length=40)]


class _Answer(Exception):  # how a handler stops early
    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


class DeskApi:
    """The handlers. `limit` desks at most, `home` is the address of the site's desk page."""

    def __init__(
        self,
        desks: DeskStore,
        *,
        limit: int,
        counts: bool,
        home: str,
        clock: Clock,
        workers: Workers,
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._desks = desks
        self._limit = limit
        self._counts = counts
        self._home = home
        self._clock = clock
        self._workers = workers
        self._random = random
        self._making = Pace(5, 1, clock)
        self._using = Pace(60, 60, clock)
        self._guessing = Pace(20, 10, clock)
        self._opening = Pace(60, 30, clock)

    def group(self) -> Group:
        """Where the handlers stand."""
        made = [
            Route("/api/desk", _told(self._create), methods=["POST"]),
            Route("/api/desk", _told(self._delete), methods=["DELETE"]),
            Route("/api/desk/sync", _told(self._sync), methods=["POST"]),
            Route("/api/desk/qr", _told(self._qr), methods=["GET"]),
        ]
        if self._counts:
            made.append(Route("/api/counts", _told(self._count), methods=["POST"]))
            made.append(Route("/api/counts", _told(self._counted), methods=["GET"]))
        return Group(tuple(made))

    async def _create(self, request: Request) -> Response:
        await _body(request)  # a form of a foreign page can post, but cannot say that it sends JSON
        self._pace(self._making, _address(request))
        key = DeskKey(self._random(KEY_BYTES))
        await self._workers.run(self._desks.create, key, self._now(), self._limit)
        return _json({"key": key.words}, 201)

    async def _sync(self, request: Request) -> Response:
        key = self._key(request)
        asked = _decoded(await _body(request), _Sync)
        now = self._now()
        items, refused = _sifted(asked.items, now)
        changes = await self._opened_with(request, self._desks.sync, key, asked.since, items, now)
        sent = {(wire.key, wire.stamp) for wire in asked.items}
        set_back = [item for item in items if (item.key, item.stamp) not in sent]
        stand = {item.key: item for item in (*set_back, *changes.items)}
        return _json(
            {
                "now": now,
                "seq": changes.seq,
                "more": changes.more,
                "reset": changes.reset,
                "refused": refused,
                "items": [_wire(item) for item in stand.values()],
            }
        )

    async def _qr(self, request: Request) -> Response:
        """What stands behind "#" in an address is never sent, so the key reaches no log on the way."""
        key = self._key(request)
        picture = io.BytesIO()
        segno.make(f"{self._home}#key={key.words}", error="m").save(
            picture, kind="svg", scale=4, border=4, light="#fff", xmldecl=False, svgns=True
        )
        return Response(picture.getvalue(), media_type="image/svg+xml", headers=_PRIVATE)

    async def _delete(self, request: Request) -> Response:
        await self._opened_with(request, self._desks.delete, self._key(request))
        return Response(status_code=204, headers=_PRIVATE)

    async def _count(self, request: Request) -> Response:
        paper = _decoded(await _body(request), _Opened).paper
        if not is_id(paper):
            raise _Answer(400, "not the id of a paper")
        self._pace(self._opening, _address(request))
        await self._workers.run(self._desks.opened, paper)
        return Response(status_code=204, headers=_PRIVATE)

    async def _counted(self, request: Request) -> Response:
        ids = request.query_params.get("ids", "").split(",")[:COUNTED]
        wanted = [one for one in ids if is_id(one)]
        found = await self._workers.run(self._desks.counts, wanted)
        return _json({one: (counts.stars, counts.opened) for one, counts in found.items()})

    # who asks

    def _key(self, request: Request) -> DeskKey:
        scheme, _, words = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise _Answer(401, "a desk opens with its key")
        try:
            key = read_key(words)
        except DeskRefused as error:
            self._pace(self._guessing, _address(request))
            raise _Answer(401, str(error)) from error
        self._pace(self._using, key.hash)
        return key

    async def _opened_with(self, request: Request, work: Callable[..., Any], *given: Any) -> Any:
        try:
            return await self._workers.run(work, *given)
        except NoSuchDesk as error:
            self._pace(self._guessing, _address(request))
            raise _Answer(401, str(error)) from error

    def _pace(self, pace: Pace, name: str | bytes) -> None:
        if not pace.allows(name):
            raise _Answer(429, "too often; try again in a minute")

    def _now(self) -> int:
        return int(self._clock.now().timestamp() * 1000)


_PRIVATE = {"Cache-Control": "no-store"}


def _told(handler: _Handler) -> _Handler:
    """Errors become answers that say what is wrong."""

    async def answered(request: Request) -> Response:
        try:
            return await handler(request)
        except _Answer as error:
            return _json({"error": str(error)}, error.status)
        except DeskFull as error:
            return _json({"error": str(error)}, 507)
        except DeskRefused as error:
            return _json({"error": str(error)}, 400)
        except AggregatorError:
            return _json({"error": "desks cannot be read or written just now"}, 503)

    return answered


def _sifted(wires: Sequence[Wire], now: int) -> tuple[list[Item], dict[str, str]]:
    """The items, and why others are none, by key: one that is refused must not keep the rest of a desk away."""
    items, refused = [], {}
    for wire in wires:
        try:
            items.append(received(wire, now))
        except DeskRefused as error:
            refused[wire.key] = str(error)
    return items, refused


def _wire(item: Item) -> tuple[str, str, msgspec.Raw | None]:
    return item.key, item.stamp, None if item.value is None else msgspec.Raw(item.value)


def _json(said: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(said), status, media_type="application/json", headers=_PRIVATE)


def _decoded(body: bytes, shape: type[_T]) -> _T:
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, RecursionError) as error:
        raise _Answer(400, f"not what is expected here: {error}") from error


async def _body(request: Request) -> bytes:
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise _Answer(415, "send application/json")
    return await request.body()  # the guard bounds it


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
