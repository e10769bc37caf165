"""How many formulas of real papers become MathML, and why the rest do not.

    python benchmarks/maths_share.py [papers]

The recorded papers, 50,000 at most: each formula as often as it comes. Beside the share stand the commonest causes of
the rest, and the commands that papers use and math-core does not know.
"""

from __future__ import annotations

import gzip
import re
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import islice

import msgspec
from _frame import CORPUS, Figure, Goal, inside, main_of, recording

from aggregator.normalise import maths, tex

GOAL = 98  # of a hundred
SHOWN = 10
_PRIVATE = re.compile(r'Unknown command "(.*)"\.?', re.DOTALL)
_OWN = "a command that only the author's preamble knows"


class _Texts(msgspec.Struct):
    title: str
    abstract: str


def shares() -> Figure:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else None
    formulas = [formula for text in islice(texts(), most) for formula in tex.formulas(text)]
    different = {formula: maths.convert(formula) for formula in formulas}
    made = [found for formula in formulas if (found := different[formula])]
    causes = Counter(maths.cause(formula) for formula in formulas if different[formula] is None)
    share = 100 * len(made) / len(formulas)
    size = sum(len(one.encode()) for one in made) / len(made)
    spent = _again(list(different)) / len(different)
    return Figure(
        "Mathematics: what becomes MathML",
        f"{len(formulas):,} formulas of real titles and abstracts, {len(different):,} different",
        goals=[Goal("formulas that become MathML, %", share, GOAL)],
        remarks=[
            f"{size:.0f} bytes a formula on average, the source in alttext included",
            f"{1 / spent:,.0f} different formulas a CPU second",
            f"unknown commands: {_commonest(Counter(_private(causes)))}",
        ],
        table=[["cause of the rest", "formulas"], *_kinds(causes)],
    )


def texts() -> Iterator[str]:
    """Titles and abstracts, one behind the other."""
    with gzip.open(recording(CORPUS)) as lines:
        for line in lines:
            paper = msgspec.json.decode(line, type=_Texts)
            yield paper.title
            yield paper.abstract


def _again(formulas: list[str]) -> float:
    """CPU seconds for all of them, none remembered."""
    maths.forget()
    return inside(lambda: [maths.convert(formula) for formula in formulas]).cpu


def _private(causes: Counter[str]) -> dict[str, int]:
    found = ((_PRIVATE.fullmatch(cause), count) for cause, count in causes.items())
    return {match[1]: count for match, count in found if match}


def _kinds(causes: Counter[str]) -> list[list[str]]:
    kinds: Counter[str] = Counter()
    for cause, count in causes.items():
        kinds[_OWN if _PRIVATE.fullmatch(cause) else cause] += count
    return [[cause, f"{count:,}"] for cause, count in kinds.most_common(SHOWN)]


def _commonest(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common(SHOWN))


if __name__ == "__main__":
    main_of(shares)
