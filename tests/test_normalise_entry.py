"""From entry to paper."""

from __future__ import annotations

import pytest
from normalise_checks import entry

from aggregator import normalise
from aggregator.errors import AggregatorError
from aggregator.models import Author


def test_a_whole_paper() -> None:
    paper = normalise.paper(
        entry(
            version=None,
            title='On\n  $x^2$ by G\\"odel',
            abstract="  One.\n  Two.\n",
            comments="5 pages, https://example.org",
            doi=" 10.1000/x ",
            journal_ref="J. 1",
            license="http://creativecommons.org/licenses/by/4.0/",
        )
    )
    assert (paper.id, paper.version, paper.primary) == ("2401.00001", 1, "cs.LG")
    assert paper.title == 'On\n  $x^2$ by G\\"odel'
    assert paper.title_text == "On x^2 by Gödel"
    assert paper.title_html.startswith("On <math ")
    assert paper.abstract_html == "<p>One.</p><p>Two.</p>"
    assert paper.authors == (Author("Ada Example"), Author("Bo Sample"))
    assert paper.comments_html is not None
    assert paper.comments_html.startswith("5 pages, <a ")
    assert paper.doi == " 10.1000/x "
    assert not paper.withdrawn


def test_a_title_holds_no_link_for_it_stands_in_one() -> None:
    assert "<a" not in normalise.paper(entry(title="\\url{https://example.org} arXiv:2401.00001")).title_html


@pytest.mark.parametrize(
    "arxiv_id", ["../../x", "CON", "2401.00001\n", "2401.00001/..", "٢٤٠١.٠٠٠٠١", "", "x" * 500]
)
def test_X12_an_id_that_is_not_arxivs_is_refused(arxiv_id: str) -> None:
    if arxiv_id == "2401.00001\n":
        arxiv_id = "2401.00001\nv1"
    with pytest.raises(normalise.EntryRefused, match="not an arXiv identifier") as caught:
        normalise.paper(entry(arxiv_id=arxiv_id))
    assert isinstance(caught.value, AggregatorError)
    assert caught.value.reason == "not an arXiv identifier"
    assert len(caught.value.what) <= 400
    assert str(caught.value).isprintable()
    assert "\n" not in str(caught.value)


def test_a_version_in_the_id_counts_when_none_is_named() -> None:
    assert normalise.paper(entry(arxiv_id="2401.00001v3", version=None)).version == 3
    assert normalise.paper(entry(arxiv_id="2401.00001v3", version=4)).version == 4
    with pytest.raises(normalise.EntryRefused, match="versions count from 1"):
        normalise.paper(entry(version=0))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (("math.MP", "math-ph", "cs.NA"), ("math-ph", "math.NA")),
        (("cs.IT", "math.IT"), ("cs.IT",)),
        (("cs.SY", "eess.SY", "cs.LG"), ("eess.SY", "cs.LG")),
        (("cmp-lg", "cs.CL"), ("cs.CL",)),
        ((" cs.LG ", "new-arch.XY", "<script>", "", "cs.LG;"), ("cs.LG", "new-arch.XY")),
        (("cond-mat.mtrl-sci", "hep-th"), ("cond-mat.mtrl-sci", "hep-th")),
    ],
)
def test_A15_categories_have_one_name_each(given: tuple[str, ...], kept: tuple[str, ...]) -> None:
    assert normalise.paper(entry(categories=given)).categories == kept


def test_an_entry_without_a_category_is_refused() -> None:
    with pytest.raises(normalise.EntryRefused, match="no category"):
        normalise.paper(entry(categories=("<b>",)))


@pytest.mark.parametrize(
    "comments",
    [
        "This paper has been withdrawn by the author due to an error",
        "Withdrawn",
        "12 pages. This article has been temporarily withdrawn",
        "Paper withdrawn: see a later one",
        "withdrawn by arXiv admin due to a dispute",
        "We have withdrawn this paper",
    ],
)
def test_A13_comments_that_withdraw(comments: str) -> None:
    assert normalise.paper(entry(comments=comments)).withdrawn


@pytest.mark.parametrize(
    "comments",
    [
        "12 pages",
        "A major overhaul of the withdrawn paper",
        "Version 2: Section 6 withdrawn",
        "drawn by hand",
        None,
    ],
)
def test_comments_that_do_not(comments: str | None) -> None:
    assert not normalise.paper(entry(comments=comments)).withdrawn


@pytest.mark.parametrize(
    ("abstract", "withdrawn"),
    [
        ("This paper has been withdrawn by the\nauthors.", True),
        ("The submission is withdrawn.", True),
        ("Money withdrawn by the customer is counted.", False),
        ("The sample was withdrawn from the bath.", False),
        ("This paper is about withdrawn books.", False),
    ],
)
def test_A13_abstracts(abstract: str, withdrawn: bool) -> None:
    assert normalise.is_withdrawn(None, abstract) is withdrawn


def test_missing_fields_are_no_fault() -> None:
    paper = normalise.paper(entry(title="", abstract="", authors="", comments="", doi=None))
    assert (paper.title_html, paper.abstract_html, paper.authors, paper.comments_html) == (
        "",
        "<p></p>",
        (),
        None,
    )
