"""Formulas to MathML: CPU and share converted, against KaTeX and MathJax in Node on the same real formulas.

    python benchmarks/maths_vs_katex.py [--formulas 10000] [--runs 3]

The first formulas of the corpus as they come, and each different one of them once. Every contestant is a process that
reads the same JSON file, converts each formula for inline display and says how many became MathML (KaTeX: no error;
MathJax: no <merror>); its CPU seconds for the conversions alone come from its own clock, so that start-up does not
count. Ours remembers short formulas, as it does in every run.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from _frame import (
    Cost,
    Figure,
    Goal,
    Line,
    in_turns,
    main_of,
    measure,
    node_version,
    node_with,
    ours,
    ratio,
    require,
)
from maths_share import texts

KATEX = """
const katex = require("katex"), fs = require("fs");
const formulas = JSON.parse(fs.readFileSync(process.argv[2]));
const before = process.cpuUsage();
let converted = 0;
for (const formula of formulas) {
  try { katex.renderToString(formula, {output: "mathml", throwOnError: true, strict: false}); converted += 1; } catch {}
}
const spent = process.cpuUsage(before);
console.log(JSON.stringify({converted, cpu: (spent.user + spent.system) / 1e6}));
"""
MATHJAX = """
const fs = require("fs");
require("mathjax").init({loader: {load: ["input/tex"]}}).then((MathJax) => {
  const formulas = JSON.parse(fs.readFileSync(process.argv[2]));
  const before = process.cpuUsage();
  let converted = 0;
  for (const formula of formulas) {
    try { if (!MathJax.tex2mml(formula, {display: false}).includes("<merror")) converted += 1; } catch {}
  }
  const spent = process.cpuUsage(before);
  console.log(JSON.stringify({converted, cpu: (spent.user + spent.system) / 1e6}));
});
"""
GOAL = 10.0  # times KaTeX


Said = tuple[int, float]  # formulas converted, CPU seconds


def maths() -> Figure:
    options = argparse.ArgumentParser(description="Formulas a CPU second, against KaTeX and MathJax.")
    options.add_argument("--formulas", type=int, default=10_000)
    options.add_argument("--runs", type=int, default=3)
    wanted = options.parse_args()
    katex, mathjax = node_with("katex", "katex"), node_with("mathjax", "mathjax@3")
    for folder, script in ((katex, KATEX), (mathjax, MATHJAX)):
        (folder / "run.js").write_text(script)
    with tempfile.TemporaryDirectory() as scratch:
        real, once = Path(scratch) / "real.json", Path(scratch) / "once.json"
        formulas = _formulas(wanted.formulas)
        real.write_text(json.dumps(formulas))
        once.write_text(json.dumps(different := list(dict.fromkeys(formulas))))
        mine = [sys.executable, __file__, "--worker"]
        theirs, others = (["node", str(folder / "run.js")] for folder in (katex, mathjax))
        said: dict[str, list[Said]] = {}
        costs = in_turns(
            wanted.runs,
            ours=_run("ours", [*mine, str(real)], said),
            katex=_run("katex", [*theirs, str(real)], said, katex),
            mathjax=_run("mathjax", [*others, str(real)], said, mathjax),
            ours_once=_run("ours_once", [*mine, str(once)], said),
            katex_once=_run("katex_once", [*theirs, str(once)], said, katex),
        )
    require(all(len({one for one, _ in told}) == 1 for told in said.values()), "other formulas each time")
    versions = {
        "katex": f"KaTeX {node_version(katex, 'katex')}",
        "mathjax": f"MathJax {node_version(mathjax, 'mathjax')}",
    }
    lines = {}
    for name, made in costs.items():
        amount = len(different if name.endswith("_once") else formulas)
        words = versions.get(name.removesuffix("_once"), ours()) + (
            ", each once" if name.endswith("_once") else ""
        )
        lines[name] = Line(f"{words}: {said[name][0][0] / amount:.2%}", made, amount, "formulas")
    return Figure(
        "Mathematics",
        f"the first {len(formulas):,} formulas of real papers ({len(different):,} different) to MathML, start-up not "
        "counted; behind each name the share converted",
        list(lines.values()),
        [
            Goal("times KaTeX's formulas per CPU second", ratio(lines["katex"], lines["ours"]), GOAL),
            Goal("share converted, of KaTeX's", said["ours"][0][0] / said["katex"][0][0], 1.0),
        ],
        [f"each different formula once: {ratio(lines['katex_once'], lines['ours_once']):.1f} times KaTeX"],
    )


def _run(
    name: str, command: list[str], said: dict[str, list[Said]], cwd: Path | None = None
) -> Callable[[], Cost]:
    """The cost that the process itself measured, with its peak memory."""

    def once() -> Cost:
        with tempfile.NamedTemporaryFile() as out:
            whole = measure(command, cwd=cwd, stdout=Path(out.name))
            told = json.loads(Path(out.name).read_text())
        said.setdefault(name, []).append((told["converted"], told["cpu"]))
        return Cost(told["cpu"], whole.wall, whole.peak)

    return once


def _formulas(amount: int) -> list[str]:
    from aggregator.normalise import tex

    return list(islice((formula for text in texts() for formula in tex.formulas(text)), amount))


def _work(path: Path) -> None:
    from aggregator.normalise.maths import convert

    formulas = json.loads(path.read_text())
    convert("x")
    before = time.process_time()
    converted = sum(convert(formula) is not None for formula in formulas)
    print(json.dumps({"converted": converted, "cpu": time.process_time() - before}))


if __name__ == "__main__":
    if "--worker" in sys.argv:
        _work(Path(sys.argv[-1]))
    else:
        main_of(maths)
