"""A paper as reference managers read it: COinS, citation_* tags, schema.org, BibTeX, RIS, CSL-JSON, Markdown.

The files say the same as `templates/static/js/cite.js` says of starred papers. Years come from the id: arXiv's ids
begin with year and month (https://info.arxiv.org/help/arxiv_identifier.html).
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property, lru_cache
from urllib.parse import quote

import msgspec

from aggregator.models import Paper
from aggregator.site.links import ARXIV, doi_link, quoted
from aggregator.site.text import undirected

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


def _line(text: str | None) -> str:
    """One line without what no document may hold, so that nothing made of lines has to be looked through again."""
    if not text:
        return ""
    if text.isprintable() and "  " not in text:  # of all white space only the blank is printable
        return text.strip()
    return " ".join(undirected(text).split())


_name = lru_cache(maxsize=2048)(_line)  # authors come again


class Citation:
    """A paper in every form. What the forms share is found once."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self._id = _line(paper.id)
        self._title = _line(paper.title_text)
        self._names = [_name(author.name) for author in paper.authors]
        self._doi = next(filter(doi_link, _line(paper.doi).split()), "")
        self._link = f"{ARXIV}/abs/{self._id}"
        self._month = year_and_month(paper.id)
        self._year = str(self._month[0]) if self._month else ""

    @cached_property
    def _abstract(self) -> str:
        return _line(self._paper.abstract_text)

    # ── inside a page ──

    def coins(self) -> str:
        """An OpenURL in an empty element, so that Zotero offers a whole list (Z39.88-2004, Dublin Core)."""
        parts = (
            "ctx_ver=Z39.88-2004&amp;rft_val_fmt=info:ofi/fmt:kev:mtx:dc&amp;rft.type=preprint",
            f"&amp;rft.title={quoted(self._title)}",
            *map(_coins_author, self._names),
            f"&amp;rft.date={self._dated('-')}" if self._month else "",
            f"&amp;rft_id={quote(self._link, safe=':/', errors='replace')}",
            f"&amp;rft_id=info:doi/{quote(self._doi, safe='/', errors='replace')}" if self._doi else "",
        )
        return f'<span class="Z3988" title="{"".join(parts)}"></span>\n'

    def meta(self) -> str:
        """Highwire's citation_* tags, the ones that arXiv's own pages carry.

        `public_url` is what Zotero keeps as the address; without it, it would keep our page's own (`og:url`).
        """
        rows: Iterable[tuple[str, str]] = (
            ("title", self._title),
            *(("author", name) for name in self._names),
            ("date", self._dated("/")),
            ("doi", self._doi),
            ("arxiv_id", self._id),
            ("abstract_html_url", self._link),
            ("public_url", self._link),
            ("pdf_url", f"{ARXIV}/pdf/{self._id}"),
            ("abstract", self._abstract),
        )
        return "".join(
            [
                f'<meta name="citation_{name}" content="{html.escape(value)}">\n'
                for name, value in rows
                if value
            ]
        )

    def json_ld(self) -> str:
        """schema.org's ScholarlyArticle as JSON that can stand inside <script>: < > & are written as escapes."""
        thing = {
            "@context": "https://schema.org",
            "@type": "ScholarlyArticle",
            "headline": self._title,
            "author": [{"@type": "Person", "name": name} for name in self._names],
            "datePublished": self._dated("-"),
            "abstract": self._abstract,
            "identifier": f"arXiv:{self._id}",
            "url": self._link,
            "sameAs": doi_link(self._doi) or "",
        }
        text = _json({key: value for key, value in thing.items() if value}).decode()
        return text.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")

    def elsewhere(self) -> str:
        """Links to the places where papers are read and discussed."""
        name = quote(self._id, safe="/", errors="replace")
        places = (
            ("alphaXiv", f"https://www.alphaxiv.org/abs/{name}"),
            ("Semantic Scholar", f"https://api.semanticscholar.org/arXiv:{name}"),
            ("Google Scholar", f"https://scholar.google.com/scholar_lookup?arxiv_id={name}"),
            ("Hugging Face", f"https://huggingface.co/papers/{name}"),
            ("DOI", doi_link(self._doi) or f"https://doi.org/10.48550/arXiv.{name}"),
        )
        return " ".join([f'<a href="{html.escape(url)}">{words}</a>' for words, url in places])

    def folds(self) -> str:
        """The citation in each format, folded."""
        made = (
            ("BibTeX", self.bibtex()),
            ("RIS", self.ris()),
            ("CSL-JSON", self.csl_json()),
            ("Markdown", self.markdown()),
        )
        return "".join(
            [
                f'<details class="citation"><summary>{words}</summary>\n<pre>{html.escape(text)}</pre></details>\n'
                for words, text in made
            ]
        )

    # ── as files ──

    def bibtex(self) -> str:
        paper = self._paper
        fields = {
            "title": f"{{{_tex(self._title)}}}",
            "author": " and ".join(map(_tex_name, self._names)),
            "year": self._year,
            "journal": _tex(_line(paper.journal_ref)),
            "eprint": self._id,
            "archivePrefix": "arXiv",
            "primaryClass": _tex(_line(paper.primary)),
            "doi": self._doi.replace("{", "").replace("}", ""),
            "url": self._link,
        }
        lines = ",\n".join([f"  {name} = {{{value}}}" for name, value in fields.items() if value])
        return f"@{'article' if paper.journal_ref else 'misc'}{{{self._key},\n{lines}\n}}"

    def ris(self) -> str:
        paper = self._paper
        rows = (
            ("TY", "JOUR" if paper.journal_ref else "UNPB"),
            ("TI", self._title),
            *(("AU", _turned(name)) for name in self._names),
            ("PY", self._year),
            ("AB", self._abstract),
            ("JO", _line(paper.journal_ref)),
            ("DO", self._doi),
            ("UR", self._link),
            ("N1", _line(paper.comments)),
            *(("KW", _name(name)) for name in paper.categories),
        )
        return "\n".join([*[f"{tag}  - {value}" for tag, value in rows if value], "ER  - "])

    def csl_json(self) -> str:
        paper = self._paper
        item = {
            "id": self._key + self._id,
            "type": "article-journal" if paper.journal_ref else "article",
            "title": self._title,
            "author": list(map(_person, self._names)),
            "issued": {"date-parts": [list(self._month)]} if self._month else "",
            "abstract": self._abstract,
            "container-title": _line(paper.journal_ref),
            "DOI": self._doi,
            "URL": self._link,
            "number": f"arXiv:{self._id}",
            "publisher": "arXiv",
        }
        text = _json([{key: value for key, value in item.items() if value}])
        # json's own indentation is written in Python, and takes ten times as long.
        return msgspec.json.format(text, indent=1).decode()

    def markdown(self) -> str:
        names = _marked(", ".join(self._names))
        return f"- [{_marked(self._title)}]({self._link}). {names} ({self._year})."

    @cached_property
    def _key(self) -> str:
        first = self._names[0] if self._names else "arxiv"
        word = next((w for w in map(_ascii, self._title.split()) if len(w) > 3), "")
        return f"{_ascii(_parts(first)[1])}{self._year}{word}".lower()

    def _dated(self, joint: str) -> str:
        return f"{self._month[0]}{joint}{self._month[1]:02}" if self._month else ""


# ── pieces ──

_NO_WORD = re.compile("[^A-Za-z0-9]")
_SPECIAL = re.compile(r"[\\{}%&_#$~^]")
_NAME = re.compile(r"(?:(.+?) )?(\S+?|)(?:,? ((?:[JjSs][Rr]|III?|IV|V)\.?))?")
_JOINT = re.compile(r",|\band\b", re.IGNORECASE)
_MARKED = re.compile(r"[\\`*_\[\]<>#]")
_json = msgspec.json.Encoder().encode


@lru_cache(maxsize=8192)
def _coins_author(name: str) -> str:
    return f"&amp;rft.au={quoted(name)}"


def _ascii(text: str) -> str:
    if text.isascii() and text.isalnum():
        return text
    return _NO_WORD.sub("", unicodedata.normalize("NFD", text))


def _tex(text: str) -> str:
    return _SPECIAL.sub(lambda found: _TEX.get(found[0], f"\\{found[0]}"), text)


@lru_cache(maxsize=2048)
def _parts(name: str) -> tuple[str, str, str]:
    """Given name, family name, suffix: the last word is the family's, unless it is a "Jr" or "II" behind two others."""
    found = _NAME.fullmatch(name)
    return (found[1] or "", found[2], found[3] or "") if found else ("", name, "")


@lru_cache(maxsize=2048)
def _tex_name(name: str) -> str:
    """In braces when BibTeX would take it apart."""
    given, family, suffix = _parts(name)
    if _JOINT.search(f"{given} {family}"):
        return f"{{{_tex(name)}}}"
    return _tex(f"{family}, {suffix}, {given}" if suffix else name)


@lru_cache(maxsize=2048)
def _turned(name: str) -> str:
    """The last name first, a suffix last."""
    given, family, suffix = _parts(name)
    return ", ".join(filter(None, (family, given, suffix)))


@lru_cache(maxsize=2048)
def _person(name: str) -> dict[str, str]:
    given, family, suffix = _parts(name)
    if not given:
        return {"literal": name}
    return {"family": family, "given": given} | ({"suffix": suffix} if suffix else {})


def _marked(text: str) -> str:
    return _MARKED.sub(r"\\\g<0>", text)
