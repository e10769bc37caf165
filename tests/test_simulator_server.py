"""The simulated arXiv over HTTP: routes, conditional requests, the request log, faults on cue."""

from __future__ import annotations

import gzip
import http.client
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from threading import Thread

import feedparser
import pytest

from aggregator.simulator import Fault, Script, SimulatedArxiv, Truth, VirtualClock
from aggregator.simulator.faults import (
    Effect,
    Reply,
    altered,
    captive_portal,
    corrupt_gzip,
    cut_at,
    empty_body,
    feed_of,
    gzip_bomb,
    rate_exceeded,
    redirect,
    shortened_to,
    slow,
    status,
)
from aggregator.simulator.script import new_york

MONDAY = date(2026, 10, 26)
MORNING = new_york(MONDAY, 9)


@dataclass(frozen=True)
class Got:
    status: int
    headers: Mapping[str, str]
    body: bytes


def get(arxiv: SimulatedArxiv, path: str, **headers: str) -> Got:
    """One request on a connection of its own; `if_none_match=…` becomes `If-None-Match`."""
    connection = http.client.HTTPConnection(arxiv.url.removeprefix("http://"), timeout=10)
    try:
        return ask(connection, path, **headers)
    finally:
        connection.close()


def ask(connection: http.client.HTTPConnection, path: str, **headers: str) -> Got:
    connection.request(
        "GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    answer = connection.getresponse()
    return Got(answer.status, dict(answer.headers), answer.read())


def titles(body: bytes) -> list[str]:
    return [entry.title for entry in feedparser.parse(BytesIO(body), sanitize_html=False).entries]


@pytest.fixture
def arxiv() -> Iterator[SimulatedArxiv]:
    truth = Truth(Script(("cs.AI", "math.AG"), MONDAY, days=3, announcements=40))
    with SimulatedArxiv(truth, VirtualClock(MORNING)) as server:
        yield server


def test_both_feeds_are_served_at_the_virtual_moment(arxiv: SimulatedArxiv) -> None:
    rss, atom = get(arxiv, "/rss/cs.AI"), get(arxiv, "/atom/cs.AI")
    assert (rss.status, rss.headers["Content-Type"]) == (200, "application/rss+xml")
    assert atom.headers["Content-Type"] == "application/atom+xml"
    assert rss.headers["Date"] == "Mon, 26 Oct 2026 13:00:00 GMT"
    said = [item.entry(1).title for item in arxiv.truth.listing("cs.AI", MONDAY)]
    assert titles(rss.body) == titles(atom.body) == said
    arxiv.clock.wait(86_400)
    assert titles(get(arxiv, "/rss/cs.AI").body) != said


def test_archives_and_joined_queries_are_served(arxiv: SimulatedArxiv) -> None:
    joined = titles(get(arxiv, "/rss/cs.AI+math.AG").body)
    assert set(titles(get(arxiv, "/rss/cs.AI").body)) < set(joined)
    assert titles(get(arxiv, "/rss/cs%2EAI").body)
    assert get(arxiv, "/rss/cs").status == 200


def test_an_unknown_category_gets_arxivs_error_feed(arxiv: SimulatedArxiv) -> None:
    got = get(arxiv, "/rss/cs.XX")
    assert got.status == 400
    assert b'Feed error for query "cs.XX"' in got.body
    assert b"<item>" not in got.body


def test_other_paths_are_not_found_until_a_route_takes_them(arxiv: SimulatedArxiv) -> None:
    assert get(arxiv, "/list/cs.AI/new").status == 404
    arxiv.add_route("/list/", lambda rest, moment: Reply(200, f"{rest} {moment:%H}".encode()))
    assert get(arxiv, "/list/cs.AI/new").body == b"cs.AI/new 13"


def test_what_the_client_has_already_is_304(arxiv: SimulatedArxiv) -> None:
    first = get(arxiv, "/rss/cs.AI")
    same = get(arxiv, "/rss/cs.AI", If_None_Match=first.headers["ETag"])
    assert (same.status, same.body, same.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert get(arxiv, "/rss/cs.AI", If_Modified_Since=first.headers["Last-Modified"]).status == 304
    assert get(arxiv, "/rss/math.AG", If_None_Match=first.headers["ETag"]).status == 200
    arxiv.clock.wait(86_400)
    assert get(arxiv, "/rss/cs.AI", If_None_Match=first.headers["ETag"]).status == 200
    assert get(arxiv, "/rss/cs.AI", If_Modified_Since=first.headers["Last-Modified"]).status == 200


def test_gzip_only_for_those_who_take_it(arxiv: SimulatedArxiv) -> None:
    plain = get(arxiv, "/rss/cs.AI")
    packed = get(arxiv, "/rss/cs.AI", Accept_Encoding="gzip")
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 2


def test_the_log_tells_every_request_and_its_connection(arxiv: SimulatedArxiv) -> None:
    connection = http.client.HTTPConnection(arxiv.url.removeprefix("http://"), timeout=10)
    for path in ("/rss/cs.AI", "/nowhere"):
        ask(connection, path, User_Agent="tests")
    connection.close()
    get(arxiv, "/rss/math.AG")
    assert [(entry.path, entry.status) for entry in arxiv.log] == [
        ("/rss/cs.AI", 200),
        ("/nowhere", 404),
        ("/rss/math.AG", 200),
    ]
    first, second, third = arxiv.log
    assert first.connection == second.connection != third.connection
    assert first.started <= first.ended <= second.started
    assert first.at == MORNING
    assert first.headers["user-agent"] == "tests"
    assert arxiv.max_concurrent == 1


def test_requests_that_overlap_are_noticed(arxiv: SimulatedArxiv) -> None:
    arxiv.inject(Fault(slow(0.3), times=2))
    threads = [Thread(target=get, args=(arxiv, "/rss/cs.AI")) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert arxiv.max_concurrent == 2
    assert len(arxiv.log) == 2


# ── faults ──


def test_a_fault_strikes_as_often_as_it_should_where_it_should(arxiv: SimulatedArxiv) -> None:
    arxiv.inject(Fault(status(503, retry_after="120"), path="/rss/cs.*", times=2))
    assert get(arxiv, "/rss/math.AG").status == 200
    struck = [get(arxiv, "/rss/cs.AI") for _ in range(3)]
    assert [got.status for got in struck] == [503, 503, 200]
    assert struck[0].headers["Retry-After"] == "120"


def test_a_fault_lasts_for_a_window_of_virtual_time(arxiv: SimulatedArxiv) -> None:
    since, until = MORNING + timedelta(hours=1), MORNING + timedelta(hours=2)
    arxiv.inject(Fault(status(500), times=None, since=since, until=until))
    seen = []
    for _ in range(4):
        seen.append(get(arxiv, "/rss/cs.AI").status)
        arxiv.clock.wait(1800)
    seen.append(get(arxiv, "/rss/cs.AI").status)
    assert seen == [200, 200, 500, 500, 200]


def test_faults_can_be_cleared(arxiv: SimulatedArxiv) -> None:
    arxiv.inject(Fault(status(403), times=None))
    assert get(arxiv, "/rss/cs.AI").status == 403
    arxiv.clear_faults()
    assert get(arxiv, "/rss/cs.AI").status == 200


@pytest.mark.parametrize("code", [304, 400, 403, 404, 406, 429, 500, 503])
def test_every_status_can_be_had(arxiv: SimulatedArxiv, code: int) -> None:
    arxiv.inject(Fault(status(code)))
    got = get(arxiv, "/rss/cs.AI")
    assert got.status == code
    assert "Retry-After" not in got.headers
    assert (got.body == b"") == (code == 304)
    assert (got.body == b"Rate exceeded.") == (code == 429)


@pytest.mark.parametrize(
    ("effect", "body"),
    [
        (rate_exceeded(), b"Rate exceeded."),
        (empty_body(), b""),
        (shortened_to(40), b"<?xml version='1.0' encoding='UTF-8'?>\n<"),
        (altered(lambda body: body[:5].upper()), b"<?XML"),
    ],
)
def test_bodies_that_are_no_feed_come_with_200(arxiv: SimulatedArxiv, effect: Effect, body: bytes) -> None:
    arxiv.inject(Fault(effect))
    got = get(arxiv, "/rss/cs.AI")
    assert (got.status, got.body) == (200, body)


def test_a_captive_portal_is_html_with_200(arxiv: SimulatedArxiv) -> None:
    arxiv.inject(Fault(captive_portal()))
    got = get(arxiv, "/rss/cs.AI")
    assert got.headers["Content-Type"].startswith("text/html")
    assert b"<html>" in got.body


def test_a_cut_body_is_shorter_than_it_was_announced(arxiv: SimulatedArxiv) -> None:
    arxiv.inject(Fault(cut_at(1000)))
    with pytest.raises(http.client.IncompleteRead) as caught:
        get(arxiv, "/rss/cs.AI")
    assert len(caught.value.partial) == 1000
    assert get(arxiv, "/rss/cs.AI").status == 200


def test_another_categorys_feed(arxiv: SimulatedArxiv) -> None:
    right = get(arxiv, "/rss/math.AG").body
    arxiv.inject(Fault(feed_of("/rss/math.AG"), path="/rss/cs.AI"))
    assert get(arxiv, "/rss/cs.AI").body == right


def test_a_gzip_bomb_is_small_on_the_wire(arxiv: SimulatedArxiv) -> None:
    arxiv.inject(Fault(gzip_bomb(20_000_000)))
    got = get(arxiv, "/rss/cs.AI", Accept_Encoding="gzip")
    assert len(got.body) < 40_000
    assert len(gzip.decompress(got.body)) == 20_000_000


def test_corrupt_gzip_does_not_unpack(arxiv: SimulatedArxiv) -> None:
    arxiv.inject(Fault(corrupt_gzip()))
    with pytest.raises(gzip.BadGzipFile):
        gzip.decompress(get(arxiv, "/rss/cs.AI", Accept_Encoding="gzip").body)


def test_a_redirect_points_elsewhere(arxiv: SimulatedArxiv) -> None:
    arxiv.inject(Fault(redirect("http://169.254.169.254/", 301)))
    got = get(arxiv, "/rss/cs.AI")
    assert (got.status, got.headers["Location"]) == (301, "http://169.254.169.254/")


def test_leaving_does_not_wait_for_slow_answers() -> None:
    truth = Truth(Script(("cs.AI",), MONDAY, days=1, announcements=5))
    with SimulatedArxiv(truth, VirtualClock(MORNING)) as server:
        server.inject(Fault(slow(60)))
        thread = Thread(target=get, args=(server, "/rss/cs.AI"))
        thread.start()
        while server.max_concurrent == 0:
            thread.join(0.01)
    thread.join(5)
    assert not thread.is_alive()
