"""The picture that stands for a day where a link to it is shared (https://ogp.me): category, date, counts, complete.

The only module that knows Pillow. It is in English: Pillow's own font has Latin letters only, and no other is at hand
everywhere. Sixteen colours and fast compression make it in some 7 ms; slow compression takes 30 and saves 1 kB.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from aggregator.models import DayLink, Kind, Listing, Trust
from aggregator.site.listing import count_words
from aggregator.site.periods import MERGED
from aggregator.site.text import count, in_words
from aggregator.taxonomy import title as category_title

WIDTH, HEIGHT = 1200, 630
EDGE = 84
_GREYS = 5
_PAPER, _INK = (252, 251, 248), (32, 33, 31)
_BARS = ((44, 100, 71), (91, 75, 138), (138, 84, 16))  # new, cross-lists, replacements
_NAME, _DATE, _LINE = 76, 44, 36  # sizes in pixels

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def of_day(title: str, listing: Listing, link: DayLink) -> bytes:
    """The picture of a day on the site `title`; `link` counts its papers."""
    category, total = listing.category, sum(link.counts.values())
    date = f"{category}, {in_words(link.day)}" if category else in_words(link.day)
    said = f"{count(total, 'paper', 'papers')}: {count_words(link.counts)}." if total else "No papers."
    name = category_title(category) if category else str(MERGED)
    return draw(
        title, name, date, f"{said} Complete." if listing.trust is Trust.PROVEN else said, link.counts
    )


def draw(title: str, name: str, date: str, said: str, counts: Mapping[Kind, int]) -> bytes:
    """A PNG. `date` stands below `name`, `said` is the line on how whole the day is."""
    canvas = Image.new("L", (WIDTH, HEIGHT), 0)
    pen = ImageDraw.Draw(canvas)
    pen.text((EDGE, 70), _latin(title), font=_font(_LINE), fill=150)
    lines = _wrapped(_latin(name), _font(_NAME), WIDTH - 2 * EDGE)
    pen.multiline_text((EDGE, 180), "\n".join(lines), font=_font(_NAME), fill=255, spacing=12)
    below = 200 + 92 * len(lines)
    pen.text((EDGE, below), _latin(date), font=_font(_DATE), fill=200)
    pen.text((EDGE, HEIGHT - 140), _latin(said), font=_font(_LINE), fill=200)
    coloured = canvas.point(lambda value: value * (_GREYS - 1) // 255)
    _bar(ImageDraw.Draw(coloured), counts)
    return _png(coloured)


def _bar(pen: ImageDraw.ImageDraw, counts: Mapping[Kind, int]) -> None:
    """New papers, cross-lists and replacements as parts of one bar."""
    replaced = counts.get(Kind.REPLACE, 0) + counts.get(Kind.REPLACE_CROSS, 0)
    parts = (counts.get(Kind.NEW, 0), counts.get(Kind.CROSS, 0), replaced)
    total, left = sum(parts) or 1, EDGE
    for colour, part in enumerate(parts, _GREYS):
        width = (WIDTH - 2 * EDGE) * part // total
        if width:
            pen.rectangle((left, HEIGHT - 66, left + width - 4, HEIGHT - 52), fill=colour)
        left += width


def _png(picture: Image.Image) -> bytes:
    """A PNG (https://www.w3.org/TR/png-3/) of 16 colours, two points a byte, no line filtered.

    `Image.save` makes the same, and imports five file formats first: longer than drawing takes.
    """
    points = picture.tobytes("raw", "L;4")
    lines = (b"\0" + points[at : at + WIDTH // 2] for at in range(0, len(points), WIDTH // 2))
    header = struct.pack(
        ">IIBBBBB", WIDTH, HEIGHT, 4, 3, 0, 0, 0
    )  # bits, palette, the only ways, not interlaced
    colours = bytes(value for colour in _palette() for value in colour)
    packed = zlib.compress(b"".join(lines), 4)
    chunks = ((b"IHDR", header), (b"PLTE", colours), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _palette() -> Iterable[tuple[int, ...]]:
    for step in range(_GREYS):
        share = step / (_GREYS - 1)
        yield tuple(round(a + (b - a) * share) for a, b in zip(_PAPER, _INK, strict=True))
    yield from _BARS


@cache
def _font(size: int) -> Font:
    return ImageFont.load_default(size)


def _latin(text: str) -> str:
    return text.encode("latin-1", "replace").decode("latin-1")


def _wrapped(text: str, font: Font, width: int) -> list[str]:
    """At most two lines of words; what does not fit goes."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if not lines[-1] or font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines[:2]
