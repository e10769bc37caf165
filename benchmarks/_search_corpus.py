"""What benchmarks/search.py asks of whom: papers, questions of six kinds, and known papers as people remember them."""

from __future__ import annotations

import gzip
import json
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from _frame import recording

Paper = Mapping[str, Any]  # as a line of Kaggle's snapshot
KINDS = ("rare word", "common word", "phrase", "author", "prefix", "5-word OR")


def papers(count: int) -> Iterator[Paper]:
    """The real ones, then ones whose title, abstract and authors are joined from two of them."""
    with gzip.open(recording()) as lines:
        real = [json.loads(line) for line in lines]
    yield from real[:count]
    chance = random.Random(7)
    for number in range(len(real), count):
        one, other = real[number % len(real)], chance.choice(real)
        made = dict(one)
        made["id"] = f"{number // 80000 % 99:02}{1 + number // 6700 % 12:02}.{number % 100000:05}"
        made["title"] = _halves(one["title"], other["title"], " ")
        made["abstract"] = _halves(one["abstract"], other["abstract"], ". ")
        made["authors"] = ", ".join([*one["authors"].split(", ")[:1], *other["authors"].split(", ")[1:]])
        yield made


def _halves(one: str, other: str, by: str) -> str:
    first, second = one.split(by), other.split(by)
    return by.join([*first[: len(first) // 2 + 1], *second[len(second) // 2 :]])


def questions(real: Sequence[Paper], each: int) -> dict[str, list[str]]:
    """Words as they stand in the papers, so many of each kind."""
    chance = random.Random(11)
    spelt = [re.findall(r"[a-z]{3,}", f"{one['title']} {one['abstract']}".lower()) for one in real]
    counts = Counter(word for words in spelt for word in {*words})
    ranked = [word for word, _ in counts.most_common()]
    rare = [word for word in ranked if 3 <= counts[word] <= 20 and len(word) > 5]
    middle = ranked[300:3000]
    pairs = [" ".join(words[at : at + 2]) for words in chance.sample(spelt, each) for at in [len(words) // 2]]
    names = [chance.choice(one["authors"].split(", ")) for one in chance.sample(real, 4 * each)]
    return {
        "rare word": chance.sample(rare, each),
        "common word": ranked[20 : 20 + each],
        "phrase": pairs,
        "author": [name for name in names if re.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+", name)][:each],
        "prefix": [word[:4] for word in chance.sample(middle, each)],
        "5-word OR": [" OR ".join(chance.sample(middle, 5)) for _ in range(each)],
    }


def for_us(kind: str, asked: str) -> str:
    return {"phrase": f'"{asked}"', "author": f'au:"{asked}"', "prefix": f"{asked}*"}.get(kind, asked)


def for_fts5(kind: str, asked: str) -> str:
    return {"phrase": f'"{asked}"', "author": f'authors:"{asked}"', "prefix": f"{asked}*"}.get(kind, asked)


# ── known papers ──

Known = Callable[[Paper], str]


def known(chance: random.Random) -> dict[str, Known]:
    """How a reader who knows the paper looks for it."""

    def shorter(one: Paper) -> str:
        words = one["title"].split()
        gone = {*chance.sample(range(len(words)), min(2, max(0, len(words) - 2)))}
        return " ".join(word for place, word in enumerate(words) if place not in gone)

    def accentless(one: Paper) -> str:
        apart = unicodedata.normalize("NFKD", one["title"])
        return "".join(c for c in apart if not unicodedata.combining(c))

    return {
        "exact title": lambda one: str(one["title"]),
        "title with two words missing": shorter,
        "title without accents": accentless,
        "first author and year": lambda one: f'au:"{_authors(one)[0]}" year:{_year(one)}',
        "surnames of the first three authors and year": lambda one: f"{_surnames(one, 3)} {_year(one)}",
        "surname and the two longest words of the title": lambda one: f"{_surnames(one, 1)} {_longest(one)}",
    }


def _authors(one: Paper) -> list[str]:
    return str(one["authors"]).split(", ")


def _year(one: Paper) -> str:
    return str(one["versions"][0]["created"][:4])


def _surnames(one: Paper, most: int) -> str:
    return " ".join(name.split()[-1] for name in _authors(one)[:most])


def _longest(one: Paper) -> str:
    return " ".join(sorted(one["title"].split(), key=len)[-2:])
