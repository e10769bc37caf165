"""Make the mathematical font of the pages anew: a subset of STIX Math, as WOFF2.

    apt-get download fonts-stix && dpkg-deb -x fonts-stix_*.deb stix
    python scripts/maths_font.py stix/usr/share/fonts/opentype/stix-word/STIXMath-Regular.otf

The subset keeps what arXiv's abstracts use, with all sizes that stretchy operators need (the MATH table). Its line
metrics are those of text: the original's, for Word, would push the lines of a paragraph apart. The OFL reserves the
font's name, so a changed one bears another.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

MADE = Path(__file__).resolve().parent.parent / "templates" / "static" / "fonts" / "maths.woff2"
NAME = "Aggregator Maths"
ASCENT, DESCENT = 850, 300  # thousandths of an em
SPANS = (
    (0x20, 0x7E), (0xA0, 0xA0), (0xA7, 0xA7), (0xAC, 0xAC), (0xB0, 0xB4), (0xB7, 0xB7), (0xD7, 0xD7), (0xF7, 0xF7),
    (0x131, 0x131), (0x237, 0x237), (0x2C6, 0x2DD), (0x300, 0x30C), (0x338, 0x338), (0x391, 0x3C9), (0x3D1, 0x3F6),
    (0x2010, 0x2026), (0x2032, 0x2037), (0x203E, 0x203E), (0x2061, 0x2064), (0x20D7, 0x20D7), (0x2102, 0x2138),
    (0x2190, 0x21A6), (0x21A9, 0x21AC), (0x21BC, 0x21CC), (0x21D0, 0x21D5), (0x2200, 0x222F), (0x2234, 0x224D),
    (0x2250, 0x2257), (0x225C, 0x22B8), (0x22C0, 0x22C8), (0x22CD, 0x22DB), (0x22E0, 0x22F1), (0x2308, 0x230B),
    (0x23B4, 0x23B5), (0x23DC, 0x23DF), (0x25A1, 0x25A1), (0x25B3, 0x25C1), (0x25CB, 0x25CF), (0x2660, 0x2663),
    (0x266D, 0x266F), (0x27E6, 0x27EB), (0x27F5, 0x27FC), (0x2A00, 0x2A06), (0x2A7D, 0x2A7E), (0x2AAF, 0x2AB0),
    (0x1D400, 0x1D56B), (0x1D6A4, 0x1D6A5), (0x1D6A8, 0x1D755), (0x1D7CE, 0x1D7E1),
)  # fmt: skip


def make(source: Path) -> bytes:
    """The subset's bytes."""
    font = TTFont(source)
    options = Options()
    options.layout_features = ["ssty", "dtls", "flac", "kern", "mark"]
    options.hinting = False
    options.desubroutinize = True
    options.name_IDs = [0, 1, 2, 4, 6, 13, 14]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in SPANS for code in range(first, last + 1)])
    subsetter.subset(font)
    _rename(font)
    _set_lines(font)
    font.flavor = "woff2"
    MADE.parent.mkdir(parents=True, exist_ok=True)
    font.save(MADE, reorderTables=True)
    return MADE.read_bytes()


def _rename(font: TTFont) -> None:
    for record in font["name"].names:
        if record.nameID in (1, 4):
            record.string = NAME
        elif record.nameID == 6:
            record.string = NAME.replace(" ", "")
    if "CFF " in font:
        font["CFF "].cff.fontNames = [NAME.replace(" ", "")]


def _set_lines(font: TTFont) -> None:
    hhea, os2 = font["hhea"], font["OS/2"]
    hhea.ascent, hhea.descent, hhea.lineGap = ASCENT, -DESCENT, 0
    os2.sTypoAscender, os2.sTypoDescender, os2.sTypoLineGap = ASCENT, -DESCENT, 0
    os2.usWinAscent, os2.usWinDescent = ASCENT, DESCENT


if __name__ == "__main__":
    print(f"{MADE}: {len(make(Path(sys.argv[1]))):,} bytes")
