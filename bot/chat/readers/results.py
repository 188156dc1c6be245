"""One page of a reader's search as a message: pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.chat.card import Card, ago, cut, isolate
from bot.chat.words import common
from bot.model import Found
from bot.wording import Words

PAGE: Final = 5
TITLE, SOURCE, SNIPPET = 140, 40, 110  # characters, so that a page of emoji fits a message too


def results_card(
    words: Words, head: str, found: Sequence[Found], *, total: int, page: int, query_id: str, now: datetime
) -> Card:
    """`page` counts from 0.  Numbers open a result, arrows turn the page in place."""
    lines = [head, ""]
    for number, result in enumerate(found, page * PAGE + 1):
        title = escape(cut(result.title, TITLE))
        lines += [f"{number}. <b>{isolate(title)}</b>", *_facts(words, result, now), ""]
    pages = max(1, -(-total // PAGE))
    numbers = [
        InlineKeyboardButton(str(number), callback_data=f"v1:open:{query_id}:{result.id}")
        for number, result in enumerate(found, page * PAGE + 1)
    ]
    rows = [numbers] if numbers else []
    turn = []
    if page > 0:
        turn.append(InlineKeyboardButton(common.BUTTON_BACK, callback_data=f"v1:page:{query_id}:{page - 1}"))
    if pages > 1:
        turn.append(InlineKeyboardButton(f"{page + 1}/{pages}", callback_data=f"v1:page:{query_id}:{page}"))
    if page + 1 < pages:
        turn.append(InlineKeyboardButton(common.BUTTON_NEXT, callback_data=f"v1:page:{query_id}:{page + 1}"))
    if turn:
        rows.append(turn)
    return Card(html="\n".join(lines).rstrip(), keyboard=InlineKeyboardMarkup(rows) if rows else None)


def _facts(words: Words, result: Found, now: datetime) -> list[str]:
    """Where from and how old; then a line of the text."""
    facts = [isolate(escape(cut(result.source, SOURCE)))] if result.source else []
    if result.published is not None:
        facts.append(ago(words, max(0.0, (now - result.published).total_seconds())))
    lines = [f"<i>{' · '.join(facts)}</i>"] if facts else []
    return [*lines, isolate(escape(cut(result.snippet, SNIPPET)))] if result.snippet else lines
