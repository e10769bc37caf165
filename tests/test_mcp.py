"""An assistant's way in, asked with the library's own client: over HTTP and over stdio."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters
from test_ondemand import store_days
from webserver import get, serving_all

from aggregator.app import App
from aggregator.settings import ServerSettings, Settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    made = Settings(
        categories=("cs.AI", "cs.CL"),
        data=tmp_path_factory.mktemp("mcp"),
        server=ServerSettings(mcp=True),
    )
    with App(made).writing() as store:
        store_days(store)
    App(made).index()
    return made


@pytest.fixture(scope="module")
def port(settings: Settings) -> Iterator[int]:
    with serving_all(settings) as port:
        yield port


async def talk(to: Any, *calls: tuple[str, dict[str, Any]]) -> list[Any]:
    """The names of all tools, then what each call answered."""
    async with Client(to) as client:
        tools = await client.list_tools()
        answers: list[Any] = [sorted(tool.name for tool in tools.tools)]
        for name, arguments in calls:
            answers.append((await client.call_tool(name, arguments)).structured_content)
        return answers


CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("search", {"query": "sample", "show": 2}),
    ("day_list", {"categories": "cs.AI-cs.CL", "date": "2026-05-04", "show": 3}),
    ("paper", {"arxiv_id": "https://arxiv.org/abs/2605.00001v1"}),
    ("status", {}),
    ("day_list", {"categories": "cs.XX"}),
    ("paper", {"arxiv_id": "2605.99999"}),
)


def check(answers: list[Any]) -> None:
    tools, found, day, paper, status, wrong, missing = answers
    assert tools == ["day_list", "paper", "search", "status"]
    assert (found["total"], len(found["papers"])) == (13, 2)
    assert (day["total"], day["next_skip"], len(day["papers"])) == (7, 3, 3)
    assert (paper["id"], paper["version"]) == ("2605.00001", 2)
    assert status["papers"] == 13
    assert wrong["error"].startswith("no such category: cs.XX")
    assert missing == {"error": "not here"}


def talked(*asked: Any) -> Any:
    """In a thread of its own: in this one a browser of other tests may have its loop."""
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(anyio.run, talk, *asked).result()


def test_over_http(port: int) -> None:
    check(talked(f"http://127.0.0.1:{port}/mcp", *CALLS))


def test_over_stdio(settings: Settings, tmp_path: Path) -> None:
    config = tmp_path / "aggregator.toml"
    config.write_text(f'data = "{settings.data}"\ncategories = ["cs.AI", "cs.CL"]\n')
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "aggregator", "--config", str(config), "mcp"]
    )
    check(talked(command, *CALLS))


def test_pages_of_other_sites_are_refused_and_it_is_off_unless_told(port: int, settings: Settings) -> None:
    assert get(port, "/mcp", "POST", origin="https://evil.example")[0].status == 403
    assert get(port, "/mcp")[0].status == 405  # a stream that nothing would come through
    off = Settings(categories=settings.categories, data=settings.data)
    with serving_all(off) as other:
        assert get(other, "/mcp", "POST")[0].status == 405
