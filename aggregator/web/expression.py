"""What an address asks for, in Cool Papers' grammar: which categories, which days, which part of the list.

cs · cs.AI · cs.AI,cs.CL · cs.AI+cs.LG-cs.CY-econ.GN        union of what stands before, then the difference
?date=2024-03-26 · ?from=2024-03-01&to=2024-03-31 · ?kind=new,cross · ?sort=0 · ?show=50&skip=100
2403.00001,hep-th/9901001v2                                 papers by their ids
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from aggregator.models import Kind, ListOrder, ListQuery
from aggregator.normalise import ids
from aggregator.taxonomy import ARCHIVES, CATEGORIES, expand, nearest

SHOWN = 100  # papers of a page when nobody says how many
MOST_SHOWN = 500
MOST_SKIPPED = 100_000
LONGEST_RANGE = 366  # days
MOST_TERMS = 60
MOST_IDS = 200

# The longest name first: `astro-ph.CO` is not `astro-ph`, and the minus of `hep-th` takes nothing away.
_NAMES = "|".join(map(re.escape, sorted({*ARCHIVES, *CATEGORIES}, key=len, reverse=True)))
_TERM = re.compile(rf"([,+ -]|^)({_NAMES})(?=[,+ -]|$)")
_ANY_CASE = re.compile(rf"(?<![^,+ -])({_NAMES})(?=[,+ -]|$)", re.IGNORECASE)
_AS_SPELT = {name.lower(): name for name in (*ARCHIVES, *CATEGORIES)}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class BadQuery(ValueError):
    """The address asks for something that there is not; the message is for the reader."""


class NoSuchCategory(BadQuery):
    """An expression names a category that arXiv has not, or is none at all."""


def categories(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The categories that an expression includes and excludes, canonical. Raises BadQuery."""
    include: dict[str, None] = {}
    exclude: dict[str, None] = {}
    place = terms = 0
    while place < len(text):
        term = _TERM.match(text, place)
        if term is None or (not place and term[1]) or terms >= MOST_TERMS:
            raise NoSuchCategory(_wrong(text[place:]))
        found = _expanded(term[2])
        (exclude if term[1] == "-" else include).update(dict.fromkeys(found))
        place, terms = term.end(), terms + 1
    wanted = tuple(name for name in include if name not in exclude)
    if not wanted:
        raise BadQuery("nothing is left of these categories")
    return wanted, tuple(exclude)


def spelt(text: str) -> str | None:
    """An expression as it was most likely meant: arXiv's capitals, no sign at its end. None for no other one."""
    made = _ANY_CASE.sub(lambda found: _AS_SPELT[found[0].lower()], text.strip(",+ -"))
    try:
        categories(made)
    except BadQuery:
        return None
    return made if made != text else None


def _expanded(name: str) -> tuple[str, ...]:
    try:
        return expand([name])
    except KeyError:
        raise NoSuchCategory(f"arXiv takes no papers in {name} any more") from None


def _wrong(rest: str) -> str:
    word = re.split(r"[,+ ]", rest.lstrip(",+- ")[:40])[0]
    close = nearest(word) if word else None
    return f"no such category: {word or rest[:40]}" + (f", did you mean {close}?" if close else "")


def is_expression(text: str) -> bool:
    """Whether this is meant as categories rather than as ids of papers."""
    return not text[:1].isdigit() and "/" not in text


def paper_ids(text: str) -> tuple[tuple[str, int | None], ...]:
    """The papers that a list of ids names, each once, with the version that was asked for. Raises BadQuery."""
    found: dict[str, int | None] = {}
    words = [word for word in re.split(r"[,+ ]", text) if word]
    if len(words) > MOST_IDS:
        raise BadQuery(f"at most {MOST_IDS} papers at once")
    for word in words:
        try:
            paper_id, version = ids.parse(word)
        except ValueError:
            raise BadQuery(f"not an arXiv id: {word[:40]}") from None
        found.setdefault(paper_id, version)
    if not found:
        raise BadQuery("no paper is named")
    return tuple(found.items())


def list_query(text: str, asked: Mapping[str, str], *, most_shown: int = MOST_SHOWN) -> ListQuery:
    """What the path `text` and the query words ask for. Raises BadQuery."""
    include, exclude = categories(text)
    first, last = _days(asked)
    return ListQuery(
        text=text.replace(" ", "+"),
        include=include,
        exclude=exclude,
        first=first,
        last=last,
        kinds=_kinds(asked.get("kind", "")),
        order=next((one for one in ListOrder if one and one == asked.get("sort")), ListOrder.ARXIV),
        show=number(asked, "show", SHOWN, 1, most_shown),
        skip=number(asked, "skip", 0, 0, MOST_SKIPPED),
    )


def is_asked(asked: Mapping[str, str]) -> bool:
    """Whether the query words ask for a list of ours; `show=unread` and `kind=` are the page's own filter."""
    ours = any(asked.get(name) for name in ("date", "from", "to", "sort", "skip"))
    return ours or asked.get("show", "").isdigit()


def _days(asked: Mapping[str, str]) -> tuple[date | None, date | None]:
    if asked.get("date"):
        day = day_of(asked["date"])
        return day, day
    first = day_of(asked["from"]) if asked.get("from") else None
    last = day_of(asked["to"]) if asked.get("to") else None
    if first is None and last is None:
        return None, None
    first = first or _moved(last, -30)
    last = last or _moved(first, 30)
    if not 0 <= (last - first).days < LONGEST_RANGE:
        raise BadQuery(f"from one day to a later one, at most {LONGEST_RANGE} days")
    return first, last


def _moved(day: date | None, days: int) -> date:
    assert day is not None
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return day


def day_of(text: str) -> date:
    """A day as it stands in an address. Raises BadQuery."""
    try:
        return date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError:
        raise BadQuery(f"not a day such as 2024-03-26: {text[:40]}") from None


def _kinds(text: str) -> frozenset[Kind]:
    """ "replace" stands for replaced cross-lists too, as the section of a page does."""
    found: set[Kind] = set()
    for word in filter(None, text.split(",")):
        try:
            found.add(Kind(word))
        except ValueError:
            raise BadQuery(f"no such kind: {word[:40]} (new, cross, replace, replace-cross)") from None
    if Kind.REPLACE in found:
        found.add(Kind.REPLACE_CROSS)
    return frozenset(found or Kind)


def number(asked: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    """A number of the query, bounded. Raises BadQuery for what is none."""
    text = asked.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadQuery(f"not a number: {name}={text[:40]}")
    return min(max(int(text), least), most)
