"""Bodies, decoded while they stream and never held beyond a limit.

Only gzip is asked for (`Accept-Encoding: gzip`), so every other encoding is refused: fewer decoders, fewer
bombs.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO

from aggregator.errors import BadAnswer, BodyTooLarge

PIECE = 65_536  # bytes decoded at a time
GZIP = 16 + zlib.MAX_WBITS  # zlib's way to say: a gzip header, the largest window


def whole(chunks: Iterable[bytes], *, encoding: str, limit: int, url: str) -> bytes:
    """The complete decoded body. Raises BodyTooLarge beyond `limit` bytes, BadAnswer when it is damaged."""
    body = BytesIO()  # hands out its buffer without a copy
    for piece in _decoded(_counted(chunks, limit, url), encoding, url):
        if body.tell() + len(piece) > limit:
            raise BodyTooLarge(url, limit)
        body.write(piece)
    return body.getvalue()


def beginning(chunks: Iterable[bytes], *, encoding: str, limit: int, url: str) -> bytes:
    """The first `limit` decoded bytes, or fewer. Raises BadAnswer when they cannot be decoded."""
    found = b""
    for piece in _decoded(chunks, encoding, url):
        found = (found + piece)[:limit]
        if len(found) == limit:
            break
    return found


def _counted(chunks: Iterable[bytes], limit: int, url: str) -> Iterator[bytes]:
    """`chunks`, ended by BodyTooLarge: packed bytes that unpack to nothing have a limit too."""
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > limit:
            raise BodyTooLarge(url, limit)
        yield chunk


def _decoded(chunks: Iterable[bytes], encoding: str, url: str) -> Iterator[bytes]:
    match encoding.strip().lower():
        case "" | "identity":
            return iter(chunks)
        case "gzip" | "x-gzip":
            return _unzipped(chunks, url)
    raise BadAnswer(url, f"Content-Encoding {encoding[:40]!r}, though only gzip was offered")


def _unzipped(chunks: Iterable[bytes], url: str) -> Iterator[bytes]:
    decoder = zlib.decompressobj(GZIP)
    started = False
    for chunk in chunks:
        started = True
        rest = chunk
        while rest and not decoder.eof:
            yield _inflate(decoder, rest, url)
            rest = decoder.unconsumed_tail
        if decoder.unused_data or (rest and decoder.eof):
            raise BadAnswer(url, "bytes after the end of the gzip body")
    while started and not decoder.eof and (piece := _inflate(decoder, b"", url)):
        yield piece
    if started and not decoder.eof:
        raise BadAnswer(url, "the gzip body is cut")


def _inflate(decoder: zlib._Decompress, packed: bytes, url: str) -> bytes:
    try:
        return decoder.decompress(packed, PIECE)
    except zlib.error as error:
        raise BadAnswer(url, f"the gzip body is corrupt: {error}") from error
