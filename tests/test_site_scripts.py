"""Modules joined into one script do what they did apart."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from aggregator.site.environment import templates_dir
from aggregator.site.scripts import ModuleError, joined

MODULES = {
    "main": """// The entry.
import { greet } from "./greet.js";
import { place as where } from "./words.js";

console.log(greet("you"), where);
console.log((await import("./late.js")).said());
console.log((await import("./late.js")).said());
""",
    "greet": """import { hello } from "./words.js";
/** Says it. */
export function greet(name) {
  return `${hello}, ${name}`;
}
""",
    "words": """const kept = await Promise.resolve("hello");
export const hello = kept;
export const place = "here";
""",
    "late": """console.log("late is here");
let times = 0;
export const said = () => ++times;
""",
}


def written(folder: Path, modules: dict[str, str]) -> Path:
    for name, text in modules.items():
        (folder / f"{name}.js").write_text(text)
    return folder


@pytest.mark.skipif(not shutil.which("node"), reason="no Node.js to run a script with")
def test_joined_modules_run_like_modules(tmp_path: Path) -> None:
    script = tmp_path / "joined.mjs"
    script.write_text(joined(written(tmp_path, MODULES), "main"))
    done = subprocess.run(["node", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["hello, you here", "late is here", "1", "2"]


def test_each_module_is_there_once_and_nothing_is_imported_any_more(tmp_path: Path) -> None:
    script = joined(templates_dir() / "static" / "js", "main")
    names = re.findall(r"^const \$([a-z]+)=", script, re.MULTILINE)
    assert len(names) == len(set(names))
    assert not re.search(r'\bfrom"\./|import\("|^export\b', script, re.MULTILINE)


@pytest.mark.parametrize("line", ["export default 1;", "export * from './x.js';", "import x from './y.js';"])
def test_a_form_that_joining_does_not_know_is_refused(tmp_path: Path, line: str) -> None:
    modules = {"main": 'import { a } from "./a.js";\n', "a": f"export const a = 1;\n{line}\n"}
    with pytest.raises(ModuleError, match=r"a\.js"):
        joined(written(tmp_path, modules), "main")


def test_every_module_is_led_to_from_the_entry() -> None:
    folder = templates_dir() / "static" / "js"
    apart = {"early", "worker", "main"}
    script = joined(folder, "main")
    assert {path.stem for path in folder.glob("*.js")} - apart == set(
        re.findall(r"const \$([a-z]+)=", script)
    ) - {"once"}
