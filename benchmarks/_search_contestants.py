"""Who answers the questions of benchmarks/search.py: servers on connections that stay, and reader in a process."""

from __future__ import annotations

import http.client
import json
import random
import socket
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from urllib.parse import quote_plus

from _frame import python_with, require
from _search_corpus import for_fts5

HERE = Path(__file__).resolve().parent
IDLE = 2.0  # seconds after which a connection is made anew: uvicorn ends it after 5
Answer = tuple[float, float, int | None]  # seconds, seconds of CPU, hits where that is told


def environment(name: str) -> Path:
    return python_with(name, {"datasette": "datasette==0.65.5", "reader": "reader[search]>=3.26"}[name])


@dataclass(slots=True)
class Contestant:
    """Who answers, how it is asked, and what it took: each question once a round, and of the rounds the median."""

    name: str
    ask: Callable[[str, str], Answer]
    each: int  # questions of a kind that it is asked
    hits: dict[str, int] = field(default_factory=dict)
    _took: dict[tuple[str, str], list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))

    def walls(self, kind: str | None = None) -> list[float]:
        """Seconds by the clock, a figure a question of this kind, or of all."""
        return self._settled(kind, 0)

    def cpus(self, kind: str | None = None) -> list[float]:
        """Seconds of the server's CPU."""
        return self._settled(kind, 1)

    def _settled(self, kind: str | None, place: int) -> list[float]:
        found = (took for (asked, _), took in self._took.items() if kind in (None, asked))
        return [median(each[place] for each in took) for took in found]

    def answer(self, kind: str, asked: str) -> None:
        wall, cpu, hits = self.ask(kind, asked)
        self._took[kind, asked].append((wall, cpu))
        if kind == "rare word" and hits is not None:
            self.hits[asked] = hits


# ── servers ──


class Server:
    """A server's process and a connection to it that stays."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._tasks = Path(f"/proc/{process.pid}/task")
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._used = 0.0

    def get(self, path: str, *, packed: bool = True) -> tuple[float, float, bytes]:
        """Seconds, seconds of the server's CPU, the answer as it came."""
        if time.perf_counter() - self._used > IDLE:  # a server may have ended it
            self._connection.close()
            self._connection.connect()
        spent, began = self._spent(), time.perf_counter()
        self._connection.request("GET", path, headers={"Accept-Encoding": "br, gzip"} if packed else {})
        response = self._connection.getresponse()
        body = response.read()
        self._used = time.perf_counter()
        wall = self._used - began
        require(response.status == 200, f"{path}: {response.status}")
        return wall, self._spent() - spent, body

    def wait(self, path: str) -> None:
        for _ in range(300):
            try:
                self.get(path)
                return
            except OSError:
                self._connection.close()
                time.sleep(0.2)
        raise SystemExit(f"no server for {path}")

    def _spent(self) -> float:
        told = 0
        for task in self._tasks.iterdir():
            with suppress(OSError):  # a thread that ended meanwhile
                told += int((task / "schedstat").read_text().split()[0])
        return told / 1e9


@contextmanager
def serving(command: Sequence[str | Path], port: int, ready: str) -> Iterator[Server]:
    process = subprocess.Popen([*map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        server = Server(process, port)
        server.wait(ready)
        yield server
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def page_of(server: Server, path: str, words: Callable[[str, str], str]) -> Callable[[str, str], Answer]:
    def ask(kind: str, asked: str) -> Answer:
        return *server.get(path + quote_plus(words(kind, asked)))[:2], None

    return ask


def json_of(
    server: Server, path: str, words: Callable[[str, str], str], total: str
) -> Callable[[str, str], Answer]:
    def ask(kind: str, asked: str) -> Answer:
        wall, cpu, body = server.get(path + quote_plus(words(kind, asked)), packed=False)
        return wall, cpu, json.loads(body)[total]

    return ask


@contextmanager
def reader_asked(database: Path) -> Iterator[Callable[[str, str], Answer]]:
    command = [environment("reader") / "python", HERE / "_search_peers.py", "serve-reader", database]
    process = subprocess.Popen([*map(str, command)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    questions_, answers = process.stdin, process.stdout
    assert questions_
    assert answers

    def ask(kind: str, asked: str) -> Answer:
        questions_.write(json.dumps(for_fts5(kind, asked).replace("authors:", "")) + "\n")
        questions_.flush()
        wall, cpu, hits = json.loads(answers.readline())
        return wall, cpu, hits

    try:
        yield ask
    finally:
        questions_.close()
        process.wait()


def ask_all(contestants: Sequence[Contestant], asked: Mapping[str, Sequence[str]]) -> None:
    """The kinds are mixed, so that a slow moment hits all of them, and everybody is asked in turn."""
    mixed = [(place, kind, one) for kind, some in asked.items() for place, one in enumerate(some)]
    random.Random(3).shuffle(mixed)
    for contestant in contestants:
        contestant.ask("rare word", "warm")
    for place, kind, one in mixed:
        for contestant in contestants:
            if place < contestant.each:
                contestant.answer(kind, one)
