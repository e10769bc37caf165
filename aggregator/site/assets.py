"""Stylesheets, scripts and images, named by their content, so that a cache may keep them for ever."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from aggregator.languages import ENGLISH, LANGUAGES, Language
from aggregator.models import Page
from aggregator.site.environment import templates_dir
from aggregator.site.scripts import joined, minified
from aggregator.site.words import word_files

# One file for the browser, several for whoever edits them. Later ones may lean on earlier ones.
STYLES = (
    "tokens.css", "base.css", "list.css", "paper.css", "periods.css", "home.css", "tools.css", "search.css",
    "status.css", "statistics.css", "maths.css", "print.css",
)  # fmt: skip
SCRIPT = "main"  # the module that leads to all others


class Assets:
    """The hashed files of a templates folder."""

    def __init__(self, folder: Path, language: Language = ENGLISH) -> None:
        static = folder / "static"
        css = b"\n".join((static / "css" / name).read_bytes() for name in STYLES)
        icon = (static / "img" / "icon.svg").read_bytes()
        fonts = [_hashed(path.name, path.read_bytes()) for path in sorted((static / "fonts").glob("*.woff2"))]
        self.css = _hashed("site.css", _with_fonts(css, fonts))
        self.icon = _hashed("icon.svg", icon)
        self.script = _hashed(f"{SCRIPT}.js", joined(static / "js", SCRIPT).encode())
        words = {tag: _hashed(f"{tag}.json", body) for tag, body in word_files(folder, language).items()}
        self.early = _early(static / "js" / "early.js", words)
        self.pages = (self.css, *fonts, self.icon, self.early, self.script, *words.values())


def _with_fonts(css: bytes, fonts: Iterable[Page]) -> bytes:
    """The stylesheet with the names that fonts have beside it."""
    for font in fonts:
        made = font.path.removeprefix("assets/")
        stem, _, ending = made.split(".")
        css = css.replace(f"../fonts/{stem}.{ending}".encode(), made.encode())
    return css


def _early(path: Path, words: Mapping[str, Page]) -> Page:
    """The script before all others, with its table of languages."""
    table = {
        one.tag: [
            words[one.tag].path.removeprefix("assets/") if one.tag in words else "",
            one.name,
            "rtl" if one.rtl else "ltr",
        ]
        for one in LANGUAGES
    }
    text = path.read_text(encoding="utf-8")
    made = json.dumps(table, ensure_ascii=False, separators=(",", ":"))
    return _hashed("early.js", minified(text.replace("LANGUAGES = {}", f"LANGUAGES = {made}", 1)).encode())


def worker(shell: Sequence[str], build: str) -> Page:
    """The script that keeps pages for when there is no network; at the root, for it rules what lies below it.

    `shell` are the addresses that every page needs, the page for what was not kept first; `build` names them all.
    """
    text = (templates_dir() / "static" / "js" / "worker.js").read_text(encoding="utf-8")
    told = text.replace("SHELL = []", f"SHELL = {json.dumps(shell)}", 1).replace(
        '"shell-"', f'"shell-{build}"', 1
    )
    return Page("worker.js", minified(told).encode())


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
