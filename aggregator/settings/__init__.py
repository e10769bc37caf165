"""Settings: one TOML file and the environment → one frozen, validated object.

shape (fields, ranges, defaults, descriptions) ─► table ─► reader (file + environment) ─► checks ─► Settings
                                                     └──► example file, manual
"""

from aggregator.settings.checks import all_loopback, is_loopback, require_contact
from aggregator.settings.reader import Manager, file_in_force, load, service_manager
from aggregator.settings.shape import (
    ArxivSettings,
    LogSettings,
    NotifySettings,
    ScheduleSettings,
    ServerSettings,
    Settings,
    SiteSettings,
    WatchSettings,
)
from aggregator.settings.table import Setting, all_settings, example

__all__ = [
    "ArxivSettings",
    "LogSettings",
    "Manager",
    "NotifySettings",
    "ScheduleSettings",
    "ServerSettings",
    "Setting",
    "Settings",
    "SiteSettings",
    "WatchSettings",
    "all_loopback",
    "all_settings",
    "example",
    "file_in_force",
    "is_loopback",
    "load",
    "require_contact",
    "service_manager",
]
