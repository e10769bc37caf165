"""Write aggregator/usage.py: what `aggregator --help` prints, as click would."""

from __future__ import annotations

from pathlib import Path

import click

from aggregator.cli import main

HEAD = '"""What `aggregator --help` prints; made by scripts/usage.py, held to click\'s own text by a test."""\n\n'


def overview() -> str:
    """click's help of the whole program, 80 columns wide."""
    with click.Context(main, info_name="aggregator", terminal_width=80, **main.context_settings) as context:
        return main.get_help(context) + "\n"


if __name__ == "__main__":
    target = Path(__file__).parent.parent / "aggregator" / "usage.py"
    target.write_text(f'{HEAD}OVERVIEW = """\\\n{overview()}"""\n')
