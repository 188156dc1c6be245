"""/explain: for each channel, why an article was posted there, or which step kept it out."""

from __future__ import annotations

from html import escape
from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CommandHandler, ContextTypes

from bot.chat import sharing
from bot.chat.card import cut
from bot.chat.context import Context
from bot.chat.door import editor_at
from bot.chat.editors import control
from bot.chat.lookup import article_meant
from bot.chat.pressing import NO_PREVIEW
from bot.chat.updates import NEW
from bot.chat.words import rules
from bot.posts.compose import explain
from bot.store import articles, channels


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    async def tell(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        who, message = await editor_at(context, update), update.effective_message
        if who is None or message is None:
            return
        article = await article_meant(context, message)
        if article is None:
            await message.reply_html(who.say(rules.EXPLAIN_WHICH), link_preview_options=NO_PREVIEW)
            return
        found = await explain(context.db, article.id, now=context.now())
        async with context.db.read() as tx:
            named = {channel.id: channel for channel in await channels.every(tx, bot_id=context.bot_id)}
            withdrawn = await articles.is_withdrawn(tx, article.id)
        title = escape(cut(article.title or article.url or "", 120))
        lines = [who.say(rules.EXPLAIN, title=title)]
        if withdrawn:
            lines.append(who.say(rules.WITHDRAWN))
        for decision in found:
            channel = named.get(decision.channel_id)
            if channel is not None:
                english = rules.POSTED if decision.posted else rules.NOT_POSTED
                name, reason = control.title_of(channel), escape(sharing.told(who.words, decision.reason))
                stage = who.say(rules.STAGES[decision.stage])
                lines.append(who.say(english, channel=name, stage=stage, reason=reason))
        await message.reply_html(who.words.lines("\n".join(lines)), link_preview_options=NO_PREVIEW)

    return [CommandHandler("explain", tell, NEW)]
