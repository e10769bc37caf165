"""MathML made fit for the pages. Their policy (CSP) allows no inline styles, and a phone no long lines.

math-core writes a style attribute on about one formula in 300: aligned columns, negative spaces, colours. Each
declaration that carries meaning has a class in maths.css; colours go, since they were chosen for white paper.
"""

from __future__ import annotations

import re

from aggregator.site.text import clean

_STYLE = re.compile(r'(<[a-z][^<>]*?) style="([^"]*)"')
_CLASSES = {
    "text-align:left": "m-left",
    "text-align:right": "m-right",
    "text-align:center": "m-centre",
    "padding-left:0": "m-pl-0",
    "padding-right:0": "m-pr-0",
    "padding-left:1em": "m-pl-1",
    "padding-left:0.1667em": "m-pl-thin",
    "padding-right:0.1667em": "m-pr-thin",
    "width:50%": "m-half",
    "width:100%": "m-whole",
}
_NEGATIVE = re.compile(r"margin-left:-0\.\d+em")


_SHOWN = re.compile(">([^<]+)")
_REFERENCE = re.compile("&[a-zA-Z#0-9]+;")
_LONG = 26  # visible characters that hardly fit a line of 360 pixels
_PUNCTUATION = frozenset(",.;:!?)")
_LONG_MARKUP = 8 * _LONG  # no shorter markup shows as many


def prepare(html: str) -> str:
    """Safe HTML made fit for our pages.

    No inline styles, no control characters; long formulas marked for narrow screens; a formula and the comma behind it
    kept on one line (browsers break there, and a word joiner does not stop them: tried in Chromium).
    """
    plain = clean(without_styles(html))
    if "<math" not in plain:
        return plain
    first, *behind = plain.split("</math>")
    out, piece = [], first
    for following in behind:
        made, piece = _formula(piece, following)
        out.append(made)
    return "".join(out) + piece


def _formula(piece: str, following: str) -> tuple[str, str]:
    """`piece` ends within a formula. Gives it whole, and what is left of `following`."""
    start = piece.rfind("<math")
    before, maths = piece[:start], piece[start:]
    if len(maths) >= _LONG_MARKUP and _shows_much(maths):
        return f'{before}<math class="m-long"{maths[5:]}</math>', following
    if following[:1] in _PUNCTUATION:
        return f'{before}<span class="m-keep">{maths}</math>{following[0]}</span>', following[1:]
    return f"{piece}</math>", following


def _shows_much(maths: str) -> bool:
    shown = "".join(_SHOWN.findall(maths))
    return len(shown) >= _LONG and ("&" not in shown or len(_REFERENCE.sub("", shown)) >= _LONG)


def without_styles(html: str) -> str:
    """Safe HTML with every style attribute turned into classes, or dropped where no class stands for it."""
    return _STYLE.sub(_as_class, html) if " style=" in html else html


def _as_class(found: re.Match[str]) -> str:
    tag, declarations = found.groups()
    names = dict.fromkeys(filter(None, map(_class_of, declarations.split(";"))))
    if not names:
        return tag
    if ' class="' in tag:
        return tag.replace(' class="', f' class="{" ".join(names)} ', 1)
    return f'{tag} class="{" ".join(names)}"'


def _class_of(declaration: str) -> str | None:
    wanted = "".join(declaration.split())
    return "m-back" if _NEGATIVE.fullmatch(wanted) else _CLASSES.get(wanted)
