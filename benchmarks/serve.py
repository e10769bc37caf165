"""`aggregator serve` against nginx on the same built site, one worker each, wrk on loopback; and 10,000 slow clients.

python benchmarks/serve.py [rounds] [seconds]      needs nginx, wrk and libnginx-mod-http-brotli-static (Debian)
"""

from __future__ import annotations

import http.client
import os
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from _frame import NO_INPUT, Cost, Figure, Goal, Line, main_of, ours, require

CONNECTIONS = 64
PER = 100_000  # requests that CPU is told for
IDLE = 10_000
TICK = os.sysconf("SC_CLK_TCK")
BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
ACCEPT = {"Accept-Encoding": "gzip, deflate, br", "User-Agent": "Mozilla/5.0 (benchmark)"}

NGINX = """
{user} {load}
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_rlimit_nofile 15000;
events {{ worker_connections 12000; }}
http {{
    include /etc/nginx/mime.types; access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;
    open_file_cache max=1000; gzip_static on; {brotli}
    client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
    uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    server {{
        listen 127.0.0.1:{port}; root {site}; index index.html;
        add_header Cache-Control no-cache; add_header X-Content-Type-Options nosniff;
        add_header Content-Security-Policy "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'";
    }}
}}
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of wrk against one server."""

    requests: int
    rate: float  # requests a second
    p99: float  # milliseconds
    cpu: float  # seconds of the server
    peak: int  # kB

    @property
    def cost(self) -> Cost:
        return Cost(self.cpu * PER / self.requests, PER / self.rate, self.peak)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def running(command: list[str], port: int) -> Iterator[int]:
    """The id of the process that listens on `port`."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        time.sleep(0.3)
        workers = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        yield int(workers[0]) if workers else process.pid
    finally:
        process.terminate()
        process.wait(10)


def spent(pid: int) -> float:
    """CPU seconds of a process, all threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def peak(pid: int) -> int:
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) if found else 0


def wrk(pid: int, port: int, path: str, seconds: int, **headers: str) -> Run:
    asked = [word for name, value in {**ACCEPT, **headers}.items() for word in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", *asked]
    before = spent(pid)
    said = subprocess.run(
        [*command, f"http://127.0.0.1:{port}{path}"], check=True, capture_output=True, text=True
    ).stdout
    require("Non-2xx" not in said or "304" in path, said)
    found = re.search(r"99%\s+([\d.]+)(us|ms|s)\b", said)
    rate, count = re.search(r"Requests/sec:\s+([\d.]+)", said), re.search(r"(\d+) requests in", said)
    assert found
    assert rate
    assert count
    unit = {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]
    return Run(int(count[1]), float(rate[1]), float(found[1]) * unit, spent(pid) - before, peak(pid))


def fetch(port: int, path: str) -> tuple[str | None, bytes, str | None]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers=ACCEPT)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    require(response.status == 200, f"{path}: {response.status}")
    return response.headers["content-encoding"], body, response.headers["etag"]


@contextmanager
def crowd(port: int, count: int) -> Iterator[None]:
    """`count` clients that sent half of a request and say no more."""
    with ExitStack() as stack:
        for _ in range(count):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow:")
        yield


def waits(port: int, path: str, readers: int = 300) -> list[float]:
    """Milliseconds of that many readers, each on a connection of its own."""
    found = []
    for _ in range(readers):
        began = time.perf_counter()
        fetch(port, path)
        found.append((time.perf_counter() - began) * 1000)
    return sorted(found)


def build_site(folder: Path) -> Path:
    subprocess.run(
        [sys.executable, "-m", "aggregator", "demo", "--no-serve", "--data", str(folder)],
        check=True,
        capture_output=True,
    )
    return folder / "site"


def nginx_for(site: Path, folder: Path, port: int) -> list[str]:
    load = f"load_module {BROTLI};" if BROTLI.exists() else ""
    brotli = "brotli_static on;" if load else ""
    config = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""  # the folder is ours alone
    config.write_text(NGINX.format(user=user, load=load, brotli=brotli, folder=folder, site=site, port=port))
    return ["nginx", "-c", str(config)]


def compared(
    ours_: tuple[int, int], peer: tuple[int, int], path: str, rounds: int, seconds: int
) -> tuple[list[Run], list[Run]]:
    mine: list[Run] = []
    theirs: list[Run] = []
    for _ in range(rounds):
        theirs.append(wrk(*peer, path, seconds))
        mine.append(wrk(*ours_, path, seconds))
    return mine, theirs


def middle(runs: list[Run], value: Callable[[Run], float]) -> float:
    return statistics.median(map(value, runs))


def benchmark() -> Figure:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 4
    if not (shutil.which("nginx") and shutil.which("wrk")):
        print(
            "nginx and wrk are not here (Debian: apt-get install nginx-light wrk libnginx-mod-http-brotli-static)"
        )
        raise SystemExit(NO_INPUT)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, IDLE + 2_000), hard))
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        site = build_site(folder / "demo")
        packed = [twin.with_suffix("") for twin in (site / "arxiv").rglob("index.html.br")]
        page = max(packed, key=lambda one: one.stat().st_size)
        path = f"/{page.parent.relative_to(site).as_posix()}/"
        asset = "/assets/" + next((site / "assets").glob("site.*.css")).name
        port, peer_port = free_port(), free_port()
        config = folder / "aggregator.toml"
        config.write_text(f'data = "{folder / "demo"}"\n')
        command = [sys.executable, "-m", "aggregator", "--config", str(config), "serve", "--port", str(port)]
        me = (stack.enter_context(running(command, port)), port)
        peer = (stack.enter_context(running(nginx_for(site, folder, peer_port), peer_port)), peer_port)
        for one in (path, asset):
            mine, theirs = fetch(port, one), fetch(peer_port, one)
            require(mine[:2] == theirs[:2] or not BROTLI.exists(), f"{one}: other bytes than nginx")
        size = len(fetch(port, path)[1])
        on_page = compared(me, peer, path, rounds, seconds)
        on_asset = compared(me, peer, asset, rounds, seconds)
        alone = waits(port, path)
        with crowd(port, min(IDLE, hard - 2_000)):
            crowded = waits(port, path)
    version = (
        subprocess.run(["nginx", "-v"], capture_output=True, text=True, check=True)
        .stderr.split("/")[-1]
        .strip()
    )
    lines, remarks, goals = [], [], []
    for what, (mine_, theirs_) in {f"page, {size:,} bytes": on_page, "stylesheet": on_asset}.items():
        for who, runs in ((ours(), mine_), (f"nginx {version}", theirs_)):
            lines.append(Line(f"{who}, {what}", [run.cost for run in runs], PER, "requests"))
            rate, p99 = middle(runs, lambda run: run.rate), middle(runs, lambda run: run.p99)
            remarks.append(f"{who}, {what}: {rate:,.0f} requests/s, p99 {p99:.2f} ms")
        share = statistics.median(a.rate / b.rate for a, b in zip(mine_, theirs_, strict=True))
        goals.append(Goal(f"{what}: requests/s, times nginx", share, 0.5))
    slow = crowded[int(len(crowded) * 0.99)]
    remarks.append(
        f"a reader alone: p99 {alone[int(len(alone) * 0.99)]:.2f} ms; beside {IDLE:,} slow clients {slow:.2f} ms"
    )
    goals.append(Goal(f"p99 beside {IDLE:,} slow clients, ms", slow, 100, at_most=True))
    work = (
        f"one built site, brotli twins, one worker each, {CONNECTIONS} connections, CPU for {PER:,} requests"
    )
    return Figure("Static files", work, lines, goals, remarks)


if __name__ == "__main__":
    main_of(benchmark)
