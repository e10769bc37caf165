"""The strings of the pages and their translations: collect, compile, list what is missing, take it back filled.

    python scripts/messages.py            collect all strings into templates/locale/*.po and compile them
    python scripts/messages.py missing    the same, then print what no translation has, as one JSON table
    python scripts/messages.py fill FILE  take the filled table back, and compile

The table: {"English": {"fr": "français", …}, …}. A plural is a list, one text a form; "" says which forms a language
has. What is left out or empty stays missing. The .po files carry no line numbers: each edit would change them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po
from babel.plural import PluralRule, to_gettext

from aggregator.languages import ENGLISH, LANGUAGES, Language

TOP = Path(__file__).resolve().parent.parent
LOCALE = TOP / "templates" / "locale"
SOURCES = (
    ("python", "aggregator", "*.py", {"say": None, "say_many": (1, 2)}),
    ("jinja2.ext:babel_extract", "templates", "*.html", {"_": None, "text": None, "ngettext": (1, 2)}),
    ("jinja2.ext:babel_extract", "templates", "*.xml", {"_": None, "text": None, "ngettext": (1, 2)}),
    ("javascript", "templates/static/js", "*.js", {"t": None, "tn": (1, 2)}),
)
OTHERS = ("aggregator/cli", "aggregator/simulator")  # their words are not the pages'
HEADER = """msgid ""
msgstr ""
"Language: {tag}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {forms}\\n"
"""
Texts = str | tuple[str, ...] | list[str]
Table = dict[str, dict[str, str | list[str]]]


# ── collecting ──


def collected() -> dict[str, Texts]:
    """Every string of the sources: English → itself, or (one, many)."""
    found: dict[str, Texts] = {}
    for method, folder, pattern, keywords in SOURCES:
        for path in sorted((TOP / folder).rglob(pattern)):
            if not path.relative_to(TOP).as_posix().startswith(OTHERS):
                for texts in _strings(path, method, keywords):
                    if isinstance(found.setdefault(_key(texts), texts), str):
                        found[_key(texts)] = texts  # counted somewhere is counted everywhere
    return dict(sorted(found.items()))


def _strings(path: Path, method: str, keywords: Mapping[str, tuple[int, int] | None]) -> Iterator[Texts]:
    for _, texts, _, _ in extract_from_file(method, str(path), keywords=keywords):
        made = texts if isinstance(texts, str) else tuple(texts[:2])
        if any(letter.isalpha() for letter in _without_holes(_key(made))) or "," in _key(made):
            yield made


def _key(texts: Texts) -> str:
    return texts if isinstance(texts, str) else texts[0]


def _without_holes(text: str) -> str:
    return "".join(part.partition("}")[2] for part in ("}" + text).split("{"))


# ── catalogues ──


def path_of(language: Language) -> Path:
    return LOCALE / f"{language.tag}.po"


def read(language: Language) -> Catalog:
    if not path_of(language).exists():
        return Catalog()
    with path_of(language).open("rb") as file:
        return read_po(file)


def updated(language: Language, strings: dict[str, Texts], filled: Table | None = None) -> Catalog:
    """The language's catalogue with exactly these strings; translations are kept, and added from `filled`."""
    old, made = read(language), Catalog()
    for key, texts in strings.items():
        known = old.get(key)
        given = (filled or {}).get(key, {}).get(language.tag) or (known.string if known else "")
        fits = isinstance(given, str) == isinstance(texts, str)
        made.add(texts, (tuple(given) if isinstance(given, list) else given) if fits else "")
    return made


def write(language: Language, catalogue: Catalog) -> None:
    names = plural_names(language)
    catalogue._num_plurals = len(names)  # type: ignore[assignment]
    body = BytesIO()
    write_po(body, catalogue, width=0, omit_header=True, no_location=True)
    header = HEADER.format(tag=language.tag, forms=_plural_forms(language, names))
    path_of(language).write_text(f"{header}\n{body.getvalue().decode()}", encoding="utf-8")


@cache
def plural_names(language: Language) -> list[str]:
    """CLDR's names of the forms that whole numbers below 1,000 take, in CLDR's order."""
    rule = Locale.parse(language.tag, sep="-").plural_form
    found = {rule(number) for number in range(1000)}
    return [name for name in ("zero", "one", "two", "few", "many", "other") if name in found]


def _plural_forms(language: Language, names: list[str]) -> str:
    """gettext's Plural-Forms: the last form takes what the others leave."""
    rules = Locale.parse(language.tag, sep="-").plural_form.rules
    return to_gettext(PluralRule({name: rules[name] for name in names[:-1]}))


def compiled(language: Language, catalogue: Catalog) -> str:
    """The catalogue as pages and browsers read it."""
    words = {
        _key(one.id): _said(one.string) for one in catalogue if one.id and one.string and all(one.string)
    }
    return json.dumps(
        {"plural": plural_names(language), "words": dict(sorted(words.items()))},
        ensure_ascii=False,
        indent=0,
    )


def _said(string: Texts) -> str | list[str]:
    return string if isinstance(string, str) else list(string)


def english(strings: dict[str, Texts]) -> str:
    words = {key: _said(texts) for key, texts in strings.items()}
    return json.dumps({"plural": ["one", "other"], "words": words}, ensure_ascii=False, indent=0)


# ── commands ──


def renew(filled: Table | None = None) -> Table:
    """Write all catalogues; returns the table of what is missing."""
    strings = collected()
    (LOCALE / "en.json").write_text(english(strings) + "\n", encoding="utf-8")
    missing: Table = {}
    for language in LANGUAGES:
        if language is not ENGLISH:
            catalogue = updated(language, strings, filled)
            write(language, catalogue)
            text = compiled(language, catalogue)
            (LOCALE / f"{language.tag}.json").write_text(text + "\n", encoding="utf-8")
            for one in catalogue:
                if one.id and not (one.string and all(one.string)):
                    missing.setdefault(_key(one.id), {})[language.tag] = (
                        "" if isinstance(one.id, str) else [""] * len(plural_names(language))
                    )
    return missing


def main() -> int:
    """Returns 1 when a translation is missing."""
    command, *files = sys.argv[1:] or [""]
    filled = json.loads(Path(files[0]).read_text(encoding="utf-8")) if command == "fill" else None
    missing = renew(filled)
    if command == "missing" and missing:
        forms = {one.tag: plural_names(one) for one in LANGUAGES if one is not ENGLISH}
        print(json.dumps({"": forms, **missing}, ensure_ascii=False, indent=1))
    else:
        print(f"{len(missing)} of {len(collected())} strings lack a translation")
    return int(bool(missing))


if __name__ == "__main__":
    sys.exit(main())
