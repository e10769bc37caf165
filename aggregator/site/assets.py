"""Stylesheets, scripts and images, named by their content, so that a cache may keep them for ever."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rjsmin import jsmin

from aggregator.languages import ENGLISH, LANGUAGES, Language
from aggregator.models import Page
from aggregator.site.environment import templates_dir
from aggregator.site.words import word_files

# One file for the browser, several for whoever edits them. Later ones may lean on earlier ones.
STYLES = (
    "tokens.css", "base.css", "list.css", "paper.css", "periods.css", "home.css", "tools.css", "search.css",
    "status.css", "maths.css", "print.css",
)  # fmt: skip
SCRIPT = "main.js"  # what pages load; the other modules are imported by it
_IMPORT = re.compile(r'(?<=(?:from |port\()"\./)([a-z]+)\.js(?=")')  # from "./x.js", import("./x.js")


class Assets:
    """The hashed files of a templates folder."""

    def __init__(self, folder: Path, language: Language = ENGLISH) -> None:
        static = folder / "static"
        css = b"\n".join((static / "css" / name).read_bytes() for name in STYLES)
        icon = (static / "img" / "icon.svg").read_bytes()
        modules = _Modules(static / "js")
        fonts = [_hashed(path.name, path.read_bytes()) for path in sorted((static / "fonts").glob("*.woff2"))]
        self.css = _hashed("site.css", _with_fonts(css, fonts))
        self.icon = _hashed("icon.svg", icon)
        self.script = modules.page(SCRIPT.removesuffix(".js"))
        words = {tag: _hashed(f"{tag}.json", body) for tag, body in word_files(folder, language).items()}
        self.early = _early(static / "js" / "early.js", words)
        self.pages = (self.css, *fonts, self.icon, self.early, *modules.made.values(), *words.values())


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
    return _hashed("early.js", _minified(text.replace("LANGUAGES = {}", f"LANGUAGES = {made}", 1)))


class _Modules:
    """ES modules whose imports name the hashed files.

    A module's name hashes its text with those names in it, so a change deep down renames all that lead to it. That
    is why modules must not import each other in a circle: RecursionError.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.made: dict[str, Page] = {}

    def page(self, name: str) -> Page:
        if name not in self.made:
            text = (self._folder / f"{name}.js").read_text(encoding="utf-8")
            self.made[name] = _hashed(f"{name}.js", _minified(_IMPORT.sub(self._imported, text)))
        return self.made[name]

    def _imported(self, found: re.Match[str]) -> str:
        return self.page(found[1]).path.removeprefix("assets/")


def worker(shell: Sequence[str], build: str) -> Page:
    """The script that keeps pages for when there is no network; at the root, for it rules what lies below it.

    `shell` are the addresses that every page needs, the page for what was not kept first; `build` names them all.
    """
    text = (templates_dir() / "static" / "js" / "worker.js").read_text(encoding="utf-8")
    told = text.replace("SHELL = []", f"SHELL = {json.dumps(shell)}", 1).replace(
        '"shell-"', f'"shell-{build}"', 1
    )
    return Page("worker.js", _minified(told))


def _minified(script: str) -> bytes:
    """Without comments and needless blanks; a templates folder keeps both for whoever reads it.

    rjsmin misreads a template literal within a template literal and a regular expression behind an arrow; a test
    finds them.
    """
    return str(jsmin(script)).encode()


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
