"""Showing where a found paper says what was asked: `<mark>` around words, in HTML that is ready or in plain text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from aggregator.query import Node, Place, fold, positive
from aggregator.query.fold import words
from aggregator.query.tree import Word
from aggregator.search.compile import SILENT, terms

# Formulas are left alone: a mark inside MathML would change them.
_APART = re.compile(r"(<math\b.*?</math>|<[^>]*>)", re.DOTALL)
_WORD = re.compile(r"[^\W_]+")
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
        self._likely = _likely([*self._stems, *self._starts])

    def mark(self, ready: str) -> str:
        """`ready` HTML with marks; nothing else of it changes. ASCII stays ASCII."""
        if self._likely is None:
            return ready
        parts = _APART.split(ready)
        parts[::2] = [self._marked_html(part) if part else part for part in parts[::2]]
        return "".join(parts)

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

    def _marked_html(self, part: str) -> str:
        if "&" not in part:
            return self._marked(part)
        text = html.unescape(part)
        marked, end = [], 0
        for found in self._pattern(text).finditer(text):
            if self._is_asked(found[0]):
                marked += [_escaped(text[end : found.start()]), f"<mark>{_escaped(found[0])}</mark>"]
                end = found.end()
        return "".join([*marked, _escaped(text[end:])]) if marked else part

    def _marked(self, text: str) -> str:
        return self._pattern(text).sub(self._wrapped, text)

    def _pattern(self, text: str) -> re.Pattern[str]:
        return self._likely if self._likely and text.isascii() else _WORD

    def _wrapped(self, found: re.Match[str]) -> str:
        return f"<mark>{found[0]}</mark>" if self._is_asked(found[0]) else found[0]

    def _is_asked(self, word: str) -> bool:
        known = self._known.get(word)
        if known is None:
            spelt = fold(word)
            known = spelt.startswith(self._starts) if self._starts else False
            known = known or any(term in self._stems for term in terms(spelt))
            self._known[word] = known
        return known


def _likely(asked: Iterable[str]) -> re.Pattern[str] | None:
    """ASCII words that may be meant: stemming leaves a word's first letters alone. None when nothing was asked."""
    starts = sorted({re.escape(term[:2]) for term in asked})
    return re.compile(rf"\b(?:{'|'.join(starts)})[^\W_]*", re.IGNORECASE) if starts else None


def _escaped(text: str) -> str:
    """As text in HTML, in ASCII."""
    return html.escape(text, quote=False).encode("ascii", "xmlcharrefreplace").decode()
