"""Words kept as data, and the patterns made of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any


@cache
def table(name: str) -> dict[str, Any]:
    """The tables of `tables/NAME.toml` by their names."""
    return tomllib.loads(resources.files(__package__ or "").joinpath("tables", f"{name}.toml").read_text("utf-8"))


def beginning(words: Iterable[str]) -> str:
    """A pattern for any of the words that tries each beginning once, not each word; of two that begin alike, the
    shorter is enough."""
    rests = _rests(words)
    return "" if "" in rests else _branched(rests, beginning)


def whole(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest that fits.  A space in them is any white space, `*` any word."""
    return _whole(words).replace(r"\ ", r"\s+").replace(r"\*", r"\w+")


def _whole(words: Iterable[str]) -> str:
    rests = _rests(words)
    ends = rests.pop("", None) is not None
    return (f"(?:{_branched(rests, _whole)})?" if ends else _branched(rests, _whole)) if rests else ""


def _rests(words: Iterable[str]) -> dict[str, list[str]]:
    """What follows each first letter."""
    rests: dict[str, list[str]] = {}
    for word in sorted(set(words)):
        rests.setdefault(word[:1], []).append(word[1:])
    return rests


def _branched(rests: dict[str, list[str]], build: Any) -> str:
    branches = [re.escape(first) + build(rest) for first, rest in rests.items()]
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
