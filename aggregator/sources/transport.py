"""HTTP to arXiv: one GET at a time, all of it bounded. The only module that knows httpx.

What comes back is an `Answer`, or one of the `FetchError`s: no foreign exception leaves. It knows nothing of
feeds, of retrying or of the pace; `gate.GatedTransport` wraps it and `retry.Retry` calls that again.

Proxies (`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`, and the system's own settings) are honoured, since on some
networks nothing else gets out, and so is OpenSSL's `SSL_CERT_FILE`. Loopback is never asked through a proxy.
Nothing else of the environment counts: no `.netrc`, no cookies, no way to switch off certificates.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType

import httpcore
import httpx

from aggregator import __version__
from aggregator.clock import Clock
from aggregator.errors import (
    BadAnswer,
    BadRedirect,
    DeadlineExceeded,
    FetchError,
    HttpError,
    Insecure,
    Unreachable,
)
from aggregator.models import Answer, Validators
from aggregator.policy import parse_retry_after
from aggregator.sources import body
from aggregator.sources.wire import Deadline, Wire, is_loopback

log = logging.getLogger(__name__)

FEEDS = "application/rss+xml, application/atom+xml, application/xml"
UNCONDITIONAL = Validators()
MAX_HOPS = 3
ERROR_BODY = 2_000  # bytes kept of the body of an error
ERROR_TIME = 5.0  # seconds that reading it may take
REDIRECTS = frozenset({301, 302, 303, 307, 308})


def user_agent(contact: str) -> str:
    """The User-Agent that arXiv asks for: name, version and whom to write to, an address or a URL."""
    first = next(iter(contact.split()), "")
    who = "".join(c for c in first if c.isascii() and c.isprintable() and c not in "()\\")
    mail = "@" in who and ":" not in who
    return " ".join([f"aggregator/{__version__}", *([f"(+{'mailto:' * mail}{who})"] if who else [])])


class HttpTransport:
    """One connection to arXiv, for one thread at a time. Use it as a context manager, or `close()` it.

    `allowed_hosts` are where requests and redirects may go, `max_body` the most decoded bytes of one answer.
    `clock` dates the answers; deadlines run in real seconds.
    """

    def __init__(
        self, *, user_agent: str, allowed_hosts: frozenset[str], max_body: int, clock: Clock
    ) -> None:
        self._allowed = frozenset(host.lower() for host in allowed_hosts if host)
        self._max_body = max_body
        self._clock = clock
        self._wire = Wire()
        self._told: set[tuple[str, str]] = set()
        self._client = httpx.Client(
            transport=_Adapter(self._wire),
            headers={"User-Agent": user_agent, "Accept-Encoding": "gzip"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            timeout=httpx.Timeout(None),  # the wire keeps the deadline
            trust_env=False,
        )

    def __enter__(self) -> HttpTransport:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def get(
        self,
        url: str,
        *,
        deadline: float,
        validators: Validators = UNCONDITIONAL,
        accept: str = FEEDS,
        before_hop: Callable[[str], None] | None = None,
    ) -> Answer:
        """The answer of `url`: status 200, or 304 when `validators` made the request conditional.

        `deadline` is the seconds for everything, redirects and body included. `before_hop` is called with the
        next address before each redirect is followed, so that whoever keeps the pace can wait there. Raises
        FetchError.
        """
        due = Deadline(deadline)
        conditions = _conditions(validators)
        hop = self._start(url)
        for hops in range(MAX_HOPS + 1):
            if hops and before_hop:
                before_hop(str(hop))
            result = self._ask(url, hop, accept, conditions, due)
            if isinstance(result, Answer):
                return result
            self._check_redirect(url, hop, result)
            hop = result
        raise BadRedirect(url, str(hop), f"more than {MAX_HOPS} redirects, the last one to {hop}")

    # one request

    def _ask(
        self, url: str, hop: httpx.URL, accept: str, conditions: Mapping[str, str], due: Deadline
    ) -> Answer | httpx.URL:
        """The answer, or where a redirect points."""
        self._wire.deadline = due
        headers = {"Accept": accept, **conditions}
        with (
            _translated(url, due, self._wire),
            self._client.stream("GET", hop, headers=headers) as response,
        ):
            if response.status_code in REDIRECTS and response.next_request:
                return response.next_request.url
            self._check_status(url, response, conditional=bool(conditions))
            return self._answer(url, response)

    def _answer(self, url: str, response: httpx.Response) -> Answer:
        headers = dict(response.headers)
        if response.status_code == 304:
            return Answer(url, 304, headers, b"", self._clock.now(), not_modified=True)
        encoding = headers.get("content-encoding", "")
        data = body.whole(response.iter_raw(), encoding=encoding, limit=self._max_body, url=url)
        return Answer(url, response.status_code, headers, data, self._clock.now())

    def _check_status(self, url: str, response: httpx.Response, *, conditional: bool) -> None:
        status = response.status_code
        if status == 200 or (status == 304 and conditional):
            return
        if status < 300 or status == 304:
            raise BadAnswer(url, f"HTTP {status}, which was not asked for")
        raise HttpError(
            url,
            status,
            retry_after=parse_retry_after(
                response.headers.get("retry-after"),
                date=response.headers.get("date"),
                now=self._clock.now(),
            ),
            body=self._error_body(url, response),
        )

    def _error_body(self, url: str, response: httpx.Response) -> bytes:
        """The beginning of an error's body; empty when it cannot be read. The status matters more."""
        self._wire.deadline = self._wire.deadline.sooner(ERROR_TIME)
        encoding = response.headers.get("content-encoding", "")
        try:
            return body.beginning(response.iter_raw(), encoding=encoding, limit=ERROR_BODY, url=url)
        except (BadAnswer, *_FOREIGN):
            return b""

    # where requests may go

    def _start(self, url: str) -> httpx.URL:
        try:
            start = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise BadRedirect(url, url, f"not an address: {error}") from error
        if start.scheme not in ("http", "https") or not self._is_allowed(start):
            raise BadRedirect(url, url, "not an address of arXiv")
        return start

    def _is_allowed(self, url: httpx.URL) -> bool:
        return url.host.lower() in self._allowed or is_loopback(url.host)

    def _check_redirect(self, url: str, hop: httpx.URL, target: httpx.URL) -> None:
        """Raise BadRedirect unless `target` is https at an allowed host; from loopback only loopback is."""
        if is_loopback(hop.host):
            fine = is_loopback(target.host) and target.scheme in ("http", "https")
            fine = fine and (target.port or 0) < 65_536  # the C library counts on from 0
        else:
            fine = (
                target.scheme == "https"
                and target.port in (None, 443)
                and not is_loopback(target.host)
                and self._is_allowed(target)
            )
        shown = str(target)[:200]
        if not fine or target.userinfo:
            raise BadRedirect(url, shown, f"redirect to {shown} refused")
        if (step := (str(hop), shown)) not in self._told:
            self._told.add(step)
            log.warning("%s redirects to %s", *step)


class _Adapter(httpx.BaseTransport):
    """httpx on our own wire; its own transport takes no network backend."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        response = self._wire.send(
            httpcore.Request(
                request.method, target, headers=request.headers.raw, extensions=request.extensions
            )
        )
        return httpx.Response(response.status, headers=response.headers, stream=_Stream(response))

    def close(self) -> None:
        self._wire.close()


class _Stream(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


def _conditions(validators: Validators) -> dict[str, str]:
    """Headers that make a request conditional. A validator that no header can carry is left out."""
    pairs = (("If-None-Match", validators.etag), ("If-Modified-Since", validators.last_modified))
    return {
        name: value
        for name, value in pairs
        if value and len(value) < 1_000 and value.isascii() and value.isprintable()
    }


# exceptions, translated once

_FOREIGN = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
)


@contextmanager
def _translated(url: str, due: Deadline, wire: Wire) -> Iterator[None]:
    try:
        yield
    except _FOREIGN as error:
        raise _fetch_error(url, error, due, wire) from error
    except (httpx.RemoteProtocolError, httpx.InvalidURL) as error:  # httpx itself, from a bad Location
        raise BadRedirect(url, "", f"redirect to something that is no address: {error}"[:300]) from error


def _fetch_error(url: str, error: Exception, due: Deadline, wire: Wire) -> FetchError:
    text = str(error)[:300] or type(error).__name__
    if _is_untrusted(error):
        return Insecure(url, text)
    if isinstance(error, httpcore.TimeoutException) and not due.left():
        return DeadlineExceeded(url, due.seconds)
    if isinstance(error, httpcore.ProtocolError) and not wire.ended:
        return BadAnswer(url, text)
    return Unreachable(url, text)


def _is_untrusted(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None
