"""Which sharewire this is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def current() -> str:
    try:
        return version("sharewire")
    except PackageNotFoundError:  # run from a tree that was never installed
        return "0+source"
