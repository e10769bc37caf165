"""The lines of a snapshot file, however it is packed: plain, .gz, .zst, .zip, or standard input; in constant memory.

What a file is packed with is told by its first bytes, not by its name. A place in the file counts unpacked bytes, so
that reading can go on there: a plain file is sought, another is unpacked up to it, which takes no parsing.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Protocol, cast

import zstandard

from aggregator.errors import SnapshotError

BLOCK = 1 << 20  # bytes read at a time
LONGEST = 8 << 20  # bytes of a line; the longest abstract with all its authors has less than a tenth
_SAMPLE = 1 << 16  # bytes at both ends that name a file
_WINDOW = 27  # log2 of the most memory that unpacking zstd may take, 128 MB
STDIN = "-"


class Stream(Protocol):
    def read1(self, size: int, /) -> bytes: ...


class Line(NamedTuple):
    """`number` counts from 1; `end` is the place behind it. `text` is cut at LONGEST, then `whole` is False."""

    number: int
    text: bytes
    end: int
    whole: bool = True


class SnapshotFile:
    """An open snapshot. `size` is its size on disk in bytes, None for standard input; `name` tells it from others."""

    def __init__(self, path: str, stdin: io.BufferedReader | None = None) -> None:
        self._stack = ExitStack()
        self.size: int | None = None
        self.name: str | None = None
        try:
            self._raw = self._open(path, stdin)
            self._stream = self._unpacked(self._raw)
        except BaseException:
            self._stack.close()
            raise

    def __enter__(self) -> SnapshotFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def read(self) -> int:
        """How many bytes of the file were read, of `size`."""
        return self._raw.tell() if self.size is not None else 0

    def lines(self, place: int = 0, number: int = 0) -> Iterator[Line]:
        """The lines that are not blank, from `place` on, behind line `number`. Raises SnapshotError when the file
        is damaged or cut; what came before counts."""
        try:
            self._skip(place)
            yield from _split(self._stream, place, number)
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile, zstandard.ZstdError) as error:
            raise SnapshotError(f"the file is damaged or cut: {error}") from error

    def _open(self, path: str, stdin: io.BufferedReader | None) -> io.BufferedReader:
        if path == STDIN:
            assert stdin is not None
            return stdin
        try:
            file = self._stack.enter_context(Path(path).open("rb"))  # noqa: SIM115 (the stack closes it)
        except OSError as error:
            raise SnapshotError(f"{path}: {error.strerror}") from error
        self.size = file.seek(0, io.SEEK_END)
        self.name = _name(file, self.size)
        file.seek(0)
        return file

    def _unpacked(self, raw: io.BufferedReader) -> Stream:
        head = raw.peek(4)[:4]
        if head.startswith(b"\x1f\x8b"):
            return self._stack.enter_context(gzip.GzipFile(fileobj=raw))
        if head == b"\x28\xb5\x2f\xfd":
            unpacker = zstandard.ZstdDecompressor(max_window_size=1 << _WINDOW)
            return self._stack.enter_context(unpacker.stream_reader(raw, read_across_frames=True))
        if head.startswith(b"PK\x03\x04"):
            return self._member(raw)
        return raw

    def _member(self, raw: io.BufferedReader) -> Stream:
        """The largest file of an archive."""
        if self.size is None:
            raise SnapshotError("a zip archive cannot be read from standard input; unpack it with `unzip -p`")
        try:
            archive = self._stack.enter_context(zipfile.ZipFile(raw))
            member = max(archive.infolist(), key=lambda info: info.file_size)
            return cast("zipfile.ZipExtFile", self._stack.enter_context(archive.open(member)))
        except (zipfile.BadZipFile, ValueError, RuntimeError, NotImplementedError) as error:
            raise SnapshotError(f"the archive cannot be read: {error}") from error

    def _skip(self, place: int) -> None:
        if self._stream is self._raw and self.size is not None:
            self._raw.seek(place)
            return
        while place > 0:
            skipped = len(self._stream.read1(min(place, BLOCK)))
            if not skipped:
                raise EOFError("it ends before the place that was reached before")
            place -= skipped


def _split(stream: Stream, place: int, number: int) -> Iterator[Line]:
    """Lines with the places behind them. Of one that is longer than LONGEST only the beginning is kept."""
    rest, dropped = b"", 0
    while block := stream.read1(BLOCK):  # what can be had at once: of a cut file, all but the cut
        *whole, last = (rest + block).split(b"\n")
        for text in whole:
            number += 1
            place += len(text) + dropped + 1
            if dropped or (not text.isspace() and text):
                yield Line(number, text, place, whole=not dropped)
            dropped = 0
        rest = last
        if len(rest) > LONGEST:
            dropped += len(rest) - LONGEST
            rest = rest[:LONGEST]
    if rest and not rest.isspace():
        yield Line(number + 1, rest, place + len(rest) + dropped, whole=not dropped)


def _name(file: BinaryIO, size: int) -> str:
    """A hash over the size and both ends: cheap, and another month's snapshot has another."""
    file.seek(0)
    digest = hashlib.blake2b(f"{size}\n".encode() + file.read(_SAMPLE), digest_size=12)
    file.seek(max(0, size - _SAMPLE))
    digest.update(file.read(_SAMPLE))
    return digest.hexdigest()
