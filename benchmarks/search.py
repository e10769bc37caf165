"""Search against datasette (SQLite FTS5) and lemon24/reader: the same papers, the same questions, asked in turns.

    python benchmarks/search.py               50,000 real papers, and 1,000,000 made of them
    python benchmarks/search.py 200000 …      other numbers
    python benchmarks/search.py --quick       5,000 papers, fewer questions

Ours and datasette answer over HTTP on connections that stay, 25 papers as a page or as JSON; reader has no server for
programs and is asked inside a process of its own. Each question is asked once, so nothing of its answer is kept; then
twice more of a server of ours that was started anew, and the median counts, as what this machine does beside is most of
what happens to one answer in a hundred.
Quality: known papers, looked for as people remember them.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from _frame import (
    ROOT,
    Figure,
    Goal,
    Line,
    Table,
    measure,
    ours,
    require,
    show,
    version_in,
)
from _search_contestants import (
    HERE,
    Answer,
    Contestant,
    Server,
    ask_all,
    environment,
    free_port,
    json_of,
    page_of,
    reader_asked,
    serving,
)
from _search_corpus import KINDS, Paper, for_fts5, for_us, known, papers, questions

AGGREGATOR = [sys.executable, "-m", "aggregator"]
READER_MOST = (
    50_000  # papers that reader is given: it takes a minute for them, and more than twenty for a million
)
ROUNDS = 3
LEAST = 50_000  # papers; with fewer, what each request costs anyway hides the search
SLOW_EACH = 5  # questions of a kind that peers are asked about more papers than that
SAME = 0.5  # of the rare words: as many hits as we have; stemmers and the words of formulas differ a little
Asked = Mapping[str, Sequence[str]]  # kind → questions
TABLE, ASKED = "/datasette/papers", "_size=25&_searchmode=raw&_search="
BARE, RANKED = "without facets", "SQL by rank"  # less than it gives of itself, and more
SQL = urlencode(
    {
        "sql": "SELECT p.* FROM papers_fts f JOIN papers p ON p.rowid = f.rowid "
        "WHERE papers_fts MATCH :asked ORDER BY rank LIMIT 25"
    }
)


# ── filling ──


@dataclass(frozen=True, slots=True)
class Filled:
    """What making a contestant's index cost, and the bytes of it."""

    line: Line
    size: int
    holds: str


def fill_ours(folder: Path, rows: Path, count: int, port: int) -> tuple[list[str], Filled]:
    config = folder / "aggregator.toml"
    config.write_text(
        f'data = "{folder}/data"\ncategories = ["cs.AI"]\n[site]\ndays = 1\n'
        f'base_url = "http://127.0.0.1:{port}/"\n[server]\nport = {port}\n'
    )
    command = [*AGGREGATOR, "--config", str(config)]
    say(f"importing {count:,} papers")
    subprocess.run([*command, "import", "--no-index", str(rows)], check=True, stdout=subprocess.DEVNULL)
    say("indexing")
    cost = measure([*command, "index"], cwd=ROOT)
    subprocess.run([*command, "build"], check=True, stdout=subprocess.DEVNULL)
    size = sum(file.stat().st_size for file in (folder / "data" / "search").rglob("*") if file.is_file())
    return command, Filled(Line(ours(), [cost], count, "papers"), size, "the index alone")


def fill_peer(name: str, task: str, rows: Path, database: Path, count: int) -> Filled:
    bin_ = environment(name)
    say(f"filling {name}")
    cost = measure([bin_ / "python", HERE / "_search_peers.py", task, rows, database])
    size = sum(file.stat().st_size for file in database.parent.glob(f"{database.name}*"))
    return Filled(Line(f"{name} {version_in(bin_, name)}", [cost], count, "papers"), size, "with the texts")


# ── quality ──


def known_items(index: Path, real: Sequence[Paper], count: int) -> tuple[list[Goal], list[str]]:
    """The share of sampled papers that come first, by how they are asked for."""
    from aggregator.models import Asked
    from aggregator.search import Engine

    chance, engine = random.Random(1), Engine(index)
    sample = chance.sample([one for one in real if one["authors"] and one["versions"]], count)
    limits = (99, 95, 99, 95)
    goals, remarks = [], []
    for place, (name, asked) in enumerate(known(chance).items()):
        found = [engine.search(Asked(asked(one), show=1), divided=False) for one in sample]
        first = [one for one, answer in zip(sample, found, strict=True) if answer.ids[:1] == (one["id"],)]
        share = 100 * len(first) / count
        if place < len(limits):
            goals.append(Goal(f"{name}: comes first, %", share, limits[place]))
        else:
            remarks.append(f"{name}: comes first, {share:.1f} %")
    return goals, remarks


# ── the whole ──


def say(what: str) -> None:
    print(f"  {time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


def percentile(times: Iterable[float], share: float) -> float:
    """Milliseconds."""
    ordered = sorted(times)
    return 1000 * ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def latencies(contestants: Sequence[Contestant]) -> Table:
    rows = (
        [f"{one.name} ({one.each} of each)", *(_cell(one, kind) for kind in KINDS)] for one in contestants
    )
    return [["ms: p50 / p99, CPU p50", *KINDS], *rows]


def _cell(one: Contestant, kind: str) -> str:
    walls = one.walls(kind)
    middle, cpu = percentile(walls, 0.5), percentile(one.cpus(kind), 0.5)
    return f"{middle:.1f} / {percentile(walls, 0.99):.1f}, {cpu:.1f}"


def faster(mine: Contestant, peer: Contestant) -> tuple[Goal, str]:
    """On common words: by the clock, and in words by CPU, which other work on the machine blurs less."""
    common = "common word"
    walls = statistics.median(peer.walls(common)) / statistics.median(mine.walls(common))
    cpus = statistics.median(peer.cpus(common)) / statistics.median(mine.cpus(common))
    says = f"{peer.name} on common words, times ours"
    return Goal(says, walls, 20), f"{says}: {cpus:.3g} of CPU, {walls:.3g} by the clock"


def agreed(mine: Contestant, peer: Contestant) -> str:
    """Both must have answered the same questions."""
    both = [word for word in peer.hits if word in mine.hits]
    same = sum(mine.hits[word] == peer.hits[word] for word in both) / len(both)
    require(same >= SAME, f"{peer.name} finds other papers than we do: {same:.0%} of rare words alike")
    return f"{peer.name}: as many hits as ours for {same:.0%} of the rare words"


def fill_all(folder: Path, count: int, port: int) -> tuple[list[str], list[Filled]]:
    """Our command line, and what filling each contestant cost: ours, datasette and, of fewer papers, reader."""
    rows = folder / "rows.jsonl"
    say(f"writing {count:,} papers")
    with open(rows, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(one) + "\n" for one in papers(count))
    command, mine = fill_ours(folder, rows, count, port)
    filled = [mine, fill_peer("datasette", "fts5", rows, folder / "datasette.db", count)]
    if count <= READER_MOST:
        filled.append(fill_peer("reader", "reader", rows, folder / "reader.db", count))
    rows.unlink()
    return command, filled


def asked_of_us(server: Server, each: int) -> list[Contestant]:
    asks = zip(("page", "JSON"), _our_ways(server), strict=True)
    return [Contestant(f"{ours()}, {name}", ask, each) for name, ask in asks]


def _our_ways(server: Server) -> tuple[Callable[[str, str], Answer], ...]:
    return (
        page_of(server, "/arxiv/search?query=", for_us),
        json_of(server, "/api/v1/search?query=", for_us, "total"),
    )


def ask_again(mine: Sequence[Contestant], command: Sequence[str], port: int, asked: Asked) -> None:
    """The same questions of a server that was started anew."""
    with serving([*command, "serve"], port, "/arxiv/search") as server:
        for one, ask in zip(mine, _our_ways(server), strict=True):
            one.ask = ask
        ask_all(mine, asked)


def asked_of_datasette(server: Server, name: str, each: int) -> list[Contestant]:
    """As it comes, with the facets that it suggests; with less; and ranked, as ours are."""
    bare, total = f"{TABLE}.json?_nosuggest=1&{ASKED}", "filtered_table_rows_count"
    return [
        Contestant(f"{name}, page", page_of(server, f"{TABLE}?{ASKED}", for_fts5), each),
        Contestant(f"{name}, JSON", json_of(server, f"{TABLE}.json?{ASKED}", for_fts5, total), each),
        Contestant(f"{name}, JSON {BARE}", json_of(server, bare, for_fts5, total), each),
        Contestant(f"{name}, {RANKED}", page_of(server, f"/datasette.json?{SQL}&asked=", for_fts5), each),
    ]


@contextmanager
def answering(
    folder: Path, command: Sequence[str], port: int, filled: Sequence[Filled], each: int
) -> Iterator[list[Contestant]]:
    """All of them, ready: ours as a page and as JSON, then the peers."""
    count, peer_port = int(filled[0].line.amount), free_port()
    options = ["--port", str(peer_port), "--setting", "sql_time_limit_ms", "60000"]
    datasette: list[str | Path] = [
        environment("datasette") / "datasette",
        "serve",
        folder / "datasette.db",
        *options,
    ]
    with ExitStack() as stack:
        mine = stack.enter_context(serving([*command, "serve"], port, "/arxiv/search"))
        peer = stack.enter_context(serving(datasette, peer_port, "/datasette.json"))
        made = asked_of_us(mine, each)
        made += asked_of_datasette(peer, filled[1].line.name, each if count <= READER_MOST else SLOW_EACH)
        for one in filled[2:]:
            ask = stack.enter_context(reader_asked(folder / "reader.db"))
            made.append(Contestant(one.line.name, ask, each))
        yield made


def judged(contestants: Sequence[Contestant], count: int) -> tuple[list[Goal], list[str]]:
    page, data, *peers = contestants
    goals = [
        Goal(f"p99 of the HTTP answer, {name}, ms", percentile(one.walls(), 0.99), 15, at_most=True)
        for name, one in (("a page", page), ("JSON", data))
    ]
    cpu = percentile(page.cpus(), 0.99)
    remarks = [f"p99 of a page's CPU: {cpu:.1f} ms", *(agreed(data, one) for one in peers if one.hits)]
    for one in peers:
        goal, remark = faster(page if one.name.endswith("page") else data, one)
        remarks.append(remark)
        if count >= LEAST and not one.name.endswith((BARE, RANKED)):
            goals.append(goal)
    remarks.append(
        "datasette's pages and JSON are in the order of the table; ours, reader's and its SQL are ranked"
    )
    return goals, remarks


def compared(count: int, each: int, sample: int) -> Figure:
    real = list(papers(min(count, 50_000)))
    asked, port = questions(real, each), free_port()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        command, filled = fill_all(folder, count, port)
        with answering(folder, command, port, filled, each) as contestants:
            say("asking")
            ask_all(contestants, asked)
        for _ in range(ROUNDS - 1):
            ask_again(contestants[:2], command, port, asked)
        goals, remarks = judged(contestants, count)
        if count <= READER_MOST:
            say("known papers")
            first, more = known_items(folder / "data" / "search", real, sample)
            goals, remarks = [*goals, *first], [*remarks, *more]
        else:
            remarks.append(
                f"reader is not asked: filling it takes a minute and more for {READER_MOST:,} papers"
            )
    remarks += [f"{one.line.name}: {one.size / 1e6:.0f} MB, {one.holds}" for one in filled]
    number = sum(map(len, asked.values()))
    work = (
        f"{number} questions of {len(KINDS)} kinds, each once a round, 25 papers an answer. First: indexing."
    )
    lines = [one.line for one in filled]
    return Figure(f"Search, {count:,} papers", work, lines, goals, remarks, latencies(contestants))


def main() -> int:
    if "--quick" in sys.argv:
        return show(compared(5_000, 10, 200))
    counts = [int(one) for one in sys.argv[1:]] or [50_000, 1_000_000]
    return max([show(compared(count, 40, 1000)) for count in counts])


if __name__ == "__main__":
    sys.exit(main())
