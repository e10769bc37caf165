"""Settings: one TOML file and the environment → one frozen, validated object.

shape (fields, ranges, defaults, descriptions) ─► table ─► reader (file + environment) ─► checks ─► Settings
                                                     └──► example file, manual
"""

from aggregator.settings.checks import all_loopback, is_loopback, require_contact
from aggregator.settings.reader import load
from aggregator.settings.shape import ArxivSettings, ScheduleSettings, ServerSettings, Settings, SiteSettings
from aggregator.settings.table import Setting, all_settings, example

__all__ = [
    "ArxivSettings",
    "ScheduleSettings",
    "ServerSettings",
    "Setting",
    "Settings",
    "SiteSettings",
    "all_loopback",
    "all_settings",
    "example",
    "is_loopback",
    "load",
    "require_contact",
]
