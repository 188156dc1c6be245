"""Per-site hints: where a site hides a field that the general rules miss, as data by host.

`hints/HOST.toml` in this package, one table `[fields]` of XPath expressions.  A hint only fills or replaces the
fields it names; a broken hint, or one that finds nothing, changes nothing.  The package ships only an invented
example: the general rules are meant to suffice.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from functools import cache, lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from lxml import etree

from bot.articles.extraction.moments import read_date
from bot.articles.extraction.page import Page
from bot.articles.extraction.persons import split_names
from bot.articles.extraction.tree import Element, plain, text_of

_HOST = re.compile(r"[a-z0-9][a-z0-9.-]{1,100}")
FIELDS = frozenset({"title", "standfirst", "authors", "published", "modified", "body", "drop"})


@dataclass(frozen=True, slots=True)
class Hints:
    """XPath expressions by field; `body` names the element that holds the text, `drop` what to take out first."""

    paths: Mapping[str, etree.XPath]

    def drop(self, page: Page) -> None:
        """Take the elements that `drop` finds out of the tree, before anything is read."""
        for element in _elements(self.paths.get("drop"), page.root):
            parent = element.getparent()
            if parent is not None:
                tail = element.tail or ""
                before = element.getprevious()
                if before is not None:
                    before.tail = (before.tail or "") + tail
                else:
                    parent.text = (parent.text or "") + tail
                parent.remove(element)

    def body(self, page: Page) -> Element | None:
        return next(iter(_elements(self.paths.get("body"), page.root)), None)

    def fields(self, page: Page) -> dict[str, Any]:
        """The values of `Extraction` that the hints find, by the field's name."""
        found: dict[str, Any] = {}
        for name in ("title", "standfirst"):
            if texts := _texts(self.paths.get(name), page.root):
                found[name] = texts[0]
        if texts := _texts(self.paths.get("authors"), page.root):
            found["authors"] = tuple(name for text in texts for name in split_names(text))
        for name in ("published", "modified"):
            moments = [moment for moment in map(read_date, _texts(self.paths.get(name), page.root)) if moment]
            if moments:
                found[name] = moments[0] if moments[0].tzinfo else moments[0].replace(tzinfo=UTC)
        return found


def _elements(path: etree.XPath | None, root: Element) -> list[Element]:
    results = path(root) if path is not None else []
    return [result for result in results if isinstance(result, etree._Element)] if isinstance(results, list) else []


def _texts(path: etree.XPath | None, root: Element) -> list[str]:
    results = path(root) if path is not None else []
    values = results if isinstance(results, list) else [results]
    texts = [text_of(value) if isinstance(value, etree._Element) else plain(str(value)) for value in values[:20]]
    return [text for text in texts if text]


@lru_cache(maxsize=256)
def hints_for(host: str) -> Hints | None:
    """The hints of a host or of the nearest domain above it; None where there are none."""
    while "." in host and _HOST.fullmatch(host):
        if host in _hosts():
            return read_hints(_folder().joinpath(f"{host}.toml").read_text("utf-8"))
        host = host.partition(".")[2]
    return None


def _folder() -> Traversable:
    return resources.files(__package__ or "").joinpath("hints")


@cache
def _hosts() -> frozenset[str]:
    """The hosts that have hints."""
    return frozenset(file.name.removesuffix(".toml") for file in _folder().iterdir() if file.name.endswith(".toml"))


def read_hints(text: str) -> Hints:
    """Hints out of TOML; expressions that are no XPath and fields that nobody knows are left out."""
    paths: dict[str, etree.XPath] = {}
    for name, expression in tomllib.loads(text).get("fields", {}).items():
        try:
            if name in FIELDS:
                paths[name] = etree.XPath(str(expression))
        except etree.XPathSyntaxError:
            continue
    return Hints(paths)
