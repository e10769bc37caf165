"""The command line: help that teaches, clear refusals, exit codes, output that programs can read."""

from __future__ import annotations

import json
import os
import runpy
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import click
import pytest
from loopback import Loopback, Reply, write_config

from aggregator.cli import COMMANDS, main, run
from aggregator.store import Store


def invoke(*arguments: object, cwd: Path | None = None, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "aggregator", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, **environ},
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help_with_an_example(name: str) -> None:
    with click.Context(main) as ctx:
        command = main.get_command(ctx, name)
        assert command is not None
        assert f"Example:  aggregator {name}" in command.get_help(click.Context(command))


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from aggregator.cli import run; run(['--help']); "
        "heavy = {'httpx', 'feedparser', 'sqlite_utils', 'jinja2', 'apscheduler', 'rich', 'msgspec', 'starlette'}; "
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_status_imports_nothing_heavy(tmp_path: Path) -> None:
    """Monitoring may ask it every minute: nothing but the settings, the database and the ledger's words."""
    Store.open(tmp_path / "data/papers.db").close()
    code = (
        "import sys; from aggregator.cli import run; run(['status']); "
        "heavy = {'httpx', 'feedparser', 'sqlite_utils', 'jinja2', 'apscheduler', 'rich', 'starlette', 'uvicorn', "
        "'tantivy', 'PIL', 'babel', 'segno', 'brotli', 'zstandard', 'rjsmin', 'mcp', 'math_core', 'apprise', "
        "'asyncio', 'concurrent', 'multiprocessing', 'email', 'http', 'ssl', 'xml', 'hashlib', 'logging', "
        "'statistics', 'aggregator.app', 'aggregator.normalise', 'aggregator.pipeline', 'aggregator.site', "
        "'aggregator.sources', 'aggregator.store.database', 'aggregator.models.page', "
        "'aggregator.models.run', 'aggregator.models.search'}; "
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stderr.strip() == "[]"


def test_an_unknown_command_or_option_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["updat"]) == 64
    assert run(["update", "--fast"]) == 64
    assert "No such option" in capsys.readouterr().err


def test_a_wrong_setting_is_refused_with_line_and_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "aggregator.toml").write_text('# mine\ncategories = ["cs.AI", "cs.Lg"]\n')
    done = invoke("update", cwd=tmp_path)
    assert done.returncode == 78
    assert "aggregator.toml:2" in done.stderr
    assert "cs.LG" in done.stderr
    assert "Traceback" not in done.stderr


def test_live_arxiv_is_not_asked_without_a_contact(tmp_path: Path) -> None:
    done = invoke("update", cwd=tmp_path)
    assert done.returncode == 78
    assert "contact" in done.stderr


def test_the_example_settings_are_accepted(tmp_path: Path) -> None:
    (tmp_path / "aggregator.toml").write_text(invoke("config", "--example").stdout)
    done = invoke("config", cwd=tmp_path)
    assert done.returncode == 0
    assert json.loads(done.stdout)["arxiv"]["interval"] == 3.0


def test_every_setting_can_come_from_the_environment(tmp_path: Path) -> None:
    done = invoke("config", cwd=tmp_path, AGGREGATOR_SITE_TITLE="Mine", AGGREGATOR_CATEGORIES="hep-th,cs.CL")
    settings = json.loads(done.stdout)
    assert (settings["site"]["title"], settings["categories"]) == ("Mine", ["hep-th", "cs.CL"])


def test_status_before_anything_was_fetched_cannot_tell(tmp_path: Path) -> None:
    done = invoke("status", cwd=tmp_path)
    assert done.returncode == 3
    assert "aggregator update" in done.stderr


def test_status_tells_why_and_in_json(tmp_path: Path) -> None:
    with Loopback({"/rss/cs.AI": Reply(status=404)}) as server:
        config = write_config(tmp_path, server.url, "cs.AI", tries=1)
        assert invoke("--config", config, "update").returncode == 69
    done = invoke("--config", config, "status")
    assert "HTTP 404" in done.stdout
    assert done.returncode in (0, 1, 2, 3)  # 0 on a holiday: then nothing is late
    told = json.loads(invoke("--config", config, "status", "--json").stdout)
    assert told["categories"][0]["category"] == "cs.AI"


def test_an_unreachable_arxiv_is_tried_again_later(tmp_path: Path) -> None:
    config = write_config(tmp_path, "http://127.0.0.1:9", "cs.AI", tries=1)
    done = invoke("--config", config, "update", "--json")
    assert done.returncode == 75
    assert json.loads(done.stdout)["categories"][0]["outcome"] == "failed"


def test_H6_after_a_403_nothing_is_asked_until_resume(tmp_path: Path) -> None:
    with Loopback({"/rss/cs.AI": Reply(status=403), "/rss/cs.CL": Reply(status=403)}) as server:
        config = write_config(tmp_path, server.url, "cs.AI cs.CL", tries=3)
        assert invoke("--config", config, "update", "--all").returncode == 75
        assert invoke("--config", config, "update", "--all").returncode == 75
        assert len(server.requests) == 1
        told = invoke("--config", config, "status")
        assert "aggregator resume" in told.stdout
        assert invoke("--config", config, "resume").returncode == 0
        invoke("--config", config, "update", "--all")
        assert len(server.requests) == 2


def test_serve_without_pages_says_what_to_do(tmp_path: Path) -> None:
    done = invoke("serve", cwd=tmp_path)
    assert done.returncode == 69
    assert "aggregator build" in done.stderr


def test_serve_on_a_taken_port_is_a_clear_error(tmp_path: Path) -> None:
    assert invoke("build", cwd=tmp_path).returncode == 0
    with Loopback() as taken:
        done = invoke("serve", "--port", taken.url.rsplit(":", 1)[1], cwd=tmp_path)
    assert done.returncode == 69
    assert "cannot listen" in done.stderr


def test_serve_ends_cleanly_on_ctrl_c(tmp_path: Path) -> None:
    invoke("build", cwd=tmp_path)
    command = [sys.executable, "-m", "aggregator", "serve", "--port", "0"]
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    assert "Serving on http://127.0.0.1:" in process.stdout.readline()
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--from", "2026-05-05", "--to", "2026-05-04"], "--from 2026-05-05 comes after --to 2026-05-04"),
        (["--to", "2026-05-04"], "--to needs --from"),
        (["--from", "2026-05-04", "--newest"], "only one of them"),
        (["--from", "2026-05-04"], "no listing day of the followed categories from 2026-05-04 on"),
    ],
)
def test_a_span_that_cannot_be_is_refused(
    arguments: list[str],
    says: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["build", *arguments]) == 64
    assert says in capsys.readouterr().err


def test_build_names_the_spans_that_are_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with Store.open(tmp_path / "data" / "papers.db") as store:
        store.keep_span(date(2024, 1, 1), date(2024, 12, 31))
        store.keep_span(date(2026, 1, 1), date.max)
    assert run(["build"]) == 0
    said = capsys.readouterr().out
    assert "with the days from 2024-01-01 to 2024-12-31\nwith the days from 2026-01-01 on\n" in said
    assert run(["build", "--newest"]) == 0
    assert "with the days" not in capsys.readouterr().out


def test_the_data_folder_may_not_be_writable(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    done = invoke("build", cwd=tmp_path)
    assert done.returncode in (73, 74, 77)
    assert "Traceback" not in done.stderr


def test_categories_can_be_searched() -> None:
    done = invoke("categories", "number theory")
    assert "math.NT" in done.stdout
    assert "cs.AI" not in done.stdout
    assert len(json.loads(invoke("categories", "--json").stdout)) == 155


def test_the_demo_builds_a_week_from_a_simulated_arxiv(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    done = invoke("demo", "--no-serve", "--data", folder)
    assert done.returncode == 0, done.stderr
    assert "HTTP 503, asks to wait 120 s" in done.stderr
    assert "60 announcements in 7 categories" in done.stderr
    assert len(list(folder.glob("site/arxiv/hep-th/2*/index.html"))) >= 5
    assert "sample" in (folder / "site/index.html").read_text()
    assert invoke("demo", "--no-serve", "--data", folder, "--days", "1").returncode == 0


def test_the_demo_never_empties_a_folder_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine")
    done = invoke("demo", "--no-serve", "--data", tmp_path)
    assert done.returncode == 78
    assert (tmp_path / "precious.txt").read_text() == "mine"


def test_the_quick_overview_is_what_click_would_print() -> None:
    """When it differs: python scripts/usage.py"""
    script = Path(__file__).parent.parent / "scripts" / "usage.py"
    assert invoke("--help").stdout == runpy.run_path(str(script))["overview"]()
