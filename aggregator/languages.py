"""The languages that pages speak: tag (RFC 5646), its own name, its direction."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """`name` as its speakers write it; `rtl` when it is written from right to left."""

    tag: str
    name: str
    rtl: bool = False


ENGLISH = Language("en", "English")
LANGUAGES = (
    ENGLISH,
    Language("zh-Hans", "简体中文"),
    Language("zh-Hant", "繁體中文"),
    Language("ja", "日本語"),
    Language("ko", "한국어"),
    Language("es", "Español"),
    Language("pt", "Português"),
    Language("fr", "Français"),
    Language("de", "Deutsch"),
    Language("it", "Italiano"),
    Language("ru", "Русский"),
    Language("uk", "Українська"),
    Language("pl", "Polski"),
    Language("tr", "Türkçe"),
    Language("ar", "العربية", rtl=True),
    Language("he", "עברית", rtl=True),
    Language("hi", "हिन्दी"),
    Language("id", "Bahasa Indonesia"),
    Language("vi", "Tiếng Việt"),
    Language("th", "ไทย"),
)
_BY_TAG = {language.tag.lower(): language for language in LANGUAGES}
_TRADITIONAL = ("zh-tw", "zh-hk", "zh-mo")  # where Chinese without a script is written in the traditional one


def language_of(tag: str) -> Language:
    """The language that speaks to readers of `tag`: of "pt-BR" Português; English where there is none."""
    wanted = tag.lower()
    if wanted.startswith(_TRADITIONAL):
        return _BY_TAG["zh-hant"]
    if wanted == "zh" or wanted.startswith(("zh-cn", "zh-sg")):
        return _BY_TAG["zh-hans"]
    return _BY_TAG.get(wanted) or _BY_TAG.get(wanted.partition("-")[0]) or ENGLISH
