"""Showing where a found paper says what was asked: `<mark>` around words, in HTML that is ready or in plain text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from aggregator.query import Node, Place, fold, positive
from aggregator.query.fold import words
from aggregator.query.tree import Word
from aggregator.search.parts import terms
from aggregator.search.phrases import SILENT

_TAG = re.compile(r"(<[^>]*>)")
# A character beyond ASCII that may be a letter, as cards write it; U+2000 to U+206B are none.
_LETTER = re.compile(r"&#(?!8(?:19[2-9]|2\d\d);)[0-9]")
_WORD = re.compile(r"[^\W_]+")
# With it begins what is no text of the paper: its reference, addresses, categories.
_FOOT = '<span class="Z3988"'
_SHOWN = frozenset({Place.ANYWHERE, Place.TITLE, Place.ABSTRACT, Place.AUTHOR})
SNIPPET = 240  # characters
_BEFORE = 60


class Highlighter:
    """Marks the words of one question, but for words that say nothing, unless there are no others."""

    def __init__(self, node: Node) -> None:
        asked = [part for part in positive(node) if part.place in _SHOWN]
        whole = [part for part in asked if not (isinstance(part, Word) and part.prefix)]
        said = [word for part in whole for word in words(part.text)]
        self._stems = frozenset(terms(" ".join([w for w in said if w not in SILENT] or said)))
        self._starts = tuple(found[-1] for part in asked if part not in whole if (found := words(part.text)))
        self._known: dict[str, bool] = {}
        self._begins = _begins([*self._stems, *self._starts])

    def mark(self, ready: str) -> str:
        """`ready` HTML with marks; nothing else of it changes. ASCII stays ASCII. The foot of a card gets none."""
        if not self._begins:
            return ready
        text, foot, rest = ready.partition(_FOOT)
        before, *formulas = text.split("<math")  # left alone: a mark inside MathML would change it
        made = [self._marked_around(before)]
        for piece in formulas:
            maths, end, behind = piece.partition("</math>")
            made += ["<math", maths, end, self._marked_around(behind)]
        return "".join([*made, foot, rest])

    def mark_text(self, text: str) -> str:
        """Plain text as safe HTML with marks."""
        return self.mark(html.escape(text, quote=False))

    def snippet(self, text: str, length: int = SNIPPET) -> str:
        """The piece of a plain text around the first word that was asked for, as safe HTML with marks."""
        found = next((place for place in _WORD.finditer(text) if self._is_asked(place[0])), None)
        start = max(0, found.start() - _BEFORE) if found else 0
        if start:
            start = text.find(" ", start) + 1
        end = start + length
        if end < len(text):
            end = max(text.rfind(" ", start, end), start + 1)
        piece = self.mark_text(" ".join(text[start:end].split()))
        return f"{'… ' if start else ''}{piece}{' …' if end < len(text) else ''}"

    def _marked_around(self, part: str) -> str:
        """HTML without formulas."""
        if not part.isascii():
            pieces = _TAG.split(part)
            pieces[::2] = [self._marked_html(piece) if piece else piece for piece in pieces[::2]]
            return "".join(pieces)
        if "&#" not in part:
            return self._marked_quickly(part)
        made, end = [], 0
        for start, stop in _lettered(part):
            made += [self._marked_quickly(part[end:start]), self._marked_html(part[start:stop])]
            end = stop
        return "".join([*made, self._marked_quickly(part[end:])])

    def _marked_quickly(self, part: str) -> str:
        """Where each letter stands for itself, only words that begin like one asked for are looked at."""
        lower, made, end = part.lower(), [], 0
        for start in sorted([place for begin in self._begins for place in _places(lower, begin)]):
            word = _WORD.match(part, start)
            if word and start >= end and self._is_asked(word[0]) and _is_text(part, *word.span()):
                made += [part[end:start], "<mark>", word[0], "</mark>"]
                end = word.end()
        return "".join([*made, part[end:]]) if made else part

    def _marked_html(self, part: str) -> str:
        """HTML without tags."""
        text, ascii_ = html.unescape(part), part.isascii()
        marked, end = [], 0
        for found in _WORD.finditer(text):
            if self._is_asked(found[0]):
                marked += [text[end : found.start()], found[0]]
                end = found.end()
        if not marked:
            return part
        made = [_escaped(piece, ascii_=ascii_) for piece in (*marked, text[end:])]
        made[1::2] = [f"<mark>{word}</mark>" for word in made[1::2]]
        return "".join(made)

    def _is_asked(self, word: str) -> bool:
        known = self._known.get(word)
        if known is None:
            spelt = fold(word)
            known = spelt.startswith(self._starts) if self._starts else False
            known = known or any(term in self._stems for term in terms(spelt))
            self._known[word] = known
        return known


def _lettered(part: str) -> Iterator[tuple[int, int]]:
    """Where a text between two tags writes letters as references."""
    stop = 0
    for found in _LETTER.finditer(part):
        if found.start() < stop:
            continue
        start = part.rfind(">", stop, found.start()) + 1 or stop
        if part.rfind("<", start, found.start()) >= start:  # inside a tag
            continue
        stop = part.find("<", found.end())
        stop = stop if stop >= 0 else len(part)
        yield start, stop


def _places(text: str, begin: str) -> Iterator[int]:
    """Where a word of `text` begins so."""
    place = text.find(begin)
    while place >= 0:
        if not text[place - 1 : place].isalnum():
            yield place
        place = text.find(begin, place + 1)


def _is_text(part: str, start: int, end: int) -> bool:
    """Whether a word of HTML is for readers, and no piece of a tag or of a reference such as `&amp;`."""
    if part.rfind("<", 0, start) > part.rfind(">", 0, start):
        return False
    return part[end : end + 1] != ";" or part[start - 1 : start] not in ("&", "#")


def _begins(asked: Iterable[str]) -> tuple[str, ...]:
    """How words may begin that are meant: stemming changes one letter at most of what it leaves (of the 90,000 words of
    50,000 abstracts all but "lying" and its like)."""
    starts = {term[: max(2, len(term) - 1)] for term in asked}
    return tuple(sorted(one for one in starts if not any(one != o and one.startswith(o) for o in starts)))


def _escaped(text: str, *, ascii_: bool) -> str:
    """As text in HTML; all beyond ASCII as references where it came so."""
    made = html.escape(text, quote=False)
    return made.encode("ascii", "xmlcharrefreplace").decode() if ascii_ else made
