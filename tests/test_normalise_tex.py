"""Titles, abstracts and comments: TeX to safe HTML and to plain text."""

from __future__ import annotations

import pytest
from normalise_checks import check_html

from aggregator.normalise import dollars, links, tex

LINK = 'rel="nofollow noopener noreferrer"'


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("a < b & c > \"d\"", "a &lt; b &amp; c &gt; \"d\""),
        ("H<sub>2</sub>O <i>x</i> &lt; &amp;", "H&lt;sub&gt;2&lt;/sub&gt;O &lt;i&gt;x&lt;/i&gt; &amp;lt; &amp;amp;"),
        ("\\emph{a \\textbf{b}} {\\it c} {\\bf d\\/} {\\em e}",
         "<em>a <strong>b</strong></em> <em>c</em> <strong>d</strong> <em>e</em>"),
        ("\\texttt{x_y} \\textsc{Max} \\underline{u}", '<code>x_y</code> <span class="sc">Max</span> <u>u</u>'),
        ("x\\textsuperscript{2} y\\textsubscript{i}", "x<sup>2</sup> y<sub>i</sub>"),
        ("G\\\"odel, Erd\\H{o}s, Poincar\\'e, na\\\"{\\i}ve, \\O rsted", "Gödel, Erdős, Poincaré, naïve, Ørsted"),
        ("a -- b --- c, pages 3--5", "a – b — c, pages 3–5"),
        ("f: X --> Y and <!-- z -->", "f: X --&gt; Y and &lt;!-- z --&gt;"),
        ("``quoted'' and `so' but it's 5'' wide", "“quoted” and ‘so’ but it's 5'' wide"),
        ("50\\% of A\\&B \\#1 a\\_b \\$5 \\{x\\}", "50% of A&amp;B #1 a_b $5 {x}"),
        ("100% of 5 % here", "100% of 5 % here"),
        ("Fig.~1 takes ~10 s", "Fig.\u00a01 takes ~10 s"),
        ("see \\cite[p. 3]{a,b} and \\ref{c}", "see […] and […]"),
        ("a\\footnote{note} b", "a (note) b"),
        ("\\alpha-stable, H_\\infty", "α-stable, H_∞"),
        ("{DNA} {S}tuff {0,1}^n 2^{n} {x}", "DNA Stuff {0,1}^n 2^{n} {x}"),
        ("\\unknown{a} \\other b", "\\unknown{a} \\other b"),
        ("\\begin{itemize} \\item a \\item b \\end{itemize}", "•  a  •  b"),
        ("\\textregistered", "®"),
        ("unbalanced {\\it x", "unbalanced {x"),
        ("\\emph{never closed", "\\emph{never closed"),
        ("\\section{T} \\noindent x\\\\y", "<strong>T</strong> x y"),
        ("", ""),
    ],
)  # fmt: skip
def test_text_commands(source: str, html: str) -> None:
    assert tex.to_html(source).split() == html.split()
    check_html(tex.to_html(source))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("cost $O(n^{3})$", "cost O(n^3)"),
        ("$\\alpha_{ij} \\leq \\frac{1}{2}$", "α_ij ≤ 1/2"),
        ("$x^{n+1}$, $\\mathbb{R}^d$, $\\{0,1\\}$", "x^(n+1), ℝ^d, {0,1}"),
        ("$\\sin\\theta \\log n$ in $\\mathcal{O}(\\sqrt{n})$", "sin θ log n in O(√n)"),
        ("\\emph{a}  \n b~c", "a b c"),
        ("$\\private x$", "\\private x"),
        ("\\begin{equation}a=b\\label{z}\\end{equation}", "a=b"),
        ("Andr\\'e \\href{https://example.org}{here}", "André here"),
    ],
)
def test_plain_text(source: str, text: str) -> None:
    assert tex.to_text(source) == text


@pytest.mark.parametrize(
    ("source", "formulas"),
    [
        ("costs $5 million and $10 million", []),
        ("costs $5 and $10", []),
        ("from $5-$10 to \\$20 or $3k", []),
        ("costs $100. Then $x$ and $y$", ["x", "y"]),
        ("infinite $2-$ and $3-$regular trees", ["2-", "3-"]),
        ("$5$ and $ 7 $", ["5", "7"]),
        ("$ x $ and $ y $", ["x", "y"]),
        ("the $\\alpha and $\\beta$ is", ["\\beta"]),
        ("$a<b$ then $c>d$", ["a<b", "c>d"]),
        ("$a$$b$ $$c$$ \\(d\\) \\[e\\]", ["a", "b", "c", "d", "e"]),
        ("$x \\text{ if $y$}$ z $w$", ["x \\text{ if $y$}", "w"]),
        ("{\\it in $x$ and \\emph{$y$}}", ["x", "y"]),
        (
            "\\begin{align*}a&=b\\end{align*} \\begin{quote}c\\end{quote}",
            ["\\begin{align*}a&=b\\end{align*}"],
        ),
        ("odd $ dollar", []),
        ("$", []),
        ("$$", []),
        ("$$$$ $ $", []),
        ("\\( never closed", []),
        ("US$ 5 and A$ 7 are the prices of this", []),
        ("$50\\%$ of $10^{-3}\\,$s", ["50\\%", "10^{-3}\\,"]),
    ],
)
def test_formulas_are_found_and_prose_is_left_alone(source: str, formulas: list[str]) -> None:
    assert tex.formulas(source) == formulas


def test_money_stays_as_it_is() -> None:
    assert tex.to_html("costs $5 million and $10 million") == "costs $5 million and $10 million"
    assert dollars.is_maths("5 million and ", "1") is False


def test_a_formula_that_cannot_be_converted_is_its_source() -> None:
    assert tex.to_html("in $\\private<b>$") == 'in <span class="tex">$\\private&lt;b&gt;$</span>'
    assert tex.to_html("\\[\\private\\]") == '<span class="tex">\\[\\private\\]</span>'


def test_displayed_formulas_have_their_own_line_in_an_abstract_only() -> None:
    assert tex.paragraphs_html("a $$x$$ b").count('display="block"') == 1
    assert tex.render("a $$x$$ b", block=False).html.count("display=") == 0


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("see https://example.org/a_b.",
         f'see <a href="https://example.org/a_b" {LINK}>https://example.org/a_b</a>.'),
        ("(http://example.org/~x(1))", f'(<a href="http://example.org/~x(1)" {LINK}>http://example.org/~x(1)</a>)'),
        ("https://example.org/?a=1&b=\"",
         f'<a href="https://example.org/?a=1&amp;b=" {LINK}>https://example.org/?a=1&amp;b=</a>"'),
        ("\\url{https://example.org/a\\_b}", f'<a href="https://example.org/a_b" {LINK}>https://example.org/a_b</a>'),
        ("\\href{https://example.org}{the \\emph{code}}",
         f'<a href="https://example.org" {LINK}>the <em>code</em></a>'),
        ("\\href{https://a.example}{https://b.example}", f'<a href="https://a.example" {LINK}>https://b.example</a>'),
        ("$\\href{https://a.example}{x}$", f'<a href="https://a.example" {LINK}>x</a>'),
        ("arXiv:2401.00001v2, ok", f'<a href="https://arxiv.org/abs/2401.00001v2" {LINK}>arXiv:2401.00001v2</a>, ok'),
        ("arXiv:hep-th/9901001", f'<a href="https://arxiv.org/abs/hep-th/9901001" {LINK}>arXiv:hep-th/9901001</a>'),
        ("doi:10.1000/x(1).", f'<a href="https://doi.org/10.1000/x(1)" {LINK}>doi:10.1000/x(1)</a>.'),
        ("\\href{javascript:alert(1)}{x}", "\\href{javascript:alert(1)}{x}"),
        ("\\url{javascript:alert(1)}", "javascript:alert(1)"),
        ("data:text/html,x ftp://example.org", "data:text/html,x ftp://example.org"),
        ("https://user@example.org/ https://", "https://user@example.org/ https://"),
    ],
)  # fmt: skip
def test_links(source: str, html: str) -> None:
    assert tex.to_html(source) == html
    assert "<a" not in tex.to_html(source, linked=False)


def test_addresses_of_dois() -> None:
    assert links.doi_url(" 10.1000/xyz ") == "https://doi.org/10.1000/xyz"
    assert links.doi_url("10.1000/a 10.1000/b") == "https://doi.org/10.1000/a"
    assert links.doi_url("https://doi.org/10.1000/xyz") == "https://doi.org/10.1000/xyz"
    assert links.doi_url("javascript:alert(1)") is None
    assert links.doi_url('10.1000/a"onclick=') == "https://doi.org/10.1000/a"


@pytest.mark.parametrize(
    ("abstract", "html", "text"),
    [
        ("  One\nline.\n", "<p>One line.</p>", "One line."),
        ("  One.\n  Two\nis long.\n  Three.\n",
         "<p>One.</p><p>Two is long.</p><p>Three.</p>", "One.\n\nTwo is long.\n\nThree."),
        ("One.\n\nTwo.", "<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
        ("", "<p></p>", ""),
    ],
)  # fmt: skip
def test_paragraphs(abstract: str, html: str, text: str) -> None:
    assert tex.paragraphs(abstract) == (html, text)


def test_a_formula_over_several_lines_is_not_cut() -> None:
    assert tex.formulas("  We have\n  $$a\n  =b$$\n  and $x\n  +y$.") == ["a =b", "x +y"]


def test_forbidden_characters_become_visible() -> None:
    assert tex.to_html("a\x00b\x0bc\ud800\x1b[31m") == "a�b c��[31m"
    assert tex.to_text("bell\x07 $\x00$") == "bell� �"
