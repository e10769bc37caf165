"""Sending a notice through Apprise: mail, chat, webhook, some hundred services. The only module that knows it."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import apprise

from aggregator.errors import SettingsError
from aggregator.notify.notices import Notice

TIMEOUT = 30.0  # seconds that all services together may take


class AppriseSender:
    """Delivers to `urls`, each in Apprise's form. Raises SettingsError for one that Apprise does not know.

    No message of ours holds a URL: they carry passwords.
    """

    def __init__(self, urls: Sequence[str], *, timeout: float = TIMEOUT) -> None:
        logging.getLogger("apprise").setLevel(logging.CRITICAL)  # what fails is returned, and told once
        self._timeout = timeout
        self._apprise = apprise.Apprise(asset=apprise.AppriseAsset(app_id="aggregator"))
        for number, url in enumerate(urls, 1):
            if not self._apprise.add(url):
                scheme = url.partition(":")[0]
                raise SettingsError(
                    f"notify.to: Apprise cannot use its URL number {number} ({scheme}://…)", key="notify.to"
                )

    def send(self, notice: Notice) -> str:
        """Deliver `notice` to all. Returns what went wrong when nobody took it, else ""."""
        kind = apprise.NotifyType.WARNING if notice.grave else apprise.NotifyType.INFO
        result = self._apprise.notify(
            body=notice.text,
            title=notice.title,
            notify_type=kind,
            body_format=apprise.NotifyFormat.TEXT,
            timeout=self._timeout,
        )
        if any(bool(service) for service in result):
            return ""
        fates = sorted({f"{service.name}: {service.status.name.lower()}" for service in result})
        return ", ".join(fates) or "no service took it"
