"""`aggregator serve`"""

from __future__ import annotations

from pathlib import Path

import click

from aggregator.cli import exits
from aggregator.cli.shell import Shell


@click.command("serve")
@click.option("--host", help="Address to listen on (setting: server.host).")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on (setting: server.port).")
@click.pass_obj
def command(shell: Shell, host: str | None, port: int | None) -> int:
    """Serve the built pages over HTTP.

    \b
    Example:  aggregator serve --port 8080
    """
    settings = shell.settings
    shell.start_logging()
    return serve_folder(
        settings.data / "site",
        base_url=settings.site.base_url,
        host=host or settings.server.host,
        port=settings.server.port if port is None else port,
    )


def serve_folder(folder: Path, *, base_url: str, host: str, port: int) -> int:
    """Serve until Ctrl-C or SIGTERM. Returns the exit code."""
    if not (folder / "index.html").is_file():
        click.echo(f"aggregator: no pages in {folder} yet: run `aggregator build` first", err=True)
        return exits.UNAVAILABLE
    from urllib.parse import urlsplit

    from aggregator.web import application, listen, serve

    try:
        listener = listen(host, port)
    except OSError as error:
        click.echo(f"aggregator: cannot listen on {host}:{port}: {error.strerror}", err=True)
        return exits.UNAVAILABLE
    shown = f"[{host}]" if ":" in host else host
    path = urlsplit(base_url).path or "/"
    click.echo(f"Serving on http://{shown}:{listener.getsockname()[1]}{path}  (Ctrl-C ends it)")
    serve(application(folder, base_url), listener)
    click.echo("stopped", err=True)
    return exits.OK
