"""`aggregator serve`"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from aggregator.cli import exits
from aggregator.cli.shell import Shell

if TYPE_CHECKING:
    from aggregator.settings import Settings


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
    return serve_site(
        settings,
        host=host or settings.server.host,
        port=settings.server.port if port is None else port,
    )


def serve_site(settings: Settings, *, host: str, port: int) -> int:
    """Serve until Ctrl-C or SIGTERM. Returns the exit code."""
    folder = settings.data / "site"
    if not (folder / "index.html").is_file():
        click.echo(f"aggregator: no pages in {folder} yet: run `aggregator build` first", err=True)
        return exits.UNAVAILABLE
    from contextlib import suppress
    from urllib.parse import urlsplit

    from aggregator.serving import Serving
    from aggregator.web import listen

    try:
        listener = listen(host, port)
    except OSError as error:
        click.echo(f"aggregator: cannot listen on {host}:{port}: {error.strerror}", err=True)
        return exits.UNAVAILABLE
    serving = Serving(settings, also_known_as=(host,))
    shown = f"[{host}]" if ":" in host else host
    path = urlsplit(settings.site.base_url).path or "/"
    with suppress(KeyboardInterrupt):  # also right behind the promise, before the server is there
        click.echo(f"Serving on http://{shown}:{listener.getsockname()[1]}{path}  (Ctrl-C ends it)")
        serving.run(listener)
    click.echo("stopped", err=True)
    return exits.OK
