"""arXiv's RSS 2.0 and Atom feeds, to the letter: elements, order, namespaces, indentation, dates.

Written after the layout of feeds served in 2026. Texts are escaped as arXiv's writer does: `&`, `<` and `>` only.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from aggregator.announce import NEW_YORK
from aggregator.models import RawEntry
from aggregator.simulator.script import new_york

HOST = "http://rss.arxiv.org"
_XML = "<?xml version='1.0' encoding='UTF-8'?>"
_RSS = (
    '<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' version="2.0">'
)
_ATOM = (
    '<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns="http://www.w3.org/2005/Atom" xml:lang="en-us">'
)


def rss_document(category: str, declared_day: date, built_at: datetime, entries: Iterable[RawEntry]) -> bytes:
    """The RSS 2.0 feed of `category` (or `cs.AI+cs.LG`) that holds `entries`, in their order.

    `declared_day` becomes every pubDate (midnight in New York), `built_at` the lastBuildDate. An entry without
    a version is written as version 1.
    """
    midnight = _midnight(declared_day)
    items = "".join(_item(entry, format_datetime(midnight)) for entry in entries)
    return _rss(_titled(category), f"rss/{category}", _described(category), midnight, built_at, items)


def atom_document(
    category: str, declared_day: date, built_at: datetime, entries: Iterable[RawEntry]
) -> bytes:
    """The same as an Atom feed; `built_at` becomes every <updated>."""
    updated = built_at.isoformat()
    published = _midnight(declared_day).isoformat()
    address = quoteattr(f"{HOST}/atom/{category}")
    head = [
        _XML,
        _ATOM,
        f"  <id>{HOST}/atom/{escape(category)}</id>",
        f"  <title>{_titled(category)}</title>",
        f"  <updated>{updated}</updated>",
        f'  <link href={address} rel="self" type="application/atom+xml"/>',
        f"  <subtitle>{_described(category)}</subtitle>",
    ]
    body = "".join(_entry(entry, updated, published) for entry in entries)
    return ("\n".join(head) + f"\n{body}</feed>\n").encode()


def error_document(query: str, built_at: datetime, reason: str) -> bytes:
    """The feed without items that comes with HTTP 400."""
    title = f'Feed error for query "{escape(query)}"'
    midnight = _midnight(built_at.astimezone(NEW_YORK).date())
    return _rss(title, f"rss/{query}", escape(reason), midnight, built_at, "")


def _rss(
    title: str, path: str, description: str, midnight: datetime, built_at: datetime, items: str
) -> bytes:
    lines = [
        _XML,
        _RSS,
        "  <channel>",
        f"    <title>{title}</title>",
        f"    <link>{HOST}/{escape(path)}</link>",
        f"    <description>{description}</description>",
        f'    <atom:link href={quoteattr(f"{HOST}/{path}")} rel="self" type="application/rss+xml"/>',
        "    <docs>http://www.rssboard.org/rss-specification</docs>",
        "    <language>en-us</language>",
        f"    <lastBuildDate>{format_datetime(built_at)}</lastBuildDate>",
        "    <managingEditor>rss-help@arxiv.org</managingEditor>",
        f"    <pubDate>{format_datetime(midnight)}</pubDate>",
        "    <skipDays>",
        "      <day>Saturday</day>",
        "      <day>Sunday</day>",
        "    </skipDays>",
    ]
    return ("\n".join(lines) + f"\n{items}  </channel>\n</rss>\n").encode()


def _item(entry: RawEntry, published: str) -> str:
    """One <item>. arXiv writes the DOI before the journal reference here, and after it in Atom."""
    lines = [
        "    <item>",
        f"      <title>{escape(entry.title)}</title>",
        f"      <link>https://arxiv.org/abs/{entry.arxiv_id}</link>",
        f"      <description>{_summary(entry)}</description>",
        f'      <guid isPermaLink="false">{_guid(entry)}</guid>',
        *(f"      <category>{escape(category)}</category>" for category in entry.categories),
        f"      <pubDate>{published}</pubDate>",
        f"      <arxiv:announce_type>{entry.kind}</arxiv:announce_type>",
        *_optional("      ", "dc:rights", entry.license),
        *_optional("      ", "arxiv:DOI", entry.doi),
        *_optional("      ", "arxiv:journal_reference", entry.journal_ref),
        f"      <dc:creator>{escape(entry.authors)}</dc:creator>",
        "    </item>",
    ]
    return "\n".join(lines) + "\n"


def _entry(entry: RawEntry, updated: str, published: str) -> str:
    lines = [
        "  <entry>",
        f"    <id>{_guid(entry)}</id>",
        f"    <title>{escape(entry.title)}</title>",
        f"    <updated>{updated}</updated>",
        f'    <link href="https://arxiv.org/abs/{entry.arxiv_id}" rel="alternate" type="text/html"/>',
        f"    <summary>{_summary(entry)}</summary>",
        *(f"    <category term={quoteattr(category)}/>" for category in entry.categories),
        f"    <published>{published}</published>",
        f"    <arxiv:announce_type>{entry.kind}</arxiv:announce_type>",
        *_optional("    ", "dc:rights", entry.license),
        *_optional("    ", "arxiv:journal_reference", entry.journal_ref),
        *_optional("    ", "arxiv:DOI", entry.doi),
        f"    <dc:creator>{escape(entry.authors)}</dc:creator>",
        "  </entry>",
    ]
    return "\n".join(lines) + "\n"


def _optional(indent: str, tag: str, text: str | None) -> list[str]:
    return [] if text is None else [f"{indent}<{tag}>{escape(text)}</{tag}>"]


def _guid(entry: RawEntry) -> str:
    return f"oai:arXiv.org:{entry.arxiv_id}v{entry.version or 1}"


def _summary(entry: RawEntry) -> str:
    """The line about the announcement ends with a space, as arXiv's does."""
    name = f"{entry.arxiv_id}v{entry.version or 1}"
    return f"arXiv:{name} Announce Type: {entry.kind} \nAbstract: {escape(entry.abstract)}"


def _titled(category: str) -> str:
    return f"{escape(category.replace('+', ', '))} updates on arXiv.org"


def _described(category: str) -> str:
    return f"{escape(category.replace('+', ', '))} updates on the arXiv.org e-print archive."


def _midnight(day: date) -> datetime:
    return new_york(day).astimezone(NEW_YORK)
