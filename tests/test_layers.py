"""The house rules of docs/ARCHITECTURE.md: who may import whom, and where each third-party library stays."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "aggregator"
LAYERS = (
    "errors models clock holidays languages taxonomy settings",
    "retry policy announce almanac ledger witness normalise query compress desk",
    "sources store site web search simulator notify watch",
    "asking finding adding pipeline build gather ondemand importer operate lists gaps reconcile",
    "schedule signals events vigil app loading serving watching upkeep daemon demo cli usage __main__",
)
LAYER = {name: number for number, names in enumerate(LAYERS) for name in names.split()}
EDGES = 2
EDGE = set(LAYERS[EDGES].split())
FENCES = {
    "brotli": "compress.py",
    "mcp": "web/mcp.py",
    "httpx": "sources/transport.py",
    "feedparser": "sources/rss.py",
    "sqlite_utils": "store/",
    "babel": "site/forms.py",
    "zstandard": "sources/snapshot_file.py",
    "jinja2": "site/environment.py",
    "apscheduler": "schedule.py",
    "apprise": "notify/sender.py",
    "tantivy": "search/",
    "prometheus_client": "watch/metrics.py",
    "PIL": "site/picture.py",
    "rjsmin": "site/scripts.py",
}


def modules() -> Iterator[tuple[str, ast.AST]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_bytes())


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            module = node.module or ""
            yield from (f"{module}.{alias.name}" for alias in node.names)


def house(module: str) -> str:
    """The top-level module or package of a path such as "store/rows.py" or a name such as "store.rows"."""
    return module.removesuffix(".py").replace("/", ".").split(".")[0]


def allowed(importer: str, imported: str) -> bool:
    """Lower layers always, one's own package always, the same layer unless it is that of the edges."""
    here, there = LAYER[importer], LAYER[imported]
    return importer == imported or there < here or (there == here != EDGES)


def test_every_module_has_a_layer() -> None:
    assert {house(path) for path, _ in modules()} - {"__init__"} <= set(LAYER)


def test_a_module_imports_only_from_lower_layers() -> None:
    found = [
        f"{path} imports {name}"
        for path, tree in modules()
        for name in imports(tree)
        if name.startswith("aggregator.") and house(path) != "__init__"
        if (target := house(name.removeprefix("aggregator."))) in LAYER and not allowed(house(path), target)
    ]
    assert found == []


def test_the_package_itself_imports_nothing() -> None:
    assert list(imports(ast.parse((PACKAGE / "__init__.py").read_bytes()))) in (
        [],
        ["__future__.annotations"],
    )


def test_a_library_stays_behind_its_fence() -> None:
    found = [
        f"{path} imports {name}"
        for path, tree in modules()
        for name in imports(tree)
        if (fence := FENCES.get(house(name))) and not path.startswith(fence)
    ]
    assert found == []


def test_only_settings_read_the_environment() -> None:
    names = {"environ", "environb", "getenv", "getenvb"}
    found = [
        f"{path}:{node.lineno}"
        for path, tree in modules()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in names)
        or (isinstance(node, ast.alias) and node.name in names)
    ]
    assert {place.split(":")[0] for place in found} <= {"settings/reader.py"}, found


def test_the_daemon_picks_no_class_of_an_edge() -> None:
    """Wiring stands in `app`, `serving` and `watching`; the daemon names what it measures with, and nothing else."""
    tree = ast.parse((PACKAGE / "daemon.py").read_bytes())
    edges = [
        name
        for name in imports(tree)
        if name.split(".")[1:2] and house(name.removeprefix("aggregator.")) in EDGE
    ]
    allowed_here = {
        "aggregator.store.DataLock",
        "aggregator.watch.metrics.Metrics",
        "aggregator.watch.pulse.Pulse",
    }
    assert set(edges) <= allowed_here
