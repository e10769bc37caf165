"""N14: a certificate that does not verify ends the request. It is never tried again and never switched off.

Certificates are made with the openssl command, and trusted through SSL_CERT_FILE where the row needs it.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import ssl
import subprocess
from pathlib import Path
from threading import Thread

import pytest
from fakes import FakeClock

from aggregator.errors import DeadlineExceeded, Insecure, Unreachable
from aggregator.models import Answer
from aggregator.sources.transport import HttpTransport

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def certificate(folder: Path, *, name: str = "localhost", days: int = 2) -> Path:
    """A self-signed certificate and its key in one file. 0 days is expired at once."""
    (folder / "names").write_text(f"subjectAltName=DNS:{name}\n")
    openssl(folder, "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "key")
    openssl(folder, "req", "-new", "-key", "key", "-subj", f"/CN={name}", "-out", "request")
    signing = ("-signkey", "key", "-days", str(days), "-extfile", "names", "-out", "certificate")
    openssl(folder, "x509", "-req", "-in", "request", *signing)
    both = folder / "both.pem"
    both.write_bytes((folder / "certificate").read_bytes() + (folder / "key").read_bytes())
    return both


class TlsServer:
    """Answers every request with 200 "x" under the given certificate; `mute` accepts and says nothing."""

    def __init__(self, pem: Path, *, mute: bool = False) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(pem)
        self._mute = mute
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._held: list[socket.socket] = []
        self._thread = Thread(target=self._accept, daemon=True)
        self.url = f"https://localhost:{self._listener.getsockname()[1]}/"

    def __enter__(self) -> TlsServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for connection in self._held:
            connection.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection = self._listener.accept()[0]
                if self._mute:
                    self._held.append(connection)
                else:
                    self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), self._context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(10_000)
            secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx")
        connection.close()


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The file in which OpenSSL looks for authorities; tests write to it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "trusted"))
    return tmp_path / "trusted"


def get(url: str, deadline: float = 5.0) -> Answer:
    hosts = frozenset({"localhost"})
    with HttpTransport(
        user_agent="test", allowed_hosts=hosts, max_body=1_000, clock=FakeClock()
    ) as transport:
        return transport.get(url, deadline=deadline)


def test_N14_a_trusted_certificate_is_accepted(tmp_path: Path, trusted: Path) -> None:
    pem = certificate(tmp_path)
    trusted.write_bytes((tmp_path / "certificate").read_bytes())
    with TlsServer(pem) as server:
        assert get(server.url).body == b"x"


def test_N14_a_self_signed_certificate_is_insecure(tmp_path: Path) -> None:
    with TlsServer(certificate(tmp_path)) as server, pytest.raises(Insecure, match="self"):
        get(server.url)


@pytest.mark.parametrize(
    ("name", "days", "words"), [("other.example", 2, "localhost"), ("localhost", 0, "expired")]
)
def test_N14_a_certificate_for_another_host_or_an_expired_one_is_insecure(
    name: str, days: int, words: str, tmp_path: Path, trusted: Path
) -> None:
    pem = certificate(tmp_path, name=name, days=days)
    trusted.write_bytes((tmp_path / "certificate").read_bytes())
    with TlsServer(pem) as server, pytest.raises(Insecure, match=words):
        get(server.url)


def test_N10_a_handshake_that_never_answers_meets_the_deadline(tmp_path: Path) -> None:
    with TlsServer(certificate(tmp_path), mute=True) as server, pytest.raises(DeadlineExceeded):
        get(server.url, deadline=0.4)


def test_plain_http_to_a_server_of_tls_is_unreachable(tmp_path: Path) -> None:
    with TlsServer(certificate(tmp_path)) as server, pytest.raises(Unreachable):
        get(server.url.replace("https", "http"))
