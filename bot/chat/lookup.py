"""Which article somebody means: by its address, by a post's t.me link, by forwarding a post, or by answering a message
that links to it."""

from __future__ import annotations

import re
from typing import Final

from telegram import Message, MessageOriginChannel

from bot.channels.telegram import message_url
from bot.chat.context import Context
from bot.identity import url_key
from bot.model import Article
from bot.store import articles, posts
from bot.store.database import Tx

_ADDRESS: Final = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_POST: Final = re.compile(r"https?://(?:t|telegram)\.me/(?:s/)?((?:c/)?[\w-]+/(?:\d+/)?\d+)", re.IGNORECASE)


async def article_meant(context: Context, message: Message) -> Article | None:
    """None when nothing in the message leads to an article that we know."""
    async with context.db.read() as tx:
        for address in _addresses(message):
            found = await article_behind(tx, context, address)
            if found is not None:
                return found
        words = (message.text or "").split()
        if len(words) > 1 and words[1].isdecimal() and len(words[1]) < 16:
            return await articles.get(tx, int(words[1]))
    return None


async def article_behind(tx: Tx, context: Context, address: str) -> Article | None:
    """Of an address, or of the t.me link of a post of ours."""
    post_link = _POST.match(address)
    if post_link is not None:
        post = await posts.by_link(tx, f"https://t.me/{post_link[1]}", bot_id=context.bot_id)
        return await articles.get(tx, post.article_id) if post is not None and post.article_id else None
    key = url_key(address)
    return await articles.by_keys(tx, [key]) if key else None


def _addresses(message: Message) -> list[str]:
    """Of the message first, then of the one it answers: written out, behind words, and behind buttons."""
    found: list[str] = []
    for one in (message, message.reply_to_message):
        if one is None:
            continue
        if isinstance(one.forward_origin, MessageOriginChannel):
            origin = one.forward_origin
            found.append(message_url(origin.chat.id, origin.chat.username, str(origin.message_id)) or "")
        text = one.text or one.caption or ""
        found += [match.rstrip(").,;!?»”'") for match in _ADDRESS.findall(text)]
        entities = one.entities if one.text else one.caption_entities
        found += [entity.url for entity in entities if entity.url]
        rows = one.reply_markup.inline_keyboard if one.reply_markup else ()
        found += [button.url for row in rows for button in row if button.url]
    return found
