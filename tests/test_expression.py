"""Cool Papers' address grammar: categories, days, parts of a list, ids. Pure."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.models import Kind
from aggregator.taxonomy import ARCHIVES, CATEGORIES, canonical, expand
from aggregator.web.expression import (
    LONGEST_RANGE,
    MOST_SHOWN,
    BadQuery,
    NoSuchCategory,
    categories,
    is_asked,
    is_expression,
    list_query,
    paper_ids,
)
from aggregator.web.lists import Place, place_of

NAMES = sorted({*ARCHIVES, *(name for name, category in CATEGORIES.items() if category.active)})


@pytest.mark.parametrize(
    ("text", "include", "exclude"),
    [
        ("cs.AI", ("cs.AI",), ()),
        ("cs.AI,cs.CL", ("cs.AI", "cs.CL"), ()),
        ("cs.AI+cs.LG-cs.CY-econ.GN", ("cs.AI", "cs.LG"), ("cs.CY", "econ.GN")),
        ("cs.AI cs.LG", ("cs.AI", "cs.LG"), ()),
        ("hep-th-math.AG", ("hep-th",), ("math.AG",)),
        ("hep-th-hep-ph", ("hep-th",), ("hep-ph",)),
        ("cond-mat.dis-nn", ("cond-mat.dis-nn",), ()),
        ("cs.AI,cs.AI", ("cs.AI",), ()),
        ("math.MP", ("math-ph",), ()),
        ("cmp-lg", ("cs.CL",), ()),
        ("econ-econ.GN", ("econ.EM", "econ.TH"), ("econ.GN",)),
    ],
)
def test_categories(text: str, include: tuple[str, ...], exclude: tuple[str, ...]) -> None:
    assert categories(text) == (include, exclude)


def test_an_archive_stands_for_its_categories() -> None:
    assert categories("cs")[0] == expand(["cs"])
    assert categories("astro-ph-astro-ph.GA") == (
        tuple(name for name in expand(["astro-ph"]) if name != "astro-ph.GA"),
        ("astro-ph.GA",),
    )


@pytest.mark.parametrize(
    "text",
    ["", "cs.XX", "-cs.AI", "+cs.AI", "cs.AI+", "cs.AI,,cs.CL", "cs.AI;cs.CL", "cs.AIx", "CS.AI", "search"],
)
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(BadQuery):
        categories(text)


def test_a_slip_is_answered_with_the_nearest_name() -> None:
    with pytest.raises(NoSuchCategory, match=r"did you mean cs\.CL"):
        categories("cs.AI,cs.CLL")


def test_nothing_left_and_too_much_are_refused() -> None:
    for text in ("cs.AI-cs.AI", "cs.AI-cs", ",".join(["cs.AI"] * 100)):
        with pytest.raises(BadQuery):
            categories(text)


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=8), st.lists(st.sampled_from(NAMES), max_size=8))
def test_union_and_difference_are_those_of_sets(wanted: list[str], unwanted: list[str]) -> None:
    left = set(expand(wanted)) - set(expand(unwanted))
    text = "+".join(wanted) + "".join(f"-{name}" for name in unwanted)
    if not left:
        with pytest.raises(BadQuery):
            categories(text)
        return
    include, exclude = categories(text)
    assert set(include) == left
    assert set(exclude) == set(expand(unwanted))
    assert all(name == canonical(name) for name in (*include, *exclude))


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (categories, paper_ids, place_of):
        with suppress(BadQuery):
            read(text)


def test_days_and_ranges() -> None:
    day = list_query("cs.AI", {"date": "2024-02-29"})
    assert (day.first, day.last) == (date(2024, 2, 29), date(2024, 2, 29))
    span = list_query("cs.AI", {"from": "2024-03-01", "to": "2024-03-31"})
    assert (span.first, span.last) == (date(2024, 3, 1), date(2024, 3, 31))
    assert list_query("cs.AI", {"from": "2024-03-01"}).last == date(2024, 3, 31)
    assert list_query("cs.AI", {"to": "0001-01-02"}).first == date(1, 1, 2)
    newest = list_query("cs.AI", {})
    assert (newest.first, newest.last) == (None, None)


@pytest.mark.parametrize(
    "asked",
    [
        {"date": "2024-02-30"}, {"date": "20240226"}, {"date": "２０２４-02-26"}, {"date": "x" * 10_000},
        {"from": "2024-03-02", "to": "2024-03-01"}, {"from": "2020-01-01", "to": "2024-01-01"},
        {"show": "-1"}, {"show": "1e3"}, {"skip": "٣"}, {"skip": "9" * 400}, {"kind": "old"},
    ],
)  # fmt: skip
def test_wrong_words_are_refused(asked: dict[str, str]) -> None:
    with pytest.raises(BadQuery):
        list_query("cs.AI", asked)


def test_numbers_are_bounded_and_kinds_named() -> None:
    assert list_query("cs.AI", {"show": "99999"}).show == MOST_SHOWN
    assert list_query("cs.AI", {"show": "0"}).show == 1
    assert list_query("cs.AI", {"kind": "new,cross"}).kinds == {Kind.NEW, Kind.CROSS}
    assert list_query("cs.AI", {"kind": "replace"}).kinds == {Kind.REPLACE, Kind.REPLACE_CROSS}
    assert list_query("cs.AI", {}).kinds == frozenset(Kind)
    assert LONGEST_RANGE == 366


def test_ids() -> None:
    assert paper_ids("2403.00001,hep-th/9901001v2,2403.00001") == (
        ("2403.00001", None),
        ("hep-th/9901001", 2),
    )
    for text in ("2403.1", "2403.00001,x", ",", ",".join(f"2403.{n:05}" for n in range(201))):
        with pytest.raises(BadQuery):
            paper_ids(text)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("cs.AI", Place("cs.AI")),
        ("cs.AI/", Place("cs.AI")),
        ("cs.AI/feed", Place("cs.AI", feed=True)),
        ("cs.AI/2024-03-26", Place("cs.AI", "2024-03-26")),
        ("cs.AI/2024-03-26/feed.xml", Place("cs.AI", "2024-03-26", feed=True)),
        ("2024-03-26", Place("all", "2024-03-26")),
        ("hep-th/9901001", Place("hep-th/9901001")),
    ],
)
def test_places(path: str, place: Place) -> None:
    assert place_of(path) == place


def test_ids_and_expressions_are_told_apart() -> None:
    assert is_expression("cs.AI+hep-th")
    assert not is_expression("2403.00001")
    assert not is_expression("hep-th/9901001")


def test_the_pages_own_filter_is_not_ours() -> None:
    assert not is_asked({"show": "unread", "kind": "new", "q": "x"})
    assert is_asked({"show": "50"})
    assert is_asked({"date": "2024-03-26"})
