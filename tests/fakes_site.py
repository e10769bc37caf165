"""Invented papers and days for the tests of the site. Nothing here is a real paper."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from html import escape, unescape

from aggregator.gather import WEEK_FEED, split
from aggregator.models import (
    Announcement,
    Author,
    CategorySummary,
    DayLink,
    DayPapers,
    GateState,
    Gathering,
    Kind,
    LedgerRow,
    Listed,
    Listing,
    MonthCount,
    Overview,
    Page,
    Paper,
    PaperRecord,
    Period,
    SeenVersion,
    Span,
    State,
    Titled,
    period_of,
)
from aggregator.site import Site
from aggregator.site.listing import count_kinds

MONDAY, TUESDAY = date(2024, 3, 25), date(2024, 3, 26)
CHECKED = datetime(2024, 3, 26, 1, 5, tzinfo=UTC)

SQUARE_ROOT = "<math><msqrt><mi>n</mi></msqrt></math>"
FRACTION = "<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>"
ALIGNED = (
    '<math><mtable><mtr><mtd style="text-align: left;justify-items: start;padding-right: 0;">'
    '<mi>a</mi></mtd></mtr></mtable><mspace style="margin-left:-0.16666667em;"/></math>'
)

# All of it must come out as text, wherever it stands.
HOSTILE = (
    "<script>document.title='owned'</script>",
    '"><img src=x onerror="document.title=\'owned\'">',
    "javascript:document.title='owned'",
    "{{7*7}} {% raw %}",
    "</title></textarea></style><svg onload=document.title='owned'>",
    "\u202eright to left\u2066 \u200bzero",
    "\x1b[31mred\x1b[0m \x00\x02cards\x03\x02new\x03",
    "' onmouseover='document.title=1' x='",
    "http://evil.invalid/x.css",
    "&lt;b&gt; &amp; ]]> <!-- ",
    "\ud800 lone",
)


def paper(arxiv_id: str = "2403.00001", **changes: object) -> Paper:
    """A plain invented paper with some fields changed."""
    title = "A sample bound on the width of invented lattices"
    abstract = "We show, for sample purposes only, that every invented lattice of rank n has small width."
    plain = Paper(
        id=arxiv_id,
        version=1,
        title=title,
        abstract=abstract,
        authors_raw="Ada Beispiel, Bo Exempel",
        categories=("cs.CL", "cs.AI"),
        title_html=escape(title),
        title_text=title,
        abstract_html=f"<p>{escape(abstract)}</p>",
        abstract_text=abstract,
        authors=(Author("Ada Beispiel"), Author("Bo Exempel")),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def hostile_paper(arxiv_id: str = "2403.66666") -> Paper:
    """Hostile text in every field that normalising leaves as text."""
    said = " ".join(HOSTILE)
    return paper(
        arxiv_id,
        title=said,
        abstract=said,
        authors_raw=said,
        title_html=escape(said),
        title_text=said,
        abstract_html=f"<p>{escape(said)}</p>",
        abstract_text=said,
        authors=tuple(Author(text, text) for text in HOSTILE),
        categories=("cs.CL", *HOSTILE),
        comments=said,
        journal_ref=said,
        doi=said + " 10.1/<script>",
        license=said,
    )


def listed(site: Site, of: Paper, kind: Kind = Kind.NEW, version: int | None = None) -> Listed:
    return Listed(of.id, kind, version or of.version, site.card(of))


def listing(site: Site, papers: Sequence[tuple[Paper, Kind]], **changes: object) -> Listing:
    rows = tuple(listed(site, one, kind) for one, kind in papers)
    return replace(Listing("cs.CL", TUESDAY, rows), **changes)  # type: ignore[arg-type]


def golden_papers() -> dict[str, Paper]:
    """The six papers of the golden site: mathematics, many authors, an old id, all optional fields, hostile text."""
    many = tuple(Author(f"Author {chr(65 + n // 10)}{n % 10}") for n in range(45))
    made = (
        paper(
            "2403.00001",
            title_html=f"Invented sums of {SQUARE_ROOT} terms",
            title_text="Invented sums of √n terms",
            abstract_html=f"<p>A first paragraph with {FRACTION}.</p><p>A second with {ALIGNED}.</p>",
        ),
        paper("2403.00002", authors=many, categories=("cs.AI", "cs.CL", "math.CO")),
        paper(
            "2403.00003",
            version=3,
            comments="12 pages, https://github.com/sample/lattice",
            comments_html='12 pages, <a href="https://github.com/sample/lattice">https://github.com/sample/lattice</a>',
            doi="10.5555/sample.1 10.5555/sample.2",
            journal_ref="J. Inv. Samples 1 (2024) 1–12",
            license="http://creativecommons.org/licenses/by/4.0/",
        ),
        paper("hep-th/9901001", version=2, withdrawn=True, categories=("hep-th", "cs.AI")),
        paper("2403.00005", categories=("cs.AI",), authors=(Author("Élise Ó Sample"), Author("山田 見本"))),
        hostile_paper(),
    )
    return {one.id: one for one in made}


_GOLDEN_DAYS: dict[tuple[str | None, date], tuple[tuple[str, Kind], ...]] = {
    ("cs.CL", MONDAY): (("2403.00003", Kind.NEW),),
    ("cs.CL", TUESDAY): (
        ("2403.00001", Kind.NEW),
        ("2403.66666", Kind.NEW),
        ("2403.00002", Kind.CROSS),
        ("2403.00003", Kind.REPLACE),
    ),
    ("cs.AI", MONDAY): (("2403.00005", Kind.NEW),),
    ("cs.AI", TUESDAY): (
        ("2403.00002", Kind.NEW),
        ("2403.00001", Kind.CROSS),
        ("2403.00003", Kind.REPLACE),
        ("hep-th/9901001", Kind.REPLACE_CROSS),
    ),
    (None, MONDAY): (("2403.00003", Kind.NEW), ("2403.00005", Kind.NEW)),
    (None, TUESDAY): (
        ("2403.00002", Kind.NEW),
        ("2403.00001", Kind.NEW),
        ("2403.66666", Kind.NEW),
        ("2403.00003", Kind.REPLACE),
        ("hep-th/9901001", Kind.REPLACE_CROSS),
    ),
}


def golden_pages(site: Site) -> list[Page]:
    """All pages of the golden site: two categories, two days."""
    cards = {arxiv_id: (one, site.card(one)) for arxiv_id, one in golden_papers().items()}
    lists: dict[tuple[str | None, date], Listing] = {}
    for (category, day), rows in _GOLDEN_DAYS.items():
        shown = tuple(Listed(i, kind, cards[i][0].version, cards[i][1]) for i, kind in rows)
        newest = day == TUESDAY
        lists[category, day] = Listing(
            category,
            day,
            shown,
            previous=MONDAY if newest else None,
            next=None if newest else TUESDAY,
            checked_at=CHECKED if newest else None,
            note="Complete: arXiv's feed and this list agree." if newest else "",
            month=(_day_link(category, TUESDAY), _day_link(category, MONDAY)),
        )
    pages = [
        page for (_, day), made in lists.items() for page in site.list_pages(made, newest=day == TUESDAY)
    ]
    pages += [page for category in ("cs.CL", "cs.AI", None) for page in period_pages(site, category, lists)]
    pages += [site.statistics_page(name, months_of(many=name == "cs.CL")) for name in ("cs.CL", "cs.AI")]
    pages += [site.paper_page(record(site, one)) for one, _ in cards.values()]
    pages += site.home(
        [summary(name, lists) for name in ("cs.CL", "cs.AI", "math.CO")],
        lists[None, TUESDAY],
        [_day_link(None, MONDAY)],
    )
    pages.append(site.status_page(OVERVIEW))
    pages.append(site.recent_page({name: _announced(name, lists) for name in ("cs.CL", "cs.AI")}))
    return pages + site.shared_pages([page.path for page in pages])


def months_of(*, many: bool) -> list[MonthCount]:
    """Three years and a bit that grow, or a single month."""
    months = [date(2020 + n // 12, n % 12 + 1, 1) for n in range(2, 50 if many else 3)]
    return [
        MonthCount(month, 12 * n, 7 * n, (n, 2 * n, 4 * n, 3 * n, 2 * n))
        for n, month in enumerate(months, 10)
    ]


def _day_link(category: str | None, day: date) -> DayLink:
    return DayLink(day, Counter(kind for _, kind in _GOLDEN_DAYS[category, day]))


class _Lists:
    """What periods show, from ready lists."""

    def __init__(self, lists: Mapping[tuple[str | None, date], Listing]) -> None:
        self._lists = lists

    def week(
        self, category: str | None, before: Sequence[date], days: Sequence[date]
    ) -> tuple[DayPapers, ...]:
        taken: set[str] = set()
        found = []
        for day in [*before, *days]:
            papers = tuple(one for one in self._lists[category, day].papers if one.paper_id not in taken)
            found.append(DayPapers(day, papers, len(taken) + 1))
            taken.update(one.paper_id for one in papers)
        return tuple(found[len(before) :])

    def titles(self, category: str | None, days: Sequence[date]) -> Mapping[date, Sequence[Titled]]:
        return {
            day: [
                Titled(one.paper_id, _title_of(one))
                for one in self._lists[category, day].papers
                if one.kind is Kind.NEW
            ]
            for day in days
        }


def _title_of(one: Listed) -> str:
    return one.card.html.partition("<bdi>")[2].partition("</bdi>")[0]


def period_pages(
    site: Site, category: str | None, lists: Mapping[tuple[str | None, date], Listing]
) -> list[Page]:
    """The weeks, months and years of the days in `lists`."""
    days = [DayLink(day, count_kinds(made.papers)) for (name, day), made in lists.items() if name == category]
    days.sort(key=lambda link: link.day)
    volume = {link.day: link.counts.get(Kind.NEW, 0) for link in days}
    rows = _Lists(lists)
    newest = [link.day for link in days[-WEEK_FEED:]]
    made = [site.week_feed(category, rows.week(category, [], newest))] if newest else []
    for span in Span:
        held: dict[Period, tuple[DayLink, ...]] = {}
        for link in days:
            one = period_of(span, link.day)
            held[one] = (*held.get(one, ()), link)
        for before, period, after in zip([None, *held], held, [*list(held)[1:], None], strict=False):
            whole = Gathering(category, period, held[period], split(span, held[period]), before, after)
            for number, part in enumerate(whole.parts, 1):
                here = [link.day for link in part]
                earlier = [link.day for one in whole.parts[: number - 1] for link in one]
                if span is Span.WEEK:
                    made.append(site.week_page(whole, number, rows.week(category, earlier, here)))
                elif span is Span.MONTH:
                    made.append(site.month_page(whole, number, rows.titles(category, here)))
                else:
                    mine = {day: count for day, count in volume.items() if period.holds(day)}
                    made.append(site.year_page(whole, mine))
    return made


def _announced(
    category: str, lists: dict[tuple[str | None, date], Listing]
) -> dict[date, list[tuple[str, int]]]:
    return {
        day: [(paper.paper_id, paper.version) for paper in made.papers]
        for (name, day), made in lists.items()
        if name == category
    }


def summary(category: str, lists: dict[tuple[str | None, date], Listing]) -> CategorySummary:
    days = [DayLink(day, count_kinds(made.papers)) for (name, day), made in lists.items() if name == category]
    newest_first = tuple(sorted(days, key=lambda link: link.day, reverse=True))
    return CategorySummary(
        category,
        newest_first,
        CHECKED if days else None,
        "" if days else "not asked yet",
        {link.day: link.counts[Kind.NEW] for link in days},
    )


def record(site: Site, one: Paper) -> PaperRecord:
    said = [
        Announcement(one.id, one.version, category or "", day, kind, place)
        for (category, day), rows in _GOLDEN_DAYS.items()
        if category
        for place, (arxiv_id, kind) in enumerate(rows, 1)
        if arxiv_id == one.id
    ]
    seen = (
        (SeenVersion(1, CHECKED), SeenVersion(one.version)) if one.version > 1 else (SeenVersion(1, CHECKED),)
    )
    return PaperRecord(
        one,
        tuple(sorted(said, key=lambda a: (a.day, a.category))),
        site.card(one),
        seen,
        frozenset({MONDAY, TUESDAY}),
    )


def words_of(html: str) -> str:
    """What a page says: its text, without tags."""
    return unescape(re.sub("<[^<>]*>", "", html))


# ── a day that looks real, for screenshots and benchmarks ──


def _split(words: str) -> list[str]:
    return words.split()


_WORDS = _split(
    "invented sample lattice operator gradient kernel sparse quantum spectral bounded robust adaptive measure "
    "transport graph diffusion entropy manifold field estimate inference language model alignment retrieval "
    "tensor flow boundary regular random matrix convergence optimal stability phase transition latent"
)
_FORMULAS = (
    r"\mathcal{O}(n\log n)",
    r"\|x\|_2^2",
    r"p(\theta\mid x)",
    r"\alpha_s(m_Z)=0.118",
    r"\sum_{i=1}^{n}\frac{\partial f}{\partial x_i}(x)\,\xi_i",
    r"H^1(\Omega)",
    r"e^{-\lambda t}",
    r"\sqrt{1-\frac{v^2}{c^2}}",
    r"\left(\int_{\mathbb{R}^d}|u(x)|^p\,\mathrm{d}x\right)^{1/p}\le C\sum_{k=0}^{\infty}2^{-k}\|\nabla^k u\|_{L^q}",
)
_GIVEN = _split("Ada Bo Chiara Dmitri Élise Farid Grace Håkon Inés Jürgen Keiko Li Mateo Ngọc Olga Priya")
_FAMILY = _split(
    "Beispiel Exempel Prøve Muster Vzorek Örnek Minta Näyte Ejemplo Esempio Zhang Kim Okafor Santos"
)


def real_looking_papers(amount: int, seed: int = 1, maths: Callable[[str], str] | None = None) -> list[Paper]:
    """Papers of real length; with `maths` (TeX → MathML) every abstract has formulas and some titles too."""
    chance = random.Random(seed)
    return [_real_looking(f"2403.{number + 10000}", chance, maths) for number in range(amount)]


def _real_looking(arxiv_id: str, chance: random.Random, maths: Callable[[str], str] | None) -> Paper:
    names = tuple(
        Author(f"{chance.choice(_GIVEN)} {chance.choice(_FAMILY)}")
        for _ in range(chance.choice((1, 2, 3, 4, 5, 7, 12, 60)))
    )
    title = _phrase(chance, chance.randint(5, 13)).capitalize()
    title_html = escape(title)
    sentences = [_sentence(chance, maths) for _ in range(chance.randint(5, 9))]
    if maths and chance.random() < 0.25:
        title_html += " with " + maths(chance.choice(_FORMULAS[:4]))
    others = chance.sample(
        ("cs.AI", "cs.LG", "stat.ML", "math.OC", "eess.IV", "quant-ph"), chance.randint(0, 3)
    )
    return paper(
        arxiv_id,
        title=title,
        title_html=title_html,
        title_text=title,
        abstract_html=f"<p>{' '.join(sentences)}</p>",
        abstract_text=_phrase(chance, 140),
        authors=names,
        categories=("cs.CL", *others),
        version=chance.choice((1, 1, 1, 2, 4)),
        comments_html=chance.choice(
            (None, "12 pages, 4 figures", "Accepted at a conference of our invention")
        ),
        doi=chance.choice((None, None, None, "10.5555/sample.2024.17")),
        journal_ref=chance.choice((None, None, None, "J. Inv. Samples 12 (2024) 345–367")),
        withdrawn=chance.random() < 0.03,
    )


def _phrase(chance: random.Random, words: int) -> str:
    return " ".join(chance.choice(_WORDS) for _ in range(words))


def _sentence(chance: random.Random, maths: Callable[[str], str] | None) -> str:
    words = _phrase(chance, chance.randint(9, 24)).capitalize()
    formula = f" {maths(chance.choice(_FORMULAS))}" if maths and chance.random() < 0.4 else ""
    return f"{words}{formula}, which this sample shows."


def real_looking_day(
    site: Site, papers: Sequence[Paper], category: str | None = "cs.CL", **changes: object
) -> Listing:
    """A day of which 55 % are new, 15 % cross-lists, 20 % replaced and the rest replaced cross-lists."""
    total = len(papers)
    kinds = [
        Kind.NEW if place < 0.55 * total
        else Kind.CROSS if place < 0.7 * total
        else Kind.REPLACE if place < 0.9 * total
        else Kind.REPLACE_CROSS
        for place in range(total)
    ]  # fmt: skip
    rows = listing(site, list(zip(papers, kinds, strict=True)), category=category)
    said: dict[str, object] = {
        "previous": MONDAY,
        "checked_at": CHECKED,
        "note": "Complete: arXiv's feed holds nothing that is not here.",
    }
    return replace(rows, **(said | changes))  # type: ignore[arg-type]


OVERVIEW = Overview(
    ("cs.AI", "cs.CL"),
    (
        LedgerRow("cs.AI", date(2024, 3, 26), State.CONFIRMED, counts={Kind.NEW: 3}),
        LedgerRow("cs.AI", date(2024, 3, 25), State.BACKFILLED, counts={Kind.NEW: 2}),
        LedgerRow("cs.CL", date(2024, 3, 26), State.LATE, reason="arXiv has not announced"),
    ),
    (),
    GateState(),
    (DayLink(date(2024, 3, 26), {Kind.NEW: 3}), DayLink(date(2024, 3, 25), {Kind.NEW: 2})),
    checked_at=datetime(2024, 3, 26, 4, 30, tzinfo=UTC),
)
