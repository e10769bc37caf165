"""Any text in any field: normalise answers, and what it answers is inert (rows X10–X17 of the fault table)."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from normalise_checks import check_html, check_paper, entry, raw_again

from aggregator import normalise
from aggregator.normalise import authors, dollars, maths, plain, tex

_PIECES = st.sampled_from(
    [
        *"$${}[]()\\~`'\"^_%&#<>-,;: \n\t*|=+/@!.?", "\\", "$$", "\\(", "\\)", "\\[", "\\]",
        "\\begin{align}", "\\end{align}", "\\begin{cases}", "\\end{cases}", "\\\\", "\\frac", "\\sqrt",
        "\\text{", "\\mbox{", "\\emph{", "{\\it ", "{\\bf ", "\\textsc{", "\\href{", "\\url{", "\\cite{",
        "\\operatorname{", "\\mathrm{", "\\unicode{", "\\class{", "\\style{", "\\color{", "\\label{",
        "\\eqref{", "\\left(", "\\right)", "\\def", "\\newcommand", "\\'", '\\"', "\\v{c}", "\\c c",
        "\\ss ", "\\o", "\\alpha", "\\mathcal{O}", "\\footnote{", "\\item", "\\texorpdfstring{", "\\verb",
        "\\1", "\\cases{", "\\substack{", "\\cancel{", "\\tag{", "https://example.org/a", "http://",
        "javascript:alert(1)", "data:text/html,", "arXiv:2401.00001", "doi:10.1000/1",
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</title>", "</p>", "<![CDATA[", "-->",
        "&lt;", "&amp;", "&#0;", "&nbsp;", "{{7*7}}", "{% raw %}", " and ", "Jr.", "III",
        "for the X Collaboration", "a", "B", "7", "x^2", "é", "\x00", "\x0b", "\x1b[31m", "\x85", "\ud800",
        "\udfff", "\ufffe", "\u202e", "\u200b", "\u00a0", "\U0001d538", "שלום", "中",
    ]
)  # fmt: skip
HOSTILE = st.one_of(
    st.text(st.characters(), max_size=60),
    st.lists(_PIECES, max_size=25).map("".join),
    st.lists(_PIECES, max_size=12).map(lambda pieces: "$" + "".join(pieces) + "$"),
    st.lists(st.one_of(_PIECES, st.text(max_size=8)), max_size=20).map("".join),
)


@given(title=HOSTILE, abstract=HOSTILE, names=HOSTILE, comments=HOSTILE, other=HOSTILE)
@example(
    title="$\\operatorname{<script>}$",
    abstract="$\\mathrm{<b>}$",
    names="",
    comments="\\url{javascript:x}",
    other="",
)
def test_any_text_in_any_field_is_answered_and_inert(
    title: str, abstract: str, names: str, comments: str, other: str
) -> None:
    raw = entry(
        title=title, abstract=abstract, authors=names, comments=comments, journal_ref=other, doi=other
    )
    paper = normalise.paper(raw)
    check_paper(paper)
    assert (paper.title, paper.abstract, paper.authors_raw) == (title, abstract, names)
    assert (paper.comments, paper.journal_ref, paper.doi) == (comments, other, other)
    assert normalise.paper(raw) == paper == normalise.paper(raw_again(paper))


@given(HOSTILE)
def test_any_formula_is_safe_or_refused(source: str) -> None:
    for display in (False, True):
        mathml = maths.convert(source, display)
        if mathml is not None:
            check_html(mathml)
    assert (maths.cause(source) == "") == (maths.convert(source) is not None)
    plain.formula(source)


@given(HOSTILE)
def test_any_text_renders_the_same_twice(source: str) -> None:
    assert tex.render(source) == tex.render(source)
    check_html(tex.to_html(source))
    check_html(tex.paragraphs_html(source))
    check_html(tex.to_html(source, linked=False), links=False)


@given(
    st.lists(
        st.from_regex(r"[A-Z][a-zé'-]{1,8}( [A-Z]\.)? [A-Z][a-zø-]{2,12}", fullmatch=True),
        min_size=1,
        max_size=30,
    )
)
def test_joined_names_split_into_themselves(names: list[str]) -> None:
    assert [author.name for author in authors.split(", ".join(names))] == names


@given(HOSTILE)
def test_splitting_what_was_split_changes_nothing(names: str) -> None:
    once = [author.name for author in authors.split(names)]
    if not any(
        set("\\${}()`~'\"-:;&,") & set(name) for name in once
    ):  # signs that mean something when read again
        again = [author.name for author in authors.split(", ".join(once))]
        assert again == [author.name for author in authors.split(", ".join(again))]


_LONG = (
        "{", "$", "\\(", "$$ ", "\\begin{align}", "`", "\\emph{", "(", "$\\sqrt", "{\\it ", "\\'",
        "https://", "\\frac{", "~", "--", "\\left(", "$x$", "\\begin{matrix}", "\\text{$", "{$", "((",
        "a, ", "arXiv:", "\\cite[",
)  # fmt: skip


@pytest.mark.parametrize("unit", _LONG)
def test_long_hostile_texts_take_linear_time(unit: str) -> None:
    """100 kB of one thing (X13): no recursion without end, no quadratic search."""
    text = unit * (100_000 // len(unit))
    paper = normalise.paper(entry(title=text, abstract=text, authors=text, comments=text))
    assert paper.title == text
    check_html(paper.title_html, links=False)


def test_deep_formulas_are_refused_before_the_converter_sees_them() -> None:
    """math-core recurses for each open command and would end the process."""
    for unit in ("{", "\\sqrt", "\\left(", "\\frac1", "\\begin{matrix}", "\\bm"):
        assert maths.convert(unit * 200) is None
        assert maths.cause(unit * 200) == "more than we accept"
    assert dollars.formula("$" + "{" * 5000 + "$", 0) is not None
