"""How many formulas of real papers become MathML, why the rest do not, and how fast it goes.

    python benchmarks/maths.py [--corpus FILE] [--papers N]

FILE is a Kaggle-format snapshot (default: the 50,000 papers of ARXIV_RECORDINGS). The limit that the project set
itself is 98 in 100; below it the exit code is 1. Times are CPU seconds of this process: each formula as it comes
(repeats are remembered, as in a run), and each different formula once.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from aggregator.models import Kind, RawEntry
from aggregator.normalise import maths, paper, tex

GOAL = 0.98
DEFAULT = Path(__file__).parents[2] / "shared" / "data"
_PRIVATE = re.compile(r'Unknown command "(.*)"\.?', re.DOTALL)


def entries(corpus: Path) -> Iterator[RawEntry]:
    opened = gzip.open if corpus.suffix == ".gz" else open
    with opened(corpus, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield RawEntry(
                arxiv_id=row["id"],
                version=None,
                kind=Kind.NEW,
                title=row["title"],
                abstract=row["abstract"],
                authors=row["authors"],
                categories=tuple(row["categories"].split()),
                comments=row["comments"],
            )


def report_speed(papers: list[RawEntry], formulas: list[str]) -> None:
    maths.forget()
    started = time.process_time()
    for entry in papers:
        paper(entry)
    whole = time.process_time() - started
    print(f"whole normalisation  {whole / len(papers) * 1e6:9.0f} µs a paper ({len(papers):,} papers)")
    for name, chosen in (("as they come", formulas), ("different ones", list(dict.fromkeys(formulas)))):
        maths.forget()
        started = time.process_time()
        for formula in chosen:
            maths.convert(formula)
        taken = time.process_time() - started
        print(f"formulas, {name:15s} {len(chosen) / taken:9,.0f} a CPU second ({len(chosen):,})")


def report_causes(causes: Counter[str]) -> None:
    kinds: Counter[str] = Counter()
    private: Counter[str] = Counter()
    for cause, count in causes.items():
        found = _PRIVATE.fullmatch(cause)
        kinds["a command that only the author's preamble knows" if found else cause] += count
        if found:
            private[found[1]] += count
    print("\ncommonest causes of the rest:")
    for cause, count in kinds.most_common(10):
        print(f"{count:6}  {cause}")
    print(f"\ncommonest unknown commands, of {len(private)}:")
    print("       ", ", ".join(f"{name} {count}" for name, count in private.most_common(12)))


def main() -> int:
    recordings = Path(os.environ.get("ARXIV_RECORDINGS", DEFAULT))
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--corpus", type=Path, default=recordings / "corpus" / "corpus_50k.jsonl.gz")
    options.add_argument("--papers", type=int, default=None, help="only the first N papers")
    chosen = options.parse_args()
    if not chosen.corpus.is_file():
        print(f"no corpus at {chosen.corpus} (set ARXIV_RECORDINGS or --corpus)")
        return 66
    papers = list(islice(entries(chosen.corpus), chosen.papers))
    formulas = [f for entry in papers for text in (entry.title, entry.abstract) for f in tex.formulas(text)]
    report_speed(papers, formulas)
    made = [maths.convert(formula) for formula in formulas]
    share = sum(m is not None for m in made) / len(made)
    sizes = [len(m.encode()) for m in made if m]
    print(f"converted            {share:9.2%} of {len(made):,} formulas (goal {GOAL:.0%})")
    print(f"mean size            {sum(sizes) / len(sizes):9.0f} bytes, the source in alttext included")
    report_causes(Counter(maths.cause(f) for f, m in zip(formulas, made, strict=True) if m is None))
    return 0 if share >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
