"""TeX's text accents and letters, as Unicode.

The usual ones are composed here with `unicodedata`; what is rarer comes from pylatexenc, imported only then
(its import costs as much as normalising a thousand papers).
"""

from __future__ import annotations

import functools
import re
import unicodedata

# Accent command → combining character (The TeXbook, chapter 9).
COMBINING: dict[str, str] = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "d": "\u0323",
    "c": "\u0327",
    "k": "\u0328",
    "b": "\u0331",
    "t": "\u0361",
}

# Commands that stand for a letter: TeX swallows the space behind them.
LETTERS: dict[str, str] = {
    "o": "ø",
    "O": "Ø",
    "l": "ł",
    "L": "Ł",
    "ss": "ß",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "OE": "Œ",
    "aa": "å",
    "AA": "Å",
    "dh": "ð",
    "DH": "Ð",
    "th": "þ",
    "TH": "Þ",
    "dj": "đ",
    "DJ": "Đ",
    "ng": "ŋ",
    "NG": "Ŋ",
    "i": "ı",
    "j": "ȷ",
}

_PLAIN_REPLACEMENT = re.compile(r"[^\x00-\x1f\\%{}]{1,3}")
_DOTTED = {"ı": "i", "ȷ": "j"}


@functools.lru_cache(maxsize=1024)
def compose(accent: str, letter: str) -> str | None:
    """`letter` under `accent` (a key of COMBINING) as one Unicode text; None where that makes no letter.

    The letter may itself be a command such as `\\i`.
    """
    base = LETTERS.get(letter[1:].strip(), "") if letter.startswith("\\") else letter
    base = _DOTTED.get(base, base)
    if not base or not base[0].isalpha():
        return None
    return unicodedata.normalize("NFC", base[0] + COMBINING[accent] + base[1:])


@functools.lru_cache(maxsize=1024)
def symbol(name: str) -> str | None:
    """The character that pylatexenc knows for the text command `\\name`, or None."""
    from pylatexenc.latex2text import get_default_latex_context_db  # noqa: PLC0415 – slow to import, seldom needed

    spec = get_default_latex_context_db().get_macro_spec(name)
    found = getattr(spec, "simplify_repl", None)
    if isinstance(found, str) and _PLAIN_REPLACEMENT.fullmatch(found) and not found.isspace():
        return found
    return None
