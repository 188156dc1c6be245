"""How much the reading of a page leans on one source: the corpus's pages, each spoiled in one way, read again.

`python -m bench robustness [--json] [--corpus DIR] [--only NAME,…] [--pages N]`.  The pages of the corpus stand for
many more that nobody has seen, and those differ: they lack JSON-LD or OpenGraph, name their classes otherwise, order
their attributes otherwise.  A field that falls sharply under one change has a rule that leans on one source.
"""

from __future__ import annotations

import argparse
import html
import json
import logging
import re
import sys
import warnings
import zlib
from collections.abc import Callable

from bench import reading

Tag = re.Match[str]
COLUMNS = (
    ("title_exact", "title"),
    ("authors_set", "authors"),
    ("date_day", "day"),
    ("date_minute", "minute"),
    ("standfirst", "standfirst"),
    ("lead_image_same", "lead image"),
    ("body_F1", "body F1"),
    ("leak", "leak"),
)
# What a tag is made of; comments, scripts and styles are stepped over whole.
_PIECE = re.compile(
    r"(?is)<!--(?:-?>|.*?-->)|<script\b.*?</script\s*>|<style\b.*?</style\s*>|<(/?)([a-z][\w:-]*)((?:\"[^\"]*\"|'[^']*'|[^<>\"'])*)>"
)
_ATTRIBUTE = re.compile(r"""([^\s=/"'<>]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>]+))?""")
_DATA = re.compile(r"(?is)<script\b[^>]*ld\+json[^>]*>.*?</script\s*>")
_GRAPH = re.compile(
    r"(?is)<meta\b(?=[^>]*?(?:property|name)\s*=\s*[\"']?(?:og|twitter|fb|article|book|profile):)[^>]*>"
)
_TITLE = re.compile(r"(?is)<title\b[^>]*>.*?</title\s*>")
_HEADING = re.compile(r"(?is)(<h1\b[^>]*>)(.*?)(</h1\s*>)")
_MICRODATA = re.compile(r"""(?i)\s(?:itemprop|itemtype|itemscope)(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+))?""")
_META = re.compile(r"(?is)<meta\b(?![^>]*charset)(?![^>]*http-equiv)[^>]*>")


def _tags(page: str, change: Callable[[str, str], str]) -> str:
    """The page with the attributes of each opening tag changed; `change` gets its name and them."""

    def changed(piece: Tag) -> str:
        if not piece[2] or piece[1]:
            return piece[0]
        return f"<{piece[2]}{change(piece[2].lower(), piece[3])}>"

    return _PIECE.sub(changed, page)


def _renamed(name: str, attributes: str) -> str:
    """Classes, ids and test names as a builder of style sheets makes them: the same word always becomes the same."""

    def other(match: Tag) -> str:
        if match[1].lower() not in {"class", "id", "data-testid", "data-component"} or not match[2]:
            return match[0]
        words = match[2].strip("\"'").split()
        return f'{match[1]}="{" ".join(f"x{zlib.crc32(word.encode()):08x}" for word in words)}"'

    return _ATTRIBUTE.sub(other, attributes) if name not in {"html", "body"} else attributes


def _reordered(name: str, attributes: str) -> str:
    closed = "/" if attributes.rstrip().endswith("/") else ""
    pairs = [
        f"{key}={value}" if value else key
        for key, value in _ATTRIBUTE.findall(attributes[:-1] if closed else attributes)
    ]
    return f" {' '.join(reversed(pairs))} {closed}" if pairs else attributes


def _unquoted(name: str, attributes: str) -> str:
    """Quotes left out where HTML allows it, as minifiers do."""
    bare = re.sub(r"""=\s*(["'])([^\s"'=<>`]+)\1(?=\s|$)""", r"=\2", attributes)
    return re.sub(r"\s+", " ", bare.rstrip().removesuffix("/").rstrip()) if name != "a" else attributes


def _minified(page: str) -> str:
    shorter = re.sub(r">\s+<(?=/?(?:div|section|article|p|h[1-6]|ul|li|header|main|meta|link|script))", "><", page)
    shorter = re.sub(r"(?is)<!--(?!\[if|-?>).*?-->", "", shorter)
    return re.sub(r"(?i)</(?:p|li)\s*>(?=<(?:p|li|/div|/ul))", "", _tags(shorter, _unquoted))


def _doubled(page: str) -> str:
    """What templates make of texts that were escaped before: entities in the head's words and the heading, twice."""

    def twice(match: Tag) -> str:
        return re.sub(r"(content\s*=\s*\")([^\"]*)\"", lambda m: f'{m[1]}{_escaped(m[2])}"', match[0])

    page = re.sub(r"(?is)<meta\b[^>]*?(?:title|description|author|byl)[^>]*>", twice, page)
    return _TITLE.sub(lambda m: m[0].replace("&", "&amp;"), page)


def _escaped(text: str) -> str:
    return html.escape(html.escape(html.unescape(text)), quote=True) if text.isascii() else text.replace("&", "&amp;")


CHANGES: dict[str, Callable[[str], str]] = {
    "as it is": lambda page: page,
    "no JSON-LD": lambda page: _DATA.sub("", page),
    "no OpenGraph": lambda page: _GRAPH.sub("", page),
    "neither": lambda page: _GRAPH.sub("", _DATA.sub("", page)),
    "no meta at all": lambda page: _META.sub("", _DATA.sub("", page)),
    "no title": lambda page: _TITLE.sub("", page),
    "h1 wrapped": lambda page: _HEADING.sub(r'\1<span><span class="x1">\2</span></span>\3', page),
    "h1 is an h2": lambda page: re.sub(r"(?i)<(/?)h1\b", r"<\1h2", page),
    "no microdata": lambda page: _MICRODATA.sub(" ", page),
    "classes renamed": lambda page: _tags(page, _renamed),
    "renamed, neither": lambda page: _tags(_GRAPH.sub("", _DATA.sub("", page)), _renamed),
    "attributes turned": lambda page: _tags(page, _reordered),
    "minified": _minified,
    "entities doubled": _doubled,
}  # fmt: skip


def spoiled(page: bytes, change: Callable[[str], str]) -> bytes:
    """A page changed as text; its charset, whichever it is, stays as it is if it keeps ASCII."""
    return change(page.decode("latin-1")).encode("latin-1", "xmlcharrefreplace")


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench robustness", description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--corpus", help="folder of the evaluation corpora (default: SHAREWIRE_EVAL)")
    parser.add_argument("--only", default="", help="changes, parted by commas")
    parser.add_argument("--pages", type=int, default=0, help="read only so many pages, spread over the corpus")
    options = parser.parse_args(argv)
    wanted = [name.strip() for name in options.only.split(",") if name.strip()] or list(CHANGES)
    if unknown := [name for name in wanted if name not in CHANGES]:
        parser.error(f"there is no change {', '.join(unknown)}; there are: {', '.join(CHANGES)}")
    folder = reading.corpus_folder(options.corpus)
    if folder is None:
        print(
            "No corpus: give --corpus DIR or set SHAREWIRE_EVAL to the folder with articles/truth.jsonl.",
            file=sys.stderr,
        )
        return 2
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    rows, pages = reading.load(folder)
    if options.pages:
        rows = rows[:: max(1, len(rows) // options.pages)]
    module = reading.scorer(folder)
    report = []
    for name in wanted:
        changed = {key: spoiled(page, CHANGES[name]) for key, page in pages.items()}
        predictions, _, failures = reading.run(reading.sharewire, rows, changed)
        report.append({"change": name, "failures": failures} | reading.judge(module, rows, predictions))
    if options.json:
        print(json.dumps({"bench": "robustness", "pages": len(rows), "rows": report}))
    else:
        _show(report)
    return 0


def _show(report: list[reading.Row]) -> None:
    width = max(len(row["change"]) for row in report) + 2
    print(" " * width + "  ".join(title for _, title in COLUMNS) + "  unread")
    for row in report:
        cells = [f"{row.get(key, 0):.3f}".rjust(len(title)) for key, title in COLUMNS]
        print(row["change"].ljust(width) + "  ".join(cells) + f"  {row['failures']:6}")
