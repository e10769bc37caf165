"""Asking the index: what is found, in which order, how it divides, and that nothing asked breaks it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from fakes_search import PAPERS, RowsInMemory, searchable
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from aggregator.errors import QueryError, SearchError
from aggregator.models import Asked, Order, Searchable
from aggregator.query import read
from aggregator.search import Engine, Highlighter, Indexer

ONE, TWO, THREE, OLD, FIVE = (paper.id for paper in PAPERS)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder = tmp_path_factory.mktemp("search")
    Indexer(folder).refresh(RowsInMemory())
    return Engine(folder)


def found(engine: Engine, text: str, **more: object) -> tuple[str, ...]:
    return engine.search(replace(Asked(text), **more)).ids  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("network", {ONE, TWO}),  # stems: networks, Networking
        ("graph networks", {ONE, TWO}),
        ('"graph networks"', {ONE}),
        ('"networks graph"', set()),
        ("ti:graph", {ONE, FIVE}),
        ("abs:lattice", {THREE, OLD}),
        ("abs:networks", {ONE}),
        ("graph -sample", {FIVE}),
        ("graph OR lattices", {ONE, TWO, THREE, OLD, FIVE}),
        ("(graph OR lattices) waves", {THREE}),
        ("-graph", {THREE, OLD}),
        ("schrodinger", {THREE}),
        ('Schr\\"odinger', {THREE}),
        ("SCHRÖDINGER equation", {THREE}),
        ("schrod*", {THREE}),
        ("ti:graph* -au:xu", {ONE}),
        ("the on", {THREE}),  # nothing else was asked
        ("the graph of waves OR the Networking", {TWO, ONE}),
        ("au:sample", {ONE, TWO, OLD}),
        ('au:"Ada Sample"', {ONE, TWO}),
        ('au:"Sample, Ada"', {ONE, TWO}),
        ('au:"A. Sample"', {ONE, TWO, OLD}),
        ('au:"Alan Sample"', {OLD, TWO}),
        ("au:osterreich", {THREE}),
        ("osterreich 2022", {THREE}),
        ('"Emile Osterreich"', {THREE}),
        ("co:conference", {ONE}),
        ('co:"sample conference"', {ONE}),
        ("jr:letters", {THREE}),
        ("cat:cs", {ONE, TWO, FIVE}),
        ("cat:stat.ML", {TWO}),
        ("year:1999", {OLD}),
        ("year:2000-2023", {THREE}),
        ("from:2024-03-26", {FIVE}),
        ("to:2022-07-04", {THREE, OLD}),
        ("2403.00001", {ONE}),
        ("https://arxiv.org/abs/hep-th/9901004v3", {OLD}),
        ("https://doi.org/10.1000/one", {ONE}),
        ("9999.99999", set()),
    ],
)
def test_what_is_found(engine: Engine, text: str, ids: set[str]) -> None:
    answer = engine.search(Asked(text))
    assert {*answer.ids} == ids
    assert answer.total == len(ids)
    assert {*found(engine, text, order=Order.NEWEST)} == ids


def test_the_exact_title_comes_first(engine: Engine) -> None:
    assert found(engine, "graph")[0] == FIVE
    assert found(engine, "LATTICES")[0] == OLD
    assert found(engine, "on graph networks and samples")[0] == ONE


def test_exact_form_and_title_weigh_more(engine: Engine) -> None:
    assert found(engine, "networking") == (TWO, ONE)
    assert found(engine, "schrodinger lattices") == (THREE,)
    assert found(engine, 'au:"Ada Sample"') == (ONE, TWO)


def test_orders_by_day_and_number(engine: Engine) -> None:
    newest = (FIVE, TWO, ONE, THREE, OLD)
    assert found(engine, "-nothing", order=Order.NEWEST) == newest
    assert found(engine, "-nothing", order=Order.OLDEST) == newest[::-1]


def test_pages_join_to_the_whole(engine: Engine) -> None:
    for order in Order:
        whole = found(engine, "graph OR lattices", order=order)
        pages = [found(engine, "graph OR lattices", order=order, skip=skip, show=2) for skip in (0, 2, 4, 6)]
        assert sum(pages, ()) == whole


def test_narrowed_by_category_and_days(engine: Engine) -> None:
    assert {*found(engine, "sample", categories=("cs",))} == {ONE, TWO}
    assert {*found(engine, "sample", categories=("stat.ML", "hep-th"))} == {TWO, OLD}
    assert {*found(engine, "sample", last=date(2000, 1, 1))} == {OLD}
    assert {*found(engine, "-waves", first=date(2024, 3, 26))} == {FIVE}


def test_shares_count_what_was_found(engine: Engine) -> None:
    shares = engine.search(Asked("sample", show=0)).shares
    assert dict(shares.categories) == {"cs": 2, "cs.AI": 1, "cs.LG": 1, "stat": 1, "stat.ML": 1, "hep-th": 1}
    assert shares.years == ((1999, 1), (2024, 2))


def filled(folder: Path, papers: Sequence[Searchable], **more: int) -> Engine:
    Indexer(folder).refresh(RowsInMemory(papers))
    return Engine(folder, **more)


def test_shares_of_many_papers_are_judged_from_a_sample(tmp_path: Path) -> None:
    names = ("cs.AI", "cs.AI", "cs.AI", "hep-th")
    papers = [searchable(f"2403.{n:05}", "graph", categories=(names[n % 4],)) for n in range(4000)]
    found = filled(tmp_path, papers, exact=1000).search(Asked("graph", show=0))
    shares = dict(found.shares.categories)
    assert found.total == 4000
    assert found.shares.about
    assert shares["cs.AI"] == pytest.approx(3000, rel=0.1)
    assert shares["hep-th"] == pytest.approx(1000, rel=0.2)
    phrase = Engine(tmp_path, exact=1000).search(Asked('"graph" cat:cs', order=Order.NEWEST, show=1))
    assert phrase.total == 3000
    assert phrase.shares.about_years
    assert phrase.shares.years == ((2024, 3000),)
    assert not Engine(tmp_path, exact=4000).search(Asked("graph", show=0)).shares.about


def test_a_phrase_of_common_words_is_ranked_by_titles_and_judged_from_a_sample(tmp_path: Path) -> None:
    def one(number: int) -> Searchable:
        titled = "We show that" if number % 100 == 0 else "Graphs"
        return searchable(
            f"2403.{number:05}", titled, "Here we show that." if number % 2 else "That we show."
        )

    engine = filled(tmp_path, [one(number) for number in range(4000)], exact=1000)
    exact = Engine(tmp_path, exact=4000)
    asked = Asked('"show that"', show=30)
    found, whole = engine.search(asked), exact.search(asked)
    assert found.ids == whole.ids
    assert whole.total == 2040
    assert not whole.shares.about_total
    assert found.shares.about_total
    assert found.total == pytest.approx(2040, rel=0.1)
    later = Asked('"show that"', skip=30, show=30)
    assert engine.search(later).ids == exact.search(later).ids  # more than titles have
    narrowed = (
        Asked('"show that"', order=Order.NEWEST),
        Asked('"show that" cat:cs'),
        Asked('"show that"', show=0),
    )
    for one_asked in narrowed:
        counted = engine.search(one_asked)
        assert not counted.shares.about_total
        assert counted == replace(exact.search(one_asked), shares=counted.shares)


def test_among_titles_that_have_such_a_phrase_the_sample_does_not_count(tmp_path: Path) -> None:
    def one(number: int) -> Searchable:
        titles = {0: "gamma alpha beta", 1: "alpha beta with many other words behind it"}
        return searchable(f"2403.{number:05}", titles.get(number % 20, "beta"), "alpha beta")

    engine = filled(tmp_path, [one(number) for number in range(4000)], exact=100)
    found = engine.search(Asked('"alpha beta"', show=400)).ids
    assert [int(paper[5:]) % 20 for paper in found] == [0] * 200 + [1] * 200


def test_pages_of_such_a_phrase_join_to_the_whole(tmp_path: Path) -> None:
    """Even where titles say so little that they alone would not come first; and the last page knows the number."""

    def one(number: int) -> Searchable:
        titled = "alpha beta" if number % 100 == 0 else "beta alpha"
        return searchable(
            f"2403.{number:05}", titled, "alpha beta, alpha beta" if number % 10 == 3 else "beta"
        )

    engine = filled(tmp_path, [one(number) for number in range(3000)], exact=100)
    pages = [engine.search(Asked('"alpha beta"', skip=skip, show=20)) for skip in range(0, 340, 20)]
    ids = [paper for page in pages for paper in page.ids]
    assert ids == list(Engine(tmp_path, exact=4000).search(Asked('"alpha beta"', show=1000)).ids)
    assert all(int(paper[5:]) % 100 == 0 for paper in ids[:30])
    assert all(page.total > 20 * place for place, page in enumerate(pages[:-1], 1))
    assert (pages[-1].total, pages[-1].shares.about_total, len(pages[-1].ids)) == (330, False, 10)


@pytest.mark.parametrize("text", ["graphs OR lattices", "latt*"])
def test_how_many_have_one_of_many_words_is_judged_from_a_sample(tmp_path: Path, text: str) -> None:
    def one(number: int) -> Searchable:
        word = "lattice" if number % 2 else "lattices" if number % 4 else "graph"
        return searchable(f"2403.{number:05}", f"On {word}s", "Waves.")

    engine = filled(tmp_path, [one(number) for number in range(4000)], exact=500)
    exact = Engine(tmp_path, exact=4000)
    found, whole = engine.search(Asked(text)), exact.search(Asked(text))
    assert found.ids == whole.ids
    assert found.shares.about_total
    assert not whole.shares.about_total
    assert found.total == pytest.approx(whole.total, rel=0.1)
    assert dict(found.shares.years)[2024] == pytest.approx(whole.total, rel=0.1)
    last = engine.search(Asked(text, skip=whole.total - 5))
    assert (last.total, last.shares.about_total) == (whole.total, False)
    counted = (
        Asked(text, show=0),  # the desk tells how many came since
        Asked(text, order=Order.NEWEST),
        Asked(f"{text} cat:cs"),
        Asked("lattices"),  # one word is counted quickly
    )
    assert not any(engine.search(each).shares.about_total for each in counted)


def test_papers_are_known_before_they_are_counted(engine: Engine) -> None:
    told: list[Sequence[str]] = []
    for text in ("sample", '"graph networks"', "cat:cs"):
        found = engine.search(Asked(text), meanwhile=told.append)
        assert told.pop() == found.ids


def test_counting_alone_tells_the_same_total(engine: Engine) -> None:
    for text in ("sample", '"graph networks"', "graph OR lattices"):
        for show in (0, 3):
            counted = engine.search(Asked(text, show=show), divided=False)
            assert counted.total == engine.search(Asked(text, show=show)).total
            assert counted.shares.categories == ()


def test_a_first_author_comes_before_others(tmp_path: Path) -> None:
    among = searchable("2403.00001", "Waves", "", "Bo Example", "Ada Sample")
    leads = searchable("2403.00002", "Waves", "", "Ada Sample", "Bo Example", "Emil Noname", "Wei Xu")
    told = searchable("2403.00003", "Waves", "Sample papers of Ada, 2024.", day=date(2023, 1, 1))
    engine = filled(tmp_path, (among, leads, told))
    assert found(engine, 'au:"Ada Sample"') == (leads.id, among.id)
    assert found(engine, "au:sample") == (leads.id, among.id)
    assert found(engine, "sample ada 2024") == (leads.id, among.id, told.id)


def test_a_beginning_finds_words_whose_stem_it_is_longer_than(engine: Engine) -> None:
    assert {*found(engine, "networki*")} == {TWO}
    assert {*found(engine, "networ* OR lattic*")} == {ONE, TWO, THREE, OLD}
    assert found(engine, "grap*")[0] == FIVE  # the shortest title
    assert {*found(engine, "au:sam*")} == {ONE, TWO, OLD}


def test_a_named_paper_is_told(engine: Engine) -> None:
    assert engine.search(Asked("arXiv:2403.00001v2")).named == ONE
    assert engine.search(Asked("graph")).named is None


def test_suggested_titles_go_on_as_they_are_typed(tmp_path: Path) -> None:
    going_on = [searchable(f"2403.{n:05}", f"Deep learning {n}") for n in range(9)]
    apart = [searchable(f"2404.{n:05}", f"Learned potentials of a deep network {n}") for n in range(2)]
    _, ids = filled(tmp_path, [*apart, *going_on]).suggest("deep lear")
    assert all(paper.startswith("2403.") for paper in ids)


def test_suggests_people_and_titles(engine: Engine) -> None:
    people, titles = engine.suggest("samp")
    assert {one.query for one in people} == {'au:"Ada Sample"', 'au:"A. Sample"', 'au:"Alan Sample"'}
    assert [*titles] == [ONE]
    assert [one.text for one in engine.suggest("emile ost")[0]] == ["Émile Österreich"]
    assert [*engine.suggest("the schr")[1]] == [THREE]
    assert engine.suggest("g") == engine.suggest("!?") == ((), ())


def test_puts_unknown_words_right(engine: Engine) -> None:
    assert engine.put_right("netwroks -schrodnger") == "networks -schrodinger"
    assert engine.put_right("graph networks") is None
    assert (
        engine.put_right("graph netwroks qqqqzzzz") == "graph networks"
    )  # never a question that finds nothing
    assert engine.put_right("qqqqzzzz") is None
    assert engine.put_right("ti:qqqqzzzz OR wwwwkkkk") is None
    assert engine.put_right('"networks graph"') == "networks graph"
    assert engine.put_right('"graph netw*"') == "graph netw*"


def test_a_bad_question_is_refused(engine: Engine) -> None:
    with pytest.raises(QueryError):
        engine.search(Asked("ti:"))


def test_no_index_is_told(tmp_path: Path) -> None:
    with pytest.raises(SearchError, match="aggregator index"):
        Engine(tmp_path).search(Asked("graph"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    text=st.text(max_size=80)
    | st.lists(
        st.sampled_from(
            [
                "graph",
                "ti:",
                "au:",
                '"',
                "(",
                ")",
                "-",
                "OR",
                "the",
                "*",
                "gr*",
                "abs:",
                "x,y",
                "au:a_b",
                "日本",
                "é",
                "co:",
                "$x$",
            ]
        ),
        max_size=12,
    ).map(" ".join),
    order=st.sampled_from(Order),
)
def test_whatever_is_asked_is_answered_or_refused(engine: Engine, text: str, order: Order) -> None:
    try:
        answer = engine.search(Asked(text, order))
    except QueryError:
        return
    assert {*answer.ids} <= {paper.id for paper in PAPERS}
    assert len(answer.ids) == answer.total <= len(PAPERS)
    engine.suggest(text)
    Highlighter(read(text)).mark("<p>graph &lt; lattices</p>") if text == text.strip() else None


# ── marks ──

TAG = re.compile(r"</?mark>")


def mark(text: str, ready: str) -> str:
    return Highlighter(read(text)).mark(ready)


@pytest.mark.parametrize(
    ("text", "ready", "marked"),
    [
        ("network", "<p>Of networks.</p>", "<p>Of <mark>networks</mark>.</p>"),
        ("the network", "the network", "the <mark>network</mark>"),
        ("the", "the network", "<mark>the</mark> network"),
        ("schrodinger", "Schr&#246;dinger &amp; co", "<mark>Schr&#246;dinger</mark> &amp; co"),
        ("net*", "nets &lt; netting", "<mark>nets</mark> &lt; <mark>netting</mark>"),
        ("don amp", "Don&#x27;t &amp; amp;", "<mark>Don</mark>&#x27;t &amp; <mark>amp</mark>;"),
        (
            "graph",
            "graph&#8217;s &#8220;graphs&#8221;",
            "<mark>graph</mark>&#8217;s &#8220;<mark>graphs</mark>&#8221;",
        ),
        ("cafe", "<b>Caf&#233;</b> cafe", "<b><mark>Caf&#233;</mark></b> <mark>cafe</mark>"),
        ("mi", "<math><mi>mi</mi></math> mi", "<math><mi>mi</mi></math> <mark>mi</mark>"),
        ("title", '<a title="title">title</a>', '<a title="title"><mark>title</mark></a>'),
        ("graph -network", "graph network", "<mark>graph</mark> network"),
        (
            "html",
            'html<span class="Z3988"></span><a>HTML</a>',
            '<mark>html</mark><span class="Z3988"></span><a>HTML</a>',
        ),
        ("cat:cs.AI", "graph", "graph"),
        ("co:graph", "graph", "graph"),
        ('au:"Ada Sample"', "Ada Sample", "<mark>Ada</mark> <mark>Sample</mark>"),
    ],
)
def test_marks_words_and_nothing_else(text: str, ready: str, marked: str) -> None:
    assert mark(text, ready) == marked


@given(st.text(max_size=60), st.sampled_from(["graph", "gr*", "a b", "<b>", "amp lt"]))
@example("B\x91", "a b")
@example("&B\x91", "a b")
def test_marks_add_nothing_but_marks_and_keep_text_safe(text: str, asked: str) -> None:
    import html

    light = Highlighter(read(asked))
    ready = html.escape(text, quote=False)
    assert html.unescape(TAG.sub("", light.mark(ready))) == html.unescape(ready)
    assert "<" not in TAG.sub("", light.snippet(text))


def test_a_snippet_shows_the_place() -> None:
    text = "word " * 100 + "a lattice here " + "word " * 100
    snippet = Highlighter(read("lattices")).snippet(text)
    assert "<mark>lattice</mark>" in snippet
    assert snippet.startswith("… ")
    assert snippet.endswith(" …")
    assert len(snippet) < 300
    assert searchable("1", "t").title == "t"
