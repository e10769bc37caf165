"""HTTP to a server that does everything wrong. Rows of facts/faults.md that are covered here:

    N1 refused · N2 unknown name · N3 name lookup hangs · N4 closed without an answer · N5 reset, before and in the
    body · N6 shorter than Content-Length · N7 no length, early close (taken here, refused by test_rss) · N8 chunks
    cut or broken · N9 dribbled body · N10 dribbled header · N11 late first byte · N12 black hole · N16 dead first
    address · N17 proxy variables · N19 connection closed between requests
    H1 429 · H2 503 with 0 · H3 long Retry-After · H4 odd Retry-After · H5 Retry-After date · H7 redirect allowed ·
    H8 redirect refused · H9 redirect loop · H10 400 keeps its body · H14 304 unasked, 204, 206 · H15 broken HTTP ·
    H16 huge headers · H17 wrong encoding, corrupt or cut gzip · H18 wrong Content-Type
    X4 gzip bomb · X5 other encodings · X7 endless body

N14 (certificates) is in test_transport_tls.py.
"""

from __future__ import annotations

import gzip
import socket
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import httpcore
import pytest
from fakes import FakeClock
from faultserver import Close, Dribble, FaultServer, NextRequest, Reset, Script, Send, Sleep, head, reply

from aggregator import __version__
from aggregator.errors import (
    BadAnswer,
    BadRedirect,
    BodyTooLarge,
    DeadlineExceeded,
    FetchError,
    HttpError,
    Unreachable,
)
from aggregator.models import Answer, Validators
from aggregator.sources.transport import HttpTransport, user_agent
from aggregator.sources.wire import Deadline, Wire

MAX_BODY = 2_000_000  # bytes
NOW = datetime(2026, 5, 5, 5, tzinfo=UTC)
ARXIV = frozenset({"rss.arxiv.org", "export.arxiv.org", "oaipmh.arxiv.org", "arxiv.org"})


def new_transport(hosts: frozenset[str] = ARXIV) -> HttpTransport:
    return HttpTransport(
        user_agent=user_agent("me@example.org"), allowed_hosts=hosts, max_body=MAX_BODY, clock=FakeClock(NOW)
    )


@pytest.fixture
def transport() -> Iterator[HttpTransport]:
    with new_transport() as transport:
        yield transport


def ask(*scripts: Script, deadline: float = 5.0, validators: Validators | None = None) -> Answer:
    with FaultServer(*scripts) as server, new_transport() as transport:
        return transport.get(
            f"{server.url}/rss/cs.AI", deadline=deadline, validators=validators or Validators()
        )


@contextmanager
def within(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


@contextmanager
def memory_below(limit: int) -> Iterator[None]:
    """Python's own peak, in bytes; the server sends little blocks many times."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < limit
    finally:
        tracemalloc.stop()


# what goes right


def test_an_answer_carries_status_headers_body_and_when_it_came() -> None:
    answer = ask([reply(b"<rss/>", ETag='"1"')])
    assert (answer.status, answer.body, answer.received_at, answer.not_modified) == (
        200,
        b"<rss/>",
        NOW,
        False,
    )
    assert answer.headers["etag"] == '"1"'
    assert answer.url.endswith("/rss/cs.AI")


def test_the_request_says_who_asks_and_what_is_wanted() -> None:
    with FaultServer([reply(b"x")]) as server, new_transport() as transport:
        transport.get(server.url, deadline=5)
    request = server.requests[0].decode().lower()
    assert f"user-agent: aggregator/{__version__} (+mailto:me@example.org)\r\n" in request
    assert "accept: application/rss+xml, application/atom+xml, application/xml\r\n" in request
    assert "accept-encoding: gzip\r\n" in request
    assert "cookie" not in request


@pytest.mark.parametrize(
    ("contact", "agent"),
    [
        ("a@b.org", f"aggregator/{__version__} (+mailto:a@b.org)"),
        ("https://b.org/me", f"aggregator/{__version__} (+https://b.org/me)"),
        ("mailto:a@b.org", f"aggregator/{__version__} (+mailto:a@b.org)"),
        ("(a@b.org)\r\nX-Evil: 1", f"aggregator/{__version__} (+mailto:a@b.org)"),
        ("", f"aggregator/{__version__}"),
    ],
)
def test_a_contact_becomes_part_of_the_user_agent(contact: str, agent: str) -> None:
    assert user_agent(contact) == agent


def test_gzip_is_unpacked() -> None:
    assert ask([reply(gzip.compress(b"<rss/>" * 50_000), Content_Encoding="gzip")]).body == b"<rss/>" * 50_000


def test_chunks_are_joined() -> None:
    body = b"3\r\n<rs\r\n3\r\ns/>\r\n0\r\n\r\n"
    assert ask([Send(head(Transfer_Encoding="chunked") + body)]).body == b"<rss/>"


def test_validators_make_the_request_conditional() -> None:
    with FaultServer([reply(status="304 Not Modified")]) as server, new_transport() as transport:
        validators = Validators(etag='"1"', last_modified="Tue, 05 May 2026 04:00:00 GMT")
        answer = transport.get(server.url, deadline=5, validators=validators)
    assert (answer.not_modified, answer.status, answer.body) == (True, 304, b"")
    request = server.requests[0].decode()
    assert 'If-None-Match: "1"\r\n' in request
    assert "If-Modified-Since: Tue, 05 May 2026 04:00:00 GMT\r\n" in request


@pytest.mark.parametrize("etag", ["caf\u00e9", "a\r\nX: 1", "x" * 1_000])
def test_a_validator_that_no_header_can_carry_is_left_out(etag: str) -> None:
    with FaultServer([reply(b"x")]) as server, new_transport() as transport:
        transport.get(server.url, deadline=5, validators=Validators(etag=etag))
    assert b"If-None-Match" not in server.requests[0]


def test_one_connection_serves_several_requests_and_cookies_are_forgotten() -> None:
    script = [reply(b"1", Set_Cookie="a=b"), NextRequest(), reply(b"2")]
    with FaultServer(script) as server, new_transport() as transport:
        assert [transport.get(server.url, deadline=5).body for _ in range(2)] == [b"1", b"2"]
    assert server.connections == 1
    assert b"a=b" not in server.requests[1]


# the network


def test_N1_a_refused_connection_is_unreachable(transport: HttpTransport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(Unreachable, match="refused"):
        transport.get(f"http://127.0.0.1:{port}/", deadline=5)


def test_N2_an_unknown_name_is_unreachable_and_says_so() -> None:
    with new_transport(frozenset({"rss.invalid"})) as transport, pytest.raises(FetchError) as caught:
        transport.get("https://rss.invalid/rss/cs.AI", deadline=5)
    assert isinstance(caught.value, Unreachable | DeadlineExceeded)  # a resolver may also hang
    assert "rss.invalid" in str(caught.value)


def look_up_with(wire: Wire, url: str, seconds: float) -> httpcore.Response:
    wire.deadline = Deadline(seconds)
    return wire.send(httpcore.Request("GET", url, headers={"Host": "x", "Connection": "close"}))


def test_N3_a_name_lookup_that_hangs_ends_at_the_deadline() -> None:
    def hang(host: str, port: int) -> list[str]:
        time.sleep(1.5)
        raise OSError

    with within(1.0), pytest.raises(httpcore.ConnectTimeout):
        look_up_with(Wire(hang), "http://rss.arxiv.org/", 0.3)


@pytest.mark.parametrize("script", [[], [Close()], [Reset()]])
def test_N4_a_connection_without_an_answer_is_unreachable(script: Script) -> None:
    with pytest.raises(Unreachable):
        ask(script)


def test_N5_a_reset_in_mid_body_is_unreachable() -> None:
    with pytest.raises(Unreachable):
        ask([Send(head(1_000) + b"<rss>"), Sleep(0.05), Reset()])


def test_N6_a_body_shorter_than_its_length_is_unreachable() -> None:
    with pytest.raises(Unreachable, match="received 5 bytes, expected 10"):
        ask([Send(head(10) + b"<rss>")])


def test_N7_a_body_without_length_ends_with_the_connection() -> None:
    """Nobody can tell here that it is cut; the strict look at the XML can."""
    assert ask([Send(head() + b"<rss><chann")]).body == b"<rss><chann"


@pytest.mark.parametrize(
    ("tail", "kind"),
    [
        (b"5\r\n<rss>", Unreachable),
        (b"5\r\n<rss>\r\n", Unreachable),
        (b"zz\r\n<rss>\r\n0\r\n\r\n", BadAnswer),
        (b"-5\r\n<rss>\r\n0\r\n\r\n", BadAnswer),
        (b"fffffffffffffffffffffffff\r\n", BadAnswer),
    ],
)
def test_N8_a_cut_or_broken_chunk_is_an_error(tail: bytes, kind: type[FetchError]) -> None:
    with pytest.raises(kind):
        ask([Send(head(Transfer_Encoding="chunked") + tail)])


def test_N9_dribbled_body_meets_the_deadline() -> None:
    with within(1.2), pytest.raises(DeadlineExceeded, match=r"0\.5 s"):
        ask([Send(head(1_000)), Dribble(b"x" * 1_000, 0.05)], deadline=0.5)


def test_N9_dribbled_chunks_meet_the_deadline() -> None:
    chunks = [step for _ in range(100) for step in (Send(b"1\r\nx\r\n"), Sleep(0.05))]
    with within(1.2), pytest.raises(DeadlineExceeded):
        ask([Send(head(Transfer_Encoding="chunked")), *chunks], deadline=0.5)


def test_N9_a_dribbled_redirect_shares_the_deadline_of_the_whole() -> None:
    slow = [Sleep(0.2), reply(status="302 Found", Location="/next")]
    with within(1.2), pytest.raises(DeadlineExceeded):
        ask(slow, slow, [Sleep(0.2), Dribble(head(9), 0.05)], deadline=0.6)


def test_N10_dribbled_header_meets_the_deadline() -> None:
    with within(1.2), pytest.raises(DeadlineExceeded):
        ask([Dribble(head(3, X_Long="x" * 1_000) + b"abc", 0.05)], deadline=0.5)


def test_N11_a_late_first_byte_is_a_matter_of_the_deadline() -> None:
    script = [Sleep(0.6), reply(b"late")]
    with pytest.raises(DeadlineExceeded):
        ask(script, deadline=0.3)
    assert ask(script, deadline=5).body == b"late"


def test_N12_a_black_hole_ends_at_the_deadline(transport: HttpTransport) -> None:
    """A full queue of connections drops what comes, as a firewall does."""
    with socket.socket() as hole:
        hole.bind(("127.0.0.1", 0))
        hole.listen(0)
        address = hole.getsockname()
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(address)
        with within(1.2), pytest.raises(DeadlineExceeded):
            transport.get(f"http://127.0.0.1:{address[1]}/", deadline=0.4)
        for filler in fillers:
            filler.close()


def test_N16_a_dead_first_address_leaves_time_for_the_second() -> None:
    with FaultServer([reply(b"x")]) as server:
        wire = Wire(lambda host, port: ["::1", "127.0.0.77", "127.0.0.1"])
        response = look_up_with(wire, f"http://rss.arxiv.org:{server.port}/", 3.0)
        assert response.read() == b"x"
        wire.close()


PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch


@pytest.mark.parametrize("name", ["https_proxy", "ALL_PROXY"])
def test_N17_a_proxy_of_the_environment_is_used(
    name: str, environment: pytest.MonkeyPatch, transport: HttpTransport
) -> None:
    with FaultServer([reply(status="502 Bad Gateway")]) as proxy:
        environment.setenv(name, f"http://user:word@127.0.0.1:{proxy.port}")
        with pytest.raises(Unreachable, match="502"):
            transport.get("https://rss.arxiv.org/rss/cs.AI", deadline=5)
    assert proxy.requests[0].startswith(b"CONNECT rss.arxiv.org:443 ")
    assert b"Proxy-Authorization: Basic dXNlcjp3b3Jk" in proxy.requests[0]


def test_N17_loopback_is_asked_without_the_proxy(environment: pytest.MonkeyPatch) -> None:
    for name in PROXIES[:3]:
        environment.setenv(name, "http://127.0.0.1:9")
    assert ask([reply(b"straight")]).body == b"straight"


def test_N17_a_proxy_of_an_unknown_kind_is_an_error(
    environment: pytest.MonkeyPatch, transport: HttpTransport
) -> None:
    environment.setenv("https_proxy", "socks5://127.0.0.1:9")
    with pytest.raises(FetchError, match="socks5"):
        transport.get("https://rss.arxiv.org/", deadline=5)


def test_N17_a_change_of_proxy_closes_the_old_connection(environment: pytest.MonkeyPatch) -> None:
    """One connection and no more, also when the way out changes."""
    with (
        FaultServer([reply(b"1"), NextRequest(), reply(b"2")], [reply(b"3")]) as server,
        new_transport() as transport,
    ):
        assert transport.get(server.url, deadline=5).body == b"1"
        environment.setenv("https_proxy", "http://127.0.0.1:9")
        with pytest.raises(Unreachable):
            transport.get("https://rss.arxiv.org/", deadline=5)
        assert transport.get(server.url, deadline=5).body == b"3"


def test_N19_a_connection_closed_between_requests_is_replaced() -> None:
    with FaultServer([reply(b"1"), Close()], [reply(b"2")]) as server, new_transport() as transport:
        assert transport.get(server.url, deadline=5).body == b"1"
        time.sleep(0.1)
        assert transport.get(server.url, deadline=5).body == b"2"
    assert server.connections == 2


def test_N19_bytes_left_on_a_kept_connection_are_not_the_next_answer() -> None:
    script = [reply(b"1"), reply(b"smuggled")]
    with FaultServer(script, [reply(b"2")]) as server, new_transport() as transport:
        assert transport.get(server.url, deadline=5).body == b"1"
        time.sleep(0.1)
        assert transport.get(server.url, deadline=5).body == b"2"


def test_a_transport_serves_after_any_fault() -> None:
    faults: list[Script] = [
        [Send(head(10) + b"x")],
        [Send(head() + b"x" * 65_536, times=40)],
        [Dribble(head(5), 0.1)],
        [reply(b"x", Content_Encoding="br")],
        [reply(b"x" * 9_000, status="500 Oh")],
    ]
    with FaultServer(*faults, [reply(b"fine")]) as server, new_transport() as transport:
        for _ in faults:
            with pytest.raises(FetchError):
                transport.get(server.url, deadline=0.4)
        assert transport.get(server.url, deadline=5).body == b"fine"


# HTTP


def refused(*scripts: Script) -> HttpError:
    with pytest.raises(HttpError) as caught:
        ask(*scripts)
    return caught.value


def test_H1_a_429_keeps_its_words() -> None:
    error = refused([reply(b"Rate exceeded.", status="429 Too Many Requests")])
    assert (error.status, error.retry_after, error.body) == (429, None, b"Rate exceeded.")


def test_H2_a_503_that_asks_for_no_wait_says_zero() -> None:
    assert refused([reply(status="503 Busy", Retry_After="0")]).retry_after == 0


@pytest.mark.parametrize("seconds", [3_600, 86_400])
def test_H3_a_long_wait_is_passed_on(seconds: int) -> None:
    assert refused([reply(status="503 Busy", Retry_After=str(seconds))]).retry_after == seconds


@pytest.mark.parametrize(
    ("value", "seconds"), [("1.5", 1.5), ("soon", None), ("-5", None), ("1" + "0" * 12, 604_800), ("", None)]
)
def test_H4_an_odd_wait_is_read_or_ignored(value: str, seconds: float | None) -> None:
    assert refused([reply(status="503 Busy", Retry_After=value)]).retry_after == seconds


def test_H5_a_date_counts_from_the_servers_own_clock() -> None:
    date, later = (f"Mon, 06 Jan 2020 00:0{minute}:00 GMT" for minute in (0, 1))
    assert refused([reply(status="503 Busy", Date=date, Retry_After=later)]).retry_after == 60


def test_H7_a_redirect_is_followed_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    with FaultServer([reply(b"there")]) as other, new_transport() as transport:
        step = reply(status="301 Moved", Location=f"http://localhost:{other.port}/rss/cs.AI")
        hops: list[str] = []
        with FaultServer([step]) as server:
            for _ in range(2):
                answer = transport.get(f"{server.url}/", deadline=5, before_hop=hops.append)
                assert (answer.body, answer.url) == (b"there", f"{server.url}/")
    assert hops == [f"http://localhost:{other.port}/rss/cs.AI"] * 2
    assert len([record for record in caplog.records if "redirects to" in record.message]) == 1


def test_H7_three_redirects_are_followed() -> None:
    step: Script = [reply(status="307 Elsewhere", Location="/next")]
    assert ask(step, step, step, [reply(b"there")]).body == b"there"


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "https://example.org/rss/cs.AI",
        "https://rss.arxiv.org/rss/cs.AI",  # a simulator must not lead to the real one
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "http://user@127.0.0.1/",
        "http://2130706433/",
        "http://[::ffff:169.254.169.254]/",
        "//example.org/",
        "http://[",
        "http://127.0.0.1:99999/",
    ],
)
def test_H8_a_redirect_from_loopback_to_elsewhere_is_refused(target: str) -> None:
    with pytest.raises(BadRedirect):
        ask([reply(status="302 Found", Location=target)])


@pytest.mark.parametrize(
    ("target", "fine"),
    [
        ("https://export.arxiv.org/rss/cs.AI", True),
        ("https://ARXIV.org:443/rss/cs.AI", True),
        ("http://export.arxiv.org/rss/cs.AI", False),
        ("https://export.arxiv.org:8443/", False),
        ("https://export.arxiv.org.evil.example/", False),
        ("https://evil.example/?export.arxiv.org", False),
        ("https://export.arxiv.org@evil.example/", False),
        ("https://a:b@export.arxiv.org/", False),
        ("https://127.0.0.1/", False),
        ("https://localhost/", False),
        ("https://[::1]/", False),
        ("https://10.0.0.1/", False),
        ("gopher://export.arxiv.org/", False),
    ],
)
def test_H8_a_redirect_from_arxiv_must_be_https_to_arxiv(
    target: str, fine: bool, environment: pytest.MonkeyPatch
) -> None:
    """A plain-text proxy plays http://rss.arxiv.org; where a redirect is followed, it is asked to CONNECT."""
    with FaultServer([reply(status="301 Moved", Location=target)], [reply(status="502 No")]) as proxy:
        environment.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        environment.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        with new_transport() as transport, pytest.raises(Unreachable if fine else BadRedirect):
            transport.get("http://rss.arxiv.org/rss/cs.AI", deadline=5)
    assert len(proxy.requests) == (2 if fine else 1)


@pytest.mark.parametrize(
    "url", ["https://example.org/", "file:///etc/passwd", "http://[", "", "ftp://rss.arxiv.org"]
)
def test_H8_nothing_but_allowed_hosts_is_asked_at_all(url: str, transport: HttpTransport) -> None:
    with pytest.raises(BadRedirect):
        transport.get(url, deadline=5)


def test_H9_a_redirect_loop_ends_after_three() -> None:
    with (
        FaultServer([reply(status="302 Found", Location="/")]) as server,
        new_transport() as transport,
        pytest.raises(BadRedirect, match="more than 3"),
    ):
        transport.get(server.url, deadline=5)
    assert len(server.requests) == 4


def test_H10_the_body_of_an_error_is_kept_and_bounded() -> None:
    words = b"<rss><channel><title>Feed error for query</title>"
    assert refused([reply(words, status="400 Bad Request")]).body == words
    assert refused([reply(gzip.compress(words), status="400 Bad", Content_Encoding="gzip")]).body == words
    assert refused([reply(b"x" * 100_000, status="404 Not Found")]).body == b"x" * 2_000


@pytest.mark.parametrize(
    "rest",
    [[], [Reset()], [Send(b"\x1f\x8bnonsense"), Close()]],
)
def test_H10_an_error_whose_body_is_broken_keeps_its_status(rest: list[Reset]) -> None:
    assert refused([Send(head(50, status="403 Forbidden", Content_Encoding="gzip")), *rest]).status == 403


@pytest.mark.parametrize(
    "status", ["304 Not Modified", "204 No Content", "206 Partial Content", "202 Accepted"]
)
def test_H14_an_answer_that_was_not_asked_for_is_bad(status: str) -> None:
    with pytest.raises(BadAnswer, match=status[:3]):
        ask([reply(status=status)])


@pytest.mark.parametrize("status", ["302 Found", "300 Choices", "999 Odd", "599 Odd"])
def test_H14_an_unknown_status_is_an_http_error(status: str) -> None:
    assert refused([reply(status=status)]).status == int(status[:3])


@pytest.mark.parametrize(
    "answer",
    [
        b"garbage\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        b"HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nA b: c\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n",
    ],
)
def test_H15_an_answer_that_breaks_http_is_an_error(answer: bytes) -> None:
    with pytest.raises((BadAnswer, Unreachable)):
        ask([Send(answer)])


def test_H16_a_header_of_200_kB_is_refused() -> None:
    with memory_below(20_000_000), pytest.raises(BadAnswer):
        ask([Send(head(1, X_Long="x" * 200_000) + b"x")])


def test_H16_ten_thousand_headers_are_bounded() -> None:
    with within(5), pytest.raises(BadAnswer):
        ask([Send(b"HTTP/1.1 200 OK\r\n"), Send(b"X-Header: value\r\n", 10_000), Send(b"\r\n")])


def test_H16_an_endless_header_is_refused() -> None:
    with memory_below(20_000_000), pytest.raises(BadAnswer):
        ask([Send(b"HTTP/1.1 200 OK\r\nX: "), Send(b"x" * 65_536, 1_000)])


def test_H16_a_thousand_interim_answers_are_passed_over() -> None:
    assert ask([Send(b"HTTP/1.1 100 Continue\r\n\r\n", 1_000), reply(b"x")]).body == b"x"


def test_H16_endless_interim_answers_meet_the_deadline() -> None:
    with within(2), pytest.raises(DeadlineExceeded):
        ask([Send(b"HTTP/1.1 100 Continue\r\n\r\n" * 50, 10**6)], deadline=0.5)


@pytest.mark.parametrize("coding", ["br", "deflate", "zstd", "gzip, gzip", "gzip, br", "x" * 500])
def test_X5_an_encoding_that_was_not_offered_is_refused(coding: str) -> None:
    with pytest.raises(BadAnswer, match="Content-Encoding"):
        ask([reply(gzip.compress(b"<rss/>"), Content_Encoding=coding)])


PACKED = gzip.compress(b"<rss>hello</rss>" * 100, mtime=0)


@pytest.mark.parametrize(
    "packed",
    [
        b"hello",
        PACKED[:-1],
        PACKED[:20],
        PACKED[:1],
        PACKED[:-8] + b"\0" * 8,
        PACKED[:15] + b"\xff\xff\xff" + PACKED[18:],
        PACKED + b"more",
    ],
    ids=["no gzip", "one byte short", "20 bytes", "one byte", "wrong sum", "damaged", "more behind"],
)
def test_H17_corrupt_or_cut_gzip_is_bad(packed: bytes) -> None:
    with pytest.raises(BadAnswer, match="gzip"):
        ask([reply(packed, Content_Encoding="gzip")])


def test_H17_any_cut_of_a_gzip_body_without_length_is_bad() -> None:
    for end in range(1, len(PACKED)):
        with pytest.raises(BadAnswer, match="gzip"):
            ask([Send(head(Content_Encoding="gzip") + PACKED[:end])])


def test_H18_the_content_type_does_not_matter_here() -> None:
    assert ask([reply(b"<rss/>", Content_Type="text/html")]).body == b"<rss/>"


# size


def bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    block = bytes(1_000_000)
    return b"".join([*(packer.compress(block) for _ in range(megabytes)), packer.flush()])


def test_X4_a_gzip_bomb_stops_at_the_limit() -> None:
    packed = bomb(200)
    assert len(packed) < 250_000
    with memory_below(12_000_000), within(5), pytest.raises(BodyTooLarge):
        ask([reply(packed, Content_Encoding="gzip")])


def test_X4_a_bomb_in_an_error_is_read_no_further_than_its_beginning() -> None:
    with memory_below(12_000_000), within(5):
        assert refused([reply(bomb(200), status="500 Oh", Content_Encoding="gzip")]).body == bytes(2_000)


def test_X4_packed_bytes_that_unpack_to_nothing_have_a_limit_too() -> None:
    packer = zlib.compressobj(0, wbits=31)
    empty = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.flush(zlib.Z_FULL_FLUSH) or b"\0\0\0\xff\xff"
    steps = [Send(head(Content_Encoding="gzip") + empty), Send(block * 10_000, 10_000)]
    with memory_below(12_000_000), within(10), pytest.raises(BodyTooLarge):
        ask(steps, deadline=20)


CHUNK = b"10000\r\n" + b"x" * 65_536 + b"\r\n"


@pytest.mark.parametrize(
    "steps",
    [
        [Send(head(Transfer_Encoding="chunked")), Send(CHUNK, 8_000)],
        [Send(head()), Send(b"x" * 65_536, 8_000)],
        [Send(head(500_000_000)), Send(b"x" * 65_536, 8_000)],
    ],
)
def test_X7_500_MB_stop_at_the_limit(steps: Script) -> None:
    with memory_below(12_000_000), within(5), pytest.raises(BodyTooLarge) as caught:
        ask(steps)
    assert caught.value.limit == MAX_BODY


def test_X7_a_body_of_exactly_the_limit_is_taken() -> None:
    assert len(ask([reply(b"x" * MAX_BODY)]).body) == MAX_BODY
    with pytest.raises(BodyTooLarge):
        ask([reply(b"x" * (MAX_BODY + 1))])
