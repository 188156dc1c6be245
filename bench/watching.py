"""Watching: CPU seconds to visit N feeds of 77 kB cold, with one in twenty changed, and unchanged; ours beside reader,
RSS-to-Telegram-Bot and a plain feedparser loop, each in a process of its own, in one run.

`--feeds N` (default 200), `--peers PYTHON` an interpreter that has the peers (or SHAREWIRE_PEERS), `--json`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
PEERS = ("reader", "rsstt", "feedparser")
PHASES = ("cold", "changed", "unchanged")


def main(argv: Sequence[str]) -> int:
    words = argparse.ArgumentParser(prog="python -m bench watching")
    words.add_argument("--feeds", type=int, default=200)
    words.add_argument("--peers", default=os.environ.get("SHAREWIRE_PEERS", sys.executable))
    words.add_argument("--json", action="store_true")
    asked = words.parse_args(argv)
    with papers(asked.feeds) as base:
        rows = [row("sharewire", sys.executable, base, asked.feeds)]
        rows += [row(name, asked.peers, base, asked.feeds) for name in PEERS]
        halts = run("sharewire", sys.executable, base, asked.feeds, "blocks")
    ours = rows[0]
    for one in rows:
        one |= {f"{phase}_ratio": round(one[phase] / ours[phase], 1) for phase in PHASES if phase in one}
    longest = max(value for name, value in halts.items() if name.startswith("halt"))
    found = {"bench": "watching", "feeds": asked.feeds, "longest_halt_ms": round(longest * 1000, 1), "rows": rows}
    print(json.dumps(found)) if asked.json else show(found)
    return 0


def show(found: dict[str, Any]) -> None:
    print(f"{found['feeds']} feeds; CPU milliseconds per feed, and how many times ours")
    print(f"{'contender':12}" + "".join(f"{phase:>20}" for phase in PHASES))
    for one in found["rows"]:
        cells = [f"{one[p]:>12.3f} ({one[f'{p}_ratio']:>4}x)" for p in PHASES] if "cold" in one else [one["missing"]]
        print(f"{one['contender']:12}" + "".join(f"{cell:>20}" for cell in cells))
    print(f"The event loop was held up for at most {found['longest_halt_ms']} ms of CPU time.")


def row(name: str, python: str, base: str, count: int) -> dict[str, Any]:
    """CPU milliseconds per feed; one that is not installed has a row that says so."""
    try:
        spent = run(name, python, base, count)
    except subprocess.CalledProcessError as error:
        return {"contender": name, "missing": (error.stderr or "").strip().splitlines()[-1][:70]}
    spent["unchanged"] = min(spent["unchanged"], spent.pop("unchanged again"))
    return {"contender": name, **{phase: round(spent[phase] / count * 1000, 4) for phase in PHASES}}


def run(name: str, python: str, base: str, count: int, *more: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        command = [python, str(FOLDER / "_watchers.py"), name, base, str(count), folder, *more]
        env = os.environ | {"PYTHONPATH": str(FOLDER.parent)}
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=env, timeout=1200)
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


@contextmanager
def papers(count: int) -> Iterator[str]:
    command = [sys.executable, str(FOLDER / "_papers.py"), str(count)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
    finally:
        server.terminate()
        server.wait()
