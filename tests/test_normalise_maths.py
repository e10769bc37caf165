"""Formulas to MathML, and what never passes (row X11 of the fault table)."""

from __future__ import annotations

import contextlib
import re

import math_core
import pytest
from normalise_checks import check_html

from aggregator.normalise import macros, maths, plain


def shown(source: str) -> str:
    """The visible characters of a converted formula."""
    mathml = maths.convert(source)
    assert mathml is not None, maths.cause(source)
    check_html(mathml)
    return re.sub(r"<[^>]*>|\s", "", mathml)


def test_a_formula_carries_its_source() -> None:
    assert maths.convert("a<b") == '<math alttext="a&lt;b"><mi>a</mi><mo>&lt;</mo><mi>b</mi></math>'
    assert maths.convert("x", display=True) == '<math display="block" alttext="x"><mi>x</mi></math>'


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("\\R^n", "ℝn"),
        ("\\eps", "ε"),
        ("\\cM", "ℳ︀"),
        ("\\mathds{1}", "𝟙"),
        ("\\mathbbm{N}", "ℕ"),
        ("\\abs{x}", "|x|"),
        ("\\Aut(G)", "Aut\u2061(G)"),
        ("\\mbox{if $x$ is}", "ifxis"),
        ("\\text{for $x\\in\\mathbb{R}$}", "forx∈ℝ"),
        ("\\hbox{\\rm div}", "div"),
        ("10\\%", "10%"),
        ("10%", "10%"),
        ("a &lt; b", "a&lt;b"),
        ("#A", "#A"),
        ("\\unicode{x2014}", "—"),
        ("x^\\rm max", "xmax"),
        ('\\text{G\\"odel}', "Go\u0308del"),
        ("\\cite{a}", "[…]"),
        ("\\nicefrac{1}{2}", "1/2"),
        ("{\\cal O}(n)", "𝒪︀(n)"),
        ("\\ensuremath{x}\\xspace", "x"),
        ("\\operatorname{Rep_q}", "Rep_q"),
        ("\\begin{equation}a=b\\label{z}\\end{equation}", "a=b"),
        ("\\begin{eqnarray}a&=&b\\nonumber\\end{eqnarray}", "a=b"),
        ("\\begin{align}a&=b\\end{align}", "a=b"),
        ("\\substack{a\\\\b}", "ab"),
        ("\\cases{a&b\\cr c&d}", "{abcd⁣"),
    ],
)
def test_what_authors_write_is_converted(source: str, expected: str) -> None:
    assert shown(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "\\href{javascript:alert(1)}{x}",
        "\\url{https://example.org}",
        "\\unicode{<img src=x onerror=alert(1)>}",
        "\\unicode{x0}",
        "\\unicode{xD800}",
        "\\class{a}{x}",
        "\\style{color:red}{x}",
        "\\includegraphics{https://example.org/a.png}",
        "\\htmlData{a=b}{x}",
        "\\newcommand{\\a}[1]{#1#1}\\a{x}",
        "\\def\\a{x}\\a",
        "\\operatorname{<}",  # printed unescaped by math-core 0.9
        "\\operatorname{&}",
        "{",
        "}",
        "\ud800",
        "\x00",
        "x" * 5000,
    ],
)
def test_what_is_refused(source: str) -> None:
    assert maths.convert(source) is None
    assert maths.cause(source)


@pytest.mark.parametrize(
    "source",
    [
        "\\operatorname{<script>alert(1)</script>}",
        "\\operatorname{<img src=x onerror=alert(1)>}",
        "\\operatorname{<a href=javascript:alert(1)>x</a>}",
        "\\mathrm{<b>}",
        "\\text{<i>}",
        "x^{\\operatorname{</mi></mrow></msup><mrow><msup><mi>}}",
        "\\operatorname{</mi><mo>}",
        "\\operatorname{\\text{<}}/mi\\operatorname{\\text{>}}",
        "\\operatorname{\\unicode{x3C}}mrow>",
        "\\operatorname{&lt;}mrow\\operatorname{&gt;}",
        "\\color{red}{x}",
        "\\textbf{x} \\textsc{y} \\texttt{z}",
        "\\eqref{a}",
        "\\cancel{x} \\boxed{y}",
        "\\begin{cases}a&b\\\\c\\end{cases}",
        "\\hspace{-3pt}\\!x",
    ],
)
def test_nothing_of_the_converter_passes_unseen(source: str) -> None:
    mathml = maths.convert(source)
    if mathml is not None:
        check_html(mathml)
        assert " style=" not in mathml


def test_alignment_becomes_a_class() -> None:
    mathml = maths.convert("\\begin{aligned}a&=b\\end{aligned}")
    assert mathml is not None
    assert '<mtd class="m-right">' in mathml
    assert '<mtd class="m-left">' in mathml


_NEEDS_MORE = {"sp", "sb", "boldmath", "bfseries", "itshape", "sffamily"}


def test_every_macro_converts_and_none_repeats_an_argument() -> None:
    for name, replacement in macros.table().items():
        arguments = [n for n in (1, 2, 3) if f"#{n}" in replacement]
        assert all(replacement.count(f"#{n}") == 1 for n in arguments), name
        if name not in _NEEDS_MORE:
            assert maths.convert(f"\\{name}" + "{x}" * max(arguments, default=0)) is not None, name


def test_no_macro_hides_a_command_of_latex() -> None:
    """Except where LaTeX's reading is not one for formulas (`\\P` is a pilcrow)."""
    converter = math_core.LatexToMathML(allow_unreliable_rendering=True, fancy_error=False)
    hidden = set()
    for name in macros.table():
        with contextlib.suppress(math_core.LatexError):
            converter.convert_with_local_state(f"\\{name}", displaystyle=False)
            hidden.add(name)
    assert hidden <= {"P"}


@pytest.mark.parametrize(
    ("source", "text"), [("\\frac{a+b}{2}", "(a+b)/2"), ("x_{\\rm max}", "x_max"), ("a~b", "a b")]
)
def test_plain_formulas(source: str, text: str) -> None:
    assert plain.formula(source) == text
