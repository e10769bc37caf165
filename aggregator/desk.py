"""A reader's desk as items that two browsers may change apart and that still become one.

An item is a key, a stamp and a value; None stands for "removed". Of two items with one key the greater stamp wins,
whoever speaks first, so that merging is commutative, associative and idempotent (`later`). Stamps are hybrid logical
clocks (Kulkarni et al., 2014): milliseconds, a counter, and the browser's own name, in that order as text.

    mark/<id>/star|hidden|note|tags|paper · seen/<id> · author/<name> · filter/<query> · search/<query> · setting/<name>

A desk's key is 128 random bits, written as nine words that can be read out (proquints, Wilkerson 2009); the ninth
is a checksum, so that a slip of the tongue is no other desk.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta

from aggregator.errors import DeskRefused
from aggregator.normalise.ids import PATTERN

LEEWAY = 60_000  # ms that a browser's clock may run ahead of ours
KEY_BYTES = 16
VALUE_BYTES = 64 * 1024

_STAMP = re.compile(r"(\d{13})-\d{4}-[0-9a-z]{8}")
_WORD = r"[^\x00-\x1f\x7f]{1,300}"

_Text = Annotated[str, Meta(max_length=20_000)]
_Name = Annotated[str, Meta(max_length=300)]
_Paper = dict[
    Annotated[str, Meta(max_length=20)],
    _Text | Annotated[list[_Name], Meta(max_length=5_000)] | int | None,
]
_Setting = (
    bool | int | Annotated[str, Meta(max_length=2_000)] | Annotated[list[_Name], Meta(max_length=1_000)]
)
_SHAPES: tuple[tuple[re.Pattern[str], Any], ...] = tuple(
    (re.compile(pattern, re.ASCII), shape)
    for pattern, shape in (
        (rf"mark/{PATTERN}/star", Annotated[str, Meta(max_length=40)]),
        (rf"mark/{PATTERN}/hidden", bool),
        (rf"mark/{PATTERN}/note", _Text),
        (
            rf"mark/{PATTERN}/tags",
            Annotated[list[Annotated[str, Meta(max_length=100)]], Meta(max_length=100)],
        ),
        (rf"mark/{PATTERN}/paper", _Paper),
        (rf"seen/{PATTERN}", Annotated[int, Meta(ge=1, le=9999)]),
        (rf"(?:author|filter)/{_WORD}", bool),
        (rf"search/{_WORD}", bool | Annotated[int, Meta(ge=0, le=10**9)]),  # papers found when last looked at
        (r"setting/[a-z][a-z-]{0,39}", _Setting),
    )
)


class Item(NamedTuple):
    """One thing on a desk. `value` is canonical JSON, or None where it was removed."""

    key: str
    stamp: str
    value: bytes | None


class Wire(msgspec.Struct, array_like=True, frozen=True):
    """An item as it travels: `[key, stamp, value]`."""

    key: Annotated[str, Meta(max_length=400)]
    stamp: Annotated[str, Meta(max_length=27)]
    value: Any = None


def received(wire: Wire, now: int) -> Item:
    """The item, checked; a stamp from further ahead than `LEEWAY` is set to `now` (ms since 1970).

    Raises DeskRefused, naming the item.
    """
    shape = next((shape for pattern, shape in _SHAPES if pattern.fullmatch(wire.key)), None)
    if shape is None:
        raise DeskRefused(f"no such thing on a desk: {wire.key[:80]!r}")
    return Item(wire.key, _in_time(wire.stamp, now), _canonical(wire, shape))


def _canonical(wire: Wire, shape: Any) -> bytes | None:
    if wire.value is None:
        return None
    try:
        value = msgspec.json.encode(msgspec.convert(wire.value, shape), order="deterministic")
    except msgspec.ValidationError as error:
        raise DeskRefused(f"{wire.key[:80]!r}: {error}") from error
    if len(value) > VALUE_BYTES:
        raise DeskRefused(f"{wire.key[:80]!r}: more than {VALUE_BYTES} bytes")
    return value


def _in_time(stamp: str, now: int) -> str:
    found = _STAMP.fullmatch(stamp)
    if not found:
        raise DeskRefused(f"not a stamp: {stamp[:40]!r}")
    return stamp if int(found[1]) <= now + LEEWAY else f"{now:013d}{stamp[13:]}"


def later(one: Item, other: Item) -> Item:
    """The one that stands; equal stamps are told apart by what they say, so that all agree."""
    return max(one, other, key=lambda item: (item.stamp, item.value is not None, item.value or b""))


def merge(one: Mapping[str, Item], others: Iterable[Item]) -> dict[str, Item]:
    """The items of both, each key once."""
    merged = dict(one)
    for item in others:
        merged[item.key] = later(merged.get(item.key, item), item)
    return merged


# ── keys ──

_CONSONANTS, _VOWELS = "bdfghjklmnprstvz", "aiou"
_WORDS = re.compile(r"(?:[bdfghjklmnprstvz][aiou][bdfghjklmnprstvz][aiou][bdfghjklmnprstvz]){9}")


@dataclass(frozen=True, slots=True)
class DeskKey:
    """What opens a desk. Only its hash is stored."""

    secret: bytes

    @property
    def words(self) -> str:
        """ "lusab-babad-…": nine words."""
        whole = self.secret + _check(self.secret)
        return "-".join(_quint(int.from_bytes(whole[at : at + 2], "big")) for at in range(0, len(whole), 2))

    @property
    def hash(self) -> bytes:
        """What the server keeps: 128 random bits need no slow hash."""
        return hashlib.blake2b(self.secret, digest_size=32, person=b"aggregator desk").digest()

    def __repr__(self) -> str:
        return "DeskKey(…)"  # a key has no place in a log


def read_key(words: str) -> DeskKey:
    """The key that was typed, in whatever case and with whatever between the words. Raises DeskRefused."""
    letters = re.sub(r"[^a-z]", "", words[:200].lower())
    if not _WORDS.fullmatch(letters):
        raise DeskRefused("a key has nine words of five letters each")
    whole = b"".join(_number(letters[at : at + 5]).to_bytes(2, "big") for at in range(0, len(letters), 5))
    secret, check = whole[:KEY_BYTES], whole[KEY_BYTES:]
    if check != _check(secret):
        raise DeskRefused("one of the words is mistyped")
    return DeskKey(secret)


def _check(secret: bytes) -> bytes:
    return hashlib.blake2b(secret, digest_size=2, person=b"aggregator sum").digest()


def _quint(number: int) -> str:
    """A proquint: 16 bits as consonant, vowel, consonant, vowel, consonant."""
    made = ""
    for alphabet, bits in ((_CONSONANTS, 4), (_VOWELS, 2)) * 2 + ((_CONSONANTS, 4),):
        made = alphabet[number & ((1 << bits) - 1)] + made
        number >>= bits
    return made


def _number(quint: str) -> int:
    number = 0
    for letter in quint:
        alphabet, bits = (_VOWELS, 2) if letter in _VOWELS else (_CONSONANTS, 4)
        number = number << bits | alphabet.index(letter)
    return number
