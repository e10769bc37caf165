"""The golden site: two categories, two days, six invented papers, compared byte for byte.

When a template changes on purpose: `python tests/regenerate_golden_site.py`, and read the difference.
"""

from __future__ import annotations

from pathlib import Path

from regenerate_golden_site import GOLDEN, golden_site, rendered


def test_the_golden_site_is_rendered_byte_for_byte(tmp_path: Path) -> None:
    site = golden_site(tmp_path)
    site.publish(rendered(site), keep=set())
    expected = {path: (GOLDEN / path).read_bytes() for path in golden_site(GOLDEN).present()}
    made = {path: (tmp_path / path).read_bytes() for path in site.present()}
    assert sorted(made) == sorted(expected)
    for path, body in made.items():
        assert body.decode() == expected[path].decode(), path
