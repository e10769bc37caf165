"""What the specifications ask of feeds: RFC 4287 (Atom), JSON Feed 1.1, OPML 2.0. Each function lists what is wrong."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

ATOM, XHTML = "{http://www.w3.org/2005/Atom}", "{http://www.w3.org/1999/xhtml}"
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")  # RFC 3339 with a capital T
_ONCE = {
    "feed": ("generator", "icon", "logo", "rights", "subtitle"),
    "entry": ("content", "published", "rights", "source", "summary"),
}
_KNOWN = {
    "feed": {"author", "category", "contributor", "id", "link", "title", "updated", "entry", *_ONCE["feed"]},
    "entry": {"author", "category", "contributor", "id", "link", "title", "updated", *_ONCE["entry"]},
}
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")


def atom_faults(body: bytes) -> list[str]:
    root = ElementTree.fromstring(body)
    if root.tag != f"{ATOM}feed":
        return [f"the root is {root.tag}"]
    entries = root.findall(f"{ATOM}entry")
    faults = [*_container(root, "feed")]
    if root.find(f"{ATOM}author") is None and any(e.find(f"{ATOM}author") is None for e in entries):
        faults.append("4.1.1: an entry without an author in a feed without one")
    for entry in entries:
        faults += [*_container(entry, "entry"), *_content(entry)]
    again = Counter((e.findtext(f"{ATOM}id"), e.findtext(f"{ATOM}updated")) for e in entries)
    return faults + [f"4.1.1: the entry {key} twice" for key, times in again.items() if times > 1]


def _container(element: ElementTree.Element, name: str) -> Iterator[str]:
    found = Counter(child.tag.removeprefix(ATOM) for child in element if child.tag.startswith(ATOM))
    yield from (f"{name}: exactly one {tag}" for tag in ("id", "title", "updated") if found[tag] != 1)
    yield from (f"{name}: at most one {tag}" for tag in _ONCE[name] if found[tag] > 1)
    yield from (f"{name}: no element {tag}" for tag in found.keys() - _KNOWN[name])
    if not _is_address(element.findtext(f"{ATOM}id", "")):
        yield f"4.2.6: the id of a {name} is no IRI"
    if not _DATE.fullmatch(element.findtext(f"{ATOM}updated", "")):
        yield f"3.3: updated of a {name} is no date"
    yield from _links(element)
    for person in element.findall(f"{ATOM}author"):
        if len(person.findall(f"{ATOM}name")) != 1 or not person.findtext(f"{ATOM}name"):
            yield "3.2.1: a person without a name"
    for category in element.findall(f"{ATOM}category"):
        if not category.get("term"):
            yield "4.2.2: a category without a term"
    for tag in ("title", "summary"):
        for text in element.findall(f"{ATOM}{tag}"):
            if text.get("type", "text") == "text" and len(text):
                yield f"3.1.1: elements in a plain {tag}"


def _links(element: ElementTree.Element) -> Iterator[str]:
    links = element.findall(f"{ATOM}link")
    yield from ("4.2.7: a link without an address" for link in links if not _is_address(link.get("href", "")))
    yield from (
        f"4.2.7.3: {link.get('type')} is no media type"
        for link in links
        if not _MEDIA_TYPE.fullmatch(link.get("type", "text/html"))
    )
    alternates = Counter(
        (link.get("type"), link.get("hreflang"))
        for link in links
        if link.get("rel", "alternate") == "alternate"
    )
    yield from ("4.1.1: two alternates of one type" for times in alternates.values() if times > 1)


def _content(entry: ElementTree.Element) -> Iterator[str]:
    content = entry.find(f"{ATOM}content")
    if content is None:
        return
    if content.get("type") != "xhtml":
        yield "4.1.3.3: content of another type than XHTML"
    if [child.tag for child in content] != [f"{XHTML}div"] or (content.text or "").strip():
        yield "4.1.3.3: XHTML content is exactly one div"
    yield from (
        f"{one.tag} within XHTML content"
        for one in content.iter()
        if one is not content and not one.tag.startswith(XHTML)
    )


def json_faults(body: bytes) -> list[str]:
    said = json.loads(body)
    faults = [] if said.get("version") == "https://jsonfeed.org/version/1.1" else ["no version 1.1"]
    faults += [f"no {name}" for name in ("title", "items") if name not in said]
    faults += [
        f"{name} is no address"
        for name in ("home_page_url", "feed_url")
        if name in said and not _is_address(said[name])
    ]
    ids = Counter(item.get("id") for item in said["items"])
    faults += [f"the item {key} twice" for key, times in ids.items() if times > 1]
    return faults + [fault for item in said["items"] for fault in _item_faults(item)]


def _item_faults(item: dict[str, Any]) -> Iterator[str]:
    if not isinstance(item.get("id"), str):
        yield "an id that is no string"
    if not isinstance(item.get("content_html", item.get("content_text")), str):
        yield "an item without content"
    yield from (f"{name} is no address" for name in ("url", "external_url") if not _is_address(item[name]))
    if not _DATE.fullmatch(item["date_modified"]):
        yield "date_modified is no date"
    if not all(author.get("name") for author in item["authors"]):
        yield "an author without a name"
    if not all(isinstance(tag, str) for tag in item["tags"]):
        yield "a tag that is no string"
    for attachment in item.get("attachments", []):
        if not _is_address(attachment["url"]) or not _MEDIA_TYPE.fullmatch(attachment["mime_type"]):
            yield "an attachment without address or type"


def opml_faults(body: bytes) -> list[str]:
    root = ElementTree.fromstring(body)
    faults = [] if (root.tag, root.get("version")) == ("opml", "2.0") else ["no OPML 2.0"]
    faults += [
        f"{len(root.findall(name))} × {name}" for name in ("head", "body") if len(root.findall(name)) != 1
    ]
    outlines = root.findall("body/outline")
    faults += ["an outline without text" for one in outlines if not one.get("text")]
    return faults + [
        "a subscription without an address"
        for one in outlines
        if one.get("type") != "rss" or not _is_address(one.get("xmlUrl", ""))
    ]


def _is_address(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not re.search(r"\s", text)
