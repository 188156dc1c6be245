"""What an editor gave to push: an address, an article's text, or neither.  Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

PASTED: Final = 300  # characters: longer text of several lines is an article, shorter a search

MOST_BYTES: Final = 1024 * 1024
"""Of a file: the longest articles have a tenth of it."""

_TEXT_FILES: Final = (".txt", ".text", ".md", ".html", ".htm", ".xhtml")
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


def is_text_file(name: str | None, mime: str | None) -> bool:
    """By its name, or by what the sender's program says it is."""
    told = (mime or "").partition(";")[0].strip().lower()
    return (name or "").lower().endswith(_TEXT_FILES) or told.startswith("text/") or told == "application/xhtml+xml"


def text_in(body: bytes) -> str | None:
    """A file's text; None where it is none.  What is not Unicode is read as Windows-1252."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = body.decode("utf-16", "replace")
    else:
        try:
            text = body.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = body.decode("cp1252", "replace")
    return text.strip() if text.strip() and "\x00" not in text else None


def is_push(text: str) -> bool:
    """Whether a message without a command is something to push: an address alone, or an article's text."""
    return is_address(text) or is_article(text)


def is_address(text: str) -> bool:
    """With its scheme, or without one as people read it out: news.example/story."""
    return bool(_ADDRESS.fullmatch(text.strip()) or _BARE.fullmatch(text.strip()))
