"""The worth of each kind of evidence and the names it goes by, kept as data so that tuning is not programming."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType


@cache
def worth(table: str) -> Mapping[str, float]:
    """The weights of one table by the name of the evidence."""
    text = resources.files(__package__ or "").joinpath("tables", "weights.toml").read_text("utf-8")
    return MappingProxyType({name: float(value) for name, value in tomllib.loads(text)[table].items()})


@cache
def names(table: str) -> Mapping[str, tuple[str, ...]]:
    """Names of meta elements that carry a field, by the kind of evidence they are, the best kind first."""
    text = resources.files(__package__ or "").joinpath("tables", "names.toml").read_text("utf-8")
    return MappingProxyType({kind: tuple(words) for kind, words in tomllib.loads(text)[table].items()})
