"""Reading a published page back, to hold it against the database."""

from __future__ import annotations

import re
from html import unescape

_PAPER = re.compile(rb'<article class="[^"]*\bpaper\b[^"]*" id="([^"]*)"')


def papers_on(page: bytes) -> list[str]:
    """The ids of the papers that a list page shows, in its order. Texts cannot look like one: < is escaped."""
    return [unescape(found.decode()) for found in _PAPER.findall(page)]
