"""Summaries: ROUGE-1, cut sentences and attribution on the evaluation texts, ours beside lead sentences of two sizes.

Reads the corpus named by SHAREWIRE_EVAL and scores with its own scorer (needs `rouge-score`, in `[bench]`).
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Document = dict[str, Any]


def main(as_json: bool) -> int:
    folder = Path(os.environ.get("SHAREWIRE_EVAL", "../shared/eval")) / "summaries"
    if not (folder / "docs.jsonl.gz").exists():
        print(f"No corpus at {folder}: name its folder in SHAREWIRE_EVAL.", file=sys.stderr)
        return 2
    with gzip.open(folder / "docs.jsonl.gz", "rt", encoding="utf8") as lines:
        documents = [json.loads(line) for line in lines]
    rows = [row for name, write in CONTENDERS.items() for row in _measure(name, write, folder, documents)]
    if as_json:
        print(json.dumps({"bench": "summaries", "texts": len(documents), "rows": rows}))
        return 0
    for row in rows:
        figures = "  ".join(f"{name} {value}" for name, value in row.items() if name not in ("contender", "set"))
        print(f"{row['contender']:12} {row['set']:10} {figures}")
    return 0


def _measure(
    name: str, write: Callable[[Document], str], folder: Path, documents: list[Document]
) -> list[dict[str, Any]]:
    start = time.perf_counter()
    summaries = [{"id": document["id"], "summary": write(document)} for document in documents]
    rate = len(documents) / (time.perf_counter() - start)
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf8") as predictions:
        predictions.writelines(json.dumps(summary) + "\n" for summary in summaries)
        predictions.flush()
        command = [sys.executable, str(folder / "score_summaries.py"), predictions.name, "--json"]
        scores = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return [{"contender": name, "set": part, **row, "texts/s": round(rate)} for part, row in scores.items()]


def ours(document: Document) -> str:
    from bot.articles.summary import summarise
    from bot.language import detect

    text = document["text"]
    return " ".join(summarise(document.get("title"), None, text, detect(text)).sentences)


def _lead(count: int) -> Callable[[Document], str]:
    def write(document: Document) -> str:
        from bot.language import detect, sentences

        return " ".join(sentences(document["text"], detect(document["text"]))[:count])

    return write


CONTENDERS: dict[str, Callable[[Document], str]] = {"ours": ours, "lead-2": _lead(2), "lead-3": _lead(3)}
