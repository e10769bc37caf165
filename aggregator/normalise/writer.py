r"""Writes a text twice, as inline HTML and as plain Unicode, piece by piece.

Every piece of a source goes through exactly one of `say`, `prose` (both escape), `formula`, `link` or `append`, so
nothing of the source reaches the HTML as markup.
"""

from __future__ import annotations

import html
import re
from typing import NamedTuple

from aggregator.normalise import links, maths, plain

_DASHES = re.compile(r"(?<![-<!])(-{2,3})(?![->])")
_CLOSING_QUOTES = re.compile(r"(?<![0-9'])''(?!')")


class Rendered(NamedTuple):
    """One text, twice."""

    html: str
    text: str


def escape(text: str) -> str:
    """`text` for HTML and XML character data."""
    if "&" in text or "<" in text or ">" in text:
        return html.escape(text, quote=False)
    return text


class Writer:
    """Collects the two texts, and the sources of the formulas in them.

    `linked` makes addresses links (never inside another link); `block` lets a displayed formula have its own line.
    """

    def __init__(self, *, linked: bool, block: bool) -> None:
        self.linked = linked
        self.block = block
        self.formulas: list[str] = []
        self._html: list[str] = []
        self._text: list[str] = []

    def rendered(self) -> Rendered:
        return Rendered("".join(self._html), "".join(self._text))

    def append(self, piece: Rendered) -> None:
        self._html.append(piece.html)
        self._text.append(piece.text)

    def say(self, text: str) -> None:
        self._html.append(escape(text))
        self._text.append(text)

    def prose(self, text: str) -> None:
        """Text without commands: TeX's dashes and quotes, and references to arXiv and DOIs."""
        if "--" in text:
            text = _DASHES.sub(lambda dashes: "–—"[len(dashes[1]) - 2], text)
        if "''" in text:
            text = _CLOSING_QUOTES.sub("”", text)
        if self.linked and links.may_refer(text):
            self._referring(text)
        else:
            self.say(text)

    def _referring(self, text: str) -> None:
        position = 0
        for start, end, url in links.references(text):
            self.say(text[position:start])
            self.link(url, Rendered(escape(text[start:end]), text[start:end]))
            position = end
        self.say(text[position:])

    def link(self, url: str, label: Rendered) -> None:
        """A link to `url`, which must be safe; only its label where links are not wanted."""
        self._html.append(links.anchor(url, label.html) if self.linked else label.html)
        self._text.append(label.text)

    def formula(self, source: str, tex: str, display: bool) -> None:
        """`tex` as MathML, or `source` (with its delimiters) as it stands."""
        tex = tex.strip()
        self.formulas.append(tex)
        mathml = maths.convert(tex, display and self.block)
        self._html.append(mathml or f'<span class="tex">{escape(source)}</span>')
        self._text.append(plain.formula(tex))

    def wrap(self, element: str, inner: Rendered) -> None:
        """`inner` inside `element` (a name, perhaps with attributes; empty for none)."""
        name = element.partition(" ")[0]
        self._html.append(f"<{element}>{inner.html}</{name}>" if element else inner.html)
        self._text.append(inner.text)
