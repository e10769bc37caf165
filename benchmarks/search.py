"""Search against datasette (SQLite FTS5) and lemon24/reader: the same papers, the same questions, each asked once.

    python benchmarks/search.py               50,000 real papers, with the peers
    python benchmarks/search.py 1000000       as many papers made of them, alone (the peers take hours to fill)

Ours and datasette answer over HTTP on a connection that stays, with 25 papers as the page or as JSON; reader has no
server for programs and is asked inside its own process. Quality: known papers, looked for as people remember them.
"""

from __future__ import annotations

import gzip
import http.client
import json
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from _frame import (
    ROOT,
    Cost,
    Figure,
    Goal,
    Line,
    measure,
    ours,
    python_with,
    recording,
    require,
    show,
    version_in,
)

HERE = Path(__file__).resolve().parent
AGGREGATOR = [sys.executable, "-m", "aggregator"]
KINDS = ("rare word", "common word", "phrase", "author", "prefix", "5-word OR")
EACH = 40  # questions of a kind
KNOWN = 1000  # papers looked for
Times = Mapping[str, Sequence[float]]  # seconds by kind


# ── papers ──


def papers(count: int) -> Iterator[dict[str, Any]]:
    """The real ones, then ones whose title, abstract and authors are joined from two of them."""
    with gzip.open(recording()) as lines:
        real = [json.loads(line) for line in lines]
    yield from real[:count]
    chance = random.Random(7)
    for number in range(len(real), count):
        one, other = real[number % len(real)], chance.choice(real)
        made = dict(one)
        made["id"] = f"{number // 80000 % 99:02}{1 + number // 6700 % 12:02}.{number % 100000:05}"
        made["title"] = _halves(one["title"], other["title"], " ")
        made["abstract"] = _halves(one["abstract"], other["abstract"], ". ")
        made["authors"] = ", ".join([*one["authors"].split(", ")[:1], *other["authors"].split(", ")[1:]])
        yield made


def _halves(one: str, other: str, by: str) -> str:
    first, second = one.split(by), other.split(by)
    return by.join([*first[: len(first) // 2 + 1], *second[len(second) // 2 :]])


def questions(real: Sequence[dict[str, Any]]) -> dict[str, list[str]]:
    """Words as they stand in the papers."""
    chance = random.Random(11)
    spelt = [re.findall(r"[a-z]{3,}", f"{one['title']} {one['abstract']}".lower()) for one in real]
    counts = Counter(word for words in spelt for word in {*words})
    ranked = [word for word, _ in counts.most_common()]
    rare = [word for word in ranked if 3 <= counts[word] <= 20 and len(word) > 5]
    middle = ranked[300:3000]
    pairs = [" ".join(words[at : at + 2]) for words in chance.sample(spelt, EACH) for at in [len(words) // 2]]
    names = [chance.choice(one["authors"].split(", ")) for one in chance.sample(real, 4 * EACH)]
    return {
        "rare word": chance.sample(rare, EACH),
        "common word": ranked[20 : 20 + EACH],
        "phrase": pairs,
        "author": [name for name in names if re.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+", name)][:EACH],
        "prefix": [word[:4] for word in chance.sample(middle, EACH)],
        "5-word OR": [" OR ".join(chance.sample(middle, 5)) for _ in range(EACH)],
    }


def in_ours(kind: str, asked: str) -> str:
    return {"phrase": f'"{asked}"', "author": f'au:"{asked}"', "prefix": f"{asked}*"}.get(kind, asked)


def in_fts5(kind: str, asked: str) -> str:
    return {"phrase": f'"{asked}"', "author": f'authors:"{asked}"', "prefix": f"{asked}*"}.get(kind, asked)


# ── ours ──


@contextmanager
def serving(command: Sequence[str | Path], port: int, ready: str) -> Iterator[http.client.HTTPConnection]:
    process = subprocess.Popen([*map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        for _ in range(300):
            try:
                get(connection, ready)
                break
            except OSError:
                connection.close()
                time.sleep(0.2)
        yield connection
    finally:
        connection.close()
        process.terminate()
        process.wait()


def get(connection: http.client.HTTPConnection, path: str) -> bytes:
    connection.request("GET", path, headers={"Accept-Encoding": "br"})
    response = connection.getresponse()
    body = response.read()
    require(response.status == 200, f"{path}: {response.status}")
    return body


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def timed(asked: Mapping[str, Sequence[str]], ask: Callable[[str, str], object]) -> Times:
    """Each question once; they are mixed, so that a slow moment hits all kinds."""
    mixed = [(kind, one) for kind, some in asked.items() for one in some]
    random.Random(3).shuffle(mixed)
    ask(*mixed[0])
    times: dict[str, list[float]] = {kind: [] for kind in asked}
    for kind, one in mixed:
        began = time.perf_counter()
        ask(kind, one)
        times[kind].append(time.perf_counter() - began)
    return times


def settings(folder: Path, port: int) -> Path:
    made = folder / "aggregator.toml"
    made.write_text(
        f'data = "{folder}/data"\ncategories = ["cs.AI"]\n[site]\ndays = 1\n'
        f'base_url = "http://127.0.0.1:{port}/"\n[server]\nport = {port}\n'
    )
    return made


def filled(folder: Path, count: int, port: int) -> tuple[list[str], Cost, int]:
    """Our command line over a database of the papers; what indexing cost, and the bytes of the index."""
    snapshot = folder / "snapshot.json"
    with open(snapshot, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(one) + "\n" for one in papers(count))
    command = [*AGGREGATOR, "--config", str(settings(folder, port))]
    subprocess.run([*command, "import", str(snapshot)], check=True, stdout=subprocess.DEVNULL)
    snapshot.unlink()
    cost = measure([*command, "index"], cwd=ROOT)
    subprocess.run([*command, "build"], check=True, stdout=subprocess.DEVNULL)
    size = sum(file.stat().st_size for file in (folder / "data" / "search").rglob("*") if file.is_file())
    return command, cost, size


# ── peers ──


def datasette(folder: Path, rows: Path, asked: Mapping[str, Sequence[str]]) -> tuple[str, Times, Cost, int]:
    bin_ = python_with("datasette", "datasette==0.65.5")
    database = folder / "peer.db"
    cost = measure([bin_ / "python", HERE / "_search_peers.py", "fts5", rows, database])
    port = free_port()
    command: list[str | Path] = [
        bin_ / "datasette",
        "serve",
        database,
        "--port",
        str(port),
        "--setting",
        "sql_time_limit_ms",
        "60000",
    ]
    with serving(command, port, "/peer.json") as connection:

        def ask(kind: str, one: str) -> object:
            path = f"/peer/papers.json?_size=25&_searchmode=raw&_search={quote_plus(in_fts5(kind, one))}"
            return get(connection, path)

        times = timed(asked, ask)
    return f"datasette {version_in(bin_, 'datasette')}", times, cost, database.stat().st_size


def reader(folder: Path, rows: Path, asked: Mapping[str, Sequence[str]]) -> tuple[str, Times, Cost, int]:
    bin_ = python_with("reader", "reader[search]>=3.26")
    database, out, asking = folder / "reader.db", folder / "times.json", folder / "asked.json"
    cost = measure([bin_ / "python", HERE / "_search_peers.py", "reader", rows, database])
    asking.write_text(
        json.dumps([(kind, in_fts5(kind, one)) for kind, some in asked.items() for one in some])
    )
    measure([bin_ / "python", HERE / "_search_peers.py", "ask-reader", asking, database, out])
    times: dict[str, list[float]] = {kind: [] for kind in asked}
    for kind, seconds in json.loads(out.read_text()):
        times[kind].append(seconds)
    return f"reader {version_in(bin_, 'reader')}", times, cost, _size_of(database)


def _size_of(database: Path) -> int:
    return sum(file.stat().st_size for file in database.parent.glob(f"{database.name}*"))


# ── quality ──


def known_items(engine: Any, real: Sequence[dict[str, Any]]) -> list[Goal]:
    """The share of sampled papers that come first, by how they are asked for."""
    from aggregator.models import Asked

    chance = random.Random(1)
    sample = chance.sample([one for one in real if one["authors"] and one["versions"]], KNOWN)

    def first(asked: Callable[[dict[str, Any]], str]) -> tuple[float, float]:
        hits = ambiguous = 0
        for one in sample:
            found = engine.search(Asked(asked(one), show=1))
            hits += found.ids[:1] == (one["id"],)
            ambiguous += found.total > 1 and found.ids[:1] != (one["id"],)
        return 100 * hits / KNOWN, 100 * hits / max(1, KNOWN - ambiguous)

    def shorter(one: dict[str, Any]) -> str:
        words = one["title"].split()
        gone = {*chance.sample(range(len(words)), min(2, max(0, len(words) - 2)))}
        return " ".join(word for place, word in enumerate(words) if place not in gone)

    def accentless(one: dict[str, Any]) -> str:
        apart = unicodedata.normalize("NFKD", one["title"])
        return "".join(c for c in apart if not unicodedata.combining(c))

    def author_year(one: dict[str, Any]) -> str:
        return f'au:"{one["authors"].split(", ")[0]}" year:{one["versions"][0]["created"][:4]}'

    shares = [first(lambda one: one["title"]), first(shorter), first(accentless), first(author_year)]
    names = ("exact title", "title with two words missing", "title without accents", "author and year")
    goals = [
        Goal(f"{name}: comes first, %", share[0], limit)
        for name, share, limit in zip(names, shares, (99, 95, 99), strict=False)
    ]
    whole, alone = shares[3]
    return [
        *goals,
        Goal(f"{names[3]}: comes first, % (of all {whole:.1f}; the others share both)", alone, 95),
    ]


# ── the whole ──


def percentile(times: Iterable[float], share: float) -> float:
    """Milliseconds."""
    ordered = sorted(times)
    return 1000 * ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def table(contestants: Sequence[tuple[str, Times]]) -> list[str]:
    rows = []
    for name, times in contestants:
        cells = [
            f"{kind} {percentile(times[kind], 0.5):.1f} / {percentile(times[kind], 0.99):.1f}"
            for kind in KINDS
        ]
        rows.append(f"{name}, ms p50 / p99: {'; '.join(cells)}")
    return rows


def benchmark(count: int) -> Figure:
    real = list(papers(50_000))
    asked = questions(real)
    with tempfile.TemporaryDirectory() as temporary:
        folder, port = Path(temporary), free_port()
        command, cost, size = filled(folder, count, port)
        with serving([*command, "serve"], port, "/arxiv/search") as connection:
            mine = timed(
                asked,
                lambda kind, one: get(connection, f"/arxiv/search?query={quote_plus(in_ours(kind, one))}"),
            )
        every = [seconds for times in mine.values() for seconds in times]
        goals = [Goal("p99 of the HTTP answer, ms", percentile(every, 0.99), 15, at_most=True)]
        contestants: list[tuple[str, Times]] = [(ours(), mine)]
        lines = [Line(ours(), [cost], count, "papers")]
        sizes = [f"{ours()} {size / 1e6:.0f} MB"]
        if count <= 50_000:
            rows = folder / "rows.jsonl"
            rows.write_text("".join(json.dumps(one) + "\n" for one in real), encoding="utf-8")
            for peer in (datasette, reader):
                name, times, spent, bytes_ = peer(folder, rows, asked)
                contestants.append((name, times))
                lines.append(Line(name, [spent], count, "papers"))
                sizes.append(f"{name} {bytes_ / 1e6:.0f} MB with the texts")
                ratio = statistics.median(times["common word"]) / statistics.median(mine["common word"])
                goals.append(Goal(f"times faster than {name} on common words", ratio, 20))
            from aggregator.search import Engine

            goals += known_items(Engine(folder / "data" / "search"), real)
    return Figure(
        f"Search, {count:,} papers",
        f"{len(every)} questions of {len(KINDS)} kinds, each asked once; whole HTTP answers with 25 papers. "
        "The table is indexing.",
        lines,
        goals,
        [*table(contestants), f"Index: {', '.join(sizes)}."],
    )


if __name__ == "__main__":
    sys.exit(show(benchmark(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)))
