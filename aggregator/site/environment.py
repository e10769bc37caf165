"""Templates: where they are, how they are rendered, and how one rendering serves many pages.

The only module that knows Jinja 2. Autoescape is on everywhere and an unknown name is an error.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from pickle import UnpicklingError

import jinja2
import jinja2.bccache
from markupsafe import Markup

from aggregator.models import say, say_many
from aggregator.site.speech import Speech
from aggregator.site.text import clean

# Control characters of outside text are dropped when it is printed, so nothing from outside can look like a slot.
_SLOT = re.compile("\x02([a-z0-9_]+)\x03")


def templates_dir() -> Path:
    """The folder of templates: inside the package when installed from a wheel, beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


class CodeCache(jinja2.BytecodeCache):
    """Templates as Python's code, kept in a folder that nobody else writes: translating those of one day takes 0.2 s.

    Jinja puts hashes of name and source in key and checksum. What cannot be read or written is translated again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        with (
            suppress(OSError, EOFError, ValueError, TypeError, UnpicklingError),
            self._file(bucket).open("rb") as file,
        ):
            bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Whole or not at all, for another process may read it."""
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            staged = self._file(bucket).with_suffix(f".{os.getpid()}.new")
            staged.write_bytes(bucket.bytecode_to_string())
            os.replace(staged, self._file(bucket))

    def _file(self, bucket: jinja2.bccache.Bucket) -> Path:
        return self._folder / f"{bucket.key}.code"


def make_environment(folder: Path, cache: Path | None = None) -> jinja2.Environment:
    """An environment over `folder` that escapes everything and refuses names it does not know."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_printed,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        bytecode_cache=CodeCache(cache) if cache else None,
    )


def _printed(value: object) -> object:
    return clean(value) if type(value) is str else value


def _spoken(speech: Speech) -> dict[str, Callable[..., str]]:
    """`_` and `ngettext` for the content of an element, `text` for attributes and titles; see CONTRIBUTING.md."""
    return {
        "_": lambda text, **holes: speech.html(say(text, **holes)) if holes else speech.word(text),
        "ngettext": lambda one, many, n, **holes: speech.html(say_many(one, many, n, **holes)),
        "text": lambda text, **holes: speech.text(say(text, **holes)),
        "said": speech.html,
        "numeral": speech.number,
    }


class Templates:
    """Renders the templates of one folder; `shared` names are known to all of them. `cache` keeps their code."""

    def __init__(
        self, folder: Path, shared: Mapping[str, object], speech: Speech, cache: Path | None = None
    ) -> None:
        self._environment = make_environment(folder, cache)
        self._environment.globals.update(shared, **_spoken(speech))

    def render(self, template: str, /, **context: object) -> str:
        return self._environment.get_template(template).render(context)

    def split(self, template: str, slots: Iterable[str], /, **context: object) -> list[str]:
        """Render once around `slots`: text, slot name, text, slot name, …, text."""
        holes = {name: slot(name) for name in slots}
        return _SLOT.split(self.render(template, **context, **holes))

    def frame(self, template: str, slots: Iterable[str], /, **context: object) -> Frame:
        return Frame(self.split(template, slots, **context))


def slot(name: str) -> Markup:
    """A mark that a rendering carries where something is joined in later. Lower case, digits and _ only."""
    return Markup(f"\x02{name}\x03")  # noqa: S704 – two control characters around our own word


class Frame:
    """A template rendered once; filling its slots is a join of strings (1–2 µs against 15 µs for a render).

    What fills a slot must be escaped already.
    """

    def __init__(self, parts: list[str]) -> None:
        self._parts = parts
        self._slots = [(place, parts[place]) for place in range(1, len(parts), 2)]

    def fill(self, values: Mapping[str, str]) -> str:
        parts = self._parts.copy()
        for place, name in self._slots:
            parts[place] = values[name]
        return "".join(parts)
