"""Text from outside, made inert for HTML, XML and addresses; dates and counts in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from html import escape as _escape

# Not allowed in XML 1.0, and of no use in HTML: C0 and C1 controls, lone surrogates, non-characters.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_CONTROLS = bytes(byte for byte in range(0x20) if byte not in b"\t\n\r") + b"\x7f"
# What encoding makes of a lone surrogate, D800 to DFFF, which browsers and the Nu checker take for an error.
_SURROGATE = re.compile(rb"&#5(?:529[6-9]|5[3-9]\d\d|6\d{3}|7[0-2]\d\d|73[0-3]\d|734[0-3]);")
# Marks that turn the direction of what follows. On a page <bdi> contains them; in a <title> or a feed nothing would.
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def clean(text: str) -> str:
    """`text` without the characters that no document may hold."""
    return text if _is_plain(text) else _FORBIDDEN.sub("", text)


def escape(text: str) -> str:
    """`text` safe between tags and inside quoted attributes, in HTML and XML."""
    return _escape(clean(text))


def plain(text: str) -> str:
    """Like `escape`, also without direction marks: for a <title>, a description, a feed."""
    return _escape(undirected(text))


def undirected(text: str) -> str:
    """Like `clean`, also without direction marks."""
    return text if _is_plain(text) else _DIRECTIONS.sub("", _FORBIDDEN.sub("", text))


def _is_plain(text: str) -> bool:
    """Whether a text surely holds nothing forbidden. Lines are common, an expression slow."""
    return text.isprintable() or text.replace("\n", "").isprintable()


def in_ascii(markup: str) -> str:
    """The same HTML or XML with numeric references for all beyond ASCII, surrogates as "?"."""
    made = markup.encode("ascii", "xmlcharrefreplace")
    return (_SURROGATE.sub(b"?", made) if b"&#5" in made else made).decode("ascii")


def in_utf8(markup: str) -> bytes:
    """A page's bytes, without control characters."""
    return markup.encode("utf-8", "replace").translate(None, _CONTROLS)


def encoded(texts: Iterable[str]) -> list[bytes]:
    """The parts of a page as bytes, lone surrogates as "?"."""
    return [text.encode("utf-8", "replace") for text in texts]


def shorten(text: str, length: int) -> str:
    """At most `length` characters of `text`, white space folded, cut at a word where there is one."""
    folded = " ".join(text[: 2 * length + 1].split())
    if len(folded) <= length:
        return folded
    head = folded[:length]
    return (head.rpartition(" ")[0] or head) + "…"


def in_words(day: date) -> str:
    """ "Tuesday, 26 March 2024", whatever the machine's locale."""
    return f"{WEEKDAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]} {day.year}"


def in_short(day: date) -> str:
    """ "Tue 26 Mar"."""
    return f"{WEEKDAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1][:3]}"


def moment(at: datetime) -> str:
    """ "26 March 2024, 01:05 UTC" for an aware moment in UTC."""
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}, {at:%H:%M} UTC"


def count(number: int, one: str, many: str) -> str:
    """ "1 paper", "2,048 papers"."""
    return f"{number:,} {one if number == 1 else many}"
