"""Which characters a derived text may hold."""

from __future__ import annotations

import re

# What XML 1.0 forbids (section 2.2), and the other control characters, which no text needs.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """`text` with every forbidden character replaced by U+FFFD, so that nothing silently disappears."""
    return text if text.isprintable() else _FORBIDDEN.sub("\ufffd", text)


def is_clean(text: str) -> bool:
    """Whether `clean` would change nothing."""
    return text.isprintable() or _FORBIDDEN.search(text) is None
