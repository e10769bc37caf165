"""WebKit, the engine of Safari, through Debian's WebKitWebDriver (W3C WebDriver over HTTP), in a window of Xvfb's."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

MINI_BROWSER = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))
SECONDS = 20.0  # that starting may take, and a page until it is as expected


def missing() -> str:
    """What is not installed, in words; empty when all is there."""
    wanted = [name for name in ("WebKitWebDriver", "Xvfb") if shutil.which(name) is None]
    return ", ".join(wanted + ([] if MINI_BROWSER else ["MiniBrowser"]))


class WebKit:
    """One window."""

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}"
        options = {"binary": str(MINI_BROWSER[-1]), "args": ["--automation"]}
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        self._session = f"/session/{self._call('POST', '/session', capabilities=wanted)['sessionId']}"

    def open(self, url: str) -> None:
        self._call("POST", f"{self._session}/url", url=url)

    def run(self, script: str) -> Any:
        """What `script` returns."""
        return self._call("POST", f"{self._session}/execute/sync", script=script, args=[])

    def press(self, keys: str) -> None:
        strokes = [{"type": way, "value": key} for key in keys for way in ("keyDown", "keyUp")]
        self._call(
            "POST", f"{self._session}/actions", actions=[{"type": "key", "id": "k", "actions": strokes}]
        )

    def wait(self, script: str) -> Any:
        """What `script` returns once it is true; the last answer when that never comes."""
        end = time.monotonic() + SECONDS
        while not (found := self.run(script)) and time.monotonic() < end:
            time.sleep(0.05)
        return found

    def close(self) -> None:
        self._call("DELETE", self._session)

    def _call(self, method: str, path: str, **told: object) -> Any:
        body = json.dumps(told).encode() if method == "POST" else None
        request = Request(self._base + path, body, {"content-type": "application/json"}, method=method)
        with urlopen(request, timeout=60) as answer:
            return json.load(answer)["value"]


@contextmanager
def window(home: Path) -> Iterator[WebKit]:
    """A window of a browser whose profile is in `home`."""
    reader, writer = os.pipe()
    display = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x1000x24"],
        pass_fds=[writer],
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    with os.fdopen(reader) as told:
        number = told.readline().strip()
    environment = {
        **os.environ,
        "DISPLAY": f":{number}",
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",  # only our own pages; and root may not make one
    }
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    driver = subprocess.Popen(
        ["WebKitWebDriver", f"--port={port}"], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port)
        found = WebKit(port)
        yield found
        found.close()
    finally:
        driver.terminate()
        driver.wait()
        display.terminate()
        display.wait()


def _wait_for(port: int) -> None:
    end = time.monotonic() + SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
