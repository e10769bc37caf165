r"""Titles, abstracts and comments: from the source's text to inline HTML and to plain Unicode.

arXiv's texts are TeX to a degree: formulas in dollars, accents, a few text commands, and much that only looks like
TeX. HTML in a source has no meaning: tags and entities are shown as the characters they are.
"""

from __future__ import annotations

import re

from aggregator.normalise import characters, links
from aggregator.normalise.reader import Reader
from aggregator.normalise.writer import Rendered, escape

__all__ = ["Rendered", "formulas", "paragraphs", "paragraphs_html", "render", "to_html", "to_text"]

# A line that ends in % inside a formula continues on the next one; in prose "5 %" may end a line.
_LINE_COMMENT = re.compile(r"(?<=[{}&\]])%[ \t]*\n\s*")
# arXiv starts a paragraph at a line that begins with white space (help page "Metadata", on abstracts).
_PARAGRAPH = re.compile(r"\n[ \t]*(?:\n\s*|(?<=[ \t]))(?=\S)")
_PAIRED = re.compile(r"\\.|\$\$?|\\[\[\]]", re.DOTALL)


def render(text: str, *, linked: bool = True, block: bool = True) -> Rendered:
    """`text` as inline HTML (well-formed XML too) and as plain text, white space collapsed.

    `linked=False` for a text that stands inside a link; `block=False` keeps displayed formulas in the line.
    """
    source = _clean(text)
    if _is_simple(source):
        return Rendered(escape(source), source)
    html, plain = Reader(source, linked=linked, block=block).read()
    return Rendered(html.strip(" "), " ".join(plain.split()))


def to_html(text: str, *, linked: bool = True) -> str:
    """Inline HTML of `text`."""
    return render(text, linked=linked).html


def to_text(text: str) -> str:
    """Plain Unicode of `text`: accents and symbols resolved, formulas short."""
    return render(text, linked=False).text


def paragraphs(abstract: str) -> Rendered:
    """An abstract as one or more `<p>…</p>`, and as plain text with empty lines between paragraphs."""
    pieces = [render(piece) for piece in _split(abstract)]
    if len(pieces) == 1:
        return Rendered(f"<p>{pieces[0].html}</p>", pieces[0].text)
    return Rendered("".join(f"<p>{p.html}</p>" for p in pieces), "\n\n".join(p.text for p in pieces))


def paragraphs_html(abstract: str) -> str:
    """The HTML of `paragraphs`."""
    return paragraphs(abstract).html


def formulas(text: str) -> list[str]:
    """The sources of all formulas in delimiters found in `text`, in order."""
    found: list[str] = []
    for piece in _split(text):
        reader = Reader(_clean(piece))
        reader.read()
        found += reader.out.formulas
    return found


def _clean(text: str) -> str:
    if "%" in text:
        text = _LINE_COMMENT.sub("", text)
    line = text.replace("\n", " ").strip(" ")
    if line.isprintable() and "  " not in line:  # of all white space only the blank is printable
        return line
    return characters.clean(" ".join(text.split()))


def _is_simple(text: str) -> bool:
    """Most texts hold nothing that needs reading; substring search is many times faster than any pattern."""
    return not (
        "\\" in text
        or "$" in text
        or "--" in text
        or "{" in text
        or "~" in text
        or "`" in text
        or "''" in text
        or "://" in text
        or links.may_refer(text)
    )


def _split(abstract: str) -> list[str]:
    """The paragraphs; a formula that spans several lines is not cut."""
    text = abstract.strip()
    if "\n" not in text:
        return [text]
    pieces: list[str] = []
    for piece in _PARAGRAPH.split(text):
        if pieces and _is_open(pieces[-1]):
            pieces[-1] += " " + piece
        else:
            pieces.append(piece)
    return pieces


def _is_open(piece: str) -> bool:
    if piece.count("\\begin{") > piece.count("\\end{") or piece.count("\\[") > piece.count("\\]"):
        return True
    return (piece.count("$") - piece.count("\\$")) % 2 == 1 or piece.count("$$") % 2 == 1
