"""A desk's items merge the same way whoever speaks first, and nothing that is not a desk's gets in."""

from __future__ import annotations

import itertools
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.desk import LEEWAY, DeskKey, Item, Wire, merge, read_key, received
from aggregator.errors import DeskRefused

NOW = 1_764_000_000_000
STAMP = f"{NOW:013d}-0000-aaaaaaaa"


def stamps() -> st.SearchStrategy[str]:
    return st.builds(
        "{:013d}-{:04d}-{}".format,
        st.integers(NOW - 3, NOW),
        st.integers(0, 1),
        st.sampled_from(["aaaaaaaa", "bbbbbbbb"]),
    )


def desks() -> st.SearchStrategy[dict[str, Item]]:
    items = st.builds(
        Item,
        st.sampled_from(["seen/2401.00001", "seen/2401.00002", "author/Ada"]),
        stamps(),
        st.sampled_from([None, b"1", b"2"]),
    )
    return st.lists(items, max_size=6).map(lambda given: merge({}, given))


@given(desks(), desks(), desks())
def test_merging_does_not_depend_on_order_or_repetition(
    a: dict[str, Item], b: dict[str, Item], c: dict[str, Item]
) -> None:
    assert merge(a, b.values()) == merge(b, a.values())
    assert merge(merge(a, b.values()), c.values()) == merge(a, merge(b, c.values()).values())
    assert merge(a, a.values()) == a


@given(st.lists(desks(), min_size=1, max_size=4))
def test_all_orders_come_to_the_same_desk(heard: list[dict[str, Item]]) -> None:
    def told(order: tuple[dict[str, Item], ...]) -> dict[str, Item]:
        desk: dict[str, Item] = {}
        for other in order:
            desk = merge(desk, other.values())
        return desk

    assert all(told(order) == told(tuple(heard)) for order in itertools.permutations(heard))


def test_a_removal_that_came_later_stands() -> None:
    starred = Item("mark/2401.00001/star", f"{NOW:013d}-0000-aaaaaaaa", b'"2026-01-01"')
    removed = Item("mark/2401.00001/star", f"{NOW:013d}-0001-aaaaaaaa", None)
    assert merge({starred.key: starred}, [removed]) == {removed.key: removed}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("mark/2401.00001/star", "2026-01-01T00:00:00Z"),
        ("mark/hep-th/9901001/hidden", True),
        ("mark/math.GT/0309136/note", "read §3"),
        ("mark/2401.00001/tags", ["sampling", "to read"]),
        ("mark/2401.00001/paper", {"id": "2401.00001", "title": "T", "authors": ["A"], "doi": None}),
        ("seen/2401.00001", 3),
        ("author/Ada Lovelace", True),
        ("filter/q=graph+-survey&show=unread", True),
        ("search/query=graph&cat=cs.LG", 120),
        ("setting/density", "short"),
        ("mark/2401.00001/star", None),
    ],
)
def test_what_belongs_on_a_desk_is_taken(key: str, value: object) -> None:
    item = received(Wire(key, STAMP, value), NOW)
    assert (item.key, item.stamp) == (key, STAMP)
    assert (None if item.value is None else json.loads(item.value)) == value


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("mark/../../x/star", "2026"),
        ("mark/2401.00001/colour", "red"),
        ("mark/2401.00001\n/star", "2026"),
        ("mark/٢٤٠١.00001/star", "2026"),
        ("seen/2401.00001", "1"),
        ("seen/2401.00001", 0),
        ("mark/2401.00001/tags", "sampling"),
        ("mark/2401.00001/note", "x" * 20_001),
        ("mark/2401.00001/paper", {"title": {"deep": 1}}),
        ("author/a\x00b", 1),
        ("author/" + "a" * 301, 1),
        ("setting/__proto__", 1),
        ("desk/other", 1),
    ],
)
def test_what_does_not_belong_is_refused_by_name(key: str, value: object) -> None:
    with pytest.raises(DeskRefused):
        received(Wire(key, STAMP, value), NOW)


@pytest.mark.parametrize("stamp", ["", "now", STAMP[:-1], STAMP + "a", STAMP.upper()])
def test_a_stamp_that_is_none_is_refused(stamp: str) -> None:
    with pytest.raises(DeskRefused, match="stamp"):
        received(Wire("seen/2401.00001", stamp, 1), NOW)


def test_a_clock_that_runs_far_ahead_cannot_win_for_ever() -> None:
    ahead = f"{NOW + LEEWAY + 1:013d}-0007-aaaaaaaa"
    assert received(Wire("seen/2401.00001", ahead, 1), NOW).stamp == f"{NOW:013d}-0007-aaaaaaaa"
    near = f"{NOW + LEEWAY:013d}-0007-aaaaaaaa"
    assert received(Wire("seen/2401.00001", near, 1), NOW).stamp == near


@given(st.binary(min_size=16, max_size=16), st.sampled_from(["-", " ", "", ", "]))
def test_a_key_survives_being_read_out(secret: bytes, between: str) -> None:
    key = DeskKey(secret)
    assert len(key.words.split("-")) == 9
    assert read_key(key.words.upper().replace("-", between)) == key


@given(st.binary(min_size=16, max_size=16), st.integers(0, 44), st.sampled_from("bdfghjklmnprstvzaiou"))
def test_one_wrong_letter_is_noticed(secret: bytes, place: int, letter: str) -> None:
    letters = DeskKey(secret).words.replace("-", "")
    wrong = letters[:place] + letter + letters[place + 1 :]
    if wrong == letters:
        assert read_key(wrong).secret == secret
    else:  # one in 65,536 slips passes the checksum, and is another key then
        with suppress(DeskRefused):
            assert read_key(wrong).secret != secret


@pytest.mark.parametrize("words", ["", "abc", "lusab-babad", "x" * 10_000, "lusab " * 9])
def test_what_is_no_key_is_refused(words: str) -> None:
    with pytest.raises(DeskRefused):
        read_key(words)


def test_a_key_does_not_show_itself() -> None:
    assert "lusab" not in repr(read_key(DeskKey(bytes(16)).words))
