"""The command line. One module a command; heavy packages are imported where a command uses them."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import click

from aggregator import __version__
from aggregator.cli import exits

COMMANDS = (
    *("update", "build", "serve", "daemon", "status", "demo", "categories", "config"),
    *(
        "add",
        "resume",
        "reconcile",
        "backfill",
        "import",
        "backup",
        "restore",
        "replay",
        "verify",
        "doctor",
        "prune",
    ),
    *("search", "index", "mcp"),
)


class Commands(click.Group):
    """A group whose commands live in modules of their own name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"aggregator.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path),
    envvar="AGGREGATOR_CONFIG",
    help="Settings file (default: aggregator.toml in this folder, if it is there).",
)
@click.option("-v", "--verbose", is_flag=True, help="Log more.")
@click.version_option(__version__, prog_name="aggregator")
@click.pass_context
def main(ctx: click.Context, path: Path | None, verbose: bool) -> None:
    """Collect arXiv's daily announcements and build pages to skim them.

    \b
    Try it without arXiv:   aggregator demo
    Then for real:          aggregator config --example > aggregator.toml
                            aggregator update && aggregator build && aggregator serve
    """
    from aggregator.cli.shell import Shell

    ctx.obj = Shell(path, verbose=verbose)


def run(arguments: list[str] | None = None) -> int:
    """Run one command. Returns its exit code; errors become one line on standard error."""
    try:
        code = main.main(arguments, prog_name="aggregator", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return exits.USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        return exits.INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return exits.OK
    except Exception as error:
        return _told(error)
    return code if isinstance(code, int) else exits.OK


def _told(error: Exception) -> int:
    """Say in one line what went wrong. Returns the exit code."""
    code = exits.code_of(error)
    if code is not None:
        click.echo(f"aggregator: {error}", err=True)
        return code
    if "-v" in sys.argv or "--verbose" in sys.argv:
        raise error
    hint = "this is a bug; `aggregator -v …` shows where"
    click.echo(f"aggregator: internal error, {type(error).__name__}: {error} ({hint})", err=True)
    return exits.INTERNAL
