"""One message of ours, as a value, and the shaping of texts that come from outside."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from telegram import InlineKeyboardMarkup

from bot.chat.words import common
from bot.wording import Words

_TAG = re.compile(r"</?[a-z-]+(?: [^>]*)?>")
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A message of ours: HTML and keyboard."""

    html: str
    keyboard: InlineKeyboardMarkup | None = None


def isolate(text: str) -> str:
    """Text of another direction keeps its own order inside our line (UAX #9, isolates)."""
    return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}" if text else text


def plain(html: str) -> str:
    """A line of ours without its marks, for the answer to a press (200 characters at most)."""
    return unescape(_TAG.sub("", html))[:200]


def cut(text: str, most: int) -> str:
    """At most so many characters, at a word's end where there is one."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    head = text[: most - 1]
    return (head.rsplit(" ", 1)[0] if " " in head[most // 2 :] else head).rstrip(" .…,;:–-") + "…"


def ago(words: Words, seconds: float) -> str:
    """ "just now", "5 min", "3 hr", "2 days": short, for lists."""
    return words.say(common.JUST_NOW) if seconds < 60 else words.ago(seconds)
