"""Stylesheets and images, named by their content, so that a cache may keep them for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from aggregator.models import Page

# One file for the browser, several for whoever edits them. Later ones may lean on earlier ones.
STYLES = ("tokens.css", "base.css", "list.css", "paper.css", "home.css", "maths.css", "print.css")


class Assets:
    """The hashed files of a templates folder."""

    def __init__(self, folder: Path) -> None:
        static = folder / "static"
        css = b"\n".join((static / "css" / name).read_bytes() for name in STYLES)
        icon = (static / "img" / "icon.svg").read_bytes()
        self.css = _hashed("site.css", css)
        self.icon = _hashed("icon.svg", icon)
        self.pages = (self.css, self.icon)


def _hashed(name: str, body: bytes) -> Page:
    stem, _, ending = name.rpartition(".")
    return Page(f"assets/{stem}.{digest([body])[:12]}.{ending}", body)


def digest(bodies: Iterable[bytes]) -> str:
    """One hash over bodies; their borders count."""
    total = hashlib.sha256()
    for body in bodies:
        total.update(hashlib.sha256(body).digest())
    return total.hexdigest()


def files_digest(*folders: Path) -> str:
    """A hash over names and contents of all files below `folders`, for telling what an older version made."""
    files = sorted(
        (path.relative_to(folder).as_posix(), path)
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    )
    return digest(part for name, path in files for part in (name.encode(), path.read_bytes()))
