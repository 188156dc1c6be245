"""The shape of the house: who may import whom, where each library lives, how long a file may grow."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.no_cover  # reads the code, runs little of it

ROOT = Path(__file__).resolve().parent.parent
BOT = ROOT / "bot"
LINES = 400

STAGES = {"sources", "articles", "posts", "channels"}
LEAVES = {"model", "errors", "language", "identity", "wording"}
STORE = LEAVES | {"store"}

# room -> rooms it may import; a dotted name allows one module of a room
ALLOWED: dict[str, set[str]] = {
    "model": set(),
    "errors": set(),
    "language": set(),
    "identity": {"language"},
    "wording": {"language"},
    "version": set(),
    "settings": LEAVES,
    "logs": LEAVES,
    "pagehead": set(),
    "parsing": LEAVES,
    "loops": LEAVES,
    "web": {"model", "errors"},
    "store": LEAVES,
    "sources": STORE | {"web", "parsing", "pagehead"},
    "articles": STORE | {"web", "parsing", "pagehead"},
    "posts": STORE,
    "channels": STORE | {"web"},
    "sandbox": set(),
    "demo": {"sandbox", "version"},
    "chat": STORE
    | {
        "web",
        "parsing",
        "settings",
        "version",
        "sources.discover",
        "articles.read",
        "articles.model",  # handed on to articles.read
        "posts.preview",
        "posts.press",
        "posts.message",
        # chat is how editors hold the pen of posts: its words, times, pictures and withdrawals
        "posts.checking",
        "posts.compose",
        "posts.flash",
        "posts.hours",
        "posts.markup",
        "posts.matching",  # which conditions are spans of time
        "posts.moments",
        "posts.order",
        "posts.rewording",
        "posts.saving",
        "posts.takedown",
        "posts.withdrawal",
        "posts.edition",  # a reader's gathered alerts and digest are written as a channel's digest is
        "posts.digest",
        "posts.timetable",
        "posts.trial",  # what a rule would have matched, and when a post would go out
        "channels",
    },
    "configuration": STORE | {"settings", "posts.hours", "posts.matching", "posts.timetable"},  # as posting reads them
    "backups": STORE | {"settings", "configuration", "version"},
    "callbacks": STORE | {"sources.websub", "parsing"},
    "commands": {"*"},
    "app": {"*"},
    "cli": {"*"},
    "__main__": {"*"},
    "": set(),
}

# library -> rooms that may import it
HOMES: dict[str, set[str]] = {
    "telegram": {"channels", "chat"},
    "aiohttp": {"web", "channels", "sandbox", "demo", "console", "sources", "chat", "app", "callbacks"},
    "aiohappyeyeballs": {"channels"},
    "httptools": {"channels"},
    "orjson": {"store", "channels"},
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "aiosqlite": {"store"},
    "psycopg": {"store"},
    "procrastinate": {"app"},
    "dotenv": {"settings"},
    "lxml": {"sources", "articles", "posts"},
    "trafilatura": {"articles"},
    "fastfeedparser": {"sources"},
    "feedparser": {"sources"},
    "jinja2": {"posts", "sandbox", "demo", "console", "chat"},
    "babel": {"wording"},
    "typer": {"cli", "commands"},
    "rich": {"cli", "commands"},
    "cronsim": {"posts"},
    "prometheus_client": {"app"},
}

# aiohttp's client and server are two libraries in one: the client talks to the world from a few rooms only
CLIENT_HOMES = {"web", "channels", "sandbox", "demo"}


def modules() -> list[Path]:
    return sorted(p for p in BOT.rglob("*.py") if "migrations" not in p.parts)


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(path: Path) -> str:
    parts = path.relative_to(BOT).with_suffix("").parts
    return "" if parts == ("__init__",) else parts[0]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf8"))


@cache
def imports_of(path: Path) -> tuple[str, ...]:
    """Dotted names that a module imports anywhere in it, those only for type checking included."""
    return tuple(imports_in(tree_of(path), path))


def imports_in(tree: ast.AST, path: Path) -> list[str]:
    found: list[str] = []
    package = name_of(path) if path.name == "__init__.py" else name_of(path).rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                head = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*head, *([base] if base else [])])
            found += [f"{base}.{alias.name}" for alias in node.names]
    return found


def allowed(room: str, target: str) -> bool:
    """`target` is dotted below `bot`, e.g. `store.articles`."""
    allowances = ALLOWED[room]
    first = target.split(".")[0]
    if "*" in allowances or first == room or first in allowances:
        return True
    return any(target == name or target.startswith(f"{name}.") for name in allowances if "." in name)


def test_every_room_is_in_the_table() -> None:
    assert {room_of(path) for path in modules()} - ALLOWED.keys() == set()


def test_a_module_imports_only_the_rooms_it_may() -> None:
    strays = [
        f"{name_of(path)} imports {target}"
        for path in modules()
        for target in imports_of(path)
        if target.startswith("bot.") and not allowed(room_of(path), target.removeprefix("bot."))
    ]
    assert strays == []


def test_stages_never_import_one_another() -> None:
    for stage in STAGES:
        assert ALLOWED[stage].isdisjoint(STAGES - {stage})


def test_each_library_stays_at_home() -> None:
    strays = {
        f"{name_of(path)} imports {library}"
        for path in modules()
        for target in imports_of(path)
        if (library := target.split(".")[0]) in HOMES and room_of(path) not in HOMES[library]
    }
    assert strays == set()


def test_only_the_doors_to_the_internet_use_a_client_session() -> None:
    users = {
        name_of(path)
        for path in modules()
        if room_of(path) not in CLIENT_HOMES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute | ast.Name)
        and (node.attr if isinstance(node, ast.Attribute) else node.id) in {"ClientSession", "TCPConnector"}
    }
    assert users == set()


def test_a_file_stays_short_enough_to_read() -> None:
    lengths = {name_of(path): path.read_text(encoding="utf8").count("\n") for path in modules()}
    assert {name: lines for name, lines in lengths.items() if lines > LINES} == {}


def test_there_is_no_cycle_of_imports() -> None:
    names = {name_of(path): path for path in modules()}

    def targets(path: Path) -> set[str]:
        found = set()
        for target in imports_of(path):
            while target and target not in names:
                target = target.rpartition(".")[0]
            if target and target != "bot":
                found.add(target)
        return found - {name_of(path)}

    graph = {name: targets(path) for name, path in names.items()}
    # a package that gathers its own modules is not a cycle: leave out edges from a module to its own package
    graph = {a: {b for b in bs if not a.startswith(f"{b}.")} for a, bs in graph.items()}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail[trail.index(name) :], name))
        if name not in done:
            for other in sorted(graph[name]):
                visit(other, (*trail, name))
            done.add(name)

    for name in sorted(graph):
        visit(name, ())


IMPORTS = """
import contextlib, gc, importlib, json, os, sys

def grow(tree):
    names = list(tree)
    for name in names:
        child = name != names[-1] and os.fork()  # the last goes on in this process, which nobody needs any more
        if child:
            if os.WIFSIGNALED(os.waitpid(child, 0)[1]):
                print(name, "ended its process", flush=True)
            continue
        try:
            importlib.import_module(name)
        except BaseException as error:
            print(name, repr(error), flush=True)
            os._exit(1)
        grow(tree[name])
        os._exit(0)

libraries, tree = json.load(sys.stdin)
for name in libraries:
    with contextlib.suppress(ImportError):
        importlib.import_module(name)
gc.freeze()
gc.disable()
grow(tree)
"""


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_every_module_can_be_imported_alone() -> None:
    """When a module's own lines run, its process has loaded of ours what the module imports and nothing else; warnings
    are errors.  Processes part as in a tree, each where the largest of the module's imports was loaded alone.  Other
    people's libraries are loaded once, before: theirs is not what is tested, and it takes long."""
    libraries = [*HOMES, "telegram.ext", "aiohttp.web", "sqlalchemy.ext.asyncio", "lxml.html", "zoneinfo"]
    paths = {name_of(path): path for path in modules() if path.name != "__main__.py"}
    above = {name: [part for part in packages_above(name) if loads(paths[part], paths)] for name in paths}
    loaded = {name: {*loads(path, paths), *above[name]} - {name} for name, path in paths.items()}
    trees: dict[str, dict[str, Any]] = {name: {} for name in ("", *paths)}
    for name in paths:
        trees[begins_with(name, loaded, above)][name] = trees[name]
    assert size_of(trees[""]) == len(paths), "some begin with one another"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-W", "ignore::DeprecationWarning", "-c", IMPORTS],
        input=json.dumps([libraries, trees[""]]),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},  # each file is compiled once
    )
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def begins_with(name: str, loaded: dict[str, set[str]], above: dict[str, list[str]]) -> str:
    """The largest of a module's imports.  Where its package loads something, that comes first: then it is the package,
    or an import that goes through the package too."""
    within = {one for one in loaded[name] if set(above[name]) <= {one, *above[one]} and not one.startswith(f"{name}.")}
    return max(sorted(within), key=lambda one: len(closure(one, loaded)), default="")


def closure(name: str, loaded: dict[str, set[str]]) -> set[str]:
    found, open_ends = {name}, [name]
    while open_ends:
        more = loaded[open_ends.pop()] - found
        found |= more
        open_ends += more
    return found


def packages_above(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts))]


def loads(path: Path, paths: dict[str, Path]) -> set[str]:
    """The modules of ours that the imports at the top of a file load."""
    inside = ast.Module([node for node in tree_of(path).body if isinstance(node, ast.Import | ast.ImportFrom)], [])
    found = set()
    for target in imports_in(inside, path):
        while target and target not in paths:
            target = target.rpartition(".")[0]
        found.add(target)
    return found - {"", "bot"}


def size_of(tree: dict[str, Any]) -> int:
    return sum(1 + size_of(more) for more in tree.values())


def test_nothing_is_done_at_import_time() -> None:
    """Only definitions, constants and imports stand at the top of a module: no bare calls, loops or `global`."""
    offending = []
    for path in modules():
        for node in tree_of(path).body:
            call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
            if path.name != "__main__.py" and (call or isinstance(node, ast.For | ast.While)):
                offending.append(f"{name_of(path)}:{node.lineno}")
        offending += [f"{name_of(path)}:{n.lineno}" for n in ast.walk(tree_of(path)) if isinstance(n, ast.Global)]
    assert offending == []


def awaited_name(node: ast.Await) -> str:
    call = node.value
    if isinstance(call, ast.Call):
        return ast.unparse(call.func)
    return ast.unparse(call)


def test_inside_the_doors_of_the_database_only_the_database_is_awaited() -> None:
    """`async with db.read()/write() as tx:` bodies may await queries (they take `tx` first) and nothing else: a write
    lock held over the network or over parsing would stop every stage."""
    offending = []
    for path in modules():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.AsyncWith) and any(opens_a_door(item.context_expr) for item in node.items):
                awaits = (n for inner in node.body for n in ast.walk(inner) if isinstance(n, ast.Await))
                offending += [f"{name_of(path)}:{n.lineno} {awaited_name(n)}" for n in awaits if not asks_the_store(n)]
    assert offending == []


def opens_a_door(node: ast.expr) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    owner = ast.unparse(node.func.value).split(".")[-1]
    return node.func.attr in {"read", "write"} and owner in {"db", "database", "_db"}


def asks_the_store(node: ast.Await) -> bool:
    call = node.value
    takes_tx = isinstance(call, ast.Call) and any(isinstance(a, ast.Name) and a.id == "tx" for a in call.args[:1])
    return takes_tx or awaited_name(node).startswith("tx.")
