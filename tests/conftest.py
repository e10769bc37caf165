"""Fixtures that more than one test module uses."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of real arXiv recordings; the test is skipped where it is missing."""
    folder = Path(os.environ.get("ARXIV_RECORDINGS", ROOT.parent / "shared" / "data"))
    if not (folder / "rss").is_dir():
        pytest.skip(f"no arXiv recordings at {folder} (set ARXIV_RECORDINGS)")
    return folder
