"""/channels: where posts go, how each channel is, and what its owner can do about it."""

from __future__ import annotations

from html import escape
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, ContextTypes

from bot.channels import queue
from bot.chat import roles, sharing
from bot.chat.card import Card, isolate
from bot.chat.context import Context
from bot.chat.door import owner_at, staff_at
from bot.chat.pressing import NO_PREVIEW, answer, edit, place_of, pressed
from bot.chat.roles import Visitor
from bot.chat.updates import PRIVATE
from bot.chat.words import owner, readers, rules, setup
from bot.errors import Problem, SharewireError, phrase
from bot.model import Channel, Owner, Role
from bot.store import audit, channels

_ACTS = "check|pause|resume|sure|remove"


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    handle = Channels(context)
    return [
        CommandHandler("channels", handle.show, PRIVATE),
        CallbackQueryHandler(handle.show_again, pressed("chans")),
        CallbackQueryHandler(handle.see, pressed("chan:see:[0-9]{1,15}")),
        CallbackQueryHandler(handle.act, pressed(f"chan:(?:{_ACTS}):[0-9]{{1,15}}")),
    ]


class Channels:
    def __init__(self, context: Context) -> None:
        self._context = context

    async def show(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        who = await staff_at(self._context, update)
        if who is not None and update.effective_message is not None:
            card = await self._list(who)
            await update.effective_message.reply_html(
                card.html, reply_markup=card.keyboard, link_preview_options=NO_PREVIEW
            )

    async def show_again(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:chans"""
        who = await staff_at(self._context, update)
        if who is not None:
            await self._turn_into(update, await self._list(who))

    async def see(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:chan:see:CHANNEL"""
        who = await staff_at(self._context, update)
        channel = await self._channel(update, who)
        if who is not None and channel is not None:
            await self._turn_into(update, channel_card(who, channel))

    async def act(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:chan:ACT:CHANNEL"""
        who = await owner_at(self._context, update)
        channel = await self._channel(update, who)
        press = update.callback_query
        if who is None or channel is None or press is None:
            return
        act = (press.data or "").split(":")[2]
        if act in ("pause", "resume", "sure", "remove") and channel.owner is Owner.FILE:
            await answer(press, from_file(who, f"[channels.{channel.name}]"))
            return
        try:
            card, told = await self._do(act, who, channel)
        except SharewireError as error:
            await answer(press, sharing.problem_line(who.words, error.problem.title, error.problem.fix))
            return
        await answer(press, told)
        place = place_of(press)
        if place is not None:
            await edit(self._context.telegram.bot, place, card.html, card.keyboard)

    async def _do(self, act: str, who: Visitor, channel: Channel) -> tuple[Card, str | None]:
        context, name = self._context, isolate(channel.title or channel.name)
        match act:
            case "check":
                waiting = await queue.check_channel(context.db, context.telegram, channel, now=context.now())
                told = who.count(owner.CHANNEL_WORKS, waiting, channel=name)
            case "pause":
                await self._pause(who, channel)
                told = who.say(setup.PAUSED_BY_YOU, channel=name)
            case "resume":
                await queue.check_channel(context.db, context.telegram, channel, now=context.now())
                await self._note(who, "channel-resumed", channel)
                told = who.say(setup.RESUMED, channel=name)
            case "sure":
                return await self._sure(who, channel), None
            case _:
                await self._remove(who, channel)
                told = who.say(setup.CHANNEL_REMOVED, channel=name)
                return await self._list(who), told[:200]
        context.wake("deliver")
        async with context.db.read() as tx:
            channel = await channels.get(tx, channel.id) or channel
        return channel_card(who, channel), told[:200]

    async def _pause(self, who: Visitor, channel: Channel) -> None:
        by = who.person.name or phrase("An owner")
        problem = Problem(
            code="SW-T17",
            title=phrase("{title} is paused.", title=channel.title or channel.name),
            cause=phrase("{name} paused it.", name=by),
            fix=phrase("Press Go on in /channels to let it post again."),
            where=channel.name,
            meanwhile=phrase("Its posts wait and nothing is lost."),
        )
        context = self._context
        async with context.db.write() as tx:
            await channels.pause(tx, channel.id, problem=problem, now=context.now())
        await self._note(who, "channel-paused", channel)

    async def _sure(self, who: Visitor, channel: Channel) -> Card:
        async with self._context.db.read() as tx:
            waiting = await channels.waiting_count(tx, channel.id)
        name = isolate(escape(channel.title or channel.name))
        row = [
            InlineKeyboardButton(who.say(setup.BUTTON_REMOVE), callback_data=f"v1:chan:remove:{channel.id}"),
            InlineKeyboardButton(who.say(setup.BUTTON_CANCEL), callback_data=f"v1:chan:see:{channel.id}"),
        ]
        return Card(html=who.count(setup.SURE_CHANNEL, waiting, channel=name), keyboard=InlineKeyboardMarkup([row]))

    async def _remove(self, who: Visitor, channel: Channel) -> None:
        async with self._context.db.write() as tx:
            await channels.remove(tx, channel.id)
        await self._note(who, "channel-removed", channel)

    async def _note(self, who: Visitor, what: str, channel: Channel) -> None:
        context, about = self._context, channel.title or channel.name
        async with context.db.write() as tx:
            await audit.write(tx, bot_id=context.bot_id, what=what, about=about, now=context.now(), person=who.person)

    async def _channel(self, update: Update, who: Visitor | None) -> Channel | None:
        press = update.callback_query
        if who is None or press is None:
            return None
        number = int((press.data or "").rpartition(":")[2])
        async with self._context.db.read() as tx:
            channel = await channels.get(tx, number)
        if channel is None or channel.bot_id != self._context.bot_id:
            await answer(press, who.say(setup.CHANNEL_GONE))
            return None
        return channel

    async def _list(self, who: Visitor) -> Card:
        async with self._context.db.read() as tx:
            found = await channels.every(tx, bot_id=self._context.bot_id)
        add = [InlineKeyboardButton(who.say(setup.BUTTON_ADD_CHANNEL), callback_data="v1:connect")]
        if not found:
            return Card(html=who.say(setup.NO_CHANNELS), keyboard=InlineKeyboardMarkup([add]))
        lines = [who.say(setup.CHANNELS)]
        lines += [
            who.say(setup.CHANNEL_LINE, channel=isolate(escape(one.title or one.name)), state=_state(who, one))
            for one in found
        ]
        rows = [
            [InlineKeyboardButton((one.title or one.name)[:40], callback_data=f"v1:chan:see:{one.id}")]
            for one in found[:40]
        ]
        return Card(html="\n".join(lines)[:4000], keyboard=InlineKeyboardMarkup([*rows, add]))

    async def _turn_into(self, update: Update, card: Card) -> None:
        press = update.callback_query
        if press is None:
            return
        await answer(press)
        place = place_of(press)
        if place is not None and isinstance(press.message, Message):
            await edit(self._context.telegram.bot, place, card.html, card.keyboard)


def channel_card(who: Visitor, channel: Channel) -> Card:
    html = who.say(
        setup.CHANNEL_CARD,
        channel=isolate(escape(channel.title or channel.name)),
        name=escape(channel.name),
        zone=escape(channel.timezone),
        language=escape(channel.language or "–"),
        template=escape(channel.template),
    )
    if channel.linked_chat_id is not None:
        html += "\n" + who.say(setup.COMMENTS)
    if channel.paused_at is not None and channel.pause_reason:
        html += f"\n<i>{escape(sharing.told(who.words, channel.pause_reason))}</i>"
    if channel.owner is Owner.FILE:
        html += "\n" + escape(from_file(who, f"[channels.{channel.name}]"))

    def button(text: str, act: str) -> InlineKeyboardButton:
        return InlineKeyboardButton(who.say(text), callback_data=f"v1:chan:{act}:{channel.id}")

    rows = [[InlineKeyboardButton(who.say(setup.BUTTON_ALL_CHANNELS), callback_data="v1:chans")]]
    if who.person.role is Role.OWNER:
        go = ("resume", setup.BUTTON_RESUME) if channel.paused_at else ("pause", setup.BUTTON_PAUSE)
        acts = [button(setup.BUTTON_CHECK_RIGHTS, "check"), button(go[1], go[0])]
        rows = [acts, [button(setup.BUTTON_REMOVE, "sure")], *rows]
    if who.may_publish_in(channel.name):
        settings = InlineKeyboardButton(who.say(readers.BUTTON_SETTINGS), callback_data=f"v1:conf:{channel.id}")
        ruled = InlineKeyboardButton(who.say(rules.BUTTON_RULES), callback_data=f"v1:rules:{channel.id}:0")
        rows.insert(0, [settings, ruled])
    return Card(html=html, keyboard=InlineKeyboardMarkup(rows))


def from_file(who: roles.Visitor, block: str, *, file: str = "sharewire.toml") -> str:
    """Plain text: what the file decides is not changed here."""
    return who.say(setup.FROM_FILE, file=file, block=block)


def _state(who: Visitor, channel: Channel) -> str:
    return who.say(setup.PAUSED if channel.paused_at else setup.ACTIVE)
