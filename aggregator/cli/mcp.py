"""`aggregator mcp`"""

from __future__ import annotations

import click

from aggregator.cli import exits
from aggregator.cli.shell import Shell


@click.command("mcp", short_help="Let an assistant ask, over stdio (Model Context Protocol).")
@click.pass_obj
def command(shell: Shell) -> int:
    """Answer an assistant's questions over standard input and output (Model Context Protocol).

    \b
    Example:  aggregator mcp        # as the command of an MCP server in the assistant's settings

    Search, day lists, papers, status; nothing is written and arXiv is not asked. Needs the extra `mcp`.
    """
    import asyncio

    shell.start_logging()
    try:
        from aggregator.web.mcp import run_on_stdio
    except ModuleNotFoundError:
        click.echo("aggregator: this needs the extra `mcp`: pip install 'aggregator[mcp]'", err=True)
        return exits.UNAVAILABLE
    from aggregator.serving import Serving

    asyncio.run(run_on_stdio(Serving(shell.settings).catalog))
    return exits.OK
