"""An OAI-PMH answer, read piece by piece in constant memory: expat sees every byte, and forbids what no feed needs.

    piece ─► _cut: whole records, the rest waits for the next piece
          ─► plain records: expat checks, `oai_plain` reads   (a record as arXiv writes it)
          ─► all else:      expat checks and tells `oai_events`  (envelope, deleted records, anything odd)
          ─► record_of ─► Record, or a refusal by itself

Both ways give the same records; a test compares them. Events alone take two and a half times as long
(benchmarks/oai.py), and a harvest is hundreds of megabytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from xml.parsers import expat

from aggregator.errors import BadToken, EmptyBody, ForbiddenXml, NotAFeed, NotXml, OaiError
from aggregator.models import Record, Refusal
from aggregator.sources.oai_events import Events, Odd, moment
from aggregator.sources.oai_plain import read_records
from aggregator.sources.strict import printable

LARGEST = 1_000_000  # bytes without the end of a record that are kept together, or of one tag or text
BUFFER = 65_536  # bytes of text that expat joins before it calls


@dataclass(frozen=True, slots=True)
class OaiPage:
    """One answer to ListRecords or GetRecord.

    `token` asks for the next page, None on the last one. `refused` are records that cannot be used, by
    themselves; `warnings` counts what was unusual but taken. Moments are UTC.
    """

    records: tuple[Record, ...]
    token: str | None
    response_date: datetime
    token_expires: datetime | None = None
    cursor: int | None = None
    complete_size: int | None = None
    refused: tuple[Refusal, ...] = ()
    warnings: dict[str, int] = field(default_factory=dict)


class Parser:
    """Reads one answer. What `feed` gave counts only once `close` has found the answer whole."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._held = b""
        self._plain = True
        self._fed = False
        self._taken = 0
        self._refused: list[Refusal] = []
        self._ready: list[Record] = []
        self._events = Events(self._take)
        self._expat = expat.ParserCreate()
        self._expat.buffer_text = True
        self._expat.buffer_size = BUFFER
        self._expat.StartDoctypeDeclHandler = self._forbid
        self._expat.XmlDeclHandler = self._declared
        self._listen(True)

    def feed(self, piece: bytes) -> list[Record]:
        """The records that end within `piece`. Raises NotXml, ForbiddenXml or NotAFeed."""
        data = self._held + piece
        end = self._cut(data)
        self._held = data[end:]
        if end:
            self._read(data[:end])
        return self._handed_out()

    def close(self) -> tuple[list[Record], OaiPage]:
        """The last records, and the page's own facts (its `records` are empty). Raises a FeedError."""
        if not self._fed and not self._held.strip():
            raise EmptyBody(self._url, "the body is empty")
        self._parse(self._held, last=True)
        return self._handed_out(), self._page()

    def _handed_out(self) -> list[Record]:
        ready, self._ready = self._ready, []
        return ready

    # bytes

    def _cut(self, data: bytes) -> int:
        """Where to cut: behind a record, or behind a tag where no record ends for long."""
        end = data.rfind(b"</record>")
        if end >= 0:
            return end + len(b"</record>")
        if len(data) < LARGEST:
            return 0
        if (end := data.rfind(b">") + 1) == 0:
            raise ForbiddenXml(self._url, "beyond any feed: a tag or a text of a megabyte")
        return end

    def _read(self, data: bytes) -> None:
        start = data.find(b"<record>")
        if start < 0 or not self._plain:
            self._parse(data)
            return
        self._parse(data[:start])
        run = data[start:]
        found = read_records(run) if self._plain and self._events.in_list else None
        self._parse(run, listening=found is None)
        for record in found or ():
            self._take(record)

    def _parse(self, data: bytes, *, listening: bool = True, last: bool = False) -> None:
        self._listen(listening)
        if listening:
            self._watch(data)
        self._fed = True
        try:
            self._expat.Parse(data, last)
        except expat.ExpatError as error:
            raise NotXml(self._url, f"not well-formed: {error}") from error
        except Odd as error:
            raise NotAFeed(self._url, str(error)) from error

    def _watch(self, data: bytes) -> None:
        """A comment, CDATA or an instruction may hide records: after the first of them, nothing is plain."""
        instructions = data.count(b"<?") - (not self._fed and data.startswith(b"<?xml "))
        self._plain = self._plain and not (instructions or b"<!" in data)

    # what expat calls

    def _listen(self, on: bool) -> None:
        events = self._events
        self._expat.StartElementHandler = events.start if on else None
        self._expat.EndElementHandler = events.end if on else None
        self._expat.CharacterDataHandler = events.texts.append if on else None

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding or "utf-8").lower() not in ("utf-8", "us-ascii"):
            raise NotXml(self._url, f"declares the encoding {printable(encoding or '')}")

    def _forbid(self, name: str, *_: object) -> None:
        if name.lower() == "html":
            raise NotAFeed(self._url, "an HTML page")
        raise ForbiddenXml(self._url, "a document type")

    # what comes out

    def _take(self, found: Record | Refusal) -> None:
        if isinstance(found, Refusal):
            self._refused.append(found)
        else:
            self._taken += 1
            self._ready.append(found)

    def _page(self) -> OaiPage:
        events = self._events
        if error := self._error(events.errors):
            raise error
        if not events.listed and not events.errors:
            raise NotAFeed(self._url, "an OAI-PMH answer that lists no records")
        if self._refused and not self._taken:
            first = self._refused[0].reason
            raise NotAFeed(self._url, f"none of its {len(self._refused)} records can be read: {first}")
        if events.response_date is None:
            raise NotAFeed(self._url, "an OAI-PMH answer without a response date")
        token = events.token_attributes
        return OaiPage(
            (),
            events.token.strip() or None,
            events.response_date,
            moment(token.get("expirationDate") or token.get("expires")),
            _number(token.get("cursor")),
            _number(token.get("completeListSize")),
            tuple(self._refused),
            dict(events.warnings),
        )

    def _error(self, stated: Iterable[tuple[str, str]]) -> OaiError | None:
        """What the answer's error means; `noRecordsMatch` is none: nothing has changed, which is an answer."""
        for code, text in stated:
            if code == "badResumptionToken":
                return BadToken(self._url, printable(text, 200), code=code)
            if code != "noRecordsMatch":
                return OaiError(self._url, printable(text, 200), code=printable(code))
        return None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None
