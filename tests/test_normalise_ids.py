"""arXiv identifiers (rows A16 and X12 of the fault table)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.normalise import ids

NEW = st.from_regex(r"[0-9]{4}\.[0-9]{4,5}", fullmatch=True)
OLD = st.from_regex(r"(hep-th|cs|math\.AG|cond-mat)/[0-9]{7}", fullmatch=True)
IDS = st.one_of(NEW, OLD)
VERSIONS = st.one_of(st.none(), st.integers(1, 9999))


@given(
    IDS,
    VERSIONS,
    st.sampled_from(["", "arXiv:", "oai:arXiv.org:", "https://arxiv.org/abs/", "http://arxiv.org/pdf/"]),
)
def test_an_id_survives_every_way_of_writing_it(arxiv_id: str, version: int | None, prefix: str) -> None:
    assert ids.parse(prefix + ids.join(arxiv_id, version)) == (arxiv_id, version)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("oai:arXiv.org:2203.01250v3", ("2203.01250", 3)),
        ("arXiv:0704.0001", ("0704.0001", None)),
        ("math.AG/0601001v12", ("math.AG/0601001", 12)),
        ("https://arxiv.org/abs/hep-th/9901001v2", ("hep-th/9901001", 2)),
        ("https://www.arxiv.org/pdf/2401.00001v1.pdf", ("2401.00001", 1)),
        ("https://export.arxiv.org/html/2401.00001", ("2401.00001", None)),
        (" 2401.00001\n", ("2401.00001", None)),
    ],
)
def test_known_forms(text: str, expected: tuple[str, int | None]) -> None:
    assert ids.parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "../../x",
        "CON",
        "2401.00001/../../etc",
        "2401.00001\n2401.00002",
        "2401.000011",
        "2401.001",
        "٢٤٠١.٠٠٠٠١",
        "\uff12\uff14\uff10\uff11.00001",
        "2401.00001v0",
        "2401.00001v",
        "2401.00001v1v2",
        "HEP-TH/9901001",
        "hep-th/990100",
        "math.ag/0601001",
        "https://example.org/abs/2401.00001",
        "https://arxiv.org.example.org/abs/2401.00001",
        "2401.00001?x=1",
        "-a/9901001",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an arXiv identifier"):
        ids.parse(text)
    assert not ids.is_id(text)


@given(st.text())
def test_what_is_taken_is_a_safe_path(text: str) -> None:
    try:
        arxiv_id, _ = ids.parse(text)
    except ValueError:
        return
    assert ids.is_id(arxiv_id)
    assert ".." not in arxiv_id
    assert arxiv_id.isascii()


def test_address_of_the_abstract() -> None:
    assert ids.abs_url("hep-th/9901001", 2) == "https://arxiv.org/abs/hep-th/9901001v2"
    assert ids.abs_url("2401.00001") == "https://arxiv.org/abs/2401.00001"
