"""The strict look at a feed, before feedparser sees it: whole, harmless XML of the right kind, within limits.

feedparser forgives: it reads a cut feed as a shorter one, and it mends texts (strips, re-decodes, maps Windows
characters). So the body must be well-formed first, and the texts that we store are taken here, byte-exact.

The limits are far beyond any feed of arXiv. They keep feedparser, and expat before 2.6 in it, from the inputs
on which they need quadratic time: huge tokens, deep nesting, thousands of tags in one entry, endless words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers.expat import XMLParserType

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from aggregator.errors import EmptyBody, ForbiddenXml, NotAFeed, NotXml

# Namespaces, in expat's spelling of a name: "<namespace>}<local name>".
ATOM = "http://www.w3.org/2005/Atom}"
DC = "http://purl.org/dc/elements/1.1/}"
ARXIV = "http://arxiv.org/schemas/atom}"

# The texts of an entry that are kept as they are, by element.
FIELDS = {
    **{name: name for name in ("title", "description")},
    **{f"{ATOM}title": "title", f"{ATOM}summary": "description"},
    **{f"{DC}creator": "creator", f"{DC}rights": "rights"},
    **{f"{ARXIV}{name}": name for name in ("announce_type", "DOI", "journal_reference")},
}

DEPTH = 32
ELEMENTS = 200_000
ENTRIES = 5_000
CHILDREN = 200  # elements in one entry, or in the feed's own head
NAMESPACES = 100
TOKEN = 65_536  # characters of one tag with its attributes, or of one comment
TEXT = 1_000_000  # characters of one field
WORD = 2_000  # characters without a space between

_XML = re.compile(rb"\s*<\?xml[^>]{0,200}\?>")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([^\"']*)")
_HTML = re.compile(rb"(?>\s+|<!--.{0,500}?-->)*+<(?:!doctype\s+)?html[\s>]", re.IGNORECASE | re.DOTALL)
_TITLE = re.compile(rb"<title[^>]{0,100}>([^<]{0,200})", re.IGNORECASE)


@dataclass(slots=True)
class Outline:
    """What a feed is, and its entries' texts: one dict an entry, keyed by the values of `FIELDS`."""

    is_atom: bool = False
    entries: list[dict[str, str]] = field(default_factory=list)


def outline(body: bytes, *, url: str, category: str) -> Outline:
    """Read `body` strictly. Raises EmptyBody, NotXml, ForbiddenXml or NotAFeed."""
    _check_bytes(body, url, category)
    reader = _Reader()
    parser = DefusedXMLParser(target=reader, forbid_dtd=True)
    reader.listen(parser.parser)
    try:
        parser.feed(body)
        parser.close()
    except ParseError as error:
        raise NotXml(url, f"not well-formed: {error}", category=category) from error
    except DefusedXmlException as error:
        raise ForbiddenXml(url, "a document type or an entity declaration", category=category) from error
    except _Excess as error:
        raise ForbiddenXml(url, f"beyond any feed: {error}", category=category) from error
    except _OtherRoot as error:
        raise NotAFeed(url, f"XML with the root {error}", category=category) from error
    return reader.outline


def printable(text: str, limit: int = 80) -> str:
    """`text` for a message: one line, bounded, nothing but printable ASCII."""
    return " ".join(text.split()).encode("ascii", "backslashreplace").decode()[:limit]


def _check_bytes(body: bytes, url: str, category: str) -> None:
    """What can be told before parsing: empty, HTML, not UTF-8, a stretch without any tag's end."""
    if not body.strip():
        raise EmptyBody(url, "the body is empty", category=category)
    declaration = _XML.match(body.removeprefix(b"\xef\xbb\xbf"))
    start = body[declaration.end() if declaration else 0 :][:2_000]
    if _HTML.match(start.removeprefix(b"\xef\xbb\xbf")):
        raise NotAFeed(url, f"an HTML page, titled {_html_title(body)!r}", category=category)
    encoding = _ENCODING.search(declaration[0]) if declaration else None
    if encoding and encoding[1].lower() not in (b"utf-8", b"us-ascii"):
        raise NotXml(
            url, f"declares the encoding {printable(encoding[1].decode('latin-1'))}", category=category
        )
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise NotXml(url, f"not UTF-8 at byte {error.start}", category=category) from error
    if max(map(len, body.split(b">"))) > TEXT:
        raise ForbiddenXml(url, "beyond any feed: a token or text of a megabyte", category=category)


def _html_title(body: bytes) -> str:
    found = _TITLE.search(body[:20_000])
    return printable(found[1].decode(errors="replace")) if found else ""


class _Excess(Exception):
    """More of something than any feed holds."""


class _OtherRoot(Exception):
    """A document that is neither RSS 2.0 nor Atom."""


class _Reader:
    """Counts, and collects the texts of the entries."""

    def __init__(self) -> None:
        self.outline = Outline()
        self._depth = 0
        self._elements = 0
        self._since_entry = 0
        self._namespaces = 0
        self._entry_depth = 0
        self._entry_tag = ""
        self._entry: dict[str, str] | None = None
        self._field: str | None = None
        self._pieces: list[str] = []

    def listen(self, expat: XMLParserType) -> None:
        """Be called by expat itself: through ElementTree's wrappers the same takes twice as long."""
        expat.StartElementHandler = self._start
        expat.EndElementHandler = self._end
        expat.CharacterDataHandler = self._data
        expat.StartNamespaceDeclHandler = self._namespace
        expat.CommentHandler = expat.ProcessingInstructionHandler = self._aside

    def _start(self, tag: str, attributes: list[str]) -> None:
        self._depth = depth = self._depth + 1
        self._since_entry += 1
        if self._since_entry > CHILDREN or depth > DEPTH:
            raise _Excess(f"{CHILDREN} elements in one entry, or {DEPTH} within each other")
        if attributes and sum(map(len, attributes)) > TOKEN:
            raise _Excess("a tag of 64 kB")
        if depth <= self._entry_depth:
            self._outer(tag, depth)
        elif depth == 1:
            self._root(tag, attributes)
        elif depth == self._entry_depth + 1 and self._entry is not None:
            self._field = FIELDS.get(tag)
            self._pieces = []

    def _data(self, text: str) -> None:
        if len(text) > WORD and max(map(len, text.split()), default=0) > WORD:
            raise _Excess(f"a word of {WORD} characters")
        if self._field is not None:
            self._pieces.append(text)

    def _end(self, _: str) -> None:
        depth = self._depth
        self._depth = depth - 1
        if depth == self._entry_depth + 1 and self._field is not None and self._entry is not None:
            self._keep(self._entry, self._field, "".join(self._pieces))
            self._field = None
        elif depth == self._entry_depth:
            self._entry = None

    def _namespace(self, prefix: str | None, uri: str | None) -> None:
        self._namespaces += 1
        if self._namespaces > NAMESPACES or len(prefix or "") + len(uri or "") > WORD:
            raise _Excess("too many or too long namespaces")

    def _aside(self, *text: str) -> None:
        if sum(map(len, text)) > TOKEN:
            raise _Excess("a comment or an instruction of 64 kB")

    def _root(self, tag: str, attributes: list[str]) -> None:
        self.outline.is_atom = tag == f"{ATOM}feed"
        if not self.outline.is_atom and not (tag == "rss" and "2.0" in attributes):
            raise _OtherRoot(printable(tag))
        self._entry_depth, self._entry_tag = (2, f"{ATOM}entry") if self.outline.is_atom else (3, "item")

    def _outer(self, tag: str, depth: int) -> None:
        """An element at an entry's depth or above it."""
        if depth == self._entry_depth and tag == self._entry_tag:
            self._elements += self._since_entry
            self._since_entry = 0
            self._entry = {}
            self.outline.entries.append(self._entry)
            if len(self.outline.entries) > ENTRIES or self._elements > ELEMENTS:
                raise _Excess(f"{ENTRIES} entries, or {ELEMENTS} elements")

    @staticmethod
    def _keep(entry: dict[str, str], name: str, text: str) -> None:
        """The first of each field counts, but people may stand in several elements."""
        if len(text) > TEXT:
            raise _Excess("a text of a megabyte")
        if name not in entry:
            entry[name] = text
        elif name == "creator":
            entry[name] += f", {text}"
