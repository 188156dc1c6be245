"""Reading pages: quality and speed beside trafilatura, newspaper4k and readability-lxml, on the same pages in one run.

`python -m bench reading [--json] [--corpus DIR] [--only NAME,…]`.  The corpus is the folder that holds
`articles/truth.jsonl`, its pages and its scorer; by default SHAREWIRE_EVAL, else `../shared/eval` beside the checkout.
Quality comes from the corpus's own scorer; speed is CPU seconds of this process, imports and a warm-up left out.
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import json
import logging
import lzma
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
Row = dict[str, Any]
Reader = Callable[[bytes, str | None], Row]
WARM_UP = 12  # pages read before the clock starts
COLUMNS = (
    ("body_F1", "body F1 (aeb)"),
    ("body_P", "P"),
    ("body_R", "R"),
    ("leak", "leak"),
    ("title_exact", "title"),
    ("authors_set", "authors"),
    ("date_day", "day"),
    ("date_minute", "minute"),
    ("standfirst", "standfirst"),
    ("lead_image_same", "lead image"),
    ("pages_per_second", "pages/s"),
    ("cpu_ms", "CPU ms/page"),
    ("times", "× slowest"),
)


def corpus_folder(given: str | None = None) -> Path | None:
    """The evaluation folder: the option, SHAREWIRE_EVAL, or `../shared/eval` beside the checkout; None where absent."""
    for folder in (given, os.environ.get("SHAREWIRE_EVAL"), str(ROOT.parent / "shared" / "eval")):
        if folder and (Path(folder) / "articles" / "truth.jsonl").is_file():
            return Path(folder)
    return None


def load(folder: Path) -> tuple[list[Row], dict[tuple[str, str], bytes]]:
    """The truth's rows and the raw pages by corpus and id."""
    lines = (folder / "articles" / "truth.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    pages = {
        (row["corpus"], row["id"]): lzma.decompress((folder / "articles" / row["file"]).read_bytes()) for row in rows
    }
    return rows, pages


def scorer(folder: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_articles", folder / "articles" / "score_articles.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def sharewire(page: bytes, url: str | None) -> Row:
    import trafilatura as _second_opinion  # noqa: F401 - asked on few pages; its import is not reading

    from bot.articles import extraction
    from bot.errors import ParseError

    try:
        found = extraction.extract(page, url=url)
    except ParseError:
        return {}
    return {
        "title": found.title,
        "authors": list(found.authors),
        "published": found.published.isoformat() if found.published else None,
        "standfirst": found.standfirst,
        "lead_image": found.image.url if found.image else None,
        "images": [image.url for image in found.images],
        "body": (found.text or "").replace("\n\n", "\n"),
    }


def sharewire_metadata(page: bytes, url: str | None) -> Row:
    from bot.articles import extraction
    from bot.errors import ParseError

    try:
        found = extraction.extract_metadata(page, url=url)
    except ParseError:
        return {}
    return {
        "title": found.title,
        "authors": list(found.authors),
        "published": found.published.isoformat() if found.published else None,
        "standfirst": found.standfirst,
        "lead_image": found.image.url if found.image else None,
    }


def trafilatura(page: bytes, url: str | None) -> Row:
    from trafilatura import bare_extraction

    found = bare_extraction(page, url=url, favor_precision=True, include_comments=False, with_metadata=True)
    if found is None:
        return {}
    return {
        "title": found.title,
        "authors": [name.strip() for name in (found.author or "").split(";") if name.strip()],
        "published": found.date,
        "standfirst": found.description,
        "lead_image": found.image,
        "body": found.text or "",
    }


def newspaper4k(page: bytes, url: str | None) -> Row:
    from newspaper import Article

    article = Article(url or "https://news.example/", fetch_images=False)
    article.download(input_html=page.decode("utf-8", "replace"))
    article.parse()
    published = article.publish_date
    return {
        "title": article.title,
        "authors": list(article.authors),
        "published": published.isoformat() if hasattr(published, "isoformat") else published or None,
        "standfirst": article.meta_description,
        "lead_image": article.top_image,
        "body": article.text.replace("\n\n", "\n"),
    }


def readability(page: bytes, url: str | None) -> Row:
    from lxml import html
    from readability import Document

    document = Document(page, url=url)
    body = html.fromstring(document.summary(html_partial=True))
    blocks = [" ".join(part.text_content().split()) for part in body.iter("p", "li", "h2", "h3", "blockquote", "pre")]
    return {"title": document.short_title(), "body": "\n".join(block for block in blocks if block)}


CONTENDERS: dict[str, Reader] = {
    "sharewire": sharewire,
    "sharewire metadata": sharewire_metadata,
    "trafilatura": trafilatura,
    "newspaper4k": newspaper4k,
    "readability-lxml": readability,
}


def run(reader: Reader, rows: list[Row], pages: dict[tuple[str, str], bytes]) -> tuple[list[Row], float, int]:
    """Predictions for every page, pages a second, and how many pages the reader failed on."""
    for row in rows[:WARM_UP]:
        _read(reader, pages[row["corpus"], row["id"]], row.get("url"))
    failures, predictions = 0, []
    start = time.process_time()
    for row in rows:
        found = _read(reader, pages[row["corpus"], row["id"]], row.get("url"))
        failures += found is None
        predictions.append({"corpus": row["corpus"], "id": row["id"], **(found or {})})
    spent = time.process_time() - start
    return predictions, len(rows) / spent, failures


def _read(reader: Reader, page: bytes, url: str | None) -> Row | None:
    try:
        return reader(page, url)
    except Exception:  # a contender that breaks on a page has read nothing from it; counted as a failure
        return None


def judge(module: ModuleType, rows: list[Row], predictions: Iterable[Row]) -> dict[str, float]:
    """The scorer's figures over all pages; the body's over scrapinghub's set alone, as their benchmark has it."""
    by_key = {(row["corpus"], row["id"]): row for row in predictions}
    scores = [(row["corpus"], module.score(row, by_key[row["corpus"], row["id"]])) for row in rows]
    whole = module.agg([score for _, score in scores])
    articles = module.agg([score for corpus, score in scores if corpus == "aeb"])
    figures = {name: value for name, (value, _) in whole.items()}
    figures.update({name: articles[name][0] for name in ("body_F1", "body_P", "body_R") if name in articles})
    return figures


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench reading", description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--corpus", help="folder of the evaluation corpora (default: SHAREWIRE_EVAL)")
    parser.add_argument("--only", default="", help="contenders, parted by commas")
    options = parser.parse_args(argv)
    wanted = [name.strip() for name in options.only.split(",") if name.strip()] or list(CONTENDERS)
    if unknown := [name for name in wanted if name not in CONTENDERS]:
        parser.error(f"there is no contender {', '.join(unknown)}; there are: {', '.join(CONTENDERS)}")
    folder = corpus_folder(options.corpus)
    if folder is None:
        print(
            "No corpus: give --corpus DIR or set SHAREWIRE_EVAL to the folder with articles/truth.jsonl.",
            file=sys.stderr,
        )
        return 2
    logging.disable(logging.CRITICAL)  # contenders report their troubles there
    warnings.simplefilter("ignore")
    rows, pages = load(folder)
    module = scorer(folder)
    gc.set_threshold(10_000, 20, 20)  # as in the worker that reads pages (bot/parsing.py), for every contender
    report = []
    for name in wanted:
        predictions, speed, failures = run(CONTENDERS[name], rows, pages)
        figures = judge(module, rows, predictions)
        report.append(
            {"name": name, "pages": len(rows), "failures": failures, "pages_per_second": round(speed, 1)} | figures
        )
    slowest = min(row["pages_per_second"] for row in report)
    for row in report:
        row["cpu_ms"] = round(1000 / row["pages_per_second"], 2)
        row["times"] = round(row["pages_per_second"] / slowest, 1)
    if options.json:
        print(json.dumps({"bench": "reading", "rows": report}))
    else:
        _show(report)
    return 0


def _show(report: list[Row]) -> None:
    width = max(len(row["name"]) for row in report) + 2
    print(" " * width + "  ".join(title.rjust(len(title)) for _, title in COLUMNS))
    for row in report:
        cells = [_cell(row.get(key), key).rjust(len(title)) for key, title in COLUMNS]
        print(row["name"].ljust(width) + "  ".join(cells))


def _cell(value: float | None, key: str) -> str:
    if not value and key != "leak":
        return "–"
    digits = {"pages_per_second": 0, "cpu_ms": 1, "times": 1}.get(key, 3)
    return f"{value or 0:.{digits}f}"
