"""The pages and feeds: what they hold, in which order, and that nothing from outside comes alive on them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import brotli
import pytest
from fakes_site import (
    ALIGNED,
    HOSTILE,
    MONDAY,
    TUESDAY,
    golden_pages,
    hostile_paper,
    listed,
    listing,
    paper,
    real_looking_day,
    real_looking_papers,
    record,
    words_of,
)
from hypothesis import given
from hypothesis import strategies as st

from aggregator.models import Author, CategorySummary, Kind, Page, Paper
from aggregator.settings import SiteSettings
from aggregator.site import Site
from aggregator.site.maths import prepare
from aggregator.site.text import clean, escape, in_ascii, plain, shorten

ATOM = {"a": "http://www.w3.org/2005/Atom", "arxiv": "http://arxiv.org/schemas/atom"}
_VOID = {"meta", "link", "img", "br", "hr", "input"}


class Tree(HTMLParser):
    """Tags, attributes and text of a page; unbalanced tags fail."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"attribute given twice on {tag}"
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def attributes(self, name: str) -> list[str]:
        return [attrs[name] for _, attrs in self.tags if name in attrs]

    def having(self, css_class: str) -> list[dict[str, str]]:
        return [attrs for _, attrs in self.tags if css_class in attrs.get("class", "").split()]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(SiteSettings(), tmp_path, categories=("cs.CL", "cs.AI"))


def html_of(page: Page) -> str:
    return page.body.decode()


def tree(page: Page) -> Tree:
    return Tree(html_of(page))


def by_path(pages: list[Page]) -> dict[str, Page]:
    return {page.path: page for page in pages}


# ── lists ──


def test_a_day_shows_its_papers_in_arxivs_order_numbered_through(site: Site) -> None:
    papers = real_looking_papers(20)
    page = tree(site.list_pages(real_looking_day(site, papers), newest=False)[0])
    assert [attrs["id"] for attrs in page.having("paper")] == [one.id for one in papers]
    assert re.findall(r"#(\d+)", page.text) == [str(number) for number in range(1, 21)]


def test_sections_carry_their_counts(site: Site) -> None:
    kinds = [Kind.NEW] * 3 + [Kind.CROSS] * 2 + [Kind.REPLACE] * 2 + [Kind.REPLACE_CROSS]
    day = listing(site, [(paper(f"2403.0000{n}"), kind) for n, kind in enumerate(kinds)])
    html = html_of(site.list_pages(day, newest=False)[0])
    headings = re.findall(
        r'section-title" id="([a-z]+)">([^<]+) <span class="count"><data value="\d+">(\d+)', html
    )
    assert headings == [("new", "New", "3"), ("cross", "Cross-lists", "2"), ("replace", "Replacements", "3")]
    assert "3 new, 2 cross-lists, 3 replacements" in words_of(html)
    assert "2 replaced, 1 replaced cross-list" in words_of(html)
    assert "Total: 8" in words_of(html)


def test_the_markup_is_the_one_that_clients_of_paper_lists_parse(site: Site) -> None:
    html = html_of(site.list_pages(listing(site, [(paper(), Kind.NEW)]), newest=False)[0])
    assert re.search(
        r'<div class="papers"[^>]*>\s*<article class="panel paper" id="2403.00001">.*'
        r'<h2 class="title"><span class="index">#1</span> <a class="title-link" href="/arxiv/2403.00001/">.*</h2>\s*'
        r'<p class="authors"><a class="author" .*</p>\s*<p class="summary">.*</p>.*'
        r'<a class="title-pdf" href="https://arxiv.org/pdf/2403.00001">PDF</a>.*'
        r'<p class="subjects"><a class="subject-1" title="Computation and Language" href="/arxiv/cs.CL/">cs.CL</a>',
        html,
        re.DOTALL,
    )
    assert '<body id="arxiv"' in html


def test_the_version_and_kind_are_the_days_not_the_papers(site: Site) -> None:
    newest = paper(version=3)
    day = replace(listing(site, []), papers=(listed(site, newest, Kind.REPLACE, version=2),))
    html = html_of(site.list_pages(day, newest=False)[0])
    assert '<span class="kind kind-replace">Replaced</span> <span class="version">v2</span>' in html
    assert "v3" not in html


def test_a_days_neighbours_and_evidence(site: Site) -> None:
    day = real_looking_day(site, real_looking_papers(2), previous=MONDAY, next=None, note="Checked & whole.")
    html = html_of(site.list_pages(day, newest=False)[0])
    assert 'rel="prev" href="/arxiv/cs.CL/2024-03-25/"' in html
    assert 'rel="next"' not in html
    assert "Checked &amp; whole." in html
    assert "26 March 2024, 01:05 UTC" in html
    assert "Tuesday, 26 March 2024" in html


def test_an_empty_day_says_so(site: Site) -> None:
    html = html_of(site.list_pages(listing(site, []), newest=False)[0])
    assert "no papers on this day" in html
    assert "Total: 0" in words_of(html)


def test_the_newest_day_stands_in_the_categorys_folder_too(site: Site) -> None:
    day = real_looking_day(site, real_looking_papers(3))
    pages = by_path(site.list_pages(day, newest=True))
    assert tuple(pages) == site.list_paths("cs.CL", TUESDAY, newest=True)
    assert pages["arxiv/cs.CL/index.html"].body == pages["arxiv/cs.CL/2024-03-26/index.html"].body


def test_the_merged_list_stands_under_its_day_alone(site: Site) -> None:
    day = real_looking_day(site, real_looking_papers(3), category=None)
    paths = tuple(page.path for page in site.list_pages(day, newest=True))
    assert paths == ("arxiv/2024-03-26/index.html", "arxiv/2024-03-26/feed.xml")
    assert paths == site.list_paths(None, TUESDAY, newest=True)


# ── cards ──


def test_authors_beyond_forty_are_folded(site: Site) -> None:
    names = [f"Author {n}" for n in range(3000)]
    html = site.card(paper(authors=tuple(map(Author, names)))).html
    shown, _, folded = html.partition("<details")
    assert re.findall(r"<bdi>(Author \d+)</bdi>", shown) == names[:40]
    assert re.findall(r"<bdi>(Author \d+)</bdi>", folded) == names[40:]
    assert "and 2,960 more authors" in words_of(folded)


def test_forty_authors_are_not_folded(site: Site) -> None:
    html = site.card(paper(authors=tuple(Author(f"A {n}") for n in range(40)))).html
    assert html.count('class="author"') == 40
    assert "<details" not in html


def test_a_card_shows_what_is_there_and_nothing_else(site: Site) -> None:
    bare = site.card(paper()).html
    for label in ("Comments", "Journal", "DOI", "Withdrawn"):
        assert label not in bare
    full = site.card(
        paper(comments_html="<em>9</em> pages", journal_ref="J & K", doi="10.1/a 10.2/b", withdrawn=True)
    ).html
    assert "<em>9</em> pages" in full
    assert "J &amp; K" in full
    assert 'href="https://doi.org/10.1/a"' in full
    assert 'href="https://doi.org/10.2/b"' in full
    assert "Withdrawn" in full


def test_subjects_link_to_pages_that_exist(site: Site) -> None:
    html = site.card(paper(categories=("cs.AI", "math.CO", "new.XX"))).html
    assert '<a class="subject-1" title="Artificial Intelligence" href="/arxiv/cs.AI/">cs.AI</a>' in html
    assert '<a class="subject-2" title="Combinatorics" href="https://arxiv.org/list/math.CO/new">' in html
    assert '<span class="subject-3" title="new.XX">new.XX</span>' in html


def test_cards_are_ascii_and_lose_nothing(site: Site) -> None:
    card = site.card(paper(title_html="Élan <math><mi>𝒪</mi></math>", title_text="Élan 𝒪"))
    assert card.html.isascii()
    assert card.entry_xml.isascii()
    assert "Élan 𝒪" in Tree(f"<h2>{card.html}").text


def test_inline_styles_of_formulas_become_classes() -> None:
    assert prepare(ALIGNED) == (
        '<math><mtable><mtr><mtd class="m-left m-pr-0"><mi>a</mi></mtd></mtr></mtable><mspace class="m-back"/></math>'
    )
    assert prepare('<mrow style="color:#F00;"><mi>x</mi></mrow>') == "<mrow><mi>x</mi></mrow>"


def test_text_that_looks_like_a_style_stays() -> None:
    said = 'he said style="x" &lt;b style="y"&gt;'
    assert prepare(said) == said


def test_a_comma_stays_with_its_formula() -> None:
    assert (
        prepare("a <math><mi>x</mi></math>, b") == 'a <span class="m-keep"><math><mi>x</mi></math>,</span> b'
    )
    assert prepare("<math><mi>x</mi></math>") == "<math><mi>x</mi></math>"


def test_long_formulas_are_marked() -> None:
    long = "<math>" + "<mi>x</mi><mo>+</mo>" * 15 + "</math>"
    assert prepare(f"a {long}, b").startswith('a <math class="m-long"><mi>x')
    assert "m-long" not in prepare("<math>" + '<mi mathvariant="normal">x</mi>' * 15 + "</math>")
    assert "m-long" not in prepare("<math>" + "<mo>&lt;</mo><mi>x</mi>" * 12 + "</math>")


# ── other pages ──


def test_a_papers_page_has_all_of_it(site: Site) -> None:
    one = paper(
        "hep-th/9901001",
        version=2,
        license="http://creativecommons.org/licenses/by/4.0/",
        categories=("cs.CL", "hep-th"),
    )
    page = site.paper_page(record(site, one))
    html = html_of(page)
    assert page.path == "arxiv/hep-th/9901001/index.html" == site.paper_path(one.id)
    assert '<link rel="canonical" href="http://127.0.0.1:8000/arxiv/hep-th/9901001/">' in html
    assert "High Energy Physics - Theory (hep-th)" in html
    assert 'href="http://creativecommons.org/licenses/by/4.0/"' in html
    assert 'href="/arxiv/2024-03-26/#hep-th/9901001"' in html
    assert "Replaced cross-list" in html


def test_a_papers_page_has_all_its_versions_and_the_lists_it_stood_on(site: Site) -> None:
    one = replace(record(site, paper("2403.00003", version=3)), paged=frozenset({TUESDAY}))
    html = html_of(site.paper_page(one))
    rows = re.findall(r'<tr><th scope="row">(v\d)</th><td>(.*?)</td>', html)
    assert [name for name, _ in rows] == ["v3", "v2", "v1"]
    assert rows[0][1] == rows[1][1] == "not known here"
    assert "26 March 2024, 01:05 UTC" in rows[2][1]
    assert 'href="https://arxiv.org/pdf/2403.00003v2"' in html
    assert 'href="/arxiv/cs.CL/2024-03-26/#2403.00003"' in html
    assert 'href="/arxiv/cs.CL/2024-03-25/' not in html  # that day has no page any more


def test_home_links_every_category_and_its_days(site: Site) -> None:
    html = html_of(by_path(golden_pages(site))["index.html"])
    for link in ("cs.CL/", "cs.AI/", "math.CO/", "cs.CL/2024-03-25/", "cs.AI/2024-03-26/", "2024-03-26/"):
        assert f'href="/arxiv/{link}"' in html
    assert "Total: 5" in words_of(html)


def test_home_without_any_day_explains_itself(site: Site) -> None:
    pages = by_path(site.home([CategorySummary("cs.CL", ())], None))
    assert list(pages) == ["index.html", "arxiv/cs.CL/index.html"]
    assert "aggregator update" in html_of(pages["index.html"])
    assert "No listing day" in html_of(pages["arxiv/cs.CL/index.html"])


def test_no_link_on_the_site_is_dead(site: Site) -> None:
    pages = golden_pages(site)
    there = {page.path for page in pages}
    for page in pages:
        if page.path.endswith(".html"):
            for link in tree(page).attributes("href") + tree(page).attributes("src"):
                if link.startswith("/") and not link.startswith("/arxiv/search?"):  # that is served
                    path = link[1:].partition("#")[0]
                    assert (f"{path}index.html" if not path or path.endswith("/") else path) in there, link


def test_an_authors_name_leads_to_their_papers_here_or_at_arxiv(tmp_path: Path) -> None:
    one = paper(authors=(Author('Ada "A" Beispiel'),))
    here = Site(SiteSettings(), tmp_path).card(one).html
    assert 'href="/arxiv/search?query=au%3A%22Ada+A+Beispiel%22"' in here
    there = Site(SiteSettings(search=False), tmp_path).card(one).html
    assert 'href="https://arxiv.org/search/?searchtype=author&amp;query=Ada+%22A%22+Beispiel"' in there


def test_browsers_are_told_of_the_search_where_there_is_one(tmp_path: Path) -> None:
    site = Site(SiteSettings(title="A site of very long name"), tmp_path)
    pages = by_path(site.fixed_pages())
    name = {"o": "http://a9.com/-/spec/opensearch/1.1/"}
    root = ElementTree.fromstring(pages["opensearch.xml"].body)
    assert len(root.findtext("o:ShortName", "", name)) <= 16
    address = root.find("o:Url[@type='text/html']", name)
    assert address is not None
    assert address.attrib["template"] == "http://127.0.0.1:8000/arxiv/search?query={searchTerms}"
    assert 'rel="search" type="application/opensearchdescription+xml"' in html_of(pages["404.html"])
    without = by_path(Site(SiteSettings(search=False), tmp_path).fixed_pages())
    assert "opensearch.xml" not in without
    assert 'rel="search"' not in html_of(without["404.html"])


def test_ids_are_unique_and_fragments_have_a_target(site: Site) -> None:
    for page in golden_pages(site):
        if page.path.endswith(".html"):
            ids = tree(page).attributes("id")
            assert len(set(ids)) == len(ids)
            fragments = {link[1:] for link in tree(page).attributes("href") if link.startswith("#")}
            assert fragments <= set(ids)


def test_headings_start_with_one_h1_and_skip_no_level(site: Site) -> None:
    for page in golden_pages(site):
        if page.path.endswith(".html"):
            levels = [int(tag[1]) for tag, _ in tree(page).tags if re.fullmatch(r"h[1-6]", tag)]
            assert levels[0] == 1
            assert levels.count(1) == 1
            assert all(below <= above + 1 for above, below in pairwise(levels))


def test_the_sitemap_splits(tmp_path: Path) -> None:
    paths = [f"arxiv/24{n // 100000:02}.{n % 100000:05}/index.html" for n in range(50_001)]
    pages = by_path(Site(SiteSettings(), tmp_path).shared_pages([*paths, "feed.xml", "404.html"]))
    assert pages["sitemap.xml"].body.count(b"<sitemap>") == 3
    assert pages["sitemap-papers-2400.xml"].body.count(b"<loc>") == 50_000
    assert pages["sitemap-papers-2400-2.xml"].body.count(b"<loc>") == 1
    ElementTree.fromstring(pages["sitemap-papers-2400-2.xml"].body)


def test_links_carry_the_path_of_the_base_url(tmp_path: Path) -> None:
    site = Site(SiteSettings(base_url="https://host.example/papers"), tmp_path, categories=("cs.CL", "cs.AI"))
    for page in golden_pages(site):
        if page.path.endswith(".html"):
            for link in tree(page).attributes("href") + tree(page).attributes("src"):
                assert re.match(r"/papers/|https?://|#", link), link
    assert 'href="https://host.example/papers/arxiv/cs.CL/2024-03-26/"' in html_of(
        site.list_pages(listing(site, []), newest=False)[0]
    )


# ── feeds ──


def entries(page: Page) -> list[ElementTree.Element]:
    return ElementTree.fromstring(page.body).findall("a:entry", ATOM)


def test_a_feed_is_atom_with_absolute_addresses(site: Site) -> None:
    feed = by_path(golden_pages(site))["arxiv/cs.CL/feed.xml"]
    root = ElementTree.fromstring(feed.body)
    assert root.findtext("a:id", "", ATOM) == "http://127.0.0.1:8000/arxiv/cs.CL/feed.xml"
    assert root.findtext("a:updated", "", ATOM) == "2024-03-26T00:00:00Z"
    for link in root.iter("{http://www.w3.org/2005/Atom}link"):
        assert link.attrib["href"].startswith(("http://127.0.0.1:8000/", "https://arxiv.org/"))
    first = entries(feed)[0]
    assert first.findtext("a:id", "", ATOM) == "https://arxiv.org/abs/2403.00001"
    assert first.findtext("a:title", "", ATOM) == "Invented sums of √n terms"
    assert first.findtext("arxiv:announce_type", "", ATOM) == "new"
    assert [name.text for name in first.iterfind("a:author/a:name", ATOM)] == ["Ada Beispiel", "Bo Exempel"]
    assert {"id", "title", "updated", "summary", "link"} <= {child.tag.partition("}")[2] for child in first}


def test_a_feed_holds_the_lists_papers_in_its_order(site: Site) -> None:
    papers = real_looking_papers(12)
    feed = site.list_pages(real_looking_day(site, papers), newest=False)[1]
    ids = [entry.findtext("a:id", "", ATOM).rpartition("/")[2] for entry in entries(feed)]
    assert ids == [one.id for one in papers]


# ── hostile text ──


def everywhere(site: Site, one: Paper) -> Iterator[Page]:
    day = listing(site, [(one, Kind.NEW)], note=one.title, category="cs.CL")
    yield from site.list_pages(day, newest=True)
    yield site.paper_page(record(site, one))
    yield from site.home([CategorySummary("cs.CL", (), note=one.title)], replace(day, category=None))


HOSTS = (
    r"127\.0\.0\.1:8000|arxiv\.org|doi\.org|www\.alphaxiv\.org|api\.semanticscholar\.org|scholar\.google\.com|"
    r"huggingface\.co"
)


def test_hostile_text_is_inert_on_every_page(site: Site) -> None:
    for page in everywhere(site, hostile_paper()):
        if not page.path.endswith(".html"):
            continue
        seen = tree(page)
        assert not {"svg", "style", "iframe"} & {tag for tag, _ in seen.tags}
        assert [attrs["action"] for tag, attrs in seen.tags if tag == "form"] == ["/arxiv/search"]
        scripts = [attrs for tag, attrs in seen.tags if tag == "script"]
        early, script = [attrs for attrs in scripts if attrs.get("type") != "application/ld+json"]
        assert re.fullmatch(r"/assets/early\.[0-9a-f]{12}\.js", early["src"])
        assert re.fullmatch(r"/assets/main\.[0-9a-f]{12}\.js", script["src"])
        assert not [
            name for _, attrs in seen.tags for name in attrs if name.startswith("on") or name == "style"
        ]
        for link in seen.attributes("href") + seen.attributes("src"):
            assert re.match(rf"/|#|https?://({HOSTS})/", link), link
        assert all(attrs["src"].startswith("/assets/") for tag, attrs in seen.tags if "src" in attrs)
        assert "{{7*7}} {% raw %}" in seen.text
        assert "49" not in re.findall(r"\b49\b", seen.text)
        assert not set("\x00\x02\x03\x1b") & set(html_of(page))


def test_hostile_text_is_inert_in_feeds(site: Site) -> None:
    one = hostile_paper()
    for page in everywhere(site, one):
        if page.path.endswith(".xml"):
            (entry,) = entries(page)
            assert HOSTILE[0] in entry.findtext("a:title", "", ATOM)
            assert len(entry.findall("a:author", ATOM)) == len(HOSTILE)
            assert "\u202e" not in page.body.decode()


def test_every_hostile_text_is_isolated(site: Site) -> None:
    html = site.card(hostile_paper()).html
    assert f"<bdi>{escape(HOSTILE[5]).encode('ascii', 'xmlcharrefreplace').decode()}</bdi>" in html


@given(st.text())
def test_any_text_survives_escaping_as_text(text: str) -> None:
    assert Tree(f"<p>{escape(text)}</p>").text.replace("\r", "") == clean(text).replace("\r", "")
    ElementTree.fromstring(f"<p>{plain(text)}</p>".encode("utf-8", "replace"))


@given(st.integers(0xA0, 0xFFFF))
def test_a_card_refers_to_no_surrogate(code: int) -> None:
    assert in_ascii(chr(code)) == ("?" if 0xD800 <= code <= 0xDFFF else f"&#{code};")


@given(st.text(max_size=400), st.integers(5, 80))
def test_shortened_text_is_short(text: str, length: int) -> None:
    assert len(shorten(text, length)) <= length + 1


# ── the same input gives the same bytes ──


def test_all_scripts_together_are_small(site: Site) -> None:
    """At most 25 kB compressed, each file by itself, as a server sends them."""
    scripts = [page.body for page in site.shared_pages([]) if page.path.endswith(".js")]
    assert sum(len(brotli.compress(body)) for body in scripts) <= 25_000


def test_scripts_are_served_without_comments(site: Site) -> None:
    scripts = [page.body.decode() for page in site.shared_pages([]) if page.path.endswith(".js")]
    assert not [text for text in scripts if re.search(r"^\s*(//|/\*)|^ ", text, re.M)]


def test_no_script_holds_what_the_minifier_misreads() -> None:
    """A template within a template, and a regular expression behind an arrow: it takes both for other code."""
    misread = re.compile(r"`[^`]*\$\{[^}`]*`|=>\s*/(?![/*])")
    folder = Path(__file__).parent.parent / "templates" / "static" / "js"
    found = [
        f"{path.name}: {line}" for path in folder.glob("*.js") for line in misread.findall(path.read_text())
    ]
    assert found == []


def test_two_sites_render_the_same_bytes(tmp_path: Path) -> None:
    made = [golden_pages(Site(SiteSettings(), tmp_path / name, categories=("cs.CL",))) for name in "ab"]
    assert made[0] == made[1]


def test_the_renderer_changes_with_what_pages_look_like(tmp_path: Path) -> None:
    def renderer(categories: tuple[str, ...] = (), **settings: str) -> str:
        return Site(SiteSettings(**settings), tmp_path, categories=categories).renderer  # type: ignore[arg-type]

    assert renderer() == renderer()
    others = {
        renderer(title="x"),
        renderer(base_url="http://h/x/"),
        renderer(("cs.CL",)),
        renderer(language="de"),
    }
    assert len(others | {renderer()}) == 5


def test_every_page_forbids_foreign_scripts_and_inline_styles(site: Site) -> None:
    for page in golden_pages(site):
        if page.path.endswith(".html"):
            (policy,) = [
                a["content"] for _, a in tree(page).tags if a.get("http-equiv") == "Content-Security-Policy"
            ]
            assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
            assert "unsafe" not in policy
