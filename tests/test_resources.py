"""Code and project pages among a paper's links."""

from __future__ import annotations

import re

import pytest
from fakes_site import paper

from aggregator import normalise
from aggregator.models import Kind, Paper, RawEntry
from aggregator.site.environment import templates_dir
from aggregator.site.resources import links
from aggregator.site.speech import speech_of

SPEECH = speech_of("en", templates_dir())


def of(abstract: str = "Plain.", comments: str | None = None) -> Paper:
    entry = RawEntry("2403.00001", 1, Kind.NEW, "T", abstract, "A", ("cs.CL",), comments=comments)
    return normalise.paper(entry)


def found(one: Paper) -> dict[str, str]:
    return {
        words: address for address, words in re.findall(r'href="([^"]*)"[^>]*>(\w+)</a>', links(one, SPEECH))
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Code: https://github.com/sample/net.", {"Code": "https://github.com/sample/net"}),
        ("See https://www.github.com/sample/net", {"Code": "https://www.github.com/sample/net"}),
        ("Weights at https://huggingface.co/sample/net", {"Code": "https://huggingface.co/sample/net"}),
        ("https://sample.github.io/net/", {"Project": "https://sample.github.io/net/"}),
        ("Project page: https://net.invalid/", {"Project": "https://net.invalid/"}),
        ("Our website is at https://net.invalid/x", {"Project": "https://net.invalid/x"}),
        ("https://net.invalid/", {}),
        ("https://github.com/", {}),
        ("https://github.com.evil.invalid/sample/net", {}),
        ("https://github.com@evil.invalid/sample/net", {}),
        ("A page of https://arxiv.org/abs/2403.00002", {}),
    ],
)
def test_code_and_project_pages_are_found(text: str, expected: dict[str, str]) -> None:
    assert found(of(text)) == expected
    assert found(of(comments=text)) == expected


def test_comments_come_first_and_each_kind_once() -> None:
    one = of("Code: https://github.com/a/b and https://sample.github.io/b", "https://gitlab.com/c/d")
    assert found(one) == {"Code": "https://gitlab.com/c/d", "Project": "https://sample.github.io/b"}


def test_a_paper_without_links_has_none() -> None:
    assert links(paper(), SPEECH) == ""
