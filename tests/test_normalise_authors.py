"""Names from arXiv's one string of authors."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.models import Author
from aggregator.normalise import authors


def names(creators: str) -> list[str]:
    return [author.name for author in authors.split(creators)]


@pytest.mark.parametrize(
    ("creators", "expected"),
    [
        ("Ada Example, Bo Sample", ["Ada Example", "Bo Sample"]),
        ("Ada Example and Bo Sample", ["Ada Example", "Bo Sample"]),
        ("Ada Example, Bo Sample, and Cy Third", ["Ada Example", "Bo Sample", "Cy Third"]),
        ("Ada Example\n  and Bo Sample", ["Ada Example", "Bo Sample"]),
        ("Ada Example,, Bo Sample, ", ["Ada Example", "Bo Sample"]),
        ("Ada Example \\and Bo Sample", ["Ada Example", "Bo Sample"]),
        ("Ferdinand Sand, Anderson Land", ["Ferdinand Sand", "Anderson Land"]),
        ("John Smith, Jr., Ada Example", ["John Smith Jr.", "Ada Example"]),
        ("John Smith, III, Ada Example, Ph.D.", ["John Smith III", "Ada Example Ph.D."]),
        ("Jos\\'e N\\'u\\~nez, K. G\\\"odel", ["José Núñez", "K. Gödel"]),
        ("J\\\"{o}rg M\\\"uller, Ji\\v{r}\\'{\\i} Nov\\'ak, {\\L}ucja \\O degaard",
         ["Jörg Müller", "Jiří Novák", "Łucja Ødegaard"]),
        ("Fran\\c{c}ois {\\AA}ngstr\\\"om, \\c{S}ule Da\\u{g}, H\\aa kon", ["François Ångström", "Şule Dağ", "Håkon"]),
        ("Erd\\H os P\\'al, J.~P. Tie", ["Erdős Pál", "J. P. Tie"]),
        ("", []),
        (" , ;, ", []),
        ("The Team, :, Ada Example", ["The Team", "Ada Example"]),
    ],
)  # fmt: skip
def test_names(creators: str, expected: list[str]) -> None:
    assert names(creators) == expected


@pytest.mark.parametrize(
    ("creators", "expected"),
    [
        ("Ada Example, for the XYZ Collaboration", ["Ada Example", "XYZ Collaboration"]),
        ("Ada Example for the XYZ Collaboration", ["Ada Example", "XYZ Collaboration"]),
        ("Ada Example, on behalf of the X/Y Collaboration", ["Ada Example", "X/Y Collaboration"]),
        ("XYZ Collaboration: A. Example, B. Sample", ["XYZ Collaboration", "A. Example", "B. Sample"]),
        ("The XYZ Collaboration: A. Example", ["XYZ Collaboration", "A. Example"]),
        ("A Collaboration and the B Collaboration", ["A Collaboration", "the B Collaboration"]),
        ("Ada Example (XYZ Collaboration)", ["Ada Example"]),
    ],
)
def test_collaborations(creators: str, expected: list[str]) -> None:
    assert names(creators) == expected


@pytest.mark.parametrize(
    ("creators", "expected"),
    [
        ("Ada Example (Univ. of X, Dept. (B), Y), Bo Sample",
         [("Ada Example", "Univ. of X, Dept. (B), Y"), ("Bo Sample", None)]),
        ("Ada Example (Physics and Astronomy), Bo Sample (Z)",
         [("Ada Example", "Physics and Astronomy"), ("Bo Sample", "Z")]),
        ("A. One (1), B. Two (1 and 2), C. Three ((1) Place X, (2) Place Y)",
         [("A. One", "Place X"), ("B. Two", "Place X; Place Y"), ("C. Three", None)]),
        ("A. One (1), B. Two (2) ((1) Place X, Town, (2) Place Y)",
         [("A. One", "Place X, Town"), ("B. Two", "Place Y")]),
        ("A. One (1), B. Two (2)", [("A. One", None), ("B. Two", None)]),
        ("A. One (X) (Y), B. Two", [("A. One", "X; Y"), ("B. Two", None)]),
        ("Yi (Eric) Wang, B. Two", [("Yi Wang", "Eric"), ("B. Two", None)]),
        ("John Smith (X), Jr., B. Two", [("John Smith Jr.", "X"), ("B. Two", None)]),
        ("A. One (X, B. Two", [("A. One (X", None), ("B. Two", None)]),
        ("A. One X), B. Two (Y)", [("A. One X)", None), ("B. Two", "Y")]),
        ("A. One (Universit\\\"at Z)", [("A. One", "Universität Z")]),
    ],
)  # fmt: skip
def test_affiliations(creators: str, expected: list[tuple[str, str | None]]) -> None:
    assert [(author.name, author.affiliation) for author in authors.split(creators)] == expected


def test_thousands_of_names_are_quick() -> None:
    """The largest author list on arXiv has some 5,000 names."""
    plain = [f"N{n} Surname" for n in range(5000)]
    started = time.process_time()
    assert names(", ".join(plain)) == plain
    assert len(authors.split(", ".join(f"{name} (Place {n})" for n, name in enumerate(plain)))) == 5000
    assert time.process_time() - started < 0.5


def test_an_author_is_a_value() -> None:
    assert authors.split("Ada Example (X)") == (Author("Ada Example", "X"),)


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "Ada One",
                "Jr.",
                "and",
                "&",
                ",",
                ";",
                ", and ",
                " and ",
                " & ",
                "(X)",
                "III",
                " ",
                "for the B Collaboration",
                "é",
                "1",
            ]
        ),
        max_size=12,
    ).map("".join)
    | st.text(max_size=40)
)
def test_counting_is_splitting(creators: str) -> None:
    assert authors.count(creators) == len(authors.split(creators))
