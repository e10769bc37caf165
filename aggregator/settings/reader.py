"""File and environment → settings. The environment wins; whatever is refused is named with its place."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec

from aggregator import taxonomy
from aggregator.errors import SettingsError
from aggregator.settings.checks import check
from aggregator.settings.shape import Settings
from aggregator.settings.table import PREFIX, Setting, all_settings, sections
from aggregator.settings.tomlfile import TomlFile

DEFAULT_FILE = Path("aggregator.toml")
FILE_VARIABLE = f"{PREFIX}CONFIG"


@dataclass(frozen=True, slots=True)
class Given:
    """A value and where it was written: in `file`, or else in the environment."""

    setting: Setting
    value: Any
    file: TomlFile | None = None

    def refused(self, message: str, text: str | None = None, repeat: int = 1) -> SettingsError:
        """The error that names the place. `text` is the list item that is meant."""
        if self.file is None:
            return SettingsError(f"{self.setting.variable}: {message}", key=self.setting.name)
        names = tuple(self.setting.name.split("."))
        line = self.file.line_of_text(names, text, repeat) if text else self.file.line_of(*names)
        return SettingsError(
            f"{self.setting.name}: {message}", key=self.setting.name, path=self.file.path, line=line
        )


@dataclass(frozen=True, slots=True)
class Manager:
    """The service manager that started this process (sd_notify(3)): the socket it listens on, "" without one,
    and the seconds within which it wants a sign of life, 0 for none."""

    socket: str = ""
    watchdog: float = 0.0


def service_manager(environ: Mapping[str, str] = os.environ) -> Manager:
    """What systemd says in NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID. Nonsense counts as nothing."""
    socket, wanted = environ.get("NOTIFY_SOCKET", ""), environ.get("WATCHDOG_USEC", "")
    if not socket.startswith(("/", "@")):
        return Manager()
    mine = environ.get("WATCHDOG_PID", "") in ("", str(os.getpid()))
    return Manager(socket, int(wanted) / 1e6 if mine and wanted.isascii() and wanted.isdigit() else 0.0)


def load(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings in force: those of `path`, of AGGREGATOR_CONFIG, or of aggregator.toml if it is there.

    Raises SettingsError, which names file, line, key and the nearest valid name.
    """
    given = {g.setting.name: g for g in (*_from_file(_file(path, environ)), *_from_environment(environ))}
    settings = _assemble({name: _convert(g) for name, g in given.items()})
    for wrong in check(settings):
        raise given[wrong.name].refused(wrong.message, wrong.text, wrong.repeat)  # the defaults are right
    return _normal(settings)


def file_in_force(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Path | None:
    """The file that `load` reads. One that is named must exist, the default one need not: then None."""
    named = path or (Path(environ[FILE_VARIABLE]) if environ.get(FILE_VARIABLE) else None)
    return named or (DEFAULT_FILE if DEFAULT_FILE.exists() else None)


def _file(path: Path | None, environ: Mapping[str, str]) -> TomlFile | None:
    found = file_in_force(path, environ)
    return TomlFile.read(found) if found else None


def _from_file(file: TomlFile | None) -> Iterator[Given]:
    for name, value in file.tables.items() if file else ():
        assert file is not None
        if name in all_settings() and "." not in name:
            yield Given(all_settings()[name], value, file)
        elif name not in sections():
            raise _unknown(file, name, isinstance(value, dict))
        elif not isinstance(value, dict):
            raise SettingsError(
                f"{name} is a section: [{name}]", key=name, path=file.path, line=file.line_of(name)
            )
        else:
            yield from _from_section(file, name, value)


def _from_section(file: TomlFile, section: str, table: dict[str, Any]) -> Iterator[Given]:
    for key, value in table.items():
        setting = all_settings().get(f"{section}.{key}")
        if setting is None:
            raise _unknown(file, key, table=False, section=section)
        yield Given(setting, value, file)


def _from_environment(environ: Mapping[str, str]) -> Iterator[Given]:
    known = {setting.variable: setting for setting in all_settings().values()}
    for variable in sorted(environ):
        if not variable.startswith(PREFIX) or variable == FILE_VARIABLE:
            continue
        if variable not in known:
            hint = _hint(variable, known)
            raise SettingsError(f"unknown environment variable {variable}{hint}", key=variable)
        yield Given(known[variable], _from_text(known[variable], environ[variable]))


def _from_text(setting: Setting, text: str) -> Any:
    """A variable's text as the file would hold it; lists are separated by commas."""
    if not isinstance(setting.default, tuple):
        return text
    return [item.strip() for item in text.split(",") if item.strip()]


def _unknown(file: TomlFile, name: str, table: bool, section: str = "") -> SettingsError:
    """The refusal of a name, with the nearest one that is valid there, or else where such a key belongs."""
    here = [s.key for s in all_settings().values() if s.section == section]
    hint = _hint(name, sections() if table else here) or _elsewhere(name)
    what = f'section "[{name}]"' if table else f'setting "{name}"' + (f" in [{section}]" if section else "")
    names = (section, name) if section else (name,)
    return SettingsError(
        f"unknown {what}{hint}", key=".".join(names), path=file.path, line=file.line_of(*names)
    )


def _elsewhere(name: str) -> str:
    by_key = {s.key: s for s in all_settings().values()}
    close = get_close_matches(name, by_key, n=1, cutoff=0.7)
    if not close:
        return ": `aggregator config --example` lists all"
    section = by_key[close[0]].section
    place = f"in [{section}]" if section else "above the first [section]"
    return f", did you mean {close[0]} {place}?"


def _hint(name: str, valid: Iterable[str]) -> str:
    close = get_close_matches(name, list(valid), n=1)
    return f", did you mean {close[0]}?" if close else ""


def _convert(given: Given) -> Any:
    """The value in its type and range. Text from the environment may be read as a number."""
    try:
        value = msgspec.convert(
            given.value, given.setting.type, strict=given.file is not None, dec_hook=_folder
        )
    except (msgspec.ValidationError, ValueError) as error:
        message = str(error).split(" - at ", maxsplit=1)[0]
        raise given.refused(f"{message[:1].lower()}{message[1:]}") from error
    if not all(text.isprintable() for text in _texts(value)):
        raise given.refused("holds a control character")
    return value


def _folder(_type: type, value: Any) -> Path:
    if not isinstance(value, str) or not value:
        raise ValueError("expected the name of a folder")
    try:
        return Path(value).expanduser()
    except RuntimeError as error:
        raise ValueError(str(error)) from error


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, tuple):
        return value
    return [str(value)]


def _assemble(values: Mapping[str, Any]) -> Settings:
    parts: dict[str, Any] = {name: kind(**_below(values, name)) for name, kind in sections().items()}
    return Settings(**parts, **{name: value for name, value in values.items() if "." not in name})


def _below(values: Mapping[str, Any], section: str) -> dict[str, Any]:
    return {name.split(".")[1]: value for name, value in values.items() if name.startswith(f"{section}.")}


def _normal(settings: Settings) -> Settings:
    site, arxiv = settings.site, settings.arxiv
    return msgspec.structs.replace(
        settings,
        categories=taxonomy.expand(settings.categories),
        arxiv=msgspec.structs.replace(arxiv, rss_url=arxiv.rss_url.rstrip("/")),
        site=msgspec.structs.replace(site, base_url=site.base_url.rstrip("/") + "/"),
    )
