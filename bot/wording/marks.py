"""Marks: what extraction looks for.  They change nothing."""

from __future__ import annotations

Plural = tuple[str, str]
"""The English texts for one and for many; `{count}` is the number."""


def N_(english: str) -> str:
    """Marks a text for the catalogs."""
    return english


def plural_(one: str, many: str) -> Plural:
    """Marks a text with a number in it for the catalogs."""
    return one, many
