r"""Reads a text with TeX in it: finds commands, formulas, groups and addresses, and hands each to a writer.

Reading never fails: what has no meaning here is written as its source. Groups are read by readers of their own, so
every element that opens is closed.
"""

from __future__ import annotations

import functools
import re

from aggregator.normalise import accents, commands, dollars, links, maths, plain
from aggregator.normalise.writer import Rendered, Writer, escape

# Begins with a set of characters, so that the search for it is a scan.
_TOKEN = re.compile(r"[\\$~{`](?:(?<=\\)(?:[A-Za-z]+\*?|.))?", re.DOTALL)
_TOKEN_OR_URL = re.compile(r"\\(?:[A-Za-z]+\*?|.)|[$~{`]|https?://", re.DOTALL | re.IGNORECASE)
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_QUOTED = re.compile(r"`([^`'\n]{1,80})'(?![A-Za-z])")
_ACCENTED = re.compile(r" ?(?:\{\s*(\\[ij]\s*|[^\W\d_]{1,2})\s*\}|(\\[ij])(?![A-Za-z]) ?|([^\W\d_]))")
_SWITCH = re.compile(r"\s*\\([A-Za-z]+)(?![A-Za-z])\s*")
_PROTECTED = re.compile(r"[^\W\d_][\w .:'’-]*")
_BARE_ARGUMENT = re.compile(r" [A-Za-z0-9](?![A-Za-z])|[0-9]")
_OPTION = re.compile(r" ?\[[^\[\]{}]*+\]")
_ENVIRONMENT = re.compile(r"\{([A-Za-z]{1,20}\*?)\}")
_DEEPEST = 8  # groups inside groups; what is deeper is written as its source


class Reader:
    """One reading of one source, which must be clean: single spaces, no control characters."""

    def __init__(self, source: str, *, linked: bool = True, block: bool = True, depth: int = 0) -> None:
        self.source = source
        self.out = Writer(linked=linked, block=block)
        self._depth = depth
        self._missing: set[str] = set()  # closings that do not come any more: not searched for again

    def read(self) -> Rendered:
        source, position = self.source, 0
        token = _TOKEN_OR_URL if "://" in source else _TOKEN
        while found := token.search(source, position):
            if found.start() > position:
                self.out.prose(source[position : found.start()])
            position = self._special(found)
        self.out.prose(source[position:])
        return self.out.rendered()

    def _inner(self, source: str, *, linked: bool = True) -> Rendered:
        if self._depth >= _DEEPEST:
            return Rendered(escape(source), source)
        reader = Reader(source, linked=linked and self.out.linked, block=False, depth=self._depth + 1)
        rendered = reader.read()
        self.out.formulas += reader.out.formulas
        return rendered

    # ── each of these takes what begins at a token, and gives the index behind it ──

    def _special(self, token: re.Match[str]) -> int:
        sign = token[0][0]
        if sign == "\\":
            return self._command(token)
        if sign == "$":
            return self._dollar(token.start())
        if sign == "~":
            return self._tie(token.start())
        if sign == "{":
            return self._group(token.start())
        if sign == "`":
            return self._quote(token.start())
        return self._address(token)

    def _dollar(self, start: int) -> int:
        inside, end = dollars.between(self.source, start)
        known = None
        if 0 < len(inside) <= maths.SHORT:
            behind = self.source[end : end + 1]
            known = _inline(inside, behind if behind.isdigit() else "")
        if known:
            self.out.append(known)
            self.out.formulas.append(inside.strip())
            return end
        found = dollars.formula(self.source, start)
        if found is None:
            end = start + (2 if self.source.startswith("$$", start) else 1)
            self.out.say(self.source[start:end])
            return end
        tex, end, display = found
        if tex.lstrip().startswith(dollars.LINKS):
            self.out.append(self._inner(tex))
        else:
            self.out.formula(self.source[start:end], tex, display)
        return end

    def _tie(self, start: int) -> int:
        """A tie joins two words (`Fig.~1`); before a number alone it means "about" (` ~100`)."""
        before, behind = self.source[max(start - 1, 0) : start], self.source[start + 1 : start + 2]
        if before in {"", " ", "(", "["} and behind not in {"", " ", "\\", "$"}:
            self.out.say("~")
        else:
            self.out.append(Rendered("\u00a0", " "))
        return start + 1

    def _quote(self, start: int) -> int:
        if self.source.startswith("``", start):
            self.out.say("“")
            return start + 2
        quoted = _QUOTED.match(self.source, start)
        if quoted is None:
            self.out.say("`")
            return start + 1
        self.out.say("‘")
        self.out.append(self._inner(quoted[1]))
        self.out.say("’")
        return quoted.end()

    def _address(self, token: re.Match[str]) -> int:
        found = links.match(self.source, token.start())
        if found is None:
            self.out.say(token[0])
            return token.end()
        url, end = found
        self.out.link(url, Rendered(escape(url), url))
        return end

    def _group(self, start: int) -> int:
        r"""`{\it word}` and `{\"o}` lose their braces, `{DNA}` too; a set `{0,1}` keeps them."""
        end = self._closing.get(start)
        inside = self.source[start + 1 : end - 1] if end else ""
        switch = _SWITCH.match(inside)
        if end and switch and switch[1] in commands.SWITCHES:
            rest = inside[switch.end() :].removesuffix("\\/")
            self.out.wrap(commands.SWITCHES[switch[1]], self._inner(rest))
            return end
        if end and (inside.startswith("\\") or self._is_protection(start, end, inside)):
            self.out.append(self._inner(inside))
            return end
        self.out.say("{")
        return start + 1

    def _is_protection(self, start: int, end: int, inside: str) -> bool:
        """Braces that keep capitals in a bibliography: around a word, and not a set, an index or a power."""
        before, behind = self.source[max(start - 1, 0) : start], self.source[end : end + 1]
        if before in {"^", "_", "="} or behind in {"^", "_"}:
            return False
        if _PROTECTED.fullmatch(inside) is None:
            return inside == ""
        return len(inside) > 1 or before.isalpha() or behind.isalpha()

    @functools.cached_property
    def _closing(self) -> dict[int, int]:
        """For each opening brace that is closed: the index behind its closing brace."""
        found: dict[int, int] = {}
        opened: list[int] = []
        for brace in _BRACE.finditer(self.source):
            if brace[0] == "{":
                opened.append(brace.start())
            elif brace[0] == "}" and opened:
                found[opened.pop()] = brace.end()
        return found

    def _argument(self, position: int) -> tuple[str, int] | None:
        """The `{…}` at `position`, perhaps behind a space: what is inside, and the index behind it."""
        position += self.source.startswith(" ", position)
        end = self._closing.get(position) if self.source.startswith("{", position) else None
        return (self.source[position + 1 : end - 1], end) if end else None

    # ── commands ──

    def _command(self, token: re.Match[str]) -> int:
        name, end = token[0][1:], token.end()
        if name in {"(", "["}:
            return self._delimited(token.start(), end, "\\)" if name == "(" else "\\]")
        if name in accents.COMBINING and (accented := self._accent(name, end)):
            return accented
        if name in accents.LETTERS:
            self.out.say(accents.LETTERS[name])
            return end + (name != "AA" and self.source.startswith(" ", end))
        if name in commands.SYMBOLS:
            self.out.say(commands.SYMBOLS[name])
            return end
        return self._named(name, end) or self._unnamed(name.removesuffix("*"), token.start())

    def _delimited(self, start: int, end: int, closing: str) -> int:
        close = self._find(closing, end)
        if close < 0 or not self.source[end:close].strip():
            self.out.say(self.source[start:end])
            return end
        behind = close + len(closing)
        self.out.formula(self.source[start:behind], self.source[end:close], closing == "\\]")
        return behind

    def _find(self, closing: str, start: int) -> int:
        close = -1 if closing in self._missing else self.source.find(closing, start)
        if close < 0:
            self._missing.add(closing)
        return close

    def _accent(self, name: str, end: int) -> int | None:
        found = _ACCENTED.match(self.source, end)
        if found is None or (name.isalpha() and found[3] and not self.source.startswith(" ", end)):
            return None
        letter = accents.compose(name, (found[1] or found[2] or found[3]).strip())
        if letter is None:
            return None
        self.out.say(letter)
        return found.end()

    def _named(self, name: str, end: int) -> int | None:
        """Commands of the tables; None for others, and for those that lack their argument."""
        if name in commands.DROPPED:
            return end + self.source.startswith(" ", end)
        if name in {"begin", "end"}:
            return self._environment(name, end)
        if name in commands.POINTERS:
            while option := _OPTION.match(self.source, end):
                end = option.end()
        argument = self._argument(end)
        return self._with_argument(name, *argument) if argument else None

    def _with_argument(self, name: str, inside: str, end: int) -> int | None:
        if name in commands.WRAPPERS:
            self.out.wrap(commands.WRAPPERS[name], self._inner(inside))
        elif name in commands.POINTERS:
            self.out.say("[…]")
        elif name == "footnote":
            inner = self._inner(inside)
            self.out.append(Rendered(f" ({inner.html})", f" ({inner.text})"))
        elif name == "url":
            return self._linked(inside, inside, end)
        elif name in {"href", "texorpdfstring"}:
            second = self._argument(end)
            if second is None:
                return None
            if name == "href":
                return self._linked(inside, *second)
            self.out.append(self._inner(inside))
            return second[1]
        elif name not in commands.DROPPED_WITH_ARGUMENT:
            return None
        return end

    def _linked(self, address: str, label: str, end: int) -> int | None:
        url = links.safe(address)
        if url is None and label != address:
            return None
        if url is None:
            self.out.say(address)
            return end
        self.out.link(
            url, self._inner(label, linked=False) if label != address else Rendered(escape(url), url)
        )
        return end

    def _environment(self, side: str, end: int) -> int | None:
        """A displayed formula as a whole; the marks of other environments (lists, quotations) are dropped."""
        found = _ENVIRONMENT.match(self.source, end)
        if found is None:
            return None
        name = found[1]
        if side == "begin" and name in commands.MATHS_ENVIRONMENTS:
            closing = f"\\end{{{name}}}"
            close = self._find(closing, found.end())
            if close < 0:
                return None
            whole = self.source[end - len("\\begin") : close + len(closing)]
            self.out.formula(whole, whole, display=True)
            return close + len(closing)
        return found.end()

    def _unnamed(self, name: str, start: int) -> int:
        r"""A command of mathematics outside dollars (`\alpha-stable`, `\mathcal{O}(n)`), or one unknown here."""
        end = start + 1 + len(name)
        if name.isalpha() and (shown := plain.symbol(name)):
            self.out.say(shown)
            return end
        behind = self._bare_arguments(end)
        if behind > end and (mathml := maths.convert(self.source[start:behind])):
            self.out.append(Rendered(mathml, plain.formula(self.source[start:behind])))
            return behind
        shown = accents.symbol(name) if name.isalpha() else None
        self.out.say(shown or self.source[start:end])
        return end if shown else self._as_source(end)

    def _bare_arguments(self, end: int) -> int:
        r"""Behind the one or two arguments from `end`: `{…}`, or a single sign as in `\bar M`."""
        for _ in range(2):
            argument = self._argument(end)
            if argument is None:
                break
            end = argument[1]
        else:
            return end
        single = _BARE_ARGUMENT.match(self.source, end) if self.source[end - 1] != "}" else None
        return single.end() if single else end

    def _as_source(self, end: int) -> int:
        """The arguments of an unknown command keep their braces, for it is shown as its source."""
        while self.source.startswith("{", end) and (argument := self._argument(end)):
            self.out.say("{")
            self.out.append(self._inner(argument[0]))
            self.out.say("}")
            end = argument[1]
        return end


@functools.lru_cache(maxsize=8192)
def _inline(inside: str, behind: str) -> Rendered | None:
    """A whole formula in single dollars, and the digit behind it, which may speak for money; None for what asks for a
    closer look. Two in three come again."""
    if not dollars.is_plain(inside, behind):
        return None
    writer = Writer(linked=False, block=False)
    writer.formula(f"${inside}$", inside, display=False)
    return writer.rendered()
