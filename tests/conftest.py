"""Fixtures that more than one test module uses."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MUST_RUN = frozenset(filter(None, os.environ.get("TESTS_MUST_RUN", "").split(",")))


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of real arXiv recordings; the test is skipped where it is missing."""
    folder = Path(os.environ.get("ARXIV_RECORDINGS", ROOT.parent / "shared" / "data"))
    if not (folder / "rss").is_dir():
        pytest.skip(f"no arXiv recordings at {folder} (set ARXIV_RECORDINGS)")
    return folder


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skip is a failure for tests with a marker or fixture that TESTS_MUST_RUN names, as CI does."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and _needs(item) & MUST_RUN:
        report.outcome = "failed"
        report.longrepr = f"skipped, but TESTS_MUST_RUN={','.join(sorted(MUST_RUN))}: {report.longrepr}"
    return report


def _needs(item: pytest.Item) -> set[str]:
    return {*getattr(item, "fixturenames", ()), *(mark.name for mark in item.iter_markers())}
