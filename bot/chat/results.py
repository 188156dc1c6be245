"""One page of a reader's search as a message: pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.chat import words
from bot.chat.words import escape
from bot.model import Found

PAGE: Final = 5
TITLE, SOURCE, SNIPPET = 140, 40, 110  # characters, so that a page of emoji fits a message too
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A message of ours: HTML and keyboard."""

    html: str
    keyboard: InlineKeyboardMarkup | None = None


def results_card(head: str, found: Sequence[Found], *, total: int, page: int, query_id: str, now: datetime) -> Card:
    """`page` counts from 0.  Numbers open a result, arrows turn the page in place."""
    lines = [head, ""]
    for number, result in enumerate(found, page * PAGE + 1):
        title = escape(words.cut(result.title, TITLE))
        lines += [f"{number}. <b>{_isolate(title)}</b>", *_facts(result, now), ""]
    pages = max(1, -(-total // PAGE))
    numbers = [
        InlineKeyboardButton(str(number), callback_data=f"v1:open:{query_id}:{result.id}")
        for number, result in enumerate(found, page * PAGE + 1)
    ]
    rows = [numbers] if numbers else []
    turn = []
    if page > 0:
        turn.append(InlineKeyboardButton(words.BUTTON_BACK, callback_data=f"v1:page:{query_id}:{page - 1}"))
    if pages > 1:
        turn.append(InlineKeyboardButton(f"{page + 1}/{pages}", callback_data=f"v1:page:{query_id}:{page}"))
    if page + 1 < pages:
        turn.append(InlineKeyboardButton(words.BUTTON_NEXT, callback_data=f"v1:page:{query_id}:{page + 1}"))
    if turn:
        rows.append(turn)
    return Card(html="\n".join(lines).rstrip(), keyboard=InlineKeyboardMarkup(rows) if rows else None)


def _facts(result: Found, now: datetime) -> list[str]:
    """Where from and how old; then a line of the text."""
    facts = [_isolate(escape(words.cut(result.source, SOURCE)))] if result.source else []
    if result.published is not None:
        facts.append(words.ago(max(0.0, (now - result.published).total_seconds())))
    lines = [f"<i>{' · '.join(facts)}</i>"] if facts else []
    return [*lines, _isolate(escape(words.cut(result.snippet, SNIPPET)))] if result.snippet else lines


def _isolate(text: str) -> str:
    """Text of another direction keeps its own order inside our line (UAX #9, isolates)."""
    return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}" if text else text
