"""The language of searches: what a reader may type, and what is said when it cannot be read."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import QueryError
from aggregator.query import (
    All,
    Anyone,
    Category,
    Dates,
    Doi,
    Identifier,
    Node,
    Not,
    Phrase,
    Place,
    Span,
    Word,
    fold,
    keys,
    month_of_id,
    pasted,
    positive,
    read,
    same_title,
    tidy,
    wanted,
)
from aggregator.query.reader import MAX_LENGTH, MAX_TERMS

A, B, C = Word("aa"), Word("bb"), Word("cc")


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("aa", A),
        ("aa bb", All((A, B))),
        ("aa AND bb", All((A, B))),
        ("aa OR bb cc", Anyone((A, All((B, C))))),
        ("aa | bb", Anyone((A, B))),
        ("(aa OR bb) cc", All((Anyone((A, B)), C))),
        ("aa -bb", All((A, Not(B)))),
        ("-(aa OR bb)", Not(Anyone((A, B)))),
        ('"aa bb" cc', All((Phrase("aa bb"), C))),
        ("ti:aa", Word("aa", Place.TITLE)),
        ("TITLE:aa", Word("aa", Place.TITLE)),
        ('-abs:"aa bb"', Not(Phrase("aa bb", Place.ABSTRACT))),
        ("ti:(aa OR bb)", Anyone((Word("aa", Place.TITLE), Word("bb", Place.TITLE)))),
        ("au:sample", Word("sample", Place.AUTHOR)),
        ("au:sample_a", Phrase("sample_a", Place.AUTHOR)),
        ("co:pages jr:letters", All((Word("pages", Place.COMMENTS), Word("letters", Place.JOURNAL)))),
        ("lattic*", Word("lattic", prefix=True)),
        ("cat:cs.lg", Category("cs.LG")),
        ("cat:cs", Category("cs")),
        ("cat:math.MP", Category("math-ph")),
        ("id:2403.15527v2", Identifier("2403.15527")),
        ("doi:10.1000/ABC", Doi("10.1000/abc")),
        ("year:2024", Dates(Span(date(2024, 1, 1), date(2024, 12, 31)))),
        ("year:2020-2022", Dates(Span(date(2020, 1, 1), date(2022, 12, 31)))),
        ("from:2024-02", Dates(Span(date(2024, 2, 1), Span().last))),
        ("to:2024-02", Dates(Span(Span().first, date(2024, 2, 29)))),
    ],
)
def test_what_can_be_asked(text: str, node: Node) -> None:
    assert read(text) == node


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Samples: all you need", ["Samples:", "all", "you", "need"]),
        ("Lattices in (2+1)-dimensional space", ["Lattices", "in", "2+1", "-dimensional", "space"]),
        ("Bounds - a survey of bounds", ["Bounds", "a", "survey", "of", "bounds"]),
        ("Open (and closed", ["Open", "and", "closed"]),
        ('On "samples', ["On", "samples"]),
        ("C* algebras?", ["C*", "algebras?"]),
    ],
)
def test_a_pasted_title_is_text(title: str, words: list[str]) -> None:
    if "*" in title:
        with pytest.raises(QueryError, match="letters before"):
            read(title)
        return
    assert [part.text for part in positive(read(title))] == words


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("", "no word", (0, 0)),
        ("--- !?", "no word", (0, 0)),
        ("aa OR", "OR needs", (3, 2)),
        ("OR aa", "OR needs", (0, 2)),
        ("aa ti:", "behind ti:", (3, 3)),
        ("a*", "at least 2 letters", (0, 2)),
        ("year:20x4", "Write a year", (5, 4)),
        ("year:2024-2020", "after the second", (5, 9)),
        ("from:2024-13", "not a day of the calendar", (5, 7)),
        ("to:soon", "Write a date", (3, 4)),
        ("cat:cs.LGG", "Did you mean cs.LG", (4, 6)),
        ("id:hello", "An identifier looks like", (3, 5)),
        ("doi:hello", "A DOI looks like", (4, 5)),
        ("word " * (MAX_TERMS + 1), f"can have {MAX_TERMS} words", (5 * MAX_TERMS, 4)),
        ("x" * (MAX_LENGTH + 1), "1,000 characters", (MAX_LENGTH, 0)),
    ],
)
def test_what_is_wrong_and_where(text: str, message: str, place: tuple[int, int]) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        read(text)
    assert (caught.value.at, caught.value.length) == place


def refusal(text: str) -> QueryError | None:
    try:
        read(text)
    except QueryError as error:
        return error
    return None


@given(st.text(max_size=200) | st.text(alphabet='ab"():-*| ORticaufromyear:0123.', max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for each in (text, tidy(text)):
        error = refusal(each)
        if error is not None:
            assert 0 <= error.at <= max(len(each), MAX_LENGTH)
            assert str(error)


@given(
    st.lists(
        st.sampled_from(["aa", '"bb cc"', "ti:dd", "au:ee", "cat:cs.AI", "year:2024"]), min_size=1, max_size=9
    )
)
def test_parts_side_by_side_all_count(parts: list[str]) -> None:
    node = read(" ".join(parts))
    assert node == (read(parts[0]) if len(parts) == 1 else All(tuple(map(read, parts))))


@pytest.mark.parametrize(
    ("text", "node"),
    [
        (" 2403.15527 ", Identifier("2403.15527")),
        ("arXiv:2403.15527v3", Identifier("2403.15527")),
        ("[2403.15527]", Identifier("2403.15527")),
        ("hep-th/9901001", Identifier("hep-th/9901001")),
        ("https://arxiv.org/abs/2403.15527v1", Identifier("2403.15527")),
        ("arxiv.org/pdf/2403.15527", Identifier("2403.15527")),
        ("https://example.org/arxiv/hep-th/9901001/", Identifier("hep-th/9901001")),
        ("https://example.org/papers/2403.15527.pdf?download=1#page=2", Identifier("2403.15527")),
        ("10.48550/arXiv.2403.15527", Identifier("2403.15527")),
        ("https://doi.org/10.1000/Sample.7", Doi("10.1000/sample.7")),
        ("doi: 10.1000/sample.7", Doi("10.1000/sample.7")),
        ("lattices", None),
        ("2403.15527 lattices", None),
        ("https://example.org/", None),
    ],
)
def test_the_name_of_a_paper_is_known(text: str, node: Node | None) -> None:
    assert pasted(text) == node


@given(st.from_regex(r"[0-9]{2}(0[1-9]|1[0-2])\.[0-9]{5}", fullmatch=True))
def test_every_identifier_is_known_in_every_dress(arxiv_id: str) -> None:
    for dress in ("{}", "arXiv:{}", "{}v2", "https://arxiv.org/abs/{}", "https://doi.org/10.48550/arXiv.{}"):
        assert pasted(dress.format(arxiv_id)) == Identifier(arxiv_id)


@pytest.mark.parametrize(
    "spelling", ["Schrödinger", "SCHRODINGER", tidy('Schr\\"odinger'), "Schro\u0308dinger"]
)
def test_accents_and_tex_fold(spelling: str) -> None:
    assert fold(spelling) == "schrodinger"


@pytest.mark.parametrize(
    ("text", "folded"), [("Łukasiewicz", "lukasiewicz"), ("Strauß", "strauss"), ("ﬁne x²", "fine x2")]
)
def test_letters_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=60))
def test_folding_is_idempotent_and_hides_case_of_titles(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert same_title(f" {text}!") == same_title(text)


@pytest.mark.parametrize(
    "asked", ["Ada Sample", "Sample, Ada", "ada  SAMPLE", "Sample, Ada B.", "Ada B. Sample", "Ada Sample Jr."]
)
def test_a_full_name_is_found_however_it_is_written(asked: str) -> None:
    for name in ("Ada Sample", "Ada B. Sample", "Ada Sample Jr", "Áda Sample"):
        assert {*wanted(asked).exact} & {*keys(name)}
    assert {*wanted(asked).near} & {*keys("A. Sample")}
    assert not {*wanted(asked).exact, *wanted(asked).near} & {*keys("Alan Sample")}


@pytest.mark.parametrize("asked", ["A. Sample", "A Sample", "Sample, A.", "sample_a"])
def test_an_initial_finds_all_that_begin_with_it(asked: str) -> None:
    for name in ("Ada Sample", "A. Sample", "Alan B. Sample"):
        assert {*wanted(asked).exact} & {*keys(name)}
    assert not {*wanted(asked).exact} & {*keys("Bo Sample")}


@given(st.text(max_size=40))
def test_any_name_is_filed_and_asked_for(name: str) -> None:
    keys(name)
    wanted(name)


@pytest.mark.parametrize(
    ("arxiv_id", "month"),
    [("2403.15527", date(2024, 3, 1)), ("0704.0001", date(2007, 4, 1)), ("hep-th/9901001", date(1999, 1, 1))],
)
def test_an_identifier_tells_its_month(arxiv_id: str, month: date) -> None:
    assert month_of_id(arxiv_id) == month
