"""Settings: what is given is in force, and what is refused is named with its place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import SettingsError
from aggregator.settings import Settings, all_settings, example, is_loopback, load, require_contact
from aggregator.settings.tomlfile import TomlFile

LOOPBACK = """
[arxiv]
rss_url = "http://127.0.0.1:8081"
oai_url = "http://localhost:8081/oai"
api_url = "http://[::1]:8081/api/query"
"""

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a settings file and says where."""

    def write(text: str) -> Path:
        path = tmp_path / "aggregator.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def refusal(path: Path | None, environ: dict[str, str] | None = None) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        load(path, environ or {})
    assert "\n" not in str(caught.value)
    return caught.value


# ── where settings come from ──


def test_without_a_file_the_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load(None, {}) == Settings()


def test_the_default_file_is_read_where_it_is_there(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write("keep_raw_days = 7").parent)
    assert load(None, {}).keep_raw_days == 7


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    missing = tmp_path / "no.toml"
    assert str(missing) in str(refusal(missing))
    assert str(missing) in str(refusal(None, {"AGGREGATOR_CONFIG": str(missing)}))


def test_a_folder_is_not_a_settings_file(tmp_path: Path) -> None:
    assert "cannot be read" in str(refusal(tmp_path))


def test_the_option_wins_over_the_variable(write: Write) -> None:
    assert load(write("keep_raw_days = 7"), {"AGGREGATOR_CONFIG": "/nowhere.toml"}).keep_raw_days == 7


def test_an_empty_variable_names_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load(None, {"AGGREGATOR_CONFIG": ""}) == Settings()


def test_the_environment_wins_over_the_file(write: Write) -> None:
    path = write('categories = ["math.NT"]\n[arxiv]\ninterval = 5\ntries = 2')
    environ = {"AGGREGATOR_CATEGORIES": "cs.AI, cs.CL", "AGGREGATOR_ARXIV_INTERVAL": "4.5", "HOME": "/root"}
    settings = load(path, environ)
    assert settings.categories == ("cs.AI", "cs.CL")
    assert (settings.arxiv.interval, settings.arxiv.tries) == (4.5, 2)


def test_every_setting_has_its_own_variable(tmp_path: Path) -> None:
    variables = {s.variable: s for s in all_settings().values()}
    assert len(variables) == len(all_settings())
    assert "AGGREGATOR_ARXIV_RSS_URL" in variables
    texts = {
        name: ",".join(s.default) if isinstance(s.default, tuple) else str(s.default)
        for name, s in variables.items()
    }
    assert load(None, {**texts, "AGGREGATOR_CONFIG": ""}) == Settings()


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xef\xbb\xbfkeep_raw_days = 7\r\n")
    assert load(path, {}).keep_raw_days == 7


# ── what becomes of values ──


def test_an_archive_stands_for_its_categories(write: Write) -> None:
    categories = load(write('categories = ["stat.ML", "econ"]'), {}).categories
    assert categories == ("stat.ML", "econ.EM", "econ.GN", "econ.TH")


def test_a_category_may_be_named_beside_its_archive(write: Write) -> None:
    assert load(write('categories = ["econ.TH", "econ"]'), {}).categories == ("econ.TH", "econ.EM", "econ.GN")


def test_base_url_ends_with_a_slash(write: Write) -> None:
    assert (
        load(write('[site]\nbase_url = "http://papers.lan/arxiv"'), {}).site.base_url
        == "http://papers.lan/arxiv/"
    )


def test_a_tilde_is_the_home_folder(write: Write) -> None:
    assert load(write('data = "~/papers"'), {}).data == Path.home() / "papers"


def test_loopback_may_be_asked_faster(write: Write) -> None:
    assert load(write(LOOPBACK + "interval = 0.01\n[schedule]\nevery = 1"), {}).arxiv.interval == 0.01


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:1/", True),
        ("http://127.9.9.9/", True),
        ("http://[::1]/", True),
        ("http://localhost/", True),
        ("https://rss.arxiv.org", False),
        ("http://127.0.0.1.example.org/", False),
        ("http://0.0.0.0/", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_loopback(url: str, expected: bool) -> None:
    assert is_loopback(url) is expected


# ── what is refused: text, line, words that must be in the message ──

REFUSED = [
    ("categories = [", 1, "not valid TOML"),
    ("keep_raw_days = 1\nkeep_raw_days = 2", 2, "not valid TOML"),
    ("\n\nkeep_raw_day = 1", 3, "did you mean keep_raw_days?"),
    ("[arxiv]\n# interval\nintervall = 3", 3, "did you mean interval?"),
    ("[arxiv]\ncontact = 'a@b.example'\ndata = 'x'", 3, "did you mean data above the first [section]?"),
    ("interval = 3", 1, "did you mean interval in [arxiv]?"),
    ("qwertz = 3", 1, "aggregator config --example"),
    ("[arxv]\ninterval = 3", 1, "did you mean arxiv?"),
    ("arxiv = 3", 1, "[arxiv]"),
    ("'arxiv.interval' = 3", 1, 'unknown setting "arxiv.interval"'),
    ("[arxiv.more]\nx = 1", 1, 'unknown setting "more" in [arxiv]'),
    ("[[arxiv]]\ntries = 1", 1, "[arxiv]"),
    ('categories = [\n  "cs.AI", # "cs.LGG"\n  "cs.LGG",\n]', 3, "did you mean cs.LG?"),
    ('categories = ["cs.ai"]', 1, "did you mean cs.AI?"),
    ('categories = ["qqqqqq"]', 1, "aggregator categories"),
    ('categories = [\n  "cs.AI",\n  "cs.CL",\n  "cs.AI",\n]', 4, "named twice"),
    ('categories = [\n  "math.IT",\n  "cs.IT",\n]', 3, "one list"),
    ("categories = []", 1, "empty"),
    ('categories = "cs.AI"', 1, "expected `array`"),
    ("categories = [1]", 1, "expected `str`"),
    ("data = ''", 1, "name of a folder"),
    ("data = 3", 1, "name of a folder"),
    ("data = 'a\\u0000'".replace("'", '"'), 1, "control character"),
    ("keep_raw_days = -1", 1, ">= 0"),
    ("keep_raw_days = 1.5", 1, "expected `int`"),
    ("[arxiv]\ninterval = 2.9", 2, "one request in 3 s"),
    ("[arxiv]\ninterval = '3'", 2, "expected `float`"),
    ("[arxiv]\ninterval = nan", 2, ">= 0"),
    ("[arxiv]\ninterval = -1", 2, ">= 0"),
    ("[arxiv]\nmax_body = 0", 2, ">= 1"),
    ("[arxiv]\nmax_body = -5", 2, ">= 1"),
    ("[arxiv]\ntries = 0", 2, ">= 1"),
    ("[arxiv]\ndeadline = 0", 2, "> 0"),
    ("[arxiv]\nbudget = inf", 2, "<= 86400"),
    ("[arxiv]\ncontact = 'jürgen@example.org'", 2, "ASCII"),
    ('[arxiv]\ncontact = "a@b.example\\r\\nX-Bad: 1"', 2, "control character"),
    ("[arxiv]\nrss_url = 'http://rss.arxiv.org'", 2, "https://"),
    ("[arxiv]\nrss_url = 'ftp://rss.arxiv.org'", 2, "not a URL"),
    ("[arxiv]\noai_url = 'oaipmh.arxiv.org'", 2, "not a URL"),
    ("[arxiv]\napi_url = 'https://export.arxiv.org:99999/'", 2, "not a URL"),
    ("[arxiv]\napi_url = 'https://me:secret@export.arxiv.org/'", 2, "no user name"),
    ("[schedule]\nevery = 5", 2, "at least 60"),
    ("[schedule]\ndelay = -1", 2, ">= 0"),
    ("[schedule]\nwindow = 1e9", 2, "<= 86400"),
    ("[schedule]\ntick = 0", 2, "> 0"),
    ("[site]\ntitle = ' '", 2, "empty"),
    ("[site]\ndays = 0", 2, ">= 1"),
    ("[site]\nlanguage = 'english please'", 2, "language tag"),
    ("[site]\nbase_url = 'javascript:alert(1)'", 2, "not a URL"),
    ("[site]\nbase_url = 'https://example.org/a?b=c'", 2, "query"),
    ("[site]\nbase_url = 'https://example.org/../a/'", 2, "path"),
    ("[server]\nport = 0", 2, ">= 1"),
    ("[server]\nport = 65536", 2, "<= 65535"),
    ("[server]\nport = true", 2, "expected `int`"),
    ("[server]\nhost = 'http://x/'", 2, "host name"),
    ("server = { port = 1, hst = 'x' }", 1, "did you mean host?"),
    ("arxiv.interval = 1", 1, "one request in 3 s"),
]


@pytest.mark.parametrize(("text", "line", "words"), REFUSED, ids=[text for text, _, _ in REFUSED])
def test_C1_C2_what_is_refused_is_named_with_its_line(write: Write, text: str, line: int, words: str) -> None:
    path = write(text)
    error = refusal(path)
    assert (error.path, error.line) == (path, line)
    assert str(error).startswith(f"{path}:{line}: ")
    assert words in str(error)


def test_loopback_is_fast_only_when_all_of_it_is(write: Write) -> None:
    live = LOOPBACK.replace("http://localhost:8081/oai", "https://oaipmh.arxiv.org/oai")
    assert "loopback" in str(refusal(write(live + "interval = 1")))


def test_bytes_that_are_no_text_are_refused_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"data = 'x'\n[site]\ntitle = '\xff'\n")
    assert refusal(path).line == 3


@pytest.mark.parametrize(
    ("variable", "text", "words"),
    [
        ("AGGREGATOR_CATEGORIES", "cs.AI,cs.XY", "cs.XY"),
        ("AGGREGATOR_CATEGORIES", "cs.AI,cs.AI", "twice"),
        ("AGGREGATOR_CATEGORIES", " , ", "empty"),
        ("AGGREGATOR_ARXIV_INTERVAL", "soon", "expected `float`"),
        ("AGGREGATOR_ARXIV_INTERVAL", "nan", "expected"),
        ("AGGREGATOR_SERVER_PORT", "0", ">= 1"),
        ("AGGREGATOR_SITE_TITLE", "a\udcffb", "control character"),
        ("AGGREGATOR_CATEGORY", "cs.AI", "did you mean AGGREGATOR_CATEGORIES?"),
    ],
)
def test_a_variable_that_is_refused_is_named(variable: str, text: str, words: str) -> None:
    error = refusal(None, {variable: text, "AGGREGATOR_CONFIG": ""})
    assert variable in str(error)
    assert words in str(error)
    assert error.line is None


def test_a_value_from_the_environment_is_not_blamed_on_the_file(write: Write) -> None:
    error = refusal(write("[arxiv]\ninterval = 3"), {"AGGREGATOR_ARXIV_INTERVAL": "1"})
    assert str(error).startswith("AGGREGATOR_ARXIV_INTERVAL: ")


# ── who asks ──


def test_arxiv_is_not_asked_without_a_contact(write: Write) -> None:
    with pytest.raises(SettingsError, match=r"arxiv\.contact"):
        require_contact(load(write("[arxiv]\ncontact = ' '"), {}))
    require_contact(load(write("[arxiv]\ncontact = 'me@example.org'"), {}))
    require_contact(load(write(LOOPBACK), {}))


# ── the example ──


def uncommented(text: str) -> str:
    return re.sub(r"^#(\w+ = )", r"\1", text, flags=re.MULTILINE)


def test_the_example_says_the_defaults(write: Write) -> None:
    assert load(write(example()), {}) == Settings()
    assert load(write(uncommented(example())), {}) == Settings()


def test_every_setting_is_in_the_example_and_described() -> None:
    tables = tomllib.loads(uncommented(example()))
    names = {n if not isinstance(v, dict) else f"{n}.{k}" for n, v in tables.items() for k in _keys(v)}
    assert names == set(all_settings())
    assert all(s.description.endswith(".") for s in all_settings().values())


def _keys(value: object) -> list[str]:
    return list(value) if isinstance(value, dict) else [""]


# ── lines ──


def test_lines_of_every_way_to_write_a_key() -> None:
    text = '''# a comment
note = """
[arxiv]
interval = 1
"""
arxiv.interval = 2
server = { port = 3, host = "x" }
["si te"]
x = 1

[a.b]
"c d" = [
  "one", 'two', # "three"
  "three",
]
[[many]]
z = 1
'''
    file = TomlFile(Path("x.toml"), text)
    assert file.line_of("arxiv", "interval") == 6
    assert file.line_of("server", "port") == 7
    assert file.line_of("si te", "x") == 9
    assert file.line_of("a") == 11
    assert file.line_of("a", "b", "c d") == 12
    assert file.line_of("many", "z") == 17
    assert file.line_of("nothing") is None
    assert file.line_of_text(("a", "b", "c d"), "two") == 13
    assert file.line_of_text(("a", "b", "c d"), "three") == 14
    assert file.line_of_text(("a", "b", "c d"), "four") == 12
    assert file.line_of_text(("nothing",), "four") is None


@given(
    st.lists(
        st.tuples(st.from_regex(r"[a-z]{1,5}", fullmatch=True), st.text(max_size=20)),
        unique_by=lambda p: p[0],
    )
)
def test_the_line_of_a_key_is_the_line_it_stands_on(pairs: list[tuple[str, str]]) -> None:
    lines = [f'{name} = "{_escaped(text)}"' for name, text in pairs]
    file = TomlFile(Path("x.toml"), "\n\n".join(lines))
    assert [file.line_of(name) for name, _ in pairs] == [1 + 2 * i for i in range(len(pairs))]


def _escaped(text: str) -> str:
    return "".join(f"\\U{ord(c):08x}" if not c.isalnum() else c for c in text)
