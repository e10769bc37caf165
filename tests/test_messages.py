"""Every string of the pages in every language: none missing, none unused, placeholders and plural forms right."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest
from fakes_site import words_of
from markupsafe import Markup

from aggregator.languages import ENGLISH, LANGUAGES, Language, language_of
from aggregator.models import HOLE, NOTHING, listed, say, say_many, together
from aggregator.site.environment import templates_dir
from aggregator.site.speech import Catalogue, EnglishForms, Speech, speech_of
from aggregator.site.words import entries

sys.path.insert(0, str(Path(__file__).parent.parent / "scripts"))
import messages

FOREIGN = [language for language in LANGUAGES if language is not ENGLISH]
AT = datetime(2024, 3, 26, 1, 5, tzinfo=UTC)


@pytest.fixture
def english() -> Speech:
    return speech_of("en", templates_dir())


# ── messages ──


def test_a_message_is_plain_english_as_a_string() -> None:
    assert str(say("Next try {moment}.", moment=AT)) == "Next try 26 March 2024, 01:05 UTC."
    assert str(say("of {day}", day=AT.date())) == "of 26 March 2024"
    assert str(say_many("{n} paper", "{n} papers", 2048)) == "2,048 papers"
    assert str(say_many("{n} paper", "{n} papers", 1)) == "1 paper"
    assert str(together(say("One."), NOTHING, say("Two."))) == "One. Two."
    assert str(listed([say("a"), say("b"), say("c")])) == "a, b, c"
    assert not together()
    assert not listed([])


def test_holes_become_elements_and_text_from_outside_stands_apart(english: Speech) -> None:
    said = say("{n} of {who} on {day}", n=5, who="<b>&", day=date(2024, 3, 26))
    assert english.html(said) == (
        '<data value="5">5</data> of <bdi>&lt;b&gt;&amp;</bdi> on '
        '<time class="plain" datetime="2024-03-26">26 March 2024</time>'
    )
    assert english.text(said) == "5 of <b>& on 26 March 2024"
    assert english.html("<i>") == "<bdi>&lt;i&gt;</bdi>"
    assert english.html(say("{link}!", link=Markup("<a>x</a>"))) == "<a>x</a>!"


def test_a_language_counts_in_its_own_way() -> None:
    forms = speech_of("ru", templates_dir()).forms
    words: dict[str, str | list[str]] = {"{n} day": ["{n} день", "{n} дня", "{n} дней"]}
    speech = Speech(language_of("ru"), Catalogue(("one", "few", "many"), words), forms)
    said = [words_of(speech.html(say_many("{n} day", "{n} days", n))) for n in (1, 2, 5, 21)]
    assert said == ["1 день", "2 дня", "5 дней", "21 день"]


def test_a_translation_may_turn_the_order() -> None:
    words: dict[str, str | list[str]] = {"{a} of {b}": "{b}: {a}"}
    there = Catalogue(("other",), words)
    speech = Speech(language_of("ja"), there, EnglishForms())
    assert speech.text(say("{a} of {b}", a=1, b=2)) == "2: 1"
    here = Catalogue(words={"{a} of {b}": "{a} of {b}"})
    assert entries(here, here, there)["{} of {}"] == "{1}: {0}"


def test_pages_in_one_language_lead_to_every_other() -> None:
    english = Catalogue(words={"{n} day": ["{n} day", "{n} days"], "Star": "Star"})
    german = Catalogue(words={"{n} day": ["{n} Tag", "{n} Tage"], "Star": "Stern"})
    made = entries(english, german, english)
    assert made["{} Tage"] == made["{} days"] == [0, "{0} day", "{0} days"]
    assert made["Stern"] == made["Star"] == "Star"


@pytest.mark.parametrize(
    ("tag", "spoken"),
    [("en-GB", "en"), ("pt-BR", "pt"), ("zh", "zh-Hans"), ("zh-TW", "zh-Hant"), ("DE", "de"), ("xx", "en")],
)
def test_readers_of_a_variety_are_spoken_to(tag: str, spoken: str) -> None:
    assert language_of(tag).tag == spoken


# ── catalogues ──


@pytest.fixture(scope="module")
def strings() -> dict[str, messages.Texts]:
    return messages.collected()


def catalogue(language: Language) -> Catalogue:
    body = (templates_dir() / "locale" / f"{language.tag}.json").read_bytes()
    return msgspec.json.decode(body, type=Catalogue)


def test_holes_do_not_confuse_two_messages(strings: dict[str, messages.Texts]) -> None:
    """A browser sees {} for each hole."""
    keys = [HOLE.sub("{}", text) for texts in strings.values() for text in _each(texts)]
    twice = {key for key in keys if keys.count(key) > 1}
    same = {texts for texts in strings.values() if isinstance(texts, tuple) and texts[0] == texts[1]}
    assert twice <= {HOLE.sub("{}", texts[0]) for texts in same}


def _each(texts: messages.Texts | str | list[str]) -> list[str]:
    return [texts] if isinstance(texts, str) else list(texts)


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.tag)
def test_no_string_is_missing_or_unused(language: Language, strings: dict[str, messages.Texts]) -> None:
    """Run `python scripts/messages.py missing`; docs/CONTRIBUTING.md says how to go on."""
    words = catalogue(language).words
    assert {"missing": strings.keys() - words.keys(), "unused": words.keys() - strings.keys()} == {
        "missing": set(),
        "unused": set(),
    }


@pytest.mark.parametrize("language", FOREIGN, ids=lambda language: language.tag)
def test_placeholders_and_plural_forms_are_right(
    language: Language, strings: dict[str, messages.Texts]
) -> None:
    """A form may leave out {n}, as in "one paper"; nothing else, and it may add nothing."""
    forms = messages.plural_names(language)
    made = catalogue(language)
    assert list(made.plural) == forms
    for key, said in made.words.items():
        wanted = set(HOLE.findall(" ".join(_each(strings[key]))))
        assert isinstance(said, str) == isinstance(strings[key], str), key
        assert len(_each(said)) == (1 if isinstance(said, str) else len(forms)), key
        for form in _each(said):
            holes = HOLE.findall(form)
            assert set(holes) | ({"n"} if not isinstance(said, str) else set()) == wanted | (
                {"n"} if not isinstance(said, str) else set()
            ), (key, form)
            assert len(holes) == len(set(holes)), (key, form)


@pytest.mark.parametrize("language", FOREIGN, ids=lambda language: language.tag)
def test_the_compiled_catalogue_is_fresh(language: Language) -> None:
    compiled = messages.compiled(language, messages.read(language))
    assert (templates_dir() / "locale" / f"{language.tag}.json").read_text() == compiled + "\n"
