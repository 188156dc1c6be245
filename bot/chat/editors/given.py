"""What an editor gave to push: an address, an article's text, or neither.  Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

PASTED: Final = 300  # characters: longer text of several lines is an article, shorter a search

_ADDRESS: Final = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_BARE: Final = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}(?::\d+)?/\S*")
_COMMAND: Final = re.compile(r"/push(@\w+)?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One of both, or neither."""

    address: str | None = None
    text: str | None = None

    def __bool__(self) -> bool:
        return self.address is not None or self.text is not None


def given_by(message: str) -> Given:
    """An article's text is long and of several lines; in anything shorter the first address counts."""
    text = _COMMAND.sub("", message, count=1) if _COMMAND.match(message) else message
    text = text.strip()
    if is_article(text):
        return Given(text=text)
    found = _ADDRESS.search(text)
    if found:
        return Given(address=found[0].rstrip(").,;!?»”'"))
    return Given(address=f"https://{text}") if _BARE.fullmatch(text) else Given()


def is_article(text: str) -> bool:
    text = text.strip()
    return len(text) > PASTED and "\n" in text


def is_push(text: str) -> bool:
    """Whether a message without a command is something to push: an address alone, or an article's text."""
    return is_address(text) or is_article(text)


def is_address(text: str) -> bool:
    return bool(_ADDRESS.fullmatch(text.strip()))
