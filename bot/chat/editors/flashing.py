"""/flash WORDS: one line of breaking news, shown as it will be and posted with one confirmation."""

from __future__ import annotations

from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, ContextTypes

from bot.chat import sharing
from bot.chat.context import Context
from bot.chat.door import channels_for, editor_at
from bot.chat.editors import control
from bot.chat.pressing import ID, NO_PREVIEW, answer, edit, place_of, pressed, refuse
from bot.chat.roles import Visitor
from bot.chat.updates import NEW
from bot.chat.words import common, editors
from bot.errors import SharewireError
from bot.model import Channel
from bot.posts.flash import compose_flash, publish_flash
from bot.store import audit, channels, queries


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    flashing = Flashing(context)
    return [
        CommandHandler("flash", flashing.ask, NEW),
        CallbackQueryHandler(flashing.press, pressed(f"flash:{ID}:[0-9]{{1,15}}")),
    ]


class Flashing:
    def __init__(self, context: Context) -> None:
        self._context = context

    async def ask(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        context, message = self._context, update.effective_message
        who = await editor_at(context, update)
        if who is None or message is None:
            return
        listed = await channels_for(context, who, message)
        if not listed:
            return
        rest = (message.text or "").split(maxsplit=1)[1:]
        words = rest[0] if rest else ""
        try:
            made = compose_flash(context.press, listed[0], words, now=context.now())
        except SharewireError as error:
            await message.reply_html(sharing.problem_html(who.words, error.problem), link_preview_options=NO_PREVIEW)
            return
        await sharing.send(context, made.message.requests, chat_id=message.chat.id)
        async with context.db.write() as tx:
            row = await queries.add(
                tx,
                bot_id=context.bot_id,
                user_id=who.person.user_id,
                words=made.words,
                options={"flash": True},
                now=context.now(),
            )
        await self._confirm(message, who, listed, row.id)

    async def _confirm(self, message: Message, who: Visitor, listed: tuple[Channel, ...], row_id: str) -> None:
        buttons = [
            InlineKeyboardButton(
                who.say(editors.BUTTON_FLASH, channel=channel.title or channel.name)[:40],
                callback_data=f"v1:flash:{row_id}:{channel.id}",
                api_kwargs={"style": "danger"},
            )
            for channel in listed[: control.LISTED]
        ]
        keyboard = InlineKeyboardMarkup([[button] for button in buttons])
        await message.reply_html(who.say(editors.FLASH), reply_markup=keyboard, do_quote=False)

    async def press(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:flash:ROW:CHANNEL"""
        context, query = self._context, update.callback_query
        who = await editor_at(context, update)
        if who is None or query is None:
            return
        row_id, channel_id = (query.data or "").split(":")[2:]
        place = place_of(query)
        async with context.db.read() as tx:
            row = await queries.get(tx, row_id, bot_id=context.bot_id, now=context.now())
            channel = await channels.get(tx, int(channel_id))
        known = channel is not None and channel.bot_id == context.bot_id
        if row is None or not row.options.get("flash") or channel is None or not known or place is None:
            await answer(query, who.say(editors.DRAFT_GONE))
            return
        if not who.may_publish_in(channel.name):
            await refuse(query, who.say(common.ONLY_EDITORS))
            return
        post_id = await publish_flash(
            context.db, context.press, channel.id, row.words, once_key=row_id, now=context.now(), by=query.from_user.id
        )
        if post_id is not None:
            async with context.db.write() as tx:
                await audit.write_posts(tx, [post_id], what="post-published", now=context.now(), by=query.from_user.id)
        context.wake("deliver")
        english = editors.QUEUED if post_id is not None else editors.FLASHED
        html = who.say(english, channel=control.title_of(channel))
        await answer(query)
        keyboard = None
        if post_id is not None:
            take_back = InlineKeyboardButton(
                who.say(editors.BUTTON_RETRACT), callback_data=f"v1:post:drop:{post_id}", api_kwargs={"style": "danger"}
            )
            keyboard = InlineKeyboardMarkup([[take_back]])
        await edit(query.get_bot(), place, html, keyboard)
