r"""One spelling for what reads the same: `Schrödinger`, `Schr\"odinger` and `SCHRODINGER` are one word."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

from aggregator.normalise import tex

# Letters that Unicode does not take apart.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ȷ": "j", "ŋ": "n"}
)
_BEYOND = re.compile(r"[^\x00-\x7f]+")
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Lower case without accents, ligatures and width; compatible forms as one (ﬁ, x², 𝒪)."""
    return text.lower() if text.isascii() else _BEYOND.sub(_folded, text.lower())


def _folded(found: re.Match[str]) -> str:
    return _fold_run(found[0])


@lru_cache(maxsize=4096)
def _fold_run(run: str) -> str:
    """Of characters beyond ASCII: they do not change what stands beside them, and most texts hold few."""
    apart = unicodedata.normalize("NFKD", run.casefold())
    return "".join([c for c in apart if not unicodedata.combining(c)]).casefold().translate(_LETTERS)


def words(text: str) -> list[str]:
    """The folded words of a text: runs of letters and digits."""
    return _WORD.findall(fold(text))


def tidy(text: str) -> str:
    """A question in one line, with TeX read as the papers' own texts are."""
    line = " ".join(text.encode("utf-8", "replace").decode().split())
    return tex.to_text(line) if "\\" in line or "$" in line else line


def same_title(title: str) -> str:
    """The same for titles that differ in nothing but case, accents, white space and punctuation."""
    spelt = " ".join(words(title))
    return hashlib.blake2b(spelt.encode("utf-8", "replace"), digest_size=8).hexdigest()
