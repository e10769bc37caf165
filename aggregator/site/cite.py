"""A paper as reference managers read it: COinS, citation_* tags, schema.org, BibTeX, RIS, CSL-JSON, Markdown.

The files say the same as `templates/static/js/cite.js` says of starred papers. Years come from the id: arXiv's ids
begin with year and month (https://info.arxiv.org/help/arxiv_identifier.html).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote

import msgspec

from aggregator.models import Paper
from aggregator.site.links import ARXIV, doi_link, quoted
from aggregator.site.text import clean, escape, plain

_MONTH = re.compile(r"(?:^|/)(\d\d)(0[1-9]|1[0-2])")
_TEX = {
    "\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}",
    "{": "\\textbraceleft{}", "}": "\\textbraceright{}",  # BibTeX counts braces even behind a backslash
}  # fmt: skip


def year_and_month(arxiv_id: str) -> tuple[int, int] | None:
    """When the paper came to arXiv, None for an id that says nothing of it."""
    found = _MONTH.search(arxiv_id)
    if not found:
        return None
    year = int(found[1])
    return (1900 if year > 90 else 2000) + year, int(found[2])


def _year(paper: Paper) -> str:
    said = year_and_month(paper.id)
    return str(said[0]) if said else ""


@lru_cache(maxsize=2048)
def _line(text: str | None) -> str:
    """Kept, because each format asks for the same names and titles."""
    return " ".join(clean(text or "").split())


def _link(paper: Paper) -> str:
    return f"{ARXIV}/abs/{paper.id}"


def _doi(paper: Paper) -> str:
    return next((word for word in _line(paper.doi).split() if doi_link(word)), "")


def _names(paper: Paper) -> list[str]:
    return [_line(author.name) for author in paper.authors]


# ── inside a page ──


@lru_cache(maxsize=8192)
def _coins_author(name: str) -> str:
    return f"&amp;rft.au={quoted(_line(name))}"


def coins(paper: Paper) -> str:
    """The paper as an OpenURL in an empty element, so that Zotero offers a whole list (Z39.88-2004, Dublin Core)."""
    doi = _doi(paper)
    said = year_and_month(paper.id)
    parts = (
        "ctx_ver=Z39.88-2004&amp;rft_val_fmt=info:ofi/fmt:kev:mtx:dc&amp;rft.type=preprint",
        f"&amp;rft.title={quoted(_line(paper.title_text))}",
        *(_coins_author(author.name) for author in paper.authors),
        f"&amp;rft.date={said[0]}-{said[1]:02}" if said else "",
        f"&amp;rft_id={quote(_link(paper), safe=':/', errors='replace')}",
        f"&amp;rft_id=info:doi/{quote(doi, safe='/', errors='replace')}" if doi else "",
    )
    return f'<span class="Z3988" title="{"".join(parts)}"></span>\n'


def meta(paper: Paper) -> str:
    """Highwire's citation_* tags, the ones that arXiv's own pages carry.

    `public_url` is what Zotero keeps as the address; without it, it would keep our page's own (`og:url`).
    """
    said = year_and_month(paper.id)
    rows: Iterable[tuple[str, str]] = (
        ("title", _line(paper.title_text)),
        *(("author", name) for name in _names(paper)),
        ("date", f"{said[0]}/{said[1]:02}" if said else ""),
        ("doi", _doi(paper)),
        ("arxiv_id", paper.id),
        ("abstract_html_url", _link(paper)),
        ("public_url", _link(paper)),
        ("pdf_url", f"{ARXIV}/pdf/{paper.id}"),
        ("abstract", _line(paper.abstract_text)),
    )
    return "".join(
        [f'<meta name="citation_{name}" content="{plain(value)}">\n' for name, value in rows if value]
    )


def json_ld(paper: Paper) -> str:
    """schema.org's ScholarlyArticle as JSON that can stand inside <script>: < > & are written as escapes."""
    said = year_and_month(paper.id)
    thing = {
        "@context": "https://schema.org",
        "@type": "ScholarlyArticle",
        "headline": _line(paper.title_text),
        "author": [{"@type": "Person", "name": name} for name in _names(paper)],
        "datePublished": f"{said[0]}-{said[1]:02}" if said else "",
        "abstract": _line(paper.abstract_text),
        "identifier": f"arXiv:{paper.id}",
        "url": _link(paper),
        "sameAs": doi_link(_doi(paper)) or "",
    }
    text = json.dumps({key: value for key, value in thing.items() if value})
    return text.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")


def elsewhere(paper: Paper) -> str:
    """Links to the places where papers are read and discussed."""
    name = quote(paper.id, safe="/", errors="replace")
    places = (
        ("alphaXiv", f"https://www.alphaxiv.org/abs/{name}"),
        ("Semantic Scholar", f"https://api.semanticscholar.org/arXiv:{name}"),
        ("Google Scholar", f"https://scholar.google.com/scholar_lookup?arxiv_id={name}"),
        ("Hugging Face", f"https://huggingface.co/papers/{name}"),
        ("DOI", doi_link(_doi(paper)) or f"https://doi.org/10.48550/arXiv.{name}"),
    )
    return " ".join([f'<a href="{escape(url)}">{words}</a>' for words, url in places])


# ── as files ──


_NO_WORD = re.compile("[^A-Za-z0-9]")
_SPECIAL = re.compile(r"[\\{}%&_#$~^]")
_JOINT = re.compile(r",|\band\b", re.IGNORECASE)
_MARKED = re.compile(r"[\\`*_\[\]<>#]")


def _ascii(text: str) -> str:
    if text.isascii() and text.isalnum():
        return text
    return _NO_WORD.sub("", unicodedata.normalize("NFD", text))


def _last(name: str) -> str:
    return name.rpartition(" ")[2]


def _tex(text: str) -> str:
    return _SPECIAL.sub(lambda found: _TEX.get(found[0], f"\\{found[0]}"), text)


@lru_cache(maxsize=2048)
def _tex_name(name: str) -> str:
    """In braces when BibTeX would take it apart."""
    return f"{{{_tex(name)}}}" if _JOINT.search(name) else _tex(name)


def _key(paper: Paper) -> str:
    first = next(iter(_names(paper)), "arxiv")
    word = next((w for w in map(_ascii, _line(paper.title_text).split()) if len(w) > 3), "")
    return f"{_ascii(_last(first))}{_year(paper)}{word}".lower()


def bibtex(paper: Paper) -> str:
    fields = {
        "title": f"{{{_tex(_line(paper.title_text))}}}",
        "author": " and ".join([_tex_name(name) for name in _names(paper)]),
        "year": _year(paper),
        "journal": _tex(_line(paper.journal_ref)),
        "eprint": paper.id,
        "archivePrefix": "arXiv",
        "primaryClass": _tex(_line(paper.primary)),
        "doi": re.sub("[{}]", "", _doi(paper)),
        "url": _link(paper),
    }
    lines = ",\n".join([f"  {name} = {{{value}}}" for name, value in fields.items() if value])
    return f"@{'article' if paper.journal_ref else 'misc'}{{{_key(paper)},\n{lines}\n}}"


def ris(paper: Paper) -> str:
    def turned(name: str) -> str:
        first, _, last = name.rpartition(" ")
        return f"{last}, {first}" if first else last

    rows = [
        ("TY", "JOUR" if paper.journal_ref else "UNPB"),
        ("TI", _line(paper.title_text)),
        *[("AU", turned(name)) for name in _names(paper)],
        ("PY", _year(paper)),
        ("AB", _line(paper.abstract_text)),
        ("JO", _line(paper.journal_ref)),
        ("DO", _doi(paper)),
        ("UR", _link(paper)),
        ("N1", _line(paper.comments)),
        *[("KW", _line(name)) for name in paper.categories],
    ]
    return "\n".join([*[f"{tag}  - {value}" for tag, value in rows if value], "ER  - "])


def csl_json(paper: Paper) -> str:
    def person(name: str) -> dict[str, str]:
        given, _, family = name.rpartition(" ")
        return {"family": family, "given": given} if given else {"literal": name}

    said = year_and_month(paper.id)
    item = {
        "id": _key(paper) + paper.id,
        "type": "article-journal" if paper.journal_ref else "article",
        "title": _line(paper.title_text),
        "author": [person(name) for name in _names(paper)],
        "issued": {"date-parts": [list(said)]} if said else "",
        "abstract": _line(paper.abstract_text),
        "container-title": _line(paper.journal_ref),
        "DOI": _doi(paper),
        "URL": _link(paper),
        "number": f"arXiv:{paper.id}",
        "publisher": "arXiv",
    }
    text = msgspec.json.encode([{key: value for key, value in item.items() if value}])
    # json's own indentation is written in Python, and takes ten times as long.
    return msgspec.json.format(text, indent=1).decode()


def markdown(paper: Paper) -> str:
    def marked(text: str) -> str:
        return _MARKED.sub(r"\\\g<0>", text)

    names = marked(", ".join(_names(paper)))
    return f"- [{marked(_line(paper.title_text))}]({_link(paper)}). {names} ({_year(paper)})."


_FORMATS = (("BibTeX", bibtex), ("RIS", ris), ("CSL-JSON", csl_json), ("Markdown", markdown))


def folds(paper: Paper) -> str:
    """The citation in each format, folded."""
    return "".join(
        [
            f'<details class="citation"><summary>{words}</summary>\n<pre>{plain(write(paper))}</pre></details>\n'
            for words, write in _FORMATS
        ]
    )
