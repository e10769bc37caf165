r"""A formula as short readable text, for search, feeds and window titles: `O(n^{3})` → "O(n^3)"."""

from __future__ import annotations

import functools
import html
import re

from aggregator.normalise import maths
from aggregator.normalise.commands import words

_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}|\\[dt]?frac\s*([0-9])\s*([0-9])")
_MARKS = re.compile(r"\\(?:begin|end|label|tag\*?)\s*\{[^{}]*\}")
_DOUBLE_STRUCK = re.compile(r"\\(?:mathbb|mathds|mathbbm|Bbb)\s*\{?\s*([A-Za-z1])\s*\}?")
_COMMAND = re.compile(r"\\(?:([A-Za-z]+)(\*?)|(.))(\s*)", re.DOTALL)
_SCRIPT = re.compile(r"([\^_])\s*\{([^{}]*)\}")
_SHORT = re.compile(r"[-+−]?[\w.'*∞]+|[*†+−-]")
_TAG = re.compile(r"<[^>]*>")
_INVISIBLE = re.compile(r"[\ufe00-\ufe0f\u2061-\u2064]")

_SILENT = words(
    "left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr middle mathcal mathrm mathbf mathit "
    "mathsf mathtt mathfrak mathscr mathnormal mathop mathbin mathrel operatorname text textrm textit textbf textsf "
    "texttt textsc mbox hbox boldsymbol bm pmb boldmath ensuremath displaystyle textstyle scriptstyle limits "
    "nolimits rm bf it cal sf tt em nonumber notag mathord overline bar underline hat widehat tilde "
    "widetilde vec xspace"
)
_SIGNS = {
    ",": " ",
    ";": " ",
    ":": " ",
    " ": " ",
    ">": " ",
    "!": "",
    "\\": " ",
    "{": "\x01",
    "}": "\x02",
    "|": "‖",
}
_OWN_SIGNS = {
    "quad": " ",
    "qquad": " ",
    "ldots": "…",
    "dots": "…",
    "cdots": "⋯",
    "sqrt": "√",
    "prime": "′",
    "to": "→",
}


@functools.lru_cache(maxsize=4096)
def formula(tex: str) -> str:
    """Plain Unicode for a formula without delimiters. What is unknown stays as its source; never fails."""
    if "\\" in tex:
        if "\\begin" in tex or "\\label" in tex or "\\tag" in tex:
            tex = _MARKS.sub(" ", tex)
        if "frac" in tex:
            tex = _FRACTION.sub(_fraction, tex)
        if "bb" in tex or "mathds" in tex:
            tex = _DOUBLE_STRUCK.sub(lambda found: symbol(rf"mathbb{{{found[1]}}}") or found[1], tex)
        tex = _COMMAND.sub(_command, tex)
    if "{" in tex:
        tex = _without_groups(tex)
    return " ".join(tex.replace("~", " ").replace("\x01", "{").replace("\x02", "}").split())


@functools.lru_cache(maxsize=2048)
def symbol(name: str) -> str | None:
    r"""What `\name` without arguments prints ("α", "log"), or None when it prints nothing by itself."""
    mathml = maths.convert("\\" + name)
    if mathml is None:
        return None
    printed = _INVISIBLE.sub("", html.unescape(_TAG.sub("", mathml)))
    return printed if 0 < len(printed) <= 8 and not printed.isspace() else None


def _fraction(found: re.Match[str]) -> str:
    upper, lower = found[1] or found[3] or "", found[2] or found[4] or ""
    return f"{_bracketed(upper)}/{_bracketed(lower)}"


def _bracketed(text: str) -> str:
    return text if re.fullmatch(r"\\?\w*", text) else f"({text})"


def _command(found: re.Match[str]) -> str:
    name, star, sign, space = found.groups()
    if sign is not None:
        return _SIGNS.get(sign, sign) + space
    if name in _SILENT:
        return ""
    shown = _OWN_SIGNS.get(name) or symbol(name)
    if shown is None:
        return found[0]
    # "sin θ", but "αβ"
    behind = found.string[found.end() : found.end() + 1]
    gap = " " if len(shown) > 1 and shown.isalpha() and (behind.isalnum() or behind == "\\") else space
    return shown + star + gap


def _without_groups(tex: str) -> str:
    for _ in range(4):
        tex, count = _SCRIPT.subn(_script, tex)
        if not count:
            break
    return tex.replace("{", "").replace("}", "")


def _script(found: re.Match[str]) -> str:
    inside = found[2].strip()
    return found[1] + (inside if _SHORT.fullmatch(inside) else f"({inside})")
