"""What Zotero makes of a page, after the rules of its two translators for pages that it does not know (June 2024).

COinS (priority 310) comes before Embedded Metadata (320): a list is offered paper by paper. A value is cut at `&` and
at its first `=`, and is an error when it is not percent-encoded UTF-8. Dublin Core is a web page until `rft.type`
names another type. `citation_*` fields come after Open Graph's and replace them, `citation_public_url` the address.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote

TYPES = ("preprint", "journalArticle", "webpage")
_DUBLIN_CORE = "info:ofi/fmt:kev:mtx:dc"
_OPEN_GRAPH = {"og:title": "title", "og:url": "url", "og:description": "abstract"}
_HIGHWIRE = {
    "citation_title": "title", "citation_date": "date", "citation_abstract": "abstract", "citation_doi": "DOI",
    "citation_public_url": "url",
}  # fmt: skip


@dataclass
class Item:
    type: str
    fields: dict[str, str] = field(default_factory=dict)
    creators: list[tuple[str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    """Titles of COinS elements, and named `meta` values."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.coins: list[str] = []
        self.metas: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "span" and "Z3988" in said.get("class", "").split() and "title" in said:
            self.coins.append(said["title"])
        if tag == "meta" and said.get("content"):
            self.metas.append((said.get("name") or said.get("property", ""), said["content"]))


def offered(html: str) -> list[Item]:
    """The papers that Zotero lets a reader choose from."""
    return [_context(one) for one in _Reader(html).coins]


def saved(html: str) -> Item:
    """What one click on a page of one paper saves."""
    metas = _Reader(html).metas
    first = dict(reversed(metas))
    guess = {"article": "journalArticle", "website": "webpage"}
    item = Item(guess[first["og:type"]] if "og:type" in first else "journalArticle")
    for names in (_OPEN_GRAPH, _HIGHWIRE):
        item.fields |= {ours: " ".join(first[name].split()) for name, ours in names.items() if name in first}
    item.creators = [_name(value) for name, value in metas if name == "citation_author"]
    item.fields["attachment"] = first.get("citation_pdf_url", "")
    return item


def _context(said: str) -> Item:
    pairs = [(part.split("=")[0], _value(part.split("=")[1])) for part in said.split("&")]
    assert ("rft_val_fmt", _DUBLIN_CORE) in pairs
    item = Item("webpage")
    for key, value in pairs:
        _take(item, key, value)
    assert item.fields.get("title"), "without a title Zotero asks a catalogue"
    return item


def _value(said: str) -> str:
    """Zotero takes `+` and an encoded one for a blank."""
    return unquote(said.replace("+", " ").replace("%2B", " ").replace("%2b", " "), errors="strict")


def _take(item: Item, key: str, value: str) -> None:
    if key == "rft.au":
        item.creators.append(_name(value))
    elif key == "rft.type" and value in TYPES:
        item.type = value
    elif key == "rft_id":
        doi = value.startswith("info:doi/")
        item.fields["DOI" if doi else "url"] = value.removeprefix("info:doi/")
    elif key in ("rft.title", "rft.date"):
        item.fields[key[4:]] = value


def _name(said: str) -> tuple[str, str]:
    """Given and family name. A comma turns them."""
    if "," in said:
        last, first = said.split(",", 1)
        return first.strip(), last.strip()
    first, _, last = said.strip().rpartition(" ")
    return first, last
