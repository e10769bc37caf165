"""The desk's handlers over HTTP: what they take, whom they let in, and what they say to everybody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from fakes import FakeClock
from starlette.applications import Starlette
from starlette.testclient import TestClient
from webserver import running

from aggregator.desk import DeskKey
from aggregator.store.desks import Desks
from aggregator.web import SiteFiles
from aggregator.web.application import Group
from aggregator.web.desk import SENT, DeskApi
from aggregator.web.safety import Guard
from aggregator.web.work import Workers

STAR = "mark/2401.00001/star"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def client(tmp_path: Path, clock: FakeClock) -> Iterator[TestClient]:
    desks = Desks(tmp_path / "desks.db")
    api = DeskApi(
        desks,
        limit=3,
        counts=True,
        home="https://papers.example/desk/",
        clock=clock,
        workers=Workers(),
    )
    yield client_of(api.group())
    desks.close()


def client_of(group: Group) -> TestClient:
    return TestClient(Guard(Starlette(routes=list(group.routes)), ["testserver"]))


def new_desk(client: TestClient) -> dict[str, str]:
    answer = client.post("/api/desk", json={})
    assert answer.status_code == 201
    return {"Authorization": f"Bearer {answer.json()['key']}"}


def stamp(clock: FakeClock, ahead: int = 0) -> str:
    return f"{int(clock.now().timestamp() * 1000) + ahead:013d}-0000-aaaaaaaa"


def test_two_browsers_come_to_the_same_desk(client: TestClient, clock: FakeClock) -> None:
    key = new_desk(client)
    star = [STAR, stamp(clock), "2026-11-25T08:00:00Z"]
    first = client.post("/api/desk/sync", json={"since": 0, "items": [star]}, headers=key).json()
    assert first["items"] == []
    second = client.post("/api/desk/sync", json={"since": 0, "items": []}, headers=key).json()
    assert second["items"] == [star]
    assert second["now"] == int(clock.now().timestamp() * 1000)


def test_a_stamp_from_the_future_comes_back_as_it_was_kept(client: TestClient, clock: FakeClock) -> None:
    key = new_desk(client)
    ahead = [STAR, stamp(clock, ahead=10**9), "2026"]
    answer = client.post("/api/desk/sync", json={"items": [ahead]}, headers=key).json()
    assert answer["items"] == [[STAR, stamp(clock), "2026"]]


@pytest.mark.parametrize(
    "key", ["", "Bearer", "Bearer nonsense", "Basic abc", f"Bearer {DeskKey(b'x' * 16).words}"]
)
def test_stolen_guessed_and_malformed_keys_open_nothing(client: TestClient, key: str) -> None:
    new_desk(client)
    for method, path in (("POST", "/api/desk/sync"), ("DELETE", "/api/desk")):
        answer = client.request(method, path, json={}, headers={"Authorization": key} if key else {})
        assert answer.status_code == 401


def test_guessing_is_slowed_down(client: TestClient, clock: FakeClock) -> None:
    wrong = {"Authorization": f"Bearer {DeskKey(b'x' * 16).words}"}
    codes = [client.post("/api/desk/sync", json={}, headers=wrong).status_code for _ in range(25)]
    assert codes[:20] == [401] * 20
    assert codes[20:] == [429] * 5
    clock.wait(60)
    assert client.post("/api/desk/sync", json={}, headers=wrong).status_code == 401


def test_a_deleted_desk_answers_like_one_that_never_was(client: TestClient) -> None:
    key = new_desk(client)
    assert client.delete("/api/desk", headers=key).status_code == 204
    assert client.post("/api/desk/sync", json={}, headers=key).status_code == 401


def test_there_are_no_more_desks_than_the_operator_allows(client: TestClient) -> None:
    for _ in range(3):
        new_desk(client)
    answer = client.post("/api/desk", json={})
    assert (answer.status_code, "3 desks" in answer.json()["error"]) == (507, True)


def test_one_address_makes_few_desks_a_minute(tmp_path: Path, clock: FakeClock) -> None:
    desks = Desks(tmp_path / "desks.db")
    api = DeskApi(desks, limit=99, counts=False, home="/", clock=clock, workers=Workers())
    client = client_of(api.group())
    codes = [client.post("/api/desk", json={}).status_code for _ in range(7)]
    assert codes == [201] * 5 + [429] * 2
    assert client.get("/api/counts?ids=2401.00001").status_code == 404  # nobody counts here
    desks.close()


def test_readers_behind_a_proxy_have_each_their_own_pace(tmp_path: Path, clock: FakeClock) -> None:
    def made(port: int, forwarded: str) -> int:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            return client.post("/api/desk", json={}, headers={"X-Forwarded-For": forwarded}).status_code

    with closing(Desks(tmp_path / "desks.db")) as desks:
        api = DeskApi(desks, limit=99, counts=False, home="/", clock=clock, workers=Workers())
        app = Guard(Starlette(routes=list(api.group().routes)), ["127.0.0.1"])
        with running(app, SiteFiles(tmp_path), proxies=["127.0.0.1"]) as port:
            assert [made(port, f"10.0.0.{n}") for n in range(8)] == [201] * 8
            invented = [
                made(port, f"10.9.9.{n}, 10.1.1.1") for n in range(6)
            ]  # the first is what a reader claims
            assert invented == [201] * 5 + [429]
        with running(app, SiteFiles(tmp_path)) as port:
            assert 429 in [made(port, f"10.2.0.{n}") for n in range(6)]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"since": -1}', "application/json", 400),
        (b'{"other": 1}', "application/json", 400),
        (b'{"items": [["seen/2401.00001", 7, 1]]}', "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"since=0", "application/x-www-form-urlencoded", 415),
        (b" " * 1_000_001, "application/json", 413),
    ],
)
def test_what_is_no_change_is_refused_and_nothing_is_kept(
    client: TestClient, body: bytes, kind: str, status: int
) -> None:
    key = new_desk(client)
    answer = client.post("/api/desk/sync", content=body, headers={**key, "Content-Type": kind})
    assert answer.status_code == status
    assert answer.text
    assert client.post("/api/desk/sync", json={}, headers=key).json()["seq"] == 0


def test_one_bad_item_is_named_and_does_not_keep_the_good_ones_out(
    client: TestClient, clock: FakeClock
) -> None:
    key, now = new_desk(client), stamp(clock)
    bad: list[list[object]] = [
        ["seen/2401.00001", now, "three"],
        ["../etc/passwd", now, 1],
        ["seen/2401.00002", "now", 1],
    ]
    answer = client.post("/api/desk/sync", json={"items": [[STAR, now, "2026"], *bad]}, headers=key).json()
    assert list(answer["refused"]) == [name for name, *_ in bad]
    kept = client.post("/api/desk/sync", json={}, headers=key).json()["items"]
    assert kept == [[STAR, now, "2026"]]


def test_too_many_items_at_once_are_refused(client: TestClient, clock: FakeClock) -> None:
    key = new_desk(client)
    items = [[f"seen/2401.{n:05d}", stamp(clock), 1] for n in range(SENT + 1)]
    assert client.post("/api/desk/sync", json={"items": items}, headers=key).status_code == 400


def test_the_picture_is_a_picture_and_not_kept_on_the_way(client: TestClient) -> None:
    answer = client.get("/api/desk/qr", headers=new_desk(client))
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text.startswith("<svg")


def test_openings_and_stars_are_counted_without_names(client: TestClient, clock: FakeClock) -> None:
    key = new_desk(client)
    client.post("/api/desk/sync", json={"items": [[STAR, stamp(clock), "2026"]]}, headers=key)
    assert client.post("/api/counts", json={"paper": "2401.00001"}).status_code == 204
    assert client.post("/api/counts", json={"paper": "../x"}).status_code == 400
    assert client.get("/api/counts?ids=2401.00001,../x,2401.00002").json() == {"2401.00001": [1, 1]}


def test_nothing_changes_by_get(client: TestClient) -> None:
    for path in ("/api/desk", "/api/desk/sync"):
        assert client.get(path).status_code == 405
