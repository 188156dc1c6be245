"""Which article an editor means: by its address, by a post's t.me link, or by answering a message that links to it."""

from __future__ import annotations

import re
from typing import Final

from telegram import Message

from bot.chat.context import Context
from bot.identity import url_key
from bot.model import Article
from bot.store import articles, posts
from bot.store.database import Tx

_ADDRESS: Final = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_POST: Final = re.compile(r"https?://t\.me/(?:c/)?[\w-]+/(?:\d+/)?\d+", re.IGNORECASE)


async def article_meant(context: Context, message: Message) -> Article | None:
    """None when nothing in the message leads to an article that we know."""
    async with context.db.read() as tx:
        for address in _addresses(message):
            found = await _behind(tx, context, address)
            if found is not None:
                return found
        words = (message.text or "").split()
        if len(words) > 1 and words[1].isdecimal() and len(words[1]) < 16:
            return await articles.get(tx, int(words[1]))
    return None


async def _behind(tx: Tx, context: Context, address: str) -> Article | None:
    post_link = _POST.match(address)
    if post_link is not None:
        post = await posts.by_link(tx, post_link[0], bot_id=context.bot_id)
        return await articles.get(tx, post.article_id) if post is not None and post.article_id else None
    key = url_key(address)
    return await articles.by_keys(tx, [key]) if key else None


def _addresses(message: Message) -> list[str]:
    """Of the message first, then of the one it answers: written out, behind words, and behind buttons."""
    found: list[str] = []
    for one in (message, message.reply_to_message):
        if one is None:
            continue
        text = one.text or one.caption or ""
        found += [match.rstrip(").,;!?»”'") for match in _ADDRESS.findall(text)]
        entities = one.entities if one.text else one.caption_entities
        found += [entity.url for entity in entities if entity.url]
        rows = one.reply_markup.inline_keyboard if one.reply_markup else ()
        found += [button.url for row in rows for button in row if button.url]
    return found
