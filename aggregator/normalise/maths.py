r"""One formula: TeX → MathML that is safe to print, or None.

math-core converts; nothing of what it writes is trusted. Every tag and attribute must be on the list below, what
authors wrote must stand in leaves that hold no tag, and where they wrote a `<` the whole must be well-formed, else the
formula counts as not converted. (math-core 0.9 does not escape the single `<` of `\operatorname{<}`.) No element here
can load, link or run anything.
"""

from __future__ import annotations

import functools
import html
import re
from xml.parsers import expat

import math_core

from aggregator.normalise import characters, macros
from aggregator.normalise.commands import words

LONGEST = 4000  # characters of one formula
SHORT = 200  # of those that are remembered
# The converter recurses for each open command, about 3 kB of stack each, and a full stack ends the process.
_MOST_COMMANDS = 150

_LEAVES = ("mi", "mo", "mn", "mtext", "ms")
_OTHERS = (
    "mrow|msub|msup|mspace|msubsup|mfrac|mover|msqrt|munder|munderover|mroot"
    "|mmultiscripts|mprescripts|mtable|mtr|mtd|mpadded|mphantom|menclose"
)
_ATTRIBUTES = (
    "displaystyle|scriptlevel|mathvariant|stretchy|symmetric|largeop|movablelimits|form|fence|separator|lspace|rspace"
    "|minsize|maxsize|width|height|depth|voffset|accent|accentunder|linethickness|notation"
)
# Possessive (++, *+): linear time on any input. A leaf is read as a whole, which halves the steps.
_GIVEN = rf'(?: (?:{_ATTRIBUTES})="[^"<>&]*+"| class="m-(?:left|right)")*+'
_TEXT = "[^<>&]*+(?:&(?:lt|gt|amp);[^<>&]*+)*+"
_LEAF = "|".join(f"{name}{_GIVEN}>{_TEXT}</{name}>" for name in _LEAVES)
_SAFE = re.compile(rf"<math>(?:<(?:{_LEAF}|(?:{_OTHERS}){_GIVEN}/?>|/(?:{_OTHERS})>))*+</math>")
# Of the styles only the alignment of cells matters; it becomes a class, for inline styles need a weaker CSP.
_STYLE = re.compile(r' style="([^"<>]*)"')
_TEXT_MARKUP = re.compile(
    r'</?(?:b|i|em|s|u|code)>|<span (?:class="math-core-[a-z-]+"|style="[a-z: -]+")>|</span>'
)
_MENCLOSE_HELPER = re.compile(r'<mrow class="menclose-[a-z]+"></mrow>')
_NAMED = re.compile(r"&(?!(?:lt|gt|amp);)[A-Za-z]+;")

_DEFINITION = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|[egx]?def|let|newenvironment|DeclareMathOperator)(?![A-Za-z])"
)
_PERCENT = re.compile(r"(?<!\\)((?:\\\\)*)%")
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{\s*([A-Za-z]+)\*?\s*\}")
_NO_ENVIRONMENT = words("equation math displaymath subequations document center")
_SAME_AS = {
    "align": "aligned", "gather": "gathered", "multline": "gathered", "split": "aligned", "flalign": "aligned",
    "smallmatrix": "matrix", "cases": "cases", "tabular": "array",
}  # fmt: skip
_LABEL = re.compile(r"\\(?:label|tag\*?)\s*\{[^{}]*\}|\\(?:nonumber|notag)(?![A-Za-z])")


def convert(tex: str, display: bool = False) -> str | None:
    """A `<math>` element whose `alttext` is the source, or None when the formula cannot be converted.

    `tex` is the formula without its delimiters. `display` gives it a line of its own. The last 8,192 short
    formulas are remembered (about two in three come again).
    """
    return _remembered(tex, display) if len(tex) <= SHORT else _convert(tex, display)


def cause(tex: str) -> str:
    """Why `tex` is not converted, in a few words without its particulars; empty when it is."""
    if convert(tex) is not None:
        return ""
    try:
        found = _mathml(tex) if characters.is_clean(tex) else None
    except math_core.LatexError as error:
        return re.sub(r"^\d+: ", "", str(error))
    return "more than we accept" if found is None else "not safe to print"


def _convert(tex: str, display: bool) -> str | None:
    try:
        found = _mathml(tex) if characters.is_clean(tex) else None
    except math_core.LatexError:
        return None
    if found is None:
        return None
    source, mathml = found
    if _SAFE.fullmatch(mathml) is None and _SAFE.fullmatch(mathml := _plain(mathml)) is None:
        return None
    if "<" in source and not _is_well_formed(mathml):
        return None
    block = ' display="block"' if display else ""
    return f'<math{block} alttext="{html.escape(tex)}"{mathml[5:]}'


_remembered = functools.lru_cache(maxsize=8192)(_convert)


def forget() -> None:
    """Forgets the remembered formulas, for measurements."""
    _remembered.cache_clear()


@functools.cache
def _converter() -> math_core.LatexToMathML:
    return math_core.LatexToMathML(
        macros=macros.table(), allow_unreliable_rendering=True, fancy_error=False, max_expansions=500
    )


def _mathml(tex: str) -> tuple[str, str] | None:
    """What math-core was given, mended once if it refuses, and its own answer. Raises LatexError with the first
    refusal."""
    if (len(tex) > _MOST_COMMANDS and _is_too_much(tex)) or ("\\" in tex and _defines(tex)):
        return None
    source = _prepared(tex)
    try:
        return source, _converter().convert_with_local_state(source, displaystyle=False)
    except math_core.LatexError as first:
        mended = _mended(source)
        if mended == source:
            raise
        try:
            return mended, _converter().convert_with_local_state(mended, displaystyle=False)
        except math_core.LatexError:
            raise first from None


def _is_too_much(tex: str) -> bool:
    return len(tex) > LONGEST or tex.count("\\") + tex.count("{") > _MOST_COMMANDS


def _defines(tex: str) -> bool:
    """Whether authors' own definitions are in it: expanding them could take any amount of memory."""
    return ("def" in tex or "let" in tex or "ommand" in tex or "new" in tex or "Declare" in tex) and bool(
        _DEFINITION.search(tex)
    )


# ── before: what authors write ──


def _prepared(tex: str) -> str:
    if "%" in tex:  # in an abstract it means per cent, not a comment
        tex = _PERCENT.sub(r"\1\\%", tex)
    if "\\" not in tex:
        return tex
    if "\\begin" in tex:
        tex = _ENVIRONMENT.sub(_unnumbered, tex)
    return _LABEL.sub("", tex) if "\\label" in tex or "\\no" in tex or "\\tag" in tex else tex


def _unnumbered(found: re.Match[str]) -> str:
    side, name = found.groups()
    if name in _NO_ENVIRONMENT:
        return ""
    if name == "eqnarray":
        return r"\begin{array}{rcl}" if side == "begin" else r"\end{array}"
    return rf"\{side}{{{_SAME_AS.get(name, name)}}}"


def _character(found: re.Match[str]) -> str:
    digits = found[1]
    code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    return chr(code) if code < 0x110000 and chr(code).isprintable() else found[0]


def _text_outside(found: re.Match[str]) -> str:
    r"""`\text{if $x$ is}` → `\text{if }x\text{ is}`."""
    pieces = found[2].split("$")
    return "".join(p if n % 2 else f"\\text{{{p}}}" for n, p in enumerate(pieces) if p)


# What stops the converter and has one reading; tried in this order, together.
_MENDING: tuple[tuple[re.Pattern[str], object], ...] = (
    (re.compile(r"&lt;"), "<"),
    (re.compile(r"&gt;"), ">"),
    (re.compile(r"&amp;"), r"\\&"),
    (re.compile(r"(?<!\\)#"), r"\\#"),
    (re.compile(r"\\unicode\s*\{([xX][0-9A-Fa-f]{2,6}|[0-9]{2,7})\}"), _character),
    (
        re.compile(r"\\(text(?:rm|it|bf|sf|sc)?|mbox|hbox)\s*\{((?:[^{}$]*+\$[^$]*+\$)++[^{}$]*+)\}"),
        _text_outside,
    ),
    (
        re.compile(r"\\(?:text|mbox|hbox)\s*\{\s*\\(rm|bf|it|sf|tt)(?![A-Za-z])\s*([^{}\\]*)\}"),
        r"{\\\1 \\text{\2}}",
    ),
    (re.compile(r"\\(?:cite|citep|citet|ref|eqref|cref)\s*\{[^{}]*\}"), r"\\text{[…]}"),
    (re.compile(r"\\(?:[hv]space\*?\s*\{[^{}]*\}|[hv]skip\s*-?[0-9.]+\s*[a-z]{2})"), r"\\ "),
    (re.compile(r"\\(?:raise|lower)\s*-?[0-9.]+\s*[a-z]{2}"), ""),
    (re.compile(r"(\\begin\s*\{array\})\s*\[[a-z]\]"), r"\1"),
    (re.compile(r"([_^])\s*\\(rm|bf|it|cal|sf|mathrm)\s+([A-Za-z]+)"), r"\1{\\\2 \3}"),
    (re.compile(r"\\[\"'`^=~]\s*\{?([A-Za-z])\}?"), r"\\text{\g<0>}"),
    (re.compile(r"\\~"), r"\\tilde "),
    (re.compile(r"\\=\s*(?![A-Za-z{])"), "="),
    (re.compile(r"\\buildrel\s*(.*?)\\over\s*(\\[A-Za-z]+|\{[^{}]*\}|\S)"), r"\\stackrel{\1}{\2}"),
    (re.compile(r"\\operatorname(\*?)\s*\{([^{}]*)_([^{}]*)\}"), r"\\operatorname\1{\2\\_\3}"),
    (re.compile(r"\\operatorname\*?\s*\{\s*(\\[a-z]+\s*\{[^{}]*\})\s*\}"), r"\1"),
    (re.compile(r"(\^(?:\{[^{}]*\}|[0-9A-Za-z]))('+)"), r"{}\1{}\2"),
)


def _mended(tex: str) -> str:
    for pattern, replacement in _MENDING:
        if pattern.search(tex):  # rarely, and a fifth of the cost of `sub`, which reads the replacement first
            tex = pattern.sub(replacement, tex)  # type: ignore[call-overload]
    return tex


# ── after: what may be printed ──


def _is_well_formed(mathml: str) -> bool:
    """For what was made of a text with a `<`, where tags may be its author's. Without one all tags are math-core's own:
    the tests hold them to be well-formed, and a browser would end at `</math>` whatever is open."""
    try:
        expat.ParserCreate().Parse(mathml, True)
    except expat.ExpatError:
        return False
    return True


def _plain(mathml: str) -> str:
    """Without inline styles, HTML inside texts and named entities, which MathML in a feed must not have."""
    if "&" in mathml:
        mathml = _NAMED.sub(lambda found: html.unescape(found[0]), mathml)
    if ' style="' in mathml or "<mtext><" in mathml:
        mathml = _STYLE.sub(_alignment, _TEXT_MARKUP.sub("", mathml))
    return _MENCLOSE_HELPER.sub("", mathml) if "menclose" in mathml else mathml


def _alignment(found: re.Match[str]) -> str:
    if "text-align: right" in found[1]:
        return ' class="m-right"'
    return ' class="m-left"' if "text-align: left" in found[1] else ""
