"""The manual is complete: what can be set, run or made is described, and what it names exists."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from aggregator.cli import exits, main
from aggregator.settings import Setting, all_settings
from aggregator.web.safety import SECURITY_HEADERS

ROOT = Path(__file__).parent.parent
OPERATIONS = (ROOT / "docs" / "OPERATIONS.md").read_text()
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
GROUP = click.Context(main, info_name="aggregator")
COMMANDS = main.list_commands(GROUP)


@pytest.mark.parametrize("setting", all_settings().values(), ids=all_settings())
def test_every_setting_is_described(setting: Setting) -> None:
    assert f"| `{setting.name}` | `{setting.default_text}` | {setting.description} |" in OPERATIONS


def test_no_setting_is_described_that_is_none() -> None:
    table = OPERATIONS.partition("## Settings")[2].partition("## Commands")[0]
    assert re.findall(r"^\| `(\S+)` \|", table, re.MULTILINE) == list(all_settings())


def test_every_command_is_described_and_no_other() -> None:
    assert sorted(re.findall(r"^\| `aggregator (\w+)` \|", OPERATIONS, re.MULTILINE)) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_helps_with_an_example(name: str) -> None:
    command = main.get_command(GROUP, name)
    assert command is not None
    assert f"aggregator {name}" in command.get_help(click.Context(command, info_name=name))


def test_every_exit_code_is_described() -> None:
    codes = {str(value) for name, value in vars(exits).items() if name.isupper()}
    assert set(re.findall(r"^\| (\d+) \|", OPERATIONS, re.MULTILINE)) == codes


def test_the_samples_send_the_policy_that_serve_sends() -> None:
    assert OPERATIONS.count(f'Content-Security-Policy "{SECURITY_HEADERS["content-security-policy"]}"') == 2


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_options_that_pages_name_exist(page: Path) -> None:
    text = page.read_text()
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make (\w+)", text, re.MULTILINE)) <= targets
    for name, rest in re.findall(r"(?:`|bin/)aggregator (?:--config \S+ )?(\w+)([^`\n#|;]*)", text):
        command = main.get_command(GROUP, name)
        assert command is not None, name
        known = {option for param in command.params for option in param.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= known, (name, rest)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_pages_link_exist(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []
