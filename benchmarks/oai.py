"""Reading OAI-PMH pages beside bare expat over the same bytes, and the memory that it takes.

    python benchmarks/oai.py [--records N] [--stored N]

The recorded pages of ARXIV_RECORDINGS (default ../shared/data), repeated up to 100,000 records in each format. Printed
is CPU time for a thousand records: of expat alone, which calls nobody; of expat that calls empty Python functions,
the least that a reader through it can cost; of ours when it must read each element by its event; of ours as it reads
arXiv's own spelling, both down to `Record`s; and the peak memory of this process.
Goals, for parsing: at most 3 times expat alone, at most 120 MB.

Beside it a whole harvest: the same pages parsed, normalised and stored page by page, each record under an id of its
own, beside expat over the same bytes. What a paper costs there is its text (HTML, MathML) and its rows, not its XML.
"""

from __future__ import annotations

import argparse
import gzip
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from xml.parsers import expat

from _frame import NO_INPUT, RECORDINGS, Cost, Figure, Goal, Line, main_of, require
from _frame import ours as named

from aggregator import normalise
from aggregator.models import Answer, Kind
from aggregator.sources.oai import PIECE, parse
from aggregator.store.database import Store

PAGES = {"arXiv": "cs_2016-03/*.xml.gz", "arXivRaw": "arXivRaw_*.xml.gz"}
NOW = datetime(2026, 11, 24, tzinfo=UTC)
Reader = Callable[[bytes], int]


def bare(body: bytes) -> int:
    return feed(expat.ParserCreate(), body)


def empty(body: bytes) -> int:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 65_536
    parser.StartElementHandler = lambda *_: None
    parser.EndElementHandler = lambda _: None
    parser.CharacterDataHandler = lambda _: None
    return feed(parser, body)


def feed(parser: expat.XMLParserType, body: bytes) -> int:
    for start in range(0, len(body), PIECE):
        parser.Parse(body[start : start + PIECE], False)
    parser.Parse(b"", True)
    return 0


def ours(body: bytes) -> int:
    return len(parse(Answer("recorded", 200, {}, body, NOW)).records)


def events(body: bytes) -> int:
    """Ours, when a comment makes it read every element by itself."""
    return ours(body.replace(b"<ListRecords>", b"<!-- --><ListRecords>", 1))


def measure(folder: Path, pages: str, records: int) -> tuple[int, dict[Reader, float]]:
    """Records read, and CPU seconds of each reader; they take turns at each page, so that noise falls on all."""
    spent: dict[Reader, float] = dict.fromkeys((bare, empty, events, ours), 0.0)
    read = 0
    for body in bodies(folder, pages):
        for reader in spent:
            start = time.process_time()
            count = reader(body)
            spent[reader] += time.process_time() - start
        require(count == body.count(b"<record>"), f"{count} records of {body.count(b'<record>')}")
        read += count
        if read >= records:
            return read, spent
    print(f"no recorded pages at {folder / 'oai' / pages} (set ARXIV_RECORDINGS)")
    raise SystemExit(NO_INPUT)


def bodies(folder: Path, pages: str) -> Iterator[bytes]:
    """The pages again and again, one in memory at a time, as a harvest has them."""
    for path in cycle(sorted((folder / "oai").glob(pages))):
        yield gzip.decompress(path.read_bytes())


def harvest(folder: Path, records: int) -> tuple[int, float, float]:
    """Records stored in a new database, CPU seconds of that, and of expat over the same bytes."""
    done, spent, alone = 0, 0.0, 0.0
    with tempfile.TemporaryDirectory() as place, Store.open(Path(place) / "papers.db") as store:
        for body in bodies(folder, PAGES["arXiv"]):
            start = time.process_time()
            page = parse(Answer("recorded", 200, {}, body, NOW))
            named = [record._replace(arxiv_id=name_of(done + n)) for n, record in enumerate(page.records)]
            papers = [normalise.paper(record.entry(Kind.NEW)) for record in named]
            store.save_harvest_page(papers, (), (), (), key="benchmark", state_json="{}", at=NOW)
            middle = time.process_time()
            bare(body)
            done, spent, alone = (
                done + len(named),
                spent + middle - start,
                alone + time.process_time() - middle,
            )
            if done >= records:
                break
    return done, spent, alone


def name_of(number: int) -> str:
    return f"{1501 + number // 90_000:04}.{number % 90_000 + 1:05}"


def peak() -> float:
    """MB of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def oai() -> Figure:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--records", type=int, default=100_000)
    arguments.add_argument("--stored", type=int, default=30_000, help="records of the whole harvest")
    options = arguments.parse_args()
    expat_version = ".".join(map(str, expat.version_info))
    lines, goals = [], []
    for prefix, pages in PAGES.items():
        read, spent = measure(RECORDINGS, pages, options.records)
        alone, calling, events_, mine = (
            [Cost(seconds, seconds, int(peak() * 1000))] for seconds in spent.values()
        )
        lines += [
            Line(f"{named()}, {prefix}", mine, read, "records"),
            Line(f"the same, each element by its event, {prefix}", events_, read, "records"),
            Line(f"expat {expat_version} calling empty functions, {prefix}", calling, read, "records"),
            Line(f"expat {expat_version} alone, {prefix}", alone, read, "records"),
        ]
        goals.append(Goal(f"{prefix}, times expat alone", mine[0].cpu / alone[0].cpu, 3, at_most=True))
    goals.append(Goal("peak memory of parsing in MB", peak(), 120, at_most=True))
    done, stored, _ = harvest(RECORDINGS, options.stored)
    lines.append(
        Line("a harvest, normalised and stored", [Cost(stored, stored, int(peak() * 1000))], done, "records")
    )
    return Figure(
        "OAI-PMH",
        f"{options.records:,} records in each format, from bytes to records; start-up not counted",
        lines,
        goals,
        ["times ours is CPU for the same number of records, beside the first line"],
    )


if __name__ == "__main__":
    main_of(oai)
