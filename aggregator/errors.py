"""Every error this program raises on purpose.

AggregatorError
├── SettingsError            a setting is wrong: names file, line, key and the nearest valid name (exit 78)
├── Stopped                  a stop was asked for (SIGTERM, Ctrl-C) while waiting
├── BadClock                 this machine's clock is far from arXiv's: no day could be told (T5)
├── FetchError               no usable answer came from an address
│   ├── Unreachable          refused, reset, DNS, TLS handshake, connection cut in mid-body
│   ├── Insecure             a TLS certificate that does not verify: never tried again, never switched off
│   ├── DeadlineExceeded     the total time for one request ran out
│   ├── BadAnswer            an answer that breaks HTTP: wrong encoding, 204, 206, unasked 304
│   ├── BodyTooLarge         more decoded bytes than allowed
│   ├── BadRedirect          too many hops, or a hop to a host that is not arXiv's
│   ├── HttpError            a status that is not 200/304; carries status and Retry-After
│   └── CoolingDown          the gate is closed until a known time; nothing was sent
├── FeedError                bytes came, but they are not the feed that was asked for
│   ├── EmptyBody            nothing, or only white space
│   ├── NotXml               not well-formed (cut, damaged, or not XML at all)
│   ├── ForbiddenXml         a DTD, an entity or another construct that no feed needs
│   ├── NotAFeed             XML or HTML of another kind (a challenge page, a captive portal)
│   ├── WrongFeed            a feed, but for another category
│   ├── FeedErrorReply       arXiv's own "Feed error for query" answer, or the API's entry "Error"
│   ├── SuspectPage          a page of the API without entries, though its total promises some
│   └── OaiError             an OAI-PMH error reply; carries its code
│       └── BadToken         the resumption token is invalid or has expired: the pass starts again
├── StoreError               the database cannot be used: corrupt, newer than the program, full, read-only
│   ├── TookTooLong          a reader's question passed its time and was stopped
│   └── LockHeld             another process writes to this data folder (exit 73)
├── DeskRefused              a reader's desk was not given what it takes: names the item, or the word of a key
│   ├── NoSuchDesk           no desk opens with this key
│   └── DeskFull             more items than a desk may hold, or more desks than the operator allows
├── QueryError               a search that cannot be read: what is wrong with it, and where
├── SearchError              the search index is missing, damaged or cannot be written; it can be made again
├── NoSuchDays               pages are wanted of a span that has no listing day (exit 64)
├── SnapshotError            a file to import cannot be read: not there, damaged, cut (exit 74)
└── PublishError             the site could not be written (exit 74)

An error carries what it is about as attributes; the cause stays chained (`raise … from …`). What is not
in this tree is a programming error and passes through.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from aggregator.models.message import Message


class AggregatorError(Exception):
    """Root of all expected errors. `str(error)` is one line that a person can act on."""


class SettingsError(AggregatorError):
    """A setting is wrong. `line` is 1-based, None when the value came from the environment or an option."""

    def __init__(
        self, message: str, *, key: str | None = None, path: Path | None = None, line: int | None = None
    ) -> None:
        where = f"{path}:{line}: " if path and line else f"{path}: " if path else ""
        super().__init__(where + message)
        self.key = key
        self.path = path
        self.line = line


class Stopped(AggregatorError):
    """Work ended early because a stop was asked for; nothing half done is kept."""


class BadClock(AggregatorError):
    """This machine's clock is far from that of arXiv's answers, so that no listing day can be told."""


class FetchError(AggregatorError):
    """No usable answer came from `url`."""

    def __init__(self, url: str, message: str) -> None:
        super().__init__(f"{url}: {message}")
        self.url = url
        self.message = message


class Unreachable(FetchError):
    """The connection failed or broke."""


class Insecure(FetchError):
    """The server's certificate does not verify."""


class DeadlineExceeded(FetchError):
    """The total time allowed for one request, in seconds, ran out."""

    def __init__(self, url: str, seconds: float) -> None:
        super().__init__(url, f"no complete answer within {seconds:g} s")
        self.seconds = seconds


class BadAnswer(FetchError):
    """The answer breaks HTTP or is of a kind that was not asked for."""


class BodyTooLarge(FetchError):
    """The decoded body passed `limit` bytes; reading stopped there."""

    def __init__(self, url: str, limit: int) -> None:
        super().__init__(url, f"body is larger than {limit} bytes")
        self.limit = limit


class BadRedirect(FetchError):
    """A redirect was refused. `target` is where it pointed."""

    def __init__(self, url: str, target: str, message: str) -> None:
        super().__init__(url, message)
        self.target = target


class HttpError(FetchError):
    """A status that is neither 200 nor 304.

    `retry_after` is what the server asked for, in seconds from receipt (None: it said nothing usable).
    `body` holds the first bytes of the answer, for judging "Rate exceeded." and feed errors.
    """

    def __init__(self, url: str, status: int, *, retry_after: float | None = None, body: bytes = b"") -> None:
        asked = f", asks to wait {retry_after:g} s" if retry_after is not None else ""
        super().__init__(url, f"HTTP {status}{asked}")
        self.status = status
        self.retry_after = retry_after
        self.body = body


class CoolingDown(FetchError):
    """The gate to arXiv is closed until `until` (UTC); no request was sent."""

    def __init__(self, url: str, until: datetime, reason: str) -> None:
        super().__init__(url, f"no request before {until:%Y-%m-%d %H:%M:%S} UTC: {reason}")
        self.until = until
        self.reason = reason


class FeedError(AggregatorError):
    """Bytes came from `url`, but they are not the feed of `category`."""

    def __init__(self, url: str, message: str, *, category: str | None = None) -> None:
        super().__init__(f"{url}: {message}")
        self.url = url
        self.message = message
        self.category = category


class EmptyBody(FeedError):
    """The body is empty or white space."""


class NotXml(FeedError):
    """The body is not well-formed XML: cut, damaged or something else."""


class ForbiddenXml(FeedError):
    """The body has a DTD, an entity declaration or an external reference."""


class NotAFeed(FeedError):
    """Well-formed, but neither RSS nor Atom: HTML, a challenge page, another document."""


class WrongFeed(FeedError):
    """A feed of another category than the one asked for."""


class FeedErrorReply(FeedError):
    """arXiv answered with its own error feed ("Feed error for query"; the API: one entry "Error")."""


class SuspectPage(FeedError):
    """A page of the API without entries, though its total promises some: ask again, then doubt it."""


class OaiError(FeedError):
    """An OAI-PMH error reply. `code` is the protocol's word (OAI-PMH 2.0 §3.6), e.g. "badArgument"."""

    def __init__(self, url: str, message: str, *, code: str = "", category: str | None = None) -> None:
        super().__init__(url, f"{code}: {message}" if code else message, category=category)
        self.code = code


class BadToken(OaiError):
    """The resumption token is invalid or has expired (`badResumptionToken`)."""


class StoreError(AggregatorError):
    """The database cannot be used as it is."""


class TookTooLong(StoreError):
    """A question of a reader passed the time that one may take."""


class LockHeld(StoreError):
    """Another process writes to this data folder."""


class DeskRefused(AggregatorError):
    """What a browser sent for a desk is not what a desk takes; nothing of it was kept."""


class NoSuchDesk(DeskRefused):
    """No desk opens with this key: it was deleted, or never was."""


class DeskFull(DeskRefused):
    """A limit of the server was reached."""


class QueryError(AggregatorError):
    """A search that cannot be read. `at` is the place in its text, from 0, `length` how far it reaches."""

    def __init__(self, said: Message, at: int = 0, length: int = 0) -> None:
        super().__init__(str(said))
        self.said = said
        self.at = at
        self.length = length


class SearchError(AggregatorError):
    """The search index cannot be used or written. It is derived: `aggregator index` makes it anew."""


class NoSuchDays(AggregatorError):
    """There is no listing day of the followed categories from one day to another."""


class SnapshotError(AggregatorError):
    """A file to import cannot be read to its end; what was read before is stored."""


class PublishError(AggregatorError):
    """The site could not be written; what was published before still stands."""
