"""What pages say to reference managers: COinS, citation_* tags, schema.org, and files in four formats."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
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
from aggregator.site.environment import templates_dir
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


# Name → how BibTeX, RIS and CSL-JSON have it, and what a key begins with.
NAMES = {
    "Iryna Petrashova II": (
        "Petrashova, II, Iryna",
        "Petrashova, Iryna, II",
        {"family": "Petrashova", "given": "Iryna", "suffix": "II"},
        "petrashova",
    ),
    "Bo C. Exempel, Jr.": (
        "Exempel, Jr., Bo C.",
        "Exempel, Bo C., Jr.",
        {"family": "Exempel", "given": "Bo C.", "suffix": "Jr."},
        "exempel",
    ),
    "Elizabeth II": ("Elizabeth II", "II, Elizabeth", {"family": "II", "given": "Elizabeth"}, "ii"),
    "Ada de la Beispiel": (
        "Ada de la Beispiel",
        "Beispiel, Ada de la",
        {"family": "Beispiel", "given": "Ada de la"},
        "beispiel",
    ),
    "Cyd Vi": ("Cyd Vi", "Vi, Cyd", {"family": "Vi", "given": "Cyd"}, "vi"),
    "Lab, The sr": (
        "{Lab, The sr}",
        "The, Lab,, sr",
        {"family": "The", "given": "Lab,", "suffix": "sr"},
        "the",
    ),
    "Team IV": ("Team IV", "IV, Team", {"family": "IV", "given": "Team"}, "iv"),
    "Consortium": ("Consortium", "Consortium", {"literal": "Consortium"}, "consortium"),
}
NAMED = [paper(authors=(Author(name),)) for name in NAMES]


@pytest.mark.parametrize("name", NAMES)
def test_a_suffix_is_no_family_name(name: str) -> None:
    in_bibtex, in_ris, in_csl, key = NAMES[name]
    cited = cite.Citation(paper(authors=(Author(name),)))
    assert f"  author = {{{in_bibtex}}},\n" in cited.bibtex()
    assert f"AU  - {in_ris}\n" in cited.ris()
    assert json.loads(cited.csl_json())[0]["author"] == [in_csl]
    assert cited.bibtex().startswith(f"@misc{{{key}2024")


@pytest.mark.skipif(not shutil.which("node"), reason="no Node.js to run a script with")
@pytest.mark.parametrize("form", ["bibtex", "ris", "csl"])
def test_the_script_of_the_pages_writes_names_alike(tmp_path: Path, form: str) -> None:
    shutil.copy(templates_dir() / "static" / "js" / "cite.js", tmp_path / "cite.mjs")
    script = (
        (tmp_path / "cite.mjs").read_text().replace('import { t } from "./words.js";', "const t = String;")
    )
    (tmp_path / "cite.mjs").write_text(script)
    papers = [
        {
            "id": one.id,
            "title": one.title_text,
            "authors": [author.name for author in one.authors],
            "abstract": one.abstract_text,
            "subjects": list(one.categories),
        }
        for one in NAMED
    ]
    run = (
        f'import {{ text }} from "{tmp_path}/cite.mjs";'
        f'for (const one of {json.dumps(papers)}) console.log(JSON.stringify(text("{form}", [one])));'
    )
    done = subprocess.run(
        ["node", "--input-type=module"], input=run, capture_output=True, text=True, check=True
    )
    written = [json.loads(line) for line in done.stdout.splitlines()]
    for one, said in zip(NAMED, written, strict=True):
        cited = cite.Citation(one)
        assert _told(said) == _told({"bibtex": cited.bibtex, "ris": cited.ris, "csl": cited.csl_json}[form]())


def _told(text: str) -> object:
    return json.loads(text) if text.startswith("[") else text.split()


@given(st.text(max_size=80), st.text(max_size=30))
def test_any_text_stays_in_its_field(title: str, name: str) -> None:
    cited = cite.Citation(paper(title_text=title, authors=(Author(name),)))
    assert cited.bibtex().count("{") == cited.bibtex().count("}")
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in cited.ris().split("\n"))
    assert json.loads(cited.json_ld())["identifier"] == "arXiv:2403.00001"
    (said,) = openurls(cited.coins())
    assert said.get("rft.title", [""])[0] == " ".join(undirected(title).split())
