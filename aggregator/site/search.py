"""The page of a search: the form, what was found, how it divides, and the ways on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from aggregator.models import Asked, Found, Hit, Kind, Message, Order, SearchResults, Shares, say
from aggregator.site import programs
from aggregator.site.environment import Templates, slot
from aggregator.site.feeds import feed_moment
from aggregator.site.links import ARXIV, SEARCH, Links, quoted
from aggregator.site.speech import Speech
from aggregator.site.text import encoded, escape, in_utf8
from aggregator.taxonomy import title as category_title

FORMATS = (("bibtex", "BibTeX"), ("markdown", "Markdown"), ("csv", "CSV"), ("json", "JSON"))
_ORDERS = (
    (Order.RELEVANCE, say("Relevance")),
    (Order.NEWEST, say("Newest")),
    (Order.OLDEST, say("Oldest")),
)
_BY_STARS = (Order.STARS, say("Most starred"))  # named where readers see stars counted
_NAMES = {Order.RELEVANCE: "", Order.NEWEST: "newest", Order.OLDEST: "oldest", Order.STARS: "stars"}
ABOUT = "≈ "
_CATEGORIES = 12  # in the rail
_BAR = ("url", "x", "y", "width", "height", "year", "count")
WIDTH, HEIGHT, GAP, FEWEST = 240, 56, 1, 12  # of the chart; years that it shows at least


@dataclass(frozen=True, slots=True)
class Way:
    """A link: another order, part, share or format."""

    words: Message | Markup | str
    url: str
    here: bool = False
    count: int = 0
    title: str = ""


class SearchPages:
    """Makes them for one site; `counts` says whether its pages show how many starred a paper."""

    def __init__(self, templates: Templates, links: Links, speech: Speech, *, counts: bool = False) -> None:
        self._templates = templates
        self._links = links
        self._speech = speech
        self._bar = templates.frame("partials/_search_bar.html", _BAR)
        self._row = templates.frame("partials/_search_year.html", ("url", "year", "count"))
        self._orders = (*_ORDERS, _BY_STARS) if counts else _ORDERS

    def page(self, results: SearchResults) -> bytes:
        asked, found = results.asked, results.found
        parts = self._templates.split(
            "search.html",
            (),
            asked=asked,
            results=results,
            total=found.total,
            shown=self._total(found),
            action=self._links.to(SEARCH),
            here=self._address(asked),
            first=asked.first.isoformat() if asked.first else "",
            last=asked.last.isoformat() if asked.last else "",
            limits=list(self._limits(asked)),
            orders=[self._order(asked, order, words) for order, words in self._orders],
            order=_NAMES[asked.order],
            rail=self._rail(asked, found.shares) if found.total else "",
            previous=self._part(asked, asked.skip - asked.show) if asked.skip else None,
            next=self._next(asked, found.total),
            span=_span(asked, len(results.hits)),
            feed=self._feed(asked),
            rather=Way(results.rather, self._address(Asked(results.rather))) if results.rather else None,
            plain=self._plain(results),
            elsewhere=f"{ARXIV}/abs/{found.named}" if found.named else None,
            cards=slot("cards"),
        )
        (cards,) = encoded(["".join(self._articles(results.hits, asked.skip + 1))])
        return b"".join([cards if place % 2 else in_utf8(part) for place, part in enumerate(parts)])

    def _rail(self, asked: Asked, shares: Shares) -> Markup:
        """How the papers divide, and what to take along; apart, because in nested blocks each piece costs thrice."""
        bars, rows = self._years(asked, shares)
        made = self._templates.render(
            "partials/_search_rail.html",
            categories=list(self._categories(asked, shares.categories)),
            about=ABOUT if shares.about else "",
            bars=bars,
            rows=rows,
            begins=first_year(shares.years),
            ends=shares.years[-1][0] if shares.years else "",
            width=WIDTH,
            height=HEIGHT,
            feed=self._feed(asked),
            exports=[self._export(asked, name, words) for name, words in FORMATS],
        )
        return Markup(made)  # noqa: S704 – a template escaped it

    def _total(self, found: Found) -> Markup:
        return Markup(ABOUT if found.shares.about_total else "") + self._speech.number(found.total)  # noqa: S704 – ours

    def _feed(self, asked: Asked) -> str:
        return self._links.to(f"{SEARCH}/feed") + _query(asked)

    def feed(self, results: SearchResults) -> bytes:
        """An Atom feed, dated by the newest paper."""
        entries = [
            f"<entry>\n<updated>{feed_moment(hit.day)}</updated>\n"
            f"<arxiv:announce_type>{Kind.NEW}</arxiv:announce_type>\n{hit.card.entry_xml}</entry>\n"
            for hit in results.hits
        ]
        head, _, tail = self._templates.split(
            "feed.atom.xml",
            ["entries"],
            name=self._speech.text(say("Search: {words}", words=results.asked.text)),
            address=self._links.whole(f"{SEARCH}/feed") + _query(results.asked),
            page=self._links.origin + self._address(results.asked),
            updated=feed_moment(max((hit.day for hit in results.hits), default=date(1991, 8, 14))),
        )
        return in_utf8("".join([head, *entries, tail]))

    # ── ways on ──

    def _address(self, asked: Asked, **changes: str) -> str:
        return self._links.to(SEARCH) + _query(asked, **changes)

    def _order(self, asked: Asked, order: Order, words: Message) -> Way:
        return Way(words, self._address(asked, sort=_NAMES[order], skip=""), asked.order is order)

    def _limits(self, asked: Asked) -> Iterable[Way]:
        """What narrows the search, each with the way to go without it."""
        for name in asked.categories:
            rest = ",".join(one for one in asked.categories if one != name)
            yield Way(name, self._address(asked, cat=rest, skip=""), title=category_title(name))
        if asked.first or asked.last:
            yield Way(_days(asked), self._address(asked, **{"from": "", "to": "", "skip": ""}))

    def _categories(self, asked: Asked, shares: Sequence[tuple[str, int]]) -> Iterable[Way]:
        """Archives are left out: their categories say more."""
        told = {name.partition(".")[0] for name, _ in shares if "." in name}
        shown = [(name, count) for name, count in shares if name not in told]
        rest = self._address(asked, cat="", skip="")
        for name, count in shown[:_CATEGORIES]:
            url = f"{rest}&cat={quoted(name)}"
            yield Way(name, url, name in asked.categories, count, category_title(name))

    def _years(self, asked: Asked, shares: Shares) -> tuple[Markup, Markup]:
        """The bars of the chart and, the newest first, the rows of its table. None when there is but one year."""
        if len(shares.years) < 2:
            return Markup(), Markup()
        about = ABOUT if shares.about_years else ""
        rest = escape(self._address(asked, **{"from": "", "to": "", "skip": ""}))
        bars, rows = [], []
        for bar, (year, count) in zip(_bars(shares.years), shares.years, strict=True):
            said = {"url": f"{rest}&amp;from={year}-01-01&amp;to={year}-12-31", "year": str(year)}
            bars.append(self._bar.fill(bar | said | {"count": f"{about}{count:,}"}))
            rows.append(self._row.fill(said | {"count": f"{about}{self._speech.number(count)}"}))
        return Markup("".join(bars)), Markup("".join(reversed(rows)))  # noqa: S704 – templates and numbers

    def _part(self, asked: Asked, skip: int) -> str:
        return self._address(asked, skip=str(skip) if skip > 0 else "")

    def _next(self, asked: Asked, total: int) -> str | None:
        skip = asked.skip + asked.show
        return self._part(asked, skip) if skip < min(total, asked.order.deepest) else None

    def _export(self, asked: Asked, name: str, words: str) -> Way:
        return Way(words, self._links.to(f"{SEARCH}/export") + _query(asked, format=name, skip="", show=""))

    def _plain(self, results: SearchResults) -> Way | None:
        """The question that could not be read, as words."""
        words = " ".join("".join(c if c.isalnum() else " " for c in results.asked.text[:900]).split())
        asked = Asked(words)
        return Way(words, self._address(asked)) if results.wrong and results.wrong.there and words else None

    def _articles(self, hits: Iterable[Hit], first: int) -> Iterable[str]:
        for number, hit in enumerate(hits, first):
            name = escape(hit.paper_id)
            yield f'{programs.opening(name, hit.card.html)}<p class="mark">'
            yield f'{self._speech.plain(hit.day)} <span class="version">v{hit.version}</span>'
            yield f'</p>\n<h2 class="title"><span class="index">#{number}</span> '
            yield programs.inside(name, hit.card.html)
            yield programs.closing(hit.day)


def _bars(years: Sequence[tuple[int, int]]) -> Iterable[dict[str, str]]:
    """Where each year that has papers stands in the chart; those without leave a gap."""
    first = first_year(years)
    step = WIDTH / (years[-1][0] - first + 1)
    most = max(count for _, count in years)
    width = f"{max(step - GAP, 1.0):.4g}"
    for year, count in years:
        tall = max(2.0, HEIGHT * count / most)
        x, y = f"{(year - first) * step:.5g}", f"{HEIGHT - tall:.4g}"
        yield {"x": x, "y": y, "width": width, "height": f"{tall:.4g}"}


def first_year(years: Sequence[tuple[int, int]]) -> int:
    """Where the chart begins: it shows a dozen years at least, so that a bar is no wall."""
    return min(years[0][0], years[-1][0] - FEWEST + 1) if years else 0


def _query(asked: Asked, **changes: str) -> str:
    """The query of an address that asks for this again, with some words changed; "" takes one away."""
    said = {
        "query": asked.text,
        "cat": ",".join(asked.categories),
        "from": asked.first.isoformat() if asked.first else "",
        "to": asked.last.isoformat() if asked.last else "",
        "sort": _NAMES[asked.order],
        "show": str(asked.show) if asked.show != Asked("").show else "",
        "skip": str(asked.skip) if asked.skip else "",
        **changes,
    }
    return "?" + "&".join([f"{name}={quoted(value)}" for name, value in said.items() if value])


def _days(asked: Asked) -> Message | Markup:
    first, last = asked.first, asked.last
    if first and last:
        if first.year == last.year and (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
            return Markup(f"<span>{first.year}</span>")  # noqa: S704 – a number
        return say("{first} – {last}", first=first, last=last)
    if first:
        return say("Since {day}", day=first)
    return say("Until {day}", day=last or date.max)


def _span(asked: Asked, shown: int) -> tuple[int, int] | None:
    return (asked.skip + 1, asked.skip + shown) if shown else None
