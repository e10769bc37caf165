"""The web server: the built site over HTTP, and what needs a program: lists on demand, the API."""

from aggregator.web.application import Group, application
from aggregator.web.files import SiteFiles
from aggregator.web.server import listen, make_server, serve
from aggregator.web.work import Workers

__all__ = ["Group", "SiteFiles", "Workers", "application", "listen", "make_server", "serve"]
