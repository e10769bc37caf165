"""The web server: the built site over HTTP."""

from aggregator.web.application import application
from aggregator.web.server import listen, serve

__all__ = ["application", "listen", "serve"]
