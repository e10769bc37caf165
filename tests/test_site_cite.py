"""What pages say to reference managers: COinS, citation_* tags, schema.org, and files in four formats."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from fakes_site import HOSTILE, golden_papers, hostile_paper, listing, paper, real_looking_papers, record
from hypothesis import given
from hypothesis import strategies as st
from zotero_rules import offered, saved

from aggregator.models import Author, Kind
from aggregator.settings import SiteSettings
from aggregator.site import Site, cite
from aggregator.site.text import clean, undirected


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(SiteSettings(), tmp_path, categories=("cs.CL",))


def openurls(html: str) -> list[dict[str, list[str]]]:
    return [
        parse_qs(unescape(said)) for said in re.findall(r'<span class="Z3988" title="([^"]*)"></span>', html)
    ]


def test_a_list_tells_every_paper_to_zotero(site: Site) -> None:
    papers = real_looking_papers(30)
    html = site.list_pages(listing(site, [(one, Kind.NEW) for one in papers]), newest=False)[0].body.decode()
    told = openurls(html)
    assert [said["rft.title"] for said in told] == [[one.title_text] for one in papers]
    assert [said["rft.au"] for said in told] == [[author.name for author in one.authors] for one in papers]
    assert [said["rft_id"][0] for said in told] == [f"https://arxiv.org/abs/{one.id}" for one in papers]
    assert {said["rft.date"][0] for said in told} == {"2024-03"}
    assert {said["rft.type"][0] for said in told} == {"preprint"}


def test_a_paper_page_carries_citation_tags(site: Site) -> None:
    one = golden_papers()["2403.00003"]
    html = site.paper_page(record(site, one)).body.decode()
    tags = re.findall(r'<meta name="citation_(\w+)" content="([^"]*)">', html)
    assert [value for name, value in tags if name == "author"] == [author.name for author in one.authors]
    said = dict(tags)
    assert said["title"] == one.title_text
    assert said["date"] == "2024/03"
    assert said["doi"] == "10.5555/sample.1"
    assert said["pdf_url"] == "https://arxiv.org/pdf/2403.00003"


def test_zotero_is_offered_every_paper_of_a_list(site: Site) -> None:
    papers = [*real_looking_papers(30), *golden_papers().values(), hostile_paper()]
    html = site.list_pages(listing(site, [(one, Kind.NEW) for one in papers]), newest=True)[0].body.decode()
    items = offered(html)
    assert len(items) == len(papers)
    for item, one in zip(items, papers, strict=True):
        assert item.type == "preprint"
        assert item.fields["title"] == " ".join(undirected(one.title_text).replace("+", " ").split())
        assert len(item.creators) == len([author for author in one.authors if clean(author.name).strip()])
        assert item.fields["url"] == f"https://arxiv.org/abs/{one.id}"
        assert re.fullmatch(r"\d{4}-\d\d", item.fields["date"])


def test_zotero_saves_a_paper_page_as_the_paper_at_arxiv(site: Site) -> None:
    one = golden_papers()["2403.00003"]
    item = saved(site.paper_page(record(site, one)).body.decode())
    assert item.type == "journalArticle"
    assert item.creators == [("Ada", "Beispiel"), ("Bo", "Exempel")]
    assert item.fields == {
        "title": one.title_text,
        "abstract": one.abstract_text,
        "date": "2024/03",
        "DOI": "10.5555/sample.1",
        "url": "https://arxiv.org/abs/2403.00003",
        "attachment": "https://arxiv.org/pdf/2403.00003",
    }


def test_schema_org_is_json_that_cannot_end_its_element(site: Site) -> None:
    html = site.paper_page(record(site, hostile_paper())).body.decode()
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert not set("<>&") & set(text)
    thing = json.loads(text)
    assert thing["@type"] == "ScholarlyArticle"
    assert HOSTILE[0] in thing["headline"]


@pytest.mark.parametrize(
    ("arxiv_id", "said"),
    [("2403.00001", (2024, 3)), ("0704.0001", (2007, 4)), ("hep-th/9901001", (1999, 1)), ("x", None)],
)
def test_an_id_says_year_and_month(arxiv_id: str, said: tuple[int, int] | None) -> None:
    assert cite.year_and_month(arxiv_id) == said


def test_bibtex_of_a_preprint() -> None:
    one = paper(title_text="50% of $x_1$ & {more}", authors=(Author("Ada Beispiel"), Author("Lab, The")))
    assert cite.Citation(one).bibtex() == (
        "@misc{beispiel2024more,\n"
        "  title = {{50\\% of \\$x\\_1\\$ \\& \\textbraceleft{}more\\textbraceright{}}},\n"
        "  author = {Ada Beispiel and {Lab, The}},\n"
        "  year = {2024},\n"
        "  eprint = {2403.00001},\n"
        "  archivePrefix = {arXiv},\n"
        "  primaryClass = {cs.CL},\n"
        "  url = {https://arxiv.org/abs/2403.00001}\n"
        "}"
    )


def test_ris_and_csl_of_a_published_paper() -> None:
    one = golden_papers()["2403.00003"]
    assert cite.Citation(one).ris().splitlines()[:4] == [
        "TY  - JOUR",
        f"TI  - {one.title_text}",
        "AU  - Beispiel, Ada",
        "AU  - Exempel, Bo",
    ]
    assert cite.Citation(one).ris().endswith("ER  - ")
    (item,) = json.loads(cite.Citation(one).csl_json())
    assert item["issued"] == {"date-parts": [[2024, 3]]}
    assert item["author"][0] == {"family": "Beispiel", "given": "Ada"}
    assert item["type"] == "article-journal"


@given(st.text(max_size=80), st.text(max_size=30))
def test_any_text_stays_in_its_field(title: str, name: str) -> None:
    cited = cite.Citation(paper(title_text=title, authors=(Author(name),)))
    assert cited.bibtex().count("{") == cited.bibtex().count("}")
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in cited.ris().split("\n"))
    assert json.loads(cited.json_ld())["identifier"] == "arXiv:2403.00001"
    (said,) = openurls(cited.coins())
    assert said.get("rft.title", [""])[0] == " ".join(undirected(title).split())
