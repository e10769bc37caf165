r"""Names of authors from the one string in which arXiv gives them.

The shapes (arXiv help, "Metadata", on authors): names joined by commas, the last perhaps by "and"; affiliations in
parentheses behind a name, or as numbers that a list at the end explains: `A (1), B (1 and 2) ((1) X, (2) Y)`;
collaborations as `for the X Collaboration` or `X Collaboration: A, B`.
"""

from __future__ import annotations

import re

from aggregator.models import Author
from aggregator.normalise import characters, tex

_SEPARATOR = re.compile(r"[,;]\s*(?:and\s+|&\s+)?|\s+and\s+|\s+&\s+|[()]")
_SIMPLE_SEPARATOR = re.compile(r"\s*[,;][\s,;]*(?:and\s+|&\s+)?|\s+and\s+|\s+&\s+")
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV|Ph\.?\s?D\.?|M\.?D\.?|Esq\.?", re.IGNORECASE)
_AND_BEHIND = re.compile(r"[,;]and")  # without a space in between
_LONGEST_SUFFIX = 6  # "Ph. D.": most names are longer, and spared the look
# Names longer than any suffix, with nothing that needs a second look: nine papers in ten. White space is a blank.
_NO_NAME = r",;(&\\${\t-\r\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_PLAIN_NAME = rf"[A-Z][^{_NO_NAME}]{{5,}}[^ {_NO_NAME}]"
_PLAIN = re.compile(rf"{_PLAIN_NAME}(?:, {_PLAIN_NAME})*")
_GROUP = r"[\w'’./+& -]*?(?:Collaborations?|Consortium|Team|Group)"
_ON_BEHALF = re.compile(rf"(.*?)[\s,]*\b(?:for|on behalf of) (?:the )?({_GROUP})$", re.IGNORECASE)
_LEADING_GROUP = re.compile(rf"(?:the )?({_GROUP})\s*:\s*(.*)", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_KEYS = re.compile(r"[\s,;&]+|\band\b")
_KEY = re.compile(r"[0-9]{1,3}|[a-z]|[*†‡§]")
_EXPLAINED = re.compile(r"\(([0-9]{1,3}|[a-z])\)")


def count(creators: str) -> int:
    """How many authors `split` gives."""
    plain = creators.replace(" and ", ", ")
    if _PLAIN.fullmatch(plain) and not _may_be_group(plain):
        return plain.count(",") + 1
    text = _clean(creators)
    if "(" in text or "&" in text or _AND_BEHIND.search(text):
        return len(split(creators))
    return len(_names(text.replace(" and ", ",").replace(";", ",").split(",")))


def split(creators: str) -> tuple[Author, ...]:
    """The authors in `creators`, in order; empty pieces are dropped. Never fails, linear in the length."""
    text = _clean(creators)
    if "(" not in text:
        return tuple(Author(name) for name in _names(_SIMPLE_SEPARATOR.split(text)))
    pieces = _pieces(text)
    explained = _explanations(pieces)
    return tuple(Author(name, _resolved(said, explained)) for name, said in _affiliated(pieces))


def _clean(creators: str) -> str:
    if "\\" in creators or "$" in creators or "{" in creators:
        return tex.to_text(creators.replace("\\and ", ", "))
    return characters.clean(" ".join(creators.split()))


def _names(pieces: list[str]) -> list[str]:
    names: list[str] = []
    for piece in pieces:
        name = piece.strip(" ,;")
        if not (name[:1].isalpha() or _LETTER.search(name)) or name == "and":
            continue
        if names and len(name) <= _LONGEST_SUFFIX and _SUFFIX.fullmatch(name):
            names[-1] = f"{names[-1]} {name}"
        elif _may_be_group(name):
            names += _with_group(name)
        else:
            names.append(name)
    return names


def _may_be_group(name: str) -> bool:
    """A quick look that spares most names the patterns."""
    return "ollab" in name or "eam" in name or "roup" in name or "sortium" in name


def _with_group(name: str) -> list[str]:
    """`A for the X Collaboration` is two authors, and so is `X Collaboration: A`."""
    if found := _LEADING_GROUP.fullmatch(name):
        return [part for part in found.groups() if part]
    if found := _ON_BEHALF.fullmatch(name):
        return [part for part in (found[1].strip(), found[2].strip()) if part]
    return [name]


# ── with parentheses ──


def _pieces(text: str) -> list[tuple[str, list[str]]]:
    """(name, what its parentheses say) for each piece between top-level separators."""
    pieces: list[tuple[str, list[str]]] = []
    name: list[str] = []
    said: list[str] = []
    depth = position = opened = 0
    closings = text.count(")")
    for found in _SEPARATOR.finditer(text):
        sign = found[0]
        if sign == "(":
            if depth == 0 and closings:
                name.append(text[position : found.start()])
                opened = found.end()
            depth += closings > 0
        elif sign == ")":
            closings -= 1
            if depth == 0:
                continue
            depth -= 1
            if depth == 0:
                said.append(text[opened : found.start()])
                position = found.end()
        elif depth == 0:
            pieces.append((" ".join([*name, text[position : found.start()]]), said))
            name, said, position = [], [], found.end()
    pieces.append((" ".join([*name, text[opened if depth else position :]]), said))
    return pieces


def _explanations(pieces: list[tuple[str, list[str]]]) -> dict[str, str]:
    """What the list at the end says of each key: `(1) X, (2) Y` → {"1": "X", "2": "Y"}."""
    for _, said in reversed(pieces):
        for text in said:
            parts = _EXPLAINED.split(text)
            if len(parts) > 2 and not parts[0].strip(" ,;"):
                return {key: place.strip(" ,;.") for key, place in zip(parts[1::2], parts[2::2], strict=True)}
    return {}


def _affiliated(pieces: list[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for piece, said in pieces:
        names = _names([" ".join(piece.split())])
        if found and names and _SUFFIX.fullmatch(names[0]):
            found[-1] = (f"{found[-1][0]} {names[0]}", found[-1][1] + said)
        elif names:
            found += [(name, said) for name in names]
        elif found and not _EXPLAINED.match(" ".join(said).lstrip()):
            found[-1] = (found[-1][0], found[-1][1] + said)
    return found


def _resolved(said: list[str], explained: dict[str, str]) -> str | None:
    """The affiliation in words. Keys without an explanation say nothing."""
    places: list[str] = []
    for text in said:
        keys = [key for key in _KEYS.split(text.strip()) if key]
        if keys and all(_KEY.fullmatch(key) for key in keys):
            places += [explained[key] for key in keys if explained.get(key)]
        elif not _EXPLAINED.match(text.lstrip()):
            places.append(" ".join(text.split()))
    return "; ".join(dict.fromkeys(place for place in places if place)) or None
