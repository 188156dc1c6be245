"""The worth of each kind of evidence and the names it goes by, kept as data so that tuning is not programming."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from bot.articles.extraction import wordlists


@cache
def worth(table: str) -> Mapping[str, float]:
    """The weights of one table by the name of the evidence."""
    return MappingProxyType({name: float(value) for name, value in wordlists.table("weights")[table].items()})


@cache
def names(table: str) -> Mapping[str, tuple[str, ...]]:
    """Names of meta elements that carry a field, by the kind of evidence they are, the best kind first."""
    return MappingProxyType({kind: tuple(words) for kind, words in wordlists.table("names")[table].items()})
