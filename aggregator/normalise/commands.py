r"""What TeX's text commands mean in titles, abstracts and comments, as tables (names without backslash)."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The words of `text`, as a set."""
    return frozenset(text.split())


# Command with one argument, or switch inside a group → HTML element around the text ("" for none).
_SMALL_CAPITALS = 'span class="sc"'

WRAPPERS: dict[str, str] = {
    "emph": "em", "textit": "em", "textsl": "em", "textbf": "strong", "texttt": "code", "textsc": _SMALL_CAPITALS,
    "underline": "u", "uline": "u", "textsuperscript": "sup", "textsubscript": "sub", "textrm": "", "textsf": "",
    "textup": "", "textmd": "", "textnormal": "", "text": "", "mbox": "", "hbox": "", "fbox": "", "uppercase": "",
    "lowercase": "", "MakeUppercase": "", "MakeLowercase": "", "title": "", "section": "strong", "section*": "strong",
    "subsection": "strong", "paragraph": "strong", "ce": "", "enquote": "q", "centerline": "", "ensuremath": "",
}  # fmt: skip

SWITCHES: dict[str, str] = {
    "it": "em", "em": "em", "sl": "em", "itshape": "em", "slshape": "em", "bf": "strong", "bfseries": "strong",
    "tt": "code", "ttfamily": "code", "sc": _SMALL_CAPITALS, "scshape": _SMALL_CAPITALS, "rm": "", "sf": "", "cal": "",
    "rmfamily": "", "sffamily": "", "normalfont": "", "small": "", "footnotesize": "", "scriptsize": "", "tiny": "",
    "large": "", "Large": "", "LARGE": "", "huge": "", "boldmath": "",
}  # fmt: skip

# Command → characters, printed as they are. The text says what a reader of plain TeX would see.
SYMBOLS: dict[str, str] = {
    "%": "%", "&": "&", "_": "_", "#": "#", "$": "$", "{": "{", "}": "}", "\\": " ", " ": " ", ",": "\u2009",
    ";": " ", ":": " ", "!": "", "/": "", "-": "", "@": "", "*": "*", "|": "‖", ">": " ", "<": "<", "quad": " ",
    "qquad": " ", "newline": " ", "par": " ", "linebreak": " ", "ldots": "…", "dots": "…", "textellipsis": "…",
    "S": "§", "P": "¶", "copyright": "©", "pounds": "£", "dag": "†", "ddag": "‡", "LaTeX": "LaTeX",
    "TeX": "TeX", "BibTeX": "BibTeX", "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^",
    "textunderscore": "_", "textless": "<", "textgreater": ">", "textbar": "|", "textendash": "–",
    "textemdash": "—", "textquoteleft": "‘", "textquoteright": "’", "textquotedblleft": "“",
    "textquotedblright": "”", "textregistered": "®", "texttrademark": "™", "textdegree": "°", "textmu": "µ",
    "texteuro": "€", "euro": "€", "slash": "/", "lq": "‘", "rq": "’", "lbrack": "[", "rbrack": "]",
    "space": " ", "ie": "i.e.", "eg": "e.g.", "etal": "et al.", "item": " • ", "bullet": "•",
}  # fmt: skip

# Nothing is lost without these: layout, and switches outside a group.
DROPPED = words(
    "noindent xspace protect centering bigskip medskip smallskip newpage clearpage maketitle indent hfill vfill null "
    "allowbreak nolinebreak nobreak sloppy relax unboldmath raggedright break displaystyle limits nolimits left right"
) | frozenset(SWITCHES)  # fmt: skip

# Dropped together with their one argument.
DROPPED_WITH_ARGUMENT = words(
    "label vspace vspace* hspace hspace* color thanks bibliographystyle pagestyle index"
)

# Point to what is not here (a bibliography, a numbered equation): shown as "[…]".
POINTERS = words(
    "cite citep citet citealt citealp citeauthor citeyear Cite Citet onlinecite ref eqref cref Cref autoref pageref "
    "cite* citep* citet* nocite parencite textcite fullcite"
)  # fmt: skip

MATHS_ENVIRONMENTS = words(
    "equation equation* align align* eqnarray eqnarray* gather gather* multline multline* displaymath math aligned "
    "array matrix pmatrix bmatrix vmatrix cases split flalign flalign* alignat alignat* gathered subequations "
    "smallmatrix Bmatrix Vmatrix"
)  # fmt: skip
