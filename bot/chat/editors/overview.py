"""/status: how things are, in a few lines."""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CommandHandler, ContextTypes

from bot.chat.context import Context
from bot.chat.door import editor_at
from bot.chat.editors.overriding import standing_lines
from bot.chat.roles import Visitor
from bot.chat.sharing import told
from bot.chat.updates import NEW
from bot.chat.words import editors
from bot.model import PostState
from bot.store import backups, channels, status
from bot.store.status import Counts
from bot.wording import Words


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    async def tell(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        who, message = await editor_at(context, update), update.effective_message
        if who is None or message is None:
            return
        async with context.db.read() as tx:
            counts = await status.count(tx, bot_id=context.bot_id)
            listed = await channels.every(tx, bot_id=context.bot_id)
            last, began = await backups.last(tx), await backups.began(tx)
        now = context.now()
        differing = [line for channel in listed for line in standing_lines(who.words, channel, now)]
        backup = _backup(who.words, last.at if last else None, began, now) if context.db.is_sqlite else ""
        lines = [*_outages(who, context), _status(who, counts), *([backup] if backup else []), *differing]
        await message.reply_html("\n".join(lines))

    return [CommandHandler("status", tell, NEW)]


def _outages(who: Visitor, context: Context) -> list[str]:
    """What keeps the bot from working, before everything else."""
    current = context.outages.current.values() if context.outages is not None else ()
    return [
        f"⚠️ <b>{escape(told(who.words, note.problem.title))}</b> {escape(told(who.words, note.problem.fix))}"
        for note in current
    ]


def _backup(words: Words, last: datetime | None, began: datetime | None, now: datetime) -> str:
    """Nothing on the first day; PostgreSQL is copied by its own tools."""
    if last is not None:
        text = editors.STATUS_OLD_BACKUP if now - last > backups.TOO_OLD else editors.STATUS_BACKUP
        return words.say(text, since=words.since(last, now))
    missing = began is not None and now - began > backups.TOO_OLD
    return words.say(editors.STATUS_NO_BACKUP) if missing else ""


def _status(who: Visitor, counts: Counts) -> str:
    """How things are; what is fine is not mentioned."""
    posts_by = counts.posts
    waiting = posts_by.get(PostState.QUEUED, 0) + posts_by.get(PostState.SENDING, 0)
    look = posts_by.get(PostState.UNKNOWN, 0) + posts_by.get(PostState.HELD, 0)
    sent = posts_by.get(PostState.SENT, 0)

    def if_any(texts: tuple[str, str], count: int) -> str:
        return who.count(texts, count) if count else ""

    lines = [
        f"<b>{who.say(editors.STATUS)}</b>",
        who.say(editors.STATUS_SOURCES, count=f"{counts.sources:,}") + if_any(editors.STATUS_FAILING, counts.failing),
        who.say(editors.STATUS_ARTICLES, count=f"{counts.articles:,}"),
        who.say(editors.STATUS_CHANNELS, count=f"{counts.channels:,}") + if_any(editors.STATUS_PAUSED, counts.paused),
        who.say(editors.STATUS_POSTS, sent=f"{sent:,}", waiting=f"{waiting:,}") + if_any(editors.STATUS_LOOK, look),
    ]
    return "\n".join(lines)
