r"""Where a formula in dollars ends, and whether it is one at all.

Authors write `$x$`, `$ x $`, `$5 million`, and forget dollars. TeX would take whatever stands between two dollars;
here a stretch of prose or a sum of money stays text, so that one lost dollar does not swallow half an abstract.
"""

from __future__ import annotations

import re

_INLINE = re.compile(r"\$((?:[^$\\]|\\.)*+)\$", re.DOTALL)
_DISPLAY = re.compile(r"\$\$((?:[^$\\]|\\.|\$(?!\$))++)\$\$", re.DOTALL)
_ESCAPED_BRACE = re.compile(r"\\[{}]")
_TEX = re.compile(r"[\\^_{}=<>]")
_WITHOUT_COMMANDS = re.compile(
    r"\\(?:text[a-z]*|mbox|hbox|mathrm|mathbf|operatorname\*?|mathit|mathsf|label|begin|end)\s*\{[^{}]*\}|\\[A-Za-z]+|\\."
)
_SMALL_WORDS = re.compile(
    r"(?<![A-Za-z_^{])(?:the|and|of|for|with|is|are|we|that|in|to|from|which|where|by|an|as|on|this|these|our|has|have"
    r"|be|can|it|its|at|or|per|over|than|was|were|between|such|not|does)(?![A-Za-z}])"
)
_WORDS = re.compile(r"(?<![A-Za-z])[A-Za-z]{3,}(?![A-Za-z])")
_LETTER = re.compile(r"[A-Za-z]")
LINKS = ("\\href", "\\url")  # that some put between dollars
_NESTED = 8  # how many inner dollars a formula may have, in \text{…}


def between(text: str, start: int) -> tuple[str, int]:
    """What stands between the dollar at `start` and the next, and the index behind that; nothing where none comes."""
    found = _INLINE.match(text, start)
    return (found[1], found.end()) if found else ("", start)


def is_plain(inside: str, behind: str) -> bool:
    """Whether `inside`, between two dollars and followed by `behind`, is a formula that ends there and is no link."""
    if _open_braces(inside) > 0 or inside.lstrip().startswith(LINKS):
        return False
    return is_maths(inside, behind)


def formula(text: str, start: int) -> tuple[str, int, bool] | None:
    """The formula whose opening dollar is at `start`: its source, the index behind it, whether it is displayed.

    None where that dollar opens no formula.
    """
    if text.startswith("$$", start):
        found = _DISPLAY.match(text, start)
        return (found[1], found.end(), True) if found and not found[1].isspace() else None
    inside, end = between(text, start)
    if _open_braces(inside) > 0:
        inside, end = _longer(text, start, end) or (inside, end)
    return (inside, end, False) if is_maths(inside, text[end : end + 1]) else None


def is_maths(inside: str, behind: str = "") -> bool:
    """Whether `inside`, between two dollars and followed by `behind`, is a formula and not prose or money."""
    if not inside or inside.isspace() or _is_money(inside, behind):
        return False
    if " " not in inside or inside.startswith(LINKS):
        return True
    loose = inside[0].isspace() or inside[-1].isspace()
    rest = _WITHOUT_COMMANDS.sub(" ", inside)
    small = len(_SMALL_WORDS.findall(rest))
    if small and (small >= 3 or loose or not _TEX.search(inside)):
        return False
    return len(_WORDS.findall(rest)) < (3 if loose else 6)


def _is_money(inside: str, behind: str) -> bool:
    if not inside[0].isdigit() or _TEX.search(inside):
        return False
    return behind.isdigit() or (inside[-1] in " (" and _LETTER.search(inside) is not None)


def _open_braces(inside: str) -> int:
    if "{" not in inside:
        return 0
    bare = _ESCAPED_BRACE.sub("", inside)
    return bare.count("{") - bare.count("}")


def _longer(text: str, start: int, end: int) -> tuple[str, int] | None:
    r"""The formula up to a later dollar that closes its braces: `$x \\text{ if $y$}$`."""
    for _ in range(_NESTED):
        found = _INLINE.match(text, end - 1)
        if found is None:
            return None
        end = found.end()
        if _open_braces(text[start + 1 : end - 1]) == 0:
            return text[start + 1 : end - 1], end
    return None
