"""Pages of lists that a reader asks for: any categories and days, a page at a time, and papers by their ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import quote, urlencode

from markupsafe import Markup

from aggregator.models import NOTHING, ChosenDay, ChosenList, Kind, Listed, ListOrder, ListQuery, Message, say
from aggregator.site.environment import Templates, slot
from aggregator.site.feeds import atom_entries
from aggregator.site.links import Links
from aggregator.site.listing import PART_WORDS, articles, count_words, sections
from aggregator.site.periods import MERGED
from aggregator.site.speech import Speech
from aggregator.site.text import in_utf8
from aggregator.taxonomy import ARCHIVES
from aggregator.taxonomy import title as category_title

ALL = "all"  # the expression for all followed categories
_ORDERS = {
    ListOrder.ARXIV: say("arXiv's order"),
    ListOrder.TIME: say("Newest first"),
    ListOrder.STARS: say("Most starred"),
}
MOST_PARTS = 9  # links to other pages of a list


@dataclass(frozen=True, slots=True)
class Part:
    """A page of the list, or the list of another day."""

    url: str
    words: Message | Markup
    here: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A heading with its papers."""

    id: str
    title: Message | Markup
    short: Message | Markup
    size: int
    cards: Markup


class ChosenPages:
    """Makes them for one site."""

    def __init__(self, templates: Templates, links: Links, speech: Speech) -> None:
        self._templates = templates
        self._links = links
        self._speech = speech

    def page(self, chosen: ChosenList) -> bytes:
        """One page of the list: a single day by kind, several days by day."""
        cards: dict[str, str] = {}
        shown = list(
            self._by_kind(chosen, cards) if chosen.first == chosen.last else self._by_day(chosen, cards)
        )
        query = chosen.query
        context = {
            "name": self._name(query),
            "code": query.include[0] if query.text in query.include else "",
            "newest": self._address(query.text, {}),
            "here": self._at(query, chosen.first, chosen.last),
            **self._dates(chosen.first, chosen.last),
            "total": chosen.total,
            "counts": count_words(chosen.counts),
            "note": chosen.note,
            "without": ", ".join(query.exclude[:20]),
            "sections": shown,
            "parts": list(self._parts(chosen)),
            "orders": list(self._orders(query)),
            "previous": self._day(query, chosen.previous),
            "next": self._day(query, chosen.next),
            "feed": self._feed_address(query),
            "canonical": self._links.origin + self._at(query, chosen.first, chosen.last),
        }
        return self._joined(context, cards)

    def papers(self, papers: Sequence[Listed], days: Mapping[str, date]) -> bytes:
        """Papers by their ids, in the order that was asked for."""
        cards: list[str] = []
        for number, paper in enumerate(papers, 1):
            cards += articles([paper], number, {}, self._speech, days[paper.paper_id])
        path = self._links.to(_address_of(papers))
        context = {
            "name": self._speech.word("Papers"),
            "code": "",
            "newest": "",
            "here": path,
            **self._dates(min(days.values()), max(days.values())),
            "total": len(papers),
            "counts": NOTHING,
            "note": NOTHING,
            "without": "",
            "sections": [Shown("papers", say("Papers"), say("Papers"), len(papers), slot("papers"))],
            "parts": [],
            "orders": [],
            "previous": None,
            "next": None,
            "feed": f"{path}/feed",
            "canonical": self._links.origin + path,
        }
        return self._joined(context, {"papers": "".join(cards)})

    def papers_feed(self, papers: Sequence[Listed], days: Mapping[str, date]) -> bytes:
        """The Atom feed of the same papers."""
        page = self._links.whole(_address_of(papers))
        entries = [text for paper in papers for text in atom_entries(days[paper.paper_id], [paper])]
        name = self._speech.text(say("Papers"))
        return self._atom(entries, name, f"{page}/feed", page, max(days.values()))

    def feed(self, chosen: ChosenList) -> bytes:
        """The Atom feed of what the page shows."""
        entries = [text for day in chosen.days for text in atom_entries(day.day, day.papers)]
        query, origin = chosen.query, self._links.origin
        address = origin + self._feed_address(query)
        page = origin + self._address(query.text, _asked(query))
        return self._atom(entries, self._name(query), address, page, chosen.last)

    def _atom(self, entries: Iterable[str], name: str, address: str, page: str, last: date) -> bytes:
        about = {"name": name, "address": address, "page": page, "updated": f"{last.isoformat()}T00:00:00Z"}
        head, _, tail = self._templates.split("feed.atom.xml", ["entries"], **about)
        return "".join([head, *entries, tail]).encode("utf-8", "replace")

    def _joined(self, context: Mapping[str, object], cards: Mapping[str, str]) -> bytes:
        parts = self._templates.split("chosen.html", (), **context)
        return in_utf8("".join(cards[part] if place % 2 else part for place, part in enumerate(parts)))

    def _name(self, query: ListQuery) -> str:
        """What a list is called: the category's name where it is one."""
        if query.text == ALL:
            return self._speech.text(MERGED)
        if query.text in ARCHIVES:
            return ARCHIVES[query.text].name
        if len(query.include) == 1 and not query.exclude:
            return category_title(query.include[0])
        return query.text

    def _dates(self, first: date, last: date) -> dict[str, object]:
        if first == last:
            return {"dates": self._speech.long(first), "dates_text": self._speech.forms.long(first)}
        said = say("{first} to {last}", first=first, last=last)
        return {"dates": said, "dates_text": self._speech.text(said)}

    def _by_kind(self, chosen: ChosenList, cards: dict[str, str]) -> Iterable[Shown]:
        for day in chosen.days:
            if chosen.query.order is not ListOrder.ARXIV:
                yield self._shown("papers", self._speech.long(day.day), day, {}, cards)
                continue
            start = day.start
            for section in sections(day.papers):
                headings = PART_WORDS if section.parts else {}
                part = ChosenDay(day.day, tuple(section.papers), start)
                yield self._shown(section.key, section.title, part, headings, cards)
                start += len(section.papers)

    def _by_day(self, chosen: ChosenList, cards: dict[str, str]) -> Iterable[Shown]:
        for day in chosen.days:
            headings = {} if chosen.query.order is not ListOrder.ARXIV else PART_WORDS
            yield self._shown(f"day_{day.day:%Y%m%d}", self._speech.long(day.day), day, headings, cards)

    def _shown(
        self,
        key: str,
        title: Message | Markup,
        day: ChosenDay,
        headings: Mapping[Kind, Message],
        cards: dict[str, str],
    ) -> Shown:
        cards[key] = "".join(articles(day.papers, day.start, headings, self._speech, day.day))
        short = title if isinstance(title, Message) else self._speech.short(day.day)
        return Shown(key, title, short, len(day.papers), slot(key))

    def _parts(self, chosen: ChosenList) -> Iterable[Part]:
        query, step = chosen.query, chosen.query.show
        here = query.skip // step
        first = max(0, min(here - MOST_PARTS // 2, -(-chosen.total // step) - MOST_PARTS))
        for number in range(first, min(first + MOST_PARTS, -(-chosen.total // step))):
            start = number * step
            asked = _asked(query) | ({"skip": str(start)} if start else {})
            words = f"{start + 1}–{min(start + step, chosen.total)}"
            yield Part(
                self._address(query.text, asked), Markup("<span>{}</span>").format(words), number == here
            )

    def _orders(self, query: ListQuery) -> Iterable[Part]:
        for order, words in _ORDERS.items():
            address = self._address(query.text, _asked(replace(query, order=order)))
            yield Part(address, words, order is query.order)

    def _day(self, query: ListQuery, day: date | None) -> Part | None:
        return Part(self._at(query, day, day), self._speech.long(day)) if day else None

    def _at(self, query: ListQuery, first: date, last: date) -> str:
        asked = {k: v for k, v in _asked(query).items() if k not in ("date", "from", "to")}
        days = {"date": first.isoformat()} if first == last else _range(first, last)
        return self._address(query.text, days | asked)

    def _feed_address(self, query: ListQuery) -> str:
        return self._address(f"{query.text}/feed", _asked(query))

    def _address(self, text: str, asked: Mapping[str, str]) -> str:
        path = self._links.prefix + quote(f"arxiv/{text}", safe="/+,.-")
        return f"{path}?{urlencode(asked)}" if asked else path


def _asked(query: ListQuery) -> dict[str, str]:
    """The query words that lead to this list again, but for `skip`."""
    asked: dict[str, str] = {}
    if query.first and query.last:
        one = query.first == query.last
        asked |= {"date": query.first.isoformat()} if one else _range(query.first, query.last)
    if query.kinds != frozenset(Kind):
        asked["kind"] = ",".join(kind for kind in Kind if kind in query.kinds)
    if query.order is not ListOrder.ARXIV:
        asked["sort"] = query.order.value
    if query.show != ListQuery("", ()).show:
        asked["show"] = str(query.show)
    return asked


def _range(first: date, last: date) -> dict[str, str]:
    return {"from": first.isoformat(), "to": last.isoformat()}


def _address_of(papers: Iterable[Listed]) -> str:
    return "arxiv/" + ",".join(paper.paper_id for paper in papers)
