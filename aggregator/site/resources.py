"""Where a paper's authors say that its code, data or project page is: found among the links of its texts."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlsplit

from aggregator.models import Message, Paper, say
from aggregator.site.speech import Speech

_LINK = re.compile(r'<a href="([^"]+)"')
_CODE_HOSTS = frozenset({"github.com", "gitlab.com", "codeberg.org", "bitbucket.org", "huggingface.co"})
_PROJECT_HOSTS = (".github.io", ".gitlab.io", ".pages.dev", ".netlify.app", "sites.google.com")
# What stands right before an address that is the project's own.
_PROJECT_WORDS = re.compile(
    r"(?:project|web ?site|web ?page|home ?page|page|demo)(?:\W|is\b|at\b|available\b|here\b)*$",
    re.IGNORECASE,
)

CODE, PROJECT = say("Code"), say("Project")


def links(paper: Paper, speech: Speech) -> str:
    """At most one link to code and one to a project page, as a card shows them."""
    found: dict[str, str] = {}
    for html in (paper.comments_html or "", paper.abstract_html):
        if 'href="http' in html:
            for link in _LINK.finditer(html):
                kind = _kind(link[1], html[max(0, link.start() - 40) : link.start()])
                found.setdefault(kind, link[1])
    return "".join(
        [_tag(name, words, found[name], speech) for name, words in _WORDS.items() if name in found]
    )


_WORDS: dict[str, Message] = {"code": CODE, "project": PROJECT}


def _kind(address: str, before: str) -> str:
    """ "code", "project" or nothing, of an escaped address and the text before it."""
    try:
        parts = urlsplit(unescape(address))
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    if host in _CODE_HOSTS and len(parts.path) > 1:
        return "code"
    if host.endswith(_PROJECT_HOSTS) or (_PROJECT_WORDS.search(before) and "arxiv.org" not in host):
        return "project"
    return ""


def _tag(name: str, words: Message, address: str, speech: Speech) -> str:
    return f' <a class="resource link-{name}" href="{address}"{speech.lang}>{speech.html(words)}</a>'
